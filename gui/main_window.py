"""The frame: title panel, page, commands, navigation, STOP, and what lies over them. One timer moves everything.

Owns the order in which a tick happens: messages, age of the link, then what is visible. Decides nothing about the tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui import keys, theme
from gui.actions import Actions, LinkLike
from gui.covers import NoConnection, StartUp, start_rows
from gui.dress import dress
from gui.i18n import tr
from gui.pages import make_page
from gui.pages.offer import Offer
from gui.sheets.sheet import Sheet
from gui.sheets.stack import SheetStack
from gui.stop_watch import StopWatch, unanswered
from gui.store import TagStore
from gui.theme import colour
from gui.titles import banner, gas_closed, headline, urgent, who
from gui.widgets.command_button import Command
from gui.widgets.command_column import CommandColumn
from gui.widgets.navigation import PLACES, Navigation
from gui.widgets.stop_button import Stop, StopButton
from gui.widgets.title_panel import TitlePanel
from gui.wording import clock_of, date_of

if TYPE_CHECKING:
    from gui.far_view import FarView
    from gui.pages.page import Page

TICK_MS = 100  #: design guide 14: one timer, ten times a second
BLINK_TICKS = 5  #: half a period of the one blink: 1 Hz
FAR_TICKS = 600  #: a minute without a touch: the far view
HELD = ("holding", "held")
QUIET = ("idle", "complete", "stopped", "aborted", "held")
_TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress)


class MainWindow(QWidget):
    """One tool, one window. `link` is started and closed by whoever made it."""

    def __init__(self, link: LinkLike, where: str = "") -> None:
        super().__init__()
        self.link, self.where = link, where
        self.store = TagStore()
        self.verbs = Actions(link, self.store, self._refused)
        self.lit, self.here = True, "overview"
        self.ticks = self.idle_ticks = 0
        self.sheets = SheetStack(self)
        self.stopping = StopWatch(self.store)
        self._skip_start = False
        self._build()
        keys.bind(self)
        self.setMinimumSize(1280, 800)
        self.setWindowTitle("MaskGlow")
        self.timer = QTimer(self)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)

    def _build(self) -> None:
        self.stack = QStackedWidget(self)
        self.pages: dict[str, Page] = {}
        self.column, self.navigation, self.title = CommandColumn(self), Navigation(self), TitlePanel(self)
        self.start_up, self.no_connection = StartUp(self), NoConnection(self)
        self.far: FarView | None = None
        self.start_up.hide()
        self.no_connection.hide()
        self.stop = StopButton(self)
        self.stop.struck.connect(self.strike)
        self.navigation.chosen.connect(self.go)
        self.title.banner.clicked.connect(lambda: self.turn_to("alarms"))
        self.title.banner.acknowledged.connect(lambda key: self.ask("acknowledge", tr("Acknowledge"), alarm=key))
        self.title.who.clicked.connect(self.sheets.ask_who)

    # --- STOP -------------------------------------------------------------------------------------------------

    def strike(self) -> None:
        """STOP was pressed. It goes out before anything else happens here."""
        number = self.link.stop_now()
        self.sheets.stays = False
        self.stopping.struck(number)
        self._show_stop()
        if not number:
            self.show_reasons(tr("STOP did not go out"), [tr("No connection. Press the red EMO button on the tool.")])

    # --- the tick ---------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Take what came, then show what changed."""
        for message in self.link.take():
            self.store.apply(message)
            self.verbs.hear(message)
            self._stop_answer(message)
        cut_off = self.link.retry_in_s() is not None
        self.store.age_s = None if cut_off else self.link.age_s()
        if said := self.stopping.tick():
            self.show_reasons(*said)
        self.ticks += 1
        self.idle_ticks += 1
        self.lit = self.ticks // BLINK_TICKS % 2 == 0
        self.refresh()

    def _stop_answer(self, message: dict[str, Any]) -> None:
        """A refusal is told; a late answer takes back that there was none."""
        if said := self.stopping.hear(message):
            self.show_reasons(*said)
        if self.stopping.fate in ("taken", "refused"):
            self.sheets.drop_reasons(*unanswered())

    def refresh(self) -> None:
        """Show the picture of this moment; hidden pages take no part."""
        self.sheets.follow()
        self._cover()
        self._show_frame()
        if not self.start_up.isVisible() and not self.is_far:
            page = self.page(self.here)
            if self.stack.currentWidget() is not page:
                self.stack.setCurrentWidget(page)
            page.refresh()
        self.sheets.refresh()

    def _show_frame(self) -> None:
        store, title = self.store, self.title
        place = [str(store.description.get(key) or store.hello.get(key) or "") for key in ("machine", "location")]
        tool = " · ".join(each for each in place if each) or self.where
        name = tr("Start-up") if self.start_up.isVisible() else tr(PLACES[self.here][0])
        title.identity.show_model((name, tool, store.demo))
        title.state.show_model(headline(store))
        title.banner.show_model(banner(store, self.lit))
        title.who.show_model(who(store, self.link.name))
        utc, later = store.picture.get("utc"), (self.link.age_s() or 0.0) if store.link_old else 0.0
        title.clock.show_model((clock_of(utc, later), date_of(utc, later)))  # a lost link does not stop the clock
        priority, new = (1, True) if store.picture and store.link_old else urgent(store)
        self.navigation.show_place(self.here, priority, self.lit or not new)
        self.column.show_offers(self.offers(), store.demo)
        self._show_stop()

    def _show_stop(self) -> None:
        store, watch = self.store, self.stopping
        able = store.link_old or not (store.picture.get("allowed") or {}).get("hold")
        self.stop.show_model(Stop(self._moving(), store.heard, able, watch.pressed > 0, watch.words()))

    def _moving(self) -> bool:
        """RF, gas or a run is on, or not known to be off."""
        rf = self.store.see("rf_on")
        off = rf.live and not rf.value and gas_closed(self.store)
        return not (off and self.store.state in QUIET)

    def offers(self) -> list[Offer]:
        """Commands of this moment."""
        if self.is_far:
            return []
        if not self.store.heard:
            return [Offer(Command(tr("Reconnect now"), "refresh-cw"), self.link.retry)]
        if self.start_up.isVisible():
            skip = Offer(Command(tr("Go to pages"), "arrow-right"), self.skip_start)
            return [skip] if self.store.picture else []
        first = []
        if self.store.state in HELD and self.sheets.stopped is None:
            first = [Offer(Command(tr("What next?"), "octagon-pause", tr("run is on hold")), self.sheets.ask_next)]
        return first + self.page(self.here).offers()

    # --- covers -----------------------------------------------------------------------------------------------

    def _cover(self) -> None:
        store = self.store
        devices = (store.picture.get("devices") or {}).values()
        unknown = any(each.get("state") == "unknown" for each in devices) and store.state in ("", "idle")
        starting = not store.picture or (not store.link_old and unknown and not self._skip_start)
        self.start_up.setVisible(starting)
        if starting:
            self.start_up.show_model(tuple(start_rows(store, self.where, self.link.retry_in_s())))
        lost = bool(store.picture) and store.link_old
        self.no_connection.setVisible(lost)
        if lost:
            age, retry = self.link.age_s() or 0.0, self.link.retry_in_s()
            left = None if retry is None else float(round(retry))
            self.no_connection.show_model((float(int(age)), left, self.here != "overview"))
        busy = starting or lost or bool(self.sheets.shown)
        self._far_view(self.idle_ticks >= FAR_TICKS and self.here == "overview" and not busy)

    def _far_view(self, wanted: bool) -> None:
        if wanted:
            from gui.far_view import FarView, far_of

            if self.far is None:
                self.far = FarView(self)
                self.far.setGeometry(self.stack.geometry())
                self.far.touched.connect(self.wake)
            self.far.show_model(far_of(self.store, self.lit))
        if self.far is not None:
            self.far.setVisible(wanted)

    @property
    def is_far(self) -> bool:
        """The far view is shown."""
        return self.far is not None and self.far.isVisible()

    def wake(self) -> None:
        """A touch: back from the far view."""
        self.idle_ticks = 0
        self.refresh()

    def skip_start(self) -> None:
        """Show the pages although a device has not answered yet."""
        self._skip_start = True
        self.refresh()

    # --- pages and sheets -------------------------------------------------------------------------------------

    def page(self, name: str) -> Page:
        """A page, made when it is first needed."""
        if name not in self.pages:
            self.pages[name] = make_page(name, self)
            self.stack.addWidget(self.pages[name])
        return self.pages[name]

    def go(self, page: str) -> None:
        """Show another page."""
        assert page in PLACES, page
        self.here = page
        self.idle_ticks = 0
        if self.store.picture:
            self._skip_start = True
        self.refresh()

    def turn_to(self, page: str) -> None:
        """A key or the banner asks for a page: not under an open sheet, which would then lie over another one."""
        if not self.sheets.shown:
            self.go(page)

    def open_sheet(self, sheet: Sheet) -> None:
        """Lay a sheet over the page."""
        self.sheets.open(sheet)

    def close_sheet(self, sheet: Sheet) -> None:
        """Take a sheet away."""
        self.sheets.close(sheet)

    def close_top(self) -> None:
        """Esc: away with the top sheet."""
        self.sheets.close_top()
        self.refresh()

    def show_reasons(self, title: str, reasons: list[str]) -> None:
        """All reasons of a refusal."""
        self.sheets.show_reasons(title, reasons)

    def ask(self, verb: str, words: str, **arguments: object) -> None:
        """Ask for a verb, or tell every reason why it cannot be."""
        why = self.verbs.reasons(verb)
        if why:
            self.show_reasons(tr("Not now: {what}", what=words), why)
        else:
            self.verbs.do(verb, **arguments)

    def _refused(self, verb: str, reasons: list[str]) -> None:
        self.show_reasons(tr("The controller refused"), reasons)

    # --- window -----------------------------------------------------------------------------------------------

    def switch_theme(self) -> None:
        """Light to dark and back."""
        dress(self, "dark" if theme.name() == "light" else "light")
        self.sheets.dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers of the design guide, section 4."""
        w, h = self.width(), self.height()
        self.title.setGeometry(0, 0, w, 84)
        for widget in (self.stack, self.start_up, self.no_connection, *([self.far] if self.far else [])):
            widget.setGeometry(0, 84, w - 176, h - 160)
        self.column.setGeometry(w - 176, 84, 176, h - 84)
        self.navigation.setGeometry(0, h - 76, w - 176, 76)
        self.stop.move(w - 168, h - 100)
        self.sheets.fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the frame first; the tick begins after the first paint."""
        self.refresh()
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        QTimer.singleShot(0, self.timer.start)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing moves any more."""
        self.timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any touch or key wakes the far view; a key shows where the focus is, a finger hides it."""
        if event.type() in _TOUCHES:
            self.idle_ticks = 0
            self.setProperty("keyboard", event.type() == QEvent.Type.KeyPress)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the page."""
        p = QPainter(self)
        p.fillRect(self.rect(), colour("bg"))
        p.end()
