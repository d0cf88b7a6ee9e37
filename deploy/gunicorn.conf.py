"""How gunicorn serves the directory, on this machine and in production; --config names this file."""

import resource
import socket
import struct

# gthread, with a short way for the pages of the snapshot.
worker_class = "tilbud.web.worker.SnapshotWorker"
workers = 2
threads = 4
# Longer than nginx keeps one (60 s): else it may send a form on a connection that has just been closed.
keepalive = 75
loglevel = "warning"
# No access log: it would tell who looked for what. ACCESS_LOG=1 makes the site write one that does not.
accesslog = None
control_socket_disable = True
# Else a header of this name moves the whole site to a place of the sender's choosing, also to another host.
forwarder_headers = ""
# Seconds without a byte of a request that has begun, before the thread that waits for it is let go.
PATIENCE = 5

# What a process that crashes leaves of its memory holds what visitors asked for.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def when_ready(server):
    # gunicorn has no setting for it, and a few half requests would hold every thread. Connections inherit it.
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", PATIENCE, 0))


def post_worker_init(worker):
    # Until now the log has told all it can, for it concerns who starts the site; from now on it concerns visitors.
    from tilbud.web.server import answer_quietly

    answer_quietly(worker)
