"""A capture played back against a driver: it must send what was sent then, and gets what was answered then.

Owns the reading of capture files (form: capture.py) and a port whose clock is that of the capture. Decides nothing
about what a driver makes of its answers; it only says where it and the capture part.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from drivers.capture import FAILURES, VERSION, failed
from drivers.capture_state import restore
from drivers.catalogue import driver_class
from drivers.device import Device
from drivers.errors import PortLost

HEAD = "maskglow capture"  #: key of the first line, with the version of the form
BYTES = ("<", ">", "drop")
BARE = ("silent", "now", "done", "else")
TEXT = ("fail", "lost")
MOST_BYTES = 1_000_000_000  #: of a file that is read; one file of a capture is smaller


class CaptureRefused(ValueError):
    """A file that is no whole capture; the text names file and line."""


class Parted(Exception):
    """Driver and capture part; the text names file and line, what was then, and what is now."""


class Record(NamedTuple):
    """One line of a capture."""

    number: int  #: line of the file, from 1
    time_s: float
    kind: str
    rest: str
    data: bytes = b""
    said_s: float = 0.0  #: when the device said the bytes [s]


class Outcome(NamedTuple):
    """What a driver made of one job of a capture."""

    number: int  #: line of the file at which it begins
    time_s: float
    device: str
    method: str
    then: str  #: "done", or "fail" with the error of then
    now: str  #: the same of now
    result: Any  #: name or values; None when it failed

    @property
    def same(self) -> bool:
        """Whether it ended as it did then: well, or with the same kind of error."""
        return self.then.split()[:2] == self.now.split()[:2]


class Capture:
    """One file of a capture: its head, its records, its drivers."""

    def __init__(self, path: str, head: Mapping[str, Any], records: list[Record]) -> None:
        self.path = path
        self.head = head
        self.records = records

    def build(self, instead: Mapping[str, tuple[str, int, Any]] | None = None) -> tuple[ReplayPort, dict[str, Device]]:
        """The port that plays it, and its drivers, knowing what they knew when the file was begun.

        ``instead`` gives (driver, address, options) of some devices other than those that the file names.
        CaptureRefused when a driver is not known or its options do not fit.
        """
        port = ReplayPort(self.path, self.records)
        found: dict[str, Device] = {}
        for name, table in self.head["devices"].items():
            try:
                driver, address, options = (instead or {}).get(name) or (*_text(table), table["options"])
                cls = driver_class(driver)
                device = cls(name, port, address, cls.options_model.model_validate(options))
                restore(device, table.get("state", {}))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                reason = " ".join(str(error).split())
                raise CaptureRefused(f"{self.path}:1: device {name}: {reason}") from None
            found[name] = device
        return port, found

    def replay(self, instead: Mapping[str, tuple[str, int, Any]] | None = None) -> Iterator[Outcome]:
        """Every job of the file, one after another. CaptureRefused; Parted where a driver does something else."""
        port, devices = self.build(instead)
        while (job := port.next_job()) is not None:
            name, method, *values = job.rest.split(" ", 2)
            device = devices.get(name)
            if device is None:
                raise CaptureRefused(f"{self.path}:{job.number}: {name!r} is not among the devices of the first line")
            yield _done(port, job, device, method, values)


class ReplayPort:
    """A port that plays the records of a capture; what it cannot play raises Parted."""

    def __init__(self, path: str, records: list[Record]) -> None:
        self.answered_s = 0.0
        self.dropped = b""
        self._path = path
        self._records = list(records)  # its own: what was thrown away is taken out of it
        self._last_end = max((at for at, each in enumerate(records) if each.kind in ("done", "fail")), default=-1)
        self._at = 0
        self._time = records[0].time_s if records else 0.0
        self._buffer = b""

    def now(self) -> float:
        """Time of the capture [s]."""
        if self._kind() == "now":
            self._take()
        return self._time

    def write(self, data: bytes) -> None:
        """What is sent must be what was sent then; raises Parted, and PortLost where the port was lost."""
        self._skip("now")
        if self._buffer:
            raise self.parted(f"sends {_shown(data)} before it has read {_shown(self._buffer)}")
        self._lost()
        if self._kind() != ">" or self._records[self._at].data != data:
            raise self.parted(f"sends {_shown(data)}")
        self._take()

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to ``size`` bytes of what was read then."""
        while len(self._buffer) < size and self._more(timeout_s):
            pass
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``, of what was read then."""
        while (at := self._buffer.find(end, 0, limit)) < 0 and len(self._buffer) < limit:
            if not self._more(timeout_s):
                break
        size = limit if at < 0 else at + len(end)
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def unread(self) -> int:
        """How many bytes lie here that nobody has read."""
        return len(self._buffer)

    def drain(self, silence_s: float) -> int:
        """Throw away what was read or thrown away then."""
        self._skip("now", "<", "silent")
        self.dropped, self._buffer = self._buffer, b""
        if self._kind() == "lost":
            error = PortLost(self._take().rest)
            self._skip("drop")
            raise error
        if self._kind() == "drop":
            self.dropped += self._take().data
        else:
            self._time += silence_s
        return len(self.dropped)

    def hang_up(self) -> bool:
        """What came of it stands in the capture."""
        return False

    def elsewhere(self) -> None:
        """There is only this place."""

    def close(self) -> None:
        """Nothing is open."""

    def next_job(self) -> Record | None:
        """The beginning of the next job that came to its end; None after the last."""
        while self._at < len(self._records) and self._kind() != "ask":
            self._take()
        self._buffer = b""
        return self._take() if self._at < self._last_end else None

    def end_job(self, now: str) -> str:
        """How the job ended then, all of it having been played; Parted when more was said then."""
        self._skip("now")
        if self._buffer:
            raise self.parted(f"leaves {_shown(self._buffer)} unread ({now})")
        if self._kind() not in ("done", "fail"):
            raise self.parted(f"has ended here ({now})")
        record = self._take()
        return f"{record.kind} {record.rest}".strip()

    def parted(self, now: str) -> Parted:
        """The error for the present place."""
        if self._at >= len(self._records):
            return Parted(f"{self._path}: after the last line: the driver {now}")
        record = self._records[self._at]
        then = f"{record.kind} {_shown(record.data) if record.kind in BYTES else record.rest}".strip()
        return Parted(f"{self._path}:{record.number}: the driver {now}; then it was: {then}")

    def _more(self, timeout_s: float) -> bool:
        """Put what was read next then into the buffer; False when nothing was."""
        self._skip("now")
        self._lost()
        if self._kind() == "<":
            record = self._take()
            self._buffer += record.data
            self.answered_s = record.said_s
            return True
        if self._kind() == "silent":
            self._take()
            return False
        if self._kind() == "fail":  # it gave up then, and what came was thrown away: this one may read on
            after = self._records[self._at + 1] if self._at + 1 < len(self._records) else None
            if after is not None and after.kind == "drop" and after.data:
                self._buffer += after.data
                self._records[self._at + 1] = after._replace(data=b"")
                return True
            self._time += timeout_s
            return False
        raise self.parted("waits for an answer")

    def _lost(self) -> None:
        if self._kind() == "lost":
            raise PortLost(self._take().rest)

    def _kind(self) -> str:
        return self._records[self._at].kind if self._at < len(self._records) else ""

    def _take(self) -> Record:
        record = self._records[self._at]
        self._at += 1
        self._time = record.time_s
        return record

    def _skip(self, *kinds: str) -> None:
        while self._kind() in kinds:
            self._take()


def _done(port: ReplayPort, job: Record, device: Device, method: str, values: list[str]) -> Outcome:
    """Have a driver do a job of the capture."""
    if method not in ("identify", "write", *(poll.method for poll in device.polls())):
        raise port.parted(f"{device.name} has no {method!r}")
    result, now = None, "done"
    try:
        result = getattr(device, method)(*map(json.loads, values))
    except FAILURES as error:
        now = failed(error)
    then = port.end_job(now)
    return Outcome(job.number, job.time_s, device.name, method, then, now, result)


def read_capture(path: str | Path) -> Capture:
    """Read one file of a capture. CaptureRefused names the line that is wrong."""
    file = str(path)
    try:
        with Path(path).open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise CaptureRefused(f"{file}: there is no such file") from None
    except OSError as error:
        raise CaptureRefused(f"{file}: cannot be read: {error.strerror}") from None
    if not raw:
        raise CaptureRefused(f"{file}: the file is empty")
    if len(raw) > MOST_BYTES:
        raise CaptureRefused(f"{file}: more than {MOST_BYTES} bytes are too large for a file of a capture")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CaptureRefused(f"{file}:{line}: is not UTF-8 text; this is no capture") from None
    lines = text.split("\n")
    head = _head(file, lines[0])
    if lines[-1]:
        raise CaptureRefused(f"{file}:{len(lines)}: the last line is cut off: {lines[-1][:60]!r}")
    records = [_record(file, number, line) for number, line in enumerate(lines[1:-1], 2)]
    return Capture(file, head, records)


def _head(file: str, line: str) -> dict[str, Any]:
    """The first line; CaptureRefused when it is none."""
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or HEAD not in head:
        raise CaptureRefused(f"{file}:1: this is no capture: its first line does not say so")
    if head[HEAD] != VERSION:
        raise CaptureRefused(f"{file}:1: capture of version {head[HEAD]}; this program reads version {VERSION}")
    devices = head.get("devices")
    if not isinstance(devices, dict) or not all(isinstance(table, dict) for table in devices.values()):
        raise CaptureRefused(f"{file}:1: the first line names no devices")
    return head


def _record(file: str, number: int, line: str) -> Record:
    """One line; CaptureRefused when it is none of a capture."""
    stamp, _, what = line.partition(" ")
    kind, _, rest = what.partition(" ")
    try:
        time_s = _time(stamp)
        if kind in BYTES:
            shown, _, at = rest.partition("#")[0].partition(" @ ")
            return Record(number, time_s, kind, "", bytes.fromhex(shown), _time(at) if at else time_s)
        if kind == "ask" and len(rest.split(" ", 2)) >= 2:
            for values in rest.split(" ", 2)[2:]:
                if not isinstance(json.loads(values), dict):
                    raise ValueError("no values")
        elif kind not in TEXT and not (kind in BARE and not rest):
            raise ValueError("no kind")
    except (ValueError, RecursionError):
        raise CaptureRefused(f"{file}:{number}: this is no line of a capture: {line[:60]!r}") from None
    return Record(number, time_s, kind, rest)


def _time(stamp: str) -> float:
    time_s = float(stamp)
    if not math.isfinite(time_s):
        raise ValueError("no time")
    return time_s


def _text(table: Mapping[str, Any]) -> tuple[str, int]:
    driver, address = table["driver"], table["address"]
    if not isinstance(driver, str) or type(address) is not int or not isinstance(table["options"], dict):
        raise ValueError("its driver, address or options are of the wrong kind")
    return driver, address


def _shown(data: bytes) -> str:
    return data.hex(" ") if len(data) <= 64 else f"{data[:64].hex(' ')} … ({len(data)} bytes)"
