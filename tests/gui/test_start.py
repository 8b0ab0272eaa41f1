"""How the screen starts: what is missing on a machine, bad usage, and what is imported when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui import __main__ as start
from gui import qt_ready

ROOT = Path(start.__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ImportError: libEGL.so.1: cannot open shared object file: No such file", "apt-get install libegl1"),
        ("ImportError: libGL.so.1: cannot open shared object file: No such file", "apt-get install libgl1"),
        ("ImportError: libxkbcommon.so.0: cannot open shared object file: No", "apt-get install libxkbcommon0"),
        ("ImportError: libodd.so.3: cannot open shared object file: No such file", "libodd"),
        (
            'qt.qpa.xcb: could not connect to display :9\nqt.qpa.plugin: Could not load the Qt platform plugin "xcb"',
            "no display",
        ),
        ("ModuleNotFoundError: No module named 'PySide6'", "make"),
        ("", "no reason"),
    ],
)
def test_what_is_missing_is_said_in_one_line(said: str, words: str) -> None:
    told = qt_ready.explain(said, lambda: [])
    assert words in told
    assert "\n" not in told


CURSOR = "qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin."


@pytest.mark.parametrize("lacks", [["libxcb-icccm.so.4", "libxcb-keysyms.so.1"], ["libxcb-cursor.so.0"]])
def test_qt_blames_one_library_always_but_the_missing_ones_are_named(lacks: list[str]) -> None:
    told = qt_ready.explain(CURSOR, lambda: lacks)
    packages = [qt_ready.PACKAGES[name] for name in lacks]
    assert told.endswith("apt-get install " + " ".join(packages))
    assert ("libxcb-cursor0" in told) is ("libxcb-cursor.so.0" in lacks)


def test_with_nothing_missing_no_library_is_blamed() -> None:
    told = qt_ready.explain(CURSOR, lambda: [])
    assert "libxcb-cursor" not in told and "xcb" in told


def test_without_a_display_the_display_is_what_is_missing() -> None:
    said = "qt.qpa.xcb: could not connect to display \n" + CURSOR
    assert qt_ready.explain(said, lambda: []) == qt_ready.NO_DISPLAY
    assert "apt-get install libxcb-cursor0" in qt_ready.explain(said, lambda: ["libxcb-cursor.so.0"])


def test_what_cannot_be_loaded_is_found_and_what_can_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before = qt_ready.missing()
    monkeypatch.setitem(qt_ready.PACKAGES, "libno-such-thing.so.9", "libno-such-thing9")
    assert qt_ready.missing() == [*before, "libno-such-thing.so.9"]


def test_the_probe_asks_a_child() -> None:
    assert qt_ready.why_not([sys.executable, "-c", "pass"]) is None
    fails = [sys.executable, "-c", "raise ImportError('libEGL.so.1: cannot open shared object file: No such')"]
    assert "libegl1" in (qt_ready.why_not(fails) or "")  # whatever else is missing here
    assert "cannot be tried" in (qt_ready.why_not(["/no/such/program"]) or "")


def test_without_a_display_it_says_so_and_returns_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert start.main([]) == 2
    said = capsys.readouterr().err
    assert "no display" in said and said.count("\n") == 1


@pytest.mark.parametrize("where", ["nowhere", "host:", "host:port", "host:0", "host:70000", ":4840"])
def test_bad_addresses_are_bad_usage(where: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        start.main(["--connect", where])
    assert stopped.value.code == 2
    assert "HOST:PORT" in capsys.readouterr().err


def child(code: str) -> str:
    """Run Python in a fresh process, offscreen; what it prints."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    env.pop("QT_SCALE_FACTOR", None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=env, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_plots_and_pages_are_imported_after_the_first_paint_and_it_ends_cleanly() -> None:
    said = child(
        """
import sys
from PySide6.QtCore import QTimer
from gui import __main__ as start, main_window
seen = []
class Window(main_window.MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        seen.append([name in sys.modules for name in ("pyqtgraph", "numpy", "gui.pages.overview")])
        QTimer.singleShot(250, self.close)
main_window.MainWindow = Window
code = start.run("127.0.0.1", 1, "en", "dark", False)
import os
print(code, seen[0], os.environ.get("QT_SCALE_FACTOR"))
"""
    )
    # the offscreen screen is 800 x 800 u: the window is scaled until the whole canvas fits, STOP included
    assert said.strip() == "0 [False, False, False] 0.625"


def test_a_fault_of_the_screen_ends_it_instead_of_freezing_it() -> None:
    code = """
from gui import __main__ as start, main_window
def broken(self):
    raise KeyError("x")
main_window.MainWindow.tick = broken
raise SystemExit(start.run("127.0.0.1", 1, "en", "light", False))
"""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=60)
    assert done.returncode == 1
    assert "the screen has failed: KeyError" in done.stderr and "Traceback" not in done.stderr


def test_asking_whether_qt_is_there_imports_none_of_it() -> None:
    said = child("import sys, gui.qt_ready; print([name for name in sys.modules if name.startswith('PySide6')])")
    assert said.strip() == "[]"
