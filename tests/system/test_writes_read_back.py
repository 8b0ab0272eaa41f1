"""What a device acknowledges and does not take is noticed: every output of every driver, or it is said by whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.catalogue import driver_class
from drivers.device import Options
from sim.faults import parse_fault
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES, Pair

#: outputs that no reading of their own device repeats, and what notices in their place
ELSEWHERE = {
    ("chiller_julabo", "chiller_enable"): "IL-25: a chiller that does not run",  # one that tripped stays off
    ("match_ae", "load_position_setpoint_pct"): "its position, which moves for seconds",
    ("match_ae", "tune_position_setpoint_pct"): "its position, which moves for seconds",
    ("pump_nxds", "dry_pump_enable"): "IL-19: a pump that does not run",
    ("pump_nxds", "dry_pump_standby"): "its speed, on the screen",
    ("rf_cesar", "rf_enable"): "IL-28: power that does not follow",
    ("rf_cesar", "rf_time_limit_s"): "nobody: the generator does not say it",
    ("rf_cesar", "match_auto"): "IL-07: reflected power",
    ("rf_cesar", "load_position_setpoint_pct"): "its position, which moves for seconds",
    ("rf_cesar", "tune_position_setpoint_pct"): "its position, which moves for seconds",
    ("rf_comet_cito", "rf_enable"): "IL-28: power that does not follow",
    ("rf_tandc_ag", "rf_enable"): "IL-28: power that does not follow",
    ("rf_tandc_ag", "match_auto"): "IL-07: reflected power",
    ("rf_tandc_ag", "load_position_setpoint_pct"): "its position, which moves for seconds",
    ("rf_tandc_ag", "tune_position_setpoint_pct"): "its position, which moves for seconds",
    ("valve_vat", "throttle_setpoint_pct"): "the actuator: its position has not arrived after 5 s",
    ("stage_zaber", "stage_x_setpoint_mm"): "not sent before the stage is released and homed",
    ("stage_zaber", "stage_y_setpoint_mm"): "not sent before the stage is released and homed",
    ("stage_zaber", "stage_stop"): "its position and speed",
}


def outputs() -> Iterator[tuple[str, str]]:
    for driver in LINES:
        cls = driver_class(driver)
        options: Options = cls.options_model.model_validate(OPTIONS[driver])
        yield from ((driver, name) for name in cls("it", None, 1, options).outputs)  # type: ignore[arg-type]


def another(pair: Pair, name: str) -> Any:
    """A value that is not the one it has."""
    output = pair.at.outputs[name]
    if output.kind == "flag":
        return not output.safe
    low = output.low or 0.0
    return low + 0.37 * ((low + 10.0 if output.high is None else output.high) - low)


@pytest.mark.parametrize(("driver", "name"), list(outputs()))
def test_a_write_that_is_not_taken_is_noticed(driver: str, name: str):
    pair = Pair(driver, parse_fault("it.wrong@3:writes=ignored", ["it"]))
    safe = {local: output.safe for local, output in pair.at.outputs.items() if output.safe is not None}
    pair.outputs = safe
    pair.live(3.5)
    assert pair.at.ready, list(pair.bus.notices)
    before = len(pair.bus.notices)
    pair.outputs = {**safe, name: another(pair, name)}
    pair.live(5.0)
    noticed = [notice.text for notice in list(pair.bus.notices)[before:] if notice.event != "ready"]
    assert bool(noticed) is ((driver, name) not in ELSEWHERE), noticed
