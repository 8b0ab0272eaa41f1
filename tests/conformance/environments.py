"""Each stranger's own virtual environment: made once, kept outside the tree's history, pinned by the pair.

Needs the network only the first time.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conformance.pair import Pair

KEPT = Path(__file__).parents[2] / ".strangers"  #: ignored by git
INSTALL_S = 300.0


class Absent(Exception):
    """A program of Debian that is not here: its pairs are skipped, with this word."""


class NotInstalled(Exception):
    """A package that could not be installed: its pairs count as failed."""


def python_for(pair: Pair) -> str:
    """The interpreter in which the stranger's script runs. Absent or NotInstalled say what is missing."""
    if pair.debian:
        _look_for(pair.debian, pair.version)
        return sys.executable
    wanted = (f"{pair.package}=={pair.version}", *pair.needs)
    folder = KEPT / re.sub(r"[^\w.]+", "-", "-".join(wanted))
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            last = (str(error.stderr or error).strip().splitlines() or [""])[-1]
            raise NotInstalled(f"{pair.who} could not be installed: {last}") from error
        ready.touch()
    return str(python)


def _look_for(program: str, version: str) -> None:
    if shutil.which(program) is None:
        raise Absent(f"the program is not installed here: apt-get install {program}")
    query = ["dpkg-query", "--show", "--showformat=${Version}", program]
    found = subprocess.run(query, capture_output=True, text=True, check=False).stdout if shutil.which(query[0]) else ""
    if not found.startswith(version):
        raise Absent(f"the program here is of version {found or 'unknown'}, the suite knows {version}")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)
