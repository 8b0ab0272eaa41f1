"""Balances of the whole plant: power, heat, energy, and every chemical element."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.plant.plant import SLOW_EVERY, SUB_STEP_S, Plant
from sim.plant.records import places_of
from sim.plant.species import COMPOSITION, ELEMENTS
from sim.plant.state import State
from sim.plant.surface.contamination import atoms
from sim.plant.utilities import used
from tests.sim.plant.plant_bench import flowing, lit, live, matched, pumping, ready

Act = Callable[[Plant], None]


def restless(plant: Plant) -> None:
    """Arcs, steps of power, out and on again, gone astray."""
    commands = plant.wiring.commands
    moment = round(plant.time_s * 100) % 400
    if moment == 0:
        plant.inject("plasma.arc", {"rate": 20.0}, True)
    if moment == 100:
        commands.rf_forward_w = 200.0
    if moment == 200:
        plant.inject("plasma.extinguish", {"for": 0.2}, True)
    if moment == 300:
        commands.rf_forward_w = 600.0
    if moment == 350:
        commands.match_tune_target_pct += 5.0
    if moment < 350:
        matched(plant)


def test_forward_power_is_reflected_lost_or_in_the_load():
    plant = ready("cleaning")
    unlit = arcs = 0
    for _ in range(1200):
        restless(plant)
        plant.step()
        rf = plant.state.rf
        assert rf.reflected_w + rf.loss_w + rf.load_w == pytest.approx(rf.forward_w, rel=1e-12)
        assert min(rf.reflected_w, rf.loss_w, rf.load_w) >= 0.0
        unlit += plant.state.plasma.lit == 0.0
        arcs += rf.forward_w != pytest.approx(plant.wiring.commands.rf_forward_w)
    assert unlit > 50 and arcs > 20 and rf.arcs >= arcs  # all of it has happened


def test_the_load_s_power_is_all_somewhere_as_heat():
    plant = ready("cleaning")
    for _ in range(240):
        for _ in range(SLOW_EVERY):
            restless(plant)
            plant.step()
        heat, plasma = plant.state.thermal.heat, plant.state.plasma
        assert heat.mask_w + heat.chuck_w + heat.wall_w == pytest.approx(plant.state.rf.load_w, abs=1e-9)
        assert min(heat.mask_w, heat.chuck_w, heat.wall_w) >= 0.0
        assert 0.0 <= plasma.absorbed_w <= plant.state.rf.load_w


def test_what_a_plasma_at_rest_absorbs_it_spends():
    plasma = ready("burning").state.plasma
    assert plasma.lost_w == pytest.approx(plasma.absorbed_w, rel=0.02)
    parts = plasma.inelastic_w + plasma.elastic_w + plasma.electron_wall_w + plasma.ion_power_w
    assert parts == pytest.approx(plasma.lost_w)


def test_energy_is_the_integral_of_power_and_every_consumer_is_counted():
    plant = ready("burning")
    start, total = plant.truth()["energy_kwh"], 0.0
    begun = used(plant.state.utilities)
    for moment in range(200):
        if moment == 100:
            plant.wiring.commands.rf_forward_w = 0.0
            plant.wiring.commands.flow_setpoint_sccm.update(o2=0.0, ar=0.0)
        live(plant, SLOW_EVERY * SUB_STEP_S, matched)
        truth = plant.truth()
        consumers = ("generator", "turbo", "dry_pump", "chiller", "electronics")
        assert truth["power_total_w"] == pytest.approx(sum(truth[f"power_{name}_w"] for name in consumers))
        assert plant.wiring.sensors.mains_w == truth["power_total_w"]
        total += truth["power_total_w"] * SLOW_EVERY * SUB_STEP_S
    assert truth["energy_kwh"] - start == pytest.approx(total / 3.6e6, rel=1e-9)
    ended = used(plant.state.utilities)
    parts = sum(ended[name] - begun[name] for name in ended if name.endswith("_kwh"))
    assert parts == pytest.approx(total / 3.6e6, rel=1e-9)
    assert ended["generator_process_kwh"] > begun["generator_process_kwh"]
    assert ended["turbo_idle_kwh"] > begun["turbo_idle_kwh"]


# --- elements --------------------------------------------------------------------------------------------------

ATOMS = np.array(COMPOSITION, float)


def elements(plant: Plant) -> np.ndarray:
    """Atoms of each element inside the tool, with those that have left by a pump and that lie on walls."""
    state, gas = plant.state, plant.state.vacuum.gas
    molecules = gas.molecules + gas.exhaust_molecules + gas.foreline_molecules + gas.pumped - gas.unmet
    molecules = molecules + state.source * waiting_s(plant)
    on_walls = np.array(state.surface.exchange.wall)
    on_walls[0] += state.walls.carbon
    on_walls[5] += state.walls.tin
    return molecules @ ATOMS + on_walls + np.array(list(atoms(state.surface, state.tool.surface).values()))


def waiting_s(plant: Plant) -> float:
    """What the mask has given (or taken) within a slow step comes to the gas during the next one: for so long still."""
    return SUB_STEP_S * (SLOW_EVERY - round(plant.time_s / SUB_STEP_S) % SLOW_EVERY)


INFLOW = places_of(State, "vacuum.gas.inflow")


@pytest.mark.parametrize(
    ("contamination", "nm", "mask", "gases"),
    [
        ("organic", 3.0, "binary", {"o2": 120.0, "ar": 40.0}),
        ("carbon", 2.0, "euv", {"h2": 60.0}),
        ("carbon", 2.0, "euv", {"h2": 60.0, "n2": 20.0}),
        ("resist", 200.0, "phase-shift", {"o2": 100.0, "n2": 20.0}),
        ("tin", 1.0, "euv", {"h2": 60.0, "o2": 1.0}),
        ("haze", 5.0, "phase-shift", {"o2": 50.0}),
    ],
)
def test_no_atom_is_lost_or_made_over_a_clean(contamination, nm, mask, gases):
    plant = flowing(pumping(), 15.0, **gases)
    plant.load_mask(contamination, nm, mask)
    plant.state.thermal.mask.layer_c[:] = 60.0
    plant.inject("chamber.leak", {"rate": 1e-5}, True)
    lit(plant, 400.0, 1.0)
    before, came = elements(plant), np.zeros(len(COMPOSITION))
    film = atoms(plant.state.surface, plant.state.tool.surface)
    for moment in range(6000):
        if moment == 3000:  # gas and throttle move, the discharge goes out and comes back
            plant.inject("plasma.extinguish", {"for": 0.2}, True)
            plant.wiring.commands.throttle_target_pct = 35.0
        matched(plant)
        plant.step()
        came += SUB_STEP_S * plant.numbers[INFLOW]
        if moment % 977 == 0:  # at whatever sub-step
            assert_balanced(plant, before, came)
    assert_balanced(plant, before, came)
    left = atoms(plant.state.surface, plant.state.tool.surface)
    element = {"tin": "sn", "haze": "h"}.get(contamination, "c")
    assert film[element] - left[element] > 1e-3 * film[element] > 0.0  # it was a clean
    assert plant.state.vacuum.gas.unmet.sum() <= 1e-9 * came.sum()


def assert_balanced(plant: Plant, before: np.ndarray, came: np.ndarray) -> None:
    moved = np.abs(before) + np.abs(came) @ ATOMS
    gone = np.abs(elements(plant) - before - came @ ATOMS)
    for element, error, scale in zip(ELEMENTS, gone, moved, strict=True):
        assert error <= 1e-9 * scale, (element, error, scale)


def test_carbon_of_the_film_is_in_the_gas_out_of_the_pump_or_on_the_walls():
    """The same once more for carbon alone, which hardly anything else brings: to a millionth of what was removed."""
    plant = ready("cleaning")
    live(plant, 0.05)
    before, film = elements(plant)[0], atoms(plant.state.surface, plant.state.tool.surface)["c"]
    came = np.zeros(len(COMPOSITION))
    for _ in range(3000):
        matched(plant)
        plant.step()
        came += SUB_STEP_S * plant.numbers[INFLOW]
    removed = film - atoms(plant.state.surface, plant.state.tool.surface)["c"]
    assert removed > 0.2 * film
    assert abs(elements(plant)[0] - before - (came @ ATOMS)[0]) < 1e-6 * removed
