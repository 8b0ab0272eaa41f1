"""When a discharge can start: the breakdown voltage of the gas between the electrodes.

Owns one law. The delay until the first electron is plasma.py's.
"""

from __future__ import annotations

from sim.plant.gas import AR
from sim.plant.tool import PlasmaSpec


def breakdown_v(spec: PlasmaSpec, molecules: list[float], pressure_pa: float) -> float:
    """Peak voltage at 13.56 MHz: V_min (x + 1/x)/2 with x = p/p_min, V_min mole-weighted.

    V_min 100..200 V near nu_m = omega (published); the symmetric shape on a log scale is assumed, standing in for the
    similarity law U = psi(pL, L/R, fL) of Lisovskiy (EPL 82 15001).
    """
    total = sum(molecules)
    if total <= 0.0 or pressure_pa <= 0.0:
        return 1e9
    argon = molecules[AR] / total
    least = argon * spec.breakdown_ar_v + (1.0 - argon) * spec.breakdown_other_v
    x = pressure_pa / spec.breakdown_pressure_pa
    return least * 0.5 * (x + 1.0 / x)
