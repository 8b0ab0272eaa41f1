"""Files as people break them: refused in words with the right line, saved whole or not at all."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from xml.etree import ElementTree

import pytest

from controller.build import view_of
from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from recipes.check import check_file, junit
from recipes.files import FileRefused, read, save
from recipes.store import LIBRARY, PROCEDURES, find, library, load_recipe, prepare, procedures

GOOD = (LIBRARY / "o2-organic-clean.toml").read_text(encoding="utf-8")
VIEW = view_of(REFERENCE)


def findings(tmp_path: Path, text: str | bytes) -> list[str]:
    """Everything that `check` says about a file with this text, without its folder."""
    file = tmp_path / "bad.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(one).replace(f"{tmp_path}/", "") for one in check_file(file, VIEW, load_machine)]


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if part in line)


def test_what_is_shipped_is_good():
    for path in [*library(), *sorted(PROCEDURES.glob("*.toml")), REFERENCE]:
        assert check_file(path, VIEW, load_machine) == []


def test_the_example_of_the_readme_is_good(tmp_path):
    readme = (LIBRARY.parent / "README.md").read_text(encoding="utf-8")
    example = readme.split("```toml\n")[1].split("```")[0]
    assert findings(tmp_path, example) == []
    for kind in ("time", "when", "endpoint", "operator"):
        assert f"{kind} = " in example


def test_truncated_at_every_byte(tmp_path):
    """Cut anywhere, a file is refused in words, or it is a shorter recipe that is good by itself; never a traceback."""
    file = tmp_path / "cut.toml"
    raw = GOOD.encode()
    good = 0
    for size in range(len(raw)):
        file.write_bytes(raw[:size])
        try:
            loaded = load_recipe(file)
        except FileRefused as refused:
            assert all(one.reason for one in refused.findings)
        else:
            good += 1
            assert loaded.recipe.step and all(step.call or step.end for step in loaded.recipe.step)
    assert good < 0.2 * len(raw)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('load_power = "300 W"', 'load_power = "300 V"', 'load_power = "300 V"', "the unit 'V'"),
        ('load_power = "300 W"', "load_power = 300", "load_power = 300", "step[4].set.load_power"),
        ('load_power = "300 W"', 'load_power = "300"', 'load_power = "300"', "no unit"),
        ('load_power = "300 W"', 'load_power = "nan W"', 'load_power = "nan W"', "not a number"),
        ('load_power = "300 W"', 'load_power = "1e999 W"', 'load_power = "1e999 W"', "finite"),
        ('load_power = "300 W"', 'load_power = "３００ W"', "３００", "not a number"),
        ('load_power = "300 W"', 'load_power = "3_00 W"', "3_00", "unit"),
        ('load_power = "300 W"', 'load_power = "3e3 W"', 'load_power = "3e3 W"', "outside what this machine allows"),
        ('load_power = "300 W"', 'load_power = "-1 W"', 'load_power = "-1 W"', "outside what this machine allows"),
        ('load_power = "300 W"', 'laod_power = "300 W"', "laod_power", "nothing called 'laod_power'"),
        ('min = "20 s"', 'min = "20 sec"', "20 sec", "sec"),
        ('min = "20 s"', 'min = "-20 s"', "-20 s", "negative"),
        ('min = "20 s"', "min = nan", "min = nan", "step[5].end.min"),
        ('endpoint = "CO"', 'endpoint = "CN"', "CN", "no endpoint 'CN'"),
        ('endpoint = "CO", min = "20 s", max = "240 s"', 'endpoint = "CO"', 'endpoint = "CO"', "max"),
        ('clock = "plasma-on"', 'clock = "plasma"', 'clock = "plasma"', "plasma-on"),
        ('clock = "plasma-on"', 'clok = "plasma-on"', "clok", "not a known key"),
        ('on_pause = "rf_off"', 'on_pause = "rf_off"\non_pause = "keep"', 'on_pause = "keep"', "on_pause"),
        ('when = "plasma_on"', 'when = "plasma_onn"', "plasma_onn", "no tag 'plasma_onn'"),
        ('when = "plasma_on"', 'when = "plasma_on and"', "plasma_on and", "is not a condition"),
        ('tag = "reflected_power"', 'tag = "reflected"', 'tag = "reflected"', "no tag 'reflected'"),
        ('resume_at = "Strike"\n\n', 'resume_at = "Nowhere"\n\n', "Nowhere", "no earlier step"),
        ('call = "purge"', 'call = "purgee"', "purgee", "no procedure 'purgee'"),
        ('rate = "100 W/s"', 'rate = "0 W/s"', "0 W/s", "above zero"),
        ('rate = "100 W/s"', 'rate = "100 W"', '"100 W"', "unit"),
        ('rate = "100 W/s"', "rate = 100", "rate = 100", "step[5].ramp.load_power.rate: 100 needs a unit"),
        ('min = "20 s"', "min = 20", "min = 20", 'step[5].end.min: 20 needs a unit and quotes, for example "20 s"'),
        ('min = "20 s"', 'min = "300 s"', "300 s", "step[5].end: min 300 s is longer than max 240 s"),
        ('name = "Strike"', 'name = "Main clean"', None, "'Main clean' is already the name of step 4"),
        ('load_power = "300 W"', "load_power = nan", "load_power = nan", "nan needs a unit"),
        ('load_power = "300 W"', "load_power = [1]", "load_power = [1]", "neither a quantity"),
        ("version = 1", "version = 1.5", "version = 1.5", "version"),
        ("version = 1", 'version = "1"', 'version = "1"', "version"),
        ("schema = 1", "schema = 99", "schema = 99", "schema 99 is not known"),
        ('mask = "binary"', 'mask = "cheese"', "cheese", "recipe.mask"),
        ('o2_flow = "120 sccm"', 'o2_flow = "120 sccm", h2_flow = "20 sccm"', None, "H2 and O2 together"),
        ('text = "Gas and', "text = 'Gas and", None, ""),
    ],
)
def test_every_mistake_has_its_line(tmp_path, old, new, line, says):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = findings(tmp_path, text)
    assert found
    assert any(says in one for one in found), found
    if line is not None:
        numbers = [int(one.split(":")[1]) for one in found if one.split(":")[1].isdigit()]
        assert line_of(text, line) in numbers, found


def test_all_findings_at_once(tmp_path):
    text = (
        GOOD.replace('clock = "', 'clok = "')
        .replace("[recipe]", "[recipe]\ncolour = 1")
        .replace('"300 W"', '"300 V"')
        .replace('min = "20 s"', "min = 20")
        .replace('call = "purge"', 'call = "purgee"')
    )
    found = "\n".join(findings(tmp_path, text))
    for words in ("step[5].clok: is not", "recipe.colour: is not", "'300 V'", "step[5].end.min: 20", "no procedure"):
        assert words in found
    assert len(found.splitlines()) == 5, found
    text = GOOD.replace('min = "20 s"', "min = 20").replace('"binary"', '"cheese"').replace('"CO"', '"CN"')
    found = findings(tmp_path, text.replace('"300 W"', '"300 V"'))
    assert len(found) == 3, "of a step that cannot be read only that, of the others all"
    text = GOOD.replace('"300 W"', '"300 V"').replace('"CO"', '"CN"').replace('call = "purge"', 'call = "purgee"')
    assert len(findings(tmp_path, text)) == 3
    text = (
        GOOD.replace("schema = 1", "schema = 7").replace('clock = "', 'clok = "').replace("version = 1", "version = 0")
    )
    assert len(findings(tmp_path, text)) == 3


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x = 1\n\xe9", "UTF-8"),
        (b"[recipe\n", "bad.toml:1"),
        (b"a = 1\na = 2\n", "a"),
        (b"a = 01\n", "bad.toml:1"),
        (b"[recipe]\nname = 'x'\n", "step"),
        (b"x = 1\n" * 200_000, "too large"),
        (b"\x00", "bad.toml"),
        (b"recipe = 1\nstep = 2", "recipe"),
        (b"[[recipe]]\nname = 'x'\n[step]\nname = 'y'", "recipe"),
        (b"[machine]\nname = 'x'\n", "missing"),
    ],
)
def test_what_is_no_recipe_at_all(tmp_path, raw, says):
    found = findings(tmp_path, raw)
    assert found and any(says in one for one in found), found


def test_deeply_nested_text_is_refused_not_a_crash(tmp_path):
    assert findings(tmp_path, "x = " + "[" * 5000)
    for depth in (31, 101, 150, 400, 5000):
        for whole in ("x = " + "[" * depth + "]" * depth, "x = " + "{a = " * depth + "1" + "}" * depth):
            assert findings(tmp_path, whole) == ["bad.toml: tables or lists lie in each other more than 30 deep"]
        (one,) = findings(tmp_path, "x = " + "[" * depth)
        assert one.startswith("bad.toml")
    nested = '[[step]]\nname = "a"\nend = { when = "' + "(" * 150 + "plasma_on" + ")" * 150 + '", within = "1 s" }\n'
    assert findings(tmp_path, '[recipe]\nname = "x"\n' + nested) == []


def test_no_such_file_and_a_folder(tmp_path):
    assert "no such file" in str(check_file(tmp_path / "none.toml", VIEW, load_machine)[0])
    assert "cannot be read" in str(check_file(tmp_path, VIEW, load_machine)[0])
    with pytest.raises(FileRefused, match="o2-organic-clean"):
        find("no-such-recipe")
    with pytest.raises(FileRefused, match="recipe: has no name"):
        find("")


def test_a_mixture_needs_a_released_recipe(tmp_path):
    mixed = GOOD.replace('o2_flow = "120 sccm"', 'o2_flow = "120 sccm", h2_flow = "20 sccm"', 1)
    assert any("H2 and O2" in one for one in findings(tmp_path, mixed))
    allowed = mixed.replace('mask = "binary"', 'mask = "binary"\nallows = ["h2+o2"]', 1)
    assert findings(tmp_path, allowed) == []
    assert any("released" in one for one in findings(tmp_path, allowed.replace('"released"', '"draft"', 1)))


def test_a_machine_file_too(tmp_path):
    text = REFERENCE.read_text(encoding="utf-8")
    bad = text.replace('"lid_closed"]', '"lid_closd"]', 1).replace("address = 2", "address = 1", 1)
    found = findings(tmp_path, bad)
    assert any("lid_closd" in one and str(line_of(bad, "lid_closd")) in one for one in found), found
    assert any("address 1" in one for one in found)


def test_a_run_keeps_the_text_it_was_loaded_with(tmp_path):
    file = tmp_path / "mine.toml"
    save(file, GOOD)
    loaded = load_recipe(file)
    program = prepare(loaded, VIEW)
    file.write_text("[recipe]\n")
    assert prepare(loaded, VIEW) == program and loaded.document.text == GOOD


def test_one_flipped_byte_is_another_recipe(tmp_path):
    file = tmp_path / "mine.toml"
    save(file, GOOD)
    first = load_recipe(file).sha256
    save(file, GOOD.replace("450 W", "451 W"))
    assert load_recipe(file).sha256 != first


def test_save_replaces_the_whole_file(tmp_path):
    file = tmp_path / "mine.toml"
    save(file, "old")
    save(file, "new")
    assert file.read_text() == "new" and os.listdir(tmp_path) == ["mine.toml"]


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, fails):
    file = tmp_path / "mine.toml"
    save(file, "old")

    def broken(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, broken)
    with pytest.raises(OSError, match="No space"):
        save(file, "new")
    assert file.read_text() == "old" and os.listdir(tmp_path) == ["mine.toml"]


@pytest.fixture
def no_room():
    """The operating system takes no more than 8 kB a file, as if the disk were full in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_save_where_the_disk_is_full(tmp_path, no_room):
    file = tmp_path / "mine.toml"
    save(file, "old")
    with pytest.raises(OSError):
        save(file, "x" * 50_000)
    assert file.read_text() == "old" and os.listdir(tmp_path) == ["mine.toml"]


def test_save_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError):
        save(tmp_path / "no" / "mine.toml", "x")


def test_junit(tmp_path):
    results = {"good.toml": [], "bad.toml": check_file(tmp_path / "none.toml", VIEW, load_machine)}
    suite = ElementTree.fromstring(junit(results))
    assert suite.get("tests") == "2" and suite.get("failures") == "1"
    assert [case.get("name") for case in suite] == ["good.toml", "bad.toml"]
    assert "no such file" in (suite[1][0].text or "")


def test_every_procedure_is_found_by_its_own_name():
    assert {"pump-down", "vent", "leak-check", "purge", "season", "standby", "end-safe", "abort-safe"} <= set(
        procedures()
    )
    for name in procedures():
        assert find(name).exists()


def test_line_numbers_walk_the_tree():
    document = read(LIBRARY / "o2-organic-clean.toml")
    lines = document.text.split("\n")
    assert 'name = "Main clean"' in lines[document.line_of(("step", 4, "name")) - 1]
    assert "limits" in lines[document.line_of(("step", 4, "limits", 0, "tag")) - 1]
    assert document.line_of(("nothing", "here")) is None
