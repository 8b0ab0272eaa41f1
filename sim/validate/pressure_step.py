"""The shortest time in which a throttle of finite speed can bring a chamber to another pressure, at constant flow.

Owns the bound (PHYSICS a.7): the flap is driven past its goal, as far as helps, and turns back once; at rest flow and
pumping are equal. Knows the conductance of the plant's own throttle, and none of its controllers.
"""

from __future__ import annotations

from math import expm1, log

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.vacuum.path import PathSpec, conductance_m3_s

PIECES = 200  #: of each travel of the flap
HALVINGS = 48  #: of every root
LONGEST_S = 100.0  #: of any first travel  # assumed: far beyond all steps of a tool


class Plumbing(Record):
    """A chamber, its throttle, and a pump of one speed behind it."""

    volume_m3: float
    pump_m3_s: float
    path: PathSpec


@law
def speed_m3_s(tool: Plumbing, pct: float) -> float:
    """1/S = 1/C + 1/S_pump."""
    conductance = conductance_m3_s(tool.path, pct)
    return conductance * tool.pump_m3_s / (conductance + tool.pump_m3_s)


@law
def resting_pct(tool: Plumbing, speed: float) -> float:
    """Position at which the chamber is pumped with ``speed`` [m3/s], between the stops."""
    low, high = 0.0, 100.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if speed_m3_s(tool, middle) < speed:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@law
def waited_pa(tool: Plumbing, flow: float, p: float, pct: float, seconds: float) -> float:
    """V dp/dt = Q - S p for a resting flap, exact; ``flow`` Q in Pa m3/s."""
    speed = speed_m3_s(tool, pct)
    return p + (p - flow / speed) * expm1(-speed * seconds / tool.volume_m3)


@law
def moved_pa(tool: Plumbing, flow: float, p: float, start_pct: float, end_pct: float) -> float:
    """Pressure when the flap has travelled at full speed."""
    piece = (end_pct - start_pct) / PIECES
    seconds = 0.01 * abs(piece) * tool.path.throttle_stroke_s
    for k in range(PIECES):
        p = waited_pa(tool, flow, p, start_pct + (k + 0.5) * piece, seconds)
    return p


@law
def turned_pct(tool: Plumbing, start_pct: float, direction: float, turn_s: float) -> float:
    """Where the flap turns back: after ``turn_s`` at full speed, at a stop at the latest."""
    return min(100.0, max(0.0, start_pct + direction * 100.0 * turn_s / tool.path.throttle_stroke_s))


@law
def turned_pa(tool: Plumbing, flow: float, p: float, start_pct: float, turn_pct: float, turn_s: float) -> float:
    """Pressure at the turn; the flap dwells at the stop for the rest of ``turn_s``."""
    travel_s = 0.01 * abs(turn_pct - start_pct) * tool.path.throttle_stroke_s
    return waited_pa(tool, flow, moved_pa(tool, flow, p, start_pct, turn_pct), turn_pct, turn_s - travel_s)


@law
def extreme_pa(tool: Plumbing, flow: float, p: float, turn_pct: float, end_pct: float) -> float:
    """Highest (or lowest) pressure on the way back: where pumping has come to equal the flow."""
    piece = (end_pct - turn_pct) / PIECES
    seconds = 0.01 * abs(piece) * tool.path.throttle_stroke_s
    rising = flow > speed_m3_s(tool, turn_pct) * p
    for k in range(PIECES):
        pct = turn_pct + (k + 0.5) * piece
        if (flow > speed_m3_s(tool, pct) * p) != rising:
            break
        p = waited_pa(tool, flow, p, pct, seconds)
    return p


@law
def goes_too_far(tool: Plumbing, flow: float, p0: float, p1: float, band: float, turn_s: float) -> bool:
    """Whether the flap turned too late: beyond p1 at rest (``band`` 0), or beyond the band on the way there."""
    start, end = resting_pct(tool, flow / p0), resting_pct(tool, flow / p1)
    direction = -1.0 if p1 > p0 else 1.0
    turn = turned_pct(tool, start, direction, turn_s)
    p = turned_pa(tool, flow, p0, start, turn, turn_s)
    if band == 0.0:
        return (moved_pa(tool, flow, p, turn, end) - p1) * direction < 0.0
    far = 0.0 if direction > 0.0 else 100.0  # beyond the end: the flap goes on until the pressure turns
    return (extreme_pa(tool, flow, p, turn, far) - p1 * (1.0 - band * direction)) * direction < 0.0


@law
def turn_s(tool: Plumbing, flow: float, p0: float, p1: float, band: float) -> float:
    """The latest turn that does not go too far."""
    low, high = 0.0, LONGEST_S
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if goes_too_far(tool, flow, p0, p1, band, middle):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@law
def exact_s(tool: Plumbing, flow: float, p0: float, p1: float) -> float:
    """Shortest time from rest at p0 to rest at p1 [Pa], ``flow`` in Pa m3/s."""
    start, end = resting_pct(tool, flow / p0), resting_pct(tool, flow / p1)
    turned_s = turn_s(tool, flow, p0, p1, 0.0)
    turn = turned_pct(tool, start, -1.0 if p1 > p0 else 1.0, turned_s)
    return turned_s + 0.01 * abs(end - turn) * tool.path.throttle_stroke_s


@law
def strict_s(tool: Plumbing, flow: float, p0: float, p1: float, band: float) -> float:
    """Shortest time to enter p1 (1 -+ band) such that the pressure can stay there; the flap may still travel."""
    start = resting_pct(tool, flow / p0)
    direction = -1.0 if p1 > p0 else 1.0
    turned_s = turn_s(tool, flow, p0, p1, band)
    turn = turned_pct(tool, start, direction, turned_s)
    edge = p1 * (1.0 + band * direction)
    pieces = 4000
    back_s = 0.01 * tool.path.throttle_stroke_s * (turn if direction > 0.0 else 100.0 - turn)
    dt = (turned_s + back_s) / pieces
    p = p0
    for k in range(pieces):
        t = (k + 0.5) * dt
        pct = turned_pct(tool, start, direction, t)
        if t > turned_s:
            pct = turned_pct(tool, turn, -direction, t - turned_s)
        before = p
        p = waited_pa(tool, flow, p, pct, dt)
        if (p - edge) * direction <= 0.0:
            return (k + (before - edge) / (before - p)) * dt
    return turned_s + back_s


@law
def straight_s(tool: Plumbing, flow: float, p0: float, p1: float, band: float) -> float:
    """Time to enter p1 (1 -+ band) when the flap goes straight to its place at p1: a static feed-forward."""
    start, end = resting_pct(tool, flow / p0), resting_pct(tool, flow / p1)
    p = moved_pa(tool, flow, p0, start, end)
    rest_s = tool.volume_m3 * p1 / flow * log(max(1.0, abs(p - p1) / (band * p1)))
    return 0.01 * abs(end - start) * tool.path.throttle_stroke_s + rest_s
