"""Whether a window can be opened here, and if not, what is missing. `why_not` imports no Qt: it asks a
child process, for Qt ends the whole process when it finds no display plugin.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

PATIENCE_S = 30.0  # assumed: a cold start of Qt on a slow disk
#: shared library -> Debian package that brings it
PACKAGES = {
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libOpenGL": "libopengl0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libxkbcommon": "libxkbcommon0",
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libfontconfig": "libfontconfig1",
    "libdbus-1": "libdbus-1-3",
    "libglib-2.0": "libglib2.0-0",
}
_PROBE = "import PySide6.QtSvg, PySide6.QtWidgets as w; w.QApplication(['probe'])"


def why_not(command: list[str] | None = None) -> str | None:
    """None when a window can be opened, else one line that says what is missing. ``command`` replaces the probe."""
    import subprocess  # not needed by a window that opens

    try:
        done = subprocess.run(
            command or [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"Qt did not start within {PATIENCE_S:.0f} s."
    except OSError as error:
        return f"Qt cannot be tried: {error.strerror}."
    return None if done.returncode == 0 else explain(done.stderr)


def quick_why_not() -> str | None:
    """The same question without a child process: what can be known from here, in a few milliseconds."""
    found = importlib.util.find_spec("PySide6")
    if found is None or found.origin is None:
        return explain("No module named 'PySide6'")
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if sys.platform.startswith("linux") and not platform and not has_display:
        return explain("could not connect to display")
    plugin = Path(found.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    try:
        import PySide6.QtWidgets  # noqa: F401

        if plugin.exists() and os.environ.get("DISPLAY") and platform in ("", "xcb"):
            import ctypes

            ctypes.CDLL(str(plugin))
    except (ImportError, OSError) as error:
        return explain(str(error))
    return None


def explain(said: str) -> str:
    """What Qt's own words come down to, with the package to install where one is missing."""
    library = re.search(r"(lib[\w.+-]+?)\.so[\d.]*: cannot open shared object", said)
    cursor = "xcb-cursor0" in said and "needed" in said
    if library or cursor:
        name = "libxcb-cursor" if library is None else library.group(1)
        package = PACKAGES.get(name)
        how = f"Install it with: apt-get install {package}" if package else "Install the package that brings it."
        return f"Qt needs the system library {name}. {how}"
    if "No module named" in said:
        return "PySide6 is not installed in this Python. Run make once; it installs everything."
    if "could not connect to display" in said or "platform plugin" in said:
        return "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not usable)."
    last = [each for each in said.splitlines() if each.strip()]
    return f"Qt cannot start: {last[-1].strip() if last else 'it gave no reason'}"
