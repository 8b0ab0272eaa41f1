"""A sweep of four short runs on two processes against one, once the processes have started, and with their start."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joblib.externals.loky import get_reusable_executor

from sim.lab import Outcomes
from sim.settings import REFERENCE
from sim.sweep import Point, plan
from sim.sweep import run as sweep
from tests.benchmarks.row import Row

RUNS = 4


@dataclass(frozen=True)
class Timed:
    """A run that also tells its processor time."""

    outcomes: Outcomes

    def __call__(self, point: Point) -> dict[str, Any]:
        began = time.process_time()
        row = self.outcomes(point)
        return {**row, "cpu_s": time.process_time() - began}


def run() -> list[Row]:
    """Cold, warm, alone: in this order, so that nothing is warm before its time."""
    cold_s, _ = took_s(2)
    warm_s, warm_cpu_s = took_s(2)
    get_reusable_executor().shutdown()
    took_s(1, runs=1)
    alone_s, alone_cpu_s = took_s(1)
    return [
        Row(f"{RUNS} short runs on one process", alone_s, "s"),
        Row("on two processes, over one", alone_s / warm_s, "x", 1.8, "above"),
        Row("the same, with the start of the processes", alone_s / cold_s, "x"),
        Row("the same, counted in processor time (a busy machine)", 2.0 * alone_cpu_s / warm_cpu_s, "x"),
    ]


def took_s(jobs: int, runs: int = RUNS) -> tuple[float, float]:
    """Wall time and processor time of a sweep over ``runs`` seeds of a clean whose film is thin."""
    points = plan(["o2-organic-clean"], seeds=f"0-{runs - 1}", grid=["film_nm=1"])
    work = Timed(Outcomes(REFERENCE))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        rows = sweep(points, work, Path(folder) / "sweep.csv", jobs, lambda done, of, what: None)
        took = time.perf_counter() - began
    assert [row["verdict"] for row in rows] == ["pass"] * runs, rows
    return took, sum(row["cpu_s"] for row in rows)
