"""A plasma reactor at rest: the same laws as the tool's, with the discharge in the whole volume, fed and pumped.

Owns the search for the steady state, by implicit steps that grow until time no longer matters. For validation against
published reactors, and for whoever wants an answer without waiting.
"""

from __future__ import annotations

from math import inf, pi

from sim.plant.law import law
from sim.plant.plasma.burn import burn
from sim.plant.plasma.chemistry import assemble, burnt_share, discharge, eliminate, neutrals, quiet, times
from sim.plant.plasma.edges import BESSEL_ZERO
from sim.plant.plasma.plasma import go_out, ignite
from sim.plant.plasma.recombination import recombine, star_loss_hz
from sim.plant.plasma.spec import Plasma, PlasmaSpec
from sim.plant.plasma.tables import CHANGES, GAINED
from sim.plant.plasma.walls import Walls, WallsSpec
from sim.plant.plasma.work import Work
from sim.plant.records import Floats, Record, new, vector
from sim.plant.species import BOLTZMANN_J_K, COUNT, MOLECULES_PER_S_PER_SCCM, SPECIES
from sim.plant.vacuum.chamber import total

ROUNDS = 1000  # assumed: thirty to a hundred are enough
FIRST_S, LAST_S, GROWTH = 1e-4, 1e6, 1.6  # assumed: pseudo-time, from the fastest loss to far beyond pumping
SETTLED = 1e-12  # assumed: relative change between rounds


class Reactor(Record):
    """A cylinder with gas flowing through it at a given pressure, and power absorbed by its electrons."""

    radius_m: float
    height_m: float
    gas_k: float
    pressure_pa: float
    power_w: float
    feed_hz: Floats = vector(COUNT)  # molecules per second


class Bench(Record):
    """Everything that ``steady`` works on; ``plasma`` and ``molecules`` are the answer."""

    plasma: Plasma
    walls: Walls
    work: Work
    spec: PlasmaSpec
    wall_spec: WallsSpec
    reactor: Reactor
    rounds: float  # that it took; ROUNDS if it never came to rest
    molecules: Floats = vector(COUNT)


def bench(
    radius_m: float,
    height_m: float,
    gas_k: float,
    pressure_pa: float,
    power_w: float,
    sccm: dict[str, float],
    gamma: dict[str, float] | None = None,
    coupling_density_m3: float = 0.0,
) -> Bench:
    """A reactor ready for ``steady``: feed in sccm by species, wall coefficients of "o", "h", "n" (0.1 by default)."""
    made = new(Bench)
    made.reactor = new(
        Reactor, radius_m=radius_m, height_m=height_m, gas_k=gas_k, pressure_pa=pressure_pa, power_w=power_w
    )
    for name, flow in sccm.items():
        made.reactor.feed_hz[SPECIES.index(name)] = flow * MOLECULES_PER_S_PER_SCCM
    made.spec = new(
        PlasmaSpec,
        zone_radius_m=radius_m,
        zone_height_m=height_m,
        coupling=1.0,
        coupling_density_m3=coupling_density_m3,
        density_lag_s=1.0,
        electrode_area_m2=pi * radius_m**2,
        chuck_flux_fraction=1.0,
        seed_density_m3=1e16,
    )
    length = ((pi / height_m) ** 2 + (BESSEL_ZERO / radius_m) ** 2) ** -0.5
    made.wall_spec = new(WallsSpec, diffusion_length_m=length, oh=0.1, blocking_n2_share=inf)
    gammas = {"o": 0.1, "h": 0.1, "n": 0.1} | (gamma or {})
    made.walls = new(Walls, gamma_o=gammas["o"], gamma_h=gammas["h"], gamma_n=gammas["n"])
    return made


@law
def steady(b: Bench) -> None:
    """Find the state in which feed, pumping, chemistry, walls and power balance; ``rounds`` says how soon."""
    r, p, w, m = b.reactor, b.plasma, b.work, b.molecules
    volume = pi * r.radius_m * r.radius_m * r.height_m
    depth = 0.5 / (1.0 / r.height_m + 1.0 / r.radius_m)
    count = r.pressure_pa * volume / (BOLTZMANN_J_K * r.gas_k)
    feed = total(r.feed_hz)
    for i in range(COUNT):
        m[i] = r.feed_hz[i] / feed * count
    p.gas_temperature_k = p.zone_temperature_k = r.gas_k
    ignite(p, b.spec)
    pump_hz, dt = feed / count, FIRST_S
    w.star_wall_hz = star_loss_hz(b.spec, r.pressure_pa, r.gas_k)
    b.rounds = 0.0
    while b.rounds < ROUNDS:
        b.rounds += 1.0
        before = p.electron_density_m3
        for i in range(COUNT):
            w.gas_m3[i] = m[i] / volume
        burn(p, w, b.spec, r.power_w, 0.0, 1.0)
        if p.lit == 0.0:
            go_out(p)
            return
        quiet(w)
        recombine(w, b.walls, b.wall_spec, m, r.pressure_pa, r.gas_k, depth)
        neutrals(w, volume, 1.0, 0.0, r.gas_k, r.gas_k)
        discharge(w, m, 1.0, volume, p.electron_density_m3, p.electron_temperature_ev)
        moved, pump_hz = flow_through(w, m, r.feed_hz, burnt_share(w, m, volume), pump_hz, feed, count, dt)
        moved = max(moved, abs(p.electron_density_m3 / before - 1.0))
        if moved < SETTLED and dt >= LAST_S:
            return
        dt = min(LAST_S, GROWTH * dt)


@law
def flow_through(
    w: Work, m: Floats, feed_hz: Floats, burns: float, pump_hz: float, feed: float, count: float, dt: float
) -> tuple[float, float]:
    """One implicit step of gas and chemistry; return how far it went, and the pumping that holds the pressure."""
    assemble(w, m, burns, dt)
    for i in range(COUNT):
        w.matrix[i, i] += dt * pump_hz
        w.after[i] += dt * feed_hz[i]
    eliminate(w)
    gained = 0.0
    for c in range(CHANGES):
        if not w.step[c] <= 0.0:
            gained += GAINED[c] * times(w, m, c)
    moved = 0.0
    for i in range(COUNT):
        after = max(w.after[i], 0.0)
        moved = max(moved, abs(after - m[i]) / count)
        m[i] = after
    return moved, max(0.0, (feed + gained / dt) / count)
