"""Records and laws: the form of memory, and that compiled and interpreted laws agree."""

from __future__ import annotations

import subprocess
import sys
from math import exp

import numpy as np
import pytest

from sim.plant.law import law
from sim.plant.records import Floats, Record, dtype_of, grid, names_of, new, place_of, places_of, vector


class Inner(Record):
    a: float
    many: Floats = vector(3)


class Outer(Record):
    first: float
    inner: Inner
    field: Floats = grid(2, 2)


@law
def decay(inner: Inner, dt: float) -> float:
    """Something with every kind of field."""
    inner.a *= exp(-dt)
    for i in range(3):
        inner.many[i] += inner.a
    return inner.a


def test_a_record_is_one_vector_of_named_numbers():
    memory = np.zeros(1, dtype_of(Outer))
    flat = memory.view(np.float64)
    flat[:] = range(len(flat))
    names = list(names_of(Outer))
    assert len(names) == len(flat) == 9
    record = memory.view(np.recarray)[0]
    assert (record.first, record.inner.a, record.inner.many[2], record.field[1, 0]) == (0.0, 1.0, 4.0, 7.0)
    assert names[4] == "inner.many[2]" and names[7] == "field[1, 0]"
    assert [place_of(Outer, name) for name in names] == list(range(9))
    assert places_of(Outer, "inner") == slice(1, 5) and places_of(Outer, "field") == slice(5, 9)


@pytest.mark.parametrize("path", ["second", "inner.b", "first.a", "inner.many[x]", "", "inner.many"])
def test_a_place_that_is_none_is_named(path):
    with pytest.raises((KeyError, ValueError)):
        place_of(Outer, path)


def test_laws_write_into_records():
    outer = new(Outer)
    outer.inner.a = 2.0
    assert decay(outer.inner, 1.0) == pytest.approx(2.0 * exp(-1.0))
    assert outer.inner.many.tolist() == [outer.inner.a] * 3


def test_new_refuses_what_is_no_field():
    with pytest.raises(TypeError, match="no field 'b'"):
        new(Inner, b=1.0)
    assert new(Inner, a=3.0).a == 3.0


def test_the_interpreter_gives_the_same_bits_as_the_compiler():
    """A law may be looked into with a debugger: what is seen there is what runs."""
    code = (
        "from sim.plant.rf.breakdown import curve;from sim.plant.thermal.heat import ion_w_m2;"
        "print([curve(x / 7).hex() for x in range(1, 40)], ion_w_m2(1e19, 33.0).hex())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": "", "MASKGLOW_INTERPRET": interpret, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for interpret in ("0", "1")
    ]
    assert told[0] == told[1] and len(told[0]) > 100
