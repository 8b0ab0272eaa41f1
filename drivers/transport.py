"""Ports: the byte pipes under a line. The only place in drivers/ that imports `serial`.

Owns opening, exact-length reading, draining. Knows no protocol and no device. In virtual time the simulator offers an
object of the same shape (`Port`), whose clock is that of the simulated line.
"""

from __future__ import annotations

import select
import socket
import termios
from collections.abc import Callable
from typing import Protocol

import serial

from drivers.errors import PortLost

PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}
STOP_BITS = {"1": serial.STOPBITS_ONE, "2": serial.STOPBITS_TWO}
WRITE_TIMEOUT_S = 1.0  # assumed: longest frame of the tool takes 0.1 s; a blocked line must not hold its worker
LONGEST_DRAIN_S = 1.0  # assumed: a device that never falls silent must not hold its worker either
TCP_USER_TIMEOUT_MS = 5000  # RELIABILITY 1.7: a dead peer is noticed even when bytes wait to be sent

_LOST = (serial.SerialException, OSError, termios.error)  # all that pyserial lets through when a port goes away


class Port(Protocol):
    """A byte pipe with a clock of its own: real time on hardware, charged wire time in virtual time."""

    answered_s: float  #: time at which the device gave its last reply [s]; a reading carries this

    def now(self) -> float:
        """Time on this line [s]."""
        ...

    def write(self, data: bytes) -> None:
        """Send all bytes; raises PortLost when the port is gone."""
        ...

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes; returns fewer (or none) once ``timeout_s`` has passed since the last write."""
        ...

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``; fewer once the timeout has passed."""
        ...

    def drain(self, silence_s: float) -> int:
        """Throw away what arrives until the line has been silent for ``silence_s``; returns the bytes dropped."""
        ...

    def close(self) -> None:
        """Release the port; safe to call twice."""
        ...


class SerialPort:
    """A port on real hardware: a serial device, a pty, or ``socket://host:port``.

    Opened at the first write and, after a loss, again at the next one; the bus decides when that is. ``clock`` gives
    the run's time [s].
    """

    def __init__(self, url: str, baud: int, fmt: str, clock: Callable[[], float]) -> None:
        if len(fmt) != 3 or fmt[0] not in "78" or fmt[1] not in PARITIES or fmt[2] not in STOP_BITS:
            raise ValueError(f"{url}: serial format {fmt!r} is not known; write it like 8N1, 7E1 or 8O1")
        self.url = url
        self.answered_s = 0.0
        self._baud = baud
        self._format = fmt
        self._clock = clock
        self._serial: serial.SerialBase | None = None
        self._sent_s = 0.0

    def now(self) -> float:
        """Time of the run [s]."""
        return self._clock()

    def write(self, data: bytes) -> None:
        """Send all bytes, opening the port first if need be; raises PortLost."""
        if self._serial is None:
            self._serial = self._open()
        try:
            self._serial.write(data)
        except _LOST as error:
            raise self._lost("was lost while sending", error) from error
        self._sent_s = self._clock()

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes; returns fewer (or none) once ``timeout_s`` has passed since the last write."""
        deadline = self._sent_s + timeout_s
        data = b""
        while len(data) < size:
            more = self._receive(size - len(data), deadline - self._clock())
            if not more:
                break
            data += more
        return data

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``; fewer once the timeout has passed."""
        deadline = self._sent_s + timeout_s
        data = b""
        while len(data) < limit and not data.endswith(end):
            more = self._receive(1, deadline - self._clock())  # byte by byte: what follows belongs to someone else
            if not more:
                break
            data += more
        return data

    def drain(self, silence_s: float) -> int:
        """Throw away what arrives until the line has been silent for ``silence_s``; returns the bytes dropped."""
        dropped = 0
        give_up = self._clock() + LONGEST_DRAIN_S
        while self._serial is not None and self._clock() < give_up:
            data = self._receive(4096, silence_s)
            if not data:
                break
            dropped += len(data)
        return dropped

    def close(self) -> None:
        """Release the port; safe to call twice."""
        port, self._serial = self._serial, None
        if port is not None:
            port.close()

    def _receive(self, size: int, wait_s: float) -> bytes:
        """What is there, up to ``size`` bytes, after waiting at most ``wait_s`` for the first of them."""
        if self._serial is None:
            raise PortLost(f"{self.url} is not open; it opens again at the next request")
        try:
            ready, _, _ = select.select([self._serial.fileno()], [], [], max(wait_s, 0.0))
            data: bytes = self._serial.read(size) if ready else b""
        except _LOST as error:
            raise self._lost("was lost while receiving", error) from error
        if data:
            self.answered_s = self._clock()
        return data

    def _open(self) -> serial.SerialBase:
        over_network = self.url.startswith("socket://")
        try:
            port = serial.serial_for_url(
                self.url,
                baudrate=self._baud,
                bytesize=int(self._format[0]),
                parity=PARITIES[self._format[1]],
                stopbits=STOP_BITS[self._format[2]],
                timeout=0,  # never waits by itself: `_receive` does, with a deadline
                write_timeout=WRITE_TIMEOUT_S,
                exclusive=None if over_network else True,
            )
        except (*_LOST, ValueError) as error:
            raise self._lost("cannot be opened", error) from error
        if over_network:
            _keep_alive(port.fileno())
        return port

    def _lost(self, what: str, error: Exception) -> PortLost:
        self.close()
        return PortLost(
            f"{self.url} {what} ({error}); check cable and power, the url in the machine file, "
            "and that no other program holds it"
        )


def _keep_alive(fileno: int) -> None:
    """Send small frames at once, and notice a peer that has gone without a word."""
    with socket.socket(fileno=socket.dup(fileno)) as tcp:  # a second handle on the same connection
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS)
