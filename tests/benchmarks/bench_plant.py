"""The plant alone: 50 ms of process (five sub-steps), dark, with gas, and burning over a film; beside plain Python."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from sim.plant.plant import SLOW_EVERY, Plant
from sim.plant.plasma.reactor import bench, steady
from tests.benchmarks.row import Row
from tests.sim.plant.plant_bench import fresh, live, ready

GOAL_US = 60.0
ROUNDS, FLOATS = 600, 1000


def run() -> list[Row]:
    """Medians, taken in turns, so that a busy moment hits all alike."""
    dark, gas, lit = live(fresh(), 1.0), ready("flowing"), ready("cleaning")
    dark_us, gas_us, lit_us, plain_us = medians_us(*map(fifty_ms, (dark, gas, lit)), plain_floats)
    assert dark.state.plasma.lit == gas.state.plasma.lit == 0.0 < lit.state.plasma.lit and lit.film_nm > 0.1
    plain = f"{FLOATS} floats multiplied and added in plain Python"
    return [
        Row("50 ms of a tool at rest", dark_us, "us"),
        Row("50 ms with gas flowing", gas_us, "us"),
        Row("50 ms of plasma over a film", lit_us, "us", GOAL_US),
        Row(plain, plain_us, "us"),
        Row("50 ms of plasma over a film, over that", lit_us / plain_us, ""),
        Row("the same, times real time", 50e3 / lit_us, "x"),
        Row("steady state of a reactor, four gases", steady_ms(), "ms", 2.0),
    ]


def fifty_ms(plant: Plant) -> Callable[[], Any]:
    def act() -> None:
        for _ in range(SLOW_EVERY):
            plant.step()

    return act


def plain_floats() -> float:
    x = 0.0
    for _ in range(FLOATS):
        x = 0.999 * x + 1.0
    return x


def medians_us(*acts: Callable[[], Any]) -> list[float]:
    """Median time of each."""
    took: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for act, times in zip(acts, took, strict=True):
            began = time.perf_counter()
            act()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) * 1e6 for times in took]


def steady_ms() -> float:
    """Median of twenty steady states from the same beginning [ms]."""
    gas = {"o2": 20.0, "n2": 20.0, "h2": 10.0, "ar": 10.0}
    made = bench(0.1524, 0.0762, 600.0, 6.67, 500.0, gas, dict.fromkeys("ohn", 0.05))
    spent = []
    for _ in range(20):
        began = time.perf_counter()
        steady(made)
        spent.append(1e3 * (time.perf_counter() - began))
    return statistics.median(spent)
