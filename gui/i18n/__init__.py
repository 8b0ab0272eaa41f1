"""Words of the screen: whole English sentences with named places, one look-up away from another language.

Owns the look-up. Tags, gases and units are not words and never pass through here.
"""

from __future__ import annotations

#: language code -> {English sentence: translated sentence}; English needs none
CATALOGUES: dict[str, dict[str, str]] = {"en": {}}

_language = "en"


def use_language(code: str) -> None:
    """Speak this language from now on; an unknown code raises KeyError."""
    global _language
    CATALOGUES[code]
    _language = code


def tr(text: str, /, **places: object) -> str:
    """The sentence in the language of the screen, its named places filled in."""
    words = CATALOGUES[_language].get(text, text)
    return words.format(**places) if places else words
