"""The tool as a drawing: what flows, what is open, what turns, what burns. A fixed drawing of 664 × 456 u, centred."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPolygonF, QRadialGradient

from gui import theme
from gui.i18n import tr
from gui.painting import box, hatch, icon, pen, text, width_of
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.widgets.alarm_badge import badge
from gui.widgets.painted import Painted
from gui.widgets.symbols import bar, bubble, plate, pump, throttle, valve
from gui.widgets.tool_model import CLOSED, OPEN, Gas, Tool

SIZE = (664.0, 456.0)
GAS_Y = (103.0, 152.0, 200.0, 249.0)
#: where the badge of a place stands
BADGES = {
    "chuck": (418.0, 236.0),
    "gauge": (600.0, 124.0),
    "power": (640.0, 10.0),
    "chiller": (176.0, 298.0),
    "turbo": (396.0, 366.0),
    "pump": (606.0, 366.0),
    "chain": (176.0, 366.0),
    "spectrometer": (640.0, 202.0),
}


class Synoptic(Painted):
    """Walls, labels and plates that never change are painted once; the rest over them."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._ground: tuple[object, QPixmap] | None = None

    def _told(self) -> None:
        m: Tool = self.model
        self.setAccessibleName(tr("Tool"))
        self.setAccessibleDescription(f"{m.inside[0]} {m.inside[1]}, {m.gauge[0]} {m.gauge[1].words} Pa, {m.old}")

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Tool = self.model
        p.drawPixmap(0, 0, self._static(w, h))
        p.save()
        p.translate((w - SIZE[0]) / 2, (h - SIZE[1]) / 2)
        self._gas_panel(p, m)
        self._chamber(p, m)
        self._power(p, m)
        self._right(p, m)
        self._exhaust(p, m)
        self._left(p, m)
        for place, priority, lit in m.alarms:
            x, y = BADGES[place]
            badge(p, min(x, SIZE[0] - 30), y, 28, priority, filled=lit)
        p.restore()
        chip_wide = width_of(m.chip, 14, MEDIUM) + 20
        box(p, (58, 16, chip_wide, 28), "sunken", radius=10)
        text(p, (58, 16, chip_wide, 28), m.chip, 14, MEDIUM, "text2", "centre")
        if m.old:
            self._veil(p, w, h, m.old)

    def _veil(self, p: QPainter, w: float, h: float, since: str) -> None:
        p.setOpacity(0.5)
        box(p, (0, 0, w, h))
        p.setOpacity(1.0)
        hatch(p, (2, 2, w - 4, h - 4))
        box(p, (0, 0, w, h), None, "line2", 10, 1.6, dashed=True)
        words = tr("old data · {time}", time=since)
        wide = width_of(words, 14, MEDIUM) + 46
        box(p, (14, 50, wide, 32), "raised", radius=16)
        icon(p, 24, 56, "clock-alert", 20)
        text(p, (48, 50, wide, 32), words, 14, MEDIUM)

    # --- what never changes ----------------------------------------------------------------------------------

    def _static(self, w: float, h: float) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (w, h, theme.name(), ratio, tr("Tool"))
        if self._ground is None or self._ground[0] != key:
            made = QPixmap(round(w * ratio), round(h * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            p = QPainter(made)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            box(p, (0, 0, w, h))
            text(p, (14, 16, 60, 28), tr("Tool"), 15, SEMIBOLD, "text2")
            p.translate((w - SIZE[0]) / 2, (h - SIZE[1]) / 2)
            self._draw_static(p)
            p.end()
            self._ground = (key, made)
        return self._ground[1]

    def _draw_static(self, p: QPainter) -> None:
        _pipe(p, [(433, 57), (458, 57)], on=False, width=2)
        _pipe(p, [(375, 81), (375, 134)], on=False, width=2)
        _pipe(p, [(188, 331), (268, 331), (268, 246), (317, 246)], on=False, width=2.4)
        _pipe(p, [(188, 346), (278, 346), (278, 256), (317, 256)], on=False, width=2.4)
        _pipe(p, [(459, 156), (479, 156)], on=False, width=2)
        _pipe(p, [(468, 231), (533, 231)], on=False, width=2)
        box(p, (459, 222, 10, 18), "raised", "equip_line", 2, 1.4)
        for words, x, y, align in (
            (tr("Isolation"), 392, 303, "left"),
            (tr("Throttle"), 393, 341, "left"),
            (tr("Soft pump"), 532, 313, "left"),
            (tr("Foreline"), 418, 413, "centre"),
            (tr("Dry pump"), 549, 426, "centre"),
            (tr("Turbo pump"), 251, 407, "right"),
            (tr("N₂ vent"), 596, 186, "left"),
        ):
            wide = {"left": 68, "centre": 70, "right": 94}[align]
            text(p, (x, y, wide + (6 if align == "left" else 0), 20), words, 13, MEDIUM, "text2", align)
        self._legend(p)

    def _legend(self, p: QPainter) -> None:
        x = 20.0
        for state, words in ((OPEN, tr("open")), (CLOSED, tr("closed"))):
            valve(p, x + 8, 432, state, size=18)
            text(p, (x + 22, 422, 60, 20), words, 13, token="text2")
            x += 22 + width_of(words, 13) + 16
        _pipe(p, [(x, 432), (x + 22, 432)], on=True)
        text(p, (x + 28, 422, 60, 20), tr("flow"), 13, token="text2")

    # --- what changes ----------------------------------------------------------------------------------------

    def _gas_panel(self, p: QPainter, m: Tool) -> None:
        _pipe(p, [(252, GAS_Y[0]), (252, GAS_Y[-1])], on=False)
        into = any(gas.flows for gas in m.gases)
        for gas, y in zip(m.gases, GAS_Y, strict=True):
            self._gas(p, gas, y)
        live = [y for gas, y in zip(m.gases, GAS_Y, strict=True) if gas.flows]
        if live:
            _pipe(p, [(252, min(*live, 158)), (252, max(*live, 158))], on=True)
        _pipe(p, [(250, 158), (291, 158)], on=into)

    def _gas(self, p: QPainter, gas: Gas, y: float) -> None:
        text(p, (14, y - 14, 36, 28), gas.label, 18, MEDIUM, "text" if gas.flows else "text2")
        _pipe(p, [(50, y), (67, y)], on=gas.flows)
        _pipe(p, [(187, y), (252, y)], on=gas.flows)
        plate(p, (67, y - 21, 120, 42), old=gas.flow.old, strong=gas.flows)
        ink = "text3" if gas.flow.old or not gas.flows else "value"
        text(p, (75, y - 20, 66, 26), gas.flow.words, 19, MEDIUM, ink)
        text(p, (130, y - 16, 50, 20), "sccm", 13, token="text2", align="right")
        bar(p, (75, y + 9, 104, 6), gas.part, gas.tick, old=gas.flow.old)
        valve(p, 220, y, gas.valve)

    def _power(self, p: QPainter, m: Tool) -> None:
        plate(p, (305, 31, 128, 50), old=m.match.old)
        text(p, (305, 33, 128, 22), tr("Match"), 13, MEDIUM, "text2", "centre")
        text(p, (307, 53, 124, 24), m.match.words, 13, MEDIUM, "text3" if m.match.old else "value", "centre")
        plate(p, (458, 23, 192, 68), old=m.power.old)
        text(p, (468, 26, 110, 20), tr("RF generator"), 13, MEDIUM, "text2")
        text(p, (560, 26, 82, 20), "13.56 MHz", 13, token="text2", align="right")
        wide = text(p, (468, 45, 80, 26), m.power.words, 19, SEMIBOLD, "text3" if m.power.old else "value")
        text(p, (468 + wide + 5, 47, 20, 24), "W", 14, token="text2")
        ink = "text3" if m.reflected.old else "value"
        text(p, (550, 46, 92, 24), tr("Refl. {w} W", w=m.reflected.words), 14, MEDIUM, ink, "right")
        bar(p, (468, 75, 172, 6), m.power_part, m.power_tick, old=m.power.old)

    def _chamber(self, p: QPainter, m: Tool) -> None:
        box(p, (291, 134, 168, 160), "wall", "equip_line", 14, 2)
        box(p, (302, 145, 146, 138), "vacuum", "equip_line", 6, 1.2)
        if m.plasma:
            glow = QRadialGradient(QPointF(375, 205), 84)
            glow.setColorAt(0.0, colour("plasma0"))
            glow.setColorAt(0.55, colour("plasma1"))
            glow.setColorAt(1.0, colour("vacuum"))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(glow)
            p.drawRect(QRectF(303, 146, 144, 136))
        box(p, (321, 150, 108, 11), "wall", "equip_line", 3, 1.4)
        for i in range(9):
            box(p, (328 + i * 12, 161, 1.6, 4), "equip_line", radius=0)
        head, sub = m.inside
        text(p, (304, 170, 142, 24), head, 14, SEMIBOLD, "text", "centre")
        text(p, (304, 192, 142, 22), sub, 14, MEDIUM, "text2", "centre", free=True)
        for x in (363.5, 386.5):
            box(p, (x, 261, 1.6, 22), "equip_line", radius=0)
        box(p, (326, 231, 98, 9), "text", radius=1)
        box(p, (317, 240, 116, 22), "wall", "equip_line", 4, 1.4)
        text(p, (317, 240, 116, 22), f"{m.chuck.words} °C", 14, SEMIBOLD, "text2" if m.chuck.old else "text", "centre")
        text(p, (304, 211, 142, 20), tr("mask {t} °C", t=m.mask.words), 13, token="text2", align="centre")

    def _right(self, p: QPainter, m: Tool) -> None:
        tag, reading = m.gauge
        bubble(p, (479, 139, 150, 34), tag, reading.words, "Pa", old=reading.old)
        _pipe(p, [(459, 196), (592, 196)], on=m.vent == OPEN)
        valve(p, 517, 196, m.vent)
        plate(p, (533, 214, 117, 34), old=m.spectrometer.old)
        text(p, (543, 214, 40, 34), "OES", 13, MEDIUM, "text2")
        text(p, (570, 214, 72, 34), m.spectrometer.words, 14, SEMIBOLD, "value", "right")

    def _exhaust(self, p: QPainter, m: Tool) -> None:
        main = m.isolation == OPEN and bool(m.throttle_part)
        _pipe(p, [(375, 294), (375, 372)], on=main)
        _pipe(p, [(401, 398), (560, 398)], on=m.foreline == OPEN and bool(m.pump_on))
        _pipe(p, [(459, 264), (513, 264), (513, 398)], on=m.soft == OPEN)
        valve(p, 375, 314, m.isolation, upright=True)
        valve(p, 513, 324, m.soft, upright=True)
        valve(p, 453, 398, m.foreline)
        throttle(p, 375, 351, m.throttle_part)
        pump(p, 375, 398, m.turbo_on, turbo=True)
        pump(p, 584, 398, m.pump_on, turbo=False)
        for words, unit, rect, old in (
            (m.throttle.words, "%", (280.0, 338.0, 76.0, 26.0), m.throttle.old),
            (m.turbo.words, "%", (262.0, 385.0, 82.0, 26.0), m.turbo.old),
            (m.pump.words, "Hz", (548.0, 346.0, 72.0, 26.0), m.pump.old),
        ):
            text(p, rect, f"{words} {unit}", 17, SEMIBOLD, "text3" if old else "value", "right")

    def _left(self, p: QPainter, m: Tool) -> None:
        old = m.chiller.old or m.water.old
        plate(p, (28, 312, 160, 50), old=old)
        text(p, (38, 314, 100, 20), tr("Chiller"), 13, MEDIUM, "text2")
        text(p, (38, 333, 84, 26), f"{m.chiller.words} °C", 17, SEMIBOLD, "text3" if m.chiller.old else "value")
        text(p, (104, 334, 76, 24), f"{m.water.words} l/min", 13, MEDIUM, "text2", "right")
        plate(p, (28, 372, 160, 36), old=m.chain.old)
        text(p, (38, 372, 90, 36), tr("Safety chain"), 13, MEDIUM, "text2")
        text(p, (110, 372, 70, 36), m.chain.words, 14, SEMIBOLD, "text3" if m.chain.old else "value", "right")


def _pipe(p: QPainter, points: list[tuple[float, float]], *, on: bool, width: float | None = None) -> None:
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(pen("pipe_on" if on else "pipe", width or (4.4 if on else 3.0)))
    p.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
