"""Where in a TOML file something stands: the walk through the tomlkit tree from a field to its line.

Owns line numbers and the words for what the parser refuses. Loaded only when a file has something wrong with it: this
parser keeps comments and places, and is ten times slower than the standard one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import ParseError, TOMLKitError
from tomlkit.items import AoT, Table


def syntax_error(text: str, said: str) -> tuple[int | None, str] | None:
    """Line (from 1) and reason of the first thing that is no TOML; None when this parser finds nothing wrong.

    ``said`` is what the standard parser says: it knows the line of a key that stands twice, this one does not.
    """
    try:
        tomlkit.parse(text)
    except ParseError as error:
        return error.line, _plain(error)
    except TOMLKitError as error:
        place = re.search(r"\(at line (\d+)", said)
        return (int(place[1]) if place else None), str(error)
    return None


def line_of(text: str, field: Sequence[str | int]) -> int | None:
    """The line (from 1) of a field path such as ("step", 2, "set", "o2_flow"), or of its nearest parent."""
    lines = text.split("\n")
    at, found = 0, None
    node: Any = _tree(text)
    trail: list[str] = []
    for depth, part in enumerate(field):
        try:
            child = node[part]
        except (KeyError, IndexError, TypeError, TOMLKitError):
            break
        if isinstance(part, str):
            trail.append(part)
        index = part if isinstance(part, int) else None
        line = _search(lines, at, trail, child, index, depth)
        if line is not None:
            found, at = line, line
        node = child
    return None if found is None else found + 1


@lru_cache(maxsize=4)
def _tree(text: str) -> tomlkit.TOMLDocument:
    """One parse for all the findings of a file."""
    return tomlkit.parse(text)


def _search(lines: list[str], start: int, trail: list[str], child: Any, index: int | None, depth: int) -> int | None:
    """The line on which ``trail``'s last key is written, at or after ``start``."""
    if index is not None:
        header = f"[[{'.'.join(trail)}]]"
        if not isinstance(child, Table):
            return None
        seen = -1
        for number in range(start, len(lines)):
            if lines[number].split("#")[0].strip() == header:
                seen += 1
                if seen == index:
                    return number
        return None
    if isinstance(child, AoT):
        return start if depth else 0
    name, path = trail[-1], ".".join(trail)
    if isinstance(child, Table | OutOfOrderTableProxy):  # its own header, or the first one below it
        for number in range(start, len(lines)):
            header = lines[number].split("#")[0].strip()
            if header.startswith("[") and f"{header.strip('[]').strip()}.".startswith(f"{path}."):
                return number
    for number in range(start, len(lines)):
        text = lines[number].split("#")[0].strip()
        if _writes_key(text, name):
            return number
    return None


def _writes_key(text: str, name: str) -> bool:
    """Whether a line (or an inline table on it) assigns ``name``."""
    for spelled in (name, f'"{name}"'):
        at = text.find(spelled)
        while at >= 0:
            before = text[:at].rstrip()
            after = text[at + len(spelled) :].lstrip()
            if (not before or before[-1] in "{,[") and after.startswith("="):
                return True
            at = text.find(spelled, at + 1)
    return False


def _plain(error: ParseError) -> str:
    return str(error).split(" at line ")[0] + f" (column {error.col + 1})"
