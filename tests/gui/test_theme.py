"""Colour tokens, fonts, and the traps of the libraries."""

from __future__ import annotations

import re
import sys
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.i18n import tr
from gui.pages import alarm_models
from gui.pages.run_cards import VERDICTS
from gui.widgets.navigation import PLACES
from gui.wording import STATES

GUI = Path(theme.__file__).parent
GROUNDS = ("bg", "card", "raised")
FLOOR = {"text": 4.5, "text2": 4.5, "value": 4.5, "accent": 4.5, "equip_line": 3.0, "ok": 3.0, "text3": 3.0}
PAIRS = (("on_accent", "accent"), ("stop_on", "stop"), *((f"p{n}_on", f"p{n}") for n in (1, 2, 3, 4)))


def luminance(code: str) -> float:
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "ink", "ground"), list(product(("light", "dark"), FLOOR, GROUNDS)))
def test_inks_can_be_read_on_every_ground(name: str, ink: str, ground: str) -> None:
    table = theme.TOKENS[name]
    assert contrast(table[ink], table[ground]) >= FLOOR[ink]


@pytest.mark.parametrize(("name", "pair"), list(product(("light", "dark"), PAIRS)))
def test_words_can_be_read_on_their_fill(name: str, pair: tuple[str, str]) -> None:
    table = theme.TOKENS[name]
    assert contrast(table[pair[0]], table[pair[1]]) >= 4.5


def test_no_colour_code_outside_the_token_file() -> None:
    for path in GUI.rglob("*.py"):
        if path.name != "theme.py":
            assert not re.search(r"""["']#[0-9A-Fa-f]{6}["']""", path.read_text("utf-8")), path


def test_no_word_is_smaller_than_the_floor() -> None:
    for path in GUI.rglob("*.py"):
        for size in re.findall(r"font\((\d+)", path.read_text("utf-8")):
            assert int(size) >= 13, path


def test_inter_is_used_and_comes_with_its_licence(app: QApplication) -> None:
    assert theme.family() == "Inter"
    assert theme.font(72, theme.SEMIBOLD).family() == "Inter Display"
    assert "SIL OPEN FONT LICENSE" in (GUI / "fonts" / "LICENSE").read_text("utf-8")


def test_every_icon_that_a_table_names_is_there() -> None:
    there = {path.stem for path in (GUI / "icons").glob("*.svg")}
    named = {sign for _, sign in [*STATES.values(), *alarm_models.STATES.values(), *PLACES.values()]}
    assert named | set(VERDICTS.values()) <= there


def test_none_keeps_its_references(app: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one of them with every call that returns nothing, until it aborts."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(200):
        thing.setObjectName("x")
    assert sys.getrefcount(None) >= before - 20


def test_words_fill_their_places_and_braces_of_values_do_no_harm() -> None:
    assert tr("ends {time}", time="14:32") == "ends 14:32"
    assert tr("Held by: {why}", why="{x} < 3") == "Held by: {x} < 3"
    assert tr("{no place}") == "{no place}"
