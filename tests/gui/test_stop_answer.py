"""What became of STOP: taken, refused in plain words, or without an answer; and what the sheet after it may claim."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.stop_watch import PATIENCE_TICKS, PRESSED_TICKS, SHOWN_TICKS, SILENT_TICKS
from tests.gui import tool
from tests.gui.conftest import Show, ticks

LEFT = Qt.MouseButton.LeftButton
REFUSED = ["hold is not possible while the unit is aborting"]


def answer(link: Any, kind: str = "done", number: str = "stop-1", **more: Any) -> None:
    link.inbox.append({"type": kind, "id": number, "verb": "hold", **more})


def on_top(window: Any) -> list[str]:
    return list(window.sheets.shown[-1].reasons) if window.sheets.shown else []


def test_a_press_is_seen_in_the_same_instant_even_by_key(show: Show) -> None:
    window, _ = show(tool.idle())
    QTest.keyPress(window, Qt.Key.Key_F12)
    assert window.stop.model.pressed and window.stop.model.said[0] == "STOP sent"
    ticks(window, PRESSED_TICKS)
    assert not window.stop.model.pressed


def test_stop_on_an_idle_tool_is_answered_with_what_is_measured(show: Show) -> None:
    window, link = show(tool.idle())
    QTest.mousePress(window.stop, LEFT)
    answer(link)
    ticks(window)
    assert window.stop.model.said == ("STOP taken", "RF off · gas off")
    window.grab()
    assert painting.cut == []
    ticks(window, SHOWN_TICKS)
    assert window.stop.model.said == ("", "") and window.sheets.shown == []


@pytest.mark.parametrize(("reading", "words"), [([True, 999.9, "GOOD"], "RF on"), ([None, 0, "BAD"], "RF not known")])
def test_taken_never_promises_that_rf_is_off(show: Show, reading: list[Any], words: str) -> None:
    window, link = show(tool.running(tags={"rf_on": reading}))
    QTest.mousePress(window.stop, LEFT)
    answer(link)
    ticks(window)
    assert window.stop.model.said == ("STOP taken", words)


def test_no_answer_within_a_second_sends_to_the_emo_button(show: Show) -> None:
    window, link = show(tool.running())
    QTest.mousePress(window.stop, LEFT)
    ticks(window, PATIENCE_TICKS - 1)
    assert window.sheets.shown == []
    ticks(window)
    assert on_top(window) == ["STOP did not get an answer. Press the red EMO button on the tool."]
    assert window.stop.model.said == ("No answer", "Press the red EMO button.")
    window.grab()
    assert painting.cut == []
    ticks(window, SHOWN_TICKS + 1)
    assert window.stop.model.said[0] == "No answer", "longer than an answer"
    answer(link)
    ticks(window)
    assert window.sheets.shown == [], "a late answer takes it back"
    assert window.stop.model.said[0] == "STOP taken"


def test_the_word_stop_comes_back(show: Show) -> None:
    window, _ = show(tool.running())
    QTest.mousePress(window.stop, LEFT)
    ticks(window, PATIENCE_TICKS + SILENT_TICKS)
    assert window.stop.model.said == ("", "")


def test_the_answer_to_an_older_stop_does_not_count_for_a_newer_one(show: Show) -> None:
    window, link = show(tool.running())
    QTest.mousePress(window.stop, LEFT)
    QTest.mousePress(window.stop, LEFT)
    answer(link, number="stop-1")
    ticks(window, PATIENCE_TICKS)
    assert "EMO" in on_top(window)[0]


def test_a_stop_that_did_not_go_out_is_not_waited_for(show: Show) -> None:
    window, link = show(tool.running())
    link.up = False
    QTest.mousePress(window.stop, LEFT)
    ticks(window, PATIENCE_TICKS + 2)
    assert len(window.sheets.shown) == 1 and window.stop.model.said == ("", "")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ([False, 999.9, "GOOD"], "RF is off."),
        ([True, 999.9, "GOOD"], "RF is still on."),
        ([None, 0, "BAD"], "not known whether RF is off"),
    ],
)
@pytest.mark.parametrize("state", ["aborting", "stopping"])
def test_stop_while_the_run_ends_is_refused_in_plain_words(
    show: Show, state: str, reading: list[Any], words: str
) -> None:
    window, link = show(tool.held(unit={"state": state}, tags={"rf_on": reading}, allowed={"hold": REFUSED}))
    QTest.mousePress(window.stop, LEFT)
    answer(link, "denied", reasons=REFUSED)
    ticks(window)
    (said,) = on_top(window)
    assert said.startswith("The tool is already ending the run. ") and words in said
    assert window.stop.model.said[0] == "STOP refused"
    window.grab()
    assert painting.cut == []


def test_stop_is_not_live_red_when_a_press_can_do_nothing(show: Show) -> None:
    window, link = show(tool.running(unit={"state": "aborting"}, allowed={"hold": REFUSED}))
    assert not window.stop.model.able
    middle = window.stop.grab().toImage().pixelColor(150, 12)
    link.inbox.append(tool.running())
    ticks(window)
    red = window.stop.grab().toImage().pixelColor(150, 12)
    assert window.stop.model.able and red.red() - red.green() > 100 > middle.red() - middle.green()
    QTest.mousePress(window.stop, LEFT)
    assert link.stops == 1


# --- the sheet after a hold ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reasons", [["operator STOP"], ["IL-08 RF reflected power at its limit"], []])
def test_after_every_hold_the_sheet_says_to_measure_the_mask(
    show: Show, reasons: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _ = show(tool.held(unit={"reasons": reasons}))
    drawn: list[str] = []
    real = painting.text
    monkeypatch.setattr(
        "gui.sheets.stopped.text", lambda p, rect, words, *a, **k: drawn.append(words) or real(p, rect, words, *a, **k)
    )
    window.sheets.stopped.grab()  # type: ignore[union-attr]
    assert "The run is marked as interrupted. Measure this mask before release." in drawn
    assert window.sheets.stopped.held_by() == tuple(f"Held by: {each}" for each in reasons)  # type: ignore[union-attr]
    assert painting.cut == []


@pytest.mark.parametrize(
    ("fine", "wide", "words"),
    [
        ([8.0, 999.9, "GOOD"], [8.1, 999.9, "GOOD"], "Vacuum held."),
        ([133.3, 999.9, "GOOD"], [42350.0, 999.9, "GOOD"], "No vacuum: 42\u202f350 Pa."),
        ([None, 0.0, "BAD"], [None, 0.0, "BAD"], "Pressure not known."),
    ],
)
def test_vacuum_is_held_only_if_the_gauges_say_so(show: Show, fine: list[Any], wide: list[Any], words: str) -> None:
    window, _ = show(tool.held(tags={"chamber_pressure_pa": fine, "wide_pressure_pa": wide}))
    said = window.sheets.stopped._headline()[1]  # type: ignore[union-attr]
    assert said.endswith(words) and ("Vacuum held" in said) is (words == "Vacuum held.")


def test_time_and_plan_on_the_sheet_are_of_the_same_steps(show: Show) -> None:
    told = tool.steps(1)  # a pump-down of five steps, held in the second
    told[0] |= {"entered": 1, "spent_s": 2.0, "since_s": None}
    told[1] |= {"entered": 1, "spent_s": 40.0, "since_s": None, "end_s": 42.0}
    window, _ = show(tool.held(unit={"steps": told, "index": 1, "clock_s": 40.0}))
    assert window.sheets.stopped._facts()[2] == ("Pump down", "0:42 / 1:40")  # type: ignore[union-attr]
