"""A discharge on a bench: chamber, walls and gas without pumps or match, and a simple flow through it."""

import numpy as np

from sim.plant.plasma.plasma import cold, ignite, step
from sim.plant.plasma.spec import PlasmaSpec
from sim.plant.plasma.walls import Walls, WallsSpec, seasoned
from sim.plant.plasma.work import Work
from sim.plant.records import new
from sim.plant.species import BOLTZMANN_J_K, COMPOSITION, CONDUCTANCE_FACTOR, MOLECULES_PER_S_PER_SCCM, SPECIES
from sim.plant.tool import section

VOLUME_M3, AREA_M2, WALL_K = 0.030, 0.60, 298.15
ATOMS = np.array(COMPOSITION, float)


class Discharge:
    """The reference tool's plasma with the gas given in Pa at wall temperature."""

    def __init__(self, **pa: float) -> None:
        self.spec, self.wall_spec = section("plasma", PlasmaSpec), section("walls", WallsSpec)
        self.plasma, self.work = cold(WALL_K), new(Work)
        self.walls: Walls = seasoned(self.wall_spec)
        self.molecules = np.zeros(len(SPECIES))
        for gas, pressure in pa.items():
            self.molecules[SPECIES.index(gas)] = pressure * VOLUME_M3 / (BOLTZMANN_J_K * WALL_K)

    def lit(self) -> "Discharge":
        ignite(self.plasma, self.spec)
        return self

    def live(self, steps: int, watts: float = 440.0, volts: float = 790.0, dt: float = 0.01) -> "Discharge":
        for _ in range(steps):
            step(
                self.plasma,
                self.walls,
                self.work,
                self.spec,
                self.wall_spec,
                self.molecules,
                VOLUME_M3,
                AREA_M2,
                WALL_K,
                watts,
                volts,
                dt,
            )
        return self

    @property
    def pressure_pa(self) -> float:
        return float(self.molecules.sum() * BOLTZMANN_J_K * self.plasma.gas_temperature_k / VOLUME_M3)

    def atoms(self) -> np.ndarray:
        """By element, with what lies on the walls."""
        atoms = self.molecules @ ATOMS
        atoms[0] += self.walls.carbon
        atoms[5] += self.walls.tin
        return atoms

    def density(self, name: str) -> float:
        return float(self.molecules[SPECIES.index(name)] / VOLUME_M3)

    def numbers(self) -> np.ndarray:
        return np.concatenate(
            [np.frombuffer(self.plasma.tobytes()), self.molecules, np.frombuffer(self.walls.tobytes())]
        )


def flowing(pressure_pa: float, watts: float, volts: float, seconds: float = 12.0, **sccm: float) -> Discharge:
    """Lit and at rest with gas flowing; pumped by molecular conductance, steered to the pressure."""
    total = sum(sccm.values())
    made = Discharge(**{gas: pressure_pa * flow / total for gas, flow in sccm.items()})
    feed = np.array([sccm.get(name, 0.0) * MOLECULES_PER_S_PER_SCCM for name in SPECIES])
    factor, pumped_hz = np.array(CONDUCTANCE_FACTOR), 1.0
    dt = 0.02
    for instant in range(round((seconds + 12.0) / dt)):
        if instant == round(12.0 / dt):
            made.lit()
        made.live(1, watts, volts, dt)
        pumped_hz *= (made.pressure_pa / pressure_pa) ** 0.04
        made.molecules[:] = (made.molecules + dt * feed) / (1.0 + dt * pumped_hz * factor)
    return made
