"""Labels at the ends of the curves: they always find their places, inside the chart and readable where that can be."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.records.chart import BOTTOM, HEIGHT, LABEL, TOP, Line, chart, places

HEIGHTS = st.lists(st.floats(-50.0, 250.0), max_size=20)
LOW, HIGH = float(TOP), float(HEIGHT - BOTTOM)


@given(HEIGHTS)
def test_labels_stay_inside_and_apart_where_there_is_room(wanted: list[float]):
    found = places(wanted, LOW, HIGH, LABEL)
    assert len(found) == len(wanted)
    assert all(LOW - 1e-6 <= at <= HIGH + 1e-6 for at in found)
    room = (HIGH - LOW) / (len(wanted) - 1) if len(wanted) > 1 else LABEL
    ranked = sorted(found)
    assert all(b - a >= min(LABEL, room) - 1e-6 for a, b in pairwise(ranked))
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    assert [found[number] for number in order] == sorted(found), "no two change sides"


@given(st.lists(st.integers(0, 8), unique=True, max_size=8))
def test_labels_that_are_in_nobodys_way_stay_where_they_want_to_be(slots: list[int]):
    wanted = [LOW + LABEL * slot for slot in slots]
    assert places(wanted, LOW, HIGH, LABEL) == pytest.approx(wanted)


@pytest.mark.parametrize("wanted", [[92.0, 100.3], [159.56, 129.56, 99.57, 159.58], [88.48, 81.33], [95.0] * 9])
def test_what_once_went_back_and_forth_for_ever(wanted: list[float]):
    ranked = sorted(places(wanted, LOW, HIGH, LABEL))
    assert all(b - a >= LABEL - 1e-6 for a, b in pairwise(ranked))


def test_the_time_axis_has_a_title():
    svg = chart("T", "Pa", np.arange(5.0), [Line("a", np.arange(5.0))], [])
    assert re.search(r">run time \[min:s\]<", svg)
