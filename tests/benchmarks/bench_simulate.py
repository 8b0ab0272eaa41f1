"""A whole O2 clean in virtual time: the command as a user types it, and where the time of one scan goes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from controller.records.recorder import Recorder
from controller.scan.scan import Scan
from drivers.bus import Bus
from sim.lab import Lab
from sim.plant.plant import Plant
from sim.world import World
from tests.benchmarks.row import Row

ROOT = Path(__file__).parents[2]
RECIPE = "o2-organic-clean"


def run() -> list[Row]:
    """The command counts from the start of Python to the last written file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "maskglow.py", "simulate", RECIPE, "--json", "--out", folder]
        before_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        wall_s = time.perf_counter() - began
        cpu_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before_s
    result = json.loads(done.stdout.splitlines()[-1])
    simulated_s, inside_s = result["simulated_s"], result["wall_s"]
    return [
        Row("simulate, whole command, times real time", simulated_s / wall_s, "x", 80.0, "above"),
        Row("the same, counted in processor time (a busy machine)", simulated_s / cpu_s, "x"),
        Row("simulate, the run alone, times real time", simulated_s / inside_s, "x"),
        Row("start of Python, imports, tool ready, files written", wall_s - inside_s, "s"),
        *split(),
    ]


def split() -> list[Row]:
    """Where a scan's time goes: every part of the lab's step timed from outside, over one whole clean."""
    spent: dict[str, float] = {}
    lab = Lab()
    assert not lab.get_ready() and lab.start(RECIPE).ok
    parts: list[tuple[type, str, Callable[[Any], str]]] = [
        (Bus, "service", lambda bus: f"line {bus.name}"),
        (World, "advance", lambda _: "world: plant, and inner life of the devices"),
        (Scan, "step", lambda _: "core: one scan"),
        (Plant, "true_values", lambda _: "record: the plant's truth"),
        (Recorder, "observe", lambda _: "record: trace, events, flight record"),
    ]
    first = lab.scans
    with ExitStack() as stack:
        for owner, name, label in parts:
            stack.enter_context(patch.object(owner, name, timed(spent, label, getattr(owner, name))))
        lab.run_until(lambda lab: lab.over, 3000.0)
    per_scan = 1e6 / (lab.scans - first)
    return [Row(label, seconds * per_scan, "us a scan") for label, seconds in spent.items()]


def timed(spent: dict[str, float], label: Callable[[Any], str], method: Callable[..., Any]) -> Callable[..., Any]:
    """``method``, its time added up under the label of its object."""
    clock = time.perf_counter

    def measured(self: Any, *arguments: Any) -> Any:
        began = clock()
        result = method(self, *arguments)
        name = label(self)
        spent[name] = spent.get(name, 0.0) + clock() - began
        return result

    return measured
