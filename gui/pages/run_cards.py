"""Painters and cards of the run's set-up: a past run, a recipe with its profile, the summary, the checks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.i18n import tr
from gui.painting import box, fits, fitted, icon, largest, line, pen, text, width_of
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.widgets.painted import Painted

VERDICTS = {"pass": "circle-check", "fail": "circle-x", "aborted": "circle-x"}


def draw_last_run(p: QPainter, w: float, h: float, row: tuple[Any, ...], chosen: bool) -> None:
    """(id, mask, recipe and date, verdict)."""
    _, mask, sub, verdict = row
    box(p, (0, 0, w, h), None, "line", 8, 1.2)
    text(p, (14, 8, w - 110, 28), mask, 17, MEDIUM, ids=True, free=True)
    text(p, (14, 37, w - 24, 22), sub, largest(sub, w - 24, (14, 13)), token="text2", free=True)
    wide = text(p, (w - 100, 10, 88, 24), verdict, 14, MEDIUM, "text2", "right")
    if verdict in VERDICTS:
        icon(p, w - 12 - wide - 26, 12, VERDICTS[verdict], 20, "text2")


def draw_recipe(p: QPainter, w: float, h: float, row: tuple[Any, ...], chosen: bool) -> None:
    """(file, name, sub, profile)."""
    _, name, sub, profile = row
    box(p, (0, 0, w, h), "accent_soft" if chosen else "raised", "accent" if chosen else None, 8, 2)
    text(p, (14, 12, w - 28, 30), name, largest(name, w - 28, (18, 16), MEDIUM), MEDIUM, free=True)
    fitted(p, (14, 44, w - 116, 34), sub, (15, 14, 13), token="text2")
    draw_profile(p, w - 94, 44, 80, 32, profile)


def draw_profile(p: QPainter, x: float, y: float, w: float, h: float, profile: tuple[float, ...]) -> None:
    """RF power over the run, as a small shape."""
    top = max(profile, default=0.0)
    line(p, x, y + h, x + w, y + h, "line2")
    if top <= 0 or len(profile) < 2:
        return
    step = w / (len(profile) - 1)
    points = [QPointF(x + i * step, y + h * (1 - each / top)) for i, each in enumerate(profile)]
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(colour("accent"))
    p.setOpacity(0.25)
    p.drawPolygon(QPolygonF([QPointF(x, y + h), *points, QPointF(x + w, y + h)]))
    p.setOpacity(1.0)
    p.setPen(pen("accent", 1.2))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPolyline(QPolygonF(points))


class SummaryCard(Painted):
    """(mask, recipe, file, time, end)."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        mask, recipe, sub, time, until = self.model
        box(p, (0, 0, w, h), "raised", radius=8)
        text(
            p, (14, 8, w - 130, 38), mask, largest(mask, w - 134, (26, 22, 18), SEMIBOLD), SEMIBOLD, ids=True, free=True
        )
        text(p, (14, 46, w - 130, 22), recipe, largest(recipe, w - 134, (16, 14), MEDIUM), MEDIUM, free=True)
        text(p, (14, 68, w - 130, 20), sub, 14, token="text2")
        text(p, (w - 124, 6, 110, 42), time, 32, SEMIBOLD, "value", "right")
        text(p, (w - 124, 46, 110, 22), tr("ends {time}", time=until), 15, MEDIUM, "text2", "right")
        text(p, (w - 124, 68, 110, 20), tr("usual time"), 14, token="text2", align="right")


class ChecksCard(Painted):
    """Rows of (name, ok, what it says); as many as fit, those that stand against it first where they do not."""

    def _told(self) -> None:
        self.setAccessibleName(tr("Checks"))
        self.setAccessibleDescription("; ".join(name for name, ok, _ in self.model if not ok))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        rows: tuple[tuple[str, bool, str], ...] = self.model
        if not rows:
            text(p, (12, 0, w - 24, 60), tr("The controller sends no checks yet."), 16, token="text2")
            return
        fits = max(1, int(h // 40))
        if len(rows) > fits:
            rows = tuple(sorted(rows, key=lambda row: row[1]))[:fits]
        high = min(44.0, h / len(rows))
        for i, (name, ok, said) in enumerate(rows):
            y = i * high
            icon(p, 9, y + high / 2 - 12, "check" if ok else "x", 24, "ok" if ok else "text")
            self._check(p, (44.0, y, w - 52, high), name, ok, said)
            if i < len(rows) - 1:
                line(p, 6, y + high - 0.5, w - 6, y + high - 0.5)

    def _check(self, p: QPainter, place: tuple[float, float, float, float], name: str, ok: bool, said: str) -> None:
        """Name left, value right; a reason that is too long for that stands on the START button, and in its sheet."""
        x, y, w, high = place
        weight, ink = (REGULAR, "text2") if ok else (SEMIBOLD, "text")
        need = width_of(said, 14, weight) + 14 if said else 0.0
        beside = 0.0 if not said else need if width_of(name, 16, weight) + need <= w else 118.0
        if said and not fits(said, beside - 14, high, 13, weight):
            said = tr("not met: why?") if not ok else said
        fitted(p, (x, y, w - beside, high), name, (16, 15, 14, 13), weight)
        if said:
            fitted(p, (x + w - beside + 14, y, beside - 14, high), said, (14, 13), weight, ink, "right")
