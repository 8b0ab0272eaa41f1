"""A link to a tool that never was: gives what a test puts in, answers queries by itself, keeps what was sent."""

from __future__ import annotations

import math
from typing import Any

from tests.gui.tool import ME, NOW_S, USERS, UTC, description


class ScriptLink:
    """A link whose other end is a list. Answers queries by itself; everything sent is kept."""

    def __init__(self) -> None:
        self.name = ME
        self.sent: list[dict[str, Any]] = []
        self.stops = 0
        self.inbox: list[dict[str, Any]] = []
        self.age: float | None = 0.05
        self.retry_s: float | None = None
        self.retries = 0
        self.up = True

    def send(self, message: dict[str, Any]) -> bool:
        self.sent.append(message)
        if message["type"] == "query" and self.up:
            self.inbox.append({"type": "answer", "id": message["id"], "data": answer(message["what"], message["args"])})
        return self.up

    def stop_now(self) -> str:
        self.stops += 1
        number = f"stop-{self.stops}"
        self.sent.append({"type": "do", "verb": "hold", "id": number, "args": {}, "version": 0})
        return number if self.up else ""

    def take(self) -> list[dict[str, Any]]:
        taken, self.inbox = self.inbox, []
        return taken

    def age_s(self) -> float | None:
        return self.age

    def retry_in_s(self) -> float | None:
        return self.retry_s

    def retry(self) -> None:
        self.retries += 1

    def greet(self, picture: dict[str, Any] | None = None, *, user: bool = True) -> None:
        """Everything up to a live picture."""
        hello = {"type": "hello", "version": 1, "server": "0.1", "machine": "MPC-01", "location": "Chamber A"}
        self.inbox += [hello | {"demo": True}, description()]
        if picture is not None:
            self.inbox += [picture, {"type": "active"}]
        if user:
            self.inbox.append({"type": "login", "ok": True, "user": USERS[0], "reasons": []})

    def verbs(self) -> list[str]:
        return [str(each["verb"]) for each in self.sent if each["type"] == "do"]


def answer(what: str, args: dict[str, Any]) -> Any:
    """Plausible data for every query."""
    if what == "run_trend":
        times = [i * 0.5 for i in range(424)]
        return {"time_s": times, "values": {tag: [curve(tag, each) for each in times] for tag in args["tags"]}}
    if what == "trend":
        times = [NOW_S - 60 + i * 0.25 for i in range(241)]
        rising = [4 + 0.3 * math.sin(i) + (i > 160) * min(138, (i - 160) * 4) * (i < 215) for i in range(241)]
        return {"time_s": times, "values": dict.fromkeys(args["tags"], rising)}
    if what == "alarm_history":
        return history()
    if what == "runs":
        verdicts = ("pass", "pass", "aborted", "pass", "fail", "pass", "pass", "pass")
        return [
            {"id": f"R-{i}", "started_utc": "2026-11-19T10:12:00+00:00", "recipe": "O2 organic clean", "user": "chen"}
            | {"mask": f"R7-22{40 - i}-A", "verdict": verdict}
            for i, verdict in enumerate(verdicts)
        ]
    return {}


def curve(tag: str, t: float) -> float | None:
    """One made-up signal of a clean that strikes at 145 s."""
    on = t > 145.0
    into = max(0.0, t - 145.0)
    ripple = 0.01 * math.sin(7 * t) + 0.006 * math.sin(23 * t)
    return {
        "chamber_pressure_pa": 130.0 * math.exp(-t / 14) + 2e-3 if t < 130 else 8 * (1 - math.exp(-(t - 130) / 3)),
        "load_power_w": 450.0 * min(1.0, into / 4) * on * (1 + ripple / 4),
        "load_power_w_asked": 450.0 * on,
        "total_flow_sccm": 160.0 * (t > 130),
        "mask_temperature_c": 23 + 20 * (1 - math.exp(-into / 80)),
        "co_483_counts": (6000 * (1 - math.exp(-into / 3)) * (1.02 - 0.004 * into) * (1 + ripple)) if on else 0.0,
        "o_777_counts": (5000 * (1 - math.exp(-into / 3)) * (0.75 + 0.004 * into) * (1 + ripple)) if on else 0.0,
    }.get(tag)


def history() -> list[dict[str, Any]]:
    """A shift with a few alarms."""
    at = (-27000, -23000, -20000, -20100, -15000, -9000, -4000, -3900, -30, -21)
    return [
        {
            "time_s": NOW_S + t,
            "utc": UTC,
            "id": "IL-05",
            "priority": 1 + n % 4,
            "event": event,
            "text": "reflected_power_w < 60 (reflected_power_w is 142)",
        }
        for n, t in enumerate(at)
        for event in ("raised", "acknowledged")
    ]
