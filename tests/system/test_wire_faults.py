"""Faults of the wire, every device: what is GOOD is what the device really answered, to just this request, just then.

The oracle looks at bytes. A tap beside the emulator keeps what it answered to each request before the wire did anything
to it; a tap beside the driver keeps what each poll sent and read. A poll whose readings are GOOD must have read, for
each of its requests, exactly what the emulator said to that request, and its stamp must be the time it said so.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from typing import Any

import pytest

from drivers.tags import Quality
from sim.faults import parse_fault
from tests.system.pair import LINES, Pair

FAULTS = (
    "off:for=3", "drop:p=0.3,for=8", "intermittent:p=0.3,for=8", "echo:for=6", "corrupt:p=0.3,for=8",
    "short:of=2,for=4", "short:of=1,for=4", "late:by=0.4,n=3", "late:by=0.06,n=5", "late:by=1.3,n=4",
    "slow:by=0.4,for=8", "slow:by=0.06,for=8", "garbage:for=5", "exc:code=2,for=4", "reboot:for=2",
    "long:by=3,for=4", "noise:p=0.3,by=3,for=6", "chatter:p=0.3,for=6", "wrong_unit:as=9,for=4", "unplug:for=3",
    "half_open:for=3", "corrupt:p=0.05,for=20",
)  # fmt: skip
BEGINS_S, LIVES_S = 4.0, 26.0


#: lines that carry neither checksum nor parity: what moves by more is asked again, a bit that falls over within this
#: cannot be told from a value that moved (drivers/README.md)
BARE = ("gauge_tpg36x", "pump_nxds", "mfc_alicat", "mfc_propar")
RELATIVE, ABSOLUTE = 0.1, 0.6
NUMBER = re.compile(rb"[-+]?\d+(?:\.\d*)?(?:E[-+]?\d+)?")


def alike(said: bytes, heard: bytes) -> bool:
    """Whether two answers are the same, or differ in the value of their numbers alone, and by little."""
    if heard == said:
        return True
    if len(heard) == 18 and heard[:2] == b"\x10\x02":  # ProPar: a float and the same in counts, one of them bent
        values = [[struct.unpack(form, each[at:end])[0] for each in (said, heard)] for form, at, end, _ in PLACES]
        return all(abs(one - other) <= most for (one, other), (*_, most) in zip(values, PLACES, strict=True))
    if NUMBER.sub(b"#", said) != NUMBER.sub(b"#", heard):
        return False
    pairs = zip(NUMBER.findall(said), NUMBER.findall(heard), strict=True)
    return all(float(one) == pytest.approx(float(other), rel=RELATIVE, abs=ABSOLUTE) for one, other in pairs)


PLACES = ((">f", 8, 12, 1.0), (">H", 14, 16, 160))  #: form, from, to, how far off: 0.5 % of 200 sccm


class Taps:
    """What was really said, and what was heard of it."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.said: deque[tuple[float, bytes, bytes]] = deque(maxlen=400)  # plant time, request, true answer
        #: of the job under way: request, bytes read, stamp, when it was asked
        self.heard: list[tuple[bytes, bytes, float, float]] = []
        self.unread = b""
        receive, write, read, until = pair.emulator.receive, pair.port.write, pair.port.read, pair.port.read_until

        def tapped_receive(data: bytes, now: float) -> bytes:
            answer = receive(data, now)
            self.said.append((pair.clock.now, data, answer))
            return answer

        def tapped_write(data: bytes) -> None:
            self.heard.append((data, b"", 0.0, pair.clock.now))
            write(data)

        def keep(data: bytes) -> bytes:
            if self.heard and data:
                request, before, _, asked_s = self.heard[-1]
                self.heard[-1] = (request, before + data, pair.port.answered_s, asked_s)
            return data

        pair.emulator.receive = tapped_receive  # type: ignore[method-assign]
        pair.port.write = tapped_write  # type: ignore[method-assign]
        pair.port.read = lambda size, timeout_s: keep(read(size, timeout_s))  # type: ignore[method-assign]
        pair.port.read_until = lambda *a: keep(until(*a))  # type: ignore[method-assign]
        poll = pair.bus._poll

        def tapped_poll(*arguments: Any) -> None:
            self.heard.clear()
            before = len(pair.bus.inbox)
            poll(*arguments)
            for arrival in list(pair.bus.inbox)[before:]:
                if any(quality is Quality.GOOD for _, _, quality in arrival.items):
                    self.judge(arrival)

        pair.bus._poll = tapped_poll  # type: ignore[method-assign]

    def true_answers(self, request: bytes, stamp: float) -> list[bytes]:
        """What the emulator said to a request just then; from the newest backwards, for it is asked often."""
        true, near_s = [], 1e-6 * stamp
        for time, asked, answer in reversed(self.said):
            if time < stamp - near_s:
                break
            if asked == request and time <= stamp + near_s:
                true.append(answer)
        return true

    def judge(self, arrival: Any) -> None:
        """Every request of a poll that gave GOOD readings was answered by just these bytes, at this time."""
        assert self.heard, f"{arrival.items} came from nowhere"
        for request, data, stamp, asked_s in self.heard:
            if not data:
                continue  # a command to which there is no answer
            assert stamp >= asked_s - 1e-9, f"{request!r} was answered by what was said before it was asked"
            true = self.true_answers(request, stamp)
            same = alike if self.pair.driver in BARE else bytes.__eq__
            assert any(same(answer, data) for answer in true), f"{request!r} got {data!r}, it said {true}: {arrival}"
        assert arrival.time_s == pytest.approx([stamp for _, data, stamp, _ in self.heard if data][-1])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("driver", LINES)
def test_no_reading_is_good_that_is_not_what_the_device_said(driver: str, fault: str):
    kind, _, said = fault.partition(":")
    pair = Pair(driver, parse_fault(f"it.{kind}@{BEGINS_S}:{said}", ["it"]))
    Taps(pair)
    pair.sensing = True
    pair.live(BEGINS_S - 0.5)
    assert pair.at.ready, list(pair.bus.notices)
    pair.live(LIVES_S)
    told = {notice.event for notice in pair.bus.notices}
    assert pair.at.ready, f"it never came back: {list(pair.bus.notices)[-3:]}"
    assert told & {"error", "lost"} or pair.bus.errors == 0


@pytest.mark.parametrize("driver", LINES)
def test_no_late_answer_passes_for_that_to_another_question(driver: str):
    """By every delay: one that falls into the next exchange is the dangerous one, and which that is depends."""
    for count in (1, 2):
        for step in range(1, 13):
            fault = parse_fault(f"it.late@{BEGINS_S}:by={step * 0.14:.2f},n={count}", ["it"])
            pair = Pair(driver, fault)
            Taps(pair)
            pair.sensing = True
            pair.live(BEGINS_S + 4.0)
