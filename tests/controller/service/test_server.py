"""The socket for screens: order of a session, refusals with all reasons, control, garbage, many clients.

A real controller in this process whose lines lead nowhere: nothing answers, and everything must be refused honestly.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.build import build
from controller.machine.model import REFERENCE
from controller.records.store import StoreError
from controller.runtime import Runtime
from controller.service.server import Server
from controller.service.users import DEMO_PIN, demo_users
from drivers.device import PortLost
from tests.system.bench import Panel

pytestmark = pytest.mark.realtime


class DeadPort:
    """A port with nothing behind it."""

    answered_s = 0.0

    def now(self) -> float:
        return time.monotonic()

    def write(self, data: bytes) -> None:
        raise PortLost("nothing is connected")

    def read(self, size: int, timeout_s: float) -> bytes:
        return b""

    read_until = read

    def unread(self) -> int:
        return 0

    def hang_up(self) -> bool:
        return False

    def elsewhere(self) -> None:
        pass

    def drain(self, silence_s: float) -> int:
        return 0

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    runtime = Runtime(build(REFERENCE, lambda _name, _table: DeadPort()), Path(folder) / "store.sqlite")
    made = Server(runtime, demo_users(), True)
    runtime.start()
    made.start()
    yield made
    made.close()
    runtime.stop()


@pytest.fixture
def panel(server: Server) -> Iterator[Callable[..., Panel]]:
    """Makes panels; all are closed at the end, and nobody keeps control."""
    made: list[Panel] = []

    def make(log_in: bool = True, name: str = "") -> Panel:
        made.append(Panel("{}:{}".format(*server.address), log_in, name))
        return made[-1]

    yield make
    for each in made:
        each.close()
    deadline = time.monotonic() + 5.0
    while server._sessions:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_hello_first(server: Server):
    with socket.create_connection(server.address) as raw:
        raw.sendall(b'{"type": "describe"}\n')
        answer = json.loads(raw.makefile("rb").readline())
    assert answer["type"] == "denied"
    assert "hello" in answer["reasons"][0]


def test_another_version_is_told_and_sent_away(server: Server):
    with socket.create_connection(server.address) as raw:
        raw.sendall(b'{"type": "hello", "version": 99, "name": "old"}\n')
        lines = raw.makefile("rb").readlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["version"] == 1


def test_garbage_is_answered_and_the_session_lives(panel: Callable[..., Panel]):
    here = panel(log_in=False)
    for bad in (
        b"\xff\xfe\n",
        b"[1]\n",
        b'{"type": 7}\n',
        b'{"type": "do", "verb": NaN}\n',
        b"{}\n",
        b"x" * 5000 + b"\n",
    ):
        here.raw(bad)
        assert here.hear("denied")["reasons"]
    here.say(type="ping")
    assert here.hear("pong")


def test_unknown_messages_verbs_and_questions_name_what_there_is(panel: Callable[..., Panel]):
    here = panel()
    here.say(type="dance")
    assert "dance" in here.hear("denied")["reasons"][0]
    assert "start" in here.do("dance")[0]
    assert "trend" in here.ask("dance")["reasons"][0]


def test_do_before_login_is_refused_except_hold(panel: Callable[..., Panel]):
    here = panel(log_in=False)
    reasons = here.do("start", recipe="o2-organic-clean", mask="M")
    assert "log in first" in reasons
    assert here.do("hold") == [], "STOP reaches the core, and is never refused when nothing runs"


@pytest.mark.parametrize("seconds", [10**400, 1e300, -1, 0, 899, True, "900", None], ids=lambda bad: repr(bad)[:8])
def test_no_number_of_a_screen_reaches_the_scan_unchecked(panel: Callable[..., Panel], server: Server, seconds: object):
    here = panel(log_in=False)
    here.say(type="login", user="sato", pin=DEMO_PIN)
    assert here.hear("login")["ok"]
    here.say(type="activate")
    here.hear("active")
    here.do("take_control")
    assert "a number from 900 to 28800" in here.do("shelve", alarm="DV-01", seconds=seconds, why="known")[0]
    here.say(type="ping")
    assert here.hear("pong")
    assert not server.runtime.failed, "the scan lives on"


def test_half_a_character_is_no_text(panel: Callable[..., Panel]):
    here = panel(log_in=False)
    here.raw(b'{"type": "login", "user": "nobody-here", "pin": "\\ud800"}\n')
    assert "not JSON" in here.hear("denied")["reasons"][0]
    here.raw(b'{"type": "login", "user": "nobody-here", "pin": "\\ud83d\\ude00"}\n')
    assert here.hear("login")["ok"] is False


def test_wrong_pin_counts_down_then_locks(panel: Callable[..., Panel], server: Server):
    here = panel(log_in=False)
    said = []
    for _ in range(6):
        here.say(type="login", user="sato", pin="0000")
        said.append(here.hear("login")["reasons"][0])
    assert "4 more tries" in said[0]
    assert "60 s" in said[4]
    here.say(type="login", user="sato", pin=DEMO_PIN)
    assert here.hear("login")["ok"] is False, "the right PIN does not help while locked"
    here.say(type="login", user="nobody", pin=DEMO_PIN)
    assert here.hear("login")["ok"] is False


def test_one_screen_has_control(panel: Callable[..., Panel]):
    first, second = panel(), panel()
    reasons = second.do("acknowledge", alarm="*")
    assert any("has control" in reason for reason in reasons)
    assert second.do("take_control") == []
    assert second.do("acknowledge", alarm="*") == []
    assert any("has control" in reason for reason in first.do("acknowledge", alarm="*"))
    first.until(lambda: first.seen["control"] == second.name, 2.0)


def test_control_is_a_screen_s_and_not_a_name_s(panel: Callable[..., Panel]):
    first, second = panel(name="panel"), panel(name="panel")
    assert (first.name, second.name) == ("panel", "panel (2)")
    assert any("panel has control" in reason for reason in second.do("acknowledge", alarm="*"))
    second.say(type="hello", version=1, name="another")
    assert second.hear("hello")["name"] == "panel (2)", "a session keeps its name"
    second.close()
    time.sleep(0.2)
    assert first.do("acknowledge", alarm="*") == [], "who goes takes no other screen's control along"


def test_a_record_that_cannot_be_read_is_said_and_the_line_stays(
    panel: Callable[..., Panel], server: Server, monkeypatch: pytest.MonkeyPatch
):
    here = panel()
    here.until(lambda: "start" in here.seen["allowed"], 5.0)

    def fail(_verb: object, *_: object) -> list[str]:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(server.commands, "do", fail)
    assert here.do("start", recipe="o2-organic-clean", mask="M") == ["the disk is gone"]
    here.say(type="ping")
    assert here.hear("pong")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_nobody_thought_of_ends_that_screen_s_line_and_no_other(
    panel: Callable[..., Panel], server: Server, monkeypatch: pytest.MonkeyPatch
):
    here, other = panel(), panel()
    monkeypatch.setattr(server.questions, "answer", lambda *_: {}["no such"])
    with pytest.raises(ConnectionError):
        here.ask("runs")
    other.until(lambda: other.seen["control"] is None, 5.0)


def test_a_screen_that_takes_nothing_delays_nobody(panel: Callable[..., Panel], server: Server):
    deaf, here = panel(), panel()
    deaf._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    theirs = next(each for each in server._sessions if each.name == deaf.name)
    theirs._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    longest, last = 0.0, time.monotonic()
    deadline = last + 8.0
    while theirs in server._sessions:
        theirs.wants_all = True  # whole pictures fill the buffer sooner
        assert time.monotonic() < deadline, "the deaf screen was not dropped"
        here.hear("update")
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert longest < 1.0, longest


def test_an_idle_knock_makes_room_and_a_logged_in_screen_does_not(
    panel: Callable[..., Panel], server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("controller.service.server.MOST_SESSIONS", 3)
    first, idle, third = panel(), panel(log_in=False), panel()
    with socket.create_connection(server.address) as raw:
        assert "screens are connected" in json.loads(raw.makefile("rb").readline())["reasons"][0]
    monkeypatch.setattr("controller.service.server.IDLE_S", 0.0)
    fourth = panel()
    with pytest.raises((ConnectionError, OSError)):
        idle.hear("nothing")
    for each in (first, third, fourth):
        each.say(type="ping")
        assert each.hear("pong")


def test_logging_out_gives_control_back(panel: Callable[..., Panel]):
    here = panel()
    here.say(type="logout")
    assert here.hear("login")["user"] is None
    here.until(lambda: here.seen.get("control") is None, 2.0)
    assert "log in first" in here.do("acknowledge", alarm="*")


def test_a_command_on_an_old_picture_is_refused(panel: Callable[..., Panel]):
    here = panel()
    here.say(type="do", id="x", verb="reset", args={}, version=here.seen["version"] - 1)
    answer = here.hear("denied")
    assert any("older" in reason for reason in answer["reasons"])


def test_start_is_refused_with_every_reason(panel: Callable[..., Panel]):
    here = panel()
    here.until(lambda: any("does not answer" in reason for reason in here.seen["allowed"]["start"]), 5.0)
    reasons = here.do("start", recipe="o2-organic-clean", mask="M-1")
    assert sum("does not answer" in reason for reason in reasons) == 12
    assert any("Lid closed" in reason for reason in reasons)


def test_a_full_disk_stops_a_clean_and_not_what_makes_the_tool_safe(
    panel: Callable[..., Panel], server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server.runtime, "why_no_record", lambda: ["only 1 MB are free"])
    here = panel()
    assert "only 1 MB are free" in here.do("start", recipe="o2-organic-clean", mask="M-1")
    for recipe in ("end-safe", "abort-safe"):
        reasons = here.do("start", recipe=recipe, mask="M-1")
        assert reasons and not any("MB" in reason for reason in reasons), "these devices do not answer, and that is all"


@pytest.mark.parametrize("mask", [None, "", "   ", 7, "x" * 61, "a\nb"])
def test_a_mask_needs_an_identity(panel: Callable[..., Panel], mask: object):
    assert "identity" in panel().do("start", recipe="o2-organic-clean", mask=mask)[0]


@pytest.mark.parametrize("recipe", ["../procedures/vent", "/etc/passwd", "o2-organic-clean.toml", "", "nix"])
def test_recipes_are_named_never_reached_by_path(panel: Callable[..., Panel], recipe: str):
    assert "is not a recipe of the library" in panel().do("start", recipe=recipe, mask="M")[0]


def test_shelving_needs_an_engineer(panel: Callable[..., Panel]):
    assert panel().do("shelve", alarm="DV-01", seconds=900, why="known") == ["only an engineer may do this"]


def test_questions_check_their_arguments(panel: Callable[..., Panel]):
    here = panel()
    assert here.ask("trend", tags=["p"], seconds=10**400)["type"] == "denied"
    for args in ({"tags": "p"}, {"tags": [1]}, {"tags": ["p"], "points": 0}, {"tags": ["p"], "seconds": -1}):
        assert here.ask("trend", **args)["type"] == "denied", args
    assert here.ask("runs", limit="many")["type"] == "denied"


def test_trend_answers_with_equal_lengths(panel: Callable[..., Panel]):
    here = panel()
    data = here.ask("trend", tags=["run_active", "no_such_tag"], seconds=60, points=10)["data"]
    assert set(data["values"]) == {"run_active"}
    assert len(data["time_s"]) == len(data["values"]["run_active"]) > 0
    assert here.ask("runs", limit=5)["data"] == []
    assert here.ask("alarm_history", limit=5)["data"][0]["event"]


def test_updates_count_up_and_are_at_most_ten_a_second(panel: Callable[..., Panel]):
    here = panel()
    began = time.monotonic()
    sequence = [here.hear("update")["seq"] for _ in range(10)]
    assert sequence == list(range(sequence[0], sequence[0] + 10))
    assert time.monotonic() - began > 0.7


def test_asking_to_activate_again_brings_everything(panel: Callable[..., Panel]):
    here = panel()
    here.say(type="activate")
    deadline = time.monotonic() + 3.0
    while not here.hear("update")["full"]:
        assert time.monotonic() < deadline


def test_a_thousand_knocks_leave_the_server_well(server: Server, panel: Callable[..., Panel]):
    for _ in range(300):
        socket.create_connection(server.address).close()
    here = panel()
    here.say(type="ping")
    assert here.hear("pong")
