"""What one electron does: ionise, lose energy, and the temperature at which making ions balances losing them.

Owns laws without state. Rates are rates.py's; the discharge that uses them is plasma.py's.
"""

from __future__ import annotations

from math import exp, log

from sim.plant import rates

TE_LOW_EV, TE_HIGH_EV = 0.7, 9.0  # paper: the rate fits hold over 1..8 eV


def mean_ion_amu(by_ar: float, by_o2: float, by_n2: float, by_h2: float, hydrogen_share: float) -> float:
    """Mass [amu] of the mean ion, 1/sqrt(M) weighted by what makes ions.

    With hydrogen Ar+ ends as ArH+ and H3+; H3+ dominates above 10 % H2 at 8 Pa (RSC Adv. 4 62030): share x/(x + 0.1).
    """
    made = by_ar + by_o2 + by_n2 + by_h2
    if made <= 0.0:
        return 32.0
    to_h3 = by_ar * hydrogen_share / (hydrogen_share + 0.1)
    weighted = (by_ar - to_h3) * 0.1581 + by_o2 * 0.1768 + by_n2 * 0.1890 + (by_h2 + to_h3) * 0.5774
    return (made / weighted) ** 2


def inelastic_ev_per_s(te: float, n_ar: float, n_o2: float, n_n2: float, n_h2: float, n_o: float) -> float:
    """Energy [eV/s] that one electron loses without ionising: sum n k epsilon, plus elastic 3 (m/M) T_e nu."""
    k = rates.rate
    loss = 1.0e-13 * te * (4.1e-5 * n_ar + 5.1e-5 * (n_o2 + n_n2) + 8.2e-4 * n_h2)  # elastic; assumed k = 1e-13 m3/s
    if n_ar > 0.0:
        loss += n_ar * 12.1 * k(rates.EXCITE_AR, te)
    if n_o2 > 0.0:
        loss += n_o2 * (6.1 * k(rates.DISSOCIATE_O2, te) + 8.4 * k(rates.DISSOCIATE_O2_D, te))
        loss += n_o2 * 0.98 * k(rates.EXCITE_O2_A, te)
    if n_o > 0.0:
        loss += n_o * 1.97 * k(rates.EXCITE_O_D, te)
    if n_h2 > 0.0:
        loss += n_h2 * (10.0 * k(rates.DISSOCIATE_H2_B, te) + 11.8 * k(rates.DISSOCIATE_H2_C, te))
        loss += n_h2 * (11.8 * k(rates.DISSOCIATE_H2_A, te) + 0.516 * k(rates.VIBRATE_H2, te))
    if n_n2 > 0.0:
        loss += n_n2 * (13.0 * k(rates.DISSOCIATE_N2, te) + 0.6 * k(rates.VIBRATE_N2, te))
    return loss


def ionisation_ev_per_s(by: tuple[float, ...]) -> float:
    """Energy [eV/s] spent on ionising Ar, O2, N2, H2, O, H at ``by`` [1/s] each; thresholds in eV.  # paper: NIST."""
    return 15.76 * by[0] + 12.07 * by[1] + 15.58 * by[2] + 15.43 * by[3] + 13.62 * by[4] + 13.60 * by[5]


def ionising_per_s(
    te: float, n_ar: float, n_o2: float, n_n2: float, n_h2: float, n_o: float, n_h: float
) -> tuple[float, float, float, float, float, float]:
    """Ionisation frequency of one electron [1/s] on Ar, O2, N2, H2, O, H: n k(T_e).

    rates.IONISE_* written out, for speed; a test holds the two together.
    """
    ln_te = log(te)
    return (
        n_ar * 1.94e-14 * exp(0.621 * ln_te - 16.08 / te) if n_ar > 0.0 else 0.0,
        n_o2 * 1.85e-15 * exp(1.344 * ln_te - 11.54 / te) if n_o2 > 0.0 else 0.0,
        n_n2 * 5.00e-15 * exp(0.911 * ln_te - 15.35 / te) if n_n2 > 0.0 else 0.0,
        n_h2 * 8.13e-15 * exp(0.560 * ln_te - 15.60 / te) if n_h2 > 0.0 else 0.0,
        n_o * 5.95e-15 * exp(0.652 * ln_te - 13.45 / te) if n_o > 0.0 else 0.0,
        n_h * 1.93e-14 * exp(-0.162 * ln_te - 13.90 / te) if n_h > 0.0 else 0.0,
    )


def next_temperature_ev(te: float, made: float, loss: float) -> float:
    """One Newton step in ln T_e on ln(made/loss) = 0, with the slope of a mean threshold of 12.8 eV; within bounds."""
    if made <= 0.0:
        return TE_HIGH_EV
    te *= exp(max(-0.3, min(0.3, log(loss / made) / (12.8 / te + 0.1))))
    return min(TE_HIGH_EV, max(TE_LOW_EV, te))
