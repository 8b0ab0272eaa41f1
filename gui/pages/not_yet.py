"""A page that is not built yet, and says so."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent

from gui.i18n import tr
from gui.pages.page import Page, Shell
from gui.painting import box, icon, text
from gui.theme import MEDIUM
from gui.widgets.navigation import PLACES

#: page -> what it will be for, and what does the work until then
WORDS = {
    "recipes": (
        "Write, compare and approve recipes here.",
        "Until then: recipes are files, and maskglow check reads them.",
    ),
    "trends": (
        "Look at any signal over any time here.",
        "Until then: each run's trace.csv and report.html have them all.",
    ),
    "metrology": ("See the film before and after a clean here.", "Until then: nothing measures the film in place."),
    "energy": ("See energy and CO₂e per mask here.", "Until then: the Run page shows the energy of each run."),
    "service": (
        "Move single valves and see what blocks them here.",
        "Until then: maskglow interlocks prints every rule.",
    ),
    "users": ("See who may do what, and who did it, here.", "Until then: users are kept by the controller."),
}


class NotYetPage(Page):
    """One plain card."""

    def __init__(self, shell: Shell, name: str) -> None:
        super().__init__(shell)
        self.title, self.icon = PLACES[name]
        self.words, self.until = WORDS[name]
        self.setAccessibleName(tr("Not yet"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """What it will be, and what to do until then."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        w, h = float(self.width()), float(self.height())
        wide, high = 640.0, 224.0
        x, y = (w - wide) / 2, (h - high) / 2
        box(p, (x, y, wide, high))
        icon(p, x + 36, y + 40, self.icon, 56, "text2")
        text(p, (x + 120, y + 34, wide - 150, 36), tr("Not yet"), 26, MEDIUM)
        text(p, (x + 120, y + 72, wide - 150, 28), tr("This page comes with a later version."), 17, token="text2")
        text(p, (x + 36, y + 126, wide - 72, 28), tr(self.words), 17)
        text(p, (x + 36, y + 166, wide - 72, 50), tr(self.until), 16, token="text2", wrap=True, top=True)
        p.end()
