"""What the README says of captures is so: its boxes are run, or compared with what they show."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import maskglow
from drivers.replay import Parted, read_capture

ROOT = Path(__file__).parents[2]
README = (ROOT / "drivers/README.md").read_text("utf-8")
SECTION = README.partition("## From a field capture to a test")[2]
CAPTURE = "tests/drivers/captures/below-range.capture"


def box(kind: str, number: int = 0) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)[number]


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_test_of_the_example_holds():
    names: dict[str, Callable[[], None]] = {"read_capture": read_capture}  # type: ignore[dict-item]
    exec(box("python"), names)
    names["test_a_gauge_below_its_range_has_no_number"]()


def test_the_example_would_fail_with_another_driver(monkeypatch: pytest.MonkeyPatch):
    names: dict[str, Callable[[], None]] = {"read_capture": read_capture}  # type: ignore[dict-item]
    exec(box("python"), names)
    monkeypatch.setattr("drivers.gauge_tpg36x.pressure", lambda _code, number: float(number))
    with pytest.raises((AssertionError, Parted)):  # -1 Pa is another value, and a value that moved is asked again
        names["test_a_gauge_below_its_range_has_no_number"]()


def test_the_replay_prints_what_the_readme_shows(capsys: pytest.CaptureFixture[str]):
    command, _, shown = box("console").partition("\n")
    assert maskglow.main(command.removeprefix("$ maskglow ").split()) == 0
    assert capsys.readouterr().out == shown


def test_the_lines_shown_are_those_of_the_file():
    assert box("", 1) in (ROOT / CAPTURE).read_text("utf-8")


def test_every_capture_that_is_kept_is_played_back():
    kept = sorted((ROOT / "tests/drivers/captures").glob("*.capture"))
    assert kept
    for path in kept:
        assert all(outcome.same for outcome in read_capture(path).replay())
        assert path.name in (path.parent / "README.md").read_text("utf-8")
