"""How long a tick with every value new holds the screen, page by page; the design guide's budget is 10 ms."""

from __future__ import annotations

import os
import random
import statistics
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication

from gui import theme
from gui.dress import dress
from gui.main_window import MainWindow
from tests.benchmarks.row import Row
from tests.gui import tool
from tests.gui.script_link import ScriptLink

BUDGET_MS = 10.0  # design guide 15
TICKS = 60


def run() -> list[Row]:
    """Median of a tick on each live page."""
    keep = QApplication.instance() or QApplication([])
    assert keep is not None
    theme.load_fonts()
    dress(None, "light")
    return [Row(f"one tick of {page}, every value new", _tick_ms(page), "ms", BUDGET_MS) for page in _PAGES]


_PAGES = ("overview", "run", "alarms")


def _tick_ms(page: str) -> float:
    link = ScriptLink()
    link.greet(tool.running(alarms=tool.ALARMS), user=True)
    window = MainWindow(link, "nowhere")
    window.resize(1280, 800)
    window.show()
    QApplication.processEvents()
    window.timer.stop()
    if page != "overview":
        window.go(page)
    noise = random.Random(1)
    took = []
    for n in range(TICKS):
        tags = {
            name: [value * (1 + noise.gauss(0, 0.003)), tool.NOW_S + n / 10, "GOOD"]
            for name, (value, _) in tool.NUMBERS.items()
        }
        unit = {"clock_s": 68 + n / 10, "run_remaining_s": 182 - n / 10}
        link.inbox.append({"type": "update", "seq": n + 2, "time_s": tool.NOW_S + n / 10, "tags": tags, "unit": unit})
        began = time.perf_counter()
        window.tick()
        QApplication.processEvents()
        took.append((time.perf_counter() - began) * 1000)
    window.close()
    return statistics.median(took)
