"""One simulated line: the wire that joins a port and the emulated devices on it.

Owns who hears what and when the answers start; wire faults act here. Knows no protocol and no port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from sim.devices.base import Emulator
from sim.devices.framing import FramedEmulator
from sim.faults import Fault, FaultKind
from sim.wire_faults import Check, WireFault
from sim.wiring import Wiring

Link = Literal["up", "gone", "half-open"]
LINKS: dict[str, Link] = {"unplug": "gone", "half_open": "half-open"}  #: faults that a port has, not a device


class SimLine:
    """A serial line (``baud`` given) or a network link (``baud`` None or 0)."""

    def __init__(
        self,
        name: str,
        emulators: Sequence[FramedEmulator],
        baud: int | None = None,
        bits_per_char: int = 10,
        parity: bool = False,
    ) -> None:
        self.name = name
        self.emulators = list(emulators)
        self.char_s = bits_per_char / baud if baud else 0.0  #: wire time of one character [s]
        self.silence_s = self.char_s * max((e.silence_chars for e in self.emulators), default=0.0)
        self.check: Check = "network" if not baud else "parity" if parity else "none"  #: what a receiver notices
        self.link: Link = "up"  #: what a real port makes of the faults of now
        self.faults: list[WireFault] = []
        self._free_s = dict.fromkeys((e.name for e in self.emulators), 0.0)  # when each has said what it had to say
        self._living = [e for e in self.emulators if type(e).step is not Emulator.step]
        self._cables: dict[str, Wiring] = {e.name: e.wiring for e in self.emulators}

    def living_steps(self) -> list[Callable[[float, float], None]]:
        """What must be called for every sub-step: this line while faults may act on it, else its living devices."""
        if self.faults:
            return [self.step]
        return [emulator.step for emulator in self._living]

    def receive(self, data: bytes, now: float) -> list[tuple[float, bytes]]:
        """Give ``data``, heard in full at ``now`` [s], to every device: [(delay to the first byte [s], bytes)]."""
        if self.faults:
            return self._receive_through_faults(data, now)
        answers = []
        for emulator in self.emulators:
            if not emulator.mute:
                reply = emulator.receive(data, now)
                if reply:
                    answers.append((emulator.delay_s, reply))
        return answers

    def step(self, now: float, dt: float) -> None:
        """Live for ``dt`` seconds up to ``now`` [s]; faults begin and end here."""
        if self.faults:
            self._step_faults(now)
        for emulator in self._living:
            emulator.step(now, dt)

    def add_fault(self, fault: WireFault) -> None:
        """Let a fault of this line, or of a device on it, happen when its time comes."""
        self.faults.append(fault)

    def _receive_through_faults(self, data: bytes, now: float) -> list[tuple[float, bytes]]:
        active = [fault for fault in self.faults if fault.active(now)]
        answers = [(0.0, data) for fault in active if fault.type == "echo"]
        for emulator in self.emulators:
            mine = [fault for fault in active if fault.hits(emulator.name)]
            # Every fault is asked, so that each draws the same random numbers whatever the others do.
            deaf = True in [fault.deafens() for fault in mine]
            reply = b"" if deaf or emulator.mute else emulator.receive(data, now)
            delay = emulator.delay_s
            for fault in mine:
                if reply:
                    delay, reply = fault.alter(delay, reply, self.check)
            if reply:
                delay = max(delay, self._free_s[emulator.name] - now)  # a device answers its questions in order
                self._free_s[emulator.name] = now + delay + len(reply) * self.char_s
                answers.append((delay, reply))
                for fault in mine:
                    answers += fault.chatter(delay + len(reply) * self.char_s)
        return answers

    def _step_faults(self, now: float) -> None:
        ended = {LINKS[fault.type] for fault in self.faults if fault.type in LINKS and fault.active(now)}
        self.link = "gone" if "gone" in ended else "half-open" if ended else "up"
        for emulator in self.emulators:
            cable = self._cables[emulator.name]
            felt = cable.sensors
            emulator.refuse_with, emulator.answers_as, emulator.trouble = None, None, ""
            emulator.ignore_writes = emulator.stuck = emulator.words_swapped = False
            for fault in self.faults:
                if fault.hits(emulator.name):
                    felt = fault.step(emulator, felt, now)
            emulator.wiring = cable if felt is cable.sensors else Wiring(cable.commands, felt)


def attach_faults(faults: Iterable[Fault], lines: Mapping[str, SimLine], plant: Mapping[str, FaultKind]) -> list[Fault]:
    """Hand every wire fault to the lines that it touches; return the rest, which are the plant's."""
    rest = []
    for fault in faults:
        if fault.key in plant:
            rest.append(fault)
            continue
        for line in lines.values():
            names = [emulator.name for emulator in line.emulators]
            if fault.target == line.name or fault.target in names:
                line.add_fault(WireFault(fault, names if fault.target == line.name else [fault.target]))
    return rest
