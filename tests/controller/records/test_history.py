"""The ring behind the curves: what it keeps, what it thins, what it never invents."""

from __future__ import annotations

import math

import pytest

from controller.records import history
from controller.records.history import EVERY_S, History


def filled(rows: int, start: float = 0.0) -> History:
    ring = History(["p", "lit"])
    for n in range(rows):
        ring.take({"p": float(n)}, start + n * EVERY_S)
    return ring


def test_rows_between_are_left_out():
    ring = History(["p"])
    for n in range(10):
        ring.take({"p": n}, n * EVERY_S / 4)
    assert len(ring.trend(["p"], 0.0, 100)["time_s"]) == 3


def test_what_is_not_good_is_no_number():
    ring = filled(5)
    told = ring.trend(["p", "lit"], 0.0, 100)
    assert told["values"]["lit"] == [None] * 5
    assert told["values"]["p"] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_thinning_keeps_lowest_and_highest():
    ring = History(["p"])
    for n in range(1000):
        ring.take({"p": 100.0 if n == 503 else -7.0 if n == 777 else math.sin(n)}, n * EVERY_S)
    told = ring.trend(["p"], 0.0, 50)
    assert len(told["time_s"]) == len(told["values"]["p"]) <= 50
    assert max(told["values"]["p"]) == 100.0
    assert min(told["values"]["p"]) == -7.0
    assert told["time_s"] == sorted(told["time_s"])


def test_only_since_and_only_known_names():
    told = filled(100).trend(["p", "nix"], 10.0, 1000)
    assert told["time_s"][0] == pytest.approx(10.0)
    assert set(told["values"]) == {"p"}


def test_the_ring_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "ROWS", 50)
    told = filled(120).trend(["p"], 0.0, 1000)
    assert told["values"]["p"] == [float(n) for n in range(70, 120)]


def test_empty():
    assert History(["p"]).trend(["p"], 0.0, 10) == {"time_s": [], "values": {"p": []}}
