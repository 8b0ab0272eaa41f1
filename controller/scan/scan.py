"""One scan of the core, as a function of time: commands, inputs, interlocks, recipe, loops, outputs.

This is the whole of what decides. It has no clock, no thread and no file; the runtime calls `step` at a fixed rate, the
simulator as fast as the machine goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from controller.loops.core import Loops
from controller.machine.model import MachineFile
from controller.scan.alarms import AlarmBook, AlarmEvent
from controller.scan.derived import Derived
from controller.scan.image import Image
from controller.scan.interlocks import Interlocks, Row, Rows, StartCheck
from controller.scan.outputs import Outputs
from controller.scan.own_alarms import LINE_ALARM, LOST_ALARM, NOISE_ALARM, RUN_ALARM, STEP_ALARM, own_alarms
from controller.scan.plausibility import Plausibility
from controller.scan.unit_state import ACTIVE, Order, Unit, UnitEvent, UnitState
from drivers.attached import Lease
from drivers.bus import Arrival, Bus, Notice
from recipes.conditions import Condition
from recipes.engine import Runner
from recipes.steps import FlatStep


class Answer(NamedTuple):
    """What became of a command: accepted, or every reason why not."""

    ok: bool
    reasons: list[str]


class LogLine(NamedTuple):
    """A line of the diagnostic log."""

    time_s: float
    kind: str  #: trip, ready, lost, error
    subject: str
    text: str


class Inputs(NamedTuple):
    """All that one scan was fed with; the flight record of a scan."""

    arrivals: list[Arrival]
    notices: list[Notice]
    commands: list[tuple[Any, ...]]


class Scan:
    """The deterministic core of one tool."""

    def __init__(self, machine: MachineFile, image: Image, buses: list[Bus]) -> None:
        self.machine = machine
        self.image = image
        self.buses = buses
        self.derived = Derived(machine)
        self.plausibility = Plausibility(machine)
        self.interlocks = Interlocks(machine)
        self.alarm_rows = Rows(machine.alarm)
        self.start_checks = [StartCheck(table) for table in machine.start_check]
        self.alarms = AlarmBook()
        self.outputs = Outputs(machine)
        self.loops = Loops(machine)
        self.unit = Unit(self.outputs)
        self.power = Condition(machine.energy.power_w)
        self.energy_kwh = 0.0
        self.energy_unknown_s = 0.0
        self.scans = 0
        self.now = 0.0
        self.in_force: list[str] = []
        self.lost: dict[str, str] = {}  #: devices that do not answer, and why
        self.noisy: dict[str, str] = {}  #: lines on which many exchanges fail, and how many
        self.identified: dict[str, str] = {}
        self.lost_run = ""  #: a run that the last controller left open; no clean starts before a procedure has run
        self.events: list[UnitEvent] = []  #: what happened to the unit in the last scan
        self.alarm_events: list[AlarmEvent] = []
        self.log: list[LogLine] = []  #: trips and line events of the last scan
        self.inputs = Inputs([], [], [])  #: everything that came in from outside for the last scan
        self._commands: list[tuple[Any, ...]] = []
        self._longest: tuple[Runner | None, int, float] = (None, 0, 0.0)  # of this runner at this step
        self._declare_alarms()
        self.outputs.idle()

    def _declare_alarms(self) -> None:
        for table in self.machine.interlock:
            self.alarms.declare(table, table.latch)
        for alarm_table in self.machine.alarm:
            self.alarms.declare(alarm_table, alarm_table.latch)
        for alarm in own_alarms():
            self.alarms.declare_other(alarm)

    # --- time -----------------------------------------------------------------------------------------------

    def step(self, now: float) -> Lease:
        """One scan at ``now`` [s]; returns the lease that every line is granted."""
        dt = now - self.now if self.scans else 0.0
        self.now = now
        self.scans += 1
        image, values = self.image, self.image.values
        self.log = []
        image.take(self.buses, now)
        self.inputs = Inputs(image.taken, self._notices(), self._commands)
        self._commands = []
        self._core_tags(now)
        self.derived.step(image, now)
        self.plausibility.step(image, now)
        self.loops.watch(self.unit.endpoint, image, now)
        self.in_force = self._interlocks(now)
        self.unit.step(values, now)
        applied = self.outputs.resolve(self.in_force, values, now)
        loop_outputs = self.loops.step(applied, self._longest_s(), image, now)
        self.outputs.judge(values, now, loop_outputs)
        lease = self.outputs.lease({**self._lamps(), **loop_outputs}, self.in_force, values, now)
        for bus in self.buses:
            bus.lease = lease
        if self.lost_run and self.unit.state is UnitState.COMPLETE and self._ended_safely():
            self.lost_run = ""
        self._alarm_rows(now)
        self._energy(dt)
        self.events, self.unit.events = self.unit.events, []
        self.alarm_events, self.alarms.events = self.alarms.events, []
        return lease

    def _core_tags(self, now: float) -> None:
        unit = self.unit
        image = self.image
        image.put("run_active", unit.state in ACTIVE, now)
        image.put("unit_state", unit.state.value, now)
        image.put("plasma_on_s", unit.runner.plasma_on_s if unit.runner else 0.0, now)
        allowed = unit.state in ACTIVE and unit.order is not None and "h2+o2" in unit.order.program.allows
        image.put("mixture_allowed", allowed, now)

    def _interlocks(self, now: float) -> list[str]:
        in_force, trips = self.interlocks.step(self.image.values, now)
        for trip in trips:
            table = trip.row.table
            self.log.append(LogLine(now, "trip", table.id, trip.row.reason))
            if trip.row.armed:
                self.alarms.update(table.id, True, now, trip.row.reason, trip.first_out)
            for name in getattr(table, "actions", ()):
                if (reaction := self.machine.action[name].run) != "none":
                    self.unit.react(reaction, now, f"{table.id} {table.name}: {trip.row.reason}")
        if self.alarms.raised:
            for row in self.interlocks.rows:
                if row.met:
                    self.alarms.update(row.table.id, False, now)
        return in_force

    def _alarm_rows(self, now: float) -> None:
        for row in self.alarm_rows.step(self.image.values, now):
            if row.armed:
                self.alarms.update(row.table.id, True, now, row.reason)
        if self.alarms.raised:
            for row in self.alarm_rows.rows:
                if row.met:
                    self.alarms.update(row.table.id, False, now)
        held = self.unit.state in (UnitState.HOLDING, UnitState.HELD)
        why = self.unit.reasons[-1] if self.unit.reasons else ""
        self.alarms.update(RUN_ALARM, held and not why.startswith("operator"), now, why)
        names = ", ".join(f"{name}: {text}" for name, text in self.lost.items())
        self.alarms.update(LINE_ALARM, bool(self.lost), now, names)
        self.alarms.update(NOISE_ALARM, bool(self.noisy), now, "; ".join(self.noisy.values()))
        self.alarms.update(LOST_ALARM, bool(self.lost_run), now, self.lost_run)
        self._step_alarm(now)
        self.alarms.step(now)

    def _step_alarm(self, now: float) -> None:
        """A limit whose reaction is to tell stays in the list until the run is over."""
        for event in self.unit.events:
            if event.kind == "reaction" and event.data["reaction"] == "alarm":
                self.alarms.update(STEP_ALARM, True, now, event.text)
        if self.unit.state not in ACTIVE:
            self.alarms.update(STEP_ALARM, False, now)

    def _notices(self) -> list[Notice]:
        taken = []
        for bus in self.buses:
            while bus.notices:
                notice = bus.notices.popleft()
                taken.append(notice)
                self.log.append(LogLine(notice.time_s, notice.event, notice.device, notice.text))
                if notice.event == "lost":
                    self.lost[notice.device] = notice.text
                elif notice.event == "ready":
                    self.lost.pop(notice.device, None)
                    self.identified[notice.device] = notice.text
                elif notice.event == "noisy":
                    self.noisy[notice.device] = notice.text
                elif notice.event == "quiet":
                    self.noisy.pop(notice.device, None)
        return taken

    def _longest_s(self) -> float:
        """How long RF may be on at most from now: the longest the steps with RF ahead can take together [s]."""
        runner = self.unit.runner
        if runner is None or runner.step_now is None:
            return 0.0
        if (runner, runner.index) != self._longest[:2]:
            self._longest = (runner, runner.index, _longest_rf_s(runner.program.steps[runner.index :]))
        return self._longest[2]

    def _lamps(self) -> dict[str, bool]:
        """The light tower (S2): red needs attention, yellow abnormal, green at work or ready; buzzer while unseen."""
        shown = self.alarms.shown()
        worst = min((alarm.priority for alarm in shown), default=9)
        unseen = any(alarm.state.value == "new" and alarm.priority <= 2 for alarm in shown)
        return {
            "lamp_red": worst == 1,
            "lamp_yellow": worst in (2, 3) or self.unit.state in (UnitState.HELD, UnitState.PAUSED),
            "lamp_green": worst > 2,
            "buzzer": unseen,
        }

    def _energy(self, dt: float) -> None:
        power = self.power(self.image.values)
        if power is None:
            self.energy_unknown_s += dt
        else:
            self.energy_kwh += power * dt / 3.6e6

    # --- commands -------------------------------------------------------------------------------------------

    def start(self, order: Order) -> Answer:
        """Begin a run, if nothing stands against it."""
        self._commands.append(("start", order))
        reasons = self.why_not_start(order.program.kind)
        if not reasons:
            self.energy_kwh = self.energy_unknown_s = 0.0
            self.loops.rf_power = type(self.loops.rf_power)(self.machine.loop.rf_power)
            reasons = self.unit.start(order, self.now)
        return Answer(not reasons, reasons)

    def remember_lost_run(self, run: str, mask: str) -> None:
        """The last controller died in the middle of this run: the tool must be made safe before the next clean."""
        self._commands.append(("remember_lost_run", run, mask))
        self.lost_run = f"run {run} on mask {mask or 'unknown'}"

    def why_not_start(self, kind: str = "clean") -> list[str]:
        """Everything that stands against the start of a clean, or of a procedure, now."""
        reasons = self.unit.why_not("start")
        if self.lost_run and kind != "procedure":
            reasons.append(f"{self.lost_run} was cut off: run the procedure end-safe first")
        reasons += [f"{name} does not answer: {text}" for name, text in self.lost.items()]
        reasons += [
            f"{name} has not answered yet"
            for name in self.machine.device
            if name not in self.identified and name not in self.lost
        ]
        reasons += [why for check in self.start_checks if (why := check.why_not(self.image.values))]
        reasons += self._tripped()
        return reasons

    def why_not(self, verb: str) -> list[str]:
        """Every reason why a verb would be refused now; empty when it would be done."""
        match verb:
            case "start":
                return self.why_not_start()
            case "restart" | "resume":
                return self.unit.why_not(verb) or self._tripped()
            case "reset_interlocks":
                return [] if any(row.tripped for row in self.interlocks.rows) else ["no interlock waits for a reset"]
            case "acknowledge":
                return [] if self.alarms.unseen() else ["no alarm waits to be acknowledged"]
            case "shelve":
                return [] if self.alarms.shown() else ["there is no alarm to shelve"]
            case _:
                return self.unit.why_not(verb)

    def command(self, verb: str, why: str = "operator") -> Answer:
        """One of the unit's verbs; restart and resume also need every interlock clear."""
        self._commands.append(("command", verb, why))
        reasons: list[str] = []
        if verb in ("restart", "resume"):
            reasons = self._tripped()
            self.loops.rf_power.reset()
        reasons = reasons or self.unit.command(verb, self.now, why)
        if verb == "reset" and not reasons:
            self.loops.rf_power.reset()
        return Answer(not reasons, reasons)

    def reset_interlocks(self) -> Answer:
        """Clear latched interlocks whose cause has gone."""
        self._commands.append(("reset_interlocks",))
        self.loops.rf_power.reset()
        stay = self.interlocks.reset()
        still = {row.table.id for row in self.interlocks.rows if row.tripped}
        self.alarms.reset_latched(self.now, still)
        return Answer(not stay, stay)

    def acknowledge(self, alarm: str) -> Answer:
        """An operator has seen an alarm."""
        self._commands.append(("acknowledge", alarm))
        why_not = self.alarms.acknowledge(alarm, self.now)
        return Answer(why_not is None, [why_not] if why_not else [])

    def shelve(self, alarm: str, seconds: float, why: str) -> Answer:
        """Hide an alarm for a time."""
        self._commands.append(("shelve", alarm, seconds, why))
        why_not = self.alarms.shelve(alarm, seconds, why, self.now)
        return Answer(why_not is None, [why_not] if why_not else [])

    def note(self, text: str) -> Answer:
        """Somebody's words for the record of the run."""
        self._commands.append(("note", text))
        self.unit.events.append(UnitEvent(self.now, "note", text))
        return Answer(True, [])

    def _ended_safely(self) -> bool:
        """Whether what has run is the procedure that ends a run: after it, gas and vacuum are known again."""
        order = self.unit.order
        return order is not None and order.program.name == order.finish.name

    def _tripped(self) -> list[str]:
        """Rows that forbid a start. While a device has never answered, what merely follows from that is left out."""
        incomplete = len(self.identified) < len(self.machine.device)
        return [
            f"interlock {row.table.id} {row.table.name}: {row.reason}" + (" (reset needed)" if row.met else "")
            for row in self.interlocks.rows
            if row.tripped and self.blocks_start(row) and (row.armed or not incomplete)
        ]

    def blocks_start(self, row: Row) -> bool:
        """Whether a tripped row forbids a start: latched, or one that would hold or abort the run at once."""
        actions: list[str] = getattr(row.table, "actions", [])
        return row.latched or any(self.machine.action[name].run != "none" for name in actions)

    def state(self) -> dict[str, Any]:
        """A short summary, for logs and tests."""
        return {"unit": self.unit.state.value, "in_force": self.in_force, "lost": dict(self.lost)}


def _longest_rf_s(steps: Iterable[FlatStep]) -> float:
    """The longest that steps can take until the first that asks for no power [s]."""
    total = 0.0
    for step in steps:
        power = step.set.get("load_power_w")
        ramp = step.ramp.get("load_power_w")
        if power == 0.0 and (ramp is None or ramp.to == 0.0):
            break
        total += step.end.longest_s
    return total
