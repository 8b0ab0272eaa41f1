"""What a screen is told again and again: a projection of the core, taken by the scan's thread ten times a second.

Owns what is shown and the state version. Decides nothing; everything in it comes from the scan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from controller.scan.alarms import Alarm
from controller.scan.scan import Scan
from controller.scan.unit_state import ACTIVE, Unit, UnitState
from controller.service.description import expected_steps
from controller.service.messages import VERBS

ALWAYS_ALLOWED = ("take_control",)


@dataclass
class Picture:
    """Follows every scan, so that it can say when RF went off and what each step was to take."""

    scan: Scan
    utc: Callable[[], datetime]
    verdict: Callable[[], dict[str, Any] | None]  #: summary of the last run that ended
    more_checks: Callable[[], list[dict[str, Any]]]
    version: int = 0
    usual_s: list[float] = field(default_factory=list)  #: how long each step took the last time, where that is known
    _seen: tuple[Any, ...] = ()
    _run: dict[str, Any] | None = None
    _steps: list[dict[str, Any]] = field(default_factory=list)
    _held_s: float | None = None
    _rf_off_ms: float | None = None
    _rf_was_on: bool = False
    _names: list[str] = field(default_factory=list)

    def follow(self) -> None:
        """Look at what the last scan brought."""
        for event in self.scan.events:
            if event.kind == "run_started":
                self._begin(event.data["run_id"], event.time_s)
            elif event.kind == "state" and event.text == UnitState.HOLDING.value:
                self._held_s, self._rf_off_ms = None, None
                if self._rf_was_on or self.scan.image.reading("rf_on").value is True:
                    self._held_s = event.time_s
            elif event.kind == "state" and event.text == UnitState.IDLE.value:
                self._run, self._steps = None, []
        rf = self.scan.image.reading("rf_on")
        if self._held_s is not None and self._rf_off_ms is None and rf.value is False and rf.time_s >= self._held_s:
            self._rf_off_ms = round((rf.time_s - self._held_s) * 1000.0, 1)
        self._rf_was_on = rf.value is True  # off already: there is no time that it took to go off

    def take(self) -> dict[str, Any]:
        """The whole picture of this moment, as an update that lacks only its number."""
        scan = self.scan
        allowed = {verb: [] if verb in ALWAYS_ALLOWED else scan.why_not(verb) for verb in VERBS}
        allowed["note"] = [] if scan.unit.state in ACTIVE else ["no run is under way"]
        seen = (
            scan.unit.state,
            self._run and self._run["id"],
            scan.alarms.version,
            *(not why for why in allowed.values()),
        )
        if seen != self._seen:
            self._seen, self.version = seen, self.version + 1
        return {
            "time_s": scan.now,
            "utc": self.utc().isoformat(timespec="milliseconds"),
            "version": self.version,
            "tags": self._tags(),
            "setpoints": {name: actuator.applied for name, actuator in scan.outputs.actuators.items()},
            "actuators": {
                name: [actuator.status.state, actuator.status.text] for name, actuator in scan.outputs.actuators.items()
            },
            "unit": self._unit(),
            "alarms": [self._alarm(alarm) for alarm in scan.alarms.listed()],
            "allowed": allowed,
            "checks": self._checks(allowed["start"]),
            "devices": {name: self._device(name) for name in scan.machine.device},
        }

    def _begin(self, run_id: str, started_s: float) -> None:
        order = self.scan.unit.order
        assert order is not None
        self._run = {
            "id": run_id,
            "recipe": order.program.name,
            "version": order.program.version,
            "sha256": order.recipe_sha256,
            "mask": order.mask_id,
            "user": order.user,
            "started_utc": self.utc().isoformat(timespec="milliseconds"),
            "started_s": started_s,
        }
        self._steps = expected_steps(order.program)
        if len(self.usual_s) == len(self._steps):
            for step, usual in zip(self._steps, self.usual_s, strict=True):
                step["expected_s"] = usual
        self._held_s = self._rf_off_ms = None

    def _tags(self) -> dict[str, list[Any]]:
        image = self.scan.image
        if not self._names:
            self._names = [name for name, tag in image.tags.items() if tag.kind != "array"]
        told = {}
        for name in self._names:
            value, time_s, quality = image.reading(name)
            told[name] = [value, round(time_s, 3), quality.name]
        return told

    def _unit(self) -> dict[str, Any]:
        unit = self.scan.unit
        steps, index = self._progress(unit)
        step = steps[index] if 0 <= index < len(steps) else None
        runner = unit.closing or unit.runner
        clock = runner.clock_s if runner else 0.0
        left = None if step is None else _left(step["expected_s"], clock)
        ahead = sum(other["expected_s"] for other in steps[index + 1 :])
        waits = (
            runner.step_now.end.message
            if runner and runner.step_now and runner.step_now.end.kind == "operator"
            else None
        )
        return {
            "state": unit.state.value,
            "since_s": unit.state_since_s,
            "run": self._run,
            "steps": steps,
            "index": index,
            "clock_s": round(clock, 2),
            "remaining_s": left,
            "run_remaining_s": None if step is None else ahead + (left or 0.0),
            "plasma_on_s": round(unit.runner.plasma_on_s, 2) if unit.runner else 0.0,
            "lost_plasma_s": round(unit.runner.lost_plasma_s, 2) if unit.runner else 0.0,
            "reasons": list(unit.reasons),
            "rf_off_ms": self._rf_off_ms,
            "operator_message": waits,
            "verdict": _verdict(self.verdict()),
            "energy_kwh": round(self.scan.energy_kwh, 4),
        }

    def _progress(self, unit: Unit) -> tuple[list[dict[str, Any]], int]:
        """Every step with how it went, and the number of the one that runs; times in s of the run's clock.

        ``spent_s`` is the time inside the step alone, over all the times it was ``entered`` and left again: a hold is
        not part of it. ``since_s`` is when it was entered, while it runs.
        """
        if unit.runner is None or self._run is None:
            return [], -1
        planned = list(self._steps)
        records = [(record.index, record) for record in unit.runner.records]
        index = unit.runner.index
        if unit.closing is not None and unit.order is not None:
            program = unit.order.abort if unit.state in (UnitState.ABORTING, UnitState.ABORTED) else unit.order.finish
            if unit.closing.program is program:
                first = len(planned)
                planned += expected_steps(program)
                records += [(first + record.index, record) for record in unit.closing.records]
                index = first + unit.closing.index
        zero = self._run["started_s"]
        told = [
            {**step, "state": "next", "start_s": None, "end_s": None, "ended_by": "", **_fresh()}
            | ({"state": "now"} if n == index else {})
            for n, step in enumerate(planned)
        ]
        for n, record in records:
            step = told[n]
            step["start_s"] = round(record.start_s - zero, 2) if step["start_s"] is None else step["start_s"]
            step["end_s"] = None if record.end_s is None else round(record.end_s - zero, 2)
            step["ended_by"] = record.ended_by
            step["entered"] += 1
            if record.end_s is None:
                step["since_s"] = round(record.start_s - zero, 2)
            else:
                step["spent_s"] = round(step["spent_s"] + record.end_s - record.start_s, 2)
            if record.end_s is not None and n != index:
                step["state"] = "done"
        return told, index

    def _alarm(self, alarm: Alarm) -> dict[str, Any]:
        ago = timedelta(seconds=self.scan.now - alarm.raised_s)
        return {
            "id": alarm.id,
            "name": alarm.name,
            "priority": alarm.priority,
            "state": alarm.state.value,
            "raised_s": alarm.raised_s,
            "raised_utc": (self.utc() - ago).isoformat(timespec="seconds"),
            "text": alarm.text,
            "means": alarm.means,
            "to_do": alarm.to_do,
            "otherwise": alarm.otherwise,
            "first_out": alarm.first_out,
            "shelved_until_s": alarm.shelved_until_s,
        }

    def _checks(self, start: list[str]) -> list[dict[str, Any]]:
        """The start checklist: what the machine file asks for, the lines, the records, then whatever else there is."""
        scan = self.scan
        ready = sum(name in scan.identified and name not in scan.lost for name in scan.machine.device)
        total = len(scan.machine.device)
        lines = {"name": "All devices answer", "ok": ready == total, "value": f"{ready} of {total}", "reason": ""}
        checks = [
            self._check(check.table.name, check.why_not(scan.image.values), check.table.shows)
            for check in scan.start_checks
        ]
        said = {check["reason"] for check in checks}
        others = [reason for reason in start if reason not in said and "answer" not in reason]
        others = [reason for reason in others if not reason.startswith("start is not possible")]
        clear = {"name": "Nothing else stands against it", "ok": not others, "value": "", "reason": "; ".join(others)}
        return [*checks, lines, *self.more_checks(), clear]

    def _check(self, name: str, why_not: str, shows: str) -> dict[str, Any]:
        reading = self.scan.image.reading(shows) if shows else None
        unit = self.scan.image.tags[shows].unit if shows else ""
        value = (
            "" if reading is None or isinstance(reading.value, bool | None) else f"{reading.value:.4g} {unit}".strip()
        )
        return {"name": name, "ok": not why_not, "value": value, "reason": why_not}

    def _device(self, name: str) -> dict[str, str]:
        scan = self.scan
        if name in scan.lost:
            return {"state": "lost", "text": scan.lost[name]}
        return {"state": "ready" if name in scan.identified else "unknown", "text": scan.identified.get(name, "")}


def _fresh() -> dict[str, Any]:
    return {"spent_s": 0.0, "entered": 0, "since_s": None}


def difference(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``newer`` a screen that has ``older`` must be told; entries of tables singly, other parts whole."""
    changed: dict[str, Any] = {}
    for key, value in newer.items():
        before = older.get(key)
        if isinstance(value, dict) and isinstance(before, dict) and key != "unit":
            rest = {
                name: entry
                for name, entry in value.items()
                if name not in before or not _same(key, before[name], entry)
            }
            if rest:
                changed[key] = rest
        elif value != before:
            changed[key] = _unit_difference(before, value) if key == "unit" and isinstance(before, dict) else value
    return changed


def _same(key: str, before: Any, now: Any) -> bool:
    """A reading is the same when value and quality are; that it was read again is no news."""
    return bool(before[0] == now[0] and before[2] == now[2]) if key == "tags" else bool(before == now)


def _unit_difference(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in now.items() if name not in before or before[name] != value}


def _left(expected_s: float, clock_s: float) -> float | None:
    """Time left [s], or None: a step that takes longer than usual has no honest estimate."""
    left = expected_s - clock_s
    return round(left, 1) if left >= 0 else None


def _verdict(summary: dict[str, Any] | None) -> dict[str, Any] | None:
    if summary is None:
        return None
    keys = ("verdict", "reasons", "energy_kwh", "co2e_kg", "plasma_on_s", "simulated_s", "run")
    return {key: summary.get(key) for key in keys}
