"""A plant on a bench: no electronics, its commands set by hand."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import numpy as np

from sim.plant.plant import SUB_STEP_S, Plant
from sim.plant.records import names_of, place_of, places_of
from sim.plant.rf.network import NetworkSpec, matched_load_pct, matched_tune_pct
from sim.plant.species import ATMOSPHERE_PA
from sim.plant.state import State
from sim.plant.vacuum.room import at_speed
from sim.wiring import Wiring

NETWORK = tuple(names_of(NetworkSpec))
LOAD_R, LOAD_X = place_of(State, "rf.load_r_ohm"), place_of(State, "rf.load_x_ohm")
#: as plain Python: to hand a record to a compiled law costs more than the law
load_pct, tune_pct = matched_load_pct.function, matched_tune_pct.function
Each = Callable[[Plant], None]
BACKING_PA = 10.0
O2_AR = (("o2", 120.0), ("ar", 40.0))


def nothing(plant: Plant) -> None:
    pass


def live(plant: Plant, seconds: float, each: Each = nothing) -> Plant:
    """Let it live; ``each`` is called before every sub-step."""
    for _ in range(round(seconds / SUB_STEP_S)):
        each(plant)
        plant.step()
    return plant


def matched(plant: Plant) -> None:
    """An ideal match: the capacitors are sent where the load of this moment wants them."""
    commands, numbers = plant.wiring.commands, plant.numbers
    network = SimpleNamespace(**dict(zip(NETWORK, numbers[places_of(State, "tool.network")].tolist(), strict=True)))
    r_ohm, x_ohm = min(40.0, float(numbers[LOAD_R])), float(numbers[LOAD_X])  # more than 50 ohm no such network can
    commands.match_load_target_pct = min(100.0, max(0.0, load_pct(network, r_ohm)))
    commands.match_tune_target_pct = min(100.0, max(0.0, tune_pct(network, r_ohm, x_ohm)))


def fresh(seed: int = 0, tool: int = 0) -> Plant:
    """As built: at air, everything off."""
    return Plant(Wiring(), seed, tool)


def twin(plant: Plant) -> Plant:
    """The same plant once more, which then goes its own way."""
    copy = pickle.loads(pickle.dumps(plant))
    assert isinstance(copy, Plant)
    return copy


def pumping(seed: int = 0, tool: int = 0, film: tuple[str, float] | None = None) -> Plant:
    """Pumps at speed, hardly any gas in the chamber, open to the turbo."""
    plant = fresh(seed, tool)
    if film is not None:
        plant.load_mask(*film)
    commands, vacuum = plant.wiring.commands, plant.state.vacuum
    commands.turbo_on = commands.dry_pump_on = commands.chiller_on = True
    at_speed(vacuum, plant.state.tool.vacuum, BACKING_PA)
    vacuum.gas.molecules[:] *= 1.0 / ATMOSPHERE_PA
    vacuum.gas.pressure_pa = 1.0
    commands.valve_open.update(isolation=True, foreline=True)
    return live(plant, 5.0)


def flowing(plant: Plant, throttle_pct: float = 30.0, **sccm: float) -> Plant:
    """Gas flowing at rest; oxygen and argon unless told otherwise."""
    commands = plant.wiring.commands
    commands.throttle_target_pct = throttle_pct
    for gas, flow in (sccm or dict(O2_AR)).items():
        commands.flow_setpoint_sccm[gas] = flow
        commands.valve_open[gas] = True
    return live(plant, 15.0)


def lit(plant: Plant, watts: float = 450.0, seconds: float = 5.0) -> Plant:
    """Match and power on; it burns."""
    live(plant, 2.0, matched)
    plant.wiring.commands.rf_forward_w = watts
    live(plant, seconds, matched)
    assert plant.state.plasma.lit == 1.0
    return plant


@cache
def _saved(kind: str, seed: int, tool: int) -> bytes:
    made = pumping(seed, tool, ("organic", 8.0) if kind == "cleaning" else None)
    if kind != "pumping":
        flowing(made)
    if kind in ("burning", "cleaning"):
        lit(made)
    return pickle.dumps(made)


def ready(kind: str, seed: int = 0, tool: int = 0) -> Plant:
    """A plant "pumping", with gas "flowing", "burning" without film, or "cleaning" 8 nm of organic film; made once."""
    made = pickle.loads(_saved(kind, seed, tool))
    assert isinstance(made, Plant)
    return made


def wrong(plant: Plant) -> list[str]:
    """Names of truths that no plant can have."""
    truth = plant.truth()
    positive = ("_pa", "_m3", "_k", "_nm", "_kwh")
    return [n for n, x in truth.items() if not abs(x) < 1e30 or (n.endswith(positive) and x < 0.0)]


def all_finite(plant: Plant) -> bool:
    return bool(np.isfinite(plant.numbers).all())
