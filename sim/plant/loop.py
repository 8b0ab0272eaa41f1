"""The plant's loop as one piece of machine code: compiled once, kept in a file, loaded without the compiler.

Owns that file. To fetch the compiler and its cached laws takes the better part of a second, to load the file a
hundredth: it is what every start of a simulated tool waits for. Under MASKGLOW_INTERPRET=1 there is no machine code.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from sim.plant.advance import advance
from sim.plant.law import FOLDER, FOLDERS, INTERPRET
from sim.plant.records import dtype_of
from sim.plant.state import State

ENTRY = "advance"
_COMPILERS = re.compile(rb"\0((?:numba_|NRT_)\w+)")  #: names of the compiler's own functions
#: those for errors that laws raise, and their memory: none raises any, and whoever comes there nevertheless must die
_NEVER = {
    "numba_do_raise",
    "numba_gil_ensure",
    "numba_gil_release",
    "numba_runtime_build_excinfo_struct",
    "numba_unpickle",
    "NRT_decref",
    "NRT_Free",
    "NRT_incref",
    "NRT_MemInfo_call_dtor",
}
_SEAL = len(sha256().digest())

#: one sub-step: where the plant is (see `place`), its length [s], that of the slow rooms [s]; returns how it went
Loop = Callable[[Any, float, float], int]


def place(memory: np.ndarray[Any, Any]) -> Any:
    """Where a plant is, for the loop: its address, or itself for the interpreter."""
    return memory if INTERPRET else memory.ctypes.data


@cache
def loop() -> Loop:
    """The loop, compiled now if it never was on this machine."""
    if INTERPRET:
        return advance
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code = _found()
    if code is None:
        code = _machine_code()
        _keep(FOLDER / _name(), code)
    return _loaded(code)


def _target() -> llvm.TargetMachine:
    """This processor."""
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(llvm.get_host_cpu_name(), features, opt=3, codemodel="jitdefault", jit=True)


def compiled() -> bool:
    """Whether the loop need not be compiled first, which takes about a minute."""
    return INTERPRET or _found() is not None


def _name() -> str:
    """Of the file for this kind of processor."""
    processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    return f"loop-{sha256(processor.encode()).hexdigest()[:16]}.o"


def _found() -> bytes | None:
    """The machine code, wherever it has been kept."""
    return next((code for folder in FOLDERS if (code := _kept(folder / _name())) is not None), None)


def _kept(file: Path) -> bytes | None:
    """The machine code in a file; None if there is none, or it is not as it was written."""
    with suppress(OSError):
        data = file.read_bytes()
        if len(data) > _SEAL and sha256(data[_SEAL:]).digest() == data[:_SEAL]:
            return data[_SEAL:]
    return None


def _keep(file: Path, code: bytes) -> None:
    """Write it as a whole or not at all: others may be reading, or writing the same."""
    draft = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # without a place to keep it, it is compiled at every start
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(sha256(code).digest() + code)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


def _machine_code() -> bytes:
    """Compile: all laws of the loop into one function, and that into an object file for this processor."""
    import numba

    from sim.plant import compiler

    types: Any = numba.types
    carray: Any = numba.carray  # type: ignore[attr-defined]
    step = compiler.compiled(advance.function)
    pointer = types.CPointer(numba.from_dtype(dtype_of(State)))

    def entry(place: Any, dt: float, slowly: float) -> int:
        return step(carray(place, 1), dt, slowly)

    made = numba.cfunc(types.int64(pointer, types.float64, types.float64), error_model="numpy")(entry)
    module = llvm.parse_assembly(made.inspect_llvm())
    module.get_function(made.native_name).name = ENTRY
    code: bytes = _target().emit_object(module)
    if strange := {name.decode() for name in _COMPILERS.findall(code)} - _NEVER:
        raise NotImplementedError(
            f"a law needs {', '.join(sorted(strange))} of the compiler, which is not there in a run"
        )
    return code


def _loaded(code: bytes) -> Loop:
    """Put an object file into memory."""
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    for name in _NEVER:
        if llvm.address_of_symbol(name) is None:
            llvm.add_symbol(name, llvm.address_of_symbol("abort"))
    linker.add_object_file(llvm.ObjectFileRef.from_data(code))
    linker.finalize_object()
    # PYFUNCTYPE: other threads wait meanwhile, it is over sooner than they could take turns
    called = ctypes.PYFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_double, ctypes.c_double)
    function = called(linker.get_function_address(ENTRY))
    function.linker = linker  # type: ignore[attr-defined]  # which owns the memory
    return function
