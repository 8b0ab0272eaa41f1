"""The reaction tables as arrays of numbers, for the laws.

Owns translation only: equations become indices and stoichiometry. Rows of IMPACTS that make ions or matter to the
balance of charge come first, so that the search for T_e evaluates no others.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.plant.plasma.electron_reactions import IMPACTS, Impact
from sim.plant.plasma.heavy_reactions import (
    DETACHMENTS,
    EXCHANGES,
    NEUTRALS,
    QUENCHES,
    RECOMBINATIONS,
    WALL_REACTIONS,
)
from sim.plant.plasma.particles import CARBON, PLACE, POSITIVE, STARS, at_rest, change, parse, pool_of

Ints = NDArray[np.int64]
Numbers = NDArray[np.float64]

NONE = -1
ALWAYS, BURNT, KEPT = 0, 1, 2  #: does a bare carbon radical take part, and where does it end


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _ion_made(impact: Impact) -> int:
    made = [particle for particle in parse(impact.equation)[1] if particle.endswith("+")]
    return pool_of(made[0]) if made else NONE


def _target(equation: str) -> int:
    """The neutral that meets the electron, ion or star."""
    return PLACE[[particle for particle in parse(equation)[0] if particle in PLACE][-1]]


def _needed_for_balance(impact: Impact) -> bool:
    return _ion_made(impact) != NONE or "O-" in impact.equation or "Ar*" in impact.equation


# --- electron impact, in the order of IMPACTS
assert list(IMPACTS) == sorted(IMPACTS, key=lambda impact: not _needed_for_balance(impact))
HIT = _ints(_target(impact.equation) for impact in IMPACTS)  #: species hit
HIT_A = np.array([impact.a for impact in IMPACTS])
HIT_POWER = np.array([impact.power for impact in IMPACTS])
HIT_B = np.array([impact.b for impact in IMPACTS])
HIT_EV = np.array([impact.ev for impact in IMPACTS])
HIT_ION = _ints(_ion_made(impact) for impact in IMPACTS)  #: pool of the ion made, or NONE
HITS = len(IMPACTS)
IONISING = sum(ion != NONE for ion in HIT_ION)  #: rows 0..IONISING make ions,
BALANCING = sum(_needed_for_balance(impact) for impact in IMPACTS)  #: rows to BALANCING move charge
ATTACHING = next(row for row, impact in enumerate(IMPACTS) if "-> O- " in impact.equation)
AR_STAR = next(row for row, impact in enumerate(IMPACTS) if "Ar*" in impact.equation)  #: this and the next
N2_STAR_ROWS = _ints(row for row, impact in enumerate(IMPACTS) if "N2*" in impact.equation)
O_STAR_ROWS = _ints(row for row, impact in enumerate(IMPACTS) if "O*" in impact.equation)

# --- charge exchange, from ion to ion
EXCHANGE_FROM = _ints(pool_of(next(iter(parse(meeting.equation)[0]))) for meeting in EXCHANGES)
EXCHANGE_TO = _ints(
    next(pool_of(particle) for particle in parse(meeting.equation)[1] if particle.endswith("+"))
    for meeting in EXCHANGES
)
EXCHANGE_WITH = _ints(_target(meeting.equation) for meeting in EXCHANGES)
EXCHANGE_K = np.array([meeting.k for meeting in EXCHANGES])
EXCHANGED = len(EXCHANGES)
assert list(EXCHANGE_FROM) == sorted(EXCHANGE_FROM)
UPWARDS = [(POSITIVE[i], POSITIVE[j]) for i, j in zip(EXCHANGE_FROM, EXCHANGE_TO, strict=True) if j <= i]
assert UPWARDS == [("H3+", "ArH+")]
ARH_TO_H3 = next(row for row, meeting in enumerate(EXCHANGES) if "ArH+ + H2 -> H3+" in meeting.equation)
H3_TO_ARH = next(row for row, meeting in enumerate(EXCHANGES) if "H3+ + Ar -> ArH+" in meeting.equation)

# --- recombination with electrons, per ion
RECOMBINE_ION = _ints(pool_of(next(p for p in parse(meeting.equation)[0] if p != "e")) for meeting in RECOMBINATIONS)
RECOMBINE_K = np.zeros(len(POSITIVE))
RECOMBINE_K[RECOMBINE_ION] = [meeting.k for meeting in RECOMBINATIONS]

# --- stars
STAR = _ints(STARS.index(next(iter(parse(meeting.equation)[0]))) for meeting in QUENCHES)
STAR_WITH = _ints(_target(meeting.equation) for meeting in QUENCHES)
STAR_K = np.array([meeting.k for meeting in QUENCHES])

# --- negative ions
DETACH_WITH = _ints(_target(meeting.equation) for meeting in DETACHMENTS)
DETACH_K = np.array([meeting.k for meeting in DETACHMENTS])

# --- neutrals
NEUTRAL_K = np.array([meeting.k for meeting in NEUTRALS])
NEUTRAL_KELVIN = np.array([meeting.kelvin for meeting in NEUTRALS])


# --- what all of them do to the gas
Change = tuple[tuple[int, float], ...]


def _burnt(net: dict[int, float]) -> dict[int, float]:
    """The same change when the carbon radical meets oxygen: C + O2 -> CO + O."""
    burnt = dict(net)
    carbon = burnt.pop(CARBON)
    for place, number in ((PLACE["O2"], -carbon), (PLACE["CO"], carbon), (PLACE["O"], carbon)):
        burnt[place] = burnt.get(place, 0.0) + number
    return {place: number for place, number in burnt.items() if number != 0.0}


class _Chemistry:
    """Distinct changes of the gas, and the rows of all tables that bring them about.

    A change is linear in its key, a species that it uses up, and if it uses up another one, in that co-reactant too.
    """

    def __init__(self) -> None:
        self.changes: list[tuple[int, int, int, Change]] = []
        self.rows: list[tuple[int, int, int]] = []  # source row, its neutral reactant, change
        self.starts: list[int] = []

    def section(self, equations: Iterable[str], pair: bool = False) -> None:
        """Add those of ``equations`` that change anything; ``pair``: both reactants are neutrals of the gas."""
        self.starts.append(len(self.rows))
        for source, equation in enumerate(equations):
            reactants = [PLACE[neutral] for particle in parse(equation)[0] for neutral in at_rest(particle)]
            self._row(source, reactants[-1], reactants if pair else reactants[-1:], change(equation))

    def _row(self, source: int, met: int, reactants: list[int], net: dict[int, float]) -> None:
        used = [place for place, number in net.items() if number < 0.0]
        if not used:
            return
        key = next((place for place in reactants if place in used), used[0])
        others = [place for place in used if place != key]
        co = reactants[1] if len(reactants) > 1 else others[0] if others else NONE
        if CARBON in net:
            burnt = _burnt(net)
            oxygen = PLACE["O2"]
            pair = (key, oxygen) if burnt.get(key, 0.0) < 0.0 else (oxygen, key)  # CO burns back to CO
            self._add(source, met, (*pair, BURNT, tuple(burnt.items())))
            self._add(source, met, (key, NONE, KEPT, tuple(net.items())))
        else:
            self._add(source, met, (key, co, ALWAYS, tuple(net.items())))

    def _add(self, source: int, met: int, made: tuple[int, int, int, Change]) -> None:
        if made not in self.changes:
            self.changes.append(made)
        self.rows.append((source, met, self.changes.index(made)))


_made = _Chemistry()
_made.section(impact.equation for impact in IMPACTS)
_made.section(meeting.equation for meeting in EXCHANGES)
_made.section(meeting.equation for meeting in QUENCHES)
_made.section(meeting.equation for meeting in DETACHMENTS)
_made.section(meeting.equation for meeting in RECOMBINATIONS)
_made.section((meeting.equation for meeting in NEUTRALS), pair=True)
_made.section(WALL_REACTIONS, pair=True)

#: where each kind begins among the rows
BY_ELECTRON, BY_ION, BY_STAR, BY_NEGATIVE, BY_RECOMBINATION, BY_NEUTRAL, BY_WALL = _made.starts
ROWS = len(_made.rows)
SOURCE = _ints(row[0] for row in _made.rows)  #: row in the table of its kind
MET = _ints(row[1] for row in _made.rows)  #: the neutral that meets electron, ion or star
MAKES = _ints(row[2] for row in _made.rows)  #: its change
CHANGES = len(_made.changes)
KEY = _ints(made[0] for made in _made.changes)
CO = _ints(made[1] for made in _made.changes)
FATE = _ints(made[2] for made in _made.changes)
TOUCHED = _ints(len(made[3]) for made in _made.changes)  #: number of places that it changes
WHERE = np.zeros((CHANGES, max(TOUCHED)), np.int64)
CHANGE = np.zeros((CHANGES, max(TOUCHED)))
for _i, (_, _, _, _net) in enumerate(_made.changes):
    WHERE[_i, : len(_net)] = [place for place, _ in _net]
    CHANGE[_i, : len(_net)] = [number for _, number in _net]
GAINED = CHANGE.sum(axis=1) - (CHANGE * (WHERE >= CARBON)).sum(axis=1)  #: molecules of gas gained

for _table in [value for value in vars().values() if isinstance(value, np.ndarray)]:
    _table.flags.writeable = False  # compiled laws have frozen them: a change would reach interpreted ones only
