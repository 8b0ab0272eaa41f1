"""The run as a row of blocks: done, now, to come; a procedure's steps make one block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath

from gui.painting import box, hatch, icon, text, width_of
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.widgets.step_words import PAST, groups_of, label_of, state_of

GAP = 3.0
FLOOR = 26.0
LABEL_WEIGHTS = {"now": SEMIBOLD, "next": REGULAR} | dict.fromkeys(PAST, MEDIUM)
#: how a step has ended -> its sign; only one that ended as written gets a check mark
SIGNS = {"done": "check", "early": "step-forward", "cut": "pause", "missed": "circle-alert"}
LABEL_GAP = 6.0  #: at least, between two labels [u]


@dataclass(frozen=True)
class Block:
    """One block: its label, state (now, next, one of PAST), length [s], how far it is (0..1), whether plasma burns."""

    label: str
    state: str
    seconds: float
    done: float = 0.0
    plasma: bool = False


@dataclass(frozen=True)
class Bar:
    """All blocks; ``paused`` hatches the block now."""

    blocks: tuple[Block, ...]
    paused: bool = False


def blocks_of(steps: list[dict[str, Any]], clock_s: float | None) -> tuple[Block, ...]:
    """Blocks of a run's steps; neighbours of one group (a called procedure) are put together."""
    return tuple(_block(group, clock_s or 0.0) for group in groups_of(steps))


def _block(steps: list[dict[str, Any]], clock_s: float) -> Block:
    states = [step.get("state", "next") for step in steps]
    state = state_of(steps)
    lengths = [float(step.get("expected_s") or 0.0) for step in steps]
    passed = sum(length for length, each in zip(lengths, states, strict=True) if each == "done")
    passed += min(clock_s, sum(length for length, each in zip(lengths, states, strict=True) if each == "now"))
    total = sum(lengths)
    done = round(min(1.0, passed / total), 3) if total and state == "now" else 0.0
    return Block(label_of(steps), state, total, done, any(bool(step.get("plasma")) for step in steps))


def widths(blocks: tuple[Block, ...], whole: float) -> list[float]:
    """Widths by time, but none under the floor that fits its label where the whole has room for labels."""
    room = whole - GAP * (len(blocks) - 1)
    floors = [max(FLOOR, _label_wide(each) + LABEL_GAP - GAP) for each in blocks]
    if sum(floors) > room:
        floors = [max(FLOOR, floor * (room / sum(floors)) * 0.9) for floor in floors]
    if sum(floors) >= room:
        return [room / len(blocks)] * len(blocks)
    spare, total = room - sum(floors), sum(each.seconds for each in blocks) or 1.0
    return [floor + spare * each.seconds / total for floor, each in zip(floors, blocks, strict=True)]


def _label_wide(block: Block) -> float:
    return width_of(block.label, 13, LABEL_WEIGHTS[block.state])


def step_bar(p: QPainter, x: float, y: float, w: float, h: float, bar: Bar, *, labels: bool = True) -> None:
    """Draw blocks ``h`` high, with labels under them."""
    if not bar.blocks:
        return
    left, wide = x, widths(bar.blocks, w)
    places = []
    for block, width in zip(bar.blocks, wide, strict=True):
        _draw(p, (left, y, width, h), block, bar.paused)
        places.append(left)
        left += width + GAP
    if labels:
        _labels(p, bar, places, x, y + h + 4, w)


def _draw(p: QPainter, rect: tuple[float, float, float, float], block: Block, paused: bool) -> None:
    x, y, w, h = rect
    if block.state in PAST:
        p.setOpacity(0.55)
        box(p, rect, "accent", radius=6)
        p.setOpacity(1.0)
        icon(p, x + w / 2 - 8, y + h / 2 - 8, SIGNS[block.state], 16, "on_accent")
        return
    box(p, rect, "sunken", radius=6)
    if block.state == "now":
        round_off = QPainterPath()
        round_off.addRoundedRect(QRectF(*rect), 6, 6)
        p.save()
        p.setClipPath(round_off)
        p.fillRect(QRectF(x, y, max(4.0, w * block.done), h), colour("accent"))
        p.restore()
        if paused:
            hatch(p, rect, 6, 0.5)
        box(p, rect, None, "accent", 6, 2)
    if block.plasma:
        over = block.state == "now" and w * block.done > 18
        icon(p, x + 8, y + h / 2 - 8, "zap", 16, "on_accent" if over else "text2")


def _labels(p: QPainter, bar: Bar, places: list[float], x: float, y: float, w: float) -> None:
    taken: list[tuple[float, float]] = []
    order = sorted(range(len(places)), key=lambda i: (bar.blocks[i].state != "now", i))
    for i in order:
        block, now = bar.blocks[i], bar.blocks[i].state == "now"
        wide = _label_wide(block)
        left = min(places[i], x + w - wide)
        if any(left < end + LABEL_GAP - 1 and start < left + wide + LABEL_GAP - 1 for start, end in taken):
            continue
        taken.append((left, left + wide))
        weight, ink = LABEL_WEIGHTS[block.state], "text" if now else "text2"
        text(p, (left, y, wide + 4, 20), block.label, 13, weight, ink)
