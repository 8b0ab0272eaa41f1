"""The loop's machine code: kept whole or not at all, loaded without the compiler, and in nobody's way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.errors import NumbaError

from sim.plant import compiler, loop
from sim.plant.law import by_hand, law
from sim.plant.rf.breakdown import curve

ROOT = Path(__file__).parents[3]
CODE = b"machine code " * 99
A_RUN = """
import sys
from sim.lab import Lab
lab = Lab()
assert not lab.get_ready() and lab.start("o2-organic-clean").ok
lab.run_for(2.0)
plant = lab.world.plant
plant.outcome(), plant.parameters(), plant.inject("plasma.arc", {"rate": 1.0}, True)
lab.restore(lab.save()).run_for(1.0)
print("numba" in sys.modules)
import numba
@numba.njit
def refuse(x):
    if x > 1.0:
        raise ValueError("too much")
    return x
try:
    refuse(2.0)
except ValueError as error:
    print(error)
"""


def test_a_run_needs_no_compiler_and_does_not_harm_it():
    loop.loop()  # compiled by now
    command = [sys.executable, "-c", A_RUN]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    assert told[:2] == ["False", "too much"]


def test_what_was_kept_is_found(tmp_path):
    loop._keep(tmp_path / "new" / "loop.o", CODE)
    assert loop._kept(tmp_path / "new" / "loop.o") == CODE
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["loop.o"]


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-1], lambda data: data[:40], lambda data: b"", lambda data: data + b"\0"]
)
def test_what_was_cut_off_is_not_loaded(tmp_path, harm):
    file = tmp_path / "loop.o"
    loop._keep(file, CODE)
    file.write_bytes(harm(file.read_bytes()))
    assert loop._kept(file) is None


@pytest.mark.parametrize("at", [0, 31, 32, 500, -1])
def test_nor_what_has_changed(tmp_path, at):
    file = tmp_path / "loop.o"
    loop._keep(file, CODE)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    assert loop._kept(file) is None


def test_without_a_place_to_keep_it_life_goes_on(tmp_path):
    (tmp_path / "taken").write_text("a file, no folder")
    loop._keep(tmp_path / "taken" / "loop.o", CODE)
    assert loop._kept(tmp_path / "taken" / "loop.o") is None


def test_by_hand_a_law_gives_the_same_bits():
    compiled = [curve(x / 7) for x in range(1, 40)]
    with by_hand():
        assert [curve(x / 7) for x in range(1, 40)] == compiled


def test_by_hand_ends_with_its_block():
    seen = []

    @law
    def strange(x: float) -> float:
        seen.append(x)  # no compiler takes this
        raise ArithmeticError

    with pytest.raises(ArithmeticError), by_hand():
        strange(1.0)
    assert seen == [1.0]
    with pytest.raises(NumbaError):
        strange(2.0)
    assert seen == [1.0]


def test_laws_are_kept_only_where_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setattr(compiler, "FOLDER", tmp_path / "new")
    assert compiler._room() and (tmp_path / "new").is_dir()
    full = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(compiler.shutil, "disk_usage", lambda _: full)
        assert not compiler._room()
    (tmp_path / "taken").write_text("a file, no folder")
    monkeypatch.setattr(compiler, "FOLDER", tmp_path / "taken" / "laws")
    assert not compiler._room()


def test_what_another_compiled_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "FOLDERS", (tmp_path / "theirs", tmp_path / "mine"))
    assert not loop.compiled()
    loop._keep(tmp_path / "theirs" / loop._name(), CODE)
    assert loop.compiled() and loop._found() == CODE
