"""The threads around the core: what a controller that was killed leaves behind, a disk that fails, a late answer."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from controller import runtime as module
from controller.build import build
from controller.machine.model import REFERENCE
from controller.records.store import Store
from controller.runtime import NotRunningError, Runtime
from tests.controller.records.test_store import HEAD
from tests.controller.service.test_server import DeadPort

pytestmark = pytest.mark.realtime


@pytest.fixture
def controllers(tmp_path: Path) -> Iterator[Callable[[], Runtime]]:
    """Makes one controller after the other, all on the same store; none has a device that answers."""
    made: list[Runtime] = []

    def make() -> Runtime:
        made.append(Runtime(build(REFERENCE, lambda _name, _table: DeadPort()), tmp_path / "store.sqlite"))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


def until(so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 5.0
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lost_run_is_remembered_until_the_tool_has_been_made_safe(tmp_path: Path, controllers):
    store = Store(tmp_path / "store.sqlite")
    store.begin(HEAD, ["time_s"])
    for _ in range(2):  # killed, and killed again before anybody has run end-safe
        here = controllers()
        assert "run r1 on mask m" in here.scan.lost_run
        assert any("end-safe" in reason for reason in here.scan.why_not_start())
        here.stop()
        assert store.head("r1")["verdict"] == "aborted"
    here = controllers()
    here.scan.lost_run = ""  # as the scan does at the end of end-safe
    until(lambda: store.unrecovered() == [])
    here.stop()
    assert controllers().scan.lost_run == ""
    store.close()


def test_a_disk_that_fails_is_said_and_the_records_go_on(controllers, monkeypatch: pytest.MonkeyPatch):
    here = controllers()
    until(lambda: here.why_no_record() == [])
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "disk_usage", _raises)
        until(lambda: any("Input/output error" in reason for reason in here.why_no_record()))
        assert here.checks()[0]["ok"] is False
    until(lambda: here.why_no_record() == [])


def _raises(_path: object) -> None:
    raise OSError(5, "Input/output error")


def test_records_whose_thread_has_ended_are_no_records(controllers):
    here = controllers()
    until(lambda: here.why_no_record() == [])
    here.stop()
    assert "no longer written" in here.why_no_record()[0]
    assert here.checks()[0]["ok"] is False


def test_a_command_that_the_scan_has_begun_is_waited_for(controllers, monkeypatch: pytest.MonkeyPatch):
    here = controllers()
    monkeypatch.setattr(module, "ANSWER_S", 0.3)
    assert here.call(lambda: time.sleep(0.4) or "done") == "done"
    blocked, release = threading.Event(), threading.Event()

    def hang() -> None:
        blocked.set()
        release.wait(5.0)

    here._commands.append(hang)
    assert blocked.wait(5.0)
    done: list[int] = []
    with pytest.raises(NotRunningError):
        here.call(lambda: done.append(1))
    release.set()
    assert here.call(lambda: len(done)) == 0, "what was said not to be done is not done later"
