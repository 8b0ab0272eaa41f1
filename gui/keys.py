"""Everything by keyboard: F1 to F9 pages, F12 and Pause STOP, Ctrl+1 to Ctrl+8 commands, Alt+A Ack, Esc closes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from gui.widgets.navigation import PLACES

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def bind(window: MainWindow) -> None:
    """Give the window its keys. STOP is none of the focus chain: only its own keys strike it."""
    for key in ("F12", "Pause"):
        _key(window, key, window.strike)
    for n, page in enumerate(PLACES, 1):
        _key(window, f"F{n}", partial(window.turn_to, page))
    for n in range(1, 9):
        _key(window, f"Ctrl+{n}", partial(_command, window, n - 1))
    _key(window, "Alt+A", lambda: _acknowledge(window))
    _key(window, "Esc", window.close_top)


def _key(window: MainWindow, key: str, act: Callable[[], object]) -> None:
    shortcut = QShortcut(QKeySequence(key), window)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(act)


def _command(window: MainWindow, place: int) -> None:
    """Commands lie under a sheet, so a sheet takes their keys away too."""
    if not window.sheets.shown:
        window.column.press(place)


def _acknowledge(window: MainWindow) -> None:
    model = window.title.banner.model
    if model is not None and model.id:
        window.title.banner.acknowledged.emit(model.id)
