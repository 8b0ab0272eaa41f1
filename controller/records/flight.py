"""The flight record: a snapshot of the core, then everything that came in, scan by scan; replayed bit for bit.

Owns the format, the hashes that must match, and the comparison. A record holds pickled objects of this house: the
reader admits nothing else, and a record from a stranger is still no file to open.
"""

from __future__ import annotations

import copy
import hashlib
import io
import pickle
import platform
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from controller.scan.scan import Inputs, Scan
from drivers.bus import Arrival, Bus, Notice
from drivers.tags import Quality

#: what one reply said: time, then name, value and quality of each tag
Told = tuple[float, list[tuple[str, Any, Quality]]]
#: one scan: now, what arrived, notices, commands, what was granted
Frame = tuple[float, list[Told], list[Notice], list[tuple[Any, ...]], Mapping[str, Any]]
ROOT = Path(__file__).parents[2]
_ROOMS = ("controller", "recipes", "drivers")
#: whose classes a record may hold: what decides, and what it is fed with; nothing that opens, writes or runs anything
_LINES = ("drivers.attached", "drivers.bus", "drivers.tags")
_ADMITTED = ("controller.loops.", "controller.machine.", "controller.scan.", "recipes.", *_LINES)
_OTHERS = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("collections", "deque"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}


@cache
def code_hash() -> str:
    """SHA-256 of all code that decides, as it was when this process first asked."""
    code = hashlib.sha256()
    for room in _ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            code.update(file.relative_to(ROOT).as_posix().encode())
            code.update(file.read_bytes())
    return code.hexdigest()


def hashes(machine_text: str, recipe_sha256: str) -> dict[str, str]:
    """What must be the same for a replay to mean anything."""
    return {
        "code": code_hash(),
        "machine": hashlib.sha256(machine_text.encode()).hexdigest(),
        "recipe": recipe_sha256,
        "numpy": np.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": platform.machine(),
    }


class FlightRecorder:
    """Gathers what every scan was fed with and what it answered. Arrays are left out: no decision reads them."""

    def __init__(self, scan: Scan, made_by: Mapping[str, str]) -> None:
        """``made_by``: the `hashes` of what is being recorded."""
        self.snapshot = pack((dict(made_by), without_ports(scan)))
        self.scans: list[tuple[float, Inputs, Mapping[str, Any]]] = []
        self.arrays = {name for name, tag in scan.image.tags.items() if tag.kind == "array"}
        self.first = True
        self._with_array: dict[str, bool] = {}  # by the first tag of a reply: whether an array comes with it

    def record(self, scan: Scan) -> None:
        """Take one scan; the scan in which the snapshot was taken is not part of the record."""
        if self.first:
            self.first = False
            return
        self.scans.append((scan.now, scan.inputs, scan.buses[0].lease.values))

    def block(self) -> bytes:
        """What has gathered, packed; gathering begins anew."""
        scans, self.scans = self.scans, []
        return pack([self._frame(*scan) for scan in scans])

    def _frame(self, now: float, inputs: Inputs, granted: Mapping[str, Any]) -> Frame:
        told = [(arrival.time_s, self._scalars(arrival.items)) for arrival in inputs.arrivals]
        return now, told, inputs.notices, inputs.commands, granted  # mostly the same as before: packed once

    def _scalars(self, items: list[tuple[str, Any, Quality]]) -> list[tuple[str, Any, Quality]]:
        first = items[0][0]
        if first not in self._with_array:
            self._with_array[first] = any(name in self.arrays for name, _, _ in items)
        return [item for item in items if item[0] not in self.arrays] if self._with_array[first] else items


@dataclass
class Replayed:
    """What a replay found."""

    scans: int = 0
    outputs: int = 0
    differences: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  #: what is not the same as when the record was made, by name
    made_by: Mapping[str, str] = field(default_factory=dict)  #: the `hashes` that the record carries


class DamagedBlock(ValueError):
    """A block of a flight record that cannot be read; ``number`` says which, 0 is the snapshot."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"block {number} of the flight record is damaged: {why}")


def replay(blocks: Iterable[bytes]) -> Replayed:
    """Feed a record back into its snapshot and compare every output of every scan, bit for bit.

    ValueError when there is no record, DamagedBlock when a part of it cannot be read.
    """
    stream = iter(blocks)
    first = next(stream, None)
    if first is None:
        raise ValueError("this run has no flight record")
    with _readable(0):
        made_by, scan = unpack(first)
        if not isinstance(scan, Scan):
            raise TypeError("no snapshot of a core")
        now_by = hashes("", "")
        names = ("code", "numpy", "python", "platform")  # what a run is made of, its reader knows: see proof.py
        result = Replayed(changed=[name for name in names if made_by[name] != now_by[name]], made_by=dict(made_by))
    for number, block in enumerate(stream, 1):
        with _readable(number):
            frames: list[Frame] = [
                (now, told, notices, commands, dict(granted)) for now, told, notices, commands, granted in unpack(block)
            ]
        try:
            for frame in frames:
                _feed(scan, frame, result)
        except _CORE_FAILS as error:
            result.differences.append(f"{scan.now:.3f} s: the core cannot go on with what came in: {error!r}")
            break
    return result


#: what a core raises that is fed with what it does not know, because its code or the record is another
_CORE_FAILS = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, AssertionError)


def _feed(scan: Scan, frame: Frame, result: Replayed) -> None:
    """One scan of the record into the core, and what came of it into the result."""
    now, arrivals, notices, commands, expected = frame
    for name, *arguments in commands:
        getattr(scan, name)(*arguments)
    bus = scan.buses[0]
    for time_s, items in arrivals:
        bus.inbox.append(Arrival(now, time_s, items))
    bus.notices.extend(notices)
    lease = scan.step(now).values
    result.scans += 1
    result.outputs += len(expected)
    if lease != expected and len(result.differences) < 20:
        result.differences += _differences(now, lease, expected)


@contextmanager
def _readable(number: int) -> Iterator[None]:
    """Whatever stands against reading a block is a DamagedBlock with its number."""
    try:
        yield
    except (zlib.error, pickle.UnpicklingError, EOFError, MemoryError, ImportError, *_CORE_FAILS) as error:
        raise DamagedBlock(number, str(error)) from None


def _differences(now: float, ours: Any, expected: Mapping[str, Any]) -> list[str]:
    names = sorted(name for name in {*ours, *expected} if ours.get(name) != expected.get(name))
    return [f"{now:.3f} s: {name} is {ours.get(name)!r}, was {expected.get(name)!r}" for name in names]


def without_ports(scan: Scan) -> Scan:
    """A copy of the core whose lines lead nowhere: only their in-boxes are left."""
    buses, scan.buses = scan.buses, []
    events, alarm_events = scan.events, scan.alarm_events
    scan.events, scan.alarm_events = [], []
    try:
        twin = copy.deepcopy(scan)
    finally:
        scan.buses, scan.events, scan.alarm_events = buses, events, alarm_events
    twin.buses = [Bus("replay", None, [])]  # type: ignore[arg-type]
    return twin


def pack(thing: object) -> bytes:
    """Pickle and compress."""
    return zlib.compress(pickle.dumps(thing, protocol=5), level=1)


class _OnlyOurs(pickle.Unpickler):
    """An unpickler that admits classes of this house and of NumPy, and nothing that could act."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _OTHERS or module.startswith(_ADMITTED):
            found = super().find_class(module, name)
            if isinstance(found, type) or (module, name) in _OTHERS:
                return found
        raise pickle.UnpicklingError(f"a flight record may not contain {module}.{name}")


def unpack(data: bytes) -> Any:
    """Decompress and unpickle; refuses anything that is not of this house."""
    return _OnlyOurs(io.BytesIO(zlib.decompress(data))).load()
