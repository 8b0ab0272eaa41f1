"""One scan of the core without any line: a clean's own readings fed back into the core, as in a replay."""

from __future__ import annotations

import copy
import statistics
import time

from controller.records.flight import without_ports
from sim.lab import Lab
from tests.benchmarks.row import Row

SCANS = 2000


def run() -> list[Row]:
    """Median over the first hundred seconds of plasma and of what leads to it."""
    lab = Lab()
    assert not lab.get_ready() and lab.start("o2-organic-clean").ok
    lab.run_for(130.0)  # into the leak check: the plasma comes within the measured part
    core = without_ports(lab.scan)
    fed = []
    for _ in range(SCANS):
        lab.step()
        fed.append((lab.now, copy.copy(lab.scan.inputs)))
    bus = core.buses[0]
    took = []
    for now, inputs in fed:
        bus.inbox.extend(arrival._replace(ready_s=now) for arrival in inputs.arrivals)
        bus.notices.extend(inputs.notices)
        began = time.perf_counter()
        core.step(now)
        took.append(time.perf_counter() - began)
    assert core.unit.state is lab.scan.unit.state
    return [
        Row("one scan of the core, median", statistics.median(took) * 1e6, "us", 100.0),
        Row("one scan of the core, 99th percentile", statistics.quantiles(took, n=100)[98] * 1e6, "us"),
    ]
