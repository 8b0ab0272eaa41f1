"""Saved phases of one whole clean, shared by every test that needs a tool in the middle of something."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sim.lab import Lab

# The same examples in every run, and no verdict by the speed of a busy machine.
settings.register_profile("house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


SHARED = "MASKGLOW_TESTS_SHARED"  #: in the environment of the workers: the folder that they share
LONGEST_WAIT_S = 300.0


def pytest_configure(config: pytest.Config) -> None:
    """Who starts the workers makes the folder that they share, and takes it away in the end."""
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        folder = os.environ[SHARED] = tempfile.mkdtemp(prefix="maskglow-tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        config.add_cleanup(lambda: os.environ.pop(SHARED, None))


#: the files that take longest, longest first; but first of all one that can do without the frozen clean
LONG = (
    "test_wire_faults.py", "test_what_dies.py", "test_whole_cleans.py", "test_verbs.py", "test_sensor_faults.py",
    "test_front_door.py", "test_lab.py", "test_real_lines.py", "test_fault_catalogue.py", "test_capture_verb.py",
    "test_plant_faults.py", "test_lost_in_the_middle.py", "test_mixed_tool.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In turns a file that waits for real time and one that works long, so that each runs beside the other; at the end
    what is short, so that no worker waits for the other.
    """
    files = list(dict.fromkeys(item.path for item in items))
    long = sorted((file for file in files if file.name in LONG), key=lambda file: LONG.index(file.name))
    wait = {item.path for item in items if item.get_closest_marker("realtime")}
    turns = zip_longest((f for f in [*long, *files] if f in wait), (f for f in long if f not in wait))
    order = dict.fromkeys([*(file for turn in turns for file in turn if file is not None), *files])
    rank = {file: number for number, file in enumerate(order)}
    items.sort(key=lambda item: rank[item.path])


LIMIT_S = 900.0
#: phase -> (step of the O2 clean, seconds after its beginning)
PHASES = {
    "soft pump": ("Soft pump", 20.0),
    "leak check": ("Leak check", 20.0),
    "stabilise": ("Stabilise", 10.0),
    "strike": ("Strike", 0.15),
    "main clean": ("Main clean", 30.0),
    "purge": ("Fill", 1.0),
    "cool": ("Cool", 0.0),
    "vent": ("Vent", 20.0),
}


def step_name(lab: Lab) -> str:
    """The recipe's step now; empty before and after."""
    runner = lab.scan.unit.runner
    return runner.step_now.name if runner is not None and runner.step_now is not None else ""


def run_to(lab: Lab, step: str, seconds: float = 0.0) -> None:
    """Live until so long after a step has begun."""
    assert lab.run_until(lambda lab: step_name(lab) == step, LIMIT_S), (lab.scan.unit.state, lab.scan.unit.reasons)
    lab.run_for(seconds)


@pytest.fixture(scope="session")
def saved() -> dict[str, bytes]:
    """The O2 clean of seed 0, frozen in each phase, and "end" after it: the only whole clean most tests need."""
    return made_once(Path(os.environ[SHARED], "saved"), frozen_clean) if SHARED in os.environ else frozen_clean()


def made_once(path: Path, make: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    """What ``make`` makes, made by the worker that first wants it; the others wait, and read it from a file."""
    begun, half = path.with_suffix(".begun"), path.with_suffix(".half")
    mine = path.with_suffix(f".{os.getpid()}")
    mine.write_text(str(os.getpid()))
    try:
        os.link(mine, begun)  # says who has begun, from the first moment
    except FileExistsError:
        deadline = time.monotonic() + LONGEST_WAIT_S
        while not path.exists():
            if not at_work(begun) or time.monotonic() > deadline:
                return make()  # that worker has failed: here it is said why, too
            time.sleep(0.1)
        read: dict[str, bytes] = pickle.loads(path.read_bytes())
        return read
    try:
        made = make()
        half.write_bytes(pickle.dumps(made))
        half.replace(path)  # whole or not at all
    except BaseException:
        begun.unlink()
        raise
    return made


def at_work(begun: Path) -> bool:
    """Whether the worker that has begun is still there."""
    try:
        os.kill(int(begun.read_text()), 0)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True


def frozen_clean() -> dict[str, bytes]:
    """That clean, lived through."""
    lab = Lab()
    assert lab.get_ready() == []
    frozen = {"idle": lab.save()}
    assert lab.start("o2-organic-clean").ok
    for phase, (step, seconds) in PHASES.items():
        run_to(lab, step, seconds)
        frozen[phase] = lab.save()
    assert lab.run_until(lambda lab: lab.over, LIMIT_S)
    frozen["end"] = lab.save()
    return frozen


@pytest.fixture
def lab_at(saved: dict[str, bytes]) -> Callable[[str], Lab]:
    """lab_at("main clean"): a lab of its own in that phase."""
    return lambda phase: Lab.restore(saved[phase])
