"""What goes over the network of this machine: read from the kernel, so that nothing is missed."""

import socket
import threading
from contextlib import contextmanager
from struct import unpack_from

EVERY_PROTOCOL = 0x0003
IPV4 = 0x0800
TCP, UDP = 6, 17
DNS = 53


def told(interface, kind, data):
    """Return one packet as `interface protocol from to`, a DNS question with the name asked for."""
    if kind != IPV4:
        return f"{interface} {kind:#06x}"
    source, target = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    start = (data[0] & 15) * 4
    if data[9] not in (TCP, UDP):
        return f"{interface} {data[9]} {source} {target}"
    from_port, to_port = unpack_from("!HH", data, start)
    if to_port == DNS:
        return f"{interface} dns {asked(data[start + (8 + 12 if data[9] == UDP else 20) :])}"
    return f"{interface} {'tcp' if data[9] == TCP else 'udp'} {source}:{from_port} {target}:{to_port}"


def asked(question):
    """Return the name in a DNS question: each part has its length before it."""
    parts = []
    while question and question[0]:
        parts.append(question[1 : 1 + question[0]].decode("ascii", "replace"))
        question = question[1 + question[0] :]
    return ".".join(parts)


@contextmanager
def captured():
    """A set that fills with every packet on every interface as long as the block lasts."""
    packets = set()
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
    # The walk makes many at once; what the kernel drops for lack of room would not be seen.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
    listener.settimeout(0.1)
    done = threading.Event()

    def listen():
        while True:
            try:
                data, (interface, kind, *_rest) = listener.recvfrom(512)
            except TimeoutError:
                if done.is_set():
                    return
            else:
                packets.add(told(interface, kind, data))

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield packets
    finally:
        done.set()
        thread.join()
        listener.close()
