"""A machine file with its lines elsewhere: for a tool whose emulators sit on whatever ports were free."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomlkit

from recipes.files import FileRefused, Finding


def with_urls(path: str | Path, urls: Mapping[str, str]) -> str:
    """The text of a machine file with these bus urls; all else stays, comments too. FileRefused for an unknown bus."""
    document = tomlkit.parse(Path(path).read_text("utf-8"))
    buses = document["bus"]
    for name, url in urls.items():
        if name not in buses:
            raise FileRefused([Finding(str(path), None, f"bus.{name}", "there is no such bus in this file")])
        buses[name]["url"] = url
    return tomlkit.dumps(document)
