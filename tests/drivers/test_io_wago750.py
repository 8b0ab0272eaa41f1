"""WAGO 750-352: no output before its watchdog has been read back as armed, and never one after it says otherwise."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.tags import Quality, quality_of
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import TcpScript

ARMED = {0x1006: 1, 0x1000: 10, 0x1001: 0x4000, 0x100A: 0}  # active, 1 s, function 15 only, standard
FRESH = {0x1006: 0, 0x1000: 100, 0x1001: 0, 0x100A: 0}  # as it comes up: nothing is guarded
REFUSED = "86 03"


class Script(TcpScript):
    """What this coupler is asked and says."""

    def words(self, values: dict[int, int]) -> list[tuple[bytes, bytes]]:
        return [self.word(register, value) for register, value in values.items()]

    def channels(self, analog: int = 16, out: int = 4, digital: int = 4) -> list[tuple[bytes, bytes]]:
        return self.words({0x1023: analog, 0x1024: out, 0x1025: digital})

    def name(self) -> tuple[bytes, bytes]:
        return self("03 2020 0010", "03 20" + b"WAGO 750-352".ljust(32, b"\0").hex())

    def arm(self, trigger: int = 0, after: dict[int, int] = ARMED) -> list[tuple[bytes, bytes]]:
        orders = ((0x1005, 0xAAAA), (0x1005, 0x5555), (0x1000, 10), (0x1001, 0x4000), (0x100A, 0))
        sets = [self.set(*order) for order in orders]
        return [*sets, self.word(0x1003, trigger), self.set(0x1003, trigger % 0xFFFF + 1), *self.words(after)]

    def coils(self, image: int, reply: str = "0F 0000 0003") -> tuple[bytes, bytes]:
        return self(f"0F 0000 0003 01 {image:02x}", reply)


def test_golden_frame(talk):
    """Stop, as the sheet has it, byte for byte."""
    s = Script()
    assert s.set(0x1005, 0xAAAA)[0] == bytes.fromhex("00 01 00 00 00 06 01 06 10 05 AA AA")
    assert s.coils(1)[0] == bytes.fromhex("00 02 00 00 00 08 01 0F 00 00 00 03 01 01")


@pytest.mark.parametrize(
    "wrong",
    [FRESH, {**ARMED, 0x1006: 2}, {**ARMED, 0x1000: 11}, {**ARMED, 0x1001: 0xFFFF}, {**ARMED, 0x100A: 1}],
)
def test_identify_arms_whatever_is_not_armed_as_asked(talk, wrong):
    s = Script()
    io = talk("io_wago750", *s.channels(), *s.words(wrong), *s.arm(), s.name())
    assert "WAGO 750-352" in io.identify()


def test_identify_leaves_an_armed_watchdog_running(talk):
    """Found again after one lost frame, nothing may stop the watchdog or touch the outputs."""
    s = Script()
    talk("io_wago750", *s.channels(), *s.words(ARMED), s.name()).identify()


@pytest.mark.parametrize("trigger", [0, 1, 0xFFFE, 0xFFFF])
def test_trigger_is_another_value_each_time_and_never_zero(talk, trigger):
    assert trigger % 0xFFFF + 1 not in (0, trigger)
    s = Script()
    talk("io_wago750", *s.channels(), *s.words(FRESH), *s.arm(trigger), s.name()).identify()


@pytest.mark.parametrize("register", ARMED)
def test_watchdog_that_reads_back_wrong_is_refused(talk, register):
    s = Script()
    after = {**ARMED, register: 0x2222}
    with pytest.raises(WrongDevice, match="not guarded"):
        talk("io_wago750", *s.channels(), *s.words(FRESH), *s.arm(after=after)).identify()


def test_watchdog_that_refuses_to_be_set_is_refused(talk):
    s = Script()
    stop = s.channels(), s.words(FRESH), [s.set(0x1005, 0xAAAA), s.set(0x1005, 0x5555)]
    io = talk("io_wago750", *itertools.chain(*stop), s("06 1000 000A", REFUSED))
    with pytest.raises(WrongDevice, match=r"cannot be armed.*illegal data value"):
        io.identify()


def test_bus_never_writes_an_output_of_an_unguarded_coupler(talk):
    """The permit is asked for all the time; only registers go out, and no coil."""
    s = Script()
    answers = [*s.channels(), *s.words(FRESH), *s.arm(after={**ARMED, 0x1006: 0})]
    io = talk("io_wago750", *answers)
    names = {local: local for local in [*io.tags, *io.outputs]}
    bus = Bus("io", io.port, [Attached(io, names, [(poll.method, poll.tags, 0.1) for poll in io.polls()])])
    bus.lease = Lease(0.0, {"rf_permit": True, "vent_valve_open": True, "buzzer": True})
    bus.service(0.05)
    assert "not guarded" in bus.notices[0].text
    assert not bus.attached[0].ready
    assert not bus.attached[0].written


@pytest.mark.parametrize("lengths", [(0, 4, 4), (16, 2, 4), (16, 4, 2)])
def test_a_missing_terminal_is_found(talk, lengths):
    s = Script()
    with pytest.raises(WrongDevice, match="names"):
        talk("io_wago750", *s.channels(*lengths)).identify()


def test_watchdog_of_a_tenth_of_a_tenth_cannot_be_set(talk):
    with pytest.raises(ValueError, match="multiple"):
        talk("io_wago750", options={"watchdog_ms": 1050})


@pytest.mark.parametrize("register", [None, *ARMED])
def test_armed_means_armed_as_asked(talk, register):
    s = Script()
    io = talk("io_wago750", *s.words({**ARMED, register: 2} if register else ARMED))
    assert io.read_watchdog() == {"io_watchdog_armed": register is None}


def test_a_watchdog_that_ran_out_is_armed_before_the_next_write(talk):
    s = Script()
    io = talk("io_wago750", *s.words({**ARMED, 0x1006: 2}), *s.arm(7), s.coils(0), s.coils(1))
    assert io.read_watchdog() == {"io_watchdog_armed": False}
    io.write({"rf_permit": False})
    io.write({"rf_permit": True})


def test_a_watchdog_that_ran_out_and_cannot_be_armed_keeps_the_outputs_unwritten(talk):
    s = Script()
    io = talk("io_wago750", *s.words(FRESH), *s.arm(after=FRESH), *s.arm(after=FRESH))
    io.read_watchdog()
    for _ in range(2):
        with pytest.raises(WrongDevice):
            io.write({"rf_permit": True})


def test_image_starts_all_off(talk):
    s = Script()
    io = talk("io_wago750", s.coils(7), *s.channels(), *s.words(ARMED), s.name(), s.coils(4))
    io.write({"rf_permit": True, "vent_valve_open": True, "buzzer": True})
    io.identify()
    io.write({"buzzer": True})


def test_inputs_by_name(talk):
    s = Script()
    io = talk("io_wago750", s("02 0000 0003", "02 01 05"))
    assert io.read_inputs() == {"lid_closed": True, "water_flowing": False, "foreline_ok": True}


@pytest.mark.parametrize(
    ("word", "value", "quality"),
    [
        (0x0000, 0.0, Quality.GOOD),
        (0x3FF8, 100.0, Quality.GOOD),
        (0x7FEF, 200.0, Quality.GOOD),
        (0x7FF0, None, Quality.BAD),  # full scale: anything above
        (0x7FFF, None, Quality.BAD),
        (0xFFF8, 0.0, Quality.GOOD),  # noise below zero
        (0x8000, -200.0, Quality.BAD),
    ],
)
def test_analog_scaling(talk, word, value, quality):
    s = Script()
    io = talk("io_wago750", s("04 0000 0001", f"04 02 {word:04x}"))
    found = io.read_analogs()["mask_temperature_c"]
    assert found == (value if value is None else pytest.approx(value, abs=0.1))
    assert quality_of(io.tags["mask_temperature_c"], found) is quality


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("", NoReply),
        ("00 01 00 00 00 06 01 0F 00", NoReply),
        ("FF FF FF FF FF FF FF FF FF FF FF FF", BadReply),
        ("00 01 00 00 00 06 02 0F 00 00 00 03", BadReply),  # another unit
        ("00 07 00 00 00 06 01 0F 00 00 00 03", BadReply),  # another request's
        ("00 01 00 00 00 06 01 0F 00 00 00 02", BadReply),  # fewer coils
        ("00 01 00 00 00 08 01 0F 00 00 00 03 01 01", BadReply),  # our own
        ("00 01 00 00 00 03 01 8F 04", Refused),
    ],
)
def test_bad_replies(transcript, talk, reply, error):
    io = talk("io_wago750")
    io.port = io.modbus.port = transcript((Script().coils(1)[0], bytes.fromhex(reply)))
    with pytest.raises(error):
        io.write({"rf_permit": True})


def test_declarations(talk, options):
    io = talk("io_wago750")
    assert set(io.outputs) == set(options["io_wago750"]["outputs"])
    assert all(output.safe is False and output.refresh_s == 0.1 for output in io.outputs.values())
    assert [poll.method for poll in io.polls()] == ["read_watchdog", "read_inputs", "read_analogs"]
    assert "io_watchdog_left_ms" not in io.tags


@given(broken(*(frame for _, frame in [*Script().channels(), *Script().words(ARMED), Script()("", "02 01 05")])))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive("io_wago750", replies)
