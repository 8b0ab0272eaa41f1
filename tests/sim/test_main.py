"""The simulator and the demo as processes: a world that fails says so, and nothing that was started stays behind."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.machine.model import REFERENCE
from sim import __main__ as front
from sim.plant.plant import Plant
from sim.wiring import Wiring

ROOT = Path(__file__).parents[2]
BROKEN = """
import sys
from sim.world import World
alive = World.advance
def advance(self, until_s):
    if until_s > 0.5:
        raise ZeroDivisionError("a mistake in the plant")
    alive(self, until_s)
World.advance = advance
import maskglow
sys.exit(maskglow.main(sys.argv[1:]))
"""


def test_a_world_that_fails_is_said_and_its_ports_close():
    command = [sys.executable, "-c", BROKEN, "sim", str(REFERENCE), "--free-ports"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            urls = json.loads(process.stdout.readline())
            host, port = urls["io"].removeprefix("socket://").split(":")
            with socket.create_connection((host, int(port)), timeout=30.0) as device:
                assert device.recv(1) == b"", "the line is closed, not silent"
            said = process.communicate(timeout=30.0)[1]
        finally:
            process.kill()
    assert process.returncode == 1
    (line,) = said.splitlines()
    assert "ZeroDivisionError: a mistake in the plant" in line
    assert "the simulated tool has failed at 0." in line


class Chamber:
    """What a supply of masks looks at."""

    def __init__(self) -> None:
        self.plant = Plant(Wiring(), 1)
        self.supply = front.MaskSupply(self.plant, "organic", 8.0)

    def seen(self, pressure_pa: float) -> str:
        self.plant.state.vacuum.gas.pressure_pa = pressure_pa
        self.plant.wiring.sensors.at_atmosphere = pressure_pa > 9.0e4
        self.supply.look()
        return self.plant.wiring.sensors.mask_code


def test_a_fresh_mask_with_its_own_code_lies_in_after_each_evacuation():
    chamber = Chamber()
    assert [chamber.seen(p) for p in (101325.0, 5.0, 500.0, 2000.0)] == ["MASK-0001"] * 4
    chamber.plant.film_nm = 0.0
    assert [chamber.seen(p) for p in (101325.0, 101325.0, 10.0)] == ["MASK-0002"] * 3
    assert chamber.plant.film_nm == pytest.approx(8.0)
    assert chamber.seen(101325.0) == "MASK-0003"


# --- the demo -------------------------------------------------------------------------------------------------

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
SIM = """print('{"io": "socket://127.0.0.1:1"}', flush=True); signal.pause()"""
CONTROLLER = """print('{"listening": "127.0.0.1:2"}', flush=True); signal.pause()"""
Started = list["subprocess.Popen[str]"]


def starter(started: Started, **code: str) -> Callable[..., subprocess.Popen[str]]:
    """Starts a small program in the place of each verb."""

    def start(verb: str, *_: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", f"import signal; {code[verb]}"]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    return start


def test_a_process_of_the_demo_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(front, "END_S", 0.2)
    started: Started = []
    start = starter(started, sim=STUBBORN + SIM, controller=STUBBORN + CONTROLLER, gui="raise SystemExit(7)")
    try:
        assert front.demo(REFERENCE, start) == 7
        assert [process.returncode for process in started] == [-signal.SIGKILL, -signal.SIGKILL, 7]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_demo_whose_controller_does_not_start_leaves_nothing_behind():
    started: Started = []
    with pytest.raises(ValueError, match="the controller did not start"):
        front.demo(REFERENCE, starter(started, sim=SIM, controller="raise SystemExit(2)"))
    assert [process.returncode for process in started] == [-signal.SIGTERM, 2]


TERMINATED = """
import os, sys
from controller.machine.model import REFERENCE
from sim.__main__ import demo
from tests.sim.test_main import CONTROLLER, SIM, starter
started = []
gui = f"import os; os.kill({os.getpid()}, signal.SIGTERM); signal.pause()"
try:
    demo(REFERENCE, starter(started, sim=SIM, controller=CONTROLLER, gui=gui))
except KeyboardInterrupt:
    print([process.returncode for process in started])
"""


def test_a_demo_that_is_terminated_takes_its_processes_with_it():
    done = subprocess.run([sys.executable, "-c", TERMINATED], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout.splitlines() == ["[-15, -15, -15]"], done.stderr
