"""STOP: on press, before anything else, without a login, on its own line; and what is asked afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.sheets.sheet import Sheet
from gui.sheets.stopped import StoppedSheet
from tests.gui import tool
from tests.gui.conftest import Show, ticks


def test_stop_goes_out_on_press_not_on_release(show: Show) -> None:
    window, link = show(tool.running(), user=False)
    QTest.mousePress(window.stop, Qt.MouseButton.LeftButton)
    assert link.stops == 1
    QTest.mouseRelease(window.stop, Qt.MouseButton.LeftButton)
    assert link.stops == 1


def test_stop_is_sent_before_any_sheet_opens(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    window, link = show(tool.running())
    order: list[str] = []
    monkeypatch.setattr(link, "stop_now", lambda: order.append("sent") or "")
    monkeypatch.setattr(window.sheets, "open", lambda sheet: order.append("sheet"))
    QTest.mousePress(window.stop, Qt.MouseButton.LeftButton)
    assert order == ["sent", "sheet"]


@pytest.mark.parametrize("key", [Qt.Key.Key_F12, Qt.Key.Key_Pause])
def test_stop_keys(show: Show, key: Qt.Key) -> None:
    window, link = show(tool.running(), user=False)
    QTest.keyPress(window, key)
    assert link.stops == 1


def test_stop_is_never_in_the_focus_chain(show: Show) -> None:
    window, _ = show(tool.running())
    assert window.stop.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_no_sheet_covers_stop_or_title(show: Show) -> None:
    window, link = show(tool.running(), user=False)
    for open_one in (
        window.sheets.ask_who,
        lambda: window.show_reasons("no", ["because"] * 30),
        window.sheets.ask_next,
    ):
        open_one()
        sheet: Sheet = window.sheets.shown[-1]
        assert window.childAt(window.stop.geometry().center()) is window.stop
        assert window.childAt(QPoint(1000, 30)) is window.title.who
        assert sheet.geometry().top() >= 84
    QTest.mousePress(window.stop, Qt.MouseButton.LeftButton)
    assert link.stops == 1


def test_nothing_else_stands_within_24_u_of_stop(show: Show) -> None:
    for page in ("overview", "run", "alarms"):
        window, _ = show(tool.held(alarms=tool.ALARMS), page)
        room = window.stop.geometry().adjusted(-24, -24, 24, 24)
        for button in [each for each in window.column.buttons if each.isVisible()]:
            assert not room.intersects(button.geometry().translated(window.column.pos()))


def test_stop_that_did_not_go_out_says_so(show: Show) -> None:
    window, link = show(tool.running())
    link.up = False
    QTest.mousePress(window.stop, Qt.MouseButton.LeftButton)
    sheet: Any = window.sheets.shown[-1]
    assert "EMO" in sheet.reasons[0]
    QTest.mousePress(window.stop, Qt.MouseButton.LeftButton)
    assert link.stops == 2 and len(window.sheets.shown) == 1


def test_a_denied_stop_shows_why(show: Show) -> None:
    window, link = show(tool.idle())
    link.inbox.append({"type": "denied", "id": "stop-1", "verb": "hold", "reasons": ["no run is under way"]})
    ticks(window)
    sheet: Any = window.sheets.shown[-1]
    assert sheet.reasons == ["No run is under way"]


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ({}, True),
        ({"unit": {"state": "held"}, "tags": tool.held()["tags"]}, False),
        ({"unit": {"state": "held"}}, True),  # RF is still on
        ({"unit": {"state": "idle"}, "tags": tool.idle()["tags"] | {"rf_on": [None, 0.0, "BAD"]}}, True),
    ],
)
def test_stop_is_red_while_rf_or_gas_is_on_or_not_known(show: Show, changes: dict[str, Any], active: bool) -> None:
    window, _ = show(tool.running(**changes))
    assert window.stop.model.active is active


# --- what next? ----------------------------------------------------------------------------------------------


def stopped(window: Any) -> StoppedSheet:
    sheet = window.sheets.stopped
    assert isinstance(sheet, StoppedSheet)
    return sheet


def test_a_hold_asks_what_next_once_and_staying_is_remembered(show: Show) -> None:
    window, link = show(tool.held())
    assert stopped(window).isVisible()
    QTest.mouseClick(stopped(window).stay, Qt.MouseButton.LeftButton)
    ticks(window, 3)
    assert window.sheets.stopped is None
    assert window.column.buttons[0].model.text == "What next?"
    link.inbox.append(tool.running())
    ticks(window)
    link.inbox.append(tool.held())
    ticks(window)
    assert window.sheets.stopped is not None, "the next hold asks again"


def test_end_safely_and_go_on_ask_for_their_verbs(show: Show) -> None:
    window, link = show(tool.held())
    QTest.mouseClick(stopped(window).end, Qt.MouseButton.LeftButton)
    stopped(window).go_on.confirmed.emit()
    assert link.verbs() == ["stop", "restart"]


def test_the_sheet_tells_what_was_measured(show: Show) -> None:
    window, _ = show(tool.held())
    assert stopped(window)._headline() == ("Stopped. RF is off.", "RF off after 18 ms. Gas closed. Vacuum held.")
    window.grab()
    assert painting.cut == []


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ([True, 999.9, "GOOD"], "RF is still on"),
        ([None, 0.0, "BAD"], "not known"),
        ([False, 0.0, "STALE"], "not known"),
    ],
)
def test_the_sheet_never_says_off_without_a_live_reading(show: Show, reading: list[Any], words: str) -> None:
    window, _ = show(tool.held(tags={"rf_on": reading}))
    assert words in stopped(window)._headline()[0]


def test_the_question_goes_when_the_hold_ends(show: Show) -> None:
    window, link = show(tool.held())
    link.inbox.append(tool.running())
    ticks(window)
    assert window.sheets.shown == []
