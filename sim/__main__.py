"""The simulator as a process: every emulated device on a real port, one chamber, in real time, until it is told to end.

Owns the order of start and end. The masks are handed in by an invisible operator: each time the chamber has been
evacuated and vented again, a fresh one with a film lies in it.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from controller.machine.urls import with_urls
from sim.faults import Fault
from sim.plant.plant import Plant
from sim.ports import Ticker, serve_pty, serve_tcp
from sim.world import World

ANY_PORT = "socket://127.0.0.1:0"
EVACUATED_PA = 1000.0  #: below this the next vent brings a new mask
END_S = 10.0  #: longest time that a process of the demo gets to end by itself [s]  # RELIABILITY H7: 5 s, doubled


class MaskSupply:
    """Lays a fresh mask in whenever a cleaned one has come out."""

    def __init__(self, plant: Plant, film_class: str, film_nm: float) -> None:
        self.plant, self.film_class, self.film_nm = plant, film_class, film_nm
        self.evacuated = False
        plant.load_mask(film_class, film_nm)

    def look(self) -> None:
        """Called now and then."""
        if self.plant.truth()["chamber_pressure_pa"] < EVACUATED_PA:
            self.evacuated = True
        elif self.evacuated and self.plant.wiring.sensors.at_atmosphere:
            self.evacuated = False
            self.plant.load_mask(self.film_class, self.film_nm)


def serve(
    machine: str,
    *,
    pty: bool,
    free_ports: bool,
    seed: int,
    tool: int,
    settings: dict[str, float],
    faults: list[Fault],
    film: tuple[str, float],
    say: Callable[[str], None],
) -> int:
    """Serve until SIGTERM or Ctrl+C; prints {"bus": "url", …} as one JSON line when ready. Returns the exit code.

    1 when the simulated world has failed: its ports are closed, so that a controller loses its devices, and one line
    on the error stream says what it was.
    OSError names a port in use, ValueError a url that cannot be served.
    """
    world = World(machine, seed, tool)
    world.pumps_running()
    supply = MaskSupply(world.plant, *film)
    for name, value in settings.items():
        world.plant.set_parameter(name, value)
    world.add_faults(faults)
    ticker = Ticker(world, supply.look)
    urls = dict.fromkeys(world.lines, ANY_PORT) if free_ports else world.urls
    ports = serve_pty(world.lines, ticker, world) if pty else serve_tcp(world.lines, ticker, world, urls)

    def end(_number: int, _frame: FrameType | None) -> None:
        ticker.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with ports, ticker:
        say(json.dumps(ports.urls))
        ticker.wait()
    if ticker.error is None:
        return 0
    print(_failure(ticker.error, world.now), file=sys.stderr)
    return 1


def _failure(error: BaseException, now: float) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(traceback.format_exception_only(error)[-1].split())
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"the simulated tool has failed at {now:.2f} s in {where}: {what}; all its ports are closed, start it again"


Start = Callable[..., "subprocess.Popen[str]"]  #: starts a verb of the front door as a process


def demo(machine: Path, start: Start) -> int:
    """Simulator, controller and screen as three processes around a store that is thrown away; the screen's exit code.

    ValueError names the one that did not start.
    """
    with tempfile.TemporaryDirectory(prefix="maskglow-demo-") as folder, ExitStack() as ending:

        def begin(*words: str) -> subprocess.Popen[str]:
            process = start(*words)
            ending.callback(_end, process)
            return process

        before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended like Ctrl+C: with its processes
        ending.callback(signal.signal, signal.SIGTERM, before)
        sim = begin("sim", str(machine), "--free-ports")
        here = Path(folder) / "machine.toml"
        here.write_text(with_urls(machine, _first_line(sim, "the simulator")), "utf-8")
        options = ["--demo", "--port", "0", "--store", str(Path(folder) / "demo.sqlite")]
        where = _first_line(begin("controller", str(here), *options), "the controller")["listening"]
        print(f"Demo: a simulated tool, demo users, records thrown away at the end ({folder})", file=sys.stderr)
        return begin("gui", "--connect", where, "--wait").wait()


def _end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and kill it when it does not, or when nobody wants to wait for that: none stays behind."""
    try:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
    finally:
        process.kill()  # does nothing to one that has ended
        process.wait()
        if process.stdout:
            process.stdout.close()


def _first_line(process: subprocess.Popen[str], who: str) -> dict[str, str]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise ValueError(f"{who} did not start; its message stands above")
    return dict(json.loads(line))
