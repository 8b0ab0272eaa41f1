"""A tool of mixed makes runs the same recipes under the same rules; its file is checked like any other."""

from __future__ import annotations

import pytest

from controller.scan.unit_state import UnitState
from sim.lab import Lab
from sim.settings import Settings
from tests.conftest import run_to
from tests.system.mixed import DEVICES, mixed
from tests.system.test_fault_catalogue import inject


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    return mixed(tmp_path_factory.mktemp("mixed"))


@pytest.fixture(scope="module")
def cleaning(machine) -> bytes:
    """In the main clean."""
    lab = Lab(Settings(machine))
    assert lab.get_ready() == []
    assert lab.start("o2-organic-clean").ok
    run_to(lab, "Main clean", 5.0)
    return lab.save()


def test_the_o2_clean_passes_on_it(cleaning):
    lab = Lab.restore(cleaning)
    assert {table["driver"] for table in DEVICES.values()} <= {
        device.driver for device in lab.built.machine.device.values()
    }
    assert lab.run_until(lambda lab: lab.over, 900.0)
    assert lab.scan.unit.state is UnitState.COMPLETE, lab.scan.unit.reasons
    assert lab.world.plant.film_nm < 0.1
    assert not lab.scan.lost
    assert lab.scan.alarms.shown() == []


@pytest.mark.parametrize(
    ("fault", "within_s", "row"),
    [
        ("rf_generator.off", 0.7, "IL-22"),
        ("rf_generator.trouble:with=local", 1.0, "IL-22"),  # its control is ours or there is nothing to be known of it
        ("rf_generator.trouble:with=hot", 1.0, "IL-30"),
        ("gauges.off", 0.9, "IL-01"),
        ("turbo.trouble:with=trip", 3.5, "IL-20"),
        ("io.off", 1.1, "IL-04"),
    ],
)
def test_what_is_lost_takes_rf_with_it(cleaning, fault: str, within_s: float, row: str):
    lab = Lab.restore(cleaning)
    inject(lab, fault)
    assert lab.run_until(lambda lab: lab.world.wiring.commands.rf_forward_w == 0.0, within_s)
    lab.run_for(2.0)
    assert lab.scan.interlocks.first_out == row
