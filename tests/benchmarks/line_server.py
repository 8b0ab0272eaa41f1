"""Answers in a process of its own, as bare as can be, so that what is measured is the client.

`python -m tests.benchmarks.line_server tcp|ascii|rtu [BAUD]` prints where it listens, and ends with its input.
"""

from __future__ import annotations

import os
import pty
import socket
import sys
import threading
import time
import tty

REGISTERS = bytes(range(20))  #: ten registers
REQUEST_BYTES, REPLY_BYTES, BITS = 8, 25, 11  #: of an RTU read of ten registers, 8E1
TEXT = b"PV,+1.2345E-03,+1,0\r"  #: twenty characters
USB_FRAME_S = 0.001  #: how a serial adapter hands over what it has received


def wire_s(baud: int) -> float:
    """Wire time [s] of one RTU read of ten registers, request and reply."""
    return (REQUEST_BYTES + REPLY_BYTES) * BITS / baud


def tcp(connection: socket.socket) -> None:
    while request := connection.recv(64):
        connection.sendall(request[:4] + b"\x00\x17" + request[6:7] + b"\x03\x14" + REGISTERS)


def ascii_(connection: socket.socket) -> None:
    while connection.recv(64):
        connection.sendall(TEXT)


def rtu(master: int, baud: int) -> None:
    """Answers when the wire would have brought the bytes, in the portions of an adapter."""
    from pymodbus.framer import FramerRTU

    reply = bytes((1, 3, 20)) + REGISTERS
    reply += FramerRTU.compute_CRC(reply).to_bytes(2, "big")
    char_s = BITS / baud
    while True:
        got = os.read(master, 64)
        began = time.perf_counter()
        while len(got) < REQUEST_BYTES:
            got += os.read(master, 64)
        sent = 0
        while sent < REPLY_BYTES:
            due = min(sent + max(1, int(USB_FRAME_S / char_s)), REPLY_BYTES)
            until = began + (REQUEST_BYTES + due) * char_s
            while time.perf_counter() < until:
                pass
            os.write(master, reply[sent:due])
            sent = due


def main() -> None:
    """Serve until the input ends."""
    kind = sys.argv[1]
    if kind == "rtu":
        master, slave = pty.openpty()
        tty.setraw(slave)
        print(os.ttyname(slave), flush=True)
        threading.Thread(target=rtu, args=(master, int(sys.argv[2])), daemon=True).start()
    else:
        server = socket.create_server(("127.0.0.1", 0))
        print(server.getsockname()[1], flush=True)
        threading.Thread(target=_accept, args=(server, tcp if kind == "tcp" else ascii_), daemon=True).start()
    sys.stdin.read()


def _accept(server: socket.socket, serve) -> None:  # type: ignore[no-untyped-def]
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
