"""Which sheets lie over the page, in what order, and when one comes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from gui import theme
from gui.i18n import tr
from gui.sheets.sheet import Sheet

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.sheets.stopped import StoppedSheet

HELD = ("holding", "held")


class SheetStack:
    """`stays`: the operator chose to stay stopped, so the question is not asked again for this hold."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.shown: list[Sheet] = []
        self.stopped: StoppedSheet | None = None
        self.stays = False
        self._focus: QWidget | None = None  #: what had the keys before the first sheet came

    def open(self, sheet: Sheet) -> None:
        """Lay a sheet on top."""
        if not self.shown:
            self._focus = self.window.focusWidget()
        sheet.setParent(self.window)
        self.shown.append(sheet)
        self._under(enabled=False)
        sheet.fit(self.window.rect())
        sheet.show()
        sheet.raise_()
        sheet.setFocus()

    def close(self, sheet: Sheet) -> None:
        """Take a sheet away; one that is gone already is no fault."""
        if sheet in self.shown:
            self.shown.remove(sheet)
            sheet.hide()
            sheet.deleteLater()
        if sheet is self.stopped:
            self.stopped = None
        if self.shown:
            self.shown[-1].setFocus()
        else:
            self._under(enabled=True)
            self._give_back()

    def _give_back(self) -> None:
        """The keys go where they were: what a scanner types next must not reach what happens to come first."""
        before, self._focus = self._focus, None
        if before is not None and isValid(before) and before.isVisibleTo(self.window):
            before.setFocus()
        else:
            self.window.setFocus()

    def _under(self, *, enabled: bool) -> None:
        """What lies under a sheet takes no keys either."""
        for widget in (self.window.stack, self.window.column, self.window.navigation):
            widget.setEnabled(enabled)

    def close_top(self) -> None:
        """Away with the top one."""
        if self.shown:
            top = self.shown[-1]
            self.stays = self.stays or top is self.stopped
            self.close(top)

    def fit(self) -> None:
        """Follow the window's size."""
        for sheet in self.shown:
            sheet.fit(self.window.rect())

    def refresh(self) -> None:
        """Show the picture of this moment."""
        for sheet in self.shown:
            sheet.refresh()

    def dress(self) -> None:
        """Take the theme in use."""
        for sheet in self.shown:
            sheet.dress(theme.name())

    def show_reasons(self, title: str, reasons: list[str]) -> None:
        """All reasons of a refusal; the same ones lie there once, however often they are asked for."""
        from gui.sheets.reasons import ReasonsSheet

        if any(isinstance(each, ReasonsSheet) and each.says(title, reasons) for each in self.shown):
            return
        sheet = ReasonsSheet(title, reasons or [tr("The controller gives no reason.")])
        sheet.close_button.clicked.connect(lambda: self.close(sheet))
        self.open(sheet)

    def drop_reasons(self, title: str, reasons: list[str]) -> None:
        """These reasons have become untrue: away with them."""
        from gui.sheets.reasons import ReasonsSheet

        for sheet in [each for each in self.shown if isinstance(each, ReasonsSheet) and each.says(title, reasons)]:
            self.close(sheet)

    def ask_who(self) -> None:
        """Log in, or change who works; once."""
        from gui.sheets.login import LoginSheet

        if any(isinstance(each, LoginSheet) for each in self.shown):
            return
        window, store = self.window, self.window.store

        def close() -> None:
            self.close(sheet)

        def leave() -> None:
            window.verbs.log_out()
            close()

        users = store.description.get("users") or []
        out = leave if store.user is not None else None
        sheet = LoginSheet(users, store.demo, window.verbs.log_in, close, window.switch_theme, close, out)
        self.open(sheet)

    def follow(self) -> None:
        """A hold asks what next, once; its end takes the question away."""
        store = self.window.store
        if store.state in HELD and not store.link_old:
            if self.stopped is None and not self.stays:
                self.ask_next()
            return
        self.stays = self.stays and store.link_old
        if self.stopped is not None:
            self.close(self.stopped)

    def ask_next(self) -> None:
        """Stay, end, or go on?"""
        from gui.sheets.stopped import StoppedSheet

        window = self.window
        self.stopped = StoppedSheet(window.store, window.verbs, self.stay, window.ask)
        self.open(self.stopped)

    def stay(self) -> None:
        """Stay stopped."""
        self.stays = True
        if self.stopped is not None:
            self.close(self.stopped)
        self.window.refresh()
