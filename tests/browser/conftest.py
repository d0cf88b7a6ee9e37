import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Without the last five, Chromium itself asks for Google's hosts at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site_environment(tmp_path_factory):
    """The environment of a directory with a database of its own, filled as `make start` fills it."""
    folder = tmp_path_factory.mktemp("site")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'tilbud.sqlite3'}",
        "SNAPSHOT_DIR": str(folder / "snapshot"),
        # The browser waits for every page it asks for; those nobody asks for would only slow it.
        "SNAPSHOT_AHEAD": "0",
    }
    for command in (["migrate", "-v", "0"], ["load_fixtures"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    return environment


@pytest.fixture(scope="session")
def site(site_environment):
    """The address of the directory, served as `make start` serves it.

    Not `live_server`: that serves static files another way than gunicorn does, and empties the database
    after every test.
    """
    with served(site_environment) as address:
        yield address


@contextmanager
def served(environment=None):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    options = ["--config=deploy/gunicorn.conf.py", "--workers=1", f"--bind={address}"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "tilbud.wsgi"], cwd=ROOT, env=environment
    )
    try:
        wait_for(f"http://{address}/healthz", server)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def wait_for(address, server):
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.05)
        if server.poll() is not None:
            break
    pytest.fail("Tjeneren for nettleserprøvene svarer ikke.")


def chromium():
    """Return the path of the machine's Chromium."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not path:
        pytest.fail(
            "Fant ikke Chromium: sudo apt-get install chromium. Uten nettleserprøvene: SKIP_BROWSER=1 make test."
        )
    return path


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    with sync_playwright() as playwright:
        # Playwright keeps an event loop running in this thread, where Django else refuses its database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """A page that has been opened, and what it asked for and complained of since."""

    page: Page
    response: Response | None = None
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    is_listening: bool = True

    def hear(self, complaint):
        if self.is_listening:
            self.complaints.append(complaint)


@contextmanager
def opened_page(browser, url, *, width=360, scheme="light", javascript=True, cookies=()):
    """Open `url` in a browser that has never been anywhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=javascript,
        locale="nb-NO",
    )
    try:
        # Everything is on this machine: what takes longer will not come.
        context.set_default_timeout(10_000)
        context.add_cookies(list(cookies))
        visit = Visit(context.new_page())
        context.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda message: visit.hear(f"{message.type}: {message.text}"))
        visit.page.on("pageerror", lambda error: visit.hear(str(error)))
        visit.response = visit.page.goto(url)
        yield visit
    finally:
        context.close()


@pytest.fixture
def visit(browser, site):
    """Open an address of the site; see `opened_page`."""
    with ExitStack() as visits:
        yield lambda address, **options: visits.enter_context(opened_page(browser, site + address, **options))
