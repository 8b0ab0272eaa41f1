"""Colours of the whole application: at the start, and when the theme is switched while it runs."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.theme import colour, font
from gui.widgets.plot_card import PlotCard


def dress(window: QWidget | None, name: str) -> None:
    """Use a theme everywhere; ``window`` and all in it are painted again."""
    theme.use(theme=name)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, token in (
        (roles.Window, "bg"),
        (roles.WindowText, "text"),
        (roles.Base, "raised"),
        (roles.Text, "text"),
        (roles.Button, "raised"),
        (roles.ButtonText, "text"),
        (roles.Highlight, "accent"),
        (roles.HighlightedText, "on_accent"),
    ):
        palette.setColor(role, colour(token))
    app.setPalette(palette)
    app.setFont(font(16))
    app.setStyleSheet(theme.style_sheet())
    if window is not None:
        for card in window.findChildren(PlotCard):
            card.dress()
        for each in [window, *window.findChildren(QWidget)]:
            each.update()
