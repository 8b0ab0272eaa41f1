"""Many simulated runs: a grid or random draws over recipes, tools, seeds and parameters, on every core, as one table.

Owns the plan, its order, what is already done, and the table. What one run is, it is told (`Work`). A sweep that was
broken off goes on where it was: every finished run is one line in a file beside the table.
"""

from __future__ import annotations

import itertools
import json
import math
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from sim.plant.parameters import PARAMETERS

MOST_RUNS = 100_000  # assumed: a larger table is a slip of the pen


@dataclass(frozen=True)
class Point:
    """One run of a sweep."""

    recipe: str
    tool: int
    seed: int
    set: dict[str, float] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What identifies it in the file of finished runs."""
        return json.dumps(asdict(self), sort_keys=True)


Row = dict[str, Any]
Work = Callable[[Point], Row]  #: runs one point; must be picklable, and say what went wrong in its row
Progress = Callable[[float, float, str], None]  #: runs done, runs in all, what was done last


class SweepError(ValueError):
    """A sweep that cannot be; carries every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Plan:
    """Every run of a sweep, in the order of the table."""

    points: tuple[Point, ...]
    ground: str = ""  #: what the points stand on: contents of recipes, machine and tool, state of the physics

    @property
    def fingerprint(self) -> str:
        """Changes with any point, and with what they stand on."""
        return sha256("\n".join([self.ground, *(point.key for point in self.points)]).encode()).hexdigest()


def ground_of(files: Sequence[Path], *states: str) -> str:
    """One name for the contents of ``files`` and for ``states`` that have a name of their own."""
    return sha256(b"".join(file.read_bytes() for file in files) + "\n".join(states).encode()).hexdigest()


def plan(
    recipes: Sequence[str],
    tools: str = "0",
    seeds: str = "0",
    grid: Sequence[str] = (),
    draws: Sequence[str] = (),
    runs: int = 1,
    faults: Sequence[str] = (),
    ground: str = "",
) -> Plan:
    """The points of a sweep from the words of a command line; SweepError with every reason.

    ``tools``, ``seeds``: "0", "0,3", "0-9". ``grid``: NAME=A,B,C or NAME=LOW:HIGH:COUNT, all combinations. ``draws``:
    NAME=LOW:HIGH, drawn anew (uniform) for each of ``runs`` runs of every combination; the draw follows run and name.
    """
    reasons: list[str] = []
    numbers, drawn = _whole(tools, "--tools", reasons), _whole(seeds, "--seeds", reasons)
    for option, texts in (("--grid", grid), ("--draw", draws)):
        names = [text.partition("=")[0] for text in texts]
        reasons += [f"{option} {name}: said more than once" for name in sorted(set(names)) if names.count(name) > 1]
    axes = dict(_axis(text, reasons) for text in grid)
    ranges = dict(_range(text, reasons) for text in draws)
    if both := sorted(set(axes) & set(ranges) - {""}):
        reasons.append(f"{', '.join(both)}: in --grid and in --draw")
    if runs < 1:
        reasons.append(f"--runs {runs}: must be 1 or more")
    if runs > 1 and not draws:
        reasons.append("--runs repeats random draws: say what to draw with --draw NAME=LOW:HIGH, or use --seeds 0-9")
    if reasons:
        raise SweepError(reasons)
    count = len(recipes) * len(numbers) * len(drawn) * math.prod(len(axis) for axis in axes.values()) * runs
    if count > MOST_RUNS:
        raise SweepError([f"that would be {count} runs: more than {MOST_RUNS}"])
    sets = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    points = [
        Point(recipe, tool, seed, {**chosen, **_drawn(ranges, run)}, tuple(faults))
        for recipe, tool, seed, chosen in itertools.product(recipes, numbers, drawn, sets)
        for run in range(runs)
    ]
    return Plan(tuple(points), ground)


def _drawn(ranges: dict[str, tuple[float, float]], run: int) -> dict[str, float]:
    """One random choice of each range: run n of a sweep is the same whatever else is drawn beside it."""
    return {
        name: low + (high - low) * float(np.random.default_rng([run, *name.encode()]).random())
        for name, (low, high) in ranges.items()
    }


def _whole(text: str, option: str, reasons: list[str]) -> list[int]:
    """Whole numbers from "0", "0,3" or "0-9"."""
    found: list[int] = []
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or (dash and int(high) < int(low)):
            reasons.append(f"{option} {text}: want numbers like 0, 0,3 or 0-9")
            return []
        if dash and int(high) - int(low) >= MOST_RUNS:
            reasons.append(f"{option} {text}: more than {MOST_RUNS} runs")
            return []
        found += range(int(low), int(high if dash else low) + 1)
    return list(dict.fromkeys(found))


def _axis(text: str, reasons: list[str]) -> tuple[str, list[float]]:
    name, _, words = text.partition("=")
    try:
        if words.count(":") == 2:
            low, high, count = words.split(":")
            if int(count) > MOST_RUNS:
                reasons.append(f"--grid {text}: more than {MOST_RUNS} runs")
                return "", []
            values = np.linspace(float(low), float(high), int(count)).tolist()
        else:
            values = [float(word) for word in words.split(",")]
    except ValueError:
        reasons.append(f"--grid {text}: want NAME=A,B,C or NAME=LOW:HIGH:COUNT")
        return "", []
    _known(name, values, f"--grid {text}", reasons)
    return name, values


def _range(text: str, reasons: list[str]) -> tuple[str, tuple[float, float]]:
    name, _, words = text.partition("=")
    try:
        low, high = (float(word) for word in words.split(":"))
    except ValueError:
        reasons.append(f"--draw {text}: want NAME=LOW:HIGH")
        return "", (0.0, 0.0)
    if not low <= high:
        reasons.append(f"--draw {text}: the low end lies above the high one")
    _known(name, [low, high], f"--draw {text}", reasons)
    return name, (low, high)


def _known(name: str, values: list[float], where: str, reasons: list[str]) -> None:
    if name not in PARAMETERS:
        reasons.append(f"{where}: there is no parameter {name!r}; `maskglow simulate --list-parameters` prints them")
        return
    low, high, unit = PARAMETERS[name].low, PARAMETERS[name].high, PARAMETERS[name].unit
    if not values or not all(low <= value <= high for value in values):
        reasons.append(f"{where}: must be within {low:g}..{high:g} {unit}")


# --- running ---------------------------------------------------------------------------------------------------


@contextmanager
def ended_alike() -> Iterator[None]:
    """SIGTERM ends the work as Ctrl-C does: no process of its own is left behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(plan: Plan, work: Work, out: Path, jobs: int, progress: Progress, dask: str = "") -> list[Row]:
    """Run what is not done yet, on ``jobs`` cores or a Dask cluster at ``dask``; the rows in the order of the plan.

    Finished runs are kept beside ``out`` until the table is written; SweepError when that file belongs to another plan.
    """
    beside = out.with_name(out.name + ".part")
    done = _done(beside, plan)
    left = [point for point in plan.points if point.key not in done]
    progress(len(done), len(plan.points), f"{len(done)} were done before" if done else "")
    with _pool(jobs, dask) as parallel, beside.open("a", encoding="utf-8") as file:
        if file.tell() == 0:
            file.write(json.dumps({"plan": plan.fingerprint}) + "\n")
        from joblib import delayed

        for point, row in parallel(delayed(_one)(work, point) for point in left):
            done[point.key] = row
            file.write(json.dumps({"point": point.key, "row": row}) + "\n")
            file.flush()
            progress(len(done), len(plan.points), f"{point.recipe}, tool {point.tool}, seed {point.seed}")
    return [done[point.key] for point in plan.points]


def _one(work: Work, point: Point) -> tuple[Point, Row]:
    return point, work(point)


@contextmanager
def _pool(jobs: int, dask: str) -> Iterator[Any]:
    """A joblib pool that gives results as they come."""
    from joblib import Parallel, parallel_config

    if not dask:
        yield Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise SweepError([f"--dask {dask}: needs the extra `pip install maskglow[cluster]` ({error.name})"]) from None
    try:
        client = Client(dask, timeout="5s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise SweepError([f"--dask {dask}: no scheduler answers there ({error})"]) from None
    with client, parallel_config(backend="dask"):
        yield Parallel(return_as="generator_unordered", batch_size=1)


def _done(beside: Path, plan: Plan) -> dict[str, Row]:
    """Rows of an earlier, broken-off run of the same plan. A last line that was cut off is run again."""
    if not beside.exists():
        return {}
    try:
        lines = beside.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        same = not whole or whole[0]["plan"] == plan.fingerprint
        done = {line["point"]: line["row"] for line in whole[1:]} if same else {}
    except (ValueError, KeyError, TypeError):
        raise SweepError([f"{beside} is no file of finished runs: remove it, or choose another --out"]) from None
    if not same:
        what = "another sweep, or of other recipes, machine, tool or physics than now"
        raise SweepError([f"{beside} keeps the runs of {what}: remove it, or choose another --out"])
    if lines and not lines[-1].endswith("\n"):
        beside.write_text("".join(lines[:-1]), encoding="utf-8")
    return done


# --- the table -------------------------------------------------------------------------------------------------


def table(plan: Plan, rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
    """Columns and cells: what was varied, then what came out; a cell is None where a run has no such value."""
    varied = [
        {"recipe": point.recipe, "tool": point.tool, "seed": point.seed, **point.set, "faults": " ".join(point.faults)}
        for point in plan.points
    ]
    whole = [{**inputs, **row} for inputs, row in zip(varied, rows, strict=True)]
    columns = list(dict.fromkeys(name for line in whole for name in line))
    return columns, [[line.get(name) for name in columns] for line in whole]
