"""The long run: 100,000 requests to a real server. `make fuzz`, or `make fuzz SEED=7` to repeat one.

    python -m tests.hostile.run_fuzz [SEED] [NUMBER] [PART TO BEGIN WITH]   (DATABASE_URL: an empty database)

The requests of a seed are always the same. They are sent in parts of 500; a part ends with the first fault in it.
"""

import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

PART = 500
SERVERS, WAIT = 2, 20
# What each worker may grow by after the first tenth of the requests, besides the pages it keeps.
GROWTH_MB = 20


def main(seed, number=100_000, first=0):
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/tilbud.sqlite3")
        os.environ.setdefault("SNAPSHOT_DIR", f"{folder}/snapshot")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tilbud.settings"
        for command in (["migrate", "-v", "0"], ["load_fixtures"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True)
        django.setup()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--config=deploy/gunicorn.conf.py", f"--workers={SERVERS}", f"--bind=127.0.0.1:{port}"]
        log = Path(folder) / "log"
        with log.open("w") as written:
            server = subprocess.Popen([sys.executable, "-m", "gunicorn", *options, "tilbud.wsgi"], stderr=written)
        try:
            return run(Server(port, server), seed, number, first)
        finally:
            server.terminate()
            server.wait()
            print("".join(line for line in log.open() if " 500" in line))


class Server:
    """The running server: asked over a connection of its own each time, and looked at from outside."""

    def __init__(self, port, process):
        self.port, self.process = port, process
        while not self._is_up():
            time.sleep(0.1)

    def _is_up(self):
        if self.process.poll() is not None:
            raise SystemExit("Tjeneren kom ikke i gang.")
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def __call__(self, request):
        from tests.hostile.requests import HOST, Answer

        named = dict(request.headers)
        lines = [
            f"{request.method} {request.target} HTTP/1.1",
            f"Host: {named.pop('Host', HOST)}",
            f"Content-Length: {len(request.body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in named.items()),
        ]
        begun = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + request.body)
            response = http.client.HTTPResponse(connection, method=request.method)
            response.begin()
            body = response.read()
        return Answer(response.status, tuple(response.getheaders()), body, time.perf_counter() - begun)

    def megabytes(self):
        """What the workers hold in memory."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        status = [Path(f"/proc/{child}/status").read_text() for child in children]
        return sum(int(text.split("VmRSS:")[1].split()[0]) for text in status) // 1024


def run(server, seed, number, first):
    """Send `number` requests, one part after the other; return how many parts found something."""
    from django.conf import settings
    from hypothesis import HealthCheck, given
    from hypothesis import seed as seeded
    from hypothesis import settings as limits

    from tests.hostile import strategies, values
    from tests.hostile.conftest import staff_headers
    from tests.hostile.requests import asked, faults

    public, desk = strategies.paths(), strategies.desk_paths()
    names = values.OTHER_PARAMETERS + values.LOOKUPS
    begun, slowest, bad, warm = time.monotonic(), 0, 0, None
    for part in range(first, first - (-number // PART)):
        # One in four is an editor's.
        is_desk = part % 4 == 3
        requests = (
            strategies.requests(desk, names, staff_headers().items()) if is_desk else strategies.requests(public)
        )

        @seeded(random.Random(f"{seed}-{part}").getrandbits(64))
        @limits(max_examples=PART, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(requests)
        def check(request):
            nonlocal slowest
            answer = asked(server, request)
            slowest = max(slowest, answer.seconds)
            found = faults(request, answer)
            assert not found, found

        try:
            check()
        except (AssertionError, OSError, http.client.HTTPException, ExceptionGroup) as fault:
            bad += 1
            print(f"\n── del {part} (SEED={seed}): {fault!r:.500}\n" + "\n".join(getattr(fault, "__notes__", [])))
        held = server.megabytes()
        done, seconds = (part - first + 1) * PART, time.monotonic() - begun
        if done * 10 >= number and warm is None:
            warm = held
        print(
            f"\r{done:>7} av {number}  {done / seconds:.0f}/s  tregeste {slowest:.2f} s  minne {held} MB  "
            f"deler med feil {bad}  SEED={seed}",
            end="",
            flush=True,
        )
    print()
    if held - warm > SERVERS * (GROWTH_MB + settings.SNAPSHOT_MEMORY * 5 / 4):
        print(f"Minnet vokste fra {warm} til {held} MB.")
        bad += 1
    return bad


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else str(random.SystemRandom().getrandbits(16))
    sys.exit(1 if main(chosen, *map(int, sys.argv[2:])) else 0)
