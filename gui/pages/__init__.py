"""The pages of the screen, one file each; made, and imported, when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.pages.page import Page, Shell


def make_page(name: str, shell: Shell) -> Page:
    """The page of a name; one that is not built yet says so."""
    if name == "overview":
        from gui.pages.overview import OverviewPage

        return OverviewPage(shell)
    if name == "run":
        from gui.pages.run import RunPage

        return RunPage(shell)
    if name == "alarms":
        from gui.pages.alarms import AlarmsPage

        return AlarmsPage(shell)
    from gui.pages.not_yet import NotYetPage

    return NotYetPage(shell, name)
