"""The only place that asks what time it is. Everything else gets time as an argument.

`monotonic_s` never jumps and is what decides; `utc_now` is what people read on a record.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


def monotonic_s() -> float:
    """Seconds on a clock that never jumps."""
    return time.monotonic()


def utc_now() -> datetime:
    """Wall-clock time in UTC, for records only."""
    return datetime.now(UTC)


def wait_s(seconds: float) -> None:
    """Do nothing for so long; for the supervisor loops of the runtime only."""
    if seconds > 0:
        time.sleep(seconds)
