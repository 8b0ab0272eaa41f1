"""A card with heading and room for plots, which come later: pyqtgraph is imported after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.painting import box, text
from gui.theme import SEMIBOLD
from gui.widgets.painted import Painted

if TYPE_CHECKING:
    from gui.widgets.plots import Picture, Plot


class PlotCard(Painted):
    """(heading, what it shows, empty words, small labels): the model. Plots are stacked and share their times."""

    def __init__(
        self, parent: QWidget, count: int = 1, ground: str = "card", top: int = 34, *, times: bool = True
    ) -> None:
        super().__init__(parent)
        self.count, self.ground, self.top, self.times = count, ground, top, times
        self.plots: list[Plot] = []
        self.shown: list[Picture] = []

    def show_pictures(self, pictures: list[Picture]) -> None:
        """Show one picture a plot; nothing hides them all."""
        if pictures and not self.plots:
            from gui.widgets.plots import Plot

            last = self.count - 1
            self.plots = [Plot(self, times=self.times and i == last, ground=self.ground) for i in range(self.count)]
            self._place()
        for plot in self.plots:
            plot.setVisible(bool(pictures))
        if pictures != self.shown:
            self.shown = pictures
            for plot, picture in zip(self.plots, pictures, strict=False):
                plot.show_picture(picture)

    def dress(self) -> None:
        """Take the theme in use."""
        for plot, picture in zip(self.plots, self.shown, strict=False):
            plot.dress()
            plot.show_picture(picture)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plots fill the card under its heading."""
        self._place()

    def _place(self) -> None:
        low = 22 if self.times else 0
        room = self.height() - self.top - 8 - low
        for i, plot in enumerate(self.plots):
            extra = low if i == self.count - 1 else 0
            plot.setGeometry(6, self.top + i * room // self.count, self.width() - 12, room // self.count + extra)

    def _told(self) -> None:
        self.setAccessibleName(self.model[0])

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        heading, what, empty = self.model
        box(p, (0, 0, w, h), self.ground, radius=10)
        wide = text(p, (16, 8, w - 32, 26), heading, 15, SEMIBOLD, "text2")
        text(p, (24 + wide, 8, w - 40 - wide, 26), what, 14, token="text2", align="right", free=True)
        if empty and not any(plot.isVisible() for plot in self.plots):
            text(p, (16, h / 2 - 30, w - 32, 60), empty, 16, token="text2", align="centre", wrap=True)
