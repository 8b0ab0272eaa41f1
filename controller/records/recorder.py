"""Watches the scans of a run and brings them to the store: trace, events, spectra, flight record, summary.

`observe` runs after every scan and touches no disk; `drain` writes what has gathered. In virtual time the simulator
drains inline, in real time a thread of the runtime does. Owns the run's summary. What a slow disk costs is said there.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np

from controller import VERSION
from controller.machine.model import MachineFile
from controller.records.flight import FlightRecorder, hashes
from controller.records.store import Store
from controller.scan.scan import Scan
from controller.scan.unit_state import UnitState

BLOCK_ROWS = 100  #: rows of the trace in one block: five seconds at 20 Hz
MAX_WAITING = 400  #: blocks that may wait for a slow disk before telemetry is dropped (never the summary)
END_STATES = (UnitState.COMPLETE, UnitState.STOPPED, UnitState.ABORTED)
Job = tuple[str, tuple[Any, ...]]  #: method of the store and its arguments: plain data, so that a run can be saved


@dataclass
class Texts:
    """What identifies a run besides its order."""

    machine: MachineFile
    machine_text: str
    recipe_text: str
    recipe: dict[str, Any]
    tool: int = 0
    seed: int = 0


@dataclass
class Recorder:
    """One run at a time."""

    scan: Scan
    texts: Texts
    utc: Callable[[], datetime]
    extra_names: Sequence[str] = ()  #: columns that the simulator adds ("true.…")
    block_rows: int = BLOCK_ROWS
    jobs: deque[Job] = field(default_factory=deque)
    dropped: int = 0  #: blocks of this run's trace and spectra that a slow disk has cost
    summary: dict[str, Any] | None = None  #: of the last run that ended
    run_id: str = ""
    columns: list[str] = field(default_factory=list)
    _tags: list[str] = field(default_factory=list)
    _rows: list[list[float]] = field(default_factory=list)
    _block: int = 0
    _dropping: bool = False  #: whether the last block was dropped
    _scans: int = 0
    _events: list[tuple[float, str, str, str]] = field(default_factory=list)
    _spectra: list[tuple[float, bytes]] = field(default_factory=list)
    _spectrum_at: float = -math.inf
    _flight: FlightRecorder | None = None
    _alarms: list[dict[str, Any]] = field(default_factory=list)
    _arrays: list[str] = field(default_factory=list)

    def observe(self, extra: Sequence[float] = ()) -> None:
        """Take what the last scan brought; ``extra`` are the values of ``extra_names``."""
        scan = self.scan
        starting = next((event for event in scan.events if event.kind == "run_started"), None)
        if starting is not None:
            self._begin(starting.data["run_id"])
        if not self.run_id:
            return
        self._row(extra)
        self._gather()
        if self._flight is not None:
            self._flight.record(scan)
        self._scans += 1
        if len(self._rows) >= self.block_rows:
            self._flush()
        if any(event.kind == "run_ended" for event in scan.events):
            self._end()

    def drain(self, store: Store) -> None:
        """Write everything that waits. StoreError leaves what could not be written waiting for the next time."""
        while self.jobs:
            method, arguments = self.jobs[0]
            getattr(store, method)(*arguments)
            self.jobs.popleft()

    def _begin(self, run_id: str) -> None:
        scan, order = self.scan, self.scan.unit.order
        assert order is not None
        self.run_id, self._block, self._scans = run_id, 0, 0
        self.dropped, self._dropping = 0, False
        self._rows, self._events, self._spectra, self._alarms = [], [], [], []
        tags = scan.image.tags
        self._tags = [name for name, tag in tags.items() if tag.kind in ("number", "flag")]
        self._arrays = [name for name, tag in tags.items() if tag.kind == "array"]
        self.columns = ["time_s", *self._tags, *self.extra_names]
        head = {
            "id": run_id,
            "started_utc": self.utc().isoformat(),
            "recipe": order.program.name,
            "recipe_text": self.texts.recipe_text,
            "machine": self.texts.machine.machine.name,
            "machine_text": self.texts.machine_text,
            "user": order.user,
            "mask": order.mask_id,
        }
        columns = list(self.columns)
        self._job("begin", head, columns)
        self._flight = FlightRecorder(scan, hashes(self.texts.machine_text, order.recipe_sha256))
        self._flight_block(self._flight.snapshot)

    def _row(self, extra: Sequence[float]) -> None:
        values = self.scan.image.values
        row = [self.scan.now - self.scan.unit.started_s]
        row += map(values.get, self._tags, repeat(math.nan))
        row += extra
        self._rows.append(row)

    def _gather(self) -> None:
        scan = self.scan
        zero = scan.unit.started_s
        for event in scan.events:
            self._events.append((event.time_s - zero, event.kind, "", event.text))
        for alarm in scan.alarm_events:
            text = f"{alarm.text} (first out)" if alarm.first_out else alarm.text
            self._events.append((alarm.time_s - zero, f"alarm {alarm.event}", alarm.id, text))
            if alarm.event == "raised":
                self._alarms.append(
                    {
                        "id": alarm.id,
                        "name": scan.alarms.alarms[alarm.id].name,
                        "priority": alarm.priority,
                        "time_s": round(alarm.time_s - zero, 3),
                        "text": alarm.text,
                        "first_out": alarm.first_out,
                    }
                )
        for line in scan.log:
            self._events.append((line.time_s - zero, line.kind, line.subject, line.text))
        for name in self._arrays:  # one spectrum a second is kept; the lines are in the trace at full rate
            reading = scan.image.reading(name)
            if reading.value is not None and scan.now - self._spectrum_at >= 1.0:
                self._spectrum_at = scan.now
                self._spectra.append((scan.now - zero, np.asarray(reading.value, dtype=np.float32).tobytes()))

    def _flush(self) -> None:
        if not self._rows:
            return
        run_id, n = self.run_id, self._block
        self._block += 1
        rows = np.array(self._rows, dtype=np.float64)
        slow = len(self.jobs) > MAX_WAITING
        if slow:
            self.dropped += 1
            if not self._dropping:
                self._tell("telemetry", f"the disk is too slow: the trace has a gap from {rows[0, 0]:.2f} s on")
        else:
            self._job("add_trace", run_id, n, rows)
            self._job("add_spectra", run_id, self._spectra)
        self._dropping = slow
        if self._flight is not None:
            if slow:
                self._flight = None  # a record with a gap cannot be replayed: better none
                self._tell("flight record", "the disk is too slow: the flight record ends here, no replay goes beyond")
            else:
                self._flight_block(self._flight.block())
        if self._events:
            self._job("add_events", run_id, self._events)
        self._rows, self._events, self._spectra = [], [], []

    def _tell(self, about: str, text: str) -> None:
        """An event of the record itself: what of it is missing."""
        self._events.append((self.scan.now - self.scan.unit.started_s, "record", about, text))

    def _flight_block(self, data: bytes) -> None:
        run_id, n = self.run_id, self._block
        self._job("add_flight", run_id, n, data)

    def _end(self) -> None:
        self._flush()
        self.summary = summary = self._summary()
        run_id, ended = self.run_id, self.utc().isoformat()
        self._job("finish", run_id, ended, summary)
        self.run_id, self._flight = "", None

    def _job(self, method: str, *arguments: Any) -> None:
        self.jobs.append((method, arguments))

    def _summary(self) -> dict[str, Any]:
        scan = self.scan
        unit, runner = scan.unit, scan.unit.runner
        assert runner is not None and unit.order is not None
        zero = unit.started_s
        records = runner.records + (unit.closing.records if unit.closing else [])
        verdict, reasons = verdict_of(scan, self._alarms)
        leak = runner.leak_check
        return {
            "run": self.run_id,
            "verdict": verdict,
            "reasons": reasons,
            "recipe": self.texts.recipe,
            "version": VERSION,
            "machine": self.texts.machine.machine.name,
            "tool": self.texts.tool,
            "seed": self.texts.seed,
            "mask": unit.order.mask_id,
            "user": unit.order.user,
            "steps": [
                {
                    "name": record.name,
                    "group": record.group,
                    "start_s": round(record.start_s - zero, 3),
                    "end_s": None if record.end_s is None else round(record.end_s - zero, 3),
                    "ended_by": record.ended_by,
                }
                for record in records
            ],
            "alarms": self._alarms,
            "plasma_on_s": round(runner.plasma_on_s, 3),
            "lost_plasma_s": round(runner.lost_plasma_s, 3),
            "strikes": scan.loops.rf_power.strikes,
            "leak_check": None
            if leak is None
            else {
                "rate_pa_min": leak.rate_pa_s * 60,
                "leak_pa_min": leak.leak_pa_s * 60,
                "leak_least_pa_min": leak.leak_least_pa_s * 60,
                "leak_most_pa_min": leak.leak_most_pa_s * 60,
                "outgassing_pa_min": leak.outgassing_pa_s * 60,
                "told_apart": leak.told_apart,
                "verdict": leak.verdict,
            },
            "energy_kwh": round(scan.energy_kwh, 5),
            "energy_is": "estimate",
            "energy_rests_on": self.texts.machine.energy.rests_on,
            "energy_unknown_s": round(scan.energy_unknown_s, 2),
            "co2e_kg": round(scan.energy_kwh * self.texts.machine.energy.grid_kgco2e_per_kwh, 5),
            "scans": self._scans,
            "dropped_blocks": self.dropped,
            "flight_complete": self._flight is not None,
            "simulated_s": round(scan.now - zero, 3),
        }


def verdict_of(scan: Scan, alarms: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """pass, fail or aborted, and every reason. A run that was interrupted is never a pass by itself."""
    unit, runner = scan.unit, scan.unit.runner
    assert runner is not None
    reasons = list(unit.reasons) + list(runner.shortfalls)
    reasons += [f"{alarm['id']} {alarm['name']}" for alarm in alarms if alarm["priority"] == 1]
    if unit.state is UnitState.ABORTED:
        return "aborted", reasons or ["aborted"]
    if unit.state is UnitState.STOPPED:
        return "fail", reasons or ["stopped before the end"]
    return ("fail", reasons) if reasons else ("pass", [])
