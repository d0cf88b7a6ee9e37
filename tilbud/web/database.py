"""Is the database there, has the directory changed, may anything be written: one answer for a whole process."""

import logging
import os
import select
import threading
import time

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from tilbud.models import DirectoryVersion

POLL = 0.5
# Seconds a visitor, and an editor who saves, waits for the database before it counts as gone.
PATIENCE, DESK_PATIENCE = 2, 20
# Set in a request's environment when the answer was made without the database.
IS_GONE = "tilbud.database_is_gone"

logger = logging.getLogger(__name__)
_thread = threading.local()


class Watch:
    """Looks at the database twice a second from a thread of its own, so that no visitor waits for it."""

    def __init__(self):
        # None until somebody has looked.
        self.is_up = self.number = self.changed_at = None
        self.stamp = self.day = self.minute = ""
        self.falls = 0
        self._file = None
        self._looker = None
        self._has_looked = threading.Event()

    @property
    def is_running(self):
        return self._looker is not None and self._looker.is_alive()

    def start(self):
        """Begin to look, also again in a process that was forked off, and wait for the first answer."""
        if not self.is_running:
            self._has_looked.clear()
            self._looker = threading.Thread(target=self._look_on, name="database-watch", daemon=True)
            self._looker.start()
        self._has_looked.wait(PATIENCE + POLL)

    def _look_on(self):
        _thread.patience = PATIENCE
        while True:
            self.look()
            self._has_looked.set()
            time.sleep(POLL)

    def look(self):
        """Ask once; changes what the watch says and never raises."""
        now = timezone.localtime()
        self.day, self.minute = f"{now:%Y-%m-%d}", f"{now:%Y-%m-%d %H:%M}"
        try:
            self._see_file()
            version = DirectoryVersion.objects.first()
        except (DatabaseError, InterfaceError, OSError):
            self._fell()
            return
        if version:
            self.number, self.changed_at, self.stamp = version.number, version.changed_at, version.stamp
        else:
            self.number, self.changed_at, self.stamp = None, None, "0"
        if self.is_up is False:
            logging.getLogger(f"{__name__}.back").warning("back")
        self.is_up = True

    def _fell(self):
        if self.is_up is not False:
            self.falls += 1
            logging.getLogger(f"{__name__}.gone").error("gone", exc_info=True)
        self.is_up = False
        forget(connection)

    def _see_file(self):
        """Look at the file of an SQLite database, which its open connections would not miss."""
        name = connection.settings_dict["NAME"]
        if connection.vendor != "sqlite" or "memory" in str(name):
            return
        file = os.stat(name).st_ino
        if file != self._file:
            if self._file is not None:
                self.falls += 1
                forget(connection)
            self._file = file


watch = Watch()


def is_gone(error):
    """Whether an exception says that the database is not there or not itself, rather than asked wrongly."""
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def stamp_now():
    """Return the stamp of the directory as this thread sees it, or None when the database is gone."""
    try:
        return DirectoryVersion.objects.stamp()
    except (DatabaseError, InterfaceError):
        return None


def forget(connection):
    """Close a connection that may no longer lead to the database."""
    if not connection.in_atomic_block:
        connection.close()


def prepare(patience=PATIENCE):
    """Make this thread's connection ready for one request: not one from before a fall, and with its limits."""
    if getattr(_thread, "falls", 0) != watch.falls:
        forget(connection)
        _thread.falls = watch.falls
    _thread.patience = patience
    if connection.connection is not None and getattr(connection, "fitted", None) != _wanted():
        fit(connection)


def is_read_only():
    """Whether nothing may be written: by setting, or by the file that `manage.py read_only on` makes."""
    return settings.READ_ONLY or settings.READ_ONLY_FILE.exists()


def _wanted():
    return is_read_only(), getattr(_thread, "patience", None)


def fit(connection, **kwargs):
    """Let the database refuse to write in this session, or let it write; in a server, limit how long it takes.

    A receiver of `connection_created`, so that every session of every process begins as the switch says.
    """
    connection.fitted = is_held, patience = _wanted()
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        statements = [f"PRAGMA query_only = {int(is_held)}"]
    else:
        statements = [f"SET default_transaction_read_only = {'on' if is_held else 'off'}"]
    if patience:
        milliseconds = patience * 1000
        limit = "PRAGMA busy_timeout" if is_sqlite else "SET statement_timeout"
        statements.append(f"{limit} = {milliseconds}")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def limit_waits():
    """In a server, wait for PostgreSQL no longer than a visitor does, whatever has happened to it or to the net.

    Neither the connection's own time limit nor the kernel's notices a server that is there and does not answer.
    """
    if connection.vendor == "postgresql":
        from psycopg2.extensions import set_wait_callback

        set_wait_callback(_wait)


def _wait(connection, timeout=None):
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE

    patience = getattr(_thread, "patience", PATIENCE)
    events = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}
    while (state := connection.poll()) != POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), events[state])
        if not poller.poll(patience * 1000):
            raise OperationalError("the database does not answer")
