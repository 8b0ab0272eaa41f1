"""Ports: the byte pipes under a line. The only place in drivers/ that imports `serial`.

Owns opening, exact-length reading, draining. Knows no protocol and no device. In virtual time the simulator offers an
object of the same shape (`Port`), whose clock is that of the simulated line.
"""

from __future__ import annotations

from typing import Protocol


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
