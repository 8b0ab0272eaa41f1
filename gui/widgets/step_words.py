"""A run's steps as people count them: the steps of one called procedure are one. Plain data, no Qt."""

from __future__ import annotations

from typing import Any

from gui.wording import plain, step_name

Steps = list[dict[str, Any]]


def groups_of(steps: Steps) -> list[Steps]:
    """Neighbours of one group (a called procedure) together."""
    groups: list[Steps] = []
    for step in steps:
        if groups and step.get("group") and step["group"] == groups[-1][0].get("group"):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def state_of(group: Steps) -> str:
    """done, now or next for a whole group."""
    states = [str(step.get("state", "next")) for step in group]
    if "now" in states or (states[0] == "done" and states[-1] == "next"):
        return "now"
    return states[-1]


def label_of(group: Steps) -> str:
    """Name of a group: the procedure's, or the step's own."""
    return plain(str(group[0]["group"])) if group[0].get("group") else step_name(group[0])


def now_of(groups: list[Steps]) -> tuple[int, int]:
    """Place of the group now (from 0), and how many there are."""
    states = [state_of(group) for group in groups]
    here = states.index("now") if "now" in states else sum(state == "done" for state in states) - 1
    return max(0, here), len(groups)
