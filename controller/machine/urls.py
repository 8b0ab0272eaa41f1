"""Where lines are: whether two urls mean the same place, and a machine file with its lines elsewhere.

Owns how a url is spelt. Opens nothing and asks no network for a name.
"""

from __future__ import annotations

import ipaddress
import posixpath
from collections.abc import Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit

from recipes.files import FileRefused, Finding

NETWORK = "socket://"


def normalised(url: str) -> str:
    """The one spelling of a url that a bus table has taken: equal for two that lead to the same place.

    Names of hosts other than ``localhost`` stay as they are, and so do links between device files.
    """
    if not url.startswith(NETWORK):
        return posixpath.normpath(f"/{url.lstrip('/')}" if url.startswith("/") else url)
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname in ("localhost", "localhost.") else parts.hostname or ""
    with suppress(ValueError):  # a name, not an address
        host = str(ipaddress.ip_address(host))
    return f"{NETWORK}{f'[{host}]' if ':' in host else host}:{parts.port}"


def covers(pattern: str, url: str) -> bool:
    """Whether a url with * stands for everything that another one, with * or without, stands for."""
    wide, narrow = normalised(pattern).split("/"), normalised(url).split("/")
    return (
        "*" in pattern
        and len(wide) == len(narrow)
        and all(fnmatchcase(part, each) for part, each in zip(narrow, wide, strict=True))
    )


def with_urls(path: str | Path, urls: Mapping[str, str]) -> str:
    """The text of a machine file with these bus urls; all else stays, comments too. FileRefused for an unknown bus."""
    document = tomlkit.parse(Path(path).read_text("utf-8"))
    buses = document["bus"]
    for name, url in urls.items():
        if name not in buses:
            raise FileRefused([Finding(str(path), None, f"bus.{name}", "there is no such bus in this file")])
        buses[name]["url"] = url
    return tomlkit.dumps(document)
