"""The compiler of laws, numba: fetched only when something has to be compiled, or a law is called by itself.

Owns how laws are compiled: IEEE arithmetic in the order written, so that bits repeat.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba

sys.modules["scipy.linalg.cython_blas"] = None  # type: ignore[assignment]
import numba.np.arraymath  # noqa: E402  laws multiply no matrices: without BLAS numba need not load SciPy, 0.3 s

del sys.modules["scipy.linalg.cython_blas"]

from sim.plant.law import FOLDER, Law  # noqa: E402

P = ParamSpec("P")
R = TypeVar("R")

numba.config.CACHE_DIR = str(FOLDER)  # type: ignore[attr-defined]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """A law's function as machine code, made when it is first called with arguments of new types."""
    made: Callable[P, R] = numba.njit(cache=True, error_model="numpy")(function)
    return made


@numba.extending.typeof_impl.register(Law)
def _typeof(law: Law[..., Any], _: object) -> Any:
    """What a law is to the compiler, inside another one: its compiled self."""
    return numba.types.Dispatcher(law.compiled)
