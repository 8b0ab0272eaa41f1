"""What the discharge and the walls do to the neutral gas of the chamber, one implicit step at a time.

Owns the balance of molecules. Every change is applied as a whole, so that elements are conserved exactly; each is
implicit in what it uses up; a step that would still take more than there is, is taken in parts.
"""

from __future__ import annotations

from math import exp, sqrt

from sim.plant.law import law
from sim.plant.plasma.heavy_reactions import CARBON_BURNS
from sim.plant.plasma.particles import CARBON, PLACES, TIN
from sim.plant.plasma.tables import (
    ALWAYS,
    BURNT,
    BY_ELECTRON,
    BY_ION,
    BY_NEGATIVE,
    BY_NEUTRAL,
    BY_RECOMBINATION,
    BY_STAR,
    BY_WALL,
    CHANGE,
    CHANGES,
    CO,
    DETACH_K,
    EXCHANGE_FROM,
    EXCHANGE_K,
    FATE,
    KEPT,
    KEY,
    MAKES,
    MET,
    NEUTRAL_K,
    NEUTRAL_KELVIN,
    RECOMBINE_ION,
    RECOMBINE_K,
    SOURCE,
    STAR,
    STAR_K,
    TOUCHED,
    WHERE,
)
from sim.plant.plasma.walls import Walls
from sim.plant.plasma.work import Work
from sim.plant.records import Floats
from sim.plant.species import COUNT, O2

ONE = 1.0  # paper: less than one molecule is none
QUARTERINGS = 6  # assumed: a step that would take more than there is is taken in up to 4^6 parts


@law
def quiet(w: Work) -> None:
    """Nothing happens."""
    for c in range(CHANGES):
        w.change_hz[c] = 0.0


@law
def add(w: Work, molecules: Floats, row: int, hz: float) -> None:
    """A frequency [1/s] per molecule that is met, onto that of the row's change: per key, and per co-reactant."""
    change, met = MAKES[row], MET[row]
    key, co = KEY[change], CO[change]
    if FATE[change] == ALWAYS:
        if co >= 0:
            hz = hz / molecules[co] if molecules[co] >= ONE else 0.0
        if key != met:
            hz = hz * molecules[met] / molecules[key] if molecules[key] >= ONE else 0.0
    w.change_hz[change] += hz


@law
def discharge(w: Work, molecules: Floats, in_zone: float, zone_m3: float, n_e: float, te: float) -> None:
    """Changes by electrons, ions, stars and O- [1/s]; ``in_zone``: share of the molecules that is in the zone."""
    electrons = n_e * in_zone
    for r in range(BY_ELECTRON, BY_ION):
        add(w, molecules, r, electrons * w.hit_k[SOURCE[r]])
    for r in range(BY_ION, BY_STAR):
        s = SOURCE[r]
        add(w, molecules, r, electrons * w.ion_share[EXCHANGE_FROM[s]] * EXCHANGE_K[s])
    for r in range(BY_STAR, BY_NEGATIVE):
        s = SOURCE[r]
        add(w, molecules, r, in_zone * w.star_m3[STAR[s]] * STAR_K[s])
    for r in range(BY_NEGATIVE, BY_RECOMBINATION):
        add(w, molecules, r, electrons * w.negative_share * DETACH_K[SOURCE[r]])
    pairs = n_e * n_e * zone_m3 / sqrt(te)
    for r in range(BY_RECOMBINATION, BY_NEUTRAL):
        key, ion = KEY[MAKES[r]], RECOMBINE_ION[SOURCE[r]]
        if molecules[key] >= ONE:
            w.change_hz[MAKES[r]] += pairs * RECOMBINE_K[ion] * w.ion_share[ion] / molecules[key]


@law
def neutrals(w: Work, volume_m3: float, hot: float, cold: float, zone_k: float, wall_k: float) -> None:
    """Changes by neutrals meeting each other, per molecule of key and co-reactant [1/s].

    ``hot`` and ``cold``: shares of the chamber's volume times (n/mean n)^2, in the zone and around it.
    """
    for r in range(BY_NEUTRAL, BY_WALL):
        s = SOURCE[r]
        kelvin = NEUTRAL_KELVIN[s]
        mean = hot + cold if kelvin == 0.0 else hot * exp(-kelvin / zone_k) + cold * exp(-kelvin / wall_k)
        w.change_hz[MAKES[r]] += NEUTRAL_K[s] * mean / volume_m3


@law
def happens_hz(w: Work, molecules: Floats, burns: float, change: int) -> float:
    """Frequency of a change per molecule of its key (and of its co-reactant) [1/s], with the carbon radical's fate.

    ``burns``: of a carbon radical's chances, those per molecule of O2.
    """
    hz: float = w.change_hz[change]
    if FATE[change] == BURNT:
        hz *= burns
    elif FATE[change] == KEPT:
        hz *= 1.0 - burns * molecules[O2]
    return hz


@law
def assemble(w: Work, molecules: Floats, burns: float, dt: float) -> None:
    """I - dt M of dn/dt = M n into ``matrix``: columns by reactant, rows by what a change gives and takes.

    Pairs are made linear in both, n_A n_B' + n_A' n_B - n_A n_B, else N and NO would chase each other in long steps.
    """
    a = w.matrix
    for i in range(COUNT):
        for j in range(COUNT):
            a[i, j] = 0.0
        a[i, i] = 1.0
        w.after[i] = molecules[i]
    for c in range(CHANGES):
        step = dt * happens_hz(w, molecules, burns, c)
        w.step[c] = step
        if not step <= 0.0:
            key, co = KEY[c], CO[c]
            by_key, by_co = step, 0.0
            if co >= 0:
                by_key, by_co = step * molecules[co], step * molecules[key]
            for t in range(TOUCHED[c]):
                i = WHERE[c, t]
                if i < COUNT:
                    a[i, key] -= by_key * CHANGE[c, t]
                    if co >= 0:
                        a[i, co] -= by_co * CHANGE[c, t]
                        w.after[i] -= by_co * molecules[co] * CHANGE[c, t]


@law
def times(w: Work, molecules: Floats, change: int) -> float:
    """How often a change happens in the step that ``assemble`` and ``eliminate`` have worked out."""
    key, co = KEY[change], CO[change]
    pairs: float = w.after[key]
    if co >= 0:
        pairs = w.after[key] * molecules[co] + molecules[key] * (w.after[co] - molecules[co])
    often: float = w.step[change] * pairs
    return often


@law
def eliminate(w: Work) -> None:
    """Solve matrix x = after in place (Gauss; the diagonal dominates, so no pivoting; most entries are zero)."""
    a, x = w.matrix, w.after
    for k in range(COUNT):
        inverse = 1.0 / a[k, k]
        for i in range(k + 1, COUNT):
            if a[i, k] != 0.0:
                factor = a[i, k] * inverse
                for j in range(k + 1, COUNT):
                    a[i, j] -= factor * a[k, j]
                x[i] -= factor * x[k]
    for i in range(COUNT - 1, -1, -1):
        rest = x[i]
        for j in range(i + 1, COUNT):
            rest -= a[i, j] * x[j]
        x[i] = rest / a[i, i]


@law
def burnt_share(w: Work, molecules: Floats, volume_m3: float) -> float:
    """Of carbon radicals, the share that burns, per molecule of O2: k n/(k n + wall)."""
    burns = CARBON_BURNS / volume_m3
    return burns / (burns * molecules[O2] + w.star_wall_hz) if w.star_wall_hz > 0.0 else 0.0


@law
def react(w: Work, molecules: Floats, walls: Walls, volume_m3: float, dt: float) -> None:
    """Let all changes of ``change_hz`` happen to ``molecules`` for ``dt``; carbon and tin land on the ``walls``."""
    left, step = dt, dt
    least = dt * 0.25**QUARTERINGS
    while left > 0.0:
        step = min(step, left)
        burns = burnt_share(w, molecules, volume_m3)
        assemble(w, molecules, burns, step)
        eliminate(w)
        part = effects(w, molecules)
        if part < 1.0 and step > least:
            step *= 0.25
            continue
        for i in range(COUNT):
            molecules[i] = max(molecules[i] + part * w.effect[i], 0.0)
        walls.carbon += part * w.effect[CARBON]
        walls.tin += part * w.effect[TIN]
        left -= step


@law
def effects(w: Work, molecules: Floats) -> float:
    """Net effect of all changes in one step; return the part of it (at most 1) that leaves nothing negative."""
    for i in range(PLACES):
        w.effect[i] = 0.0
    for c in range(CHANGES):
        if not w.step[c] <= 0.0:
            often = times(w, molecules, c)
            for t in range(TOUCHED[c]):
                w.effect[WHERE[c, t]] += often * CHANGE[c, t]
    part = 1.0
    for i in range(COUNT):
        if not molecules[i] + w.effect[i] >= 0.0:
            part = min(part, -molecules[i] / w.effect[i])
    return part
