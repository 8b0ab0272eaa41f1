"""Whether a window can be opened here, and if not, what is missing. `why_not` imports no Qt: it asks a
child process, for Qt ends the whole process when it finds no display plugin.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 30.0  # assumed: a cold start of Qt on a slow disk
#: what PySide6 and its display plugin need of the system -> Debian package that brings it
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
OPTIONAL = ("libOpenGL.so.0",)  #: not needed by the display plugin: named only where Qt itself asks for it
NO_DISPLAY = "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not usable)."
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


def missing() -> list[str]:
    """Which libraries of the display plugin cannot be loaded here: asked of the loader, for Qt names only one of them,
    and always the same."""
    import ctypes

    found = []
    for name in PACKAGES:
        try:
            ctypes.CDLL(name)
        except OSError:
            found.append(name)
    return [name for name in found if name not in OPTIONAL]


def explain(said: str, lacks: Callable[[], list[str]] = missing) -> str:
    """What Qt's own words come down to, with the packages to install where libraries are missing."""
    library = re.search(r"(lib[\w.+-]+?\.so[.\d]*): cannot open shared object", said)
    plugin = "xcb-cursor0" in said and "needed" in said  # Qt says so whichever library its plugin misses
    if library or plugin:
        first = [] if library is None else [library.group(1)]
        names = list(dict.fromkeys([*first, *lacks()]))
        if names:
            return _install(names)
        if library is None and "could not connect to display" in said:
            return NO_DISPLAY
        return "Qt cannot load its display plugin (xcb), though every library known to be needed is installed."
    if "No module named" in said:
        return "PySide6 is not installed in this Python. Run make once; it installs everything."
    if "could not connect to display" in said or "platform plugin" in said:
        return NO_DISPLAY
    last = [each for each in said.splitlines() if each.strip()]
    return f"Qt cannot start: {last[-1].strip() if last else 'it gave no reason'}"


def _install(names: list[str]) -> str:
    short = [name.partition(".so")[0] for name in names]
    packages = [PACKAGES[name] for name in names if name in PACKAGES]
    what = f"library {short[0]}" if len(names) == 1 else f"libraries {', '.join(short)}"
    if len(packages) < len(names):
        unknown = ", ".join(name for name in names if name not in PACKAGES)
        also = f" Install the package that brings {unknown}."
    else:
        also = ""
    how = f" Install with: apt-get install {' '.join(packages)}" if packages else ""
    return f"Qt needs the system {what}.{also}{how}"
