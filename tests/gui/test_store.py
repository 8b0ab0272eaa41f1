"""What may look good, and what never may."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gui.pages.overview_models import TILES, Sparks, lines_for, tile_of
from gui.store import BAD, GOOD, SIMULATED, STALE, TagStore
from gui.titles import banner, chamber_pressure, gas_closed, headline, rf_words, urgent
from gui.widgets.tool_model import tool_of
from tests.gui import tool


def store_of(picture: dict[str, Any], age_s: float | None = 0.05) -> TagStore:
    store = TagStore(age_s=age_s)
    for message in (tool.description(), picture, {"type": "active"}):
        store.apply(message)
    return store


@pytest.mark.parametrize(
    ("reading", "look"),
    [
        ([4.0, 999.9, "GOOD"], GOOD),
        ([4.0, 999.9, "SIMULATED"], SIMULATED),
        ([4.0, 999.9, "STALE"], STALE),
        ([4.0, 990.0, "GOOD"], STALE),  # older than its tag allows
        ([4.0, None, "GOOD"], STALE),
        ([4.0, 999.9, "BAD"], BAD),
        ([None, 999.9, "GOOD"], BAD),
        ([math.nan, 999.9, "GOOD"], BAD),
        ([math.inf, 999.9, "GOOD"], BAD),
        ([4.0, 999.9, "a new quality"], BAD),
        ([4.0], BAD),
    ],
)
def test_looks(reading: list[Any], look: str) -> None:
    store = store_of(tool.running(tags={"reflected_power_w": reading}))
    seen = store.see("reflected_power_w")
    assert seen.look == look
    tile = tile_of(store, TILES[2], Sparks(), lit=True)
    assert tile.look == look
    assert (tile.value == "—") == (look == BAD)
    assert (tile.note == "") == (look == GOOD)


def test_a_tag_that_never_came_is_bad() -> None:
    assert store_of(tool.running()).see("no_such_tag").look == BAD


@pytest.mark.parametrize("age", [None, 0.81, 60.0])
def test_with_an_old_link_nothing_is_live(age: float | None) -> None:
    store = store_of(tool.running(), age_s=age)
    assert not any(store.see(name).live for name in tool.readings())
    assert store.number("chamber_pressure_pa") is None
    assert rf_words(store) == "RF not known"
    assert gas_closed(store) is None


def test_a_picture_before_active_is_not_live() -> None:
    store = TagStore(age_s=0.0)
    store.apply(tool.description())
    store.apply(tool.running())
    assert store.link_old


def test_differences_are_put_over_the_picture_and_a_full_one_replaces_it() -> None:
    store = store_of(tool.running())
    store.apply({"type": "update", "seq": 2, "time_s": 1000.1, "tags": {"rf_on": [False, 1000.1, "GOOD"]}})
    assert store.see("rf_on").value is False
    assert store.see("plasma_on").value is True
    store.apply({"type": "update", "seq": 3, "full": True, "time_s": 1001.0, "tags": {}})
    assert store.see("plasma_on").look == BAD


def test_a_new_hello_forgets_who_worked() -> None:
    store = store_of(tool.running())
    store.apply({"type": "login", "ok": True, "user": tool.USERS[0]})
    assert store.user is not None
    store.apply({"type": "login", "ok": False, "user": None, "reasons": ["Wrong PIN"]})
    assert store.user is not None, "a refused second login does not log the first user out"
    store.apply({"type": "hello", "version": 1})
    assert store.user is None and store.link_old


def test_valves_are_never_guessed() -> None:
    seen = tool_of(store_of(tool.running()), lit=True)
    assert (seen.isolation, seen.vent) == ("open", "closed")
    both = store_of(tool.running(tags={"vent_valve_opened": [True, 999.9, "GOOD"]}))
    assert tool_of(both, lit=True).vent == "fault"
    none = store_of(tool.running(tags={"isolation_valve_opened": [False, 999.9, "GOOD"]}))
    assert tool_of(none, lit=True).isolation == "moving"
    lost = store_of(tool.running(tags={"isolation_valve_opened": [None, 999.9, "BAD"]}))
    assert tool_of(lost, lit=True).isolation == "unknown"


def test_plasma_is_on_only_by_a_live_reading() -> None:
    for reading in ([None, 0.0, "BAD"], [True, 999.9, "STALE"]):
        drawn = tool_of(store_of(tool.running(tags={"plasma_on": reading})), lit=True)
        assert drawn.plasma is None
        assert drawn.inside[0] == "Plasma not known"


def test_the_gauge_that_can_read_the_pressure_is_shown() -> None:
    assert chamber_pressure(store_of(tool.running())) == "8.02 Pa"
    assert chamber_pressure(store_of(tool.idle())) == "101\u202f325 Pa"
    high_vacuum = tool.running(tags=tool.readings(chamber_pressure_pa=0.004, wide_pressure_pa=0.0021))
    assert chamber_pressure(store_of(high_vacuum)) == "2.1·10⁻³ Pa"


def test_the_banner_shows_the_most_urgent_unseen_then_the_newest() -> None:
    store = store_of(tool.running(alarms=tool.ALARMS))
    shown = banner(store, lit=True)
    assert (shown.id, shown.priority) == ("IL-05", 1)
    assert shown.sub.endswith("142 W · must be < 60 W")
    assert urgent(store) == (1, True)
    seen = store_of(tool.running(alarms=[each | {"state": "seen"} for each in tool.ALARMS]))
    assert banner(seen, lit=True).id == ""
    assert urgent(seen) == (1, False)
    assert banner(store_of(tool.running()), lit=True).priority is None


def test_a_shelved_alarm_is_not_on_the_list_but_not_gone() -> None:
    store = store_of(tool.running(alarms=tool.ALARMS))
    assert "AL-02" not in [each["id"] for each in store.alarms]
    assert [each["id"] for each in store.shelved] == ["AL-02"]


def test_ready_only_when_the_controller_allows_a_start() -> None:
    assert headline(store_of(tool.idle())).word == "Ready"
    assert headline(store_of(tool.idle(allowed={"start": ["lid open"]}))).word == "Not ready"
    assert headline(store_of(tool.idle(), age_s=3.0)).word == "Unknown"


def test_the_lines_that_tell_the_end_follow_the_gas() -> None:
    store = store_of(tool.running())
    assert lines_for(store) == (("co_483_counts", "CO 483"), ("o_777_counts", "O 777"))
    store.description["tags"]["endpoint_co_signal"] = {"unit": "", "kind": "number"}
    assert lines_for(store)[0] == ("endpoint_co_signal", "CO signal")
    store.picture["setpoints"] = {"h2_flow_sccm": 50.0, "ar_flow_sccm": 20.0}
    assert [name for _, name in lines_for(store)] == ["CH 431", "H 656"]


def test_a_run_that_came_to_its_end_and_failed_wears_no_check_mark() -> None:
    for verdict, sign in (("pass", "circle-check"), ("fail", "circle-x")):
        store = store_of(tool.idle(unit={"state": "complete", "verdict": {"verdict": verdict, "reasons": []}}))
        assert (headline(store).word, headline(store).icon) == ("Complete", sign)
