"""The chiller: bath, its own controller, and the hoses to the chuck, through which the coolant needs its time.

Owns the bath and the dead time.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector

HOSE = 128  #: places in a hose, one a slow step of 50 ms: at most 6.4 s


class ChillerSpec(Record):
    """Bath circulator and hoses."""

    bath_j_k: float
    heater_w: float
    cooler_w: float
    gain_pct_k: float
    integral_pct_k_s: float
    insulation_w_k: float
    hose_s: float
    coolant_w_k: float


class Chiller(Record):
    """Temperatures [degC]; the hoses remember what entered them."""

    bath_c: float
    supply_c: float  # where the coolant enters the chuck
    return_c: float  # where it comes back into the bath
    effort_pct: float  # +100 full heating, -100 full cooling
    integral_pct: float
    heat_w: float  # given to the bath
    available: float
    there: Floats = vector(HOSE)
    back: Floats = vector(HOSE)
    at: float


@law
def effort_pct(chiller: Chiller, spec: ChillerSpec, on: bool, water: float, setpoint_c: float, dt: float) -> float:
    """The chiller's own PI on its bath; no wind-up at the stops. Without cooling water (0) its condenser is hot and it
    only heats.
    """
    if not on or chiller.available == 0.0:
        chiller.integral_pct = 0.0
        return 0.0
    error = setpoint_c - chiller.bath_c
    effort = spec.gain_pct_k * error + chiller.integral_pct
    coldest = -100.0 if water > 0.0 else 0.0
    if coldest < effort < 100.0:
        chiller.integral_pct += spec.integral_pct_k_s * error * dt
    return min(max(effort, coldest), 100.0)


@law
def circulate(chiller: Chiller, spec: ChillerSpec, from_chuck_c: float, flowing: bool, dt: float) -> None:
    """Move the coolant one place on: what left the bath ``hose_s`` ago enters the chuck now, and the same way back."""
    if not flowing:
        return
    places = min(HOSE - 1, max(1, int(spec.hose_s / dt)))
    at = int(chiller.at)
    chiller.there[at] = chiller.bath_c
    chiller.back[at] = from_chuck_c
    chiller.supply_c = chiller.there[(at - places) % HOSE]
    chiller.return_c = chiller.back[(at - places) % HOSE]
    chiller.at = float((at + 1) % HOSE)


def in_hoses_j(chiller: Chiller, spec: ChillerSpec, dt: float = 0.05) -> float:
    """Heat above 0 degC of the coolant under way in both hoses, and of that about to enter the chuck [J]."""
    places = min(HOSE - 1, max(1, int(spec.hose_s / dt)))
    under_way = [int(chiller.at - 1 - i) % HOSE for i in range(places)]
    degrees = chiller.there[under_way].sum() + chiller.supply_c + chiller.back[under_way].sum()
    return float(spec.coolant_w_k * dt * degrees)


@law
def regulate(
    chiller: Chiller, spec: ChillerSpec, on: bool, water: float, setpoint_c: float, room_c: float, dt: float
) -> None:
    """Bath: C dT/dt = heater or cooler + what the coolant brings back - insulation."""
    chiller.effort_pct = effort_pct(chiller, spec, on, water, setpoint_c, dt)
    chiller.heat_w = 0.01 * chiller.effort_pct * (spec.heater_w if chiller.effort_pct > 0.0 else spec.cooler_w)
    brought_w = spec.coolant_w_k * (chiller.return_c - chiller.bath_c) if on else 0.0
    lost_w = spec.insulation_w_k * (chiller.bath_c - room_c)
    chiller.bath_c += dt * (chiller.heat_w + brought_w - lost_w) / spec.bath_j_k
