"""A plant on a bench: no electronics, its commands set by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.plant.plant import Plant
from sim.plant.rf import matched_positions_pct
from sim.plant.tool import load_tool
from sim.wiring import Wiring

Each = Callable[[Plant], None]


def nothing(plant: Plant) -> None:
    pass


def live(plant: Plant, seconds: float, each: Each = nothing) -> None:
    """Let it live; ``each`` is called before every sub-step."""
    for _ in range(round(seconds / 0.01)):
        each(plant)
        plant.step()


def evacuated(seed: int = 0) -> Plant:
    """Pumps at speed, chamber empty, open to the turbo."""
    plant = Plant(load_tool(), Wiring(), seed)
    commands, vacuum = plant.wiring.commands, plant.vacuum
    commands.turbo_on = commands.dry_pump_on = True
    plant.turbo.fraction = plant.dry_pump.fraction = 1.0
    vacuum.molecules = [n * 1e-8 for n in vacuum.molecules]
    vacuum.foreline_molecules *= 1e-4
    commands.valve_open.update(isolation=True, foreline=True)
    live(plant, 5.0)
    return plant


def with_gas(seed: int = 0, throttle_pct: float = 30.0, **sccm: float) -> Plant:
    """Gas flowing at rest."""
    plant = evacuated(seed)
    commands = plant.wiring.commands
    commands.throttle_target_pct = throttle_pct
    for gas, flow in sccm.items():
        commands.flow_setpoint_sccm[gas] = flow
        commands.valve_open[gas] = True
    live(plant, 20.0)
    return plant


def matched(plant: Plant) -> None:
    """An ideal match: the capacitors are sent where the load of this moment wants them."""
    match, commands = plant.match, plant.wiring.commands
    load, tune = matched_positions_pct(plant.tool.rf, match.load_r_ohm, match.load_x_ohm)
    commands.match_load_target_pct = min(100.0, max(0.0, load))
    commands.match_tune_target_pct = min(100.0, max(0.0, tune))


def burning(seed: int = 0, watts: float = 450.0, film: tuple[str, float] | None = None, **sccm: float) -> Plant:
    """A plasma at rest; oxygen and argon unless told otherwise."""
    plant = with_gas(seed, **(sccm or {"o2": 120.0, "ar": 40.0}))
    if film is not None:
        plant.load_mask(*film)
    live(plant, 3.0, matched)
    plant.wiring.commands.rf_forward_w = watts
    live(plant, 5.0, matched)
    assert plant.plasma.lit
    return plant


@pytest.fixture
def plant() -> Plant:
    """As built: at air, everything off."""
    return Plant(load_tool(), Wiring(), 0)
