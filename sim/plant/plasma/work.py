"""Scratch memory of the plasma's laws: laws allocate nothing, so they write here.

Nothing in it outlives a call.
"""

from __future__ import annotations

from sim.plant.plasma.particles import IONS, PLACES
from sim.plant.plasma.tables import CHANGES, EXCHANGED, HITS
from sim.plant.records import Floats, Record, grid, vector
from sim.plant.species import COUNT


class Work(Record):
    """Everything that is worked out afresh in each call."""

    gas_m3: Floats = vector(COUNT)  # densities in the zone
    hit_k: Floats = vector(HITS)  # rate coefficients of electron impact [m3/s]
    exchange_hz: Floats = vector(EXCHANGED)  # charge exchange, per ion
    ion_made_hz: Floats = vector(IONS)  # per electron
    ion_fixed_hz: Floats = vector(IONS)  # loss by charge exchange, per ion
    ion_wall_hz: Floats = vector(IONS)  # loss to the walls, per ion
    ion_share: Floats = vector(IONS)  # ions per electron
    change_hz: Floats = vector(CHANGES)  # changes of the gas, per molecule of the key (and of the co-reactant)
    matrix: Floats = grid(COUNT, COUNT)
    after: Floats = vector(COUNT)
    step: Floats = vector(CHANGES)  # how often each change happens per molecule of its key
    effect: Floats = vector(PLACES)  # what all of them do
    star_m3: Floats = vector(3)  # densities of Ar*, N2*, O*
    other_k: float  # electrons' coefficients outside the table: stepwise ionisation of Ar*,
    detach_k: float  # detachment from O-
    negative_share: float  # O- per electron
    o2_ion_part: float  # of the positive ions, O2+ in the last step
    ar_star_share: float  # Ar* per electron
    made_slope: float  # d ln(ionisation)/d ln T_e
    star_wall_hz: float  # loss of stars and carbon radicals at the zone's edge
    free_path_m: float  # of ions
    edge_axial: float  # h_L
