"""What can break in the plant, by name: ``target.type`` with its parameters, and what each does to the rooms.

Owns the registry that `--list-faults` prints and `Plant.inject` obeys. Faults of wires and electronics are elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isfinite
from typing import TYPE_CHECKING

from sim.faults import FaultKind
from sim.wiring import GASES, VALVES

if TYPE_CHECKING:
    from sim.plant.plant import Plant

Params = Mapping[str, float]
Action = Callable[["Plant", Params, bool], None]

PLANT_FAULTS: dict[str, FaultKind] = {}
_ACTIONS: dict[str, Action] = {}


def _fault(key: str, meaning: str, **parameters: float) -> Callable[[Action], Action]:
    target, _, type_ = key.partition(".")

    def register(action: Action) -> Action:
        PLANT_FAULTS[key] = FaultKind(target, type_, dict(parameters), meaning)
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
    _ACTIONS[key](plant, {**defaults, **params}, on)


@_fault("chamber.leak", "room air leaks in at `rate` [Pa m3/s]", rate=1e-3)
def _leak(plant: Plant, params: Params, on: bool) -> None:
    plant.vacuum.leak_pa_m3_s = params["rate"] if on else plant.tool.chamber.leak_pa_m3_s


@_fault("plasma.extinguish", "the discharge goes out and stays out `for` seconds", **{"for": 0.05})
def _extinguish(plant: Plant, params: Params, on: bool) -> None:
    seconds = params["for"]
    plant.plasma.quench_s = (seconds if isfinite(seconds) else inf) if on else 0.0


@_fault("plasma.no_ignite", "no first electron: the discharge does not start")
def _no_ignite(plant: Plant, params: Params, on: bool) -> None:
    plant.plasma.no_ignite = on


@_fault("plasma.arc", "arcs at `rate` [1/s] while the plasma burns", rate=2.0)
def _arc(plant: Plant, params: Params, on: bool) -> None:
    plant.arc_per_s = params["rate"] if on else 0.0


@_fault("match.detune", "the series capacitor is `pct` percent off its scale", pct=3.0)
def _detune(plant: Plant, params: Params, on: bool) -> None:
    plant.match.detune = 0.01 * params["pct"] if on else 0.0


@_fault("throttle.stuck", "the flap does not move")
def _throttle(plant: Plant, params: Params, on: bool) -> None:
    plant.throttle.stuck = on


@_fault("chiller.off", "neither heats nor cools")
def _chiller(plant: Plant, params: Params, on: bool) -> None:
    plant.thermal.chiller_available = not on


@_fault("dry_pump.off", "the dry pump stops, whatever it is told")
def _dry_pump(plant: Plant, params: Params, on: bool) -> None:
    plant.dry_pump.available = not on


@_fault("turbo.off", "the turbo's drive gives no torque")
def _turbo(plant: Plant, params: Params, on: bool) -> None:
    plant.turbo.available = not on


@_fault("lid.open", "the lid opens; under vacuum it cannot lift and only its switch says so")
def _lid(plant: Plant, params: Params, on: bool) -> None:
    plant.lid_open = on


@_fault("water.off", "no cooling water")
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


@_fault("oes.flat", "no light reaches the spectrometer")
def _oes(plant: Plant, params: Params, on: bool) -> None:
    plant.oes_flat = on


def _register_valves() -> None:
    for valve in VALVES:

        @_fault(f"{valve}_valve.stuck", "the valve stays where it is")
        def stuck(plant: Plant, params: Params, on: bool, valve: str = valve) -> None:
            (plant.valves.stuck.add if on else plant.valves.stuck.discard)(valve)


def _register_mfcs() -> None:
    for index, gas in enumerate(GASES):

        @_fault(f"{gas}_mfc.drift", "the flow sensor's zero is off by `zero` [sccm]", zero=5.0)
        def drift(plant: Plant, params: Params, on: bool, index: int = index) -> None:
            plant.mfcs[index].zero_sccm = params["zero"] if on else 0.0


def _register_gauges() -> None:
    for name in ("chamber_gauge", "guard_gauge", "wide_gauge"):

        @_fault(f"{name}.stuck", "the sensing element keeps its reading")
        def stuck(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            plant.gauges[name].stuck = on

        @_fault(f"{name}.off", "the sensing element gives nothing: reads 0")
        def off(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            plant.gauges[name].off = on

        @_fault(f"{name}.drift", "the zero is off by `offset` [Pa] and moves at `rate` [Pa/s]", offset=0.5, rate=0.0)
        def drift(plant: Plant, params: Params, on: bool, name: str = name) -> None:
            gauge = plant.gauges[name]
            gauge.offset_pa, gauge.drift_pa_s = (params["offset"], params["rate"]) if on else (0.0, 0.0)


_register_valves()
_register_mfcs()
_register_gauges()
