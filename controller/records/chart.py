"""Line charts as SVG text, for reports that open anywhere without a network. Owns drawing only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[np.float64]]
WIDTH, HEIGHT = 1000, 190
LEFT, RIGHT, TOP, BOTTOM = 62, 130, 26, 24
LABEL = 15  #: height of a line of text [px]
POINTS = 500  #: buckets along the time axis; each keeps its lowest and highest value


@dataclass(frozen=True)
class Line:
    """One line of a chart: its label at the end, and a value for each time (NaN: no value)."""

    label: str
    values: Column
    dashed: bool = False


def chart(
    title: str, unit: str, time_s: Column, lines: Sequence[Line], marks: Sequence[float], log: bool = False
) -> str:
    """An SVG chart over run time [s]; ``marks`` are step boundaries. Empty text when no line has a value."""
    drawn = [line for line in lines if np.isfinite(line.values).any() and not (log and np.nanmax(line.values) <= 0)]
    if not drawn or len(time_s) < 2:
        return ""
    low, high = _range(drawn, log)
    t0, t1 = float(time_s[0]), float(time_s[-1])

    def x(t: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (t - t0) / (t1 - t0)

    def y(value: float) -> float:
        part = (
            (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))
            if log
            else ((value - low) / (high - low))
        )
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part

    out = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    out.append(f'<text class="title" x="{LEFT}" y="16">{escape(title)}{f" [{escape(unit)}]" if unit else ""}</text>')
    for value in _ticks(low, high, log):
        at = y(value)
        out.append(f'<line class="grid" x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}"/>')
        out.append(f'<text class="axis" x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{value:g}</text>')
    out += [f'<line class="mark" x1="{x(m):.1f}" y1="{TOP}" x2="{x(m):.1f}" y2="{HEIGHT - BOTTOM}"/>' for m in marks]
    for t in _times(t0, t1):
        out.append(f'<text class="axis" x="{x(t):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{_clock(t)}</text>')
    out.append(f'<text class="axis" x="{WIDTH - RIGHT + 8}" y="{HEIGHT - 6}">run time [min:s]</text>')
    thinned = [thin(time_s, line.values) for line in drawn]
    ends = [y(float(values[np.isfinite(values)][-1])) for _, values in thinned]
    labels = places(ends, TOP, HEIGHT - BOTTOM, LABEL)
    for number, (line, (times, values), at) in enumerate(zip(drawn, thinned, labels, strict=True), 1):
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        for part in _parts(times, values, log):
            points = " ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in part)
            out.append(f'<polyline class="s{number}"{dash} points="{points}"/>')
        out.append(f'<text class="s{number}t" x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}">{escape(line.label)}</text>')
    return "\n".join([*out, "</svg>"])


def thin(time_s: Column, values: Column) -> tuple[Column, Column]:
    """At most two points a bucket, its lowest and its highest, so that no peak is lost; a bucket of NaN stays a gap."""
    n = len(values)
    if n <= 2 * POINTS:
        return time_s, values
    edges = np.linspace(0, n, POINTS + 1).astype(int)[:-1]
    low, high = np.fmin.reduceat(values, edges), np.fmax.reduceat(values, edges)
    rising = values[edges] <= values[np.append(edges[1:], n) - 1]  # the two in the order that the bucket goes
    first, second = np.where(rising, low, high), np.where(rising, high, low)
    times = time_s[edges]
    half = 0.5 * np.diff(np.append(times, time_s[-1]))
    return np.ravel(np.column_stack([times, times + half])), np.ravel(np.column_stack([first, second]))


def _range(lines: Sequence[Line], log: bool) -> tuple[float, float]:
    every = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    if log:
        positive = every[every > 0]
        low, high = float(positive.min()), float(positive.max())
        return 10 ** math.floor(math.log10(low)), 10 ** max(
            math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1
        )
    low, high = min(float(every.min()), 0.0), float(every.max())
    room = 0.05 * (high - low) or 1.0
    return (low if low == 0.0 else low - room), high + room


def _ticks(low: float, high: float, log: bool) -> list[float]:
    if log:
        first, last = round(math.log10(low)), round(math.log10(high))
        return [10.0**power for power in range(first, last + 1, max(1, (last - first) // 4))]
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step = next((step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 6), step * 10)
    return [round(k * step, 10) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _times(first_s: float, last_s: float) -> list[float]:
    """Whole seconds or minutes along the axis, at most eight of them."""
    step = next((s for s in (5, 10, 30, 60, 120, 300, 600, 1800) if (last_s - first_s) / s <= 8), 3600)
    return [float(k * step) for k in range(math.ceil(first_s / step), math.floor(last_s / step) + 1)]


def _parts(times: Column, values: Column, log: bool) -> list[list[tuple[float, float]]]:
    """Unbroken stretches: a line is never drawn across a time without a value."""
    parts: list[list[tuple[float, float]]] = [[]]
    for t, v in zip(times.tolist(), values.tolist(), strict=True):
        if math.isfinite(v) and not (log and v <= 0):
            parts[-1].append((t, v))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def places(wanted: Sequence[float], low: float, high: float, apart: float) -> list[float]:
    """Where labels stand [px]: as near as can be to where each wants to be, inside the chart, ``apart`` or more.

    Labels that meet become a group around their mean, which can only shrink the number of groups: so it ends. Where
    there is no room for all, they share what there is evenly.
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    gap = min(apart, (high - low) / (len(order) - 1)) if len(order) > 1 else 0.0
    groups: list[tuple[float, int]] = []  # (mean of wanted places less the gaps before them, how many)
    for rank, number in enumerate(order):
        mean, many = wanted[number] - rank * gap, 1
        while groups and groups[-1][0] >= mean:
            before, others = groups.pop()
            mean, many = (before * others + mean * many) / (others + many), others + many
        groups.append((mean, many))
    last = high - (len(order) - 1) * gap
    means = [min(max(mean, low), last) for mean, many in groups for _ in range(many)]
    found = [0.0] * len(order)
    for rank, number in enumerate(order):
        found[number] = means[rank] + rank * gap
    return found


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
