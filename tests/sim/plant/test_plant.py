"""The plant as a whole: repeats itself, survives anything it is told, says what can be set and what can break."""

import pickle
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant import faults
from sim.plant.parameters import PARAMETERS
from sim.plant.plant import Plant
from sim.plant.tool import TOOLS, ToolError, load_tool
from sim.wiring import GASES, VALVES, Wiring
from tests.sim.plant.conftest import burning, live, matched, with_gas


def test_one_seed_one_history():
    one, other = burning(7), burning(7)
    assert one.truth() == other.truth()
    assert one.wiring.sensors == other.wiring.sensors


def test_another_seed_is_another_tool_noise():
    assert with_gas(1).wiring.sensors.chamber_gauge_pa != with_gas(2).wiring.sensors.chamber_gauge_pa


def test_goes_on_the_same_after_being_saved():
    plant = burning(film=("organic", 8.0))
    twin = pickle.loads(pickle.dumps(plant))
    for each in (plant, twin):
        live(each, 5.0, matched)
    assert plant.truth() == twin.truth()
    assert plant.wiring.sensors == twin.wiring.sensors


def test_only_its_own_sub_step(plant):
    with pytest.raises(ValueError, match=r"0\.01"):
        plant.step(0.02)


COMMANDS = st.fixed_dictionaries(
    {
        "flow_setpoint_sccm": st.fixed_dictionaries({gas: st.floats(0.0, 500.0) for gas in GASES}),
        "valve_open": st.fixed_dictionaries({valve: st.booleans() for valve in VALVES}),
        "throttle_target_pct": st.floats(0.0, 100.0),
        "rf_forward_w": st.sampled_from([0.0, 50.0, 600.0]),
        "match_load_target_pct": st.floats(0.0, 100.0),
        "match_tune_target_pct": st.floats(0.0, 100.0),
        "turbo_on": st.booleans(),
        "dry_pump_on": st.booleans(),
        "chiller_on": st.booleans(),
        "chiller_setpoint_c": st.floats(-20.0, 100.0),
    }
)


@settings(max_examples=25)
@given(st.lists(COMMANDS, min_size=1, max_size=4), st.sampled_from(sorted(faults.PLANT_FAULTS)), st.integers(0, 9))
def test_every_truth_stays_finite(orders, fault, seed):
    plant = Plant(load_tool(), Wiring(), seed)
    plant.load_mask("organic", 8.0)
    plant.inject(fault, {}, True)
    for order in orders:
        for name, value in order.items():
            setattr(plant.wiring.commands, name, value)
        live(plant, 1.5)
        truth = plant.truth()
        assert all(abs(value) < 1e30 for value in truth.values()), truth
        positive = [name for name in truth if name.endswith(("_pa", "_m3", "_k", "_nm", "_kwh"))]
        assert min(truth[name] for name in positive) >= 0.0


def test_parameters_say_what_they_are(plant):
    listed = plant.parameters()
    assert [name for name, *_ in listed] == list(PARAMETERS)
    for name, value, unit, low, high, text in listed:
        assert unit and text and low < high, name
        assert low <= value <= high, name


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_keeps_its_range(plant, name):
    entry = PARAMETERS[name]
    plant.set_parameter(name, entry.low)
    assert {n: v for n, v, *_ in plant.parameters()}[name] == pytest.approx(entry.low)
    for wrong in (entry.low - 1.0, entry.high * 1.01 + 1.0, float("nan")):
        with pytest.raises(ValueError, match=name):
            plant.set_parameter(name, wrong)


def test_unknown_parameter_names_the_known(plant):
    with pytest.raises(KeyError, match="film_nm"):
        plant.set_parameter("colour", 1.0)


# --- faults ----------------------------------------------------------------------------------------------------


def state(plant):
    """Everything that anybody could notice."""
    sensors, commands = plant.wiring.sensors, plant.wiring.commands
    return plant.truth(), pickle.dumps(sensors), commands.rf_forward_w


def stir(plant):
    """Ask everything to move, so that what is stuck shows."""
    commands = plant.wiring.commands
    for valve in VALVES:
        commands.valve_open[valve] = not commands.valve_open[valve]
    commands.throttle_target_pct = 60.0
    commands.chiller_on, commands.chiller_setpoint_c = True, 40.0


@pytest.mark.parametrize("key", faults.PLANT_FAULTS)
def test_every_fault_shows_and_ends(key):
    sound = burning(3)
    if key == "plasma.no_ignite":
        sound.plasma.go_out()
    faulty = pickle.loads(pickle.dumps(sound))
    faulty.inject(key, {"zero": 5.0} if key.endswith("_mfc.drift") else {}, True)
    shows = False
    for each in (lambda plant: None, stir):  # some show at rest, some only when something is to move
        for plant in (sound, faulty):
            each(plant)
            live(plant, 1.0, matched)
        shows = shows or state(sound) != state(faulty)
    assert shows, f"{key} has no effect"
    faulty.inject(key, {}, False)
    live(faulty, 1.0, matched)
    ended = pickle.dumps(faulty)
    faulty.inject(key, {}, False)  # ending it twice changes nothing more
    assert pickle.dumps(faulty) == ended


def test_stuck_gauge_moves_again():
    plant = with_gas(n2=150.0)
    plant.inject("chamber_gauge.stuck", {}, True)
    held = plant.wiring.sensors.chamber_gauge_pa
    plant.wiring.commands.throttle_target_pct = 100.0
    live(plant, 3.0)
    assert plant.wiring.sensors.chamber_gauge_pa == held
    plant.inject("chamber_gauge.stuck", {}, False)
    live(plant, 0.5)
    assert plant.wiring.sensors.chamber_gauge_pa < 0.8 * held


def test_unknown_fault_and_parameter_are_named(plant):
    with pytest.raises(KeyError, match=r"chamber\.leak"):
        plant.inject("chamber.singing", {}, True)
    with pytest.raises(ValueError, match="loudness"):
        plant.inject("chamber.leak", {"loudness": 1.0}, True)


# --- the tool file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("volume_m3 = 0.030", "volume_l = 30.0", "volume_l"),
        ("volume_m3 = 0.030", "", "volume_m3"),
        ("volume_m3 = 0.030", 'volume_m3 = "30 l"', "volume_m3"),
        ("[chamber]", "[vessel]\na = 1\n[chamber]", "vessel"),
    ],
)
def test_tool_file_refuses_what_it_does_not_know(tmp_path, old, new, said):
    text = (TOOLS / "reference.toml").read_text()
    assert old in text
    file = tmp_path / "tool.toml"
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(ToolError, match=said):
        load_tool(file)


def test_every_tool_loads():
    for file in TOOLS.glob("*.toml"):
        assert load_tool(file) is not None
        assert tomllib.loads(file.read_text())
