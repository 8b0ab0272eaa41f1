"""A simulated tool in real time, in this process, and controllers as processes of their own: for tests of what dies.

The world is taken from a saved lab, so that the chamber is under vacuum and the pumps are at speed.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from controller.machine.urls import with_urls
from controller.service.messages import VERSION, decode, encode
from controller.service.users import DEMO_PIN
from sim.lab import Lab
from sim.ports import Ticker, serve_tcp
from sim.settings import REFERENCE

ROOT = Path(__file__).parents[2]
RECIPE = """
schema = 1
[recipe]
name = "Quick burn"
status = "released"
released_by = "tests"
mask = "any"
contamination = "organic"
[[step]]
name = "Open"
set = { dry_pump = "on", foreline_valve = "open", turbo = "on" }
end = { arrived = true, within = "20 s" }
[[step]]
name = "Vacuum"
set = { isolation_valve = "open", chamber_pressure = "0 Pa", throttle = "100 %" }
end = { when = "isolation_valve_opened and chamber_pressure_pa < 1", within = "20 s" }
[[step]]
name = "Stabilise"
set = { o2_flow = "120 sccm", ar_flow = "40 sccm", chamber_pressure = "8 Pa" }
end = { when = "abs(chamber_pressure_pa - 8) < 1", within = "30 s", held_for = "0.5 s" }
[[step]]
name = "Burn"
set = { load_power = "300 W" }
end = { time = "300 s" }
[[step]]
name = "Off"
set = { load_power = "0 W", o2_flow = "0 sccm", ar_flow = "0 sccm" }
end = { time = "1 s" }
"""


class Bench:
    """One simulated tool on TCP ports, and the folder in which its controllers keep their records."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.world = lab.world
        self.folder = folder
        self.store = folder / "store.sqlite"
        self.ticker = Ticker(self.world)
        self.ports = serve_tcp(self.world.lines, self.ticker, self.world, dict.fromkeys(self.world.lines, ANY))
        self.machine = folder / "machine.toml"
        self.machine.write_text(with_urls(REFERENCE, self.ports.urls), "utf-8")
        (folder / "recipes").mkdir(exist_ok=True)
        (folder / "recipes" / "quick-burn.toml").write_text(RECIPE, "utf-8")
        self.processes: list[subprocess.Popen[str]] = []
        self.ticker.__enter__()

    def controller(self, patch: str = "") -> tuple[subprocess.Popen[str], Panel]:
        """Start a controller (with ``patch``, Python that runs in it first) and connect a logged-in panel to it."""
        arguments = ["controller", str(self.machine), "--demo", "--port", "0", "--store", str(self.store)]
        arguments += ["--recipes", str(self.folder / "recipes")]
        code = f"import sys\n{patch}\nimport maskglow\nsys.exit(maskglow.main({arguments!r}))"
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.processes.append(process)
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())["listening"]
        return process, Panel(where)

    def burn(self, patch: str = "") -> tuple[subprocess.Popen[str], Panel]:
        """A controller with a plasma burning."""
        process, panel = self.controller(patch)
        panel.until(lambda: panel.seen["allowed"]["start"] == [], 15.0, lambda: panel.seen["allowed"]["start"])
        assert panel.do("start", recipe="quick-burn", mask="TEST-1") == []
        panel.until(lambda: panel.value("plasma_on") is True, 60.0, lambda: (panel.seen["unit"], panel.seen["alarms"]))
        assert self.rf_w() > 100.0
        return process, panel

    def rf_w(self) -> float:
        """RF that the generator really puts on the cable [W]."""
        return float(self.world.wiring.commands.rf_forward_w)

    def rf_off_within(self, seconds: float) -> float:
        """How long it takes until RF is really off [s]; fails when it takes longer than ``seconds``."""
        began = time.monotonic()
        while self.rf_w() > 0.0:
            took = time.monotonic() - began
            assert took < seconds, f"RF is still {self.rf_w():.0f} W after {took:.2f} s"
            time.sleep(0.005)
        return time.monotonic() - began

    def close(self) -> None:
        """End everything that was started."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(10)
            assert process.stdout is not None
            process.stdout.close()
        self.ticker.__exit__()
        self.ports.close()
        assert self.ticker.error is None, f"the simulated tool has failed: {self.ticker.error!r}"


ANY = "socket://127.0.0.1:0"


class Panel:
    """A screen without a screen: says hello, logs in, keeps the last picture."""

    def __init__(self, where: str, log_in: bool = True, name: str = "") -> None:
        host, port = where.split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=10)
        self._lines = self._socket.makefile("rb")
        self.seen: dict[str, Any] = {}
        self._id = 0
        self.say(type="hello", version=VERSION, name=name or f"test {self._socket.getsockname()[1]}")
        self.hello = self.hear("hello")
        self.name = str(self.hello["name"])
        if log_in:
            self.say(type="login", user="chen", pin=DEMO_PIN)
            assert self.hear("login")["ok"]
            self.say(type="activate")
            self.hear("active")

    def say(self, **message: Any) -> None:
        self._socket.sendall(encode(message))

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self._socket.sendall(data)

    def hear(self, *kinds: str) -> dict[str, Any]:
        """The next message of one of these types; updates are taken on the way."""
        while True:
            line = self._lines.readline()
            if not line:
                raise ConnectionError("the controller has closed the line")
            message = decode(line)
            if message["type"] == "update":
                self._take(message)
            if message["type"] in kinds:
                return message

    def do(self, verb: str, **args: Any) -> list[str]:
        """Do a verb on the picture of now; returns every reason why not."""
        self._id += 1
        self.say(type="do", id=self._id, verb=verb, args=args, version=self.seen.get("version", 0))
        answer = self.hear("done", "denied")
        assert answer["id"] == self._id
        return list(answer.get("reasons", []))

    def ask(self, what: str, **args: Any) -> dict[str, Any]:
        """The answer to a question, whole."""
        self._id += 1
        self.say(type="query", id=self._id, what=what, args=args)
        return self.hear("answer", "denied")

    def value(self, tag: str) -> Any:
        """A tag's value while it is GOOD, else None."""
        value, _, quality = self.seen["tags"][tag]
        return value if quality == "GOOD" else None

    def until(self, true: Callable[[], bool], seconds: float, why: Callable[[], Any] = lambda: "") -> None:
        """Hear updates until something is true."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, why()
            self.hear("update")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _take(self, message: dict[str, Any]) -> None:
        for key, value in message.items():
            if isinstance(value, dict) and not message["full"]:
                self.seen.setdefault(key, {}).update(value)
            else:
                self.seen[key] = value
