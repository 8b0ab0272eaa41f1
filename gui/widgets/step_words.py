"""A run's steps as people count them: the steps of one called procedure are one. Plain data, no Qt."""

from __future__ import annotations

from typing import Any

from gui.wording import plain, step_name

Steps = list[dict[str, Any]]
#: how a step has ended: as the recipe has it, on somebody's word, interrupted, or without reaching its end
PAST = ("done", "early", "cut", "missed")


def groups_of(steps: Steps) -> list[Steps]:
    """Neighbours of one group (a called procedure) together."""
    groups: list[Steps] = []
    for step in steps:
        if groups and step.get("group") and step["group"] == groups[-1][0].get("group"):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def mark_of(step: dict[str, Any]) -> str:
    """next, now, or one of PAST, by what the controller says has ended the step."""
    state, ended_by = str(step.get("state", "next")), str(step.get("ended_by") or "")
    if state != "done":
        return state
    if ended_by.startswith("held: "):
        return "cut"
    if ended_by.startswith("operator "):
        return "early"
    return "missed" if ended_by.startswith(("time-out", "not reached", "longest time")) else "done"


def state_of(group: Steps) -> str:
    """next, now or one of PAST for a whole group; the worst of its ends tells."""
    marks = [mark_of(step) for step in group]
    if "now" in marks:
        return "now"
    if "cut" in marks:
        return "cut"
    if marks[0] in PAST and marks[-1] == "next":
        return "now"
    return next((each for each in ("missed", "early") if each in marks), marks[-1])


def spent_s(group: Steps, run_s: float | None) -> float | None:
    """Time inside these steps alone [s], holds left out; ``run_s``: the run's clock. None before they began."""
    begun = [step for step in group if step.get("start_s") is not None]
    if not begun:
        return None
    return sum(_spent(step, run_s) for step in begun)


def _spent(step: dict[str, Any], run_s: float | None) -> float:
    since = step.get("since_s")
    if "spent_s" not in step:  # a controller that does not say: from its beginning to its end
        end = step.get("end_s")
        until = end if end is not None else run_s
        return 0.0 if until is None else max(0.0, float(until) - float(step["start_s"]))
    here = max(0.0, run_s - float(since)) if since is not None and run_s is not None else 0.0
    return float(step["spent_s"] or 0.0) + here


def plan_s(group: Steps) -> float:
    """Usual time of these steps [s]."""
    return sum(float(step.get("expected_s") or 0.0) for step in group)


def again(group: Steps) -> bool:
    """Whether a step of them runs, or has run, more than once."""
    return any(int(step.get("entered") or 0) > 1 for step in group)


def label_of(group: Steps) -> str:
    """Name of a group: the procedure's, or the step's own."""
    return plain(str(group[0]["group"])) if group[0].get("group") else step_name(group[0])


def now_of(groups: list[Steps]) -> tuple[int, int]:
    """Place of the group now (from 0), and how many there are."""
    states = [state_of(group) for group in groups]
    here = states.index("now") if "now" in states else sum(state in PAST for state in states) - 1
    return max(0, here), len(groups)
