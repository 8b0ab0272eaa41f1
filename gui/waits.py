"""What a run waits for when it stands still: an actuator that may not move or has not arrived, or an end not reached.

Owns wording of what the controller says of each actuator. Plain data, no Qt.
"""

from __future__ import annotations

import re
from typing import Any

from gui.conditions import name_of, reason
from gui.i18n import tr
from gui.store import TagStore
from gui.wording import small

LONGER_S = 2.0  #: design guide 11: what is waited for longer than that is said
MOVING = ("running", "pausing", "restarting", "holding", "stopping", "aborting")
BY_ITSELF = ("after ", "endpoint ", "leak check")  #: ends of steps that do not wait for an actuator to arrive
_DENIED = re.compile(r"[A-Z]+-?\d+ [^:]*: ")


def waits_for(store: TagStore) -> list[str]:
    """What is waited for, the most telling first; empty when time alone passes."""
    if store.link_old or store.state not in MOVING:
        return []
    step = _step(store)
    ends_by = str(step.get("ends_by") or "")
    arrives = store.state in ("restarting", "holding") or not ends_by.startswith(BY_ITSELF)
    late = sorted(store.late(LONGER_S), key=lambda each: each[1] != "ERROR")
    found = [_told(store, name, said) for name, state, said in late if state == "ERROR" or arrives]
    if not found and step and ends_by and arrives and store.state == "running" and _overdue(store, step):
        found.append(small(reason(ends_by, store.units)))
    return found


def _step(store: TagStore) -> dict[str, Any]:
    steps = store.unit.get("steps") or []
    found: dict[str, Any] = steps[store.index] if 0 <= store.index < len(steps) else {}
    return found


def _overdue(store: TagStore, step: dict[str, Any]) -> bool:
    clock = store.unit.get("clock_s")
    return isinstance(clock, int | float) and clock > float(step.get("expected_s") or 0.0) + LONGER_S


def _told(store: TagStore, actuator: str, said: str) -> str:
    """One actuator: why it may not, or where it is and where it was asked to be."""
    name = name_of(actuator)
    if not _DENIED.match(said):
        return tr("{actuator} {said}", actuator=name, said=small(reason(said, store.units)))
    facts = [small(_DENIED.sub("", reason(each, store.units))) for each in said.split("; ")]
    return tr("{actuator} not allowed: {why}", actuator=name, why=", ".join(dict.fromkeys(facts)))
