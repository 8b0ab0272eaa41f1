"""The plasma room against published discharges: argon, oxygen, nitrogen, hydrogen and its mixtures with argon.

Owns the conditions. Where a publication does not give its reactor (only abstracts were at hand), size, power and wall
coefficient are assumed here and said so; none is adjusted to its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, pi, sqrt

from sim.plant.plasma.electron_reactions import IMPACTS
from sim.plant.plasma.particles import ARH_ION, H3_ION, H_ION, IONS
from sim.plant.plasma.reactor import Bench, bench, steady
from sim.plant.species import BOLTZMANN_J_K, CHARGE_C, ELECTRON_KG, H2, N2, O2, H, N, O
from sim.validate.row import Outcome, Row

MTORR_PA = 0.133322  # paper: exact to the digits given
DISK = (0.1524, 0.0762, 600.0)  # paper: radius, height [m], gas [K] of PHYSICS c.3, c.4 (Lee & Lieberman's reactor)
TUBE = (0.05, 0.34, 300.0)  # assumed: hollow cathode of the Madrid group, 10 cm x 34 cm, gas near room temperature
COPPER_S_M = 5.96e7  # paper: conductivity of copper


def _burning(where: tuple[float, float, float], pressure_pa: float, watts: float, **sccm: float) -> Bench:
    """At rest with wall coefficients 0.1; other ones: _on_walls."""
    return _on_walls(0.1, where, pressure_pa, watts, **sccm)


def _on_walls(
    gamma: float, where: tuple[float, float, float], pressure_pa: float, watts: float, n_c: float = 0.0, **sccm: float
) -> Bench:
    made = bench(*where, pressure_pa, watts, sccm, {"o": gamma, "h": gamma, "n": gamma}, n_c)
    steady(made)
    return made


def _part(made: Bench, atom: int, molecule: int) -> float:
    """Atoms per molecule."""
    return float(made.molecules[atom] / made.molecules[molecule])


def _dissociation(made: Bench) -> float:
    """Share of the hydrogen molecules that are split."""
    return float(made.molecules[H] / (made.molecules[H] + 2.0 * made.molecules[H2]))


def _first_ion(made: Bench) -> int:
    """The most frequent positive ion."""
    return max(range(IONS), key=lambda ion: float(made.plasma.ion_m3[ion]))


def _k(start: str, te: float) -> float:
    """Sum of the rate coefficients [m3/s] of electron impact whose equation begins so."""
    chosen = [impact for impact in IMPACTS if impact.equation.startswith(start)]
    return sum(impact.a * exp(impact.power * log(te) - impact.b / te) for impact in chosen)


def _listed(values: Sequence[float], digits: int = 2) -> str:
    return "/".join(f"{value:.{digits}g}" for value in values)


def _close(ours: Sequence[float], theirs: Sequence[float], factor: float) -> bool:
    """Whether all of ours lie within a factor of theirs."""
    return all(1.0 / factor <= one / other <= factor for one, other in zip(ours, theirs, strict=True))


def _argon_example() -> Outcome:
    made = _burning((0.15, 0.30, 300.0), 3.3e19 * BOLTZMANN_J_K * 300.0, 800.0, ar=50.0)
    n_e, te = made.plasma.electron_density_m3, made.plasma.electron_temperature_ev
    return Outcome(f"{n_e:.3g} m-3, {te:.2f} eV", abs(n_e / 1.8e17 - 1.0) <= 0.2 and 3.3 - 0.4 <= te <= 3.8 + 0.4)


def _attachment() -> Outcome:
    ours = _k("e + O2 -> O- + O", 3.0)
    return Outcome(f"{ours:.3g} m3/s", abs(ours / 2.98e-17 - 1.0) <= 0.1)


def _oxygen_dissociation() -> Outcome:
    ours = _k("e + O2 -> e + 2O", 3.0) + _k("e + O2 -> e + O + O*", 3.0)
    return Outcome(f"{ours:.3g} m3/s", abs(ours / 2.67e-15 - 1.0) <= 0.35)


def _capacitive(torr: float) -> float:
    """H per H2 in a parallel-plate cell, 13 cm x 3.2 cm; 15 W of coupled power and gamma_H 0.1 are assumed."""
    return _part(_burning((0.065, 0.032, 300.0), 1000.0 * torr * MTORR_PA, 15.0, h2=20.0), H, H2)


def _capacitive_low() -> Outcome:
    ours = _capacitive(0.2)
    return Outcome(f"{ours:.2g}", 5e-4 <= ours <= 2e-3)


def _capacitive_high() -> Outcome:
    ours = _capacitive(1.0)
    return Outcome(f"{ours:.2g}", 1e-3 / 3.0 <= ours <= 3e-3)


def _hollow_cathode() -> Outcome:
    """60 W, gamma_H 0.03 (PHYSICS c.5)."""
    ours = [_part(_on_walls(0.03, TUBE, pa, 60.0, h2=20.0), H, H2) for pa in (0.8, 2.0, 8.0, 20.0)]
    return Outcome(_listed(ours) + " at 0.8/2/8/20 Pa", all(0.1 / 3.0 <= part <= 0.3 for part in ours))


def _inductive() -> Outcome:
    """Radius 7.5 cm, height 10 cm, gas at 400 K, 200 W absorbed: assumed."""
    where = (0.075, 0.10, 400.0)
    pure, half = (_on_walls(0.24, where, 1.0, 200.0, **gas) for gas in ({"h2": 20.0}, {"h2": 10.0, "ar": 10.0}))
    ours = [_dissociation(pure), _dissociation(half)]
    return Outcome(f"{_listed([100.0 * part for part in ours])} % (H2, half Ar)", _close(ours, [0.017, 0.017], 3.0))


def _mixture(pressure_pa: float, hydrogen: float, watts: float = 60.0) -> Bench:
    return _on_walls(0.03, TUBE, pressure_pa, watts, h2=20.0 * hydrogen, ar=20.0 * (1.0 - hydrogen))


def _mixture_high() -> Outcome:
    shares = (0.12, 0.2, 0.3, 0.5, 0.7, 0.9)
    first = [_first_ion(_mixture(8.0, x)) == H3_ION for x in shares]
    return Outcome(
        f"H3+ first at x = {_listed([x for x, is_h3 in zip(shares, first, strict=True) if is_h3])}", all(first)
    )


def _mixture_low() -> Outcome:
    shares = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    largest = [x for x in shares if _first_ion(_mixture(1.5, x)) == ARH_ION]
    met = all(x in largest for x in (0.4, 0.5, 0.6))
    return Outcome(f"ArH+ first at x = {_listed(largest)}", met)


def half_coupled_m3(radius_m: float, hz: float, collision_hz: float) -> float:
    """Electron density at which a copper coil wound on the plasma gives it half of the power.

    Coil, a sheet of N turns: R_c = N^2 2 pi R/(sigma d l). Plasma, field not yet shielded: E = r w mu0 N I/(2 l), so
    R_p = N^2 Re(sigma) (w mu0)^2 pi R^4/(8 l), sigma = e^2 n/(m (nu + i w)). N and the length l cancel.
    """
    omega, mu_0 = 2.0 * pi * hz, 4e-7 * pi
    skin_m = sqrt(2.0 / (omega * mu_0 * COPPER_S_M))
    conductivity = 16.0 / (COPPER_S_M * skin_m * (omega * mu_0) ** 2 * radius_m**3)
    per_density = CHARGE_C**2 * collision_hz / (ELECTRON_KG * (collision_hz**2 + omega**2))
    return conductivity / per_density


def _hydrogen_optimum() -> Outcome:
    """Radius 5 cm, length 30 cm, 400 K, gamma_H 0.02, 85 % of 165 W: PHYSICS c.5."""
    n_c = half_coupled_m3(0.05, 13.56e6, 1e8)
    shares = [0.05 * step for step in range(1, 20)]
    where = (0.05, 0.30, 400.0)
    made = [_on_walls(0.02, where, 5.0, 140.0, n_c, h2=50.0 * x, ar=50.0 * (1.0 - x)) for x in shares]
    atoms = [float(one.molecules[H] / one.molecules.sum()) for one in made]
    best = shares[atoms.index(max(atoms))]
    return Outcome(f"maximum at {100.0 * best:.0f} % with the coil's n_c = {n_c:.1g} m-3", 0.25 <= best <= 0.45)


def _takeover() -> Outcome:
    """H2 at 1 Pa in a tube of 10 cm, gamma_H 0.1: assumed, the helicon's own tube is not known."""
    low, high = 10.0, 1e5  # W
    first = _first_ion(_burning(TUBE, 1.0, low, h2=20.0))
    for _ in range(30):
        middle = sqrt(low * high)
        ions = _burning(TUBE, 1.0, middle, h2=20.0).plasma.ion_m3
        low, high = (low, middle) if ions[H_ION] > ions[H3_ION] else (middle, high)
    ours = float(_burning(TUBE, 1.0, high, h2=20.0).plasma.electron_density_m3)
    return Outcome(f"H+ above H3+ from {ours:.2g} m-3", first == H3_ION and 3.5e16 <= ours <= 8e18)


def _argon_trend() -> Outcome:
    made = [_burning(DISK, mtorr * MTORR_PA, 500.0, ar=50.0).plasma for mtorr in (1.0, 5.0, 10.0, 50.0, 100.0)]
    n_e, te = [p.electron_density_m3 for p in made], [p.electron_temperature_ev for p in made]
    met = _close(te, (5.86, 3.50, 2.93, 2.08, 1.84), 1.1) and _close(n_e, (1.3e17, 2.5e17, 3.2e17, 6e17, 7.7e17), 1.5)
    return Outcome(f"{_listed([n / 1e17 for n in n_e])} e17 m-3, {_listed(te, 3)} eV", met)


def _like_prototype(
    gas: str,
    gamma: float,
    pressures: Sequence[float],
    n_e: Sequence[float],
    te: Sequence[float],
    split: Sequence[float],
) -> Outcome:
    atom, molecule = {"o2": (O, O2), "n2": (N, N2)}[gas]
    made = [_on_walls(gamma, DISK, pa, 500.0, **{gas: 50.0}) for pa in pressures]
    ours_n = [one.plasma.electron_density_m3 / 1e16 for one in made]
    ours_te = [one.plasma.electron_temperature_ev for one in made]
    ours_split = [_part(one, atom, molecule) for one in made]
    met = _close(ours_n, n_e, 1.5) and _close(ours_te, te, 1.1) and _close(ours_split, split, 1.5)
    return Outcome(f"{_listed(ours_n)} e16 m-3, {_listed(ours_te)} eV, {_listed(ours_split)}", met)


OXYGEN_PA = (0.67, 1.33, 2.67, 6.67, 13.3)  # paper: PHYSICS c.4


def _oxygen_metal() -> Outcome:
    return _like_prototype(
        "o2", 0.17, OXYGEN_PA, (10.3, 9.8, 8.5, 6.9, 6.0), (4.2, 3.3, 2.7, 2.1, 1.8), (0.91, 0.60, 0.37, 0.21, 0.16)
    )


def _oxygen_glass() -> Outcome:
    return _like_prototype(
        "o2", 0.01, OXYGEN_PA, (11.0, 12.8, 12.8, 9.9, 7.5), (4.6, 3.6, 2.9, 2.2, 1.8), (9.7, 9.5, 6.9, 2.9, 1.2)
    )


def _nitrogen() -> Outcome:
    return _like_prototype("n2", 0.07, (0.67, 1.33, 6.67), (7.9, 7.4, 5.1), (4.5, 3.6, 2.4), (0.37, 0.16, 0.016))


def _pressure_and_walls() -> Outcome:
    metal, glass = ([_on_walls(gamma, DISK, pa, 500.0, o2=50.0) for pa in OXYGEN_PA] for gamma in (0.17, 0.01))
    on_metal, on_glass = ([_part(one, O, O2) for one in walls] for walls in (metal, glass))
    times = [high / low for high, low in zip(on_glass, on_metal, strict=True)]
    electrons = [g.plasma.electron_density_m3 / m.plasma.electron_density_m3 for g, m in zip(glass, metal, strict=True)]
    falls = on_metal == sorted(on_metal, reverse=True) and on_glass[2:] == sorted(on_glass[2:], reverse=True)
    met = falls and min(times) > 5.0 and max(electrons) < 2.0
    return Outcome(f"[O]/[O2] {_listed(on_metal)}; {min(times):.0f}..{max(times):.0f} times that on glass", met)


PROTOTYPE = "regression vs prototype, PHYSICS "
ROWS: tuple[Row, ...] = (
    Row(
        "V5",
        "Ar, 800 W, 1 mTorr: n0 and T_e",
        "1.8e17 m-3, 3.3..3.8 eV",
        "20 %, 0.4 eV",
        "Lieberman & Lichtenberg, ch. 10 example 1 (numbers from memory)",
        _argon_example,
    ),
    Row(
        "V6",
        "dissociative attachment to O2 at 3 eV",
        "2.98e-17 m3/s",
        "10 %",
        "Itikawa (cantera); two compilations of cross sections",
        _attachment,
    ),
    Row(
        "V7",
        "dissociation of O2 at 3 eV",
        "2.67e-15 m3/s",
        "35 %",
        "Itikawa (cantera); two compilations of cross sections",
        _oxygen_dissociation,
    ),
    Row("V8", "H per H2, CCP at 0.2 Torr", "about 1e-3", "x2", "Marques et al. 2007, abstract", _capacitive_low),
    Row(
        "V8b",
        "H per H2, CCP at 1 Torr",
        "about 1e-3",
        "x3",
        "Marques et al. 2007, abstract",
        _capacitive_high,
        known_miss="A Maxwellian at the T_e of 1 Torr has no hot electrons left to split H2, and excited H2, which "
        "splits more easily, is left out; power and gamma_H of the cell are not known either.",
    ),
    Row(
        "V8c",
        "H fraction, H2 hollow cathode, 0.8..20 Pa",
        "0.1 +- 0.05",
        "x3",
        "J. Phys. Chem. A 110, 6060",
        _hollow_cathode,
        known_miss="Beam electrons from the cathode fall split H2 at any pressure; one Maxwellian cools as it rises.",
    ),
    Row(
        "V9",
        "H2 split, H2-Ar ICP, 1 Pa, beta_H 0.24",
        "1.7 %",
        "x3",
        "JAP 114, 063302",
        _inductive,
    ),
    Row(
        "V10",
        "Ar/H2 at 8 Pa: first ion for x_H2 > 0.1",
        "H3+",
        "ordering",
        "RSC Adv. 4, 62030",
        _mixture_high,
    ),
    Row(
        "V10b",
        "Ar/H2 at 1.5 Pa: first ion for 0.3 < x_H2 < 0.7",
        "ArH+",
        "ordering",
        "RSC Adv. 4, 62030",
        _mixture_low,
        known_miss="H3+ takes over above x = 0.3 already: H3+ + Ar -> ArH+ is taken for cold H3+ (1e-17 m3/s); hot H3+ "
        "gives up to 3.65e-16, as the authors say.",
    ),
    Row(
        "V11",
        "Ar/H2 ICP, 165 W, 5 Pa: H2 share with most H",
        "35 +- 5 %",
        "25..45 %",
        "KIT 1000155689, Coatings 13, 368",
        _hydrogen_optimum,
        known_miss="Needs a coupling that fails below n_c = 3e16 m-3 (then ours is 35 %, a fit); a copper coil, worked "
        "out independently, explains less than 1e15. Network and capacitive losses are not known.",
    ),
    Row(
        "V12",
        "H2 helicon: H+ takes over from H3+ as n_e grows",
        "3.5..8e17 m-3",
        "ordering, x10 in n_e",
        "time-of-flight mass spectra in H2, abstract",
        _takeover,
    ),
    Row(
        "c.3",
        "Ar, 500 W, 1/5/10/50/100 mTorr: n0, T_e",
        "1.3/2.5/3.2/6.0/7.7 e17 m-3, 5.86/3.50/2.93/2.08/1.84 eV",
        "x1.5, 10 %",
        PROTOTYPE + "c.3 (trend of Lee & Lieberman 1995); ours adds stepwise ionisation",
        _argon_trend,
    ),
    Row(
        "c.4a",
        "O2, 500 W, gamma 0.17, 0.67..13.3 Pa: n_e, T_e, [O]/[O2]",
        "10.3/9.8/8.5/6.9/6.0 e16, 4.2/3.3/2.7/2.1/1.8, .91/.60/.37/.21/.16",
        "x1.5, 10 %, x1.5",
        PROTOTYPE + "c.4",
        _oxygen_metal,
    ),
    Row(
        "c.4b",
        "O2, 500 W, gamma 0.01, 0.67..13.3 Pa: n_e, T_e, [O]/[O2]",
        "11/12.8/12.8/9.9/7.5 e16, 4.6/3.6/2.9/2.2/1.8, 9.7/9.5/6.9/2.9/1.2",
        "x1.5, 10 %, x1.5",
        PROTOTYPE + "c.4",
        _oxygen_glass,
    ),
    Row(
        "c.4c",
        "N2, 500 W, gamma 0.07, 0.67/1.33/6.67 Pa: n_e, T_e, [N]/[N2]",
        "7.9/7.4/5.1 e16, 4.5/3.6/2.4, .37/.16/.016",
        "x1.5, 10 %, x1.5",
        PROTOTYPE + "c.4",
        _nitrogen,
    ),
    Row(
        "c.4d",
        "O2 dissociation against pressure and wall coefficient",
        "gas dissociation against surface recombination decides: less with pressure, more on walls of low gamma",
        "ordering, n_e within x2",
        "JVST A 21, 660, abstract",
        _pressure_and_walls,
    ),
)
