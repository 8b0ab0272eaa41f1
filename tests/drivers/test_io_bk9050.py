"""BK9050: channels from the options, one telegram for all coils, and a watchdog that is armed or refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from drivers.device import Options, WrongDevice
from drivers.tags import Quality, quality_of
from tests.drivers.transcript import TcpScript


class Script(TcpScript):
    """What this coupler is asked and says."""

    def name(self) -> tuple[bytes, bytes]:
        """BK9050; the first character of each pair is the low byte."""
        return self("03 1000 0007", "03 0e 4b42 3039 3035" + "0000" * 4)

    def channels(self, analog: int = 16, out: int = 4, digital: int = 4) -> list[tuple[bytes, bytes]]:
        return [self.word(0x1011, analog), self.word(0x1012, out), self.word(0x1013, digital)]


def test_identify_arms_the_watchdog(talk):
    s = Script()
    io = talk(
        "io_bk9050",
        s.name(),
        *s.channels(),
        s.word(0x1120, 500),
        s.set(0x1121, 0xBECF),
        s.set(0x1121, 0xAFFE),
        s.set(0x1120, 1000),
        s.word(0x1122, 1),
        s.set(0x1121, 0xBECF),
        s.set(0x1121, 0xAFFE),
        s.set(0x1122, 0),
        s.word(0x1120, 1000),
        s.word(0x1122, 0),
        s.word(0x1020, 1000),
    )
    assert io.identify() == "Beckhoff bus coupler BK9050, watchdog 1000 ms on writes"


def test_identify_leaves_an_armed_watchdog_running(talk):
    """Found again after one lost frame, nothing may stop the watchdog or touch the outputs."""
    s = Script()
    settings = [(0x1120, 1000), (0x1122, 0)] * 2  # looked at, then read back
    talk(
        "io_bk9050", s.name(), *s.channels(), *(s.word(*setting) for setting in settings), s.word(0x1020, 900)
    ).identify()


@pytest.mark.parametrize("lengths", [(0, 4, 4), (16, 2, 4), (16, 4, 2)])
def test_a_missing_terminal_is_found_before_anything_is_set(talk, lengths):
    s = Script()
    with pytest.raises(WrongDevice, match="the machine file names"):
        talk("io_bk9050", s.name(), *s.channels(*lengths)).identify()


def test_watchdog_that_does_not_take_its_type_is_refused(talk):
    s = Script()
    io = talk(
        "io_bk9050",
        s.name(),
        *s.channels(),
        s.word(0x1120, 1000),
        s.word(0x1122, 1),
        s.set(0x1121, 0xBECF),
        s.set(0x1121, 0xAFFE),
        s.set(0x1122, 0),
        s.word(0x1120, 1000),
        s.word(0x1122, 1),
    )
    with pytest.raises(WrongDevice, match="not guarded"):
        io.identify()


def test_all_coils_in_one_telegram(talk):
    s = Script()
    io = talk(
        "io_bk9050",
        s("0F 0000 0003 01 01", "0F 0000 0003"),
        s("0F 0000 0003 01 05", "0F 0000 0003"),
        s("0F 0000 0003 01 04", "0F 0000 0003"),
    )
    io.write({"rf_permit": True})
    io.write({"buzzer": True})
    io.write({"rf_permit": False})


@pytest.mark.parametrize(
    ("left", "preset", "kind", "armed"),
    [(900, 1000, 0, True), (900, 1000, 1, False), (900, 2000, 0, False), (0, 1000, 0, False)],
)
def test_armed_means_armed_as_asked(talk, left, preset, kind, armed):
    s = Script()
    io = talk("io_bk9050", s.word(0x1020, left), s.word(0x1120, preset), s.word(0x1122, kind))
    assert io.read_watchdog() == {"io_watchdog_armed": armed, "io_watchdog_left_ms": left}


def test_a_watchdog_that_ran_out_is_reset_before_the_next_write(talk):
    s = Script()
    io = talk(
        "io_bk9050",
        s.word(0x1020, 0),
        s.word(0x1120, 1000),
        s.word(0x1122, 0),
        s.set(0x1121, 0xBECF),
        s.set(0x1121, 0xAFFE),
        s("0F 0000 0003 01 00", "0F 0000 0003"),
        s("0F 0000 0003 01 00", "0F 0000 0003"),
    )
    assert io.read_watchdog()["io_watchdog_armed"] is False
    io.write({"rf_permit": False})
    io.write({"rf_permit": False})


def test_inputs_by_name(talk):
    s = Script()
    io = talk("io_bk9050", s("02 0000 0003", "02 01 05"))
    assert io.read_inputs() == {"lid_closed": True, "water_flowing": False, "foreline_ok": True}


@pytest.mark.parametrize(
    ("word", "value", "quality"),
    [
        (0x0000, 0.0, Quality.GOOD),
        (0x4000, 100.0, Quality.GOOD),
        (0x7FFE, 200.0, Quality.GOOD),
        (0x7FFF, None, Quality.BAD),  # saturated: anything above
        (0xFFFF, 0.0, Quality.GOOD),  # one count below zero is noise
        (0x8000, -200.0, Quality.BAD),
    ],
)
def test_analog_scaling(talk, word, value, quality):
    s = Script()
    io = talk("io_bk9050", s("04 0000 0001", f"04 02 {word:04x}"))
    found = io.read_analogs()["mask_temperature_c"]
    assert found == (value if value is None else pytest.approx(value, abs=0.02))
    assert quality_of(io.tags["mask_temperature_c"], found) is quality


ANALOG = [{"name": "mask_temperature_c", "full_scale": 200.0}]


@pytest.mark.parametrize("driver", ["io_bk9050", "io_wago750"])
@pytest.mark.parametrize(
    ("channels", "field"),
    [
        ({"outputs": ["rf_permit", "vent_valve", "vent_valve", "o2_valve"]}, "outputs"),
        ({"inputs": ["lid_closed", "water", "water"]}, "inputs"),
        ({"analog_inputs": ANALOG * 2}, "analog_inputs"),
        ({"inputs": ["valve"], "outputs": ["valve"]}, "outputs"),
        ({"inputs": ["mask_temperature_c"], "analog_inputs": ANALOG}, "analog_inputs"),
    ],
)
def test_a_name_that_comes_twice_would_shift_the_channels_after_it(talk, driver, channels, field):
    with pytest.raises(ValidationError, match="named twice") as refused:
        talk(driver, options=channels)
    assert refused.value.errors()[0]["loc"] == (field,)


def test_declarations_follow_the_options(talk, options):
    io = talk("io_bk9050")
    assert set(io.outputs) == set(options["io_bk9050"]["outputs"])
    assert all(output.safe is False and output.refresh_s == 0.1 for output in io.outputs.values())
    assert [poll.method for poll in io.polls()] == ["read_watchdog", "read_inputs", "read_analogs"]
    bare = talk("io_bk9050", options={})
    assert [poll.method for poll in bare.polls()] == ["read_watchdog"]
    assert isinstance(bare.options, Options)
