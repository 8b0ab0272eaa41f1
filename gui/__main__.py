"""A screen for a controller that runs somewhere: `python -m gui --connect HOST:PORT`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from controller.service.messages import DEFAULT_PORT
from gui import qt_ready
from gui.i18n import CATALOGUES, use_language

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CANVAS = (1280, 800)  #: design guide 3: the smallest screen that the layout is made for [u]


def main(argv: list[str] | None = None) -> int:
    """Parse, then run. 0 = closed by the user, 2 = bad usage, or no window can be opened here."""
    parser = argparse.ArgumentParser(prog="maskglow gui", description="A screen for a running MaskGlow controller.")
    parser.add_argument("--connect", default=f"127.0.0.1:{DEFAULT_PORT}", metavar="HOST:PORT", help="the controller")
    parser.add_argument("--lang", choices=sorted(CATALOGUES), default="en", help="language of the screen")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="light or dark colours")
    parser.add_argument("--full-screen", action="store_true", help="without a frame, as on the tool's panel")
    given = parser.parse_args(argv)
    host, _, port = given.connect.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        parser.error(f"--connect wants HOST:PORT, for example 127.0.0.1:{DEFAULT_PORT}; it was {given.connect!r}")
    return run(host.strip("[]"), int(port), given.lang, given.theme, given.full_screen)


def run(host: str, port: int, lang: str, theme: str, full_screen: bool) -> int:
    """Open the window and stay until it is closed; 2 with one line on stderr when it cannot be opened."""
    missing = qt_ready.quick_why_not()
    if missing is not None:
        print(f"maskglow gui: {missing}", file=sys.stderr)
        return 2
    from gui import theme as looks
    from gui.dress import dress
    from gui.link import Link
    from gui.main_window import MainWindow

    app = fitting_app()
    use_language(lang)
    looks.use(language=lang)
    looks.load_fonts()
    dress(None, theme)
    link = Link(host, port)
    window = MainWindow(link, f"{host}:{port}")
    link.start()
    before = signal.signal(signal.SIGINT, lambda *_: app.quit())
    hook, sys.excepthook = sys.excepthook, partial(_fail, app)
    try:
        window.showFullScreen() if full_screen else window.show()
        return app.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        sys.excepthook = hook
        window.close()
        link.close()


def _fail(app: QApplication, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of the screen itself ends it: a picture that stands still must not look live. The tool goes on."""
    place = traceback.extract_tb(trace)[-1] if trace else None
    where = f" ({Path(place.filename).name}, line {place.lineno})" if place else ""
    print(f"maskglow gui: the screen has failed: {kind.__name__}: {error}{where}", file=sys.stderr)
    print("maskglow gui: the controller goes on without it. Start the screen again.", file=sys.stderr)
    app.exit(1)


def fitting_app() -> QApplication:
    """The application; on a screen smaller than the canvas, scaled down so that STOP is always in sight."""
    from PySide6.QtWidgets import QApplication

    made = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(made, QApplication)
    made.setStyle("Fusion")
    room = made.primaryScreen().availableGeometry()
    part = min(room.width() / CANVAS[0], room.height() / CANVAS[1])
    if part >= 1 or "QT_SCALE_FACTOR" in os.environ:
        return made
    os.environ["QT_SCALE_FACTOR"] = f"{part:.3f}"
    made.shutdown()
    del made
    again = QApplication(sys.argv[:1])
    again.setStyle("Fusion")
    return again


if __name__ == "__main__":
    sys.exit(main())
