"""The Alarms page: what one tap may do, what is offered to whom, names in the history, and what is not built yet."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.pages.alarm_models import history_rows
from gui.pages.alarms import ARMED_TICKS
from tests.gui import script_link, tool
from tests.gui.conftest import Show, ticks
from tests.gui.test_store import store_of

LEFT = Qt.MouseButton.LeftButton


def acknowledged(link: Any) -> list[str]:
    return [each["args"]["alarm"] for each in link.sent if each.get("verb") == "acknowledge"]


def many(count: int) -> list[dict[str, Any]]:
    return [tool.alarm(f"AL-{n:02d}", f"Alarm {n}", 3, "new", 10.0 + n, "") for n in range(count)]


def test_the_page_is_acknowledged_by_two_taps_and_only_what_it_shows(show: Show) -> None:
    window, link = show(tool.running(alarms=many(12)), "alarms")
    button = window.column.buttons[0]
    QTest.mouseClick(button, LEFT)
    ticks(window)
    assert acknowledged(link) == [] and button.model.sub.startswith("tap again")
    QTest.mouseClick(button, LEFT)
    shown = acknowledged(link)
    assert shown == [f"AL-{n:02d}" for n in range(len(shown))] and 4 <= len(shown) <= 6


def test_what_came_after_the_first_tap_is_not_acknowledged_by_the_second(show: Show) -> None:
    window, link = show(tool.running(alarms=many(1)), "alarms")
    QTest.mouseClick(window.column.buttons[0], LEFT)
    link.inbox.append(tool.running(alarms=[tool.alarm("IL-05", "RF", 1, "new", 0.0, ""), *many(1)]))
    ticks(window)
    QTest.mouseClick(window.column.buttons[0], LEFT)
    assert acknowledged(link) == ["AL-00"]


def test_what_was_seen_between_the_taps_is_not_asked_for_again(show: Show) -> None:
    window, link = show(tool.running(alarms=many(2)), "alarms")
    QTest.mouseClick(window.column.buttons[0], LEFT)
    first, second = many(2)
    link.inbox.append(tool.running(alarms=[first | {"state": "seen"}, second]))
    ticks(window)
    QTest.mouseClick(window.column.buttons[0], LEFT)
    assert acknowledged(link) == ["AL-01"]


def test_a_first_tap_is_forgotten(show: Show) -> None:
    window, link = show(tool.running(alarms=many(1)), "alarms")
    for forget in (lambda: ticks(window, ARMED_TICKS + 1), lambda: (window.go("run"), window.go("alarms"))):
        QTest.mouseClick(window.column.buttons[0], LEFT)
        forget()
        ticks(window)
        assert window.column.buttons[0].model.sub == "1 new"
    assert acknowledged(link) == []


def test_shelving_is_offered_to_engineers_only(show: Show) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS), "alarms")
    page: Any = window.page("alarms")
    page.choose("AL-01")
    QTest.mouseClick(page.detail.shelve, LEFT)
    assert window.sheets.shown[-1].reasons == ["needs an engineer"]  # type: ignore[attr-defined]
    assert "shelve" not in link.verbs()
    link.inbox.append({"type": "login", "ok": True, "user": tool.USERS[1], "reasons": []})
    ticks(window, 2)
    assert page.detail.shelve.model.why == ""


def test_the_history_has_names_of_alarms_seen_and_of_rules() -> None:
    store = store_of(tool.running(alarms=tool.ALARMS))
    store.description["rules"] = [{"id": "IL-18", "name": "Gas needs an open path to the pump"}]
    store.apply({"type": "update", "seq": 2, "time_s": tool.NOW_S, "alarms": []})
    events = [{"time_s": 1.0, "id": number, "event": "raised"} for number in ("AL-06", "IL-18", "ZZ-99")]
    assert [row[4:6] for row in history_rows(events, store)] == [
        ("AL-06", "Chuck temperature off"),
        ("IL-18", "Gas needs an open path to the pump"),
        ("ZZ-99", ""),
    ]


def test_an_empty_history_speaks_of_this_controller_only(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_link, "answer", lambda what, args: [])
    window, _ = show(tool.running(), "alarms")
    page: Any = window.page("alarms")
    page.show_tab("history")
    assert page._said == "No alarm since the controller was started."


LONG = "Hydrogen and oxygen flow together though the recipe may not mix them"
BROKEN = "chamber_pressure_pa < 100 (chamber_pressure_pa is unknown); water_flowing (water_flowing is false)"


@pytest.mark.parametrize("tab", ["active", "history", "shelved", "statistics"])
def test_long_names_and_reasons_are_wrapped_not_cut(show: Show, tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms = [
        tool.alarm("IL-15", LONG, 1, "new", 5.0, BROKEN),
        tool.alarm("AL-06", LONG, 2, "seen", 9.0, tool.CHUCK_OFF),
    ]
    alarms.append(tool.alarm("AL-07", LONG, 3, "seen", 9.0, BROKEN, shelved_until_s=tool.NOW_S + 900))
    events = [{"time_s": 1.0, "id": each["id"], "event": "raised", "text": each["text"]} for each in alarms]
    monkeypatch.setattr(script_link, "history", lambda: events)
    window, _ = show(tool.running(alarms=alarms), "alarms")
    page: Any = window.page("alarms")
    page.show_tab(tab)
    ticks(window, 2)
    page.choose("IL-15")
    window.grab()
    assert painting.cut == []


# --- not yet -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "words"),
    [("overview", "Silence buzzer"), ("overview", "Wipe screen"), ("alarms", "Filter"), ("alarms", "Export")],
)
def test_what_is_not_built_says_so_in_its_place(show: Show, page: str, words: str) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS), page)
    button = next(each for each in window.column.buttons if each.isVisible() and each.model.text == words)
    assert button.model.why == "not yet"
    sent = len(link.verbs())
    QTest.mouseClick(button, LEFT)
    assert window.sheets.shown[-1].heading_words == f"Not yet: {words}"  # type: ignore[attr-defined]
    assert len(link.verbs()) == sent


def test_a_tile_and_the_statistics_say_not_yet(show: Show) -> None:
    window, _ = show(tool.running())
    overview: Any = window.page("overview")
    QTest.mouseClick(overview.tiles[0], LEFT)
    assert window.sheets.shown[-1].heading_words == "Not yet: Chamber pressure"  # type: ignore[attr-defined]
    assert window.here == "overview"
    window.close_top()
    window.go("alarms")
    alarms: Any = window.page("alarms")
    alarms.show_tab("statistics")
    assert alarms._said.startswith("Not yet.")
