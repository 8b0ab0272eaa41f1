"""Answers that are nearly right, every driver: an error of the device at most, no hang, and all is well again after it.

The emulator answers truly; before the driver hears it, it is bent: bits, cuts, insertions, doubles, other bytes.
Where a protocol has a checksum it is often made right again, so that what lies behind it is reached, too.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import reduce
from operator import xor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.catalogue import driver_names
from drivers.device import DeviceError
from sim.devices.catalogue import EMULATORS
from sim.devices.modbus_frames import crc16
from tests.drivers.test_any_bytes import LONGEST_S, MOST_CALLS, Hangs, jobs
from tests.system.pair import LINES, Pair

#: one bend: kind, place, how much, bytes; the last says whether its checksum is made right again
Bend = tuple[str, int, int, bytes, bool]
BENDS = st.lists(
    st.none()
    | st.tuples(
        st.sampled_from(("flip", "cut", "insert", "double", "other", "digit")),
        st.integers(0, 4500),
        st.integers(1, 40),
        st.binary(min_size=1, max_size=12),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


def _pfeiffer(frame: bytes) -> bytes:
    return frame[:-4] + b"%03d\r" % (sum(frame[:-4]) % 256)


def _zaber(frame: bytes) -> bytes:
    body = frame.partition(b":")[0]
    return body + b":%02X\r\n" % (-sum(body[1:]) & 0xFF)


#: protocol -> the same answer with its checksum made right
REPAIR: dict[str, Callable[[bytes], bytes]] = {
    "modbus-rtu": lambda frame: frame[:-2] + crc16(frame[:-2]),
    "pfeiffer-rs485": _pfeiffer,
    "uss": lambda frame: frame[:-1] + bytes((reduce(xor, frame[:-1], 0),)),
    "ae-bus": lambda frame: frame[:1] + frame[1:-1] + bytes((reduce(xor, frame[1:-1], 0),)),
    "tandc": lambda frame: frame[:-2] + struct.pack(">H", sum(frame[1:-2]) & 0xFFFF),
    "zaber": _zaber,
}


def bent(answer: bytes, bend: Bend, protocol: str) -> bytes:
    """An answer after something has happened to it."""
    kind, place, count, data, right = bend
    at = place % len(answer)
    end = min(at + count, len(answer))
    if kind == "flip":
        answer = answer[:at] + bytes((answer[at] ^ (1 << count % 8),)) + answer[at + 1 :]
    elif kind == "cut":
        answer = answer[:at] + answer[end:]
    elif kind == "insert":
        answer = answer[:at] + data + answer[at:]
    elif kind == "double":
        answer = answer[:end] + answer[at:]
    elif kind == "digit":  # what looks like a number is another one
        answer = bytes(48 + (each * count + place) % 10 if 48 <= each <= 57 else each for each in answer)
    else:
        answer = answer[:at] + data + answer[at + len(data) :]
    return REPAIR[protocol](answer) if right and protocol in REPAIR and len(answer) > 4 else answer


class Counted:
    """A port that notices who would never come back."""

    def __init__(self, port: Any) -> None:
        self._port = port
        self.begin()

    def begin(self) -> None:
        self._calls, self._began_s = 0, self._port.now()

    def __getattr__(self, name: str) -> Any:
        self._calls += 1
        if self._calls > MOST_CALLS or self._port.now() - self._began_s > LONGEST_S:
            raise Hangs(f"{self._calls} calls, {self._port.now() - self._began_s:.1f} s")
        return getattr(self._port, name)


class Bending(Pair):
    """A driver, and its emulator whose answers are bent on their way."""

    def __init__(self, driver: str) -> None:
        super().__init__(driver)
        self.restless()
        self.bends: list[Bend | None] = []
        receive = self.emulator.receive

        def receive_bent(data: bytes, now: float) -> bytes:
            answer = receive(data, now)
            bend = self.bends.pop(0) if self.bends and answer else None
            return bent(answer, bend, self.at.device.protocol) if bend else answer

        self.emulator.receive = receive_bent  # type: ignore[method-assign]

    def open_port(self) -> Any:
        return Counted(super().open_port())

    def pass_time(self, seconds: float) -> None:
        """Let emulator and line live."""
        for _ in range(round(seconds / 0.01)):
            self.clock.now = round(max(self.clock.now, self.port._port.now()) + 0.01, 6)
            self.line.step(self.clock.now, 0.01)

    def outcomes(self, bends: list[Bend | None]) -> list[str]:
        """Ask all that can be asked; how each ended. A line that failed is drained, as the bus does it."""
        ended = []
        for method, values in jobs(self.at.device):
            self.bends = list(bends)
            self.port.begin()
            try:
                getattr(self.at.device, method)(*values)
            except DeviceError as error:
                assert str(error).strip()
                ended.append(type(error).__name__)
                self.port.drain(0.05)
            else:
                ended.append("well")
            self.bends = []
            self.pass_time(max(0.02, self.at.device.rest_until_s - self.port._port.now()))
            self.port.drain(0.05)  # what comes unasked is never left for the next question: `Bus._quiet`
        return ended


WELL: dict[str, list[str]] = {}  #: driver -> how all ends with true answers


@pytest.mark.parametrize("driver", [name for name in driver_names() if name in EMULATORS])
@settings(max_examples=80)
@given(bends=BENDS)
def test_no_answer_breaks_a_driver_and_all_is_well_after_it(driver: str, bends: list[Bend | None]):
    if driver not in WELL:
        WELL[driver] = Bending(driver).outcomes([])
    pair = Bending(driver)
    pair.outcomes(bends)
    pair.pass_time(3.0)
    assert pair.outcomes([]) == WELL[driver]


@pytest.mark.parametrize("driver", [name for name in driver_names() if name in EMULATORS])
def test_true_answers_are_understood(driver: str):
    """Else all being as well as before would say nothing."""
    pair = Bending(driver)
    ended = pair.outcomes([])
    questions = len(pair.at.device.polls()) + 1
    assert set(ended[:questions]) == {"well"} or driver == "reader_ascii", "no code lies before it"


def test_every_driver_with_an_emulator_is_met():
    assert {name for name in driver_names() if name in EMULATORS} <= LINES.keys()
