"""One published number, and how ours compares with it.

Owns the verdicts. A row that we miss stays in the table as an expected miss with its reason; one that is expected to
miss and does not is as wrong as one that should be met and is not: the reason has then outlived itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row's run gave: our number as text with its unit, and whether it lies within the tolerance."""

    ours: str
    met: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A published quantity. ``run`` computes ours (seconds at most); ImportError when a peer is not installed."""

    id: str
    quantity: str
    published: str
    tolerance: str
    source: str
    run: Callable[[], Outcome]
    known_miss: str = ""  #: why we miss it, for a row that we are known to miss


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row that was run."""

    row: Row
    ours: str
    word: str

    @property
    def good(self) -> bool:
        """Whether nothing unexpected was found."""
        return self.word in ("met", "missed as expected", "not run")

    def told(self) -> dict[str, str]:
        """As plain words, for a table or for JSON."""
        row = self.row
        return {
            "id": row.id,
            "quantity": row.quantity,
            "published": row.published,
            "ours": self.ours,
            "tolerance": row.tolerance,
            "source": row.source,
            "verdict": self.word,
            "why": row.known_miss,
        }


def judge(row: Row) -> Verdict:
    """Run a row."""
    try:
        outcome = row.run()
    except ImportError as error:
        return Verdict(row, f"{error.name} is not installed", "not run")
    if row.known_miss:
        return Verdict(row, outcome.ours, "met unexpectedly" if outcome.met else "missed as expected")
    return Verdict(row, outcome.ours, "met" if outcome.met else "MISSED")
