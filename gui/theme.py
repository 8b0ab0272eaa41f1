"""Colour tokens and type of the design guide, sections 5 and 7.

The only place with colour codes. Everything else asks for a token by name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase

_TABLE = """
bg DFE3E7 181C21
chrome CDD3D9 111417
card EEF1F3 22272D
raised FAFBFC 2F363E
sunken D9DEE3 15191D
line C2C9D0 383F47
line2 7C8894 7A8591
text 182028 E8ECEF
text2 44505C B4BDC6
text3 58646F 98A3AE
value 14304D DCEBFA
accent 24588C 7DB2E6
accent2 1B466F A4CBF0
accent_soft CFDDEA 24405B
on_accent FFFFFF 0E1A26
equip_on FFFFFF E8ECEF
equip_off 8C97A2 59636D
equip_line 3D4853 AAB4BE
wall B9C2CA 4A535C
vacuum F7F9FA 13171B
pipe B4BCC4 434B54
pipe_on 55616C AAB4BE
plasma0 B9C6F2 5C6FC0
plasma1 E4E8FA 2A3158
normal C3CCD5 3C4650
p1 C2141B F4474B
p1_on FFFFFF 1A0506
p2 E8780A FF9A3D
p2_on 1A1208 1D1003
p3 F2C40F FFD84D
p3_on 1A1708 1C1703
p4 8A4FA3 C88BE3
p4_on FFFFFF 190A20
alarm_line 182028 0D1013
stop B4121B C81E28
stop_on FFFFFF FFFFFF
ok 3B5F4A A7C9B5
sim 6A5B1F D8C77A
s1 1F6AA5 6CB2EE
s2 0F8069 4FC3A6
s3 9A4E87 D693C2
s4 51606F AEB9C4
s5 7B6243 CBB08B
s6 2F83AA 8AD3F2
veil 182028 000000
"""

TOKENS: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
for _line in _TABLE.split("\n"):
    if _line:
        _name, _light, _dark = _line.split()
        TOKENS["light"][_name] = f"#{_light}"
        TOKENS["dark"][_name] = f"#{_dark}"

DISPLAY, DISPLAY_FROM = "Inter Display", 24  #: drawn for large sizes: closer set; bundled in semibold only [u]
REGULAR, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold
#: value of a dummy variable axis per language: Qt caches the font engine under the first family only, and would
#: draw the Han glyphs of the language that came first
_LANGUAGE_AXIS = {"en": 0, "zh_TW": 1, "ja": 2}

_now = {"theme": "light", "language": "en"}


def use(theme: str | None = None, language: str | None = None) -> None:
    """Change theme or language; who draws must update() afterwards."""
    if theme is not None:
        TOKENS[theme]
        _now["theme"] = theme
    if language is not None:
        _LANGUAGE_AXIS[language]
        _now["language"] = language
    colour.cache_clear()
    font.cache_clear()


def name() -> str:
    """Theme in use: light or dark."""
    return _now["theme"]


@cache
def colour(token: str) -> QColor:
    """Colour of a token in the theme in use; an unknown token raises KeyError."""
    return QColor(TOKENS[_now["theme"]][token])


def load_fonts() -> list[str]:
    """Make the bundled weights of Inter known to Qt; returns the files that Qt refused. Needs an application."""
    files = sorted((Path(__file__).parent / "fonts").glob("*.otf"))
    refused = [each.name for each in files if QFontDatabase.addApplicationFont(str(each)) < 0]
    family.cache_clear()
    font.cache_clear()
    return refused


@cache
def family() -> str:
    """Inter where it is known, else the sans-serif of the system."""
    return "Inter" if "Inter" in QFontDatabase.families() else QFont("sans-serif").defaultFamily()


@cache
def font(size: int, weight: QFont.Weight = REGULAR, *, ids: bool = False) -> QFont:
    """Font of `size` u; figures have equal widths, and IDs (``ids``) a slashed zero."""
    large = size >= DISPLAY_FROM and weight == SEMIBOLD
    made = QFont(DISPLAY if large and DISPLAY in QFontDatabase.families() else family())
    made.setPixelSize(size)
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    if ids:
        made.setFeature(QFont.Tag("zero"), 1)
        made.setFeature(QFont.Tag("ss02"), 1)
    made.setVariableAxis(QFont.Tag("LANG"), _LANGUAGE_AXIS[_now["language"]])
    return made


def style_sheet() -> str:
    """The one style sheet: colours and sizes of standard inputs, no layout."""
    t = TOKENS[_now["theme"]]
    return f"""
    QLineEdit {{ background: {t["raised"]}; color: {t["text"]}; border: 1px solid {t["line2"]}; border-radius: 8px;
        padding-left: 14px; selection-background-color: {t["accent"]}; }}
    QLineEdit:focus {{ border: 2px solid {t["accent"]}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ width: 24px; background: {t["sunken"]}; border-radius: 8px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {t["line2"]}; border: 7px solid {t["sunken"]}; border-radius: 12px;
        min-height: 64px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    """
