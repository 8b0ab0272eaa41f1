"""What lies over the page: log-in, reasons, shelving, text pad, abort."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import painting
from gui.sheets.abort import AbortSheet
from gui.sheets.login import LoginSheet
from gui.sheets.shelve import ShelveSheet
from gui.sheets.text_pad import TextPadSheet
from tests.gui import tool
from tests.gui.conftest import Show, ticks

LEFT = Qt.MouseButton.LeftButton


def login_of(window: Any) -> LoginSheet:
    QTest.mouseClick(window.title.who, LEFT)
    sheet = window.sheets.shown[-1]
    assert isinstance(sheet, LoginSheet)
    return sheet


def test_log_in_by_tile_and_pad(show: Show) -> None:
    window, link = show(tool.running(), user=False)
    sheet = login_of(window)
    QTest.mouseClick(sheet.tiles[1], LEFT)
    for sign in "1234":
        QTest.mouseClick(sheet.keys["1234567890".index(sign)], LEFT)
    QTest.mouseClick(sheet.keys[-1], LEFT)
    assert link.sent[-1] == {"type": "login", "user": "sato", "pin": "1234"}
    window.grab()
    link.inbox.append({"type": "login", "ok": True, "user": tool.USERS[1], "reasons": []})
    ticks(window)
    assert window.sheets.shown == []
    assert "Sato" in window.title.who.model[3]


def test_a_wrong_pin_says_so_and_is_forgotten(show: Show) -> None:
    window, link = show(tool.running(), user=False)
    sheet = login_of(window)
    QTest.keyClicks(sheet, "9999")
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    link.inbox.append({"type": "login", "ok": False, "user": None, "reasons": ["Wrong PIN: 4 more tries."]})
    ticks(window)
    assert sheet.isVisible() and sheet.message == "Wrong PIN: 4 more tries." and sheet.pin == ""
    window.grab()
    assert painting.cut == []


def test_the_pin_is_never_drawn_or_spoken(show: Show) -> None:
    window, _ = show(tool.running(), user=False)
    sheet = login_of(window)
    QTest.keyClicks(sheet, "5678")
    assert sheet.dots.model == 4
    assert "5678" not in sheet.dots.accessibleName() + sheet.dots.accessibleDescription()


def test_demo_users_show_their_hint(show: Show) -> None:
    window, _ = show(tool.running(), user=False)
    assert [tile.model[0]["hint"] for tile in login_of(window).tiles] == ["PIN 1234", "PIN 1234"]


def test_log_in_without_a_link_says_so(show: Show) -> None:
    window, link = show(tool.running(), user=False)
    sheet = login_of(window)
    link.up = False
    QTest.keyClicks(sheet, "1234")
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.message == "No connection to the tool."


def test_who_works_can_leave(show: Show) -> None:
    window, link = show(tool.running())
    QTest.mouseClick(login_of(window).leave, LEFT)
    assert link.sent[-1] == {"type": "logout"}
    assert window.sheets.shown == []


def test_a_long_list_of_reasons_fits_and_counts_the_rest(show: Show) -> None:
    window, _ = show(tool.running())
    window.show_reasons("No", [f"Reason {n}: " + "because " * 20 for n in range(30)])
    window.grab()
    sheet: Any = window.sheets.shown[-1]
    assert sheet.more > 0 and sheet.high <= 640
    assert painting.cut == []
    QTest.mouseClick(sheet.close_button, LEFT)
    assert window.sheets.shown == []


def test_what_lies_under_a_sheet_takes_no_keys(show: Show) -> None:
    window, link = show(tool.running())
    button = window.column.buttons[0]
    window.show_reasons("no", ["because"])
    assert not button.isEnabled()
    window.close_top()
    assert button.isEnabled()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert link.verbs() == ["pause"]


def log_in(window: Any, link: Any, user: dict[str, Any]) -> None:
    link.inbox.append({"type": "login", "ok": True, "user": user, "reasons": []})
    ticks(window, 2)


def alarms_page(window: Any) -> Any:
    return window.page("alarms")


def test_shelving_takes_a_time_and_a_reason(show: Show) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS), "alarms")
    page = alarms_page(window)
    page.choose("AL-01")
    assert page.detail.shelve.model.why == "needs an engineer"
    log_in(window, link, tool.USERS[1])
    assert page.detail.shelve.model.why == ""
    QTest.mouseClick(page.detail.shelve, LEFT)
    sheet = window.sheets.shown[-1]
    assert isinstance(sheet, ShelveSheet)
    window.grab()
    QTest.mouseClick(sheet.times[2], LEFT)
    QTest.mouseClick(sheet.reasons[1], LEFT)
    QTest.mouseClick(sheet.go, LEFT)
    args = {"alarm": "AL-01", "seconds": 4 * 3600, "why": "Maintenance in progress"}
    assert [each["args"] for each in link.sent if each.get("verb") == "shelve"] == [args]
    assert window.sheets.shown == []
    assert painting.cut == []


def test_priority_one_is_never_shelved(show: Show) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS), "alarms")
    page = alarms_page(window)
    page.choose("IL-05")
    assert page.detail.shelve.model.why == "not for priority 1"
    QTest.mouseClick(page.detail.shelve, LEFT)
    sheet: Any = window.sheets.shown[-1]
    assert sheet.reasons == ["not for priority 1"]
    assert "shelve" not in link.verbs()


def test_acknowledging_one_and_all(show: Show) -> None:
    window, link = show(tool.running(alarms=tool.ALARMS), "alarms")
    page = alarms_page(window)
    page.choose("AL-06")
    QTest.mouseClick(page.detail.ack, LEFT)
    asked = [each["args"]["alarm"] for each in link.sent if each.get("verb") == "acknowledge"]
    assert asked == ["AL-06"]
    page.choose("AL-01")
    assert page.detail.ack.model.why == "Already seen."


def test_a_mask_is_typed_on_the_pad_and_the_run_starts_after_a_hold(show: Show) -> None:
    window, link = show(tool.idle(), "run")
    setup: Any = window.page("run").setup  # type: ignore[attr-defined]
    assert setup.start.model.why == "Scan or type the mask."
    QTest.mouseClick(setup.field, LEFT)
    pad = window.sheets.shown[-1]
    assert isinstance(pad, TextPadSheet)
    for sign in ("R", "7", "-", "1"):
        QTest.mouseClick(next(key for key in pad.keys if key.model[0] == sign), LEFT)
    QTest.mouseClick(pad.delete, LEFT)
    QTest.keyClicks(pad.line, "2x")
    window.grab()
    QTest.mouseClick(pad.enter, LEFT)
    assert setup.mask_id == "R7-2x"
    setup.recipes.chosen.emit("h2-carbon-clean")
    assert setup.start.model.why == ""
    setup.start.confirmed.emit()
    assert [each["args"] for each in link.sent if each.get("verb") == "start"] == [
        {"recipe": "h2-carbon-clean", "mask": "R7-2x"}
    ]


def test_a_procedure_needs_no_mask(show: Show) -> None:
    window, _ = show(tool.idle(), "run")
    setup: Any = window.page("run").setup  # type: ignore[attr-defined]
    setup.recipes.chosen.emit("vent")
    assert setup.start.model.why == ""


def test_a_blocked_start_tells_every_reason_on_a_tap(show: Show) -> None:
    window, link = show(tool.idle(allowed={"start": ["one", "two"]}), "run")
    setup: Any = window.page("run").setup  # type: ignore[attr-defined]
    QTest.mouseClick(setup.start, LEFT)
    sheet: Any = window.sheets.shown[-1]
    assert sheet.reasons == ["Scan or type the mask.", "One", "Two"]
    assert "start" not in link.verbs()


def test_abort_needs_the_whole_slide(show: Show) -> None:
    window, link = show(tool.running(), "run")
    QTest.mouseClick(window.column.buttons[2], LEFT)
    sheet = window.sheets.shown[-1]
    assert isinstance(sheet, AbortSheet)
    slide = sheet.slide
    middle = slide.height() // 2
    for end in (slide.width() - 260, slide.width() - 20):
        QTest.mousePress(slide, LEFT, pos=slide.rect().topLeft() + type(slide.rect().topLeft())(40, middle))
        QTest.mouseMove(slide, type(slide.rect().topLeft())(end, middle))
        QTest.mouseRelease(slide, LEFT, pos=type(slide.rect().topLeft())(end, middle))
        if end < slide.width() - 100:
            assert "abort" not in link.verbs()
    assert link.verbs() == ["abort"]
    assert window.sheets.shown == []


def test_a_note_goes_to_the_run(show: Show) -> None:
    window, link = show(tool.running(), "run")
    QTest.mouseClick(window.column.buttons[3], LEFT)
    pad = window.sheets.shown[-1]
    assert isinstance(pad, TextPadSheet)
    QTest.keyClicks(pad.line, "light flickers")
    QTest.keyClick(pad.line, Qt.Key.Key_Return)
    assert [each["args"] for each in link.sent if each.get("verb") == "note"] == [{"text": "light flickers"}]
