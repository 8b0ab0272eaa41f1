"""One application for all tests of the screen, offscreen, and a window in any state."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gui import painting, theme
from gui.dress import dress
from gui.main_window import MainWindow
from tests.gui.script_link import ScriptLink

Show = Callable[..., tuple[MainWindow, ScriptLink]]


@pytest.fixture(scope="session")
def app() -> Iterator[QApplication]:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    made.setStyle("Fusion")
    assert theme.load_fonts() == []
    dress(None, "light")
    yield made
    made.closeAllWindows()


@pytest.fixture
def show(app: QApplication) -> Iterator[Show]:
    """Open a window on a picture; its timer stands still, ticks come from the test."""
    opened: list[MainWindow] = []

    def open_one(
        picture: dict[str, Any] | None,
        page: str = "overview",
        *,
        user: bool = True,
        size: tuple[int, int] = (1280, 800),
    ) -> tuple[MainWindow, ScriptLink]:
        link = ScriptLink()
        link.greet(picture, user=user)
        window = MainWindow(link, "127.0.0.1:4840")
        opened.append(window)
        window.resize(*size)
        window.show()
        app.processEvents()
        window.timer.stop()
        if page != "overview":
            window.go(page)
        ticks(window, 3)
        return window, link

    yield open_one
    for window in opened:
        window.close()
        window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    dress(None, "light")


@pytest.fixture(autouse=True)
def _nothing_raised_in_qt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Qt swallows what a paint event or a slot raises; here it fails the test."""
    painting.cut.clear()
    raised: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: raised.append(error))
    yield
    assert raised == []


def ticks(window: MainWindow, count: int = 1) -> None:
    """Let time pass: a tenth of a second each."""
    for _ in range(count):
        window.tick()
    QApplication.processEvents()
