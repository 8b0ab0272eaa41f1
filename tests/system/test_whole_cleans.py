"""A whole clean of every library recipe in virtual time: verdict, record, replay bit for bit, two runs alike."""

from __future__ import annotations

import math
from typing import Any

import pytest

from controller.records.flight import pack, replay, unpack
from controller.records.store import Store
from controller.scan.unit_state import UnitState
from recipes.store import library
from sim.lab import Lab, Settings

RECIPES = [path.stem for path in library()]
#: what each may leave [nm]; and none more than a tenth of what was there
LEFT_NM = {"o2-organic-clean": 0.8, "h2-carbon-clean": 0.2, "n2-o2-resist-clean": 0.01}


def whole(recipe: str, seed: int = 0) -> Lab:
    lab = Lab(Settings(seed=seed))
    assert lab.get_ready() == []
    assert lab.start(recipe).ok
    assert lab.run_until(lambda lab: lab.over, 1200.0)
    return lab


@pytest.fixture(scope="module")
def cleaned() -> dict[str, Lab]:
    return {recipe: whole(recipe) for recipe in RECIPES}


@pytest.fixture(scope="module")
def stored(cleaned: dict[str, Lab], tmp_path_factory: Any) -> tuple[Store, dict[str, Any]]:
    """The store of the O2 clean, and its summary."""
    store = Store(tmp_path_factory.mktemp("store") / "runs.sqlite")
    recorder = cleaned["o2-organic-clean"].recorder
    assert recorder is not None and recorder.summary is not None
    recorder.drain(store)
    return store, recorder.summary


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_cleans_and_ends_at_air(cleaned, recipe):
    lab = cleaned[recipe]
    summary = lab.recorder.summary
    assert lab.scan.unit.state is UnitState.COMPLETE
    assert (summary["verdict"], summary["reasons"]) == ("pass", [])
    assert summary["alarms"] == []
    assert lab.world.plant.film_nm < min(0.1 * lab.film_before_nm, LEFT_NM[recipe])
    values = lab.scan.image.values
    assert values["at_atmosphere"] and not values["rf_on"]
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    assert summary["strikes"] == 1
    assert summary["leak_check"]["verdict"] == "tight"
    assert 0.05 < summary["energy_kwh"] < 2.0
    assert summary["co2e_kg"] == pytest.approx(summary["energy_kwh"] * 0.474, rel=1e-3)
    assert all(step["end_s"] >= step["start_s"] and step["ended_by"] for step in summary["steps"])
    assert len(lab.scan.lost) == 0


@pytest.mark.parametrize("recipe", RECIPES)
def test_rf_was_on_only_while_a_step_wanted_it(cleaned, recipe):
    lab = cleaned[recipe]
    with_rf = ("clean", "Strike", "finish")
    clean_steps = [step for step in lab.recorder.summary["steps"] if step["name"].endswith(with_rf)]
    wanted = sum(step["end_s"] - step["start_s"] for step in clean_steps)
    assert lab.recorder.summary["plasma_on_s"] <= wanted + 0.5
    assert lab.recorder.summary["lost_plasma_s"] < 1.0


def test_the_store_holds_the_whole_run(stored):
    store, summary = stored
    head = store.head("run")
    trace = store.trace("run")
    assert trace.shape == (summary["scans"], len(head["columns"]))
    assert head["columns"][0] == "time_s" and head["verdict"] == "pass" and head["summary"] == summary
    column = {name: trace[:, n] for n, name in enumerate(head["columns"])}
    assert all(b > a for a, b in zip(column["time_s"], column["time_s"][1:], strict=False))
    settled = (column["time_s"] > 330) & (column["time_s"] < 420)
    assert column["chamber_pressure_pa"][settled].mean() == pytest.approx(8.0, rel=0.02)
    assert column["load_power_w"][settled].mean() == pytest.approx(450.0, rel=0.02)
    kinds = {kind for _, kind, _, _ in store.events("run")}
    assert {"run_started", "step", "state", "run_ended"} <= kinds
    assert not math.isnan(column["true.film_mean_nm"][-1])


def test_replay_is_bit_for_bit(stored):
    store, summary = stored
    result = replay(store.flight("run"))
    assert result.differences == []
    assert result.scans == summary["scans"] - 1  # the snapshot stands for the first
    assert result.outputs > 20 * result.scans


def test_a_flipped_input_is_found(stored):
    """One bit of one reading of one scan: the replay must not look the same."""
    store, _ = stored
    blocks = list(store.flight("run"))[:80]
    frames = unpack(blocks[70])  # in the main clean, where the pressure loop listens
    bent = 0
    for _, arrivals, *_ in frames:
        for _, items in arrivals:
            for n, (name, value, quality) in enumerate(items):
                if name == "chamber_pressure_pa" and not bent:
                    items[n] = (name, math.nextafter(value, math.inf) + 1e-3, quality)
                    bent += 1
    assert bent
    blocks[70] = pack(frames)
    differences = replay(blocks).differences
    assert any("throttle_setpoint_pct" in text for text in differences)


def test_two_runs_of_one_seed_are_the_same_and_two_seeds_are_not(cleaned, saved):
    first = cleaned["o2-organic-clean"]
    again = Lab.restore(saved["end"])  # another run of the same seed, frozen and thawed on its way
    assert again.recorder.summary == first.recorder.summary
    assert again.world.plant.truth() == first.world.plant.truth()
    same = {name: first.scan.image.reading(name) for name in first.scan.image.tags if name != "spectrum_counts"}
    assert same == {name: again.scan.image.reading(name) for name in same}
    other = Lab(Settings(seed=1))
    other.get_ready()
    values = [lab.scan.image.values["wide_pressure_pa"] for lab in (other, Lab.restore(saved["idle"]))]
    assert values[0] != values[1]


def test_a_thawed_lab_goes_on_like_the_other(lab_at):
    one, two = lab_at("main clean"), lab_at("main clean")
    two = Lab.restore(two.save())
    for lab in (one, two):
        lab.run_for(3.0)
    assert one.world.plant.truth() == two.world.plant.truth()
    assert one.built.buses[0].lease == two.built.buses[0].lease


def test_nobody_knows_what_was_in_the_chamber_of_a_tool_just_switched_on():
    """The procedure standby runs by itself; vent does not, before three purges; end-safe does all of it."""
    lab = Lab()
    lab.get_ready()
    assert lab.start("standby", "standby").ok
    assert lab.run_until(lambda lab: lab.over, 600.0)
    assert lab.scan.unit.state is UnitState.COMPLETE and not lab.scan.image.values["at_atmosphere"]
    assert lab.scan.command("reset").ok
    assert lab.start("vent", "vent").ok
    assert lab.run_until(lambda lab: lab.over, 600.0)
    assert lab.scan.unit.state is UnitState.HELD
    assert any("PE-04" in reason and "h2_purges_owed" in reason for reason in lab.scan.unit.reasons)
    assert lab.scan.command("stop").ok
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.STOPPED, 600.0)
    assert lab.scan.image.values["at_atmosphere"]
