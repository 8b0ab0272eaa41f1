"""What the replay of a stored run proves, and what it does not: all of the run, its own texts, the same outputs.

Owns the verdict and its exit code. The record and its comparison stand in flight.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from controller.records.flight import Replayed, replay
from controller.records.store import Store, StoreError


@dataclass
class Proof:
    """What was replayed, and everything that stands against it."""

    run: str
    replayed: Replayed
    expected: int | None  #: scans that a whole record holds; None when nobody knows
    against: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when nothing stands against it: an output that differs, a part that is missing, another recipe or machine.

        Other code, NumPy, Python or computer are named and do not count: they came to the same outputs.
        """
        return 1 if self.against or self.replayed.differences else 0

    def lines(self) -> list[str]:
        """For people: what was compared, what is not the same, what differs."""
        result = self.replayed
        if result.differences:
            outcome = "different"
        else:
            outcome = "as far as they go the same" if self.against else "all as they were, bit for bit"
        other = [f"the {name} is not the same as when this run was recorded" for name in result.changed]
        head = f"{result.scans} scans, {result.outputs} outputs: {outcome}"
        return [head, *self.against, *other, *result.differences]

    def told(self) -> dict[str, Any]:
        """The same for programs."""
        result = self.replayed
        return {
            "run": self.run,
            "scans": result.scans,
            "expected_scans": self.expected,
            "outputs": result.outputs,
            "against": self.against,
            "changed": result.changed,
            "differences": result.differences,
        }


def prove(store: Store, run: str) -> Proof:
    """Replay a run and hold the record against what the store says of it.

    StoreError when the record is missing, damaged or without a single scan: it proves nothing.
    """
    head = store.head(run)
    try:
        result = replay(store.flight(run))
    except ValueError as error:  # no record, or one that is damaged
        raise StoreError(f"run {run}: {error}") from None
    if not result.scans and not result.differences:
        raise StoreError(f"run {run}: its flight record holds no scan, so it proves nothing")
    expected = _expected(head, store, run)
    proof = Proof(run, result, expected)
    if not result.differences and expected is not None and result.scans != expected:
        proof.against.append(f"the record is not whole: {result.scans} of {expected} scans of this run were replayed")
    summary = head["summary"]
    if summary is None or "scans" not in summary:
        proof.against.append("this run was cut off: nothing proves what followed its last kept block")
    proof.against += _other_texts(head, result)
    return proof


def _expected(head: dict[str, Any], store: Store, run: str) -> int | None:
    """Scans of a whole record: all of the run but the first, in which the snapshot was taken."""
    scans = (head["summary"] or {}).get("scans")
    scans = len(store.trace(run)) if scans is None else scans
    return scans - 1 if isinstance(scans, int) and scans else None


def _other_texts(head: dict[str, Any], result: Replayed) -> list[str]:
    """Recipe and machine file as they are kept with the run, against the hashes that the record carries."""
    words = []
    for what in ("recipe", "machine"):
        kept = hashlib.sha256(str(head[f"{what}_text"]).encode()).hexdigest()
        if kept != result.made_by.get(what):
            words.append(f"the {what} file kept with this run is not the one that ran (its SHA-256 differs)")
    told = ((head["summary"] or {}).get("recipe") or {}).get("sha256")
    if told is not None and told != result.made_by.get("recipe"):
        words.append("the summary of this run names another recipe than the one that ran (its SHA-256 differs)")
    return words
