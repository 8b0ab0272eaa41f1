"""Light: photo-electrons per second that the spectrometer collects from each line.

Owns I = K n_e n_X k_X(T_e) with one instrument constant K. No spectrum and no shot noise: the spectrometer's emulator
spreads lines over pixels and counts.
"""

from __future__ import annotations

from math import exp, log

from sim.plant.gas import AR, CH4, CO, H2, N2, O2
from sim.plant.rates import (
    EXCITE_AR_2P1,
    EXCITE_CH4_CH,
    EXCITE_CO_B,
    EXCITE_H2_H3,
    EXCITE_H_3,
    EXCITE_N2_C,
    EXCITE_O2_3P,
    EXCITE_O2_5P,
    EXCITE_O_3P,
    EXCITE_O_5P,
    EXCITE_OH_A,
    Fit,
)
from sim.plant.tool import OpticsSpec

_CO_483, _CO_519 = 0.45, 0.55  # assumed: branching of the two strongest bands of B 1Sigma


def photons(
    spec: OpticsSpec,
    transmission: float,
    lines: dict[str, float],
    molecules: list[float],
    volume_m3: float,
    n_e: float,
    te: float,
    n_o: float,
    n_h: float,
    n_oh: float,
) -> float:
    """Write photo-electrons/s into ``lines`` (keys of sim.wiring.OES_LINES); return the background [1/s per pixel].

    Direct excitation from the ground state plus dissociative excitation for O 777/844 and H alpha (Walkup 1986).
    """
    if n_e <= 0.0:
        for name in lines:
            lines[name] = 0.0
        return spec.dark
    ln_te = log(te)

    def k(fit: Fit) -> float:
        return fit[0] * exp(fit[1] * ln_te - fit[2] / te)

    per_m3 = 1.0 / volume_m3
    scale = spec.photons * transmission * n_e
    n_o2 = max(0.0, molecules[O2] * per_m3 - 0.5 * n_o)
    n_h2 = max(0.0, molecules[H2] * per_m3 - 0.5 * n_h)
    co = scale * molecules[CO] * per_m3 * k(EXCITE_CO_B)
    lines["co_483"] = _CO_483 * co
    lines["co_519"] = _CO_519 * co
    lines["oh_309"] = scale * n_oh * k(EXCITE_OH_A)
    lines["n2_337"] = scale * molecules[N2] * per_m3 * k(EXCITE_N2_C)
    lines["ch_431"] = scale * molecules[CH4] * per_m3 * k(EXCITE_CH4_CH)
    lines["h_656"] = scale * (n_h * k(EXCITE_H_3) + n_h2 * k(EXCITE_H2_H3))
    lines["ar_750"] = scale * molecules[AR] * per_m3 * k(EXCITE_AR_2P1)
    lines["o_777"] = scale * (n_o * k(EXCITE_O_5P) + n_o2 * k(EXCITE_O2_5P))
    lines["o_844"] = scale * (n_o * k(EXCITE_O_3P) + n_o2 * k(EXCITE_O2_3P))
    return spec.dark + transmission * spec.continuum * n_e * sum(molecules) * per_m3
