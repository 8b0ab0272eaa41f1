"""What goes over a line, kept as text: every byte sent and received with its time, and whose question it was.

Owns the words of a capture and the port that hears all. Disturbs nothing: a sink that fails ends the capture, never the
line. How a capture is played back stands in replay.py, what its files are in controller/records/capture.py.

    12.345678 ask o2_mfc read_flow         a driver begins: identify, one of its polls, or write with its values
    12.346125 > 01 03 00 20 00 01 85 c0    sent; the time is when it was
    12.349003 < 01 03 02 00 05 78 47       read; `@ 12.34` follows when the device said it at another time
    12.349003 done                         or: fail BadReply and its text

What looks like text stands behind the bytes once more, for people. `silent`: less was read than asked for. `now`: the
driver looked at the clock. `drop`: thrown away unread. `lost`: the port was gone. `else`: another place was looked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Protocol

from drivers.device import Device
from drivers.errors import DeviceError, PortLost
from drivers.transport import Port

VERSION = 1  #: of the form
DIGITS = 6  #: of a time [s]
#: what a driver raises: an error of its device, or a mistake of its own
FAILURES = (DeviceError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
SAME_TIME_S = 1e-4  #: an answer that was read so soon after it came was read when it came


class Sink(Protocol):
    """Where the lines of a capture go; raises OSError when it can take no more."""

    def begin(self) -> None:
        """Nothing is under way: a good place to begin another file."""
        ...

    def keep(self, line: str) -> None:
        """Keep one line, given without its end."""
        ...


class CapturePort:
    """A port that keeps all that goes through another one."""

    def __init__(self, port: Port, sink: Sink) -> None:
        self.port = port
        self.sink = sink
        self.why_stopped = ""  #: why nothing is kept any more; empty while all is
        self.exchanges = 0  #: jobs of drivers that were kept
        self._depth = 0  # of jobs within each other

    @property
    def answered_s(self) -> float:
        """As the port itself has it [s]."""
        return self.port.answered_s

    @property
    def dropped(self) -> bytes:
        """As the port itself has it."""
        return self.port.dropped

    def now(self) -> float:
        """Time on this line [s]; what a driver is told is kept, for what it does may hang on it."""
        if not self._depth:
            return self.port.now()
        time = round(self.port.now(), DIGITS)
        self._keep(time, "now")
        return time

    def write(self, data: bytes) -> None:
        """Send all bytes; raises PortLost when the port is gone."""
        try:
            self.port.write(data)
        except PortLost as error:
            self._lost(error)
            raise
        self._keep(self.port.now(), f"> {shown(data)}")

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes; returns fewer (or none) once ``timeout_s`` has passed since the last write."""
        return self._heard(lambda: self.port.read(size, timeout_s), lambda data: len(data) >= size)

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``; fewer once the timeout has passed."""
        whole: Callable[[bytes], bool] = lambda data: data.endswith(end) or len(data) >= limit  # noqa: E731
        return self._heard(lambda: self.port.read_until(end, limit, timeout_s), whole)

    def unread(self) -> int:
        """How many bytes have arrived that nobody asked for; raises PortLost when the other side has gone."""
        try:
            return self.port.unread()
        except PortLost as error:
            self._lost(error)
            raise

    def drain(self, silence_s: float) -> int:
        """Throw away what arrives until the line has been silent for ``silence_s``; returns the bytes dropped."""
        try:
            return self.port.drain(silence_s)
        except PortLost as error:
            self._lost(error)
            raise
        finally:
            self._keep(self.port.now(), f"drop {shown(self.port.dropped)}".rstrip())

    def hang_up(self) -> bool:
        """As the port does."""
        return self.port.hang_up()

    def elsewhere(self) -> None:
        """Look in the next place that the url allows."""
        self._keep(self.port.now(), "else")
        self.port.elsewhere()

    def close(self) -> None:
        """Release the port; safe to call twice."""
        self.port.close()

    def job(self, name: str, method: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same method of a driver, with its beginning and its end kept."""

        @wraps(call)
        def kept(*values: Any) -> Any:
            if self._depth:
                return call(*values)  # a part of another one
            self._begin(" ".join(("ask", name, method, *(_written(each) for each in values))))
            outcome = "fail"
            try:
                result = call(*values)
                outcome = "done"
                return result
            except FAILURES as error:
                outcome = failed(error)
                raise
            finally:
                self._depth = 0
                self._keep(self.port.now(), outcome)

        return kept

    def _begin(self, what: str) -> None:
        self.exchanges += 1
        if not self.why_stopped:
            try:
                self.sink.begin()
            except OSError as error:
                self._stop(error)
        self._keep(self.port.now(), what)
        self._depth = 1

    def _heard(self, read: Callable[[], bytes], whole: Callable[[bytes], bool]) -> bytes:
        """What was read, kept; and that it was less than wanted."""
        try:
            data = read()
        except PortLost as error:
            self._lost(error)
            raise
        time, said_s = self.port.now(), self.port.answered_s
        if data:
            at = "" if abs(time - said_s) < SAME_TIME_S else f" @ {said_s:.{DIGITS}f}"
            self._keep(time, f"< {shown(data, at)}")
        if not whole(data):
            self._keep(time, "silent")
        return data

    def _lost(self, error: PortLost) -> None:
        self._keep(self.port.now(), f"lost {' '.join(str(error).split())}")

    def _keep(self, time: float, what: str) -> None:
        if self.why_stopped:
            return
        try:
            self.sink.keep(f"{time:.{DIGITS}f} {what}")
        except OSError as error:
            self._stop(error)

    def _stop(self, error: OSError) -> None:
        self.why_stopped = error.strerror or str(error)


def watch(device: Device, port: CapturePort) -> None:
    """Have a capture know whose question is on the line: the methods of this driver that a bus calls."""
    for method in ("identify", "write", *(poll.method for poll in device.polls())):
        setattr(device, method, port.job(label(device.name), method, getattr(device, method)))


def label(name: str) -> str:
    """A device's name as a capture has it: in one word."""
    return "_".join(name.split())


def shown(data: bytes, at: str = "") -> str:
    """Bytes as a capture has them: in hexadecimal, and for people as text when that is what they are."""
    text = data.decode("latin-1")
    is_text = data.isascii() and 2 * sum(each.isprintable() for each in text) > len(text)
    return f"{data.hex(' ')}{at}{f'  # {json.dumps(text)}' if is_text else ''}"


def failed(error: Exception) -> str:
    """How a job that failed has ended, in one line."""
    return " ".join(("fail", type(error).__name__, *str(error).split()))


def _written(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), default=float)
