"""COMET: what goes out and in which order, that an echo is no device, and what a tool loses that had a CESAR."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from recipes.files import FileRefused
from tests.drivers.garbage import broken, survive
from tests.drivers.test_comet_shft import summed
from tests.drivers.transcript import TranscriptPort, make

NAME = "rf_comet_cito"
H = bytes.fromhex
STATE = H("0A 41 1F 40 00 01 FB 65")
GOLDEN = H("0A 42 04 B6 00 03 0D 40 DF 45"), H("0A 41 04 B6 00 01 1D B3"), H("0A 41 04 00 03 0D 40 A1 B1")
IS_OFF, IS_ON = summed("0A 41 04 0000 0001"), summed("0A 41 04 0000 0003")


def ask(parameter: int, value: int) -> tuple[bytes, bytes]:
    return summed(f"0A 41 {parameter:04x} 0001"), summed(f"0A 41 04 {value:08x}")


def write(parameter: int, value: int) -> tuple[bytes, bytes]:
    frame = summed(f"0A 42 {parameter:04x} {value:08x}")
    return frame, frame


def switched(value: int, state: bytes = IS_OFF) -> list[tuple[bytes, bytes]]:
    return [write(1001, value), (STATE, state)]


def power(milliwatts: int, readback: int | None = None) -> list[tuple[bytes, bytes]]:
    return [write(1206, milliwatts), ask(1206, milliwatts if readback is None else readback)]


def arming(regulation: int = 1, setpoint: int = 0, state: bytes = IS_OFF) -> list[tuple[bytes, bytes]]:
    return [
        *switched(0, IS_ON),  # it was on, and takes its time
        (summed("0A 41 000A 0001"), summed("0A 41 0F" + b"cito Plus 1310\0".hex())),
        write(1201, 1),
        ask(1201, regulation),
        *power(0, setpoint),
        (STATE, state),
    ]


def test_identify_switches_off_first(talk):
    unit = talk(NAME, *arming())
    assert unit.port.exchanges[0][0] == summed("0A 42 03 E9 00 00 00 00")
    assert unit.identify() == (
        "COMET cito Plus 1310, setpoint is load power; it has no limit, time limit or watchdog that we know of"
    )


@pytest.mark.parametrize("name", [b"VAT 650", b"\0", b""])
def test_another_device_gets_a_question_and_off_only(talk, name):
    told = summed("0A 41 000A 0001"), summed(f"0A 41 {len(name):02X}" + name.hex())
    with pytest.raises(WrongDevice, match="neither a cito"):
        talk(NAME, *switched(0), told).identify()


@pytest.mark.parametrize(
    ("changed", "length", "error", "match"),
    [
        ({"regulation": 0}, 5, WrongDevice, "regulation reads back 0"),
        ({"setpoint": 50_000}, 7, BadReply, "reads back 50 W, written was 0 W"),
        ({"state": IS_ON}, 8, WrongDevice, r"RF stays on \(state 3\)"),
    ],
)
def test_what_is_not_taken_is_told(talk, changed, length, error, match):
    with pytest.raises(error, match=match):
        talk(NAME, *arming(**changed)[:length]).identify()


def test_the_address_is_always_ten(transcript):
    unit = make(NAME, transcript((GOLDEN[1], GOLDEN[2])), address=1)
    assert unit.read_setpoint() == {"rf_setpoint_readback_w": 200.0}


def test_readings(talk):
    unit = talk(NAME, ask(8021, 450_500), ask(8022, 2_250), ask(8023, 448_250), GOLDEN[1:], ask(1201, 1), ask(1201, 0))
    assert unit.read_forward() == {"forward_power_w": 450.5}
    assert unit.read_reflected() == {"reflected_power_w": 2.25}
    assert unit.read_load() == {"load_power_w": 448.25}
    assert unit.read_setpoint() == {"rf_setpoint_readback_w": 200.0}
    assert unit.read_regulation() == {"rf_levels_load_power": True}
    assert unit.read_regulation() == {"rf_levels_load_power": False}


@pytest.mark.parametrize(("value", "on"), [(1, False), (0, True), (2, True), (3, True)])
def test_every_state_but_one_counts_as_on(talk, value, on):
    assert talk(NAME, ask(8000, value)).read_state()["rf_on"] is on


@pytest.mark.parametrize(
    ("state", "milliwatts", "reached"),
    [(IS_ON, 450_000, True), (IS_ON, 441_100, True), (IS_ON, 440_900, False), (IS_OFF, 450_000, False)],
)
def test_reached(talk, state, milliwatts, reached):
    unit = talk(NAME, *power(450_000), ask(8023, milliwatts), (STATE, state))
    unit.write({"load_power_setpoint_w": 450.0})
    unit.read_load()
    assert unit.read_state()["rf_setpoint_reached"] is reached


def test_off_first_on_last(talk):
    unit = talk(NAME, *switched(0), *power(0), GOLDEN[:1] * 2, GOLDEN[1:], *switched(1), (STATE, IS_ON), *switched(0))
    unit.write({"load_power_setpoint_w": 0.0, "rf_enable": False})
    unit.write({"rf_enable": True, "load_power_setpoint_w": 200.0})
    assert unit.read_state()["rf_requested"] is True
    unit.write({"rf_enable": False})
    assert unit.asked_on is False


@pytest.mark.parametrize("readback", [0, 449_400, 450_600])
def test_no_on_after_a_setpoint_that_reads_back_wrong(talk, readback):
    with pytest.raises(BadReply, match="written was 450 W"):
        talk(NAME, *power(450_000, readback)).write({"rf_enable": True, "load_power_setpoint_w": 450.0})


@pytest.mark.parametrize("readback", [449_600, 450_400])
def test_a_setpoint_within_half_a_watt_was_taken(talk, readback):
    talk(NAME, *power(450_000, readback), *switched(1)).write({"rf_enable": True, "load_power_setpoint_w": 450.0})


def test_no_on_after_a_refused_setpoint(talk):
    unit = talk(NAME, (write(1206, 600_000)[0], summed("0A C2 84")))
    with pytest.raises(Refused, match="invalid value"):
        unit.write({"rf_enable": True, "load_power_setpoint_w": 600.0})


@pytest.mark.parametrize("on", [True, False])
def test_a_refused_switch_is_told_and_was_not_taken(talk, on):
    unit = talk(NAME, *switched(not on), (write(1001, on)[0], summed("0A C2 88")), (STATE, IS_OFF if on else IS_ON))
    unit.write({"rf_enable": not on})
    with pytest.raises(Refused, match="parameter 1001: not allowed"):
        unit.write({"rf_enable": on})
    assert unit.read_state()["rf_requested"] is not on


def test_setpoint_never_above_the_limit(talk):
    assert talk(NAME).outputs["load_power_setpoint_w"].high == 600.0


class Echo(TranscriptPort):
    """A line that echoes, with nobody on it."""

    def write(self, data: bytes) -> None:
        self.exchanges = [(data, data)]
        super().write(data)


@pytest.mark.parametrize(
    "values",
    [{"rf_enable": False}, {"rf_enable": True}, {"load_power_setpoint_w": 0.0}, {"load_power_setpoint_w": 9.0}],
)
def test_an_echo_is_no_device_for_any_write(values):
    unit = make(NAME, Echo())
    with pytest.raises(BadReply, match="echoes"):
        unit.write(values)
    assert unit.asked_on is False
    assert unit.asked_w == 0.0


@pytest.mark.parametrize("method", ["identify", *(poll.method for poll in make(NAME, None).polls())])
def test_an_echo_is_no_device_for_any_read(method):
    with pytest.raises(BadReply, match="echoes"):
        getattr(make(NAME, Echo()), method)()


def test_mute(talk):
    unit = talk(NAME, (write(1001, 0)[0], b""))
    with pytest.raises(NoReply, match=r"no reply within 0\.10 s"):
        unit.identify()


@given(broken(*(reply for _, reply in arming()), GOLDEN[2], summed("0A C1 02"), summed("0A C2 84")))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)


def test_with_a_match_of_its_own_it_stands_in_for_a_cesar():
    """Same names, so that a machine file may change them over; what is left out is what it does not tell."""
    cesar, comet, match = (make(name, None) for name in ("rf_cesar", NAME, "match_ae"))
    told = {"rf_fault", "rf_over_temperature", "rf_interlock_closed", "rf_remote"}
    assert cesar.tags.keys() - comet.tags.keys() - match.tags.keys() == told
    assert cesar.outputs.keys() - comet.outputs.keys() - match.outputs.keys() == {"rf_time_limit_s"}
    assert not {*comet.tags, *comet.outputs} & {*match.tags, *match.outputs}


#: a tool with a CESAR -> the same with a COMET and a match of its own
CHANGES = (
    ('protocol = "ae-bus"', 'protocol = "comet"'),
    ('format = "8O1"  ', 'format = "8E1"  '),
    ('driver = "rf_cesar"', 'driver = "rf_comet_cito"'),
    ("max_reflected_w = 100\n", ""),
    (", dc_bias_v = 0.15, load_position_pct = 0.5, tune_position_pct = 0.5", ""),
    (
        "[device.o2_mfc]",
        '[bus.match]\nurl = "socket://127.0.0.1:4010"\nprotocol = "ae-bus"\nbaud = 115200\nformat = "8O1"\n'
        '[device.match]\ndriver = "match_ae"\nbus = "match"\n[device.o2_mfc]',
    ),
)
WITHOUT = (
    (
        '["not rf_fault", "not rf_over_temperature", "rf_remote", "rf_interlock_closed"]',
        '["rf_levels_load_power", "not match_fault"]',
    ),
    ('time_limit = "rf_time_limit_s"\n', ""),
)


def changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_machine_file_that_needs_what_it_does_not_tell_is_refused(tmp_path):
    file = tmp_path / "machine.toml"
    text = changed(REFERENCE.read_text("utf-8"), CHANGES)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_machine(file)
    missed = [re.findall(r"there is (?:no tag|nothing called) '(\w+)'", str(each)) for each in refused.value.findings]
    assert missed == [
        ["rf_fault"], ["rf_over_temperature"], ["rf_remote"], ["rf_interlock_closed"], ["rf_time_limit_s"]
    ]  # fmt: skip
    file.write_text(changed(text, WITHOUT), encoding="utf-8")
    load_machine(file)
