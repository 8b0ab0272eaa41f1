"""What screens are told: exactly the documented keys, true to the scan, and differences that add up to the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from controller.scan.unit_state import UnitState
from controller.service.description import describe
from controller.service.messages import ALARM_KEYS, UNIT_KEYS, VERBS, Description, RecipeText, TagText, Update
from controller.service.picture import Picture, difference
from controller.service.users import demo_users
from gui.link import merge
from sim.lab import Lab

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def picture_of(lab: Lab) -> Picture:
    return Picture(lab.scan, lambda: EPOCH + timedelta(seconds=lab.now), lambda: None, lambda: [])


@pytest.fixture
def burning(lab_at: Callable[[str], Lab]) -> Lab:
    return lab_at("main clean")


def started(lab_at: Callable[[str], Lab]) -> tuple[Lab, Picture]:
    """A run whose start the picture has seen."""
    lab = lab_at("idle")
    picture = picture_of(lab)
    assert lab.start("o2-organic-clean").ok
    for _ in range(100):
        lab.step()
        picture.follow()
    return lab, picture


def test_description_has_the_documented_keys(burning: Lab):
    told = describe(burning.built, demo_users(), True)
    assert told.keys() == Description.__annotations__.keys()
    assert all(tag.keys() == TagText.__annotations__.keys() for tag in told["tags"].values())
    assert all(recipe.keys() == RecipeText.__annotations__.keys() for recipe in told["recipes"])
    assert not any(tag["kind"] == "array" for tag in told["tags"].values())
    assert all(not {"salt", "key", "pin"} & user.keys() for user in told["users"])
    json.dumps(told, allow_nan=False)


def test_recipes_offered_are_those_that_can_run(burning: Lab):
    told = describe(burning.built, demo_users(), True)
    kinds = [recipe["kind"] for recipe in told["recipes"]]
    assert kinds.count("clean") == 3
    assert "end-safe" in [recipe["file"] for recipe in told["recipes"]]
    clean = next(recipe for recipe in told["recipes"] if recipe["file"] == "o2-organic-clean")
    assert max(clean["profile"]) == 450.0
    assert clean["profile"][0] == clean["profile"][-1] == 0.0
    assert clean["expected_s"] == pytest.approx(sum(step["expected_s"] for step in clean["steps"]))
    assert [step["name"] for step in clean["steps"] if step["plasma"]] == ["Strike", "Main clean", "Soft finish"]


def test_update_has_the_documented_keys(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)
    told = picture.take()
    head = {"type", "seq", "full", "control"}  # added by the session
    assert told.keys() | head == Update.__annotations__.keys()
    assert told["unit"].keys() == UNIT_KEYS.keys()
    assert told["allowed"].keys() == VERBS.keys()
    assert told["tags"].keys() == describe(lab.built, demo_users(), True)["tags"].keys()


def test_alarms_have_the_documented_keys(burning: Lab):
    burning.scan.alarms.update("IL-07", True, burning.now, "reflected_power_w < 60", True)
    (alarm,) = picture_of(burning).take()["alarms"]
    assert alarm.keys() == ALARM_KEYS.keys()
    assert alarm["first_out"] is True


def test_a_reading_that_is_not_good_says_so(burning: Lab):
    burning.scan.image.put("chamber_pressure_pa", None, burning.now)
    value, _, quality = picture_of(burning).take()["tags"]["chamber_pressure_pa"]
    assert value is None
    assert quality == "BAD"


def test_steps_follow_the_run(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)
    unit = picture.take()["unit"]
    assert unit["state"] == "running"
    steps = unit["steps"]
    assert [step["state"] for step in steps].count("now") == 1
    assert steps[unit["index"]]["state"] == "now"
    assert all(step["state"] == "done" for step in steps[: unit["index"]])
    assert unit["run"]["mask"] == "SIM-MASK-1"
    assert unit["run_remaining_s"] == pytest.approx(
        unit["remaining_s"] + sum(step["expected_s"] for step in steps[unit["index"] + 1 :])
    )
    lab.scan.command("stop", "operator")
    lab.step()
    picture.follow()
    unit = picture.take()["unit"]
    assert len(unit["steps"]) > len(steps), "the closing procedure's steps follow those of the recipe"
    assert unit["steps"][unit["index"]]["name"] == "RF and gas off"


def test_a_step_that_takes_longer_than_usual_has_no_countdown(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)
    picture.usual_s = []
    picture._steps[1]["expected_s"] = 0.5
    assert lab.scan.unit.runner is not None
    assert lab.scan.unit.runner.index == 1
    assert picture.take()["unit"]["remaining_s"] is None


def test_rf_off_time_is_measured_from_the_hold(burning: Lab):
    picture = picture_of(burning)
    burning.scan.command("hold", "operator")
    for _ in range(80):  # held means arrived: the flows take two seconds to fall
        burning.step()
        picture.follow()
    told = picture.take()["unit"]
    assert told["state"] == UnitState.HELD.value
    assert 0.0 < told["rf_off_ms"] < 500.0


def test_without_rf_there_is_no_time_to_rf_off(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)
    assert lab.scan.image.reading("rf_on").value is False, "pumping down"
    lab.scan.command("hold", "operator")
    for _ in range(80):
        lab.step()
        picture.follow()
    assert picture.take()["unit"]["rf_off_ms"] is None


def test_time_in_a_step_leaves_out_the_hold_and_counts_each_entry(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)

    def now() -> dict:
        unit = picture.take()["unit"]
        return unit["steps"][unit["index"]] | {"unit": unit["state"]}

    first = now()
    assert first["entered"] == 1 and first["spent_s"] == 0.0 and first["since_s"] == first["start_s"]
    began, held_at = lab.scan.unit.runner.entered_s, lab.now
    lab.scan.command("hold", "operator")
    for _ in range(600):
        lab.step()
        picture.follow()
    held = now()
    assert held["unit"] == "held" and held["since_s"] is None and held["name"] == first["name"]
    assert held["spent_s"] == pytest.approx(held_at - began, abs=0.1)
    lab.scan.command("restart", "operator")
    lab.run_for(5.0)
    again = now()
    assert again["name"] == first["name"] and again["entered"] == 2
    assert again["spent_s"] == held["spent_s"] and again["since_s"] > 5.0


def test_version_rises_with_the_state_and_not_with_the_time(burning: Lab):
    picture = picture_of(burning)
    first = picture.take()["version"]
    burning.run_for(1.0)
    assert picture.take()["version"] == first
    burning.scan.command("hold", "operator")
    burning.step()
    assert picture.take()["version"] == first + 1


def test_differences_add_up_to_the_whole(lab_at: Callable[[str], Lab]):
    lab, picture = started(lab_at)
    kept = {"full": True, **picture.take()}
    before = picture.take()
    for _ in range(200):
        lab.step()
        picture.follow()
        now = picture.take()
        merge(kept, json.loads(json.dumps({"full": False, **difference(before, now)})))
        before = now
    whole = json.loads(json.dumps(now))
    for key in ("unit", "alarms", "allowed", "checks", "devices", "setpoints", "actuators", "version"):
        assert kept[key] == whole[key], key
    for name, reading in whole["tags"].items():
        assert [kept["tags"][name][0], kept["tags"][name][2]] == [reading[0], reading[2]], name


def test_difference_leaves_out_what_was_only_read_again():
    older = {"tags": {"p": [1.0, 10.0, "GOOD"], "q": [1.0, 10.0, "GOOD"]}, "version": 1}
    newer = {"tags": {"p": [1.0, 11.0, "GOOD"], "q": [1.0, 11.0, "STALE"]}, "version": 1}
    assert difference(older, newer) == {"tags": {"q": [1.0, 11.0, "STALE"]}}


def test_start_checks_say_why(burning: Lab):
    burning.scan.image.put("lid_closed", False, burning.now)
    checks = {check["name"]: check for check in picture_of(burning).take()["checks"]}
    assert checks["Lid closed"]["ok"] is False
    assert "lid_closed is false" in checks["Lid closed"]["reason"]
    assert checks["Cooling water flows"]["ok"] is True
    assert checks["Cooling water flows"]["value"].endswith("l/min")
    assert checks["All devices answer"]["value"] == "12 of 12"
