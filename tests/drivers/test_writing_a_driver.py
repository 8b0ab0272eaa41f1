"""The boxes of WRITING_A_DRIVER.md are what is in the tree, and the files that it names are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "drivers/WRITING_A_DRIVER.md").read_text("utf-8")
BOXES = re.findall(r"^```(?:python|text) file=(\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
DRIVER = "drivers/gauge_thyracont.py"


def test_every_box_of_python_names_its_file():
    assert len(BOXES) == PAGE.count("```python") + PAGE.count("```text") > 20


def test_the_example_goes_all_the_way():
    """Driver, emulator, their meeting, a stranger, and the row that says so."""
    shown = {file for file, _ in BOXES}
    assert {DRIVER, "sim/devices/gauge_thyracont.py", "tests/system/pair.py", "sim/README.md"} <= shown
    assert any(file.startswith("tests/conformance/pairs/") for file in shown)


@pytest.mark.parametrize(("file", "box"), BOXES)
def test_a_box_is_what_stands_in_its_file(file: str, box: str):
    assert box in (ROOT / file).read_text("utf-8")


def test_the_whole_driver_is_shown_and_it_is_short():
    lines = (ROOT / DRIVER).read_text("utf-8").splitlines()
    assert len(lines) < 70
    shown = [line for file, box in BOXES if file == DRIVER for line in box.splitlines() if line]
    assert shown == [line for line in lines if line]
    assert f"{len(lines)} lines" in PAGE


def test_the_files_it_names_are_there():
    named = set(re.findall(r"`((?:\w+/)*\w+\.(?:py|md|toml))`", PAGE)) - {"machine.toml"}
    places = (ROOT, ROOT / "drivers", ROOT / "tests/drivers", ROOT / "tests/system")
    assert named
    assert not {name for name in named if not any((place / name).is_file() for place in places)}
