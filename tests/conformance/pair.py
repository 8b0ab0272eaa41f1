"""What a meeting of a device of ours and a stranger is: who, how served, what is expected, what is known to differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLOSE = 1e-4  #: how far a float may be off by itself, relative: strangers round, single precision does too


@dataclass(frozen=True)
class Near:
    """A number within ``by`` of ``value``."""

    value: float
    by: float

    def holds(self, got: Any) -> bool:
        return _is_number(got) and abs(got - self.value) <= self.by


@dataclass(frozen=True)
class Text:
    """A text that ``pattern`` matches as a whole."""

    pattern: str

    def holds(self, got: Any) -> bool:
        return isinstance(got, str) and re.fullmatch(self.pattern, got, re.DOTALL) is not None


@dataclass(frozen=True)
class Error:
    """The stranger raised this: its own name for what the device said."""

    name: str

    def holds(self, got: Any) -> bool:
        return bool(got == {"error": self.name})


def agrees(got: Any, want: Any) -> bool:
    """Whether what a stranger got is what the device holds; floats nearly, everything else exactly."""
    if isinstance(want, Near | Text | Error):
        return want.holds(got)
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(agrees(got[key], want[key]) for key in want)
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(agrees, got, want))
    if isinstance(want, float):
        return _is_number(got) and abs(got - want) <= CLOSE * abs(want) + 1e-9
    return type(got) is type(want) and bool(got == want)


def _is_number(got: Any) -> bool:
    return isinstance(got, int | float) and not isinstance(got, bool)


@dataclass(frozen=True)
class Pair:
    """A device of ours meets a stranger. ``strangers/<script>.py`` runs in the stranger's own environment.

    The stranger is the client of our emulator; with ``serves`` it is the emulator, and our driver its client.
    """

    device: str  #: the driver's name, which is the emulator's too
    package: str  #: on PyPI; "debian:NAME" for a program of Debian
    version: str
    script: str
    does: str  #: what is exercised, in words
    expects: Mapping[str, Any]  #: check -> what the stranger (with ``serves``: our driver) must get
    holds: Mapping[str, Any] = field(default_factory=dict)  #: place in the emulator -> what it must hold at the end
    over: str = "pty"  #: or "tcp"
    address: int = 1  #: of the device on its line
    needs: tuple[str, ...] = ()  #: further packages that the stranger's own metadata forgets
    options: Mapping[str, Any] = field(default_factory=dict)  #: of the device's table, besides those of its tests
    feels: Mapping[str, Any] = field(default_factory=dict)  #: sensor (dotted) -> value during the meeting
    wired: Mapping[str, Any] = field(default_factory=dict)  #: command (dotted) -> value at the beginning
    differences: Mapping[str, str] = field(default_factory=dict)  #: check -> why it is known not to agree
    remark: str = ""  #: what the stranger does wrong, where its script helps it over
    serves: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)  #: with ``serves``: what our driver is asked to write
    seconds: float = 5.0  #: with ``serves``: how long our driver runs [s]

    @property
    def name(self) -> str:
        """Unique in the suite."""
        return f"{self.device} {'<' if self.serves else '>'} {self.package}"

    @property
    def debian(self) -> str | None:
        """The program of Debian that the stranger is, if it is one."""
        return self.package.partition("debian:")[2] or None

    @property
    def who(self) -> str:
        """Name and version for people."""
        return f"{self.package.removeprefix('debian:')} {self.version}"
