"""The recorder: one row a scan, everything that happened, and what is dropped first when the disk is slow."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from controller.records.recorder import BLOCK_ROWS, MAX_WAITING
from controller.records.store import Store, StoreError
from controller.scan.unit_state import UnitState


class Full:
    """A store that cannot be written."""

    def __getattr__(self, _name: str) -> Any:
        def refuse(*_arguments: Any) -> None:
            raise StoreError("full")

        return refuse


def test_one_row_a_scan_and_unknown_is_nan(lab_at, tmp_path):
    lab = lab_at("soft pump")
    recorder = lab.recorder
    lab.scan.command("abort")
    lab.run_until(lambda lab: lab.scan.unit.state is UnitState.ABORTED, 60.0)
    store = Store(tmp_path / "runs.sqlite")
    recorder.drain(store)
    summary, trace = recorder.summary, store.trace("run")
    assert len(trace) == summary["scans"]
    columns = store.head("run")["columns"]
    assert len(set(columns)) == len(columns)
    pressure = trace[:, columns.index("chamber_pressure_pa")]
    assert math.isnan(pressure[100]), "over its range at that pressure: not a number, never an old one"
    assert not math.isnan(trace[100, columns.index("wide_pressure_pa")])
    steps = trace[1:, 0] - trace[:-1, 0]
    assert steps == pytest.approx(0.05)
    assert summary["verdict"] == "aborted" and "abort: operator" in summary["reasons"]


def test_a_disk_that_fails_keeps_everything_for_later(lab_at, tmp_path):
    lab = lab_at("vent")
    recorder = lab.recorder
    waiting = len(recorder.jobs)
    with pytest.raises(StoreError):
        recorder.drain(Full())  # type: ignore[arg-type]
    assert len(recorder.jobs) == waiting
    lab.run_until(lambda lab: lab.over, 200.0)
    store = Store(tmp_path / "runs.sqlite")
    recorder.drain(store)
    assert store.head("run")["verdict"] == "pass" and len(store.trace("run")) == recorder.summary["scans"]


def test_a_slow_disk_loses_telemetry_before_events_and_never_the_summary(lab_at, tmp_path):
    lab = lab_at("main clean")
    recorder = lab.recorder
    while len(recorder.jobs) <= MAX_WAITING:  # as if nobody had written for hours
        recorder.jobs.append(("add_events", ("run", [])))
    lab.run_for(2 * BLOCK_ROWS * 0.05)
    lab.scan.command("abort")
    lab.run_until(lambda lab: lab.scan.unit.state is UnitState.ABORTED, 60.0)
    assert recorder.dropped >= 2
    store = Store(tmp_path / "runs.sqlite")
    recorder.drain(store)
    assert len(store.trace("run")) < recorder.summary["scans"]
    assert store.head("run")["verdict"] == "aborted"
    assert any(kind == "run_ended" for _, kind, _, _ in store.events("run"))


def test_a_recorder_can_be_frozen_with_its_run(lab_at, tmp_path):
    lab = lab_at("vent")
    twin = pickle.loads(pickle.dumps(lab))
    for one in (lab, twin):
        one.run_until(lambda lab: lab.over, 200.0)
    assert twin.recorder.summary == lab.recorder.summary
    assert [name for name, _ in twin.recorder.jobs] == [name for name, _ in lab.recorder.jobs]
