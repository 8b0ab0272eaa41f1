"""Saves overview, run and alarms of a real clean as PNG: python tests/gui/live_pictures.py FOLDER (about nine minutes).

Simulator, controller and screen are processes of their own, in real time, as in the demo; nothing here is scripted but
what a finger would do. `pictures.py` has every screen of a tool that never was.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from controller.service.users import DEMO_PIN
from gui import main_window
from gui.__main__ import main as screen
from sim.__main__ import demo
from sim.settings import REFERENCE

ROOT = Path(__file__).resolve().parents[2]
LOOK_MS = 500
DEEP_S = 60.0  #: so far into the main clean the pictures are taken
#: long after STOP: the main clean begins about 330 s after the start
FAULTS = ("--fault", "water.off@480")
MISSED_S = 600.0  #: by then everything has been seen, or something went wrong
NOWHERE = QPoint(4, 400)  #: the margin of a page: a touch that only says that somebody is there


class Finger:
    """What an operator does: logs in, starts a clean, looks at it, presses STOP, looks at the alarms."""

    def __init__(self, window: main_window.MainWindow, folder: Path) -> None:
        self.window, self.folder, self.left = window, folder, MISSED_S
        self.plan = self.do()
        self.wanted: Callable[[], bool] = lambda: bool(window.store.picture)
        self.timer = QTimer(window)
        self.timer.timeout.connect(self.look)
        self.timer.start(LOOK_MS)

    def look(self) -> None:
        """Go on with the plan as soon as what it waits for has come; a touch keeps the far view away."""
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, pos=NOWHERE)
        self.left -= LOOK_MS / 1000
        assert self.left > 0, f"not seen within {MISSED_S:.0f} s: {self.window.store.state}, {self.reasons()}"
        if self.wanted():
            self.wanted = next(self.plan, self.wanted)

    def do(self) -> Iterator[Callable[[], bool]]:
        """The plan: what to wait for, after what was done."""
        window, store = self.window, self.window.store
        window.verbs.log_in("chen", DEMO_PIN, lambda _: None)
        yield lambda: not window.verbs.reasons("start")
        window.verbs.do("start", recipe="o2-organic-clean", mask="R7-2231-A")
        yield lambda: self.deep()
        self.save("overview")
        window.go("run")
        yield lambda: True
        self.save("run")
        window.strike()
        yield lambda: store.state == "held" and window.sheets.stopped is not None
        window.sheets.stay()
        window.go("alarms")
        yield lambda: bool(store.alarms)
        yield lambda: True
        self.save("alarms")
        window.close()

    def deep(self) -> bool:
        """Whether the main clean has run for a while; a run that is held before was not meant."""
        assert self.window.store.state != "held", self.reasons()
        return self.step() == "Main clean" and float(self.window.store.unit.get("clock_s") or 0.0) > DEEP_S

    def reasons(self) -> list[str]:
        """Why the run is not where it was to be."""
        return list(self.window.store.unit.get("reasons") or [])

    def step(self) -> str:
        """The step that runs, or nothing."""
        steps, index = self.window.store.unit.get("steps") or [], self.window.store.unit.get("index", -1)
        return str(steps[index]["name"]) if 0 <= index < len(steps) else ""

    def save(self, name: str) -> None:
        """One picture of the whole window."""
        self.window.grab().save(str(self.folder / f"{name}.png"))
        print(name, self.window.store.state, self.step(), self.window.store.unit.get("clock_s"), flush=True)


def watch(where: str, folder: Path) -> int:
    """The real screen, with a finger on it."""

    class Watched(main_window.MainWindow):
        def show(self) -> None:
            super().show()
            self.resize(1280, 800)
            self.finger = Finger(self, folder)

    main_window.MainWindow = Watched  # type: ignore[misc]
    return screen(["--connect", where])


def main(folder: Path) -> int:
    """The demo, with this file in place of its screen."""

    def start(verb: str, *words: str) -> subprocess.Popen[str]:
        if verb == "gui":
            where = words[words.index("--connect") + 1]
            return subprocess.Popen([sys.executable, __file__, str(folder), where], text=True)
        program = [str(ROOT / "maskglow.py"), verb, *words, *(FAULTS if verb == "sim" else ())]
        return subprocess.Popen([sys.executable, *program], stdout=subprocess.PIPE, text=True)

    folder.mkdir(parents=True, exist_ok=True)
    return demo(REFERENCE, start)


if __name__ == "__main__":
    where = sys.argv[2] if len(sys.argv) > 2 else None
    sys.exit(watch(where, Path(sys.argv[1])) if where else main(Path(sys.argv[1])))
