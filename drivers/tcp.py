"""A TCP connection as a pipe for bytes, held by one program of this computer at a time.

Owns opening, the options that make a dead peer show, and the lock. Knows no protocol and no time-outs of devices.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress

SCHEME = "socket://"
CONNECT_S = 1.0  # assumed: a device in the same cabinet takes a connection at once; longer only holds up its worker
TCP_USER_TIMEOUT_MS = 5000  # RELIABILITY 1.7: a dead peer is noticed even when bytes wait to be sent
PROBE_AFTER_S, PROBE_EVERY_S, PROBES = 2, 1, 3  # assumed: a peer that has gone is known after 5 s of silence, too


class TcpPipe:
    """One connection to ``socket://host:port``; raises OSError for all that can go wrong."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix(SCHEME).rpartition(":")
        self._held = _hold(url)
        try:
            self._socket = socket.create_connection((host.strip("[]"), int(port)), CONNECT_S)
        except OSError:
            self._held.close()
            raise
        for level, option, value in (
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),  # small frames go out at once
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, PROBE_AFTER_S),
            (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_EVERY_S),
            (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, PROBES),
            (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS),
        ):
            self._socket.setsockopt(level, option, value)
        self._file = self._socket.fileno()

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._file

    def send(self, data: bytes) -> None:
        """Send all bytes."""
        sent = os.write(self._file, data)  # a socket with a time-out would ask first whether it may
        if sent != len(data):
            self._socket.sendall(data[sent:])

    def receive(self, size: int) -> bytes:
        """What is there, at most ``size`` bytes; to be called when there is something. OSError at the end."""
        data = os.read(self._file, size)  # as in `send`
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "the other side has closed the connection")
        return data

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._socket.close()
        self._held.close()


def _hold(url: str) -> socket.socket:
    """A name that only one process can bear; the system takes it back however that process ends.

    A serial device has its own lock; a device server takes whoever calls, so two controllers could share one device.
    """
    host, _, port = url.removeprefix(SCHEME).rpartition(":")
    address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0][4]  # however it is spelt
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0maskglow {address[0]!s} {address[1]!s}")
    except OSError as error:
        name.close()
        raise OSError(error.errno, "another controller on this computer holds this connection") from None
    return name
