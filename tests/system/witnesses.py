"""Which fault of a sensor is noticed by whom, and how soon: the table behind the test and a README.

All begin in the main clean of an O2 run, on a tool that is else well. "At the next change" are faults that cannot show
while nothing is meant to move.
"""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """A fault, the row that notices it first, and within which time [s]; ``witness`` is what it is held against."""

    fault: str
    row: str
    within_s: float
    witness: str


class Unseen(NamedTuple):
    """A fault that no row notices while the run goes on, why, and what limits the harm."""

    fault: str
    why: str


SEEN = (
    Seen("rf_generator.wrong:factor=1.5", "IL-07", 2.5, "reflected power, which a matched load does not have"),
    Seen("rf_generator.wrong:factor=0.5", "IL-07", 7.0, "the plasma goes out; reflected power when it is struck again"),
    Seen("rf_generator.garbage:value=nan", "IL-24", 20.0, "ignition: light and self-bias must prove a plasma"),
    Seen("rf_generator.garbage:value=inf", "IL-22", 0.5, "range of each reading"),
    Seen("rf_generator.garbage:value=1e6", "IL-22", 0.5, "range of each reading"),
    Seen("o2_mfc.stuck", "AL-02", 11.0, "its own noise: a flow that stands still to the last digit"),
    Seen("o2_mfc.wrong:factor=1.5", "AL-02", 6.0, "the setpoint"),
    Seen("o2_mfc.wrong:factor=0.5", "AL-02", 6.0, "the setpoint"),
    Seen("o2_mfc.garbage:value=nan", "IL-26", 1.5, "range of each reading"),
    Seen("o2_mfc.garbage:value=1e6", "IL-26", 1.5, "range of each reading"),
    Seen("throttle.wrong:factor=1.5", "IL-21", 2.5, "second gauge"),
    Seen("throttle.wrong:factor=0.5", "IL-21", 2.5, "second gauge"),
    Seen("throttle.garbage:value=nan", "IL-01", 0.5, "range of each reading"),
    Seen("throttle.garbage:value=1e6", "IL-01", 0.5, "range of each reading"),
    Seen("throttle.delayed:by=5", "IL-21", 40.0, "second gauge, as soon as the pressure moves"),
    Seen("chamber_gauge.stuck", "IL-27", 5.5, "its own noise"),
    Seen("chamber_gauge.off", "IL-21", 2.5, "second gauge"),
    Seen("chamber_gauge.drift:offset=0,rate=0.05", "IL-21", 28.0, "second gauge: 0.5 Pa + 10 %"),
    Seen("gauges.stuck", "IL-27", 5.5, "its own noise"),
    Seen("gauges.wrong:factor=1.5", "IL-21", 2.5, "second gauge"),
    Seen("gauges.wrong:factor=0.5", "IL-21", 2.5, "second gauge"),
    Seen("gauges.garbage:value=nan", "IL-01", 0.5, "range of each reading"),
    Seen("gauges.garbage:value=1e6", "IL-01", 0.5, "range of each reading"),
    Seen("guard_gauge.stuck", "IL-27", 5.5, "its own noise"),
    Seen("guard_gauge.off", "IL-21", 2.5, "second gauge"),
    Seen("wide_gauge.off", "AL-15", 10.5, "guarding gauge, within a factor of four: it depends on the gas"),
    Seen("wide_gauge.drift:offset=50", "AL-15", 10.5, "guarding gauge"),
    Seen("turbo.wrong:factor=1.5", "IL-20", 1.5, "range of its speed"),
    Seen("turbo.wrong:factor=0.5", "IL-20", 1.5, "its nominal speed"),
    Seen("turbo.garbage:value=nan", "IL-20", 1.5, "its nominal speed"),
    Seen("turbo.garbage:value=1e6", "IL-20", 1.5, "range of each reading"),
    Seen("dry_pump.garbage:value=1e6", "AL-08", 2.5, "range of each reading"),
    Seen("chiller.stuck", "AL-09", 61.0, "expected change: the plasma heats the chuck"),
    Seen("chiller.wrong:factor=1.5", "AL-06", 23.0, "its setpoint"),
    Seen("chiller.wrong:factor=0.5", "AL-06", 23.0, "its setpoint"),
    Seen("chiller.garbage:value=nan", "AL-09", 1.5, "range of each reading"),
    Seen("io.stuck", "AL-10", 31.0, "expected change: the plasma heats the mask"),
    Seen("io.wrong:factor=0.5", "AL-01", 5.5, "least flow of the cooling water"),
    Seen("io.garbage:value=nan", "AL-01", 5.5, "least flow of the cooling water"),
    Seen("io.garbage:value=1e6", "AL-10", 0.5, "range of each reading"),
    Seen("spectrometer.stuck", "AL-07", 8.5, "its own noise: photons come at random"),
    Seen("spectrometer.garbage:value=inf", "AL-07", 5.5, "saturated pixels have no value"),
)

UNSEEN = (
    Unseen("rf_generator.stuck", "at the next change: IL-28, 3 s after the power was to move (IL-29 at its end)"),
    Unseen("rf_generator.delayed:by=5", "at the next change: IL-07 or IL-08 while it is struck or switched off"),
    Unseen("o2_mfc.delayed:by=5", "at the next change: AL-02"),
    Unseen("o2_mfc.drift:zero=5", "inside the MFC's own loop; AL-11 when its valve is shut, no start beyond 4 %"),
    Unseen("o2_mfc.drift:zero=20", "inside the MFC's own loop; AL-11 when its valve is shut, no start beyond 4 %"),
    Unseen("chamber_gauge.drift:offset=0.5", "within what two gauges may differ; the next base pressure fails"),
    Unseen("guard_gauge.drift:offset=0.5", "within what two gauges may differ"),
    Unseen("gauges.delayed:by=5", "at the next change: IL-21"),
    Unseen("wide_gauge.stuck", "at the next pump-down: the cross-over waits for it until its time-out"),
    Unseen("turbo.stuck", "a pump that turns shows no change; one that stops is seen by the pressure and by IL-11"),
    Unseen("turbo.delayed:by=5", "a pump that turns shows no change"),
    Unseen("dry_pump.stuck", "a pump that turns shows no change; one that stops is seen by the foreline switch, IL-11"),
    Unseen("dry_pump.wrong:factor=1.5", "no second witness of its speed; nothing is decided by it"),
    Unseen("dry_pump.wrong:factor=0.5", "no second witness of its speed; nothing is decided by it"),
    Unseen("dry_pump.garbage:value=nan", "shows 0 Hz while it says that it runs; nothing is decided by the speed"),
    Unseen("dry_pump.delayed:by=5", "a pump that turns shows no change"),
    Unseen("chiller.delayed:by=5", "the chuck takes minutes"),
    Unseen("io.wrong:factor=1.5", "no second witness of the water flow; the mask reads too hot, the safe side"),
    Unseen("io.delayed:by=5", "at the next valve that moves: its travel time; the hard-wired chain works without it"),
    Unseen("spectrometer.wrong:factor=1.5", "the endpoint is relative to its own highest: no harm"),
    Unseen("spectrometer.wrong:factor=0.5", "the endpoint is relative to its own highest: no harm"),
    Unseen("spectrometer.garbage:value=nan", "no endpoint: the step ends at its longest time"),
    Unseen("spectrometer.garbage:value=1e6", "no endpoint: the step ends at its longest time"),
    Unseen("spectrometer.delayed:by=5", "the endpoint comes 5 s late"),
)


def table() -> str:
    """Both lists as Markdown."""
    seen = [f"| `{each.fault}` | {each.row} | {each.within_s:g} s | {each.witness} |" for each in SEEN]
    unseen = [f"| `{each.fault}` | {each.why} |" for each in UNSEEN]
    return "\n".join(
        [
            "| fault of a sensor | noticed by | within | held against |",
            "|---|---|---|---|",
            *seen,
            "",
            "Not noticed while the run goes on:",
            "",
            "| fault of a sensor | why, and what limits the harm |",
            "|---|---|",
            *unseen,
        ]
    )
