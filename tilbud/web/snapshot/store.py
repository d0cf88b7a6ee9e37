"""Pages that are kept: in memory, as many as there is room for, and on disk, those made ahead."""

import gzip
import json
import logging
import os
import threading
import time
from collections import OrderedDict
from hashlib import sha256

logger = logging.getLogger(__name__)
# A file that is older and still half written has nobody who will finish it.
ABANDONED = 60


class Page:
    """A page as it was answered once: key, the state of the directory it shows, when, headers, body in gzip."""

    __slots__ = ("body", "headers", "key", "made_at", "mark", "plain", "zipped_headers")

    def __init__(self, key, mark, made_at, headers, body):
        self.key, self.mark, self.made_at, self.body = key, mark, made_at, body
        # What depends on the compression is said here, and nothing else makes the page another for somebody.
        self.headers = [(name, value) for name, value in headers if name not in ("Content-Length", "Vary")]
        self.headers.append(("Vary", "Accept-Encoding"))
        self.zipped_headers = [*self.headers, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
        self.plain = None

    @classmethod
    def made(cls, key, mark, headers, plain):
        # Without the time in it, the same page gives the same bytes.
        return cls(key, mark, time.time(), headers, gzip.compress(plain, 6, mtime=0))

    def text(self):
        """The body as it is without compression."""
        return gzip.decompress(self.body)

    @property
    def size(self):
        return len(self.body) + (len(self.plain[1]) if self.plain else 0) + 1000

    def unzipped(self):
        """Headers and body for whoever does not read gzip; kept, for one who asks so seldom comes alone."""
        if self.plain is None:
            body = self.text()
            self.plain = [*self.headers, ("Content-Length", str(len(body)))], body
        return self.plain


class Memory:
    """The pages used last, `limit` bytes of them."""

    def __init__(self, limit):
        self.limit, self.size = limit, 0
        self.pages = OrderedDict()
        self.sizes = {}
        self.lock = threading.Lock()

    def get(self, key):
        page = self.pages.get(key)
        if page is not None:
            try:
                self.pages.move_to_end(key)
            except KeyError:
                # Another thread has just put it out.
                pass
        return page

    def put(self, page):
        with self.lock:
            self.pages[page.key] = page
            self.pages.move_to_end(page.key)
            self.size += page.size - self.sizes.get(page.key, 0)
            self.sizes[page.key] = page.size
            while self.size > self.limit and self.pages:
                key, _page = self.pages.popitem(last=False)
                self.size -= self.sizes.pop(key)


class Disk:
    """A folder with one file a page, each whole or not there at all; survives a restart."""

    def __init__(self, folder, limit):
        self.folder, self.limit = folder, limit
        self.size = None
        self.has_failed = False

    def _path(self, key):
        return self.folder / f"{sha256(key.encode()).hexdigest()[:32]}.page"

    def get(self, key):
        """Return the page, or None when there is none that is whole."""
        try:
            with open(self._path(key), "rb") as file:
                page = Page(*json.loads(file.readline()), file.read())
            # Checks the sum at its end too.
            page.text()
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, TypeError) as error:
            self._failed(error)
            return None
        return page if page.key == key else None

    def mark_of(self, key):
        try:
            with open(self._path(key), "rb") as file:
                return json.loads(file.readline())[1]
        except (OSError, ValueError, LookupError):
            return None

    def put(self, page):
        head = json.dumps([page.key, page.mark, page.made_at, page.headers])
        self.write(self._path(page.key), head.encode() + b"\n" + page.body)

    def write(self, path, content):
        """Write a file whole, if there is room; a disk that fails is no reason to fail a visitor."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.size is None:
                self.size = sum(entry.stat().st_size for entry in os.scandir(self.folder))
            if self.size + len(content) > self.limit:
                raise OSError("no room")
            half = path.with_name(f".{path.name}.{os.getpid()}")
            half.write_bytes(content)
            before = path.stat().st_size if path.exists() else 0
            os.replace(half, path)
            self.size += len(content) - before
            self.has_failed = False
        except OSError as error:
            self._failed(error)

    def sweep(self, state):
        """Remove pages of other states of the directory than `state`, and what was never finished."""
        try:
            for entry in os.scandir(self.folder):
                if entry.name.startswith("."):
                    if time.time() - entry.stat().st_mtime > ABANDONED:
                        os.unlink(entry.path)
                elif entry.name.endswith(".page"):
                    with open(entry.path, "rb") as file:
                        line = file.readline()
                    if f'"{state} ' not in line.decode("utf-8", "replace"):
                        os.unlink(entry.path)
        except OSError as error:
            self._failed(error)
        self.size = None

    def count(self):
        try:
            return sum(entry.name.endswith(".page") for entry in os.scandir(self.folder))
        except OSError:
            return 0

    def _failed(self, error):
        if not self.has_failed:
            logger.error("disk", exc_info=error)
        self.has_failed = True
