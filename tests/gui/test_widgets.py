"""Buttons that hold and slide, sizes of what is touched, and the pure parts of the painted widgets."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import painting, theme
from gui.conditions import reason, told
from gui.pages.alarm_models import limit_of, rate, tag_of
from gui.pages.overview_models import normalised
from gui.pages.run_progress import step_rows
from gui.widgets.command_button import Command, CommandButton
from gui.widgets.hold_button import Hold, HoldButton
from gui.widgets.painted import Pressable
from gui.widgets.range_bar import scale
from gui.widgets.slide_to_confirm import SlideToConfirm
from gui.widgets.step_bar import blocks_of, widths
from gui.widgets.step_words import groups_of, label_of, now_of
from gui.wording import minutes, number, plain
from tests.gui import tool
from tests.gui.conftest import Show
from tests.gui.test_store import store_of

LEFT = Qt.MouseButton.LeftButton


class Since:
    """A stop-watch that the test moves."""

    ms = 0

    def start(self) -> None:
        self.ms = 0

    def elapsed(self) -> int:
        return self.ms


@pytest.fixture
def hold(app: QApplication) -> Any:
    button = HoldButton()
    button.resize(376, 94)
    button.show_model(Hold("Hold to start", "keep pressing 1.5 s"))
    button.show()
    button.setFocus()
    button._since = Since()  # type: ignore[assignment]
    button.told = []  # type: ignore[attr-defined]
    button.confirmed.connect(lambda: button.told.append("confirmed"))  # type: ignore[attr-defined]
    button.clicked.connect(lambda: button.told.append("clicked"))  # type: ignore[attr-defined]
    yield button
    button.hide()
    button.deleteLater()


def test_a_hold_confirms_after_its_time_once(hold: Any) -> None:
    QTest.mousePress(hold, LEFT)
    hold._since.ms = 1400
    hold._advance()
    assert hold.told == [] and 0.9 < hold.progress < 1.0
    hold._since.ms = 1500
    hold._advance()
    hold._advance()
    assert hold.told == ["confirmed"] and not hold.holding


@pytest.mark.parametrize("how", ["release", "slide off", "focus", "hide", "block"])
def test_a_hold_is_cancelled(hold: Any, how: str) -> None:
    QTest.mousePress(hold, LEFT)
    assert hold.holding
    if how == "release":
        QTest.mouseRelease(hold, LEFT)
    elif how == "slide off":
        QTest.mouseMove(hold, QPoint(500, 300))
    elif how == "focus":
        QApplication.sendEvent(hold, QFocusEvent(QEvent.Type.FocusOut))
    elif how == "hide":
        hold.hide()
    else:
        hold.show_model(Hold("Hold to start", "", why="lid open"))
    assert not hold.holding
    hold._since.ms = 5000
    hold._advance()
    assert hold.told == []


def test_a_blocked_hold_tells_why_on_a_tap_and_never_begins(hold: Any) -> None:
    hold.show_model(Hold("Hold to start", "", why="lid open"))
    QTest.mousePress(hold, LEFT)
    assert not hold.holding
    QTest.mouseRelease(hold, LEFT)
    assert hold.told == ["clicked"]
    assert hold.accessibleDescription() == "lid open"


def test_space_holds_and_its_repeats_do_not_start_again(hold: Any) -> None:
    QTest.keyPress(hold, Qt.Key.Key_Space)
    assert hold.holding
    hold._since.ms = 1600
    hold._advance()
    assert hold.told == ["confirmed"]


def test_a_slide_that_stops_half_way_goes_back(app: QApplication) -> None:
    slide = SlideToConfirm()
    slide.resize(564, 84)
    slide.show_model("Slide to abort")
    told: list[bool] = []
    slide.confirmed.connect(lambda: told.append(True))
    QTest.mousePress(slide, LEFT, pos=QPoint(300, 40))
    QTest.mouseRelease(slide, LEFT, pos=QPoint(560, 40))
    QTest.mousePress(slide, LEFT, pos=QPoint(40, 40))
    QTest.mouseMove(slide, QPoint(300, 40))
    assert 0.3 < slide.place < 0.9
    QTest.mouseRelease(slide, LEFT, pos=QPoint(300, 40))
    assert told == [] and slide.place == 0.0
    slide.deleteLater()


def test_a_button_acts_on_release_inside_only(app: QApplication) -> None:
    button = CommandButton()
    button.resize(152, 64)
    button.show_model(Command("Pause"))
    told: list[bool] = []
    button.clicked.connect(lambda: told.append(True))
    QTest.mousePress(button, LEFT)
    assert told == []
    QTest.mouseRelease(button, LEFT, pos=QPoint(400, 30))
    assert told == []
    QTest.mouseClick(button, LEFT)
    assert told == [True]
    button.deleteLater()


def test_a_press_does_not_end_on_a_command_that_took_the_place(show: Show) -> None:
    window, link = show(tool.running())
    button = window.column.buttons[0]
    assert button.model.text == "Pause after step"
    QTest.mousePress(button, LEFT)
    link.inbox.append(tool.running(unit={"state": "paused"}, allowed={"resume": []}))
    window.tick()
    assert window.column.buttons[0].model.text == "Resume"
    QTest.mouseRelease(window.column.buttons[0], LEFT)
    assert link.verbs() == []


def test_a_blocked_command_shows_its_reason_and_all_of_them_on_a_tap(show: Show) -> None:
    window, link = show(tool.running(allowed={"pause": ["in a step that cannot pause", "another"]}))
    assert window.column.buttons[0].model.why == "In a step that cannot pause"
    QTest.mouseClick(window.column.buttons[0], LEFT)
    sheet: Any = window.sheets.shown[-1]
    assert sheet.reasons == ["In a step that cannot pause", "Another"]
    assert link.verbs() == []


@pytest.mark.parametrize("page", ["overview", "run", "alarms"])
@pytest.mark.parametrize("state", ["idle", "running", "held"])
def test_what_is_touched_is_large_enough_and_inside(show: Show, page: str, state: str) -> None:
    window, _ = show(getattr(tool, state)(alarms=tool.ALARMS), page)
    window.show_reasons("no", ["because"])
    window.sheets.ask_who()
    for each in window.findChildren(Pressable):
        if each.isVisible():
            least = 48 if type(each).__name__ in ("AckButton", "Tab", "Radio") else 64
            assert each.height() >= least, (type(each).__name__, each.height())
            assert each.width() >= 48, (type(each).__name__, each.width())
            parent = each.parentWidget()
            assert isinstance(parent, QWidget)
            assert parent.rect().contains(each.geometry()), (type(each).__name__, each.geometry())


def test_everything_that_is_touched_has_a_name(show: Show) -> None:
    for page in ("overview", "run", "alarms"):
        window, _ = show(tool.running(alarms=tool.ALARMS), page)
        for each in window.findChildren(Pressable):
            assert each.model is None or each.accessibleName(), type(each).__name__


# --- plain parts ---------------------------------------------------------------------------------------------


def test_a_called_procedure_is_one_step() -> None:
    groups = groups_of(tool.steps(tool.MAIN))
    assert [label_of(each) for each in groups][:3] == ["Pump down", "Leak check", "Stabilise"]
    assert now_of(groups) == (4, 8)
    blocks = blocks_of(tool.steps(1), 46.0)
    assert (blocks[0].state, blocks[0].done) == ("now", 0.48)
    assert blocks[3].plasma and not blocks[0].plasma


@pytest.mark.parametrize("room", [40.0, 200.0, 486.0, 1000.0])
def test_blocks_fill_the_bar_and_nothing_more(app: QApplication, room: float) -> None:
    blocks = blocks_of(tool.steps(3), 1.0)
    assert sum(widths(blocks, room)) + 3 * (len(blocks) - 1) == pytest.approx(room, abs=0.5)


def test_step_rows_say_plan_actual_and_what_ended_it() -> None:
    rows = step_rows(tool.steps(tool.MAIN), 214.5)
    assert rows[0] == (0, "done", "Pump down", "1:40", "1:37", "Pressure reached")
    assert rows[4][1:4] == ("now", "Main clean", "2:35")
    assert rows[4][5] == "until endpoint CO"
    assert rows[5] == (5, "next", "Purge", "0:35", "", "")


def test_scale_keeps_every_mark_on_the_bar() -> None:
    assert scale(8.0, 8.0, 0, 60).pointer == pytest.approx(0.5, abs=0.01)
    assert scale(1e9, 8.0, 0, 60).pointer == 1.0
    assert scale(None, None, 0, 0).pointer is None


def test_a_line_is_normalised_within_its_step() -> None:
    data = {"time_s": [0, 1, 2, 3, 4], "values": {"co": [9.0, 2.0, None, 4.0, 9.0]}}
    assert normalised(data, "co", 1.0, 3.0) == ([0.0, 1.0, 2.0], [0.5, None, 1.0])
    assert normalised(data, "missing", 1.0, 3.0) == ([], [])


def test_rate_counts_what_was_raised_in_the_last_eight_hours() -> None:
    events = [{"time_s": t, "event": "raised"} for t in (99_990.0, 99_000.0, 60_000.0, 200_000.0)]
    events.append({"time_s": 99_990.0, "event": "cleared"})
    counts = rate(events, 100_000.0)
    assert (len(counts), sum(counts), counts[-1], counts[-2]) == (48, 2, 1, 1)


def test_alarm_texts_become_words() -> None:
    units = {"reflected_power_w": "W"}
    assert told("reflected_power_w < 60 (reflected_power_w is 142)", units) == ("142 W", "must be < 60 W")
    assert told("reflected_power_w < 60 (reflected_power_w is unknown)", units) == ("unknown", "must be < 60 W")
    assert told("water_flowing (water_flowing is false)", {}) == ("Water flowing: no", "")
    assert told("not rf_on (rf_on is true)", {}) == ("RF on: yes", "")
    assert told(tool.CHUCK_OFF, {}) == ("Chiller setpoint readback 22, chuck temperature 34.2", "")
    assert told("the line does not answer", {}) == ("The line does not answer", "")
    assert told("", {}) == ("", "")
    assert told("chiller_ok (chiller_ok is unknown); rf_on (rf_on is true)", {}) == (
        "Chiller ok: unknown; RF on: yes",
        "",
    )
    assert told("no pump-down in a run", {}) == ("No pump-down in a run", "")
    assert reason("Turbo pump healthy: turbo_ok (turbo_ok is unknown)", {}) == ("Turbo pump healthy: turbo ok: unknown")
    assert reason("Lid: open it first", {}) == "Lid: open it first"


def test_the_tag_of_an_alarm_and_its_limit() -> None:
    store = store_of(tool.running())
    assert tag_of(store, tool.ALARMS[0]) == "reflected_power_w"
    assert limit_of(tool.ALARMS[0], "reflected_power_w") == 60.0
    assert limit_of(tool.ALARMS[1], "chuck_temperature_c") is None
    assert tag_of(store, {"text": "no tag here"}) == ""


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (8.02, "Pa", "8.02"),
        (0.0021, "Pa", "2.1·10⁻³"),
        (101325.0, "Pa", "101\u202f325"),
        (450.4, "W", "450"),
        (-0.2, "W", "0"),
        (-0.04, "sccm", "0.0"),
        (-12.5, "°C", "-12.5"),
        (float("nan"), "W", "—"),
        (float("inf"), "Pa", "—"),
        (None, "Pa", "—"),
        ("text", "", "—"),
        (True, "", "yes"),
    ],
)
def test_numbers(value: Any, unit: str, said: str) -> None:
    assert number(value, unit) == said


def test_times_and_names() -> None:
    assert [minutes(each) for each in (0, 59.6, 227, 3661, None, float("inf"))] == [
        "0:00",
        "1:00",
        "3:47",
        "1:01:01",
        "—",
        "—",
    ]
    assert minutes(227, wide=True) == "03:47"
    assert plain("h2-carbon_clean") == "H₂ carbon clean"
    assert plain("N2/O2 resist-residue clean") == "N₂/O₂ resist residue clean"
    assert plain("rf_generator") == "RF generator"


def test_words_that_do_not_fit_end_with_an_ellipsis_when_they_are_a_users_own(app: QApplication) -> None:
    picture = QPixmap(200, 60)
    painter = QPainter(picture)
    long = "isolation valve opened and wide pressure " * 4
    painting.text(painter, (0, 0, 190, 44), long, 14, wrap=True, free=True)
    assert painting.cut == []
    painting.text(painter, (0, 0, 190, 44), long, 14, wrap=True)
    painter.end()
    assert painting.cut == [long]
    box, metrics = QRectF(0, 0, 190, 44), QFontMetricsF(theme.font(14))
    short = painting._shortened(long, box, metrics, int(Qt.TextFlag.TextWordWrap))
    assert short.endswith(" …") and len(short) > 30
