"""What is said to bad input: file or option by name, every reason once, one line each, exit 2, JSON when asked."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import maskglow

ROOT = Path(__file__).parents[1]
MACHINE = str(ROOT / "controller/machine/reference.toml")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a verb writes beside itself goes here."""
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The error stream of a verb that refuses."""
    assert maskglow.main(list(words)) == 2
    told = capsys.readouterr()
    assert told.err.strip() and "Traceback" not in told.err
    return told.err.strip()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("simulate", "o2-organic-clean", "--machine", "/nosuch.toml"), "/nosuch.toml: there is no such file"),
        (("simulate", "--list-faults", "--machine", "/nosuch.toml"), "/nosuch.toml"),
        (("simulate", "--list-faults", "--machine", "a-recipe.toml"), "a-recipe.toml"),
        (("simulate", "o2-organic-clean", "--machine", "/tmp"), "/tmp"),
        (("simulate", "o2-organic-clean", "--seed", "-1"), "--seed -1"),
        (("simulate", "o2-organic-clean", "--fault", "water.off@1:for=-3"), "for must be 0 or more"),
        (("simulate", ""), "has no name"),
        (("check", "recipe.toml", "--junit", "/nosuch/a.xml"), "cannot write /nosuch/a.xml"),
        (("check", "recipe.toml", "--junit", "/tmp"), "cannot write /tmp"),
        (("controller", MACHINE, "--store", "s.sqlite", "--recipes", "/nosuch"), "--recipes /nosuch"),
        (("replay", "nosuch.sqlite"), "nosuch.sqlite"),
    ],
)
def test_one_line_that_names_the_culprit(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str):
    Path("a-recipe.toml").write_text("[recipe]\nname = 'x'\n", "utf-8")
    lines = said(capsys, *words).splitlines()
    assert all(says in line for line in lines)
    assert len(lines) == 1 or says == "a-recipe.toml", "one line for each finding"


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "no-such-recipe", "--json"),
        ("simulate", "o2-organic-clean", "--seed", "-1", "--set", "nix=1", "--json"),
        ("replay", "no-such-run", "--json"),
        ("interlocks", "/nosuch.toml", "--json"),
    ],
)
def test_the_last_line_is_the_result_also_of_bad_input(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]):
    assert maskglow.main(list(words)) == 2
    told = capsys.readouterr()
    result = json.loads(told.out.splitlines()[-1])
    assert (result["event"], result["verdict"]) == ("result", "refused")
    assert result["reasons"] == told.err.splitlines()
    assert len(result["reasons"]) == (2 if "nix=1" in words else 1)


@pytest.mark.parametrize("kind", ["random", "folder"])
def test_a_store_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str):
    """It left a traceback: threads that had never begun were waited for."""
    store = tmp_path / "g.sqlite"
    if kind == "folder":
        store.mkdir()
    else:
        store.write_bytes(bytes((7 * n * n + 3 * n) % 256 for n in range(5000)))
    line = said(capsys, "controller", MACHINE, "--store", str(store), "--port", "0")
    assert str(store) in line and len(line.splitlines()) == 1
    assert "g.sqlite" in said(capsys, "controller", MACHINE, "--store", str(store), "--port", "0"), "the lock was left"


@pytest.mark.parametrize("broken", ["store", "machine", "nothing there"])
def test_support_packs_what_there_is(capsys: pytest.CaptureFixture[str], tmp_path: Path, broken: str):
    store, machine = tmp_path / "s.sqlite", tmp_path / "machine.toml"
    machine.write_text("schema = 99\n" if broken == "machine" else Path(MACHINE).read_text("utf-8"), "utf-8")
    (tmp_path / "maskglow.log").write_text("{}\n", "utf-8")
    if broken == "store":
        store.write_bytes(b"no store at all" * 99)
    assert maskglow.main(["support", "--machine", str(machine), "--store", str(store), "--out", "x.zip"]) == 0
    with zipfile.ZipFile("x.zip") as file:
        assert {"versions.json", "machine.toml", "log/maskglow.log", "problems.txt"} <= set(file.namelist())
        problems = file.read("problems.txt").decode()
    assert ("machine.toml" if broken == "machine" else "s.sqlite") in problems
    assert store.exists() is (broken == "store"), "nothing is made where nothing was"
