"""The frame: title panel, page, commands, navigation, STOP, and what lies over them. One timer moves everything.

Owns the order in which a tick happens: messages, age of the link, then what is visible. Decides nothing about the tool.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui import keys, theme
from gui.actions import Actions, LinkLike
from gui.covers import FarView, NoConnection, StartUp, far_of, start_rows
from gui.dress import dress
from gui.i18n import tr
from gui.pages.alarms import AlarmsPage
from gui.pages.not_yet import NotYetPage
from gui.pages.overview import OverviewPage
from gui.pages.page import Offer, Page
from gui.pages.run import RunPage
from gui.sheets.login import LoginSheet
from gui.sheets.reasons import ReasonsSheet
from gui.sheets.sheet import Sheet
from gui.sheets.stopped import StoppedSheet
from gui.store import TagStore
from gui.theme import colour
from gui.titles import banner, gas_closed, headline, urgent, who
from gui.widgets.command_button import Command
from gui.widgets.command_column import CommandColumn
from gui.widgets.navigation import PLACES, Navigation
from gui.widgets.stop_button import Stop, StopButton
from gui.widgets.title_panel import TitlePanel
from gui.wording import clock_of, date_of

TICK_MS = 100  #: design guide 14: one timer, ten times a second
BLINK_TICKS = 5  #: half a period of the one blink: 1 Hz
FAR_TICKS = 600  #: a minute without a touch: the far view
HELD = ("holding", "held")
QUIET = ("idle", "complete", "stopped", "aborted", "held")
PAGES = {"overview": OverviewPage, "run": RunPage, "alarms": AlarmsPage}
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
        self.sheets: list[Sheet] = []
        self.stopped: StoppedSheet | None = None
        self._stays, self._skip_start = False, False
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
        self.start_up, self.no_connection, self.far = StartUp(self), NoConnection(self), FarView(self)
        for cover in (self.start_up, self.no_connection, self.far):
            cover.hide()
        self.stop = StopButton(self)
        self.stop.struck.connect(self.strike)
        self.navigation.chosen.connect(self.go)
        self.title.banner.clicked.connect(lambda: self.go("alarms"))
        self.title.banner.acknowledged.connect(self._acknowledge)
        self.title.who.clicked.connect(self.ask_who)
        self.far.touched.connect(self.wake)

    # --- STOP -------------------------------------------------------------------------------------------------

    def strike(self) -> None:
        """STOP was pressed. It goes out before anything else happens here."""
        sent = self.link.stop_now()
        self._stays = False
        if not sent:
            self.show_reasons(tr("STOP did not go out"), [tr("No connection. Press the red EMO button on the tool.")])

    # --- the tick ---------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Take what came, then show what changed."""
        for message in self.link.take():
            self.store.apply(message)
            self.verbs.hear(message)
            if message["type"] == "denied" and str(message.get("id", "")).startswith("stop-"):
                self.show_reasons(tr("STOP"), [str(each) for each in message.get("reasons") or []])
        cut_off = self.link.retry_in_s() is not None
        self.store.age_s = None if cut_off else self.link.age_s()
        self.ticks += 1
        self.idle_ticks += 1
        self.lit = self.ticks // BLINK_TICKS % 2 == 0
        self.refresh()

    def refresh(self) -> None:
        """Show the picture of this moment; hidden pages take no part."""
        self._follow_stop()
        page = self.page(self.here)
        self._cover()
        self._show_frame(page)
        if not self.start_up.isVisible() and not self.far.isVisible():
            page.refresh()
        for sheet in self.sheets:
            sheet.refresh()

    def _show_frame(self, page: Page) -> None:
        store, title = self.store, self.title
        place = [str(store.description.get(key) or store.hello.get(key) or "") for key in ("machine", "location")]
        tool = " · ".join(each for each in place if each) or self.where
        name = tr("Start-up") if self.start_up.isVisible() else tr(page.title)
        title.identity.show_model((name, tool, store.demo))
        title.state.show_model(headline(store))
        title.banner.show_model(banner(store, self.lit))
        title.who.show_model(who(store, self.link.name))
        utc = store.picture.get("utc")
        title.clock.show_model((clock_of(utc), date_of(utc)))
        priority, new = (1, True) if store.picture and store.link_old else urgent(store)
        self.navigation.show_place(self.here, priority, self.lit or not new)
        self.column.show_offers(self.offers(page), store.demo)
        self.stop.show_model(Stop(self._moving(), store.heard))

    def _moving(self) -> bool:
        """RF, gas or a run is on, or not known to be off."""
        rf = self.store.see("rf_on")
        off = rf.live and not rf.value and gas_closed(self.store)
        return not (off and self.store.state in QUIET)

    def offers(self, page: Page) -> list[Offer]:
        """Commands of this moment."""
        if self.far.isVisible():
            return []
        if not self.store.heard:
            return [Offer(Command(tr("Reconnect now"), "refresh-cw"), self.link.retry)]
        if self.start_up.isVisible():
            skip = Offer(Command(tr("Go to pages"), "arrow-right"), self.skip_start)
            return [skip] if self.store.picture else []
        first = []
        if self.store.state in HELD and self.stopped is None:
            first = [Offer(Command(tr("What next?"), "octagon-pause", tr("run is on hold")), self._ask_next)]
        return first + page.offers()

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
        far = self.idle_ticks >= FAR_TICKS and self.here == "overview" and not (starting or lost or self.sheets)
        self.far.setVisible(far)
        if far:
            self.far.show_model(far_of(store, self.lit))

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
            made = PAGES[name](self) if name in PAGES else NotYetPage(self, name)
            self.pages[name] = made
            self.stack.addWidget(made)
        return self.pages[name]

    def go(self, page: str) -> None:
        """Show another page."""
        assert page in PLACES, page
        self.here = page
        self.idle_ticks = 0
        if self.store.picture:
            self._skip_start = True
        self.stack.setCurrentWidget(self.page(page))
        self.refresh()

    def open_sheet(self, sheet: Sheet) -> None:
        """Lay a sheet over the page."""
        sheet.setParent(self)
        self.sheets.append(sheet)
        sheet.fit(self.rect())
        sheet.show()
        sheet.raise_()
        sheet.setFocus()

    def close_sheet(self, sheet: Sheet) -> None:
        """Take a sheet away; one that is gone already is no fault."""
        if sheet in self.sheets:
            self.sheets.remove(sheet)
            sheet.hide()
            sheet.deleteLater()
        if sheet is self.stopped:
            self.stopped = None

    def close_top(self) -> None:
        """Esc: away with the top sheet."""
        if self.sheets:
            top = self.sheets[-1]
            self._stays = self._stays or top is self.stopped
            self.close_sheet(top)
            self.refresh()

    def show_reasons(self, title: str, reasons: list[str]) -> None:
        """All reasons of a refusal."""
        sheet = ReasonsSheet(title, reasons or [tr("The controller gives no reason.")])
        sheet.close_button.clicked.connect(lambda: self.close_sheet(sheet))
        self.open_sheet(sheet)

    def ask_who(self) -> None:
        """Log in, or change who works."""
        if any(isinstance(each, LoginSheet) for each in self.sheets):
            return
        users = self.store.description.get("users") or []

        def close() -> None:
            self.close_sheet(sheet)

        leave = self._leave if self.store.user is not None else None
        sheet = LoginSheet(users, self.store.demo, self.verbs.log_in, close, self.switch_theme, close, leave)
        self.open_sheet(sheet)

    def _leave(self) -> None:
        self.verbs.log_out()
        self.close_top()

    def _follow_stop(self) -> None:
        held = self.store.state in HELD and not self.store.link_old
        if not held:
            self._stays = self._stays and self.store.link_old
            if self.stopped is not None:
                self.close_sheet(self.stopped)
        elif self.stopped is None and not self._stays:
            self._ask_next()

    def _ask_next(self) -> None:
        self.stopped = StoppedSheet(self.store, self.verbs, self._stay, self._answer)
        self.open_sheet(self.stopped)

    def _stay(self) -> None:
        self._stays = True
        if self.stopped is not None:
            self.close_sheet(self.stopped)
        self.refresh()

    def _answer(self, verb: str, words: str) -> None:
        why = self.verbs.reasons(verb)
        if why:
            self.show_reasons(tr("Not now: {what}", what=words), why)
        else:
            self.verbs.do(verb)

    def _acknowledge(self, alarm: str) -> None:
        why = self.verbs.reasons("acknowledge")
        if why:
            self.show_reasons(tr("Not now: {what}", what=tr("Acknowledge")), why)
        else:
            self.verbs.do("acknowledge", alarm=alarm)

    def _refused(self, verb: str, reasons: list[str]) -> None:
        self.show_reasons(tr("The controller refused"), reasons)

    # --- window -----------------------------------------------------------------------------------------------

    def switch_theme(self) -> None:
        """Light to dark and back."""
        dress(self, "dark" if theme.name() == "light" else "light")
        for sheet in self.sheets:
            if isinstance(sheet, LoginSheet):
                sheet.switch.show_model(theme.name())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers of the design guide, section 4."""
        w, h = self.width(), self.height()
        self.title.setGeometry(0, 0, w, 84)
        for widget in (self.stack, self.start_up, self.no_connection, self.far):
            widget.setGeometry(0, 84, w - 176, h - 160)
        self.column.setGeometry(w - 176, 84, 176, h - 84)
        self.navigation.setGeometry(0, h - 76, w - 176, 76)
        self.stop.move(w - 168, h - 100)
        for sheet in self.sheets:
            sheet.fit(self.rect())

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
