"""Texts of the program are wrapped or shortened by whole parts, never cut; only a user's own words may be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

import gui
from gui import painting
from gui.widgets.command_button import Command, CommandButton
from gui.widgets.hold_button import Hold, HoldButton
from tests.gui import tool
from tests.gui.conftest import Show, ticks

PATH = (
    "interlock IL-18 Gas needs an open path to the pump: isolation_valve_opened or (isolation_valve_closed and"
    " chamber_pressure_pa < 100) (chamber_pressure_pa is 1.011e+05, isolation_valve_closed is true,"
    " isolation_valve_opened is false) (reset needed)"
)
MFC = "o2_mfc does not answer: no reply within 0.20 s; Check that it is switched on, its cable and its address"
WHY = [PATH, MFC, PATH.replace("18", "19"), PATH.replace("18", "20")]
#: what may be cut: names that people gave to masks, recipes, steps, users and the tool
FREE = {
    "far_view.py": 4, "login.py": 3, "stopped.py": 1, "run_progress.py": 1, "run_cards.py": 5, "run_setup.py": 1,
    "title_panel.py": 2, "hero.py": 3, "plot_card.py": 1, "synoptic.py": 1,
}  # fmt: skip


def test_only_words_of_users_may_be_cut() -> None:
    found = {
        file.name: len(re.findall(r"free=True", file.read_text("utf-8")))
        for file in Path(gui.__file__).parent.rglob("*.py")
        if file.name != "painting.py"
    }
    assert {name: count for name, count in found.items() if count} == FREE


@pytest.mark.parametrize("page", ["overview", "run", "alarms"])
def test_a_tool_that_cannot_start_for_many_reasons(show: Show, page: str) -> None:
    checks = tool.checks(rest="; ".join(WHY), lid=PATH, water="water_flowing (water_flowing is false)")
    window, _ = show(tool.idle(allowed={"start": WHY}, checks=checks), page)
    window.grab()
    assert painting.cut == []
    if page == "overview":
        overview: Any = window.page("overview")
        assert all("_" not in each for each in overview.hero.model.note)


def test_another_screen_in_control(show: Show) -> None:
    window, _ = show(tool.running(control="panel vm-with-a-long-name 5954"), "run")
    window.grab()
    window.go("overview")
    ticks(window)
    painting.cut.clear()  # the first paint of a page comes before its layout
    window.grab()
    assert painting.cut == []


@pytest.mark.parametrize("reasons", [["operator STOP"], WHY])
def test_the_stopped_sheet_has_room_for_why(show: Show, reasons: list[str]) -> None:
    refused = {"restart": WHY, "stop": WHY}
    window, _ = show(tool.held(unit={"reasons": reasons}, allowed=refused))
    window.grab()
    assert painting.cut == []


@pytest.mark.parametrize(
    "words", ["not yet", "needs an engineer", "panel vm 5954 has control. Take control first.", PATH]
)
def test_a_button_says_why_or_that_a_tap_tells_why(app: QApplication, words: str) -> None:
    button, hold, start = CommandButton(), HoldButton(), HoldButton()
    for each, size in ((button, (152, 64)), (hold, (152, 64)), (start, (376, 94))):
        each.resize(*size)
    button.show_model(Command("Pause after step", "pause", "", words))
    hold.show_model(Hold("End step now", "hold 1 s", "play", words, style="command"))
    start.show_model(Hold("Hold to start", "keep pressing", "play", words, "Cannot start yet"))
    for each in (button, hold, start):
        each.grab()
        assert each.accessibleDescription() == words
        each.deleteLater()
    assert painting.cut == []


def test_as_many_parts_as_have_room_and_how_many_more() -> None:
    parts = ["one", "two", "three"]
    assert painting.as_many(parts, "; ", lambda words: True) == "one; two; three"
    assert painting.as_many(parts, "; ", lambda words: len(words) < 15) == "one; 2 more"
    assert painting.as_many(parts, "; ", lambda words: len(words) < 4) == "one"
    assert painting.as_many([], "; ", lambda words: True) == ""


def test_long_operator_messages_are_read_whole(show: Show) -> None:
    message = "Open the lid, take the mask out with the fork, and look at the back side before you go on"
    window, _ = show(tool.running(unit={"operator_message": message}))
    ticks(window)
    window.grab()
    assert painting.cut == []
