"""A bus with two ovens on it, whose moods the test sets; its clock moves only when someone spends time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import Device, NoReply, Options, poll
from drivers.tags import Output, Reading, Tag


class Clock:
    """A port whose time passes only when someone spends it."""

    def __init__(self) -> None:
        self.time = 0.0
        self.answered_s = 0.0
        self.drained: list[float] = []
        self.moved = self.unasked = self.hung_up = 0
        self.network = False

    def now(self) -> float:
        return self.time

    def spend(self, seconds: float) -> None:
        self.time += seconds
        self.answered_s = self.time

    def unread(self) -> int:
        unasked, self.unasked = self.unasked, 0
        return unasked

    def hang_up(self) -> bool:
        self.hung_up += self.network
        return self.network

    def elsewhere(self) -> None:
        self.moved += 1

    def drain(self, silence_s: float) -> int:
        self.drained.append(self.time)
        self.time += silence_s
        return 0


class Oven(Device):
    """A device whose moods the test sets."""

    temperature = Tag("temperature_c", "Measure temperature [°C, 0..300]", 0.0, 300.0, period_s=0.1)
    door = Tag("door_closed", "Get door [flag]", period_s=0.5, kind="flag")
    heat = Output("heater_enable", "Switch heater [flag]", safe=False, kind="flag")
    setpoint = Output("setpoint_c", "Set temperature [°C, 0..300]", safe=20.0, low=0.0, high=300.0)
    fan = Output("fan_enable", "Switch fan [flag]", safe=None, kind="flag")

    def __init__(self, name: str, port: Any) -> None:
        super().__init__(name, port, 1, Options())
        self.done: list[tuple[float, str, Any]] = []
        self.moods: dict[str, Exception] = {}
        self.value: Any = 25.0

    def _do(self, what: str, detail: Any = None) -> None:
        self.done.append((self.port.now(), what, detail))
        if (mood := self.moods.get(what)) is not None:
            self.port.spend(0.1 if isinstance(mood, NoReply) else 0.005)
            raise mood
        self.port.spend(0.005)

    def identify(self) -> str:
        self._do("identify")
        return "oven"

    @poll(temperature)
    def read_temperature(self) -> dict[str, Any]:
        self._do("temperature")
        return {"temperature_c": self.value}

    @poll(door)
    def read_door(self) -> dict[str, Any]:
        self._do("door")
        return {"door_closed": True}

    def write(self, values: Any) -> None:
        self._do("write", dict(values))

    def times(self, what: str) -> list[float]:
        return [time for time, job, _ in self.done if job == what]

    def written(self) -> list[dict[str, Any]]:
        return [detail for _, job, detail in self.done if job == "write"]


def attach(oven: Oven) -> Attached:
    names = {local: f"{oven.name}_{local}" for local in (*oven.tags, *oven.outputs)}
    return Attached(oven, names, [(p.method, p.tags, oven.tags[p.tags[0]].period_s) for p in oven.polls()])


def two_ovens() -> tuple[Bus, Oven, Oven]:
    port = Clock()
    first, second = Oven("first", port), Oven("second", port)
    return Bus("heat", port, [attach(first), attach(second)]), first, second  # type: ignore[arg-type]


def run(bus: Bus, until: float, lease: dict[str, Any] | None = None, scan_s: float = 0.01) -> None:
    """Serve the line at a fixed rate; with ``lease`` it is granted anew each time."""
    scan = round(bus.port.now() / scan_s)
    while scan * scan_s < until:
        now = scan * scan_s
        bus.port.time = max(bus.port.time, now)  # type: ignore[attr-defined]
        if lease is not None:
            bus.lease = Lease(now, lease)
        bus.service(now)
        scan += 1


def run_until(bus: Bus, true: Callable[[], bool], lease: dict[str, Any] | None = None) -> None:
    """Serve the line scan by scan until something is true, for 50 s at the longest."""
    for _ in range(2500):
        if true():
            return
        run(bus, bus.port.now() + 0.02, lease)
    raise AssertionError("it did not come to that")


def heard(bus: Bus, name: str = "") -> list[tuple[str, Reading]]:
    """Every reading in the in-box, oldest first, one tag each; those of one tag if a name is given."""
    told = [(n, Reading(value, a.time_s, quality)) for a in bus.inbox for n, value, quality in a.items]
    return [(n, reading) for n, reading in told if name in ("", n)]
