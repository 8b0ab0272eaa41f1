"""The plant: one simulated tool's physics, advanced in sub-steps of 10 ms.

Owns plant time, the seed, and the copying between wiring and records. All physics is compiled (advance.py); all state
is one block of numbers (state.py). Plain and picklable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from re import split
from typing import Any, cast

import numpy as np

from sim.plant import faults, parameters
from sim.plant.advance import BAD_START, SUSPECTS, WELL
from sim.plant.dice import NORMALS, SPARE, UNIFORMS
from sim.plant.drift import Drift
from sim.plant.law import by_hand
from sim.plant.loop import loop, place
from sim.plant.optics.emission import LINES
from sim.plant.plasma.plasma import cold
from sim.plant.plasma.walls import seasoned
from sim.plant.records import Floats, dtype_of, names_of, place_of, places_of
from sim.plant.rf.delivery import see_unlit
from sim.plant.spread import check, tables_of
from sim.plant.state import State, refuse, tool_of
from sim.plant.surface.contamination import MASK_KINDS, contaminate, load
from sim.plant.surface.film import FILM_CLASSES
from sim.plant.surface.outcome import outcome, residue_map_nm
from sim.plant.thermal.thermal import fresh_mask, rest
from sim.plant.tool import read_tables
from sim.plant.truth import truth, values
from sim.plant.utilities import used
from sim.plant.vacuum.room import at_air, new_mask
from sim.wiring import GASES, VALVES, Wiring

SUB_STEP_S = 0.010
SLOW_EVERY = 5
CHECK_EVERY = 100  #: sub-steps between two looks over all numbers, those too that no law reads now
EUV_CONTAMINATIONS = ("carbon", "tin")  #: what lies on EUV masks, when a mask's kind is not said


WINDOWS_ON = ("commands", "sensors.fast", "sensors.slow", "light.photons", "dice.normals", "dice.uniforms")
WINDOWS = ("state", "numbers", "_commands", "_fast", "_slow", "_photons", "_normals", "_uniforms", "_advance", "_place")
VALVES_CHANGED, LID_WANTED, AT_NORMAL, AT_UNIFORM = (
    place_of(State, name)
    for name in ("vacuum.valves.changed", "vacuum.gas.lid_wanted", "dice.at_normal", "dice.at_uniform")
)


#: room -> the law that its numbers come from, for who has to look for the cause
LAWS = {
    "vacuum": "the balance of gas (vacuum/pumping.py)",
    "rf": "the matching network (rf/delivery.py)",
    "plasma": "the balance of electrons (plasma/burn.py)",
    "walls": "recombination at the walls (plasma/walls.py)",
    "surface": "the film and what is under it (surface/surface.py)",
    "thermal": "the balance of heat (thermal/thermal.py)",
    "light": "emission (optics/light.py)",
    "utilities": "the meters (utilities.py)",
    "tool": "a number of the tool file, no law,",
    "commands": "what a device asks for, no law,",
    "sensors": "what a sensor feels (vacuum/room.py, discharge.py, advance.py)",
    "dice": "chance (dice.py)",
    "source": "the exchange of the mask with the gas (surface/exchange.py)",
}


@cache
def names() -> tuple[str, ...]:
    """The name of each number in the block."""
    return tuple(names_of(State))


def _room(name: str) -> str:
    """The record that a number is in."""
    return name.rpartition(".")[0]


class PlantDivergedError(ValueError):
    """A state became non-finite: the message names the room, the number and its neighbours."""


class Plant:
    """One simulated tool's physics. The same tool, seed and commands give the same bits."""

    def __init__(self, wiring: Wiring, seed: int, tool: int = 0, machine_gases: Sequence[str] = GASES) -> None:
        """``machine_gases``: the gas lines that this machine has; the others stay dry."""
        self.wiring = wiring
        self.seed = seed
        self.tool = tool
        self.memory = np.zeros(1, dtype_of(State))
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.masks = 0  # laid in so far
        self.drifts: dict[str, Drift] = {}
        self.sound: dict[str, float] = {}  # what faults have changed, by path, as it was before
        self.light_steps: dict[str, dict[str, float]] = {}  # faults: lines that shine more or less than they do
        self._steps = 0
        self._told: list[float] = []
        self._water = True
        self._view()
        self._build(machine_gases)

    def _view(self) -> None:
        """Windows on the block of memory."""
        self.state = cast(State, self.memory.view(np.recarray)[0])
        self.numbers: Floats = self.memory.view(np.float64)
        self._commands, self._fast, self._slow, self._photons, self._normals, self._uniforms = (
            self.numbers[places_of(State, name)] for name in WINDOWS_ON
        )
        self._advance, self._place = loop(), place(self.memory)

    @by_hand()
    def _build(self, machine_gases: Sequence[str]) -> None:
        state = self.state
        nominal = read_tables()
        refuse(nominal)  # before sisters are drawn from it
        check(nominal, parameters.PARAMETERS)
        state.tool = tool_of(tables_of(nominal, self.tool))
        tool = state.tool
        state.plasma = cold(tool.vacuum.chamber.wall_temperature_k)
        state.walls = seasoned(tool.walls)
        rest(state.thermal, tool.thermal)
        at_air(state.vacuum, tool.vacuum, [gas in machine_gases for gas in GASES])
        state.rf.load_motor.motor_pct = state.rf.load_motor.pct = 50.0
        state.rf.tune_motor.motor_pct = state.rf.tune_motor.pct = 50.0
        state.rf.gamma_re = state.breakdown_factor = state.water = state.light.fouling_rate = 1.0
        see_unlit(state.rf, tool.load)
        state.rf.idle_s = tool.breakdown.cooling_s * 10.0
        load(state.surface, tool.surface, "organic", 0.0, self.seed)
        self._deal()
        parameters.spread(self)

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.__dict__.items() if name not in WINDOWS}
        return {**kept, "memory": self.numbers}

    def __setstate__(self, saved: dict[str, Any]) -> None:
        self.__dict__.update(saved)
        # of the one layout there is: with a layout out of a file each call of a law would cost ten times as much
        self.memory = np.zeros(1, dtype_of(State))
        self._view()
        self.numbers[:] = saved["memory"]

    # --- rooms by name, for who looks in from outside the loop

    @property
    def time_s(self) -> float:
        """Plant time [s], counted in whole sub-steps."""
        return self._steps * SUB_STEP_S

    @property
    def film_nm(self) -> float:
        """Mean film on the mask [nm]."""
        return float(self.state.surface.film.mean_nm)

    @film_nm.setter
    @by_hand()
    def film_nm(self, film_nm: float) -> None:
        surface = self.state.surface
        contaminate(surface, self.state.tool.surface, FILM_CLASSES[int(surface.film.film_class)], film_nm, self.seed)
        self.wiring.sensors.quartz_film_nm = self.film_nm

    @by_hand()
    def load_mask(self, contamination: str, nm: float, mask: str | None = None) -> None:
        """Lay a mask in: contamination "organic", "carbon", "resist", "tin" or "haze", mean thickness [nm], kind of
        mask "binary", "phase-shift" or "euv". Each bears a code, MASK-0001 and on. Room air wets the walls.
        """
        state = self.state
        kind = MASK_KINDS[mask or ("euv" if contamination in EUV_CONTAMINATIONS else "binary")]
        load(state.surface, state.tool.surface, contamination, nm, self.seed, kind)
        state.source[:] = 0.0
        self.wiring.sensors.quartz_film_nm = self.film_nm
        self.masks += 1
        self.wiring.sensors.mask_code = f"MASK-{self.masks:04d}"
        fresh_mask(state.thermal, state.tool.thermal)
        new_mask(state.vacuum, state.tool.vacuum)

    @by_hand()
    def inject(self, name: str, params: Mapping[str, float], on: bool) -> None:
        """Start or end the fault ``name`` (see faults.PLANT_FAULTS); KeyError names the known ones."""
        faults.inject(self, name, params, on)

    @by_hand()
    def set_parameter(self, name: str, value: float) -> None:
        """Set a parameter; KeyError for an unknown name, ValueError outside its range."""
        parameters.set_parameter(self, name, value)

    @by_hand()
    def parameters(self) -> list[tuple[str, float, str, float, float, str]]:
        """(name, value, unit, low, high, text) of every parameter."""
        return parameters.list_parameters(self)

    def truth(self) -> dict[str, float]:
        """What is really so, by name with unit; see truth.py."""
        return truth(self)

    def true_values(self) -> list[float]:
        """The numbers of `truth` without their names, in their order: what a trace takes in every scan."""
        return values(self.numbers)

    @by_hand()
    def outcome(self) -> dict[str, Any]:
        """What was done to the mask: residue, damage, dose, their price in light, particle risk; the residue map."""
        state = self.state
        figures = outcome(state.surface, state.tool.surface)
        figures["particle_risk_kpa"] = float(state.vacuum.gas.particle_risk_kpa)
        figures |= used(state.utilities)
        return {**figures, "residue_map_nm": residue_map_nm(state.surface)}

    # --- the loop

    def step(self, dt: float = SUB_STEP_S) -> None:
        """Advance by one sub-step; ``dt`` must be SUB_STEP_S. PlantDivergedError when a state is no longer finite."""
        if dt != SUB_STEP_S:
            raise ValueError(f"the plant advances in sub-steps of {SUB_STEP_S} s, not {dt} s")
        self._steps += 1
        self._listen()
        slowly = self._steps % SLOW_EVERY == 0
        went = self._advance(self._place, dt, SLOW_EVERY * dt if slowly else 0.0)
        if went != WELL:
            self._diverged(went)
        self._speak()
        if slowly:
            if self.drifts:
                self._drift(SLOW_EVERY * dt)
            if self._steps % CHECK_EVERY == 0 and not np.isfinite(self.numbers).all():
                self._diverged(BAD_START)
            self.look()
            self._deal()

    def _listen(self) -> None:
        """Commands into memory, when any has changed."""
        to = self.wiring.commands
        told = [
            to.rf_forward_w,
            to.match_load_target_pct,
            to.match_tune_target_pct,
            to.throttle_target_pct,
            to.throttle_speed,
            to.turbo_on,
            to.turbo_speed_pct,
            to.dry_pump_on,
            to.dry_pump_speed_pct,
            to.chiller_on,
            to.chiller_setpoint_c,
            *to.flow_setpoint_sccm.values(),
            *to.valve_open.values(),
        ]
        if told != self._told:
            self._told = told
            self._commands[:] = told
        water = self.wiring.sensors.water_flowing
        if water != self._water:
            self._water = water
            self.state.water = float(water)

    def _speak(self) -> None:
        """Fast sensors out of memory."""
        out = self.wiring.sensors
        (
            out.throttle_pct,
            out.chamber_gauge_pa,
            out.guard_gauge_pa,
            out.reflected_w,
            out.gamma_re,
            out.gamma_im,
            out.load_r_ohm,
            out.load_x_ohm,
            out.match_load_pct,
            out.match_tune_pct,
            out.dc_bias_v,
            out.arc_count,
        ) = self._fast.tolist()
        if self.numbers[VALVES_CHANGED]:
            self.numbers[VALVES_CHANGED] = 0.0
            for valve, position in zip(VALVES, self.state.vacuum.valves.position.tolist(), strict=True):
                out.valve_opened[valve] = position == 1.0
                out.valve_closed[valve] = position == 0.0

    def look(self) -> None:
        """Slow sensors out of memory, and the light."""
        out = self.wiring.sensors
        (
            out.wide_gauge_pa,
            out.turbo_speed_hz,
            out.turbo_current_a,
            out.turbo_power_w,
            out.turbo_bearing_c,
            out.dry_pump_speed_hz,
            out.dry_pump_power_w,
            out.dry_pump_temperature_c,
            out.chiller_bath_c,
            out.chiller_power_pct,
            out.chuck_c,
            out.mask_c,
            out.quartz_film_nm,
            out.mains_w,
            out.water_lpm,
            out.oes_background,
            at_atmosphere,
            foreline_ok,
            *flows,
        ) = self._slow.tolist()
        out.at_atmosphere, out.foreline_ok = at_atmosphere == 1.0, foreline_ok == 1.0
        out.lid_closed = bool(self.numbers[LID_WANTED] == 0.0)
        out.flow_sccm.update(zip(GASES, flows, strict=True))
        out.oes_photons.update(zip(LINES, self._photons.tolist(), strict=True))
        for lines in self.light_steps.values():
            for line, factor in lines.items():
                out.oes_photons[line] *= factor

    def _deal(self) -> None:
        """New blocks of random numbers before the old ones run out."""
        flat, first = self.numbers, self._steps == 0
        if first or flat[AT_NORMAL] > NORMALS - SPARE:
            self._normals[:] = self.random.standard_normal(NORMALS)
            flat[AT_NORMAL] = 0.0
        if first or flat[AT_UNIFORM] > UNIFORMS - SPARE:
            self._uniforms[:] = self.random.random(UNIFORMS)
            flat[AT_UNIFORM] = 0.0

    @by_hand()
    def _drift(self, dt: float) -> None:
        for drift in self.drifts.values():
            drift.move(self.state, dt)

    def _diverged(self, went: int) -> None:
        """Name a number that is none, of the rooms in which it ``went`` wrong, what stands beside it, and others."""
        wrong = [names()[place] for place in np.flatnonzero(~np.isfinite(self.numbers))]
        suspects = {room: place for place, room in enumerate(("tool", "commands", *SUSPECTS[went]))}
        wrong.sort(key=lambda name: suspects.get(name.partition(".")[0], len(suspects)))
        firsts = {_room(name): name for name in reversed(wrong)}
        room, first = firsts.popitem() if firsts else ("", "something")
        beside = {name.rpartition(".")[2]: place for place, name in enumerate(names()) if _room(name) == room}
        said = ", ".join(f"{name} = {self.numbers[place]:g}" for name, place in beside.items() if "[" not in name)
        also = f"; nor are {', '.join(reversed(firsts.values()))}" if firsts else ""
        law = LAWS.get(split(r"[.\[]", first)[0], "what the rooms hand on (advance.py)")
        about = f"{law} has diverged: {first} is not finite{also}"
        raise PlantDivergedError(f"the simulated plant, at {self.time_s:.2f} s: {about}. {room or 'Beside it'}: {said}")
