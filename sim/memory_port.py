"""A port in memory that charges wire time: where drivers plug in in virtual time. Owns the clock of its line.

Knows no protocol. All of it is plain data and can be saved in the middle of an exchange.
"""

from __future__ import annotations

from typing import Protocol

from sim.line import SimLine

NETWORK_S = 0.0002  #: what a request costs on a line without a baud rate [s]  # assumed: a quiet local network


class HasNow(Protocol):
    """Whatever tells plant time [s]."""

    @property
    def now(self) -> float:
        """Plant time [s]."""


class MemoryPort:
    """One end of a simulated line, in virtual time.

    Its clock runs ahead of the world's: it adds the wire time of every byte, the latency of every device, and every
    time-out, and waits for the world to catch up. Reads give what came in time, which may be less than asked for.
    """

    def __init__(self, line: SimLine, world_now: HasNow) -> None:
        self.answered_s = 0.0  #: plant time at which the emulator gave the answer last read [s]
        self.dropped = b""  #: what the last drain threw away
        self._line = line
        self._world = world_now
        self._busy_until = 0.0
        self._written = 0.0  # end of the last request
        self._inbox: list[tuple[float, bytes, float]] = []  # start on the wire, bytes, plant time of the answer
        self._char_s = line.char_s
        self._before_s = line.silence_s if line.char_s else NETWORK_S
        self._closed = False

    def now(self) -> float:
        """This line's clock [s]."""
        world, busy = self._world.now, self._busy_until
        return world if world > busy else busy

    def write(self, data: bytes) -> None:
        """Send a request; the devices hear it at its end. ConnectionError after close."""
        if self._closed:
            raise ConnectionError(f"line {self._line.name}: the port is closed")
        world = self._world.now
        start = world if world > self._busy_until else self._busy_until
        end = start + self._before_s + len(data) * self._char_s
        self._busy_until = self._written = end
        inbox = self._inbox
        for delay, reply in self._line.receive(data, end):
            inbox.append((end + delay, reply, world))
        if len(inbox) > 1:
            inbox.sort(key=_start)

    def read(self, size: int, timeout_s: float) -> bytes:
        """``size`` bytes, or fewer if the time since the last request runs out."""
        if self._inbox:
            start, chunk, answered = self._inbox[0]
            arrived = start + size * self._char_s
            if len(chunk) >= size > 0 and arrived <= self._written + timeout_s:
                if len(chunk) == size:
                    del self._inbox[0]
                else:
                    self._inbox[0] = (arrived, chunk[size:], answered)
                    chunk = chunk[:size]
                self.answered_s = answered
                if arrived > self._busy_until:
                    self._busy_until = arrived
                return chunk
        return self._collect(size, None, timeout_s)

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``, or what came before the time ran out."""
        if self._inbox:
            at = self._inbox[0][1].find(end, 0, limit)
            if at >= 0:
                return MemoryPort.read(self, at + len(end), timeout_s)
        return self._collect(limit, end, timeout_s)

    def drain(self, silence_s: float) -> int:
        """Discard everything until the line has been silent for ``silence_s``; returns the bytes dropped."""
        clock, self.dropped = self.now(), b""
        while self._inbox and self._inbox[0][0] <= clock + silence_s:
            start, chunk, _ = self._inbox.pop(0)
            clock = max(clock, start + len(chunk) * self._char_s)
            self.dropped += chunk
        self._busy_until = clock + silence_s
        return len(self.dropped)

    def unread(self) -> int:
        """How many bytes have arrived by now that nobody has read."""
        if not self._inbox:
            return 0
        start, chunk, _ = self._inbox[0]
        return len(chunk) if start + self._char_s <= self.now() else 0

    def hang_up(self) -> bool:
        """Nothing here can be half-open."""
        return False

    def elsewhere(self) -> None:
        """There is only this place."""

    def close(self) -> None:
        """Unplug."""
        self._closed = True
        self._inbox.clear()

    def _collect(self, size: int, end: bytes | None, timeout_s: float) -> bytes:
        now = self.now()
        deadline = max(self._written + timeout_s, now)
        got, clock, char_s, inbox = b"", now, self._char_s, self._inbox
        complete = size <= 0
        while inbox and not complete:
            start, chunk, answered = inbox[0]
            if start > deadline:
                break
            in_time = len(chunk) if not char_s else min(len(chunk), int((deadline - start) / char_s + 1e-6))
            take = min(size - len(got), in_time)
            if end is not None:
                found = (got + chunk[:take]).find(end)
                if found >= 0:
                    take, complete = found + len(end) - len(got), True
            if take <= 0:
                break
            got += chunk[:take]
            complete = complete or len(got) == size
            clock = max(clock, start + take * char_s)
            self.answered_s = answered
            if take == len(chunk):
                del inbox[0]
            else:
                inbox[0] = (start + take * char_s, chunk[take:], answered)
                if take == in_time:
                    break
        self._busy_until = clock if complete else deadline
        return got


def _start(entry: tuple[float, bytes, float]) -> float:
    return entry[0]
