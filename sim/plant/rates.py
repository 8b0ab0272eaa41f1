"""Electron-impact rate coefficients k = A T^a exp(-b/T) [m3/s], T_e in eV.

Owns numbers only. All are Maxwellian integrals of the IST-Lisbon cross-section sets, fitted over 1..8 eV  # paper
(LXCat, www.lxcat.net; the cross sections themselves are not redistributed), unless a line says otherwise.
"""

from __future__ import annotations

from math import exp, log

Fit = tuple[float, float, float]

# ionisation
IONISE_AR: Fit = (1.94e-14, 0.621, 16.08)  # paper: within 2 %
IONISE_O2: Fit = (1.85e-15, 1.344, 11.54)  # paper: within 2 %
IONISE_N2: Fit = (5.00e-15, 0.911, 15.35)  # paper: ground state of the ion
IONISE_H2: Fit = (8.13e-15, 0.560, 15.6)  # paper: within 1 %
IONISE_O: Fit = (5.95e-15, 0.652, 13.45)  # paper
IONISE_H: Fit = (1.93e-14, -0.162, 13.9)  # paper

# dissociation and losses
EXCITE_AR: Fit = (2.48e-14, 0.33, 12.78)  # paper: Lieberman & Lichtenberg, lumped
DISSOCIATE_O2: Fit = (1.80e-14, -0.722, 7.21)  # paper: 2 O(3P)
DISSOCIATE_O2_D: Fit = (4.03e-14, 0.017, 8.37)  # paper: O + O(1D)
EXCITE_O2_A: Fit = (1.98e-15, -0.2, 2.80)  # paper: O2(a)
EXCITE_O_D: Fit = (7.97e-15, -0.277, 3.03)  # paper: O(1D)
DISSOCIATE_H2_B: Fit = (1.37e-14, -0.11, 9.81)  # paper: b 3Sigma
DISSOCIATE_H2_C: Fit = (2.37e-14, -0.712, 12.73)  # paper: c 3Pi
DISSOCIATE_H2_A: Fit = (8.86e-15, -0.605, 13.25)  # paper: a 3Sigma
DISSOCIATE_N2: Fit = (1.11e-14, 0.68, 13.25)  # paper: singlet sum
DISSOCIATE_H2O: Fit = (1.14e-14, 0.937, 6.95)  # paper: H + OH
VIBRATE_H2: Fit = (4.0e-15, 0.0, 1.5)  # assumed: order of the v = 0 -> 1 rate at 2..4 eV
VIBRATE_N2: Fit = (1.2e-14, 0.0, 1.5)  # assumed: sum of the resonant rates at 2..4 eV

# light
EXCITE_CO_B: Fit = (2.40e-15, -0.082, 11.24)  # paper: Angstrom system, 483.5 and 519.8 nm
EXCITE_N2_C: Fit = (6.40e-14, -0.742, 12.92)  # paper: 337.1 nm
EXCITE_H_3: Fit = (3.45e-15, 0.202, 12.15)  # paper: H alpha from atoms
EXCITE_H2_H3: Fit = (5.0e-17, 0.2, 16.6)  # assumed: H alpha from H2, dissociative, threshold 16.6 eV
EXCITE_AR_2P1: Fit = (1.5e-15, 0.3, 13.48)  # assumed: 750.4 nm; absolute values are off by 3 in the literature too
EXCITE_O_5P: Fit = (1.5e-15, 0.1, 10.74)  # assumed: 777.4 nm from atoms
EXCITE_O_3P: Fit = (2.0e-15, 0.1, 10.99)  # assumed: 844.6 nm from atoms
EXCITE_O2_5P: Fit = (4.0e-16, 0.3, 15.9)  # assumed: 777.4 nm, dissociative excitation (strong: Walkup 1986)
EXCITE_O2_3P: Fit = (1.0e-16, 0.3, 16.1)  # assumed: 844.6 nm, mostly direct
EXCITE_OH_A: Fit = (2.0e-15, 0.0, 4.05)  # assumed: 309 nm from OH
EXCITE_CH4_CH: Fit = (6.0e-16, 0.2, 11.5)  # assumed: 431 nm, dissociative excitation of CH4


def rate(fit: Fit, electron_temperature_ev: float) -> float:
    """Rate coefficient k = A T^a exp(-b/T) [m3/s]."""
    a, power, energy = fit
    return a * exp(power * log(electron_temperature_ev) - energy / electron_temperature_ev)
