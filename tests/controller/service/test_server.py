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

    def make(log_in: bool = True) -> Panel:
        made.append(Panel("{}:{}".format(*server.address), log_in))
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


@pytest.mark.parametrize("seconds", [10**400, 1e300, -1, 0, True, "900", None], ids=lambda bad: repr(bad)[:8])
def test_no_number_of_a_screen_reaches_the_scan_unchecked(panel: Callable[..., Panel], server: Server, seconds: object):
    here = panel(log_in=False)
    here.say(type="login", user="sato", pin=DEMO_PIN)
    assert here.hear("login")["ok"]
    here.say(type="activate")
    here.hear("active")
    here.do("take_control")
    assert "a number" in here.do("shelve", alarm="DV-01", seconds=seconds, why="known")[0]
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
