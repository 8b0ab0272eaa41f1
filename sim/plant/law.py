"""Laws of physics as plain functions that a compiler turns into machine code.

Owns what a law is and where compiled code is kept. A law is a short function of floats and records (records.py) without
side effects beyond its records; written in Python, it also runs under the interpreter (MASKGLOW_INTERPRET=1).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, update_wrapper
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PLANT = Path(__file__).parent
BESIDE = PLANT / "__pycache__"
KEPT = 4  #: compiled states of the laws that stay on disk
INTERPRET = os.environ.get("MASKGLOW_INTERPRET") == "1"  #: look into a law with a debugger; a few hundred times slower
_interpreted = [INTERPRET]


class Law(Generic[P, R]):
    """A function that is compiled when it is first called; the laws that it calls become part of it."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        update_wrapper(self, function)

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Compiled, or worked out by hand where that was asked for."""
        return (self.function if _interpreted[-1] else self.compiled)(*arguments, **named)

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """As machine code; the compiler is fetched only now, because that takes longer than a whole tool to start."""
        from sim.plant.compiler import compiled

        return compiled(self.function)


def law(function: Callable[P, R]) -> Law[P, R]:
    """Make a law of ``function``."""
    return Law(function)


@contextmanager
def by_hand() -> Iterator[None]:
    """Let the interpreter work out the laws that are called meanwhile, for what is done once: the same bits, sooner."""
    _interpreted.append(True)
    try:
        yield
    finally:
        _interpreted.pop()


def _cache_folder() -> Path:
    """Where compiled laws are kept: beside the sources if one may write there, else with the user's caches."""
    with suppress(OSError):
        BESIDE.mkdir(exist_ok=True)
    if os.access(BESIDE, os.W_OK):
        return BESIDE
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "maskglow"


def digest() -> str:
    """One name for the state of all laws: a change in any of them makes all compiled code stale (numba looks only at
    the file of the function itself, not at those that it calls).
    """
    state = sha256((version("numba") + version("llvmlite")).encode())
    for file in [*sorted(PLANT.rglob("*.py")), PLANT.parent / "wiring.py"]:  # whose lines of light laws are made of
        state.update(file.read_bytes())
    return f"laws-{state.hexdigest()[:16]}"


def _forget_old(folder: Path) -> None:
    """Throw away what was compiled from older sources, but for the newest few: other processes may still need them."""
    aged = sorted(folder.glob("laws-*"), key=lambda old: old.stat().st_mtime)
    for old in aged[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


FOLDER = _cache_folder() / digest()  #: where code compiled from these sources is kept
FOLDERS = (BESIDE / FOLDER.name, FOLDER)  #: where it is looked for: who installed it may have compiled it for all
if not FOLDER.exists():
    _forget_old(FOLDER.parent)
