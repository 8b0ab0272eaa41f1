"""What happens to the devices when the controller dies, stops or hangs. Real time, separate processes, real sockets."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.records.files import write_run
from controller.records.flight import replay
from controller.records.store import Store
from controller.runtime import DRAIN_S, KEPT_S
from sim.lab import Lab
from tests.system.bench import Bench, Panel

pytestmark = pytest.mark.realtime

WATCHDOG_S = 1.0  # DESIGN 3: watchdog of the remote I/O
LEASE_S = 0.5  # DESIGN 3
SLACK_S = 0.5  # two shared cores: scheduling of three processes


@pytest.fixture
def bench(lab_at: Callable[[str], Lab], tmp_path: Path) -> Iterator[Bench]:
    made = Bench(lab_at("leak check"), tmp_path)
    yield made
    made.close()


def test_killed_controller_rf_off_devices_safe_run_aborted_never_resumed(bench: Bench):
    process, panel = bench.burn()
    process.kill()
    bench.rf_off_within(WATCHDOG_S + SLACK_S)
    time.sleep(0.5)  # the valves' own travel
    commands = bench.world.wiring.commands
    assert not any(commands.valve_open.values()), "normally closed valves fall closed with the watchdog"
    assert not commands.rf_permit
    process.wait(5)
    panel.close()

    _, again = bench.controller()
    store = Store(bench.store)
    (run,) = store.runs()
    assert run["verdict"] == "aborted"
    assert run["mask"] == "TEST-1"
    store.close()
    again.until(lambda: not [r for r in again.seen["allowed"]["start"] if "not answered" in r], 15.0)
    assert any("cut off" in reason and "TEST-1" in reason for reason in again.seen["allowed"]["start"])
    assert "RN-02" in [alarm["id"] for alarm in again.seen["alarms"]]
    for _ in range(20):
        again.hear("update")
    assert again.seen["unit"]["state"] == "idle"
    assert bench.rf_w() == 0.0
    assert any("cut off" in reason for reason in again.do("start", recipe="quick-burn", mask="TEST-2"))
    assert again.do("start", recipe="end-safe", mask="TEST-1") == []
    again.until(lambda: again.seen["unit"]["state"] == "running", 5.0)
    again.close()


def test_killed_twice_in_a_row_aborted_once_and_nothing_resumes(bench: Bench):
    """The second controller dies before the tool has been made safe: the third must not think that all is well."""
    process, panel = bench.controller()
    panel.until(lambda: panel.seen["allowed"]["start"] == [], 15.0, lambda: panel.seen["allowed"]["start"])
    assert panel.do("start", recipe="quick-burn", mask="TEST-1") == []
    panel.until(lambda: panel.seen["unit"]["state"] == "running", 5.0)
    run_id = panel.seen["unit"]["run"]["id"]
    store = Store(bench.store)
    panel.until(lambda: bool(store.runs()) and len(store.trace(run_id)) > 50, 10.0)
    lived_s = panel.seen["time_s"] - panel.seen["unit"]["run"]["started_s"]
    process.kill()
    process.wait(5)
    panel.close()
    assert store.abandoned() == [run_id]
    assert lived_s - store.trace(run_id)[-1, 0] < KEPT_S + DRAIN_S + 0.5, "the last second at most is lost"

    second, panel = bench.controller()
    second.kill()
    second.wait(5)
    panel.close()
    marked = store.head(run_id)
    assert marked["verdict"] == "aborted"

    _, third = bench.controller()
    assert [run["id"] for run in store.runs()] == [run_id]
    assert store.head(run_id) == marked, "aborted once, by the first that found it"
    assert store.unrecovered() == [(run_id, "TEST-1")]
    folder = write_run(store, run_id, bench.folder / "files")
    assert json.loads((folder / "run.json").read_text("utf-8"))["verdict"] == "aborted"
    assert "the controller ended in the middle of the run" in (folder / "report.html").read_text("utf-8")
    rows = (folder / "trace.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + len(store.trace(run_id)) > 50
    assert replay(store.flight(run_id)).differences == []
    store.close()

    third.until(lambda: not [r for r in third.seen["allowed"]["start"] if "not answered" in r], 15.0)
    assert any("cut off" in reason and run_id in reason for reason in third.seen["allowed"]["start"])
    for _ in range(10):
        third.hear("update")
    assert [alarm["id"] for alarm in third.seen["alarms"]].count("RN-02") == 1
    assert third.seen["unit"]["state"] == "idle"
    opened = {name for name, is_open in bench.world.wiring.commands.valve_open.items() if is_open}
    assert bench.rf_w() == 0.0 and opened <= {"foreline"}, "an idle tool backs its turbo pump, and nothing else"
    assert not any(bench.world.wiring.commands.flow_setpoint_sccm.values())
    assert any("cut off" in reason for reason in third.do("start", recipe="quick-burn", mask="TEST-2"))
    third.close()


def test_stopped_controller_rf_off_within_the_watchdog(bench: Bench):
    process, panel = bench.burn()
    process.send_signal(signal.SIGSTOP)
    bench.rf_off_within(WATCHDOG_S + SLACK_S)
    process.send_signal(signal.SIGCONT)
    panel.until(
        lambda: panel.seen["unit"]["state"] in ("held", "aborted", "aborting"), 10.0, lambda: panel.seen["unit"]
    )
    time.sleep(0.5)
    assert bench.rf_w() == 0.0, "a controller that wakes up again must not switch RF on by itself"
    panel.close()


HANG = """
import threading
from controller.scan.scan import Scan
step = Scan.step
def hang(self, now, _since=[None]):
    if self.image.values.get("plasma_on"):
        _since[0] = _since[0] or now
        if now - _since[0] > 1.0:
            threading.Event().wait()
    return step(self, now)
Scan.step = hang
"""


def test_scan_that_hangs_with_bus_threads_alive_rf_off_by_lease(bench: Bench):
    _, panel = bench.burn(HANG)
    last = time.monotonic()
    panel._socket.settimeout(0.3)  # updates stop with the scan
    try:
        while True:
            panel.hear("update")
            last = time.monotonic()
    except TimeoutError:
        pass
    bench.rf_off_within(LEASE_S + SLACK_S)
    assert time.monotonic() - last < LEASE_S + SLACK_S + 0.5
    commands = bench.world.wiring.commands
    assert not commands.valve_open["o2"]
    assert not commands.valve_open["ar"]
    deadline = time.monotonic() + 1.0  # four MFCs share one line: after their valves, their setpoints
    while commands.flow_setpoint_sccm["o2"] > 0.0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    panel.close()


RAISE = HANG.replace("threading.Event().wait()", "raise RuntimeError('a mistake in the core')")


def test_scan_that_raises_goes_safe_and_the_process_ends(bench: Bench):
    process, panel = bench.burn(RAISE)
    began = time.monotonic()
    while bench.rf_w() > 0.0:
        assert time.monotonic() - began < 1.0 + LEASE_S + SLACK_S
        time.sleep(0.005)
    assert process.wait(10) == 1
    assert "a mistake in the core" in (bench.folder / "maskglow.log").read_text("utf-8")
    panel.close()


def test_sigterm_makes_the_tool_safe_and_keeps_the_record(bench: Bench):
    process, panel = bench.burn()
    began = time.monotonic()
    process.terminate()
    bench.rf_off_within(1.0)
    assert process.wait(10) == 0
    assert time.monotonic() - began < 6.0  # RELIABILITY H7: 5 s, and the end of the process
    store = Store(bench.store)
    (run,) = store.runs()
    assert run["verdict"] == "aborted"
    assert len(store.trace(run["id"])) > 20
    again = replay(store.flight(run["id"]))
    assert again.scans > 20
    assert again.differences == [], "a run in real time is replayed bit for bit too"
    store.close()
    panel.close()


def test_stop_from_a_screen_without_login_holds(bench: Bench):
    _, panel = bench.burn()
    stranger = Panel("{}:{}".format(*panel._socket.getpeername()), log_in=False)
    began = time.monotonic()
    stranger.say(type="do", id=1, verb="hold", args={}, version=0)
    assert stranger.hear("done", "denied")["type"] == "done"
    bench.rf_off_within(0.5)
    assert time.monotonic() - began < 0.5
    panel.until(lambda: panel.seen["unit"]["state"] == "held", 10.0)
    panel.until(lambda: panel.seen["unit"]["rf_off_ms"] is not None, 3.0)
    assert 0.0 < panel.seen["unit"]["rf_off_ms"] < 400.0
    stranger.close()
    panel.close()
