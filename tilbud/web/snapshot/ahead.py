"""Makes the pages most people ask for before they ask, one process at a time, as soon as the directory changes."""

import fcntl
import json
import logging
import os
import threading
import time
from contextlib import contextmanager

from django.conf import settings

logger = logging.getLogger(__name__)
# At 1000 times the directory not every offer is among the pages most people ask for.
MOST = 3000
POLL = 0.5
# Seconds without a change before the work is begun, so that a morning of editing does not keep it going.
STILL = 2


class Ahead:
    """The work of making pages ahead: `addresses` gives their keys, the most wanted first."""

    def __init__(self, snapshot, addresses, on_new_state):
        self.snapshot, self.addresses, self.on_new_state = snapshot, addresses, on_new_state
        self.folder = settings.SNAPSHOT_DIR
        self.thread = None

    def start(self):
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._go_on, name="snapshot-ahead", daemon=True)
            self.thread.start()

    def _go_on(self):
        """Work whenever there is something to do; beside visitors, so a third of the time at most."""
        seen, since = None, time.monotonic()
        while True:
            time.sleep(POLL)
            wanted = self._wanted()
            if wanted != seen:
                seen, since = wanted, time.monotonic()
            if self.snapshot.watch.is_up and time.monotonic() - since >= STILL and self.is_needed():
                try:
                    self.make(rest=2)
                except Exception:
                    # A page or a query that fails is no reason to stop trying at the next version.
                    logger.exception("ahead")
                    since = time.monotonic() + 60

    def _wanted(self):
        return f"{self.snapshot.state} {self.snapshot.watch.day}"

    def is_needed(self):
        return finished(self.folder).get("made") != self._wanted()

    def make(self, rest=0):
        """Make every page that is not there as it is now; returns how many, or None when it was not finished."""
        wanted, number = self._wanted(), 0
        with alone(self.folder) as is_alone:
            if not is_alone or not self.is_needed():
                return None
            self.on_new_state(self.snapshot.disk)
            for key, _limit in zip(self.addresses(), range(MOST), strict=False):
                begun = time.monotonic()
                if self.snapshot.disk.mark_of(key) != self.snapshot.mark(key.partition("?")[0]):
                    self.snapshot.fetch_or_make(key, keep=True)
                    time.sleep((time.monotonic() - begun) * rest)
                    number += 1
                if self._wanted() != wanted or not self.snapshot.watch.is_up:
                    return None
            self.snapshot.disk.sweep(self.snapshot.state)
            done = json.dumps({"made": wanted, "at": time.time()})
            self.snapshot.disk.write(self.folder / "finished.json", done.encode())
        return number


def finished(folder):
    """What the last finished making was of, and when; empty when there has been none."""
    try:
        return json.loads((folder / "finished.json").read_bytes())
    except (OSError, ValueError):
        return {}


@contextmanager
def alone(folder):
    """Whether no other process is at it; the lock ends with the process that holds it, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        # Nowhere to keep what would be made.
        yield False
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)
