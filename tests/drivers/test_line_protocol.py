"""A value from a line without checksum: what is steady costs nothing, what moved must be borne out by the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadReply
from drivers.line_protocol import EXACTLY, Within, confirmed

WITHIN = {"flow": Within(absolute=4.0), "pressure": Within(relative=0.1), "on": EXACTLY, "status": EXACTLY}
CALM = {"flow": 50.0, "pressure": 1e-3, "on": True, "status": ""}


class Answers:
    """Gives one answer after the other and counts them."""

    def __init__(self, *changes):
        self.left = [CALM | change for change in changes]

    def __call__(self):
        return self.left.pop(0)


def settle(last, *changes):
    """What is believed of these changes against CALM, and how many of them were asked for."""
    answers, last = Answers(*changes), dict(last)
    value = confirmed(answers, last, WITHIN)
    assert last == value  # what is compared with next time
    return value, len(changes) - len(answers.left)


FLOW = [{"flow": value} for value in (50.0, 53.9, 46.1)]


@pytest.mark.parametrize("change", [*FLOW, {"pressure": 1.1e-3}, {"pressure": 0.91e-3}, {}])
def test_nothing_moves_and_nothing_is_asked_twice(change):
    assert settle(CALM, change, {"flow": 999.0}) == (CALM | change, 1)


MOVES = [
    *({"flow": flow} for flow in (54.1, 0.0)),
    *({"pressure": pressure} for pressure in (1.2e-3, 1e-4)),
    {"on": False},
    {"status": "MOV"},
]


@pytest.mark.parametrize("change", [*MOVES, {"flow": None}, {"pressure": None}])
def test_what_moved_is_asked_again(change):
    assert settle(CALM, change, change) == (CALM | change, 2)
    assert settle(CALM | change, {}, {}) == (CALM, 2)
    assert settle(CALM | change, change, {}) == (CALM | change, 1)


@pytest.mark.parametrize("change", [*MOVES, {"flow": None}])
def test_what_is_not_borne_out_is_not_believed(change):
    last = dict(CALM)
    with pytest.raises(BadReply, match="do not go together"):
        confirmed(Answers(change, {}), last, WITHIN)
    assert last == CALM
    assert settle({}, change, change) == (CALM | change, 2)


def test_the_first_of_all_is_asked_twice():
    assert settle({}, {}, {}) == (CALM, 2)
    assert settle({}, {"flow": 90.0}, {}, {}) == (CALM, 3)
    assert settle({}, {"flow": 0.0}, {"flow": 20.0}, {"flow": 40.0}) == (CALM | {"flow": 20.0}, 3)
    with pytest.raises(BadReply):
        settle({}, {"flow": 0.0}, {"flow": 40.0}, {"flow": 20.0})


@pytest.mark.parametrize(
    ("first", "second", "believed"),
    [(70.0, 90.0, 70.0), (30.0, 10.0, 30.0), (70.0, 73.0, 73.0), (70.0, 67.0, 67.0), (70.0, None, None)],
)
def test_movement_goes_on_the_same_way(first, second, believed):
    assert settle(CALM, {"flow": first}, {"flow": second}) == (CALM | {"flow": believed}, 2)


def test_two_values_may_move_at_once():
    first, second = {"flow": 60.0, "pressure": 0.95e-3}, {"flow": 70.0, "pressure": 0.7e-3}
    assert settle(CALM, first, second) == (CALM | first, 2)


@pytest.mark.parametrize(("first", "second"), [(90.0, 70.0), (130.0, 10.0), (30.0, 60.0), (None, 90.0)])
def test_answers_that_do_not_go_together_are_none(first, second):
    with pytest.raises(BadReply, match=rf"{second}"):
        settle(CALM, {"flow": first}, {"flow": second})


@pytest.mark.parametrize(
    "second", [{"flow": 70.0, "on": False}, {"flow": 70.0, "status": "MOV"}, {"flow": 60.0, "pressure": 1.0}]
)
def test_the_other_values_of_an_answer_count_too(second):
    with pytest.raises(BadReply):
        settle(CALM | {"pressure": 2e-3}, {"flow": 60.0, "pressure": 1.95e-3}, second)


@given(st.lists(st.floats(0.0, 200.0), min_size=3, max_size=3), st.integers(0, 2), st.floats(0.0, 1e6))
def test_one_bent_answer_never_leads_beyond_the_true_ones(true, place, bent):
    said = [bent if at == place else flow for at, flow in enumerate(true)]
    try:
        value = confirmed(Answers(*({"flow": flow} for flow in said)), dict(CALM), WITHIN)["flow"]
    except BadReply:
        return
    known = [50.0, *true]
    assert min(known) - 4.0 <= value <= max(known) + 4.0
