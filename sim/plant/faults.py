"""What can break in the plant, by name: ``target.type`` with its parameters, and what each does to the rooms.

Owns the registry that `--list-faults` prints and `Plant.inject` obeys. Faults of wires and electronics are elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isfinite
from typing import TYPE_CHECKING

from sim.faults import FaultKind
from sim.plant.drift import Drift
from sim.plant.parameters import read, write
from sim.wiring import GASES, OES_LINES, VALVES

if TYPE_CHECKING:
    from sim.plant.plant import Plant

Params = Mapping[str, float]
Action = Callable[["Plant", Params, bool], None]

#: what a number of a fault may be, by its name or by fault and name  # assumed: beyond, it is a slip of the pen
LIMITS = {
    "rate": (-100.0, 100.0),
    "chamber.leak:rate": (0.0, 1.0),
    "plasma.arc:rate": (0.0, 1000.0),
    "growth": (0.0, 1e-2),
    "conductance": (0.0, 1e-3),
    "factor": (0.0, 1000.0),
    "pct": (-50.0, 50.0),
    "pct_per_h": (-1e6, 1e6),
    "play": (0.0, 20.0),
    "per_h": (-1e6, 1e6),
    "times": (0.0, 1e9),
    "zero": (-500.0, 500.0),
    "offset": (-1e5, 1e5),
    "gas": (0.0, 3.0),
}
PLANT_FAULTS: dict[str, FaultKind] = {}
_ACTIONS: dict[str, Action] = {}


def _fault(key: str, meaning: str, **parameters: float) -> Callable[[Action], Action]:
    target, _, type_ = key.partition(".")

    def register(action: Action) -> Action:
        limits = {name: LIMITS.get(f"{key}:{name}", LIMITS[name]) for name in parameters if name != "for"}
        PLANT_FAULTS[key] = FaultKind(target, type_, dict(parameters), meaning, limits)
        _ACTIONS[key] = action
        return action

    return register


def inject(plant: Plant, key: str, params: Params, on: bool) -> None:
    """Start (or end) the fault ``key``; KeyError names the known ones, ValueError an unknown parameter."""
    if key not in _ACTIONS:
        raise KeyError(f"no plant fault {key!r}; known: {', '.join(PLANT_FAULTS)}")
    known = PLANT_FAULTS[key].parameters
    if unknown := sorted(set(params) - set(known) - {"for"}):
        raise ValueError(f"fault {key}: no parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    defaults = {name: float(value) for name, value in known.items()}
    for name, value in params.items():
        low, high = PLANT_FAULTS[key].limits.get(name, (-inf, inf))
        if not low <= value <= high:
            raise ValueError(f"fault {key}: {name} = {value:g} must be within {low:g}..{high:g}")
    _ACTIONS[key](plant, {**defaults, **params}, on)


def _drift(plant: Plant, key: str, on: bool, drift: Drift) -> None:
    """Let a number drift while the fault lasts; what it has become by then, it stays."""
    if on:
        plant.drifts[key] = drift
    else:
        plant.drifts.pop(key, None)


def _hold(plant: Plant, path: str, value: float, on: bool) -> None:
    """Set a number while the fault lasts; then it is again what it was before."""
    if on:
        plant.sound.setdefault(path, read(plant, path))
        write(plant, path, value)
    elif path in plant.sound:
        write(plant, path, plant.sound.pop(path))


@_fault("chamber.leak", "room air leaks in at `rate` [Pa m3/s], growing by `growth` [Pa m3/s2]", rate=1e-3, growth=0.0)
def _leak(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "vacuum.gas.leak_pa_m3_s", params["rate"], on)
    _drift(plant, "leak", on and params["growth"] != 0.0, Drift("vacuum.gas.leak_pa_m3_s", params["growth"], low=0.0))


@_fault("chamber.virtual_leak", "air trapped behind a screw bleeds in through `conductance` [m3/s]", conductance=1e-8)
def _virtual_leak(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "vacuum.gas.virtual_leak_m3_s", params["conductance"], on)


@_fault("chamber.outgassing", "the walls give off `factor` times as much water", factor=10.0)
def _outgassing(plant: Plant, params: Params, on: bool) -> None:
    path = "vacuum.gas.outgassing_pa_m_s"
    _hold(plant, path, plant.sound.get(path, read(plant, path)) * params["factor"], on)


@_fault("plasma.extinguish", "the discharge goes out and stays out `for` seconds", **{"for": 0.05})
def _extinguish(plant: Plant, params: Params, on: bool) -> None:
    seconds = params["for"]
    plant.state.quench_s = (seconds if isfinite(seconds) else FOREVER_S) if on else 0.0


@_fault("plasma.no_ignite", "no first electron: the discharge does not start")
def _no_ignite(plant: Plant, params: Params, on: bool) -> None:
    plant.state.no_ignite = 1.0 if on else 0.0


@_fault("plasma.arc", "arcs at `rate` [1/s] while the plasma burns", rate=2.0)
def _arc(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "rf.arc_per_s", params["rate"], on)


@_fault("match.detune", "the series capacitor is `pct` percent off its scale", pct=3.0)
def _detune(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "rf.detune", 0.01 * params["pct"], on)


@_fault("match.drift", "the series capacitor leaves its scale by `pct_per_h` percent an hour", pct_per_h=1.0)
def _match_drift(plant: Plant, params: Params, on: bool) -> None:
    _drift(plant, "match", on, Drift("rf.detune", 0.01 * params["pct_per_h"] / HOUR_S, low=-0.5, high=0.5))


@_fault("match.wear", "the gear of the tune capacitor has `play` percent of play", play=1.0)
def _match_wear(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "rf.tune_motor.play_pct", params["play"], on)


@_fault("throttle.stuck", "the flap does not move")
def _throttle(plant: Plant, params: Params, on: bool) -> None:
    plant.state.vacuum.throttle.stuck = 1.0 if on else 0.0


@_fault("throttle.closed", "the flap falls shut and stays so")
def _throttle_closed(plant: Plant, params: Params, on: bool) -> None:
    throttle = plant.state.vacuum.throttle
    throttle.stuck = 1.0 if on else 0.0
    if on:
        throttle.pct = throttle.motor_pct = 0.0


@_fault("throttle.wear", "its gear has `play` percent of play, growing by `per_h` an hour", play=0.5, per_h=0.0)
def _throttle_wear(plant: Plant, params: Params, on: bool) -> None:
    _hold(plant, "vacuum.throttle.backlash_pct", params["play"], on)
    rate = params["per_h"] / HOUR_S
    _drift(plant, "throttle", on and rate != 0.0, Drift("vacuum.throttle.backlash_pct", rate, low=0.0, high=20.0))


@_fault("walls.drift", "oxygen's seasoning of the walls is lost at `per_h` an hour (below zero: gained)", per_h=1.0)
def _walls(plant: Plant, params: Params, on: bool) -> None:
    _drift(plant, "walls", on, Drift("walls.seasoned_o", -params["per_h"] / HOUR_S, low=0.0, high=1.0))


@_fault("walls.fresh", "the walls are as after a wet clean: not seasoned for any gas")
def _fresh(plant: Plant, params: Params, on: bool) -> None:
    if on:
        plant.state.walls.seasoned_o = plant.state.walls.seasoned_h = 0.0


@_fault("window.fouling", "the spectrometer's window gets dirty `times` as fast", times=1e4)
def _fouling(plant: Plant, params: Params, on: bool) -> None:
    path = "light.fouling_rate"
    _hold(plant, path, plant.sound.get(path, read(plant, path)) * params["times"], on)


@_fault("oes.flat", "no light reaches the spectrometer")
def _oes(plant: Plant, params: Params, on: bool) -> None:
    plant.state.light.covered = 1.0 if on else 0.0


def _step_light(plant: Plant, target: str, factors: dict[str, float]) -> None:
    plant.light_steps[target] = factors


@_fault("oes.step", "all lines shine `factor` times as much: a fibre that moved", factor=0.7)
def _oes_step(plant: Plant, params: Params, on: bool) -> None:
    _step_light(plant, "oes", dict.fromkeys(OES_LINES, params["factor"]) if on else {})


@_fault("co_line.step", "light of CO alone is `factor` times what it is: a false endpoint", factor=0.3)
def _co_step(plant: Plant, params: Params, on: bool) -> None:
    lines = [line for line in OES_LINES if line.startswith("co_")]
    _step_light(plant, "co_line", dict.fromkeys(lines, params["factor"]) if on else {})


@_fault("chiller.off", "neither heats nor cools")
def _chiller(plant: Plant, params: Params, on: bool) -> None:
    plant.state.thermal.chiller.available = 0.0 if on else 1.0


@_fault("dry_pump.off", "the dry pump stops, whatever it is told")
def _dry_pump(plant: Plant, params: Params, on: bool) -> None:
    plant.state.vacuum.dry_pump.available = 0.0 if on else 1.0


@_fault("turbo.off", "the turbo's drive gives no torque")
def _turbo(plant: Plant, params: Params, on: bool) -> None:
    plant.state.vacuum.turbo.available = 0.0 if on else 1.0


@_fault("lid.open", "the lid opens; under vacuum it cannot lift and only its switch says so")
def _lid(plant: Plant, params: Params, on: bool) -> None:
    plant.state.vacuum.gas.lid_wanted = 1.0 if on else 0.0


@_fault("water.off", "no cooling water: chamber walls and turbo warm up, the chiller cannot cool")
def _water(plant: Plant, params: Params, on: bool) -> None:
    plant.wiring.sensors.water_flowing = not on


@_fault("chain.open", "the hard-wired safety chain opens")
def _chain(plant: Plant, params: Params, on: bool) -> None:
    plant.wiring.sensors.chain_closed = not on


@_fault("exhaust.off", "no exhaust flow")
def _exhaust(plant: Plant, params: Params, on: bool) -> None:
    plant.wiring.sensors.exhaust_flowing = not on


@_fault("h2_detector.alarm", "the hydrogen detector alarms")
def _h2_detector(plant: Plant, params: Params, on: bool) -> None:
    plant.wiring.sensors.h2_detector_clear = not on


def _register_valves() -> None:
    for index, valve in enumerate(VALVES):

        @_fault(f"{valve}_valve.stuck", "the valve stays where it is")
        def stuck(plant: Plant, params: Params, on: bool, index: int = index) -> None:
            plant.state.vacuum.valves.stuck[index] = 1.0 if on else 0.0


def _register_mfcs() -> None:
    for index, gas in enumerate(GASES):

        @_fault(f"{gas}_mfc.drift", "the sensor's zero is off by `zero` [sccm], `rate` [sccm/s]", zero=5.0, rate=0.0)
        def drift(plant: Plant, params: Params, on: bool, index: int = index) -> None:
            mfcs = plant.state.vacuum.mfcs
            mfcs.zero_sccm[index], mfcs.zero_rate_sccm_s[index] = (params["zero"], params["rate"]) if on else (0.0, 0.0)

        @_fault(
            f"{gas}_mfc.wrong_gas",
            "it was calibrated for another: `gas` 0 O2, 1 H2, 2 Ar, 3 N2",
            gas=2.0 if gas == "n2" else 3.0,
        )
        def wrong_gas(plant: Plant, params: Params, on: bool, index: int = index) -> None:
            plant.state.vacuum.mfcs.calibrated_for[index] = float(round(params["gas"])) if on else float(index)

        @_fault(f"{gas}_mfc.clog", "its control valve stays where it is")
        def clog(plant: Plant, params: Params, on: bool, index: int = index) -> None:
            plant.state.vacuum.mfcs.stuck[index] = 1.0 if on else 0.0


def _register_gauges() -> None:
    for name in ("chamber_gauge", "guard_gauge", "wide_gauge"):

        @_fault(f"{name}.stuck", "the sensing element keeps its reading")
        def stuck(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            getattr(plant.state.vacuum, name).stuck = 1.0 if on else 0.0

        @_fault(f"{name}.off", "the sensing element gives nothing: reads 0")
        def off(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            getattr(plant.state.vacuum, name).off = 1.0 if on else 0.0

        @_fault(f"{name}.drift", "the zero is off by `offset` [Pa] and moves at `rate` [Pa/s]", offset=0.5, rate=0.0)
        def drift(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            gauge = getattr(plant.state.vacuum, name)
            gauge.offset_pa, gauge.drift_pa_s = (params["offset"], params["rate"]) if on else (0.0, 0.0)


HOUR_S = 3600.0  # paper: exact
FOREVER_S = 1e12  # assumed: longer than any run, and finite

_register_valves()
_register_mfcs()
_register_gauges()
