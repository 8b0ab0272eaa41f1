"""Painter helpers shared by all painted widgets: text that knows when it was cut, icons, cards, hatch.

Owns drawing only. Rectangles are (x, y, width, height) in u.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui import theme
from gui.i18n import tr
from gui.theme import REGULAR, colour, font

Rect = tuple[float, float, float, float]

#: texts that did not fit their place, for the text-fits test; cleared by who reads it
cut: list[str] = []

_SIDE = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}


def text(
    p: QPainter,
    rect: Rect,
    words: str,
    size: int = 16,
    weight: QFont.Weight = REGULAR,
    token: str = "text",
    align: str = "left",
    *,
    wrap: bool = False,
    top: bool = False,
    ids: bool = False,
    free: bool = False,
) -> float:
    """Draw words in a rectangle; returns their width [u]. ``free`` text (a user's own) may be cut without a finding."""
    used = font(size, weight, ids=ids)
    p.setFont(used)
    p.setPen(colour(token))
    box = QRectF(*rect)
    flags = _SIDE[align] | (Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
    metrics = QFontMetricsF(used)
    if wrap:
        flags |= Qt.AlignmentFlag(int(Qt.TextFlag.TextWordWrap))
        needs = metrics.boundingRect(QRectF(0, 0, box.width(), 4000), int(flags), words)
        if needs.height() > box.height() + 2 or needs.width() > box.width() + 1:
            if not free:
                cut.append(words)
            words = _shortened(words, box, metrics, int(flags))
        p.drawText(box, int(flags), words)
        return needs.width()
    wide = metrics.horizontalAdvance(words)
    if wide > box.width() + 0.5:
        if not free:
            cut.append(words)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    p.drawText(box, int(flags) | int(Qt.TextFlag.TextSingleLine), words)
    return min(wide, box.width())


def fitted(
    p: QPainter,
    rect: Rect,
    words: str,
    sizes: tuple[int, ...],
    weight: QFont.Weight = REGULAR,
    token: str = "text",
    align: str = "left",
    *,
    top: bool = False,
) -> None:
    """Words in one line of the first size (falling) that has room for it, else wrapped at the first that has."""
    size = next((each for each in sizes if width_of(words, each, weight) <= rect[2]), 0)
    if size:
        text(p, rect, words, size, weight, token, align, top=top)
        return
    size = next((each for each in sizes if fits(words, rect[2], rect[3], each, weight)), sizes[-1])
    text(p, rect, words, size, weight, token, align, wrap=True, top=top)


def fits(words: str, width: float, height: float, size: int, weight: QFont.Weight = REGULAR) -> bool:
    """Whether a wrapped text has room, with no word wider than a line."""
    metrics = QFontMetricsF(font(size, weight))
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    needs = metrics.boundingRect(QRectF(0, 0, width, 4000), flags, words)
    return needs.height() <= height + 2 and needs.width() <= width + 1


def as_many(parts: Sequence[str], join: str, enough: Callable[[str], bool]) -> str:
    """As many whole parts as there is room for, and how many more there are; never less than the first."""
    for n in range(len(parts), 1, -1):
        more = "" if n == len(parts) else join + tr("{n} more", n=len(parts) - n)
        if enough(join.join(parts[:n]) + more):
            return join.join(parts[:n]) + more
    first = parts[0] if parts else ""
    more = join + tr("{n} more", n=len(parts) - 1) if len(parts) > 1 else ""
    return first + more if enough(first + more) else first


def _shortened(words: str, box: QRectF, metrics: QFontMetricsF, flags: int) -> str:
    """As many whole words as fit a wrapped place, with an ellipsis after them."""
    parts = words.split(" ")
    while len(parts) > 1:
        parts.pop()
        short = " ".join(parts) + " …"
        if metrics.boundingRect(QRectF(0, 0, box.width(), 4000), flags, short).height() <= box.height() + 2:
            return short
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())


def largest(words: str, room: float, sizes: tuple[int, ...], weight: QFont.Weight = REGULAR) -> int:
    """The first of ``sizes`` (falling) at which a line fits the room; the last one where none does."""
    return next((size for size in sizes if width_of(words, size, weight) <= room), sizes[-1])


def width_of(words: str, size: int, weight: QFont.Weight = REGULAR, *, ids: bool = False) -> float:
    """Width of a line of text [u]."""
    return QFontMetricsF(font(size, weight, ids=ids)).horizontalAdvance(words)


def height_of(words: str, width: float, size: int, weight: QFont.Weight = REGULAR) -> float:
    """Height of a wrapped text [u]."""
    metrics = QFontMetricsF(font(size, weight))
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    return metrics.boundingRect(QRectF(0, 0, width, 4000), flags, words).height()


def box(
    p: QPainter,
    rect: Rect,
    fill: str | None = "card",
    line: str | None = None,
    radius: float = 10,
    width: float = 1.0,
    *,
    dashed: bool = False,
) -> None:
    """A rounded rectangle; the line lies inside the rectangle."""
    x, y, w, h = rect
    p.setBrush(QBrush(colour(fill)) if fill else Qt.BrushStyle.NoBrush)
    p.setPen(pen(line, width, dashed=dashed) if line else Qt.PenStyle.NoPen)
    inset = width / 2 if line else 0.0
    p.drawRoundedRect(QRectF(x + inset, y + inset, w - 2 * inset, h - 2 * inset), radius, radius)


def pen(token: str, width: float = 1.0, *, dashed: bool = False) -> QPen:
    """A pen with round ends."""
    made = QPen(colour(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4 / max(width, 1), 3 / max(width, 1)])
    return made


def line(p: QPainter, x0: float, y0: float, x1: float, y1: float, token: str = "line", width: float = 1.0) -> None:
    """A straight line."""
    p.setPen(pen(token, width))
    p.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def hatch(p: QPainter, rect: Rect, radius: float = 10, strength: float = 0.22) -> None:
    """Diagonal hatch: what lies under it is old or not to be trusted."""
    shade = QColor(colour("text3"))
    shade.setAlphaF(strength)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QBrush(shade, Qt.BrushStyle.BDiagPattern))
    p.drawRoundedRect(QRectF(*rect), radius, radius)


def icon(p: QPainter, x: float, y: float, name: str, size: int = 24, token: str = "text") -> None:
    """A Lucide icon in the colour of a token, its top left corner at (x, y)."""
    ratio = p.device().devicePixelRatio() if p.device() else 1.0
    p.drawPixmap(QPointF(x, y), _pixmap(name, size, theme.colour(token).name(), ratio))


@cache
def _pixmap(name: str, size: int, ink: str, ratio: float) -> QPixmap:
    source = (Path(__file__).parent / "icons" / f"{name}.svg").read_text("utf-8")
    source = source.replace("currentColor", ink).replace('stroke-width="2"', 'stroke-width="1.75"')
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
