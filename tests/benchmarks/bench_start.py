"""How long until the tool can be used: controller with every device identified, and the screen's first paint."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from controller.machine.urls import with_urls
from sim.settings import REFERENCE
from tests.benchmarks.row import Row
from tests.system.bench import Panel

ROOT = Path(__file__).parents[2]
RUNS = 5
_PAINTED = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Watch(QObject):
    def eventFilter(self, it, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, app.quit)
        return False
"""
_BARE = (
    _PAINTED
    + """
app = QApplication([])
watch = Watch()
window = QWidget()
window.resize(1280, 800)
app.installEventFilter(watch)
window.show()
app.exec()
"""
)
_OURS = (
    _PAINTED
    + """
from gui import theme
from gui.__main__ import fitting_app
from gui.dress import dress
from gui.link import Link
from gui.main_window import MainWindow
app = fitting_app()
watch = Watch()
theme.load_fonts()
dress(None, "light")
link = Link("127.0.0.1", 9)
window = MainWindow(link, "nowhere")
app.installEventFilter(watch)
window.show()
app.exec()
import os
os._exit(0)
"""
)


def run() -> list[Row]:
    """Medians; each start is a process of its own."""
    bare, ours = (statistics.median(_took(code) for _ in range(RUNS)) for code in (_BARE, _OURS))
    return [
        Row("controller, process start until a run may start", _ready_s(), "s", 3.0),
        Row("bare QtWidgets window, process start until first paint", bare, "s"),
        Row("screen, process start until first paint", ours, "s"),
        Row("screen over bare window", ours / bare, "x", 2.0),
    ]


def _took(code: str) -> float:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True)
    return time.perf_counter() - began


def _ready_s() -> float:
    door = [sys.executable, str(ROOT / "maskglow.py")]
    running = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            sim = subprocess.Popen([*door, "sim", str(REFERENCE), "--free-ports"], stdout=subprocess.PIPE, text=True)
            running.append(sim)
            machine = Path(folder) / "machine.toml"
            machine.write_text(with_urls(REFERENCE, json.loads(sim.stdout.readline())), "utf-8")  # type: ignore[union-attr]
            began = time.perf_counter()
            options = ["--demo", "--port", "0", "--store", f"{folder}/s.sqlite"]
            controller = subprocess.Popen(
                [*door, "controller", str(machine), *options], stdout=subprocess.PIPE, text=True
            )
            running.append(controller)
            panel = Panel(json.loads(controller.stdout.readline())["listening"])  # type: ignore[union-attr]
            panel.until(lambda: panel.seen["allowed"]["start"] == [], 30.0)
            took = time.perf_counter() - began
            panel.close()
            return took
        finally:
            for process in running:
                process.terminate()
                process.wait(10)
