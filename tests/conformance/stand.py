"""One of our emulators on a real port, in a process of its own: what a stranger talks to.

Takes a JSON order, prints {"url": …} when it serves, and, when its input ends, {place: value} of what it then holds.
There is no plant: the sensors feel what the order says, all the time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from sim.devices.catalogue import emulator_class
from sim.line import SimLine
from sim.plant.plant import SUB_STEP_S
from sim.ports import Ticker, serve_pty, serve_tcp
from sim.wiring import Wiring
from sim.world import bits_per_char
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES


class Bench:
    """Time for one line."""

    def __init__(self, line: SimLine) -> None:
        self.now = 0.0
        self._line = line

    def advance(self, until_s: float) -> None:
        """Let the line live, in whole sub-steps."""
        while self.now + SUB_STEP_S <= until_s:
            self.now += SUB_STEP_S
            self._line.step(self.now, SUB_STEP_S)


def put(root: object, places: Mapping[str, Any]) -> None:
    """Set each dotted place: "flow_sccm.o2"."""
    for place, value in places.items():
        *path, last = place.split(".")
        at = attrgetter(".".join(path))(root) if path else root
        if isinstance(at, dict):
            at[last] = value
        else:
            setattr(at, last, value)


def find(root: Any, place: str) -> Any:
    """What lies at a dotted place: attributes, keys (whole numbers too) and indices."""
    for step in place.split("."):
        if isinstance(root, dict):
            root = root[int(step)] if step.isdecimal() and step not in root else root[step]
        elif isinstance(root, list | tuple):
            root = root[int(step)]
        else:
            root = getattr(root, step)
    return root


def main() -> None:
    order = json.loads(sys.argv[1])
    driver = order["device"]
    baud, form = LINES[driver]
    wiring = Wiring()
    table = {"driver": driver, "bus": "line", "address": order["address"], "prefix": "o2_"}
    table |= {**OPTIONS.get(driver, {}), **order["options"]}
    put(wiring.sensors, order["feels"])
    emulator = emulator_class(driver)("it", table, wiring)
    put(wiring.commands, order["wired"])
    line = SimLine("line", [emulator], baud, bits_per_char(form), parity=form[1] != "N")
    bench = Bench(line)
    ticker = Ticker(bench)
    lines, anywhere = {"line": line}, {"line": "socket://127.0.0.1:0"}
    pty = order["over"] == "pty"
    ports = serve_pty(lines, ticker, bench) if pty else serve_tcp(lines, ticker, bench, anywhere)
    with ports, ticker:
        print(json.dumps({"url": ports.urls["line"]}), flush=True)
        sys.stdin.read()
        with ticker.lock:
            held = {place: find(emulator, place) for place in order["show"]}
    if ticker.error is not None:
        raise ticker.error
    print(json.dumps(held, default=str), flush=True)


if __name__ == "__main__":
    main()
