"""Any bytes in answer to anything, every driver of the catalogue: an error of its device, no other one, and no hang.

The same with answers that are nearly right, and what comes after it, stands in tests/system/test_any_answer.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.catalogue import driver_names
from drivers.device import Device, DeviceError
from drivers.tags import Output
from tests.drivers.transcript import make

MOST_CALLS = 300  #: of a port, in one job: the longest honest one, an OES that is identified, makes some 60
LONGEST_S = 10.0  #: of virtual time, in one job: six gauges asked three times, each answer at the last moment


class Hangs(AssertionError):
    """A driver that would not have come back."""


class Babble:
    """Answers each request with the next of some bytes, and after the last with silence. Its clock is virtual."""

    dropped = b""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.time = self.sent_s = self.answered_s = 0.0
        self.buffer = b""
        self.calls = 0
        self.began_s = 0.0

    def begin(self) -> None:
        """Another job."""
        self.calls, self.began_s, self.buffer = 0, self.time, b""

    def spend(self, seconds: float) -> None:
        self.calls += 1
        self.time += max(seconds, 0.0)
        if self.calls > MOST_CALLS or self.time - self.began_s > LONGEST_S:
            raise Hangs(f"{self.calls} calls, {self.time - self.began_s:.1f} s")

    def now(self) -> float:
        return self.time

    def write(self, data: bytes) -> None:
        assert data
        self.spend(0.001)
        self.sent_s = self.time
        if self.answers:
            self.buffer += self.answers.pop(0)

    def read(self, size: int, timeout_s: float) -> bytes:
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        self.spend(0.001 if len(data) == size else self.sent_s + timeout_s - self.time)
        return data

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        at = self.buffer.find(end, 0, limit)
        return self.read(limit if at < 0 else at + len(end), timeout_s)

    def unread(self) -> int:
        return len(self.buffer)

    def drain(self, silence_s: float) -> int:
        self.spend(silence_s)
        dropped, self.buffer = len(self.buffer), b""
        return dropped

    def hang_up(self) -> bool:
        return False

    def elsewhere(self) -> None:
        raise AssertionError("that is for the bus to decide")

    def close(self) -> None:
        raise AssertionError("that is for the bus to decide")


def asked(output: Output, part: float) -> Any:
    """A value within an output's range, from its lowest (0.0) to its highest (1.0)."""
    if output.kind == "flag":
        return part >= 0.5
    low = output.low or 0.0
    return low + part * ((low + 10.0 if output.high is None else output.high) - low)


def jobs(device: Device) -> list[tuple[str, tuple[Any, ...]]]:
    """All that a bus may call: identify, every poll, every output up and down."""
    polls: list[tuple[str, tuple[Any, ...]]] = [(poll.method, ()) for poll in device.polls()]
    writes = [("write", ({n: asked(o, part) for n, o in device.outputs.items()},)) for part in (0.5, 0.0)]
    return [("identify", ()), *polls, *(writes if device.outputs else [])]


@pytest.mark.parametrize("name", driver_names())
@settings(max_examples=60)
@given(answers=st.lists(st.binary(max_size=80), max_size=12))
def test_any_bytes_are_answered_with_an_error_of_the_device(name: str, answers: list[bytes]):
    port = Babble([])
    device = make(name, port)
    for method, values in jobs(device):
        port.answers = list(answers)
        port.begin()
        try:
            result = getattr(device, method)(*values)
        except DeviceError as error:
            assert str(error).strip()
            continue
        if method == "identify":
            assert isinstance(result, str) and result
        elif method != "write":
            assert result.keys() <= device.tags.keys()


@pytest.mark.parametrize("byte", [b"\0", b"\x10", b"\x06", b"\x06\r\n", b"\r", b"\xff", b"0", b" ", b"\x02\x16"])
@pytest.mark.parametrize("name", driver_names())
def test_one_byte_for_ever_is_no_answer_either(name: str, byte: bytes):
    port = Babble([])
    device = make(name, port)
    for method, values in jobs(device):
        port.answers = [byte * 5000] * MOST_CALLS
        port.begin()
        try:
            getattr(device, method)(*values)
        except DeviceError as error:
            assert len(str(error)) < 20_000
