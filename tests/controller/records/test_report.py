"""The files of a run: a page that says what was, gaps that stay gaps, words that are escaped."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.records.chart import Line, chart, thin
from controller.records.files import csv, made, write_run
from controller.records.report import report, spoken
from controller.records.store import Store, StoreError

SUMMARY: dict[str, Any] = {
    "verdict": "fail",
    "reasons": ["endpoint CO not found within 240 s"],
    "recipe": {"name": "X", "version": 3, "sha256": "ab" * 32},
    "version": "0.1.0",
    "machine": "MPC-01",
    "tool": 0,
    "seed": 7,
    "steps": [{"name": "Burn <1>", "group": "", "start_s": 0.0, "end_s": 9.5, "ended_by": "time 0:09"}],
    "alarms": [{"id": "AL-02", "name": "O2 & flow", "priority": 3, "time_s": 4.0, "text": "a < b", "first_out": True}],
    "plasma_on_s": 8.0,
    "energy_kwh": 0.01,
    "co2e_kg": 0.005,
    "scans": 10,
    "simulated_s": 9.5,
}
HEAD: dict[str, Any] = {
    "id": "r1",
    "recipe": "X",
    "mask": "<M>",
    "started_utc": "2026-01-01T00:00:00+00:00",
    "machine": "MPC-01",
    "user": "Chen & Co",
    "summary": SUMMARY,
}
COLUMNS = ["time_s", "chamber_pressure_pa", "load_power_w", "true.film_mean_nm"]


def rows() -> np.ndarray[Any, Any]:
    t = np.arange(10.0)
    return np.column_stack([t, 8.0 + 0.1 * t, np.where(t < 5, math.nan, 450.0), 8.0 - t / 2])


def test_the_page_says_what_was_and_escapes_it():
    page = report(HEAD, COLUMNS, rows(), [(1.0, "trip", "IL-01", "p < 1 & q")])
    assert "Fail" in page
    assert "endpoint CO not found" in page
    assert "&lt;M&gt;" in page
    assert "Burn &lt;1&gt;" in page
    assert "O2 &amp; flow (first out)" in page
    assert "<M>" not in page
    assert "ab" * 32 in page


def test_a_simulated_run_has_no_date():
    assert "simulated, in virtual time · run r1" in report(HEAD, COLUMNS, rows(), [])
    assert "2026-01-01" not in report(HEAD, COLUMNS, rows(), [])
    assert "2026-01-01 00:00:00 UTC" in report(HEAD, COLUMNS[:3], rows()[:, :3], [])


def test_strikes_lost_plasma_leak_and_estimate_are_in_the_text():
    leak = {"rate_pa_min": 0.371, "leak_pa_min": 0.28, "leak_most_pa_min": 0.28, "outgassing_pa_min": 0.09}
    told = {**SUMMARY, "strikes": 3, "lost_plasma_s": 4.25, "energy_rests_on": "pumps & hope"}
    apart, not_apart = ({**told, "leak_check": {**leak, "told_apart": known}} for known in (True, False))
    page = report({**HEAD, "summary": not_apart}, COLUMNS, rows(), [])
    for words in ("<b>3</b><span>strikes", "<b>4.2 s</b><span>RF asked for without plasma", "pumps &amp; hope"):
        assert words in page
    assert "rise of 0.37 Pa/min, leak and outgassing not told apart: leak at most 0.28 Pa/min" in page
    assert "of it leak 0.28, outgassing 0.09 Pa/min" in report({**HEAD, "summary": apart}, COLUMNS, rows(), [])
    words = "\n".join(spoken(not_apart))
    assert "3 strikes, 4.2 s dark" in words and "not told apart" in words and "estimate" in words


def test_no_trace_is_said():
    assert "No trace was recorded" in report(HEAD, COLUMNS, np.empty((0, 4)), [])


def test_a_gap_is_not_drawn_across():
    values = np.array([1.0, 2.0, math.nan, math.nan, 3.0, 4.0])
    svg = chart("T", "Pa", np.arange(6.0), [Line("a", values)], [])
    assert svg.count("<polyline") == 2


def test_what_a_slow_disk_cost_is_said_and_not_drawn_across():
    t = np.arange(0.0, 100.0, 0.05)
    trace = np.column_stack([t, 8.0 + 0.01 * t, 400.0 + t])
    lines = {}
    for name, rows_ in (("whole", trace), ("gap", np.concatenate([trace[:800], trace[1000:]]))):
        lost = {"dropped_blocks": 2, "flight_complete": False} if name == "gap" else {}
        page = report({**HEAD, "summary": {**SUMMARY, **lost}}, COLUMNS[:3], rows_, [])
        lines[name] = page.count("<polyline")
        assert ("Data are missing: the disk was too slow, and 2 blocks" in page) is (name == "gap")
        assert ("cannot be replayed" in page) is (name == "gap")
        assert "nan" not in page
    assert lines == {"whole": 2, "gap": 4}
    words = "\n".join(spoken({**SUMMARY, "dropped_blocks": 1, "flight_complete": True}))
    assert "1 block of the trace was not recorded" in words and "replayed" not in words


@pytest.mark.parametrize("many", [8, 40])
def test_labels_that_crowd_in_the_middle_find_a_place(many: int):
    """They were moved up and down for ever: no report of such a run."""
    values = np.linspace(0.0, 1.0, 50)
    lines = [Line("top", values), *(Line(f"l{n}", values * (0.5 + 1e-3 * n)) for n in range(many))]
    svg = chart("T", "", np.arange(50.0), lines, [])
    heights = sorted(float(y) for y in re.findall(r'<text class="s\d+t" x="[\d.]+" y="([-\d.]+)"', svg))
    assert len(heights) == many + 1 and heights[0] > 0
    if many == 8:
        assert min(b - a for a, b in pairwise(heights)) >= 14.9


def test_nothing_to_draw_is_nothing():
    assert chart("T", "Pa", np.arange(3.0), [Line("a", np.full(3, math.nan))], []) == ""


def test_thinning_keeps_every_peak():
    t = np.arange(100_000.0)
    values = np.zeros(100_000)
    values[54_321] = 9.0
    times, kept = thin(t, values)
    assert len(kept) <= 1000
    assert abs(times[int(kept.argmax())] - 54_321.0) < 2 * 100_000 / 500
    assert kept.max() == 9.0


@pytest.mark.parametrize("log", [True, False])
def test_axes_survive_constants_and_extremes(log: bool):
    for values in ([5.0, 5.0, 5.0], [1e-6, 1e5, 1.0], [0.0, 0.0, 1e-9], [-3.0, 2.0, 1.0]):
        svg = chart("T", "", np.arange(3.0), [Line("a", np.array(values))], [1.0], log)
        assert "nan" not in svg
        assert "inf" not in svg


def test_csv_has_empty_cells_for_what_was_not_good():
    lines = csv(COLUMNS, rows()).splitlines()
    assert lines[0] == "time_s,chamber_pressure_pa,load_power_w,true.film_mean_nm"
    assert lines[1] == "0.000,8,,8"
    assert lines[6] == "5.000,8.5,450,5.5"


def test_spoken_verdict():
    words = "\n".join(spoken({**SUMMARY, "film_before_nm": 8.0, "film_after_nm": 3.25}))
    assert "FAIL" in words
    assert "8.00 nm before, 3.25 nm after" in words
    assert "AL-02 O2 & flow" in words


def test_a_run_that_has_not_ended_has_no_files(tmp_path: Path):
    store = Store(tmp_path / "s.sqlite")
    keys = ("id", "started_utc", "recipe", "recipe_text", "machine", "machine_text", "user", "mask")
    store.begin(dict.fromkeys(keys, "r1"), COLUMNS)
    with pytest.raises(StoreError, match="has not ended"):
        write_run(store, "r1", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    store.close()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "x").write_text("", "utf-8")
    with pytest.raises(StoreError, match="choose another folder"):
        made(tmp_path / "x" / "y")
