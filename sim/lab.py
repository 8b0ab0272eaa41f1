"""The whole tool on a virtual clock: controller and world together, as fast as the machine goes.

Owns virtual time and the joining of drivers to emulators through in-memory ports. All of it is plain data: a Lab can be
saved in the middle of a step and restored, so that tests begin where they need to.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from controller.build import Built, build
from controller.clock import monotonic_s, wait_s
from controller.records.recorder import Recorder, Texts
from controller.records.store import Store
from controller.scan.scan import Answer, Scan
from controller.scan.unit_state import ACTIVE, Order, UnitState
from drivers.transport import Port
from recipes.store import Loaded, find, load_recipe, prepare
from sim.memory_port import MemoryPort
from sim.plant.plant import PlantDivergedError
from sim.plant.surface.contamination import MASK_KINDS
from sim.settings import Settings, read_settings
from sim.sweep import Point
from sim.world import World

SLICES = 5  #: the lines run ahead of the plant by this part of a scan at most; a reading carries the plant's time
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  #: virtual runs begin here, so that two of them are the same to the last bit
#: assumed: what a recipe for such a contamination is meant to remove
FILM_NM = {"organic": 8.0, "carbon": 2.0, "resist": 12.0, "tin": 1.0, "haze": 5.0, "none": 0.0}


LONGEST_RUN_S = 4 * 3600.0  # assumed: a simulated run longer than this hangs, whatever its recipe says
DECIDED_S = 1.0  #: who is asked in a simulated run answers after so long: confirms, or ends a held run properly
REPEATED = ("tool", "seed")  #: in a run's summary, and among the inputs of a sweep too
Progress = Callable[[float, float, str], None]  #: run time [s], expected run time [s], name of the step


class Lab:
    """Controller and world, stepped together."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.world = World(self.settings.machine, self.settings.seed, self.settings.tool)
        self.world.pumps_running()
        self.built: Built = build(self.settings.machine, self._port)
        self.scan: Scan = self.built.scan
        self.period_s = 1.0 / self.built.machine.machine.scan_hz
        self.scans = 0
        self.recorder: Recorder | None = None
        self.truth_names = [f"true.{name}" for name in self.world.plant.truth()]
        self.film_before_nm: float | None = None
        for name, value in self.settings.set.items():
            if name != "film_nm":
                self.world.plant.set_parameter(name, value)
        self.world.add_faults(self.settings.faults)

    @property
    def now(self) -> float:
        """Virtual time [s] of the last scan."""
        return self.scan.now

    def step(self) -> None:
        """One scan period: the world lives, lines are served, the core decides."""
        start = self.scans * self.period_s
        self.scans += 1
        until = self.scans * self.period_s
        world, buses = self.world, self.built.buses
        slice_s = self.period_s / SLICES
        for number in range(1, SLICES + 1):
            ahead = start + number * slice_s
            for bus in buses:
                bus.service(ahead)
            world.advance(ahead)
        self.scan.step(until)
        if self.recorder is not None:
            self.recorder.observe(world.plant.true_values())

    def run_for(self, seconds: float) -> None:
        """Live for so long."""
        for _ in range(round(seconds / self.period_s)):
            self.step()

    def run_until(self, done: Any, within_s: float) -> bool:
        """Live until ``done(lab)``; False when that did not come true in time."""
        for _ in range(round(within_s / self.period_s)):
            if done(self):
                return True
            self.step()
        return bool(done(self))

    def get_ready(self, within_s: float = 30.0) -> list[str]:
        """Live until nothing stands against a start; returns what still does."""
        self.run_until(lambda lab: not lab.scan.why_not_start(), within_s)
        return self.scan.why_not_start()

    def load_mask(self, contamination: str, film_nm: float | None = None, mask: str | None = None) -> None:
        """Lay a mask in: its contamination, mean thickness [nm] and kind; what is not said is as such masks are."""
        if contamination != "none":
            wanted = self.settings.set.get("film_nm") if film_nm is None else film_nm
            film_nm = FILM_NM.get(contamination, 0.0) if wanted is None else wanted
            self.world.plant.load_mask(contamination, film_nm, mask if mask in MASK_KINDS else None)
        self.film_before_nm = self.world.plant.film_nm

    def order(self, loaded: Loaded, run_id: str = "run", mask: str = "SIM-MASK-1", user: str = "simulator") -> Order:
        """A run of this recipe on this machine; FileRefused with every reason why it cannot be."""
        view = self.built.view
        header = loaded.recipe.recipe
        finish, abort = (prepare(load_recipe(find(name)), view) for name in (header.finish, header.abort))
        return Order(run_id, prepare(loaded, view), finish, abort, mask, user, loaded.sha256)

    def start(self, recipe: str, run_id: str = "run") -> Answer:
        """Load the mask that this recipe is for, and start it, with a record."""
        loaded = load_recipe(find(recipe))
        order = self.order(loaded, run_id)
        self.load_mask(loaded.recipe.recipe.contamination, mask=loaded.recipe.recipe.mask)
        self.recorder = Recorder(
            self.scan,
            texts_of(self.built, loaded, self.settings.tool, self.settings.seed),
            VirtualDate(self.scan),
            self.truth_names,
        )
        return self.scan.start(order)

    @property
    def over(self) -> bool:
        """Whether the run has ended one way or another, or waits for a person."""
        return self.scan.unit.state not in ACTIVE or self.scan.unit.state in (UnitState.HELD, UnitState.PAUSED)

    def save(self) -> bytes:
        """The whole lab, frozen."""
        return pickle.dumps(self, protocol=5)

    @staticmethod
    def restore(data: bytes) -> Lab:
        """A lab as it was saved; both go on independently and alike."""
        lab = pickle.loads(data)
        assert isinstance(lab, Lab)
        return lab

    def _port(self, name: str, _table: object) -> Port:
        return MemoryPort(self.world.lines[name], self.world)


@dataclass
class VirtualDate:
    """Wall-clock time of a virtual run: the epoch plus virtual time."""

    scan: Scan

    def __call__(self) -> datetime:
        """Now."""
        return EPOCH + timedelta(seconds=self.scan.now)


def texts_of(built: Built, loaded: Loaded, tool: int = 0, seed: int = 0) -> Texts:
    """What identifies a run in its record."""
    header = loaded.recipe.recipe
    name = {"name": header.name, "version": header.version, "sha256": loaded.sha256}
    return Texts(built.machine, built.document.text, loaded.document.text, name, tool, seed)


class NotReadyError(Exception):
    """A simulated tool refuses to start; carries every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def ready(recipe: str, settings: Settings) -> Lab:
    """A simulated tool on which this recipe may start, healthy: faults begin to count with the run.

    FileRefused for a recipe that cannot run here, NotReadyError when the tool does not come up.
    """
    lab = Lab(replace(settings, faults=[]))
    lab.settings = settings
    lab.order(load_recipe(find(recipe)))
    if reasons := lab.get_ready():
        raise NotReadyError(reasons)
    return lab


def simulate(
    lab: Lab, recipe: str, store: Store | None, run_id: str, progress: Progress | None = None, paced: bool = False
) -> dict[str, Any]:
    """Run a recipe on a tool that is ready, to its end, recorded in ``store`` (None: nowhere); returns what only a
    simulator knows (film before and after, wall time). ``paced`` keeps to real time. NotReadyError when the start is
    refused.
    """
    began = monotonic_s()
    if not (answer := lab.start(recipe, run_id)).ok:
        raise NotReadyError(answer.reasons)
    lab.world.add_faults([replace(fault, at_s=fault.at_s + lab.now) for fault in lab.settings.faults])
    assert lab.scan.unit.runner is not None
    expected_s = sum(step.end.expected_s for step in lab.scan.unit.runner.program.steps)
    zero = lab.now
    with _rare_collections():
        while lab.recorder is not None and lab.recorder.summary is None:
            lab.run_for(1.0)
            if lab.now - zero > LONGEST_RUN_S:
                lab.scan.command("abort", f"the run has not ended after {LONGEST_RUN_S / 3600:g} h")
            lab.recorder.jobs.clear() if store is None else lab.recorder.drain(store)
            _decide(lab)
            if progress is not None:
                step = lab.scan.unit.runner.step_now if lab.scan.unit.runner else None
                progress(lab.now - zero, expected_s, step.name if step else "")
            if paced:
                wait_s(began + lab.now - zero - monotonic_s())
    return {
        "film_before_nm": lab.film_before_nm,
        "film_after_nm": lab.world.plant.film_nm,
        "outcome": lab.world.plant.outcome(),
        "wall_s": round(monotonic_s() - began, 3),
    }


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage seldom: a scan leaves no cycles behind, and what a lab is made of never becomes garbage."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _decide(lab: Lab) -> None:
    """Nobody stands at a simulated tool: operator steps are confirmed, a held run is ended properly."""
    unit = lab.scan.unit
    if lab.now - unit.state_since_s < DECIDED_S:
        return
    if unit.state is UnitState.HELD:
        lab.scan.command("stop", "nobody to decide in a simulation")
    elif unit.state is UnitState.RUNNING and unit.runner is not None:
        step = unit.runner.step_now
        if step is not None and step.end.kind == "operator" and lab.now - unit.runner.entered_s >= DECIDED_S:
            lab.scan.command("confirm")


@dataclass(frozen=True)
class Outcomes:
    """One run of a sweep as a row of its table: what happens on this machine at a point, whatever happens."""

    machine: Path

    def __call__(self, point: Point) -> dict[str, Any]:
        """Verdict and key figures; a run that was refused says why instead."""
        try:
            sets = [f"{name}={value!r}" for name, value in point.set.items()]
            settings = read_settings(self.machine, point.seed, sets, point.faults, point.tool)
            lab = ready(point.recipe, settings)
            more = simulate(lab, point.recipe, None, "sweep")
        except NotReadyError as error:
            return {"verdict": "refused", "reasons": "; ".join(error.reasons)}
        except PlantDivergedError as error:
            return {"verdict": "diverged", "reasons": str(error)}
        summary = (lab.recorder and lab.recorder.summary) or {}
        row = {"verdict": summary.get("verdict"), "reasons": "; ".join(summary.get("reasons", []))}
        row["alarms"] = len(summary.get("alarms", []))
        whole = {**summary, **more, **more["outcome"]}
        return row | {k: v for k, v in whole.items() if isinstance(v, int | float) and k not in REPEATED}
