"""What the mask gives to the gas and takes from it, and the atoms that left the mask for the walls.

Owns the balance of the elements. Atoms that the mask uses up (of O, H, N) are first counted as needs and then taken, in
equal parts of what there is, from the free atoms and from the molecules that carry them: neither can fall below zero.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector
from sim.plant.species import CH4, CO, CO2, COUNT, H2, H2O, HCN, N2, NH3, O2, SNH4, H, N, O

C_ATOM, H_ATOM, O_ATOM, N_ATOM, AR_ATOM, SN_ATOM = range(6)  #: places in Exchange.wall, in the order of ELEMENTS
LARGEST_PART = 0.5  # assumed: of a gas's atoms that the mask may use within one step; the pumps take theirs beside it

NEVER_MORE = 0.9  # assumed: of a gas in one step, whatever the roundings say


class Exchange(Record):
    """Flows between mask, gas and walls; ``source`` and the uptakes hold until the next step."""

    o_need: float  # atoms/s that the mask uses up
    h_need: float  # the same; negative where the film gives hydrogen back
    n_need: float
    o_uptake_per_s: float  # what falls on the mask and stays, per free atom: one more wall loss of O (to half an O2)
    h_uptake_per_s: float
    n_uptake_per_s: float
    source: Floats = vector(16)  # molecules/s to the gas, negative where it takes
    wall: Floats = vector(6)  # atoms of each of ELEMENTS that have landed on the walls


@law
def clear(exchange: Exchange) -> None:
    """Begin a step."""
    exchange.o_need = exchange.h_need = exchange.n_need = 0.0
    exchange.o_uptake_per_s = exchange.h_uptake_per_s = exchange.n_uptake_per_s = 0.0
    for i in range(COUNT):
        exchange.source[i] = 0.0


@law
def supplied(most_per_s: float, wanted_per_s: float, dt: float, atoms: float, molecules: float) -> float:
    """Factor <= 1 on all rates that use an element, so that a step takes no more than LARGEST_PART of its atoms.

    ``wanted_per_s``: the sum of those rates [atoms/s]; ``most_per_s``: the same with each ended by what it fills or
    empties; ``atoms`` free, ``molecules`` with two of them each.
    """
    there = LARGEST_PART * (atoms + 2.0 * molecules)
    return 1.0 if most_per_s * dt <= there else there / (wanted_per_s * dt)


@law
def draw(exchange: Exchange, gas: Floats, need_per_s: float, atom: int, molecule: int, dt: float) -> float:
    """Take atoms from ``gas`` [molecules] as they are there, free and bound. Returns the uptake [1/s], see Exchange.

    Roundings of a mask that is in balance can need a few atoms of an empty gas: there are none.
    """
    if need_per_s <= 0.0:
        exchange.source[molecule] -= 0.5 * need_per_s
        return 0.0
    total = gas[atom] + 2.0 * gas[molecule]
    if total <= 0.0:
        return 0.0
    part = min(need_per_s / total, NEVER_MORE / dt)
    exchange.source[atom] -= part * gas[atom]
    exchange.source[molecule] -= part * gas[molecule]
    return 2.0 * part * gas[molecule] / gas[atom] if gas[atom] > 1.0 else 0.0


@law
def settle(exchange: Exchange, gas: Floats, dt: float) -> None:
    """End a step: needs become flows out of the gas."""
    exchange.o_uptake_per_s = draw(exchange, gas, exchange.o_need, O, O2, dt)
    exchange.h_uptake_per_s = draw(exchange, gas, exchange.h_need, H, H2, dt)
    exchange.n_uptake_per_s = draw(exchange, gas, exchange.n_need, N, N2, dt)


@law
def burnt(exchange: Exchange, carbon: float, h_per_c: float, co_part: float) -> None:
    """C + O -> CO, C + 2 O -> CO2, the film's H + O/2 -> H2O/2; ``carbon`` [atoms/s]."""
    co, water = co_part * carbon, 0.5 * h_per_c * carbon
    exchange.source[CO] += co
    exchange.source[CO2] += carbon - co
    exchange.source[H2O] += water
    exchange.o_need += 2.0 * carbon - co + water


@law
def hydrated(exchange: Exchange, carbon: float, h_per_c: float) -> None:
    """C + 4 H -> CH4, of which the film brings h_per_c; ``carbon`` [atoms/s]."""
    exchange.source[CH4] += carbon
    exchange.h_need += (4.0 - h_per_c) * carbon


@law
def nitrided(exchange: Exchange, carbon: float, h_per_c: float) -> None:
    """C + N + H -> HCN, of which the film brings h_per_c of hydrogen; ``carbon`` [atoms/s]."""
    exchange.source[HCN] += carbon
    exchange.n_need += carbon
    exchange.h_need += (1.0 - h_per_c) * carbon


@law
def watered(exchange: Exchange, oxygen: float) -> None:
    """O of an oxide + 2 H -> H2O; ``oxygen`` [atoms/s]."""
    exchange.source[H2O] += oxygen
    exchange.h_need += 2.0 * oxygen


@law
def hydride(exchange: Exchange, tin: float) -> None:
    """Sn + 4 H -> SnH4; ``tin`` [atoms/s]."""
    exchange.source[SNH4] += tin
    exchange.h_need += 4.0 * tin


@law
def ammonia(exchange: Exchange, dt: float, sulphate: float) -> None:
    """(NH4)2SO4 -> 2 NH3 and H2SO4, which condenses on the walls; ``sulphate`` [formula units/s]."""
    exchange.source[NH3] += 2.0 * sulphate
    exchange.wall[H_ATOM] += 2.0 * sulphate * dt
    exchange.wall[O_ATOM] += 4.0 * sulphate * dt
