"""Loading: what is cleaned uses up what cleans it.

Owns the balance of one radical between its source, the walls and the surfaces that eat it (Mogab 1977).
"""

from __future__ import annotations

from sim.plant.law import law


@law
def slowed(rate_alone: float, per_m2: float, area_m2: float) -> float:
    """Rate with ``area_m2`` of film in the chamber: R0/(1 + kappa A), R0 at vanishing area."""
    return rate_alone / (1.0 + per_m2 * area_m2)


@law
def loading_per_m2(used: float, speed_m_s: float, loss_per_s: float, volume_m3: float) -> float:
    """kappa = (p v/4)/(k V) [1/m2]: atoms used per atom that falls on the film, over their loss elsewhere."""
    return 0.25 * used * speed_m_s / (loss_per_s * volume_m3)
