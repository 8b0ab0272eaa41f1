"""After how long a reading is no longer to be relied on: by its own period, and by what a line takes at its worst."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.attached import Attached
from drivers.tags import Tag

SHORTEST_STALE_S = 0.5  #: no reading turns STALE earlier: ten scans of the reference tool  # DESIGN 2.3
SILENCE_S = 0.05  #: silence on the line after which it counts as drained [s]


def stale_after_s(tag: Tag, period_s: float, cycle_s: float) -> float:
    """Age [s] at which a reading turns STALE: three periods, or one cycle of its line with a time-out in it."""
    if tag.stale_s is not None:
        return tag.stale_s
    return max(3 * period_s, cycle_s, SHORTEST_STALE_S)


def worst_cycle_s(attached: Iterable[Attached]) -> float:
    """All polls of a line once at their worst latency, one of them timing out, and the drain after it [s].

    A driver's reply time-out is twice its worst latency.
    """
    timeouts = [(at.device.reply_timeout_s, len(at.periods)) for at in attached]
    longest = max((timeout for timeout, _ in timeouts), default=0.0)
    return longest + SILENCE_S + sum(0.5 * timeout * polls for timeout, polls in timeouts)
