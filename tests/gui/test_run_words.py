"""A run that was held and goes on, waits, or pauses: steps, times and the next mask's name are told as they are."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.pages.run_progress import step_rows
from gui.sheets.text_pad import TextPadSheet
from gui.store import TagStore
from gui.titles import headline
from gui.waits import waits_for
from gui.widgets.hero import glance
from gui.widgets.step_bar import blocks_of
from tests.gui import tool
from tests.gui.conftest import Show, ticks

LEFT = Qt.MouseButton.LeftButton


def setup_of(window: Any) -> Any:
    return window.page("run").setup


def later(link: Any, window: Any, seconds: float, **more: Any) -> None:
    link.inbox.append({"type": "update", "seq": 2, "time_s": tool.NOW_S + seconds} | more)
    ticks(window)


# --- the next mask -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["run", "overview"])
def test_the_name_of_a_mask_does_not_outlive_its_run(show: Show, page: str) -> None:
    window, link = show(tool.idle(), "run")
    setup_of(window).mask_id = "R7-OLD"
    ticks(window)
    assert setup_of(window).reasons() == []
    window.go(page)
    link.inbox.append(tool.running())
    ticks(window, 2)
    link.inbox.append(tool.idle(unit={"verdict": {"verdict": "pass", "run": "R-1"}}))
    ticks(window, 2)
    window.go("run")
    ticks(window)
    assert setup_of(window).mask_id == ""
    assert setup_of(window).start.model.why == "Scan or type the mask."


def test_a_run_that_another_screen_made_while_the_page_was_hidden_counts_too(show: Show) -> None:
    window, link = show(tool.idle(), "run")
    setup_of(window).mask_id = "R7-OLD"
    ticks(window)
    window.go("overview")
    link.inbox.append(tool.idle(unit={"verdict": {"verdict": "pass", "run": "R-9"}}))
    window.go("run")
    ticks(window)
    assert setup_of(window).mask_id == ""


def test_a_lost_link_does_not_forget_the_name(show: Show) -> None:
    window, link = show(tool.idle(), "run")
    setup_of(window).mask_id = "R7-NEW"
    ticks(window)
    link.age = 5.0
    ticks(window, 2)
    link.age = 0.05
    ticks(window, 2)
    assert setup_of(window).mask_id == "R7-NEW"


def test_a_scanner_types_into_the_field_again_and_again(show: Show) -> None:
    window, _ = show(tool.idle(), "run")
    for name in ("R7-1", "R7-2"):
        assert window.focusWidget() is setup_of(window).field
        QTest.keyClicks(window.focusWidget(), name[0])
        pad = window.sheets.shown[-1]
        assert isinstance(pad, TextPadSheet)
        QTest.keyClicks(window.focusWidget(), name[1:])
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        assert setup_of(window).mask_id == name and window.sheets.shown == []
    assert window.here == "run"


def test_after_a_sheet_the_keys_go_where_they_were(show: Show) -> None:
    window, _ = show(tool.running())
    before = window.column.buttons[0]
    before.setFocus()
    window.show_reasons("one", ["a"])
    window.show_reasons("two", ["b"])
    window.close_top()
    assert window.focusWidget() is window.sheets.shown[-1]
    window.close_top()
    assert window.focusWidget() is before


# --- steps ---------------------------------------------------------------------------------------------------


def test_an_interrupted_step_is_not_ticked_while_an_earlier_one_runs_again() -> None:
    steps = tool.gone_on()["unit"]["steps"]
    rows = step_rows(steps, steps[tool.MAIN]["start_s"] + 91.0)
    assert rows[3] == (3, "now", "Strike", "0:02", "0:03", "until plasma lit · again")
    assert rows[4] == (4, "cut", "Main clean", "2:35", "0:30", "interrupted, comes again")
    assert [block.state for block in blocks_of(steps, 1.0)][2:6] == ["done", "now", "cut", "next"]


def test_time_in_a_step_leaves_the_hold_out() -> None:
    steps = tool.steps(tool.MAIN)
    steps[tool.MAIN] |= {"entered": 2, "spent_s": 30.0, "since_s": 500.0}
    assert step_rows(steps, 520.0)[4][3:] == ("2:35", "0:50", "until endpoint CO · again")
    assert step_rows(steps, None)[4][4] == "0:30"


def test_a_called_procedure_is_measured_by_all_its_steps() -> None:
    steps = tool.steps(1)
    steps[0] |= {"spent_s": 2.0, "since_s": None, "entered": 1}
    steps[1] |= {"spent_s": 0.0, "since_s": 2.0, "entered": 1}
    assert step_rows(steps, 42.0)[0][3:5] == ("1:40", "0:42")


@pytest.mark.parametrize(
    ("ended_by", "state", "words"),
    [
        ("operator Chen, Y. (demo)", "early", "ended early: operator Chen, Y. (demo)"),
        ("held: operator STOP", "cut", "interrupted: operator STOP"),
        ("held: IL-08 RF reflected power at its limit: reflected_power_w < 200 (reflected_power_w is 233)", "cut",
         "interrupted: IL-08 RF reflected power at its limit"),
        ("not reached", "missed", "Not reached"),
        ("time-out 5:00", "missed", "Time-out 5:00"),
        ("operator", "done", "Operator"),
        ("endpoint CO at 2:12", "done", "Endpoint CO at 2:12"),
    ],
)  # fmt: skip
def test_how_a_step_ended_is_told(ended_by: str, state: str, words: str) -> None:
    steps = [{"name": "Main clean", "state": "done", "start_s": 0.0, "end_s": 9.0, "ended_by": ended_by}]
    ((_, told, _, _, actual, said),) = step_rows(steps, None, over=True)
    assert (told, actual, said) == (state, "0:09", words)


def test_what_was_never_run_says_so_when_the_run_is_over() -> None:
    steps = tool.steps(tool.MAIN)
    steps[tool.MAIN] |= {"state": "done", "ended_by": "held: operator STOP", "end_s": 200.0}
    rows = step_rows(steps, None, over=True)
    assert [row[1] for row in rows] == ["done"] * 4 + ["cut"] + ["next"] * 3
    assert {row[5] for row in rows[5:]} == {"not run"} and rows[5][4] == ""


# --- waiting -------------------------------------------------------------------------------------------------


def store_at(picture: dict[str, Any], seconds: float) -> TagStore:
    store = TagStore(age_s=0.0)
    for message in (tool.description(), picture, {"type": "active"}):
        store.apply(message)
    store.apply({"type": "update", "seq": 2, "time_s": tool.NOW_S + seconds})
    return store


def test_what_a_step_waits_for_is_said_after_two_seconds() -> None:
    assert waits_for(store_at(tool.waiting(unit={"clock_s": 1.0}), 1.9)) == []
    (said,) = waits_for(store_at(tool.waiting(), 2.1))
    assert said == "isolation valve not allowed: chamber pressure 133 Pa, must be < 50 Pa, foreline valve opened: no"


def test_a_countdown_that_stands_still_gives_way_to_what_is_waited_for(show: Show) -> None:
    window, link = show(tool.waiting())
    later(link, window, 3.0)
    overview: Any = window.page("overview")
    model = overview.hero.model
    assert (model.number, model.under) == ("Waits", "8:09 left after this")
    assert model.note[0].startswith("Waits for: isolation valve not allowed")
    assert headline(window.store).sub == "Step 1 / 8 · waits"
    window.grab()
    assert painting.cut == []


@pytest.mark.parametrize(
    ("status", "ends_by", "words"),
    [
        (["BUSY", "is 5.2, asked 8"], "all setpoints reached", ["chamber pressure is 5.2, asked 8"]),
        (["BUSY", "is 5.2, asked 8"], "endpoint CO", []),
        (["ERROR", "is 5.2, asked 8 for 40 s"], "endpoint CO", ["chamber pressure is 5.2, asked 8 for 40 s"]),
        (["IDLE", "arrived"], "0.05 Pa reached", ["0.05 Pa reached"]),
        (["IDLE", "arrived"], "after 30 s", []),
    ],
)
def test_waiting_is_said_only_where_a_step_really_waits(status: list[str], ends_by: str, words: list[str]) -> None:
    told = tool.steps(4)
    told[4] |= {"ends_by": ends_by}
    unit = {"steps": told, "index": 4, "clock_s": 25.0, "remaining_s": None}
    store = store_at(tool.running(unit=unit, actuators={"chamber_pressure_pa": status}), 3.0)
    assert waits_for(store) == words


def test_an_actuator_that_arrives_in_between_waits_anew() -> None:
    store = store_at(tool.waiting(unit={"clock_s": 1.0}), 1.0)
    store.apply(
        {"type": "update", "seq": 3, "time_s": tool.NOW_S + 1.5, "actuators": {"isolation_valve": ["IDLE", ""]}}
    )
    busy = {"isolation_valve": ["BUSY", "moving, asked on"]}
    store.apply({"type": "update", "seq": 4, "time_s": tool.NOW_S + 2.0, "actuators": busy})
    store.apply({"type": "update", "seq": 5, "time_s": tool.NOW_S + 3.5})
    assert waits_for(store) == []


def test_going_back_to_the_setpoints_is_said() -> None:
    store = store_at(tool.gone_on(unit={"state": "restarting"}), 0.5)
    assert glance(store).note == ("Goes back to the setpoints before it goes on.",)


# --- paused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "words"),
    [([True, 999.9, "GOOD"], "RF on"), ([False, 999.9, "GOOD"], "RF off"), ([None, 0.0, "BAD"], "RF not known")],
)
def test_paused_says_what_rf_does(reading: list[Any], words: str) -> None:
    store = store_at(tool.running(unit={"state": "paused"}, tags={"rf_on": reading}), 0.0)
    assert headline(store).sub == words


@pytest.mark.parametrize("state", ["paused", "pausing"])
def test_resume_is_held_and_a_tap_does_nothing(show: Show, state: str) -> None:
    window, link = show(tool.running(unit={"state": state}, allowed={"resume": []}))
    button: Any = window.column.buttons[0]
    assert (button.model.text, button.model.sub) == ("Resume", "hold 1.5 s")
    QTest.mouseClick(button, LEFT)
    assert link.verbs() == []
    button.confirmed.emit()
    assert link.verbs() == ["resume"]
