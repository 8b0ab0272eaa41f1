"""A slow plasma reactor, to hold the fast one against: every particle an unknown of its own, integrated until at rest.

Shares with the plant only the tables of reactions. Ions and excited atoms are particles in their own right here, T_e
follows from the energy of the electrons, and nothing is quasi-steady. No minor ions: only gases without the pool "M+".
"""

from math import exp, log, pi, sqrt

import numpy as np
from scipy.integrate import solve_ivp

from sim.plant.plasma import electron_reactions as er
from sim.plant.plasma import heavy_reactions as hr
from sim.plant.plasma.particles import NEUTRALISED

K, Q, M_E, AMU = 1.380649e-23, 1.602176634e-19, 9.1093837e-31, 1.66053907e-27
AMUS = {"O2": 31.998, "H2": 2.016, "Ar": 39.948, "N2": 28.014, "O": 15.999, "H": 1.008, "N": 14.007}
IONS = {
    "Ar+": 39.948,
    "H2+": 2.016,
    "N2+": 28.013,
    "N+": 14.007,
    "H+": 1.008,
    "O+": 15.999,
    "O2+": 31.998,
    "ArH+": 40.956,
    "H3+": 3.024,
}
SIGMA = {"O2": 7e-19, "H2": 4e-19, "Ar": 1e-18, "N2": 7e-19, "O": 4e-19, "H": 3e-19, "N": 4e-19}
DIFFUSIVITY = {"O": 2.4e-5, "N": 2.4e-5, "H": 1.5e-4}
ORDER = ("O2", "H2", "Ar", "N2", "CO", "CO2", "CH4", "H2O", "O", "H", "N")
UNIT = 1e18


def side(text):
    particles = []
    for term in text.split(" + "):
        term = term.strip()
        particles += [term.lstrip("0123456789")] * (int(term[0]) if term[0].isdigit() else 1)
    return particles


class SlowReactor:
    def __init__(self, radius, height, gas_k, pressure, watts, sccm, gamma):
        self.r, self.l, self.t, self.p, self.watts, self.gamma = radius, height, gas_k, pressure, watts, gamma
        self.volume = pi * radius**2 * height
        self.feed = {gas: flow * 4.477967e17 / self.volume for gas, flow in sccm.items()}
        made = {"Ar": ("Ar", "Ar*"), "O2": ("O2", "O", "O*"), "H2": ("H2", "H"), "N2": ("N2", "N", "N2*")}
        self.neutrals = [particle for gas in sccm for particle in made[gas]]
        self.negative = ["O-"] if "O2" in sccm else []
        present = set(self.neutrals) | set(self.negative) | {"e"}
        elements = "".join(sccm)
        self.ions = [ion for ion in IONS if all(a in elements for a in {"ArH+": ("Ar", "H2")}.get(ion, (ion[:1],)))]
        self.names = self.neutrals + self.ions + self.negative
        self.at = {name: i for i, name in enumerate(self.names)}
        present |= set(self.ions)
        self.reactions = [found for found in self.all() if set(found[0]) | set(found[1]) <= present]

    def all(self):
        """(reactants, products, k(te), eV)."""

        def fit(a, power, b):
            return lambda te: a * te**power * exp(-b / te)

        def still(k):
            return lambda te: k

        for i in er.IMPACTS:
            left, right = i.equation.split("->")
            yield side(left), side(right), fit(i.a, i.power, i.b), i.ev
        a, power, b, ev = er.STEPWISE
        yield ["e", "Ar*"], ["Ar+", "e", "e"], fit(a, power, b), ev
        yield ["e", "Ar*"], ["e", "Ar"], still(er.QUENCH_AR_STAR), 0.0
        yield ["e", "O-"], ["O", "e", "e"], fit(*er.DETACH), 0.0
        yield ["O-", "O2"], ["O", "O2", "e"], still(hr.DETACH_BY_O2A * hr.O2A_SHARE), 0.0
        scale = (self.t / 300.0) ** hr.ION_ION_POWER
        for ion in IONS:
            k = scale * (hr.ION_ION_O2 if ion == "O2+" else hr.ION_ION)
            yield ["O-", ion], ["O", *NEUTRALISED.get(ion, (ion[:-1],))], still(k), 0.0
        for table in (hr.EXCHANGES, hr.DETACHMENTS, hr.QUENCHES, hr.NEUTRALS):
            for m in table:
                left, right = m.equation.split("->")
                yield side(left), side(right), still(m.k * exp(-m.kelvin / self.t)), 0.0
        for m in hr.RECOMBINATIONS:
            left, right = m.equation.split("->")
            yield side(left), side(right), fit(m.k, -0.5, 0.0), 0.0

    def diffusion(self, amu, diffusivity, gamma):
        length2 = 1.0 / ((pi / self.l) ** 2 + (2.405 / self.r) ** 2)
        d = diffusivity * 101325.0 / self.p * (self.t / 273.15) ** 1.75
        speed = sqrt(8.0 * K * self.t / (pi * amu * AMU))
        area = 2.0 * pi * self.r * (self.r + self.l)
        return 1.0 / (length2 / d + 2.0 * self.volume * (2.0 - gamma) / (area * speed * gamma))

    def counted(self, n):
        """Molecules, ions counted as what they become at a wall [1/m3]."""
        ions = sum(n[ion] * len(NEUTRALISED.get(ion, (ion,))) for ion in self.ions) + n.get("O-", 0.0)
        return sum(n[name] for name in self.neutrals) + ions

    def rates(self, _t, y):
        n = {name: max(y[i], 0.0) * UNIT for name, i in self.at.items()}
        n_e = n["e"] = max(sum(n[i] for i in self.ions) - sum(n[i] for i in self.negative), 1.0)
        te = y[-1]
        change = dict.fromkeys(n, 0.0)
        spent = 0.0
        for left, right, k, ev in self.reactions:
            times = k(te)
            for particle in left:
                times *= n[particle]
            for particle in left:
                change[particle] -= times
            for particle in right:
                change[particle] += times
            spent += times * ev
        for star in set(self.neutrals) & {"Ar*", "N2*", "O*"}:
            lost = n[star] * self.diffusion(28.0, 2.4e-5, 1.0)
            change[star] -= lost
            change[star[:-1]] += lost
        for atom in set(self.neutrals) & set(DIFFUSIVITY):
            lost = n[atom] * self.diffusion(AMUS[atom], DIFFUSIVITY[atom], self.gamma)
            change[atom] -= lost
            change[atom + "2"] += 0.5 * lost
        bare = {name: n[name] for name in self.neutrals if not name.endswith("*")}
        nu = 0.0
        for name, density in bare.items():
            a, power = er.MOMENTUM[ORDER.index(name)]
            hz = density * a * te**power
            nu += hz
            spent += n_e * hz * 3.0 * M_E / (AMUS[name] * AMU) * (te - self.t * K / Q)
        alpha = sum(n[i] for i in self.negative) / n_e
        ti = self.t * K / Q
        free = 1.0 / sum(density * SIGMA[name] for name, density in bare.items())
        cold = 8.0 * ti / (pi * te)
        h_l = 0.86 / sqrt(3.0 + self.l / (2.0 * free) + (0.86 * self.l / (pi * free)) ** 2 * cold)
        h_r = 0.80 / sqrt(4.0 + self.r / free + (0.80 * self.r / (2.405 * 0.5191 * free)) ** 2 * cold)
        less = (1.0 + 3.0 * alpha * ti / te) / (1.0 + alpha)
        lost_ions = sum_n = sum_root = 0.0
        for ion in self.ions:
            u = sqrt(Q * te / (IONS[ion] * AMU))
            lost = n[ion] * u * less * 2.0 * (h_l / self.l + h_r / self.r)
            lost_ions += lost
            change[ion] -= lost
            for neutral in NEUTRALISED.get(ion, (ion[:-1],)):
                change[neutral] += lost
            sum_n += n[ion]
            sum_root += n[ion] / sqrt(IONS[ion])
        mean = (sum_n / max(sum_root, 1e-30)) ** 2
        v_s = 0.5 * te * log(mean * AMU / (2.0 * pi * M_E))
        spent += lost_ions * (v_s + 2.5 * te)
        counted = self.counted(n)
        pump = sum(self.feed.values()) / counted * (counted * K * self.t / self.p) ** 20  # holds the pressure, nearly
        for name in self.neutrals:
            change[name] += self.feed.get(name, 0.0) - pump * n[name]
        made_e = sum(change[i] for i in self.ions) - sum(change[i] for i in self.negative)
        d_te = (self.watts / (Q * self.volume) - spent - 1.5 * te * made_e) / (1.5 * n_e)
        return np.array([*(change[name] / UNIT for name in self.names), d_te])

    def at_rest(self, seconds=20.0):
        y = np.zeros(len(self.names) + 1)
        for gas in self.feed:
            y[self.at[gas]] = self.feed[gas] / sum(self.feed.values()) * self.p / (K * self.t) / UNIT
        for ion in self.ions:
            y[self.at[ion]] = 0.01 / len(self.ions)
        y[-1] = 3.0
        done = solve_ivp(self.rates, (0.0, seconds), y, method="BDF", rtol=1e-7, atol=1e-10)
        assert done.success, done.message
        n = {name: done.y[i, -1] * UNIT for name, i in self.at.items()}
        n["e"] = sum(n[i] for i in self.ions) - sum(n[i] for i in self.negative)
        n["T_e"] = float(done.y[-1, -1])
        n["pressure"] = self.counted(n) * K * self.t
        return n
