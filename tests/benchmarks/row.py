"""What a benchmark says: one measured number, and where the plan sets one, its limit."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Row(NamedTuple):
    """One number. ``better`` says on which side of ``limit`` it must lie; None: it is only to be seen."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    better: Literal["above", "below"] = "below"

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.better == "above" else self.value <= self.limit
