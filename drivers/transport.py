"""Ports: the byte pipes under a line. The only place in drivers/ that imports `serial`.

Owns opening, exact-length reading, the silence before a request, draining. Knows no protocol and no device. In virtual
time the simulator offers an object of the same shape (`Port`), whose clock is that of the simulated line.
"""

from __future__ import annotations

import errno
import glob
import math
import os
import select
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import serial

from drivers.errors import PortLost
from drivers.tcp import SCHEME, TcpPipe

PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}
STOP_BITS = {"1": serial.STOPBITS_ONE, "2": serial.STOPBITS_TWO}
WRITE_TIMEOUT_S = 1.0  # assumed: longest frame of the tool takes 0.1 s; a blocked line must not hold its worker
LONGEST_DRAIN_S = 1.0  # assumed: a device that never falls silent must not hold its worker either
PSEUDO = "/dev/pts/"  #: has no wire and no parity: Linux refuses to open one twice with parity set
SILENCE_CHARS = {"modbus-rtu": 3.5}  #: by protocol, before a request  # Modbus over serial line V1.02, 2.5.1.1
LEAST_SILENCE_S = 0.00175  # the same, for baud rates above 19200

_LOST = (serial.SerialException, OSError, termios.error)  # all that pyserial lets through when a port goes away


class Port(Protocol):
    """A byte pipe with a clock of its own: real time on hardware, charged wire time in virtual time."""

    @property
    def answered_s(self) -> float:
        """Time at which the device gave its last reply [s]; a reading carries this."""
        ...

    @property
    def dropped(self) -> bytes:
        """What the last drain threw away."""
        ...

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

    def unread(self) -> int:
        """How many bytes have arrived that nobody asked for; raises PortLost when the other side has gone."""
        ...

    def hang_up(self) -> bool:
        """Close a network connection that says nothing, it may be half-open; False where there is none to close."""
        ...

    def elsewhere(self) -> None:
        """Nobody known answers here: look in the next place that the url allows, if there is one."""
        ...

    def close(self) -> None:
        """Release the port; safe to call twice."""
        ...


class Pipe(Protocol):
    """What a port sends and receives through; raises what `_LOST` names."""

    def send(self, data: bytes) -> object:
        """Send all bytes."""
        ...

    def fileno(self) -> int:
        """The descriptor to wait on."""
        ...

    def receive(self, size: int) -> bytes:
        """What is there, at most ``size`` bytes."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


class SerialPort:
    """A port on real hardware: a serial device, a pty, or ``socket://host:port``.

    Opened at the first write and, after a loss, again at the next one; the bus decides when that is. A url with a `*`
    stands for every device file that it matches: they are tried in turn until somebody known answers. ``clock`` gives
    the run's time [s]; ``silence_chars`` is how long the line must have been quiet before a request, in characters.
    """

    def __init__(self, url: str, baud: int, fmt: str, clock: Callable[[], float], silence_chars: float = 0.0) -> None:
        if len(fmt) != 3 or fmt[0] not in "78" or fmt[1] not in PARITIES or fmt[2] not in STOP_BITS:
            raise ValueError(f"{url}: serial format {fmt!r} is not known; write it like 8N1, 7E1 or 8O1")
        self.url = url
        self.answered_s = 0.0
        self.dropped = b""
        self.waited_s = 0.0  #: kept silent in all [s]
        self._baud = baud
        self._format = fmt
        self._clock = clock
        self._over_network = url.startswith(SCHEME)
        self._silence_s = max(silence_chars * bits_per_char(fmt) / baud, LEAST_SILENCE_S) if silence_chars else 0.0
        self._pipe: Pipe | None = None
        self._poll = select.poll()
        self._turn = 0  # which of the places that the url allows
        self._buffer = b""
        self._sent_s = self._heard_s = -math.inf

    def now(self) -> float:
        """Time of the run [s]."""
        return self._clock()

    def write(self, data: bytes) -> None:
        """Send all bytes, opening the port first if need be; raises PortLost."""
        pipe = self._pipe or self._open()
        if self._silence_s:
            self._keep_silence()
        try:
            pipe.send(data)
        except _LOST as error:
            raise self._lost("was lost while sending", error) from error
        self._sent_s = self._clock()

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes; returns fewer (or none) once ``timeout_s`` has passed since the last write."""
        deadline = self._sent_s + timeout_s
        while len(self._buffer) < size and self._receive(deadline - self._clock()):
            pass
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``; fewer once the timeout has passed."""
        deadline = self._sent_s + timeout_s
        while (at := self._buffer.find(end, 0, limit)) < 0 and len(self._buffer) < limit:
            if not self._receive(deadline - self._clock()):
                break
        size = limit if at < 0 else at + len(end)
        data = self._buffer
        if len(data) == size:
            self._buffer = b""
            return data
        self._buffer = data[size:]
        return data[:size]

    def unread(self) -> int:
        """How many bytes lie here that nobody has asked for; raises PortLost when the other side has gone."""
        if self._pipe is not None:
            self._receive(0.0)
        return len(self._buffer)

    def drain(self, silence_s: float) -> int:
        """Throw away what arrives until the line has been silent for ``silence_s``; returns the bytes dropped."""
        give_up = self._clock() + LONGEST_DRAIN_S
        dropped, self._buffer = [self._buffer], b""
        try:
            while self._pipe is not None and self._clock() < give_up and self._receive(silence_s):
                dropped.append(self._buffer)
                self._buffer = b""
        finally:
            self.dropped = b"".join(dropped)
        return len(self.dropped)

    def hang_up(self) -> bool:
        """Close a network connection that says nothing, it may be half-open; it is made anew at the next write."""
        if self._over_network:
            self.close()
        return self._over_network

    def elsewhere(self) -> None:
        """Nobody known is here: close, and open the next place that the url allows."""
        if "*" in self.url:
            self.close()
            self._turn += 1

    def close(self) -> None:
        """Release the port; safe to call twice."""
        pipe, self._pipe = self._pipe, None
        self._buffer = b""
        if pipe is not None:
            with suppress(KeyError, ValueError, *_LOST):
                self._poll.unregister(pipe.fileno())
            pipe.close()

    def _keep_silence(self) -> None:
        """Wait until the line has been quiet for long enough since the last byte, ours or theirs."""
        began = self._clock()
        wait = max(self._heard_s, self._sent_s) + self._silence_s - began
        if wait > 0.0:
            time.sleep(wait)
            self.waited_s += self._clock() - began

    def _receive(self, wait_s: float) -> bool:
        """Put what comes next into the buffer, waiting at most ``wait_s`` for the first byte; False if none came."""
        if self._pipe is None:
            raise PortLost(f"{self.url} is not open; it opens again at the next request")
        if not self._poll.poll(wait_s * 1000.0 if wait_s > 0.0 else 0):
            return False
        try:
            self._buffer += self._pipe.receive(4096)
        except _LOST as error:
            raise self._lost("was lost while receiving", error) from error
        self.answered_s = self._heard_s = self._clock()
        return True

    def _open(self) -> Pipe:
        try:
            pipe = self._pipe = TcpPipe(self.url) if self._over_network else self._open_serial()
        except (*_LOST, ValueError) as error:
            raise self._lost("cannot be opened", error) from error
        self._poll.register(pipe.fileno(), select.POLLIN)
        return pipe

    def _open_serial(self) -> SerialPipe:
        places = sorted(glob.glob(self.url)) if "*" in self.url else [self.url]
        if not places:
            raise FileNotFoundError(2, "no device file is called so")
        for number in range(len(places)):  # one that another line or program holds is passed over
            place = places[(self._turn + number) % len(places)]
            try:
                pipe = SerialPipe(place, self._baud, self._format)
            except _LOST:
                if number + 1 == len(places):
                    raise
            else:
                self._turn += number
                return pipe
        raise AssertionError("unreachable")

    def _lost(self, what: str, error: Exception) -> PortLost:
        self.close()
        return PortLost(
            f"{self.url} {what} ({error}); check cable and power, the url in the machine file, "
            "and that no other program holds it"
        )


class SerialPipe:
    """A serial device or pty, open for us alone. A byte whose parity is wrong arrives as NUL, which no text holds."""

    def __init__(self, place: str, baud: int, fmt: str) -> None:
        if os.path.realpath(place).startswith(PSEUDO):
            fmt = "8N1"
        self._serial = serial.Serial(
            place,
            baudrate=baud,
            bytesize=int(fmt[0]),
            parity=PARITIES[fmt[1]],
            stopbits=STOP_BITS[fmt[2]],
            timeout=0,  # never waits by itself: the port does, with a deadline
            write_timeout=WRITE_TIMEOUT_S,
            exclusive=True,
        )
        self._file = self._serial.fileno()
        if fmt[1] != "N":
            settings = termios.tcgetattr(self._file)
            settings[0] |= termios.INPCK  # pyserial leaves the check off
            termios.tcsetattr(self._file, termios.TCSANOW, settings)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._file

    def send(self, data: bytes) -> None:
        """Send all bytes."""
        self._serial.write(data)

    def receive(self, size: int) -> bytes:
        """What is there, at most ``size`` bytes; to be called when there is something. OSError when it is gone."""
        data = os.read(self._file, size)
        if not data:
            raise OSError(errno.EIO, "the device is gone")
        return data

    def close(self) -> None:
        """Release the device."""
        self._serial.close()


def bits_per_char(fmt: str) -> int:
    """Bits on the wire for one character, start bit included ("8E1" -> 11)."""
    return 1 + int(fmt[0]) + (fmt[1] != "N") + int(fmt[2])
