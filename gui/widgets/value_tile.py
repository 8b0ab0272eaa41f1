"""A value with label, set point, two-minute spark and range bar. Old or missing values look so."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.i18n import tr
from gui.painting import box, hatch, icon, largest, pen, text, width_of
from gui.store import BAD, SIMULATED, STALE, Seen
from gui.theme import MEDIUM, REGULAR, SEMIBOLD
from gui.widgets.alarm_badge import badge
from gui.widgets.painted import Pressable
from gui.widgets.range_bar import Range, range_bar
from gui.wording import DASH, number


@dataclass(frozen=True)
class Tile:
    """What a tile draws. ``spark`` holds values as fractions of its height."""

    label: str
    value: str
    unit: str
    look: str
    note: str = ""  #: top right: the set point, or what is wrong
    range: Range = field(default_factory=Range)
    spark: tuple[float, ...] = ()
    alarm: int | None = None
    lit: bool = True


def tile(label: str, seen: Seen, unit: str, note: str = "", **more: object) -> Tile:
    """A tile of what was seen: a bad value is a dash, an old one says so instead of its set point."""
    if seen.look == BAD:
        return Tile(label, DASH, unit, BAD, tr("no data"))
    said = {STALE: tr("old"), SIMULATED: tr("SIM")}.get(seen.look, note)
    return Tile(label, number(seen.value, unit), unit, seen.look, said, **more)  # type: ignore[arg-type]


def spark(values: list[float | None]) -> tuple[float, ...]:
    """Values as heights 0..1 for a spark; none when there is little to show."""
    good = [each for each in values if isinstance(each, int | float)]
    if len(good) < 5:
        return ()
    low, high = min(good), max(good)
    middle, span = (low + high) / 2, max(high - low, 0.02 * abs(high), 1e-9)
    return tuple(round((each - middle) / span + 0.5, 2) for each in good)


class ValueTile(Pressable):
    """One tile, at least 190 × 74 u."""

    def _told(self) -> None:
        m: Tile = self.model
        self.setAccessibleName(m.label)
        self.setAccessibleDescription(f"{m.value} {m.unit}, {m.look}, {m.note}")

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Tile = self.model
        old = m.look in (STALE, BAD)
        self._frame(p, w, h, m, old)
        ink = "text3" if old else "value"
        size = largest(m.label, w - 24 - width_of(m.note, 13) - 28, (14, 13), MEDIUM)
        room = w - 20 - width_of(m.label, size, MEDIUM) - 4
        text(p, (12, 6, w - 24, 20), m.label, size, MEDIUM, "text2")
        if m.note and m.alarm is None:
            sign = {STALE: "clock-alert", BAD: "circle-question-mark", SIMULATED: "flask-conical"}.get(m.look)
            wide = text(p, (w - 8 - room, 6, room, 20), m.note, 13, token="text2", align="right")
            if sign and room - wide > 20:
                icon(p, w - 8 - wide - 20, 8, sign, 16, "text2")
        text(p, (12, 24, w * 0.62, 30), m.value, 26, SEMIBOLD, ink)
        text(p, (12 + width_of(m.value, 26, SEMIBOLD) + 6, 29, 60, 24), m.unit, 14, REGULAR, "text2")
        if m.spark and not old and m.alarm is None and self._free(w, m):
            self._spark(p, w - 74, 30, 62, 20, m.spark)
        range_bar(p, 12, h - 16, w - 24, m.range, ink)
        if m.alarm is not None:
            badge(p, w - 42, 24, 30, m.alarm, filled=m.lit)
        self._focus_ring(p, 10)

    def _free(self, w: float, m: Tile) -> bool:
        """Whether there is room for the spark beside value and unit."""
        return 12 + width_of(m.value, 26, SEMIBOLD) + 6 + width_of(m.unit, 14) + 8 <= w - 74

    def _frame(self, p: QPainter, w: float, h: float, m: Tile, old: bool) -> None:
        if m.alarm is not None:
            box(p, (0, 0, w, h), "alarm_line")
            box(p, (1, 1, w - 2, h - 2), f"p{m.alarm}", radius=9)
            box(p, (4, 4, w - 8, h - 8), "alarm_line", radius=7)
            box(p, (5, 5, w - 10, h - 10), "card", radius=6)
        else:
            token = "line2" if old else "sim" if m.look == SIMULATED else None
            box(p, (0, 0, w, h), "card", token, width=1.5, dashed=True)
        if old:
            hatch(p, (2, 2, w - 4, h - 4), 9)

    def _spark(self, p: QPainter, x: float, y: float, w: float, h: float, values: tuple[float, ...]) -> None:
        step = w / max(1, len(values) - 1)
        p.setPen(pen("line2", 1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPolyline(QPolygonF([QPointF(x + i * step, y + (1 - v) * h) for i, v in enumerate(values)]))
