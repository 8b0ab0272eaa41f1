"""What may be asked, with which reasons, and whose answer it is."""

from __future__ import annotations

from typing import Any

import pytest

from gui.actions import Actions
from gui.feed import PATIENCE, Feed
from tests.gui import tool
from tests.gui.script_link import ScriptLink
from tests.gui.test_store import store_of


@pytest.fixture
def verbs() -> Actions:
    store = store_of(tool.running())
    store.user = tool.USERS[0]
    return Actions(ScriptLink(), store)


def sent(verbs: Actions) -> list[dict[str, Any]]:
    return verbs.link.sent  # type: ignore[attr-defined, no-any-return]


def test_a_verb_carries_the_version_of_its_picture(verbs: Actions) -> None:
    verbs.do("pause")
    assert sent(verbs) == [{"type": "do", "id": "1", "verb": "pause", "args": {}, "version": 7}]
    assert verbs.busy == {"pause"}
    verbs.hear({"type": "done", "id": "1", "verb": "pause"})
    assert verbs.busy == set()


def test_reasons_of_this_side_come_first(verbs: Actions) -> None:
    assert verbs.reasons("pause") == []
    assert verbs.reasons("start") == ["A run is under way"]
    assert verbs.reasons("a verb of tomorrow") != []
    verbs.store.picture["control"] = "another panel"
    assert "another panel has control" in verbs.reasons("pause")[0]
    assert verbs.reasons("take_control") == []
    verbs.store.user = None
    assert verbs.reasons("pause") == ["Log in first."]
    verbs.store.age_s = 5.0
    assert len(verbs.reasons("pause")) == 1 and verbs.reasons("pause") != ["Log in first."]


def test_what_is_not_allowed_is_not_sent(verbs: Actions) -> None:
    told: list[tuple[str, list[str]]] = []
    verbs.refused = lambda verb, why: told.append((verb, why))
    verbs.do("start", recipe="x", mask="y")
    assert sent(verbs) == []
    assert told == [("start", ["A run is under way"])]


def test_a_denial_reaches_who_asked_with_all_reasons(verbs: Actions) -> None:
    told: list[tuple[str, list[str]]] = []
    verbs.refused = lambda verb, why: told.append((verb, why))
    verbs.do("pause")
    verbs.hear({"type": "denied", "id": "1", "verb": "pause", "reasons": ["one", "two"]})
    assert told == [("pause", ["One", "Two"])]
    assert verbs.busy == set()


def test_a_lost_line_forgets_what_was_waited_for(verbs: Actions) -> None:
    verbs.do("pause")
    verbs.hear({"type": "hello", "version": 1})
    assert verbs.busy == set()


def test_a_feed_waits_for_its_answer_and_keeps_its_pace(verbs: Actions) -> None:
    feed = Feed(verbs, "runs", every=10)
    for _ in range(30):
        feed.tick(limit=5)
    assert len(sent(verbs)) == 1, "no second question before the first answer"
    verbs.hear({"type": "answer", "id": "1", "data": [{"id": "R-1"}]})
    assert feed.data == [{"id": "R-1"}]
    for _ in range(11):
        feed.tick(limit=5)
    assert len(sent(verbs)) == 2
    for _ in range(PATIENCE + 1):
        feed.tick(limit=5)
    assert len(sent(verbs)) == 3, "a lost answer is asked for again"


def test_a_feed_drops_answers_to_another_question(verbs: Actions) -> None:
    feed = Feed(verbs, "trend", every=10)
    feed.tick(tags=["a"])
    feed.tick(tags=["b"])
    verbs.hear({"type": "answer", "id": "1", "data": {"of": "a"}})
    assert feed.data is None
    verbs.hear({"type": "answer", "id": "2", "data": {"of": "b"}})
    assert feed.data == {"of": "b"}
