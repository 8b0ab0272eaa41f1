"""A command that a page, or the window, offers in the right column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gui.widgets.command_button import Command
from gui.widgets.hold_button import Hold


@dataclass(frozen=True)
class Offer:
    """What it shows, and what happens when it is tapped or held."""

    shows: Command | Hold
    act: Callable[[], None]
    gap: bool = False  #: a wider gap stands over it
