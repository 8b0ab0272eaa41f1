"""The compiler of laws, numba: fetched only when something has to be compiled, or a law is called by itself.

Owns how laws are compiled: IEEE arithmetic in the order written, so that bits repeat. What is compiled is kept where
there is room for it; else it is compiled again the next time.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import numba

sys.modules["scipy.linalg.cython_blas"] = None  # type: ignore[assignment]
import numba.np.arraymath  # noqa: E402  laws multiply no matrices: without BLAS numba need not load SciPy, 0.3 s

del sys.modules["scipy.linalg.cython_blas"]

from sim.plant.law import FOLDER, Law  # noqa: E402

P = ParamSpec("P")
R = TypeVar("R")

ROOM_BYTES = 64 << 20  #: what all compiled laws need at most  # measured: 18 MB


def _room() -> bool:
    """Whether compiled laws can be kept."""
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        return os.access(FOLDER, os.W_OK) and shutil.disk_usage(FOLDER).free > ROOM_BYTES
    return False


ROOM = _room()
numba.config.CACHE_DIR = str(FOLDER)  # type: ignore[attr-defined]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """A law's function as machine code, made when it is first called with arguments of new types."""
    made: Callable[P, R] = numba.njit(cache=ROOM, error_model="numpy")(function)
    return made


@numba.extending.typeof_impl.register(Law)
def _typeof(law: Law[..., Any], _: object) -> Any:
    """What a law is to the compiler, inside another one: its compiled self."""
    return numba.types.Dispatcher(law.compiled)
