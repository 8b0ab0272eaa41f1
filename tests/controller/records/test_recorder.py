"""The recorder: one row a scan, everything that happened, and what is dropped first when the disk is slow."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from controller.records.files import write_run
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
    events = store.events("run")
    assert any(kind == "run_ended" for _, kind, _, _ in events)
    summary = store.head("run")["summary"]
    assert summary["dropped_blocks"] == recorder.dropped and summary["flight_complete"] is False
    told = [(about, time_s) for time_s, kind, about, _ in events if kind == "record"]
    assert [about for about, _ in told] == ["telemetry", "flight record"], "said when it begins, not at every block"
    gap_s = store.trace("run")[-1, 0]
    assert gap_s < told[0][1] < gap_s + 2 * BLOCK_ROWS * 0.05, "with the first block that is missing"
    page = (write_run(store, "run", tmp_path / "files") / "report.html").read_text("utf-8")
    assert f"{recorder.dropped} blocks of the trace were not recorded" in page


def test_every_gap_is_told_and_every_run_counts_for_itself(lab_at, tmp_path):
    lab = lab_at("end")
    recorder, store = lab.recorder, Store(tmp_path / "runs.sqlite")
    assert (recorder.summary["dropped_blocks"], recorder.summary["flight_complete"]) == (0, True)
    recorder.drain(store)
    assert lab.scan.command("reset").ok and lab.get_ready() == []
    for run, gaps in (("second", 2), ("third", 0)):
        assert lab.start("o2-organic-clean", run).ok
        lab.recorder = recorder  # one for all runs, as in the controller
        lab.step()
        for _ in range(gaps):
            while len(recorder.jobs) <= MAX_WAITING:
                recorder.jobs.append(("add_events", (run, [])))
            lab.run_for(2 * BLOCK_ROWS * 0.05)
            recorder.drain(store)
            lab.run_for(2 * BLOCK_ROWS * 0.05)
        lab.scan.command("abort")
        assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.ABORTED, 60.0)
        recorder.drain(store)
        summary = store.head(run)["summary"]
        assert summary["dropped_blocks"] == 2 * gaps and summary["flight_complete"] is (not gaps)
        told = [about for _, kind, about, _ in store.events(run) if kind == "record"]
        assert told.count("telemetry") == gaps and told.count("flight record") == min(gaps, 1)
        assert lab.scan.command("reset").ok
        assert lab.get_ready() == []


def test_a_recorder_can_be_frozen_with_its_run(lab_at, tmp_path):
    lab = lab_at("vent")
    twin = pickle.loads(pickle.dumps(lab))
    for one in (lab, twin):
        one.run_until(lambda lab: lab.over, 200.0)
    assert twin.recorder.summary == lab.recorder.summary
    assert [name for name, _ in twin.recorder.jobs] == [name for name, _ in lab.recorder.jobs]
