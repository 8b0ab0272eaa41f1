"""What is lost in the middle of a clean, how fast RF is off, and that three invariants never break on the way.

I1 RF is never on without every permit GOOD and true. I2 no reading is GOOD that is older than its stale time.
I3 from fault to RF off takes no longer than the budget of DESIGN section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from controller.scan.unit_state import UnitState
from recipes.conditions import Condition
from sim.faults import parse_fault
from sim.lab import Lab
from sim.plant.faults import PLANT_FAULTS

POLL_S = 0.25  #: a switch is seen at the next poll of the remote I/O and acts one scan and one write later
REPORT_S = 0.1  #: DESIGN section 3: an interlock acts within 100 ms of the reading
STALE_S = 0.5 + REPORT_S + 0.05  #: an RF-critical reading is stale after 0.5 s
GAS_STALE_S = 1.45 + REPORT_S + POLL_S  #: four devices share that line: its worst cycle with time-outs
PERMIT_DOWN_S = 0.15  #: the lease takes the permit down at once; the line carries it


class Watch:
    """Steps a lab and checks the invariants in every scan."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.permits = [Condition(text) for text in lab.built.machine.permit["rf_permit"].requires]
        self.denied_since_s: float | None = None

    def fault(self, text: str) -> float:
        """Let a fault begin now; returns when that was [s]."""
        name, _, rest = text.partition(":")
        world = self.lab.world
        told = f"{name}@{self.lab.now}" + (f":{rest}" if rest else "")
        world.add_faults([parse_fault(told, world.fault_targets, PLANT_FAULTS)])
        return self.lab.now

    def step(self) -> None:
        lab = self.lab
        lab.step()
        image, values = lab.scan.image, lab.scan.image.values
        permitted = all(condition(values) is True for condition in self.permits)
        lease = lab.built.buses[0].lease.values
        assert permitted or lease["rf_permit"] is False
        if permitted:
            self.denied_since_s = None
        elif self.denied_since_s is None:
            self.denied_since_s = lab.now
        if self.denied_since_s is not None and lab.now - self.denied_since_s >= PERMIT_DOWN_S:
            assert lab.world.wiring.commands.rf_forward_w == 0.0, "RF without its permits"
        if lab.scans % 3:
            return  # a look every third scan finds what stays
        for name, after in image.stale_after_s.items():
            if name in values:
                assert lab.now - image.reading(name).time_s <= after + 1e-6, f"{name} is GOOD and stale"

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / self.lab.period_s)):
            self.step()

    def until_it_stops_running(self, limit_s: float) -> None:
        """Live until the run is held, or otherwise no longer runs; that must be before ``limit_s`` [s, lab's clock]."""
        while self.lab.scan.unit.state is UnitState.RUNNING:
            self.step()
            assert self.lab.now < limit_s

    def rf_off_after(self, since_s: float, limit_s: float) -> float:
        """Live until no power is on the cable; how long after ``since_s`` that was [s]."""
        while self.lab.world.wiring.commands.rf_forward_w > 0.0:
            assert self.lab.now - since_s < limit_s, f"RF is still on after {limit_s} s"
            self.step()
        return self.lab.now - since_s


@dataclass
class Loss:
    """A fault of the main clean, how soon RF must be off, what says so first, and how the run goes on."""

    fault: str
    budget_s: float
    first_out: str
    ends: tuple[UnitState, ...] = (UnitState.HELD,)


HELD, ABORTED = (UnitState.HELD,), (UnitState.ABORTED,)
LOSSES = [
    # mute: only the remote I/O's contact can switch it off, and nobody can say that it is (holding, for 20 s)
    Loss("rf_generator.off", STALE_S, "IL-22", (UnitState.HOLDING,)),
    Loss("rf.garbage", STALE_S, "IL-22", (UnitState.HOLDING,)),
    Loss("throttle.off", STALE_S, "IL-01"),  # with it the controlling gauge
    Loss("gauges.off", STALE_S, "IL-01"),  # the guarding gauge
    Loss("io.off", 1.05, "IL-04", (UnitState.ABORTING, UnitState.ABORTED)),  # its own watchdog: 1 s on writes only
    Loss("gas.off", GAS_STALE_S, "IL-15"),
    Loss("lid.open", POLL_S, "IL-02", ABORTED),
    Loss("water.off", POLL_S, "IL-03"),
    Loss("chain.open", 0.05, "IL-04", ABORTED),  # by the hard-wired chain itself
    Loss("h2_detector.alarm", POLL_S + REPORT_S, "IL-17", ABORTED),
    Loss("match.detune:pct=20", 2.0 + POLL_S, "IL-07"),
    Loss("chamber_gauge.off", 2.0 + 0.5, "IL-21"),
    Loss("guard_gauge.off", 2.0 + 0.5, "IL-21"),
    # hold-off 3 s, after the first question that gets no answer: one a second, and its time-out at 4800 baud
    Loss("chiller.drop", 3.0 + 1.0 + 0.75 + REPORT_S, "IL-25"),
    Loss("dry_pump.drop", 0.5 + 2.0, "IL-19"),
    Loss("turbo.drop", 1.0 + 2.0, "IL-20"),
    Loss("dry_pump.off", 30.0, "IL-11"),  # the foreline fills slowly: the switch says when
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.fault)
def test_rf_is_off_in_time_and_stays_off(lab_at, loss):
    lab = lab_at("main clean")
    watch = Watch(lab)
    assert lab.world.wiring.commands.rf_forward_w > 100
    since = watch.fault(loss.fault)
    watch.step()
    watch.rf_off_after(since, loss.budget_s)
    watch.run(15.0)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    assert lab.scan.interlocks.first_out == loss.first_out
    assert lab.scan.unit.state in loss.ends
    assert any(loss.first_out in reason for reason in lab.scan.unit.reasons)
    assert lab.scan.alarms.shown()
    assert lab.scan.why_not("restart"), "not before somebody has looked"


def test_lost_plasma_is_off_within_half_a_second_and_struck_again(lab_at):
    lab = lab_at("main clean")
    watch = Watch(lab)
    strikes = lab.scan.loops.rf_power.strikes
    since = watch.fault("plasma.extinguish:for=2")
    watch.step()
    assert watch.rf_off_after(since, 0.5) >= 0.2
    watch.run(8.0)
    assert lab.scan.loops.rf_power.strikes > strikes
    assert lab.scan.image.values["plasma_on"] is True
    assert lab.scan.unit.state is UnitState.RUNNING
    assert lab.scan.unit.runner.lost_plasma_s > 0.2


def test_no_ignition_ends_after_three_attempts(lab_at):
    lab = lab_at("stabilise")
    watch = Watch(lab)
    watch.fault("plasma.no_ignite")
    on_s, longest_s = 0.0, 0.0
    while lab.scan.unit.state is not UnitState.HELD:
        watch.step()
        on_s = on_s + lab.period_s if lab.world.wiring.commands.rf_forward_w > 0 else 0.0
        longest_s = max(longest_s, on_s)
        assert lab.now < 400
    assert lab.scan.loops.rf_power.strikes == 3
    assert 2.5 < longest_s <= 3.5, "each no longer than the strike window"
    assert lab.scan.interlocks.first_out == "IL-24" or any("IL-24" in reason for reason in lab.scan.unit.reasons)
    watch.run(20.0)
    assert lab.world.wiring.commands.rf_forward_w == 0.0


def test_an_isolation_valve_that_does_not_open_holds_the_run(lab_at):
    lab = lab_at("leak check")
    watch = Watch(lab)
    watch.fault("isolation_valve.stuck")
    watch.until_it_stops_running(500.0)
    watch.run(3.0)
    assert lab.scan.unit.state is UnitState.HELD
    assert any("isolation_valve_opened" in reason for reason in lab.scan.unit.reasons)


def test_a_leak_is_found_and_told_apart(lab_at):
    lab = lab_at("soft pump")
    watch = Watch(lab)
    watch.fault("chamber.leak:rate=2e-3")
    watch.until_it_stops_running(400.0)
    assert lab.scan.unit.runner.leak_check.verdict in ("leak", "both")
    assert any("Pa/min" in reason for reason in lab.scan.unit.reasons)


def test_a_lost_line_comes_back_and_the_run_can_go_on(lab_at):
    lab = lab_at("main clean")
    watch = Watch(lab)
    since = watch.fault("rf_generator.off:for=6")
    watch.step()
    watch.rf_off_after(since, STALE_S)
    watch.run(12.0)
    assert not lab.scan.lost
    assert lab.scan.reset_interlocks().ok
    assert lab.scan.command("restart").ok
    while not lab.over:
        watch.step()
    assert lab.scan.unit.state is UnitState.COMPLETE


def test_a_rebooted_generator_has_lost_its_limits_and_gets_them_again(lab_at):
    lab = lab_at("main clean")
    watch = Watch(lab)
    since = watch.fault("rf_generator.reboot:for=2")
    watch.step()
    watch.rf_off_after(since, STALE_S)
    watch.run(15.0)
    assert lab.scan.unit.state is UnitState.HELD
    assert lab.scan.reset_interlocks().ok and lab.scan.command("restart").ok
    assert lab.run_until(lambda lab: lab.scan.image.values.get("plasma_on"), 60.0)


@pytest.mark.campaign
@pytest.mark.parametrize("phase", ["soft pump", "strike", "main clean", "purge", "vent"])
@pytest.mark.parametrize("kind", ["off", "stuck", "garbage", "garbage:value=nan", "wrong:factor=2", "slow:by=0.3",
                                  "delayed:by=2", "intermittent:p=0.3", "drop:p=0.3", "corrupt:p=0.2", "echo",
                                  "late:by=0.4,n=5", "short", "exc", "reboot"])  # fmt: skip
@pytest.mark.parametrize(
    "line", ["rf", "gas", "throttle", "gauges", "turbo", "dry_pump", "chiller", "io", "spectrometer"]
)
def test_matrix(lab_at, line, kind, phase):
    """Every line x every fault of the wire x phases: the invariants hold."""
    watch = Watch(lab_at(phase))
    type_, _, rest = kind.partition(":")
    watch.fault(f"{line}.{type_}" + (f":{rest}" if rest else ""))
    watch.run(15.0)
