"""The window as a whole: every page in every state, what link loss looks like, keys, covers."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.main_window import FAR_TICKS
from gui.pages.run_setup import RunSetup
from gui.store import LINK_OLD_S
from gui.widgets.navigation import PLACES
from tests.gui import tool
from tests.gui.conftest import Show, ticks

STATES = {
    "running": tool.running,
    "idle": tool.idle,
    "held": tool.held,
    "alarm": lambda: tool.running(alarms=tool.ALARMS),
    "poor": lambda: tool.running(tags={key: [None, 0.0, "BAD"] for key in tool.NUMBERS}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", ["overview", "run", "alarms", "trends"])
def test_every_page_is_drawn_in_every_state_and_no_text_is_cut(show: Show, page: str, state: str) -> None:
    window, _ = show(STATES[state](), page)
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 1100, 7) for y in range(90, 720, 7)}
    assert len(colours) > 12, "a page is more than its ground"
    assert painting.cut == []


@pytest.mark.parametrize("size", [(1280, 800), (1422, 800), (1920, 1080)])
def test_other_panels_have_room_for_all_texts(show: Show, size: tuple[int, int]) -> None:
    window, _ = show(tool.running(alarms=tool.ALARMS), size=size)
    for page in PLACES:
        window.go(page)
        window.grab()
    assert painting.cut == []
    assert window.stop.geometry().bottom() < size[1]
    assert window.stop.geometry().right() < size[0]


@pytest.mark.parametrize("page", ["overview", "run", "alarms", "service"])
def test_link_loss_is_on_screen_within_a_second_on_every_page(show: Show, page: str) -> None:
    window, link = show(tool.running(), page)
    assert not window.no_connection.isVisible()
    link.age = LINK_OLD_S + 0.01
    ticks(window)
    assert LINK_OLD_S + 0.1 <= 1.0
    assert window.no_connection.isVisible()
    assert window.title.state.model.word == "Unknown"
    assert window.title.banner.model.words == "Connection lost"
    assert not window.stop.model.linked
    assert [button.model.text for button in window.column.buttons if button.isVisible()] == ["Reconnect now"]


def test_a_broken_line_counts_at_once_however_young_its_last_word(show: Show) -> None:
    window, link = show(tool.running())
    link.age, link.retry_s = 0.05, 0.3
    ticks(window)
    assert window.no_connection.isVisible()
    QTest.mouseClick(window.column.buttons[0], Qt.MouseButton.LeftButton)
    assert link.retries == 1


def test_old_values_do_not_look_live(show: Show) -> None:
    window, link = show(tool.running())
    link.age = 5.0
    ticks(window)
    overview: Any = window.page("overview")
    assert {tile.model.look for tile in overview.tiles} == {"stale"}
    drawn = overview.synoptic.model
    assert drawn.old and drawn.plasma is None and drawn.isolation == "unknown" and drawn.turbo_on is None
    assert all(gas.flow.old and gas.part is None and not gas.flows for gas in drawn.gases)


def test_a_picture_that_comes_back_is_live_again(show: Show) -> None:
    window, link = show(tool.running())
    link.age = 5.0
    ticks(window)
    link.age = 0.05
    ticks(window)
    assert not window.no_connection.isVisible()
    assert window.stop.model.linked


def test_without_a_picture_the_screen_says_what_it_waits_for(show: Show) -> None:
    window, link = show(None)
    link.age, link.retry_s = None, 2.0
    ticks(window)
    window.grab()
    assert window.start_up.isVisible()
    assert window.start_up.model[2].state == "wait"
    link.greet(tool.idle())
    link.age, link.retry_s = 0.05, None
    ticks(window)
    assert not window.start_up.isVisible()
    assert painting.cut == []


def test_a_device_that_has_not_answered_keeps_the_start_up_open_until_it_is_left(show: Show) -> None:
    devices = {name: {"state": "unknown", "text": ""} for name in tool.DEVICES}
    window, _ = show(tool.idle(devices=devices))
    window.grab()
    assert window.start_up.isVisible()
    assert next(row.name for row in window.start_up.model if row.state == "now") == "Mass flow controllers"
    window.skip_start()
    assert not window.start_up.isVisible()


def test_another_version_of_the_controller_is_named(show: Show) -> None:
    window, link = show(None)
    link.inbox.append({"type": "hello", "version": 99, "server": "9", "machine": "M", "location": "", "demo": False})
    ticks(window)
    assert "99" in window.start_up.model[0].said


def test_the_demo_says_so_on_every_page_and_on_the_log_in_sheet(show: Show) -> None:
    window, _ = show(tool.running())
    for page in PLACES:
        window.go(page)
        assert window.column.demo
        assert window.title.identity.model[2] is True
    window.sheets.ask_who()
    assert window.sheets.shown[-1].demo  # type: ignore[attr-defined]


def test_keys_reach_every_page_and_escape_closes_the_top_sheet(show: Show) -> None:
    window, _ = show(tool.running())
    for n, page in enumerate(PLACES):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_F1.value + n))
        assert window.here == page
    window.show_reasons("one", ["a"])
    window.show_reasons("two", ["b"])
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert [sheet.heading_words for sheet in window.sheets.shown] == ["one"]  # type: ignore[attr-defined]


def test_command_keys_press_what_stands_there_but_not_under_a_sheet(show: Show) -> None:
    window, link = show(tool.running())
    window.show_reasons("one", ["a"])
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert link.verbs() == []
    QTest.keyClick(window, Qt.Key.Key_Escape)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert link.verbs() == ["pause"]


def test_alt_a_acknowledges_the_banner(show: Show) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS))
    QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert [each["args"] for each in link.sent if each.get("verb") == "acknowledge"] == [{"alarm": "IL-05"}]


def test_the_far_view_comes_after_a_minute_and_any_touch_returns(show: Show) -> None:
    window, _ = show(tool.running())
    window.idle_ticks = FAR_TICKS - 2
    ticks(window)
    assert not window.is_far
    ticks(window)
    assert window.is_far
    window.grab()
    assert painting.cut == []
    assert window.far is not None
    QTest.mousePress(window.far, Qt.MouseButton.LeftButton)
    assert not window.is_far


def test_the_far_view_never_hides_a_lost_link_or_a_question(show: Show) -> None:
    window, link = show(tool.held())
    window.idle_ticks = FAR_TICKS
    ticks(window)
    assert not window.is_far and window.sheets.stopped is not None
    window.sheets.stay()
    link.age = 9.0
    window.idle_ticks = FAR_TICKS
    ticks(window)
    assert not window.is_far


def test_only_the_visible_page_is_refreshed(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    window, _ = show(tool.idle(), "run")
    window.go("overview")
    monkeypatch.setattr(RunSetup, "refresh", lambda self: pytest.fail("a hidden page was refreshed"))
    ticks(window, 3)


def test_the_same_picture_repaints_nothing(show: Show) -> None:
    window, _ = show(tool.running())
    overview: Any = window.page("overview")
    before = [overview.hero.model, overview.synoptic.model, *(tile.model for tile in overview.tiles)]
    ticks(window)
    after = [overview.hero.model, overview.synoptic.model, *(tile.model for tile in overview.tiles)]
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_both_themes_can_be_switched_while_it_runs(show: Show) -> None:
    window, _ = show(tool.running())
    light = window.grab().toImage().pixelColor(20, 400).lightness()
    window.switch_theme()
    ticks(window)
    dark = window.grab().toImage().pixelColor(20, 400).lightness()
    assert dark < 60 < 180 < light


def test_page_keys_and_the_banner_do_not_turn_the_page_under_a_sheet(show: Show) -> None:
    window, _ = show(tool.running(alarms=tool.ALARMS))
    window.show_reasons("one", ["a"])
    for n in range(len(PLACES)):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_F1.value + n))
        assert window.here == "overview"
    window.title.banner.clicked.emit()
    assert window.here == "overview"
    window.close_top()
    window.title.banner.clicked.emit()
    assert window.here == "alarms"


@pytest.mark.parametrize("pa", [8.02, 101325.0])
def test_a_lost_link_keeps_the_last_pressure_in_grey(show: Show, pa: float) -> None:
    tags = {"chamber_pressure_pa": [min(pa, 133.3), 999.9, "GOOD"], "wide_pressure_pa": [pa, 999.9, "GOOD"]}
    window, link = show(tool.running(tags=tags))
    overview: Any = window.page("overview")
    before = overview.tiles[0].model
    link.age = 5.0
    ticks(window)
    after = overview.tiles[0].model
    assert (after.value, after.look) == (before.value, "stale")
    assert overview.synoptic.model.gauge[1].words == before.value


def test_the_clock_runs_on_while_the_link_is_lost(show: Show) -> None:
    window, link = show(tool.running())
    before = window.title.clock.model[0]
    link.age = 12.0
    ticks(window)
    after = window.title.clock.model[0]
    seconds = [
        sum(int(part) * by for part, by in zip(each.split(":"), (3600, 60, 1), strict=True)) for each in (before, after)
    ]
    assert (seconds[1] - seconds[0]) % 86400 == 12


def test_nothing_is_said_of_alarms_before_they_are_known(show: Show) -> None:
    window, link = show(None)
    assert window.title.banner.model.words == "Alarms are not known yet"
    link.greet(tool.idle())
    ticks(window)
    assert window.title.banner.model.words == "No active alarms"
