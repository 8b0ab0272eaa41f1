"""Laws of physics as plain functions that a compiler turns into machine code.

Owns the compiling and where its results are kept. A law is a short function of floats and records (records.py) without
side effects beyond its records; written in Python, it also runs under the interpreter (MASKGLOW_INTERPRET=1).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

import numba

sys.modules["scipy.linalg.cython_blas"] = None  # type: ignore[assignment]
import numba.np.arraymath  # noqa: E402  laws multiply no matrices: without BLAS numba need not load SciPy, 0.3 s

del sys.modules["scipy.linalg.cython_blas"]

P = ParamSpec("P")
R = TypeVar("R")

PLANT = Path(__file__).parent
KEPT = 4  #: compiled states of the laws that stay on disk
INTERPRET = os.environ.get("MASKGLOW_INTERPRET") == "1"  #: look into a law with a debugger; a few hundred times slower


def _cache_folder() -> Path:
    """Where compiled laws are kept: beside the sources if one may write there, else with the user's caches."""
    beside = PLANT / "__pycache__"
    with suppress(OSError):
        beside.mkdir(exist_ok=True)
    if os.access(beside, os.W_OK):
        return beside
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "maskglow"


def digest() -> str:
    """One name for the state of all laws: a change in any of them makes all compiled code stale (numba looks only at
    the file of the function itself, not at those that it calls).
    """
    state = sha256(numba.__version__.encode())
    for file in [*sorted(PLANT.rglob("*.py")), PLANT.parent / "wiring.py"]:  # whose lines of light laws are made of
        state.update(file.read_bytes())
    return f"laws-{state.hexdigest()[:16]}"


def _forget_old(folder: Path) -> None:
    """Throw away what was compiled from older sources, but for the newest few: other processes may still need them."""
    aged = sorted(folder.glob("laws-*"), key=lambda old: old.stat().st_mtime)
    for old in aged[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


_FOLDER = _cache_folder() / digest()
FRESH = not _FOLDER.exists()  #: nothing has been compiled yet from these sources: the first use takes about a minute
if FRESH:
    _forget_old(_FOLDER.parent)
numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


def law(function: Callable[P, R]) -> Callable[P, R]:
    """Compile ``function`` when it is first called; IEEE arithmetic in the order written, so that bits repeat."""
    if INTERPRET:
        return function
    compiled: Callable[P, R] = numba.njit(cache=True, error_model="numpy")(function)
    return compiled
