"""Plots over time, by pyqtgraph. Import this module late: it costs more than the rest of the window together.

Owns looks and decimation. No legend: each line carries its name at its end. The mouse does nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.theme import MEDIUM, REGULAR, colour, font
from gui.wording import minutes

THICK_UP_TO = 400  #: points that a line of width 2 may have: design guide 15, beyond it is the only slow thing
AXIS_WIDE = 46


@dataclass(frozen=True)
class Curve:
    """One line: times [s] and values (None or NaN = a gap), colour token, name at its end."""

    time_s: Sequence[float]
    values: Sequence[float | None]
    token: str = "s1"
    name: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Picture:
    """One plot: its lines, ranges, and what is marked. ``log`` shows decades of y."""

    curves: tuple[Curve, ...]
    x: tuple[float, float]
    y: tuple[float, float] | None = None
    now: float | None = None
    band: tuple[float, float] | None = None  #: an expected window of x
    level: float | None = None  #: a dashed horizontal line
    marks: tuple[float, ...] = ()  #: faint vertical lines
    log: bool = False
    texts: tuple[tuple[float, float, str], ...] = field(default=())  #: words at (x, y)
    least: float = 0.0  #: the scale of y reaches at least so high, so that noise about zero stays small
    name: str = ""  #: quantity and unit, in the upper right corner


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks in m:ss."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Whole steps of time, about one every 80 u, none at the very end."""
        steps = (5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
        room = max(1.0, size / 80)
        step = next((each for each in steps if (high - low) / each <= room), 14400)
        return [(step, [float(each) for each in np.arange(np.ceil(low / step) * step, high, step) if each > low])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """m:ss."""
        return [minutes(each) if each >= 0 else f"−{minutes(-each)}" for each in values]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Shows a Picture. Set `times` False to leave the time axis out (a stack shares the lowest one's)."""

    def __init__(self, parent: QWidget | None = None, *, times: bool = True, ground: str = "card") -> None:
        super().__init__(parent, axisItems={"bottom": TimeAxis("bottom")})
        self._ground = ground
        self._items: list[Any] = []
        self._ticks: list[tuple[float, str]] = []
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(False, False)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.getAxis("left").setWidth(AXIS_WIDE)
        self.getAxis("bottom").setStyle(showValues=times)
        self.getAxis("bottom").setHeight(28 if times else 6)
        self.dress()

    def dress(self) -> None:
        """Take colours and font of the theme in use."""
        self.setBackground(colour(self._ground))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colour("line2")))
            axis.setTextPen(pg.mkPen(colour("text2")))
            axis.setTickFont(font(13))
            axis.setStyle(tickLength=-4)

    def show_picture(self, picture: Picture) -> None:
        """Draw this and forget the last one."""
        for item in self._items:
            self.removeItem(item)
        self._items = []
        self.getAxis("left").setLogMode(picture.log)
        y0, y1 = _y_range(picture)
        self.setXRange(*picture.x, padding=0)
        self.setYRange(y0, y1, padding=0)
        self._ticks = _y_ticks(y0, y1, picture.log, self.height())
        self.getAxis("left").setTicks([self._ticks])
        self._marks(picture, y1)
        ends = [self._curve(each, picture.log) for each in picture.curves]
        self._names(picture, ends, y0, y1)

    def _add(self, item: Any) -> None:
        self.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _marks(self, picture: Picture, top: float) -> None:
        if picture.band is not None:
            low, high = picture.band
            region = pg.LinearRegionItem((low, high), movable=False, pen=pg.mkPen(None), brush=_shade("normal", 150))
            region.setZValue(-10)
            self._add(region)
        for at in picture.marks:
            self._add(pg.InfiniteLine(at, 90, pen=pg.mkPen(colour("line"))))
        if picture.level is not None:
            at = np.log10(picture.level) if picture.log else picture.level
            self._add(pg.InfiniteLine(at, 0, pen=pg.mkPen(colour("text2"), width=1, style=Qt.PenStyle.DashLine)))
        left, right = picture.x
        for at, _ in self._ticks:
            self._add(pg.PlotCurveItem([left, right], [at, at], pen=pg.mkPen(colour("line"))))
        if picture.now is not None:
            self._add(pg.InfiniteLine(picture.now, 90, pen=pg.mkPen(colour("text"), width=1.4)))
        if picture.name:
            self._words(picture.name, picture.x[1], top, "text2", (1.0, 0.0), MEDIUM, ground=True)
        for x, y, words in picture.texts:
            self._words(words, x, y, "text2", (0, 0.5), REGULAR)

    def _curve(self, curve: Curve, log: bool) -> tuple[Curve, float, float] | None:
        times, values = arrays(curve)
        if log:
            values = np.where(values > 0, values, np.nan)
        good = np.isfinite(values)
        if not good.any():
            return None
        if log:
            values = np.log10(values)
        times, values = thin(times, values, min(THICK_UP_TO, max(60, self.width())))
        thick = len(times) <= THICK_UP_TO and not curve.dashed
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        pen = pg.mkPen(colour(curve.token), width=2 if thick else 1, style=style)
        self._add(pg.PlotCurveItem(times, values, pen=pen, connect="finite", antialias=thick))
        last = int(np.flatnonzero(np.isfinite(values))[-1])
        return curve, float(times[last]), float(values[last])

    def _names(self, picture: Picture, ends: list[tuple[Curve, float, float] | None], y0: float, y1: float) -> None:
        named = sorted((end for end in ends if end is not None and end[0].name), key=lambda end: end[2])
        places = spread([y for _, _, y in named], y0, y1, 20 * (y1 - y0) / max(60, self.height()))
        for (curve, x, _), at in zip(named, places, strict=True):
            right = x > picture.x[0] + 0.72 * (picture.x[1] - picture.x[0])
            self._words(curve.name, x, at, curve.token, (1.06, 1.0) if right else (-0.06, 0.5), MEDIUM)

    def _words(
        self,
        words: str,
        x: float,
        y: float,
        token: str,
        anchor: tuple[float, float],
        weight: Any,
        *,
        ground: bool = False,
    ) -> None:
        fill = pg.mkBrush(colour(self._ground)) if ground else None
        item = pg.TextItem(words, color=colour(token), anchor=anchor, fill=fill)
        item.setFont(font(13, weight))
        item.setPos(x, y)
        self._add(item)


def spread(wanted: list[float], low: float, high: float, gap: float) -> list[float]:
    """Rising places near the wanted (rising) ones, at least ``gap`` apart, none over the upper edge."""
    places: list[float] = []
    for each in wanted:
        places.append(max(each, low + gap / 2, places[-1] + gap if places else low))
    top = high - gap / 2
    for i in reversed(range(len(places))):
        places[i] = min(places[i], top)
        top = places[i] - gap
    return places


def arrays(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Times and values as float arrays of one length; a missing value is NaN."""
    size = min(len(curve.time_s), len(curve.values))
    values = np.array([np.nan if each is None else float(each) for each in curve.values[:size]], dtype=float)
    return np.asarray(curve.time_s[:size], dtype=float), values


def thin(times: np.ndarray, values: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """At most ``most`` points: the lowest and highest of equal parts, in their order; gaps stay gaps."""
    if len(times) <= most:
        return times, values
    part = int(np.ceil(len(times) / (most // 2)))
    keep: list[int] = []
    for start in range(0, len(times), part):
        block = values[start : start + part]
        if not np.isfinite(block).any():
            keep.append(start)
            continue
        keep.extend(sorted({start + int(np.nanargmin(block)), start + int(np.nanargmax(block))}))
    return times[keep], values[keep]


def _y_range(picture: Picture) -> tuple[float, float]:
    if picture.y is not None:
        low, high = picture.y
        return (float(np.log10(low)), float(np.log10(high))) if picture.log else (low, high)
    found = [values[np.isfinite(values)] for _, values in map(arrays, picture.curves)]
    every = np.concatenate(found) if found else np.array([])
    if picture.log:
        every = np.log10(every[every > 0])
    if every.size == 0:
        return 0.0, picture.least or 1.0
    low, high = float(np.min(every)), float(np.max(every))
    low = min(low, 0.0) if not picture.log else float(np.floor(low))
    high = max(high, picture.least) if not picture.log else float(np.ceil(high))
    if picture.least and low > -0.05 * picture.least:
        low = 0.0
    span = max(high - low, 1e-9 if not picture.log else 1.0)
    return low, low + span * (1.12 if not picture.log else 1.0)


def _y_ticks(low: float, high: float, log: bool, height: int) -> list[tuple[float, str]]:
    if log:
        decades = range(int(np.ceil(low)), int(np.floor(high)) + 1)
        skip = max(1, -(-len(decades) // 4))
        return [(float(each), _decade(each)) for each in list(decades)[::skip]]
    rough = (high - low) / min(3.0, max(1.0, height / 40))
    base: float = 10.0 ** float(np.floor(np.log10(max(rough, 1e-12))))
    step = float(base * min((1, 2, 5, 10), key=lambda each: abs(each * base - rough)))
    places = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    first = np.ceil(low / step - 1e-9) * step
    return [(float(at), f"{at + 0.0:.{places}f}") for at in np.arange(first, high + step * 1e-6, step)]


def _decade(power: int) -> str:
    if -2 < power < 4:
        return f"{10.0**power:g}"
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _shade(token: str, strength: int) -> Any:
    made = colour(token)
    made = type(made)(made)
    made.setAlpha(strength)
    return pg.mkBrush(made)
