"""nginx with deploy/nginx.conf, its paths and ports moved to a folder and to loopback."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.supply.units import DEPLOY

NAME = "katalog.example.no"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def open_folder():
    """A folder that nginx's workers, who are another user, may look into; pytest shuts its own to others."""
    folder = Path(tempfile.mkdtemp(prefix="tilbud-srv-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def free_ports(count):
    """Return ports that were free a moment ago; all are held until the last is found."""
    sockets = [socket.socket() for _number in range(count)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def moved_config(folder, upstream, http, https):
    """Return the configuration as installed, with other paths; every replacement must find its place."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    certificate = f"/etc/letsencrypt/live/{NAME}"
    temporary = "".join(
        f"{kind}_temp_path {folder}/temporary/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for old, new in {
        "listen 80": f"listen 127.0.0.1:{http}",
        "listen 443": f"listen 127.0.0.1:{https}",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "unix:/run/katalog.sock": f"unix:{upstream}",
        f"{certificate}/fullchain.pem": f"{folder}/certificate.pem",
        f"{certificate}/privkey.pem": f"{folder}/key.pem",
        "/srv/katalog/var": f"{folder}/var",
        "http {\n": "http {\n" + temporary,
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    text = "\n".join(line for line in text.splitlines() if "listen [::]" not in line)
    # Without root nginx says that it cannot become another user.
    return text if os.getuid() == 0 else text.replace("user www-data;\n", "")


@contextmanager
def running(folder, upstream):
    """Give the ports for http and https of an nginx in front of the socket `upstream`."""
    http, https = free_ports(2)
    (folder / "temporary").mkdir()
    (folder / "nginx.conf").write_text(moved_config(folder, upstream, http, https))
    make_certificate(folder)
    command = [PROGRAM, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr, tried.stderr
    # nginx returns when its sockets are open and its master has gone on by itself.
    subprocess.run(command, check=True, timeout=60)
    try:
        yield http, https
    finally:
        subprocess.run([*command, "-s", "quit"], check=True, timeout=60)


def make_certificate(folder):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run([*command, *files], check=True, capture_output=True)


def send(port, request, tls=None, name=NAME):
    """Send the bytes of a request; return status, headers (lower case, a list for each) and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        visitor = tls.wrap_socket(plain, server_hostname=name) if tls else plain
        with visitor:
            answer = b""
            # Cut off is no answer; what came before it is one.
            with suppress(ConnectionResetError, BrokenPipeError):
                visitor.sendall(request)
            with suppress(ConnectionResetError):
                while not is_whole(answer) and (block := visitor.recv(65536)):
                    answer += block
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        key, value = line.split(": ", 1) if ": " in line else (line.rstrip(":"), "")
        headers.setdefault(key.lower(), []).append(value)
    return int(lines[0].split()[1]) if head else None, headers, body


def is_whole(answer):
    """Whether all that was promised has come: nginx waits seconds for the rest of a form it has refused."""
    head, parted, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return bool(parted and length) and len(body) >= int(length[1])


def request(method="GET", path="/", body=b"", name=NAME, **headers):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {name}", "Connection: close"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def trusting(folder):
    """A visitor's TLS that knows the certificate in `folder`, and nothing older than 1.2."""
    context = ssl.create_default_context(cafile=folder / "certificate.pem")
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context
