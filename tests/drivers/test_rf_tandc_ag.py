"""T&C AG: the fact sheet's golden frames, control granted, kept and lost, and RF that never comes back by itself."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.rf_tandc_ag import ControlLost, frame
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import TranscriptPort, make

NAME = "rf_tandc_ag"
H = bytes.fromhex
GO, NO = b"*", b"?"
OFF, ON = H("43 00 42 52 00 00 00 00 00 D7"), H("43 00 42 52 55 55 00 00 01 81")
CONTROL, IDENTITY = H("43 00 42 43 55 55 00 00 01 72"), H("43 00 47 69 00 01 00 00 00 F4")
POWER, STATUS, READBACK = (
    H(f"43 00 47 {code} 00 00 00 00 00 {check}") for code, check in (("50", "DA"), ("53", "DD"), ("4C", "D6"))
)
TUNER, LIMITS, SERIAL = frame(0, "GT"), frame(0, "Gp"), frame(0, "Gi", 2)


def says(data: bytes, address: int = 0) -> bytes:
    """A data reply, framed here by hand."""
    body = b"R" + bytes((address,)) + struct.pack(">H", len(data)) + data
    return body + struct.pack(">H", sum(body) & 0xFFFF)


def words(*values: int) -> bytes:
    return GO + says(struct.pack(f">{len(values)}H", *values))


def setpoint(watts: int, readback: int | None = None) -> list[tuple[bytes, bytes]]:
    return [(frame(0, "SA", watts), GO), (READBACK, words(10 * watts if readback is None else readback))]


def limits(power: int = 6000, reflected: int = 1000) -> bytes:
    data = bytearray(22)
    data[2:4], data[18:20] = struct.pack(">H", power), struct.pack(">H", reflected)
    return GO + says(bytes(data))


def arming(first=GO, granted=1, power=6000, reflected=1000, status=0x20, tuner=4, name=b"AG 0613"):
    return [
        (OFF, first),
        (IDENTITY, GO + says(b"\0\1" + name + b"\0")),
        (SERIAL, GO + says(b"\0\2" + b"1234\0")),
        (CONTROL, words(granted)),
        (OFF, GO),
        (frame(0, "SO", 1), GO),
        (frame(0, "SU", 1, 600), GO),
        (frame(0, "SU", 2, 100), GO),
        (LIMITS, limits(power, reflected)),
        (STATUS, words(status, 250, 1, tuner)),
    ]


@pytest.fixture
def rf(talk):
    """rf(*exchanges) -> an identified generator that has these still before it."""

    def build(*exchanges):
        device = talk(NAME, *arming(), *exchanges, address=0)
        device.identify()
        return device

    return build


@pytest.mark.parametrize(
    ("command", "first", "second", "golden"),
    [
        ("BC", 0x5555, 0, "43 00 42 43 55 55 00 00 01 72"),
        ("Gi", 1, 0, "43 00 47 69 00 01 00 00 00 F4"),
        ("SA", 100, 0, "43 00 53 41 00 64 00 00 01 3B"),
        ("SA", 200, 0, "43 00 53 41 00 C8 00 00 01 9F"),  # a client that sends text stumbles here
        ("BR", 0x5555, 0, "43 00 42 52 55 55 00 00 01 81"),
        ("GP", 0, 0, "43 00 47 50 00 00 00 00 00 DA"),
        ("GS", 0, 0, "43 00 47 53 00 00 00 00 00 DD"),
        ("GF", 0, 0, "43 00 47 46 00 00 00 00 00 D0"),
        ("GL", 0, 0, "43 00 47 4C 00 00 00 00 00 D6"),
    ],
)
def test_golden_requests(command, first, second, golden):
    assert frame(0, command, first, second) == H(golden)


@pytest.mark.parametrize("first", [GO, NO])  # off may be refused as long as somebody else has control
def test_identify_switches_off_first(talk, first):
    unit = talk(NAME, *arming(first), address=0)
    assert unit.port.exchanges[0][0] == OFF
    assert unit.identify() == "T&C AG 0613 no. 1234, digital tuner, setpoint is load power"


def test_identify_tells_which_power_the_setpoint_means(talk):
    assert talk(NAME, *arming(status=0), address=0).identify().endswith("setpoint is forward power")


@pytest.mark.parametrize(
    ("changed", "length", "match"),
    [
        ({"name": b"HF 600"}, 3, "not an AG"),  # and control not asked for
        ({"name": b""}, 3, "not an AG"),
        ({"granted": 0}, 4, "not granted"),
        ({"power": 5999}, 9, "highest power of 599.9 W"),
        ({"reflected": 999}, 9, "reflected power of 99.9 W"),
        ({"status": 1}, 10, "RF stays on"),
        ({"tuner": 1}, 10, "type 1"),
        ({"tuner": 2}, 10, "type 2"),
    ],
)
def test_another_unit_or_no_control_is_refused(talk, changed, length, match):
    with pytest.raises(WrongDevice, match=match):
        talk(NAME, *arming(**changed)[:length], address=0).identify()


def test_a_larger_unit_will_do(talk):
    talk(NAME, *arming(power=12000, reflected=3000), address=0).identify()


def test_limits_that_are_too_short_or_not_taken(talk):
    with pytest.raises(BadReply, match="at least 20"):
        talk(NAME, *arming()[:8], (LIMITS, GO + says(bytes(19))), address=0).identify()
    with pytest.raises(ControlLost, match="SU 1 600"):
        talk(NAME, *arming()[:6], (frame(0, "SU", 1, 600), NO), address=0).identify()


def test_readings(rf):
    unit = rf((POWER, words(4505, 25, 4480)), (TUNER, words(1, 505, 600, 120, 0)), (READBACK, words(4500)))
    assert unit.read_power() == {"forward_power_w": 450.5, "reflected_power_w": 2.5, "load_power_w": 448.0}
    assert unit.read_tuner() == {"dc_bias_v": 120.0, "load_position_pct": 50.5, "tune_position_pct": 60.0}
    assert unit.read_setpoint() == {"rf_setpoint_readback_w": 450.0}


@pytest.mark.parametrize(
    ("bits", "name", "value"),
    [
        (0x0001, "rf_on", True),
        (0x0000, "rf_on", False),
        (0x0800, "rf_interlock_closed", False),
        (0x0000, "rf_interlock_closed", True),
        (0x0400, "rf_over_temperature", True),
        (0x0400, "rf_fault", True),
        (0x0020, "rf_levels_load_power", True),
        (0x0001, "rf_requested", False),  # on, but not at our request
        (0x0001, "heatsink_temperature_c", 31.5),
    ],
)
def test_status_bits(rf, bits, name, value):
    assert rf((STATUS, words(bits, 315, 1, 4))).read_status()[name] == value


@pytest.mark.parametrize(
    ("bits", "power", "reached"),
    [
        (0x21, (4800, 300, 4500), True),
        (0x21, (4800, 300, 4415), True),
        (0x21, (4500, 300, 4200), False),
        (0x01, (4500, 300, 4200), True),  # levels the forward power
        (0x20, (4800, 300, 4500), False),
        (0x121, (4800, 300, 4500), False),
        (0x221, (4800, 300, 4500), False),
    ],
)
def test_reached(rf, bits, power, reached):
    unit = rf(*setpoint(450), (POWER, words(*power)), (STATUS, words(bits, 315, 1, 4)))
    unit.write({"load_power_setpoint_w": 450.0})
    unit.read_power()
    assert unit.read_status()["rf_setpoint_reached"] is reached


def test_off_first_on_last(rf):
    unit = rf((OFF, GO), *setpoint(0), (frame(0, "TM", 1), GO), *setpoint(450), (ON, GO), (STATUS, words(1, 0, 1, 4)))
    unit.write({"match_auto": True, "load_power_setpoint_w": 0.0, "rf_enable": False})
    unit.write({"rf_enable": True, "load_power_setpoint_w": 450.0})
    assert unit.read_status()["rf_requested"] is True


def test_positions_wait_for_manual(rf):
    unit = rf(
        (frame(0, "TM", 1), GO),
        (frame(0, "TM", 2), GO),
        (frame(0, "TC", 1, 50), GO),
        (frame(0, "TC", 2, 70), GO),
        (frame(0, "TC", 1, 51), GO),
        (frame(0, "TM", 1), GO),
    )
    unit.write({"match_auto": True, "load_position_setpoint_pct": 50.0})
    unit.write({"tune_position_setpoint_pct": 70.0})
    unit.write({"match_auto": False})
    unit.write({"load_position_setpoint_pct": 51.2})
    unit.write({"match_auto": True})
    unit.write({"load_position_setpoint_pct": 60.0})


def test_setpoint_never_above_the_limit(talk):
    assert talk(NAME).outputs["load_power_setpoint_w"].high == 600.0


@pytest.mark.parametrize("readback", [0, 4494, 4505])
def test_no_on_after_a_setpoint_that_reads_back_wrong(rf, readback):
    unit = rf(*setpoint(450, readback))
    with pytest.raises(ControlLost, match="written was 450 W"):
        unit.write({"rf_enable": True, "load_power_setpoint_w": 450.0})


@pytest.mark.parametrize("readback", [4496, 4504])
def test_setpoint_within_half_a_watt_was_taken(rf, readback):
    rf(*setpoint(450, readback), (ON, GO)).write({"rf_enable": True, "load_power_setpoint_w": 450.0})


def test_setpoint_that_was_reset_later_is_told(rf):
    unit = rf(*setpoint(450), (READBACK, words(4500)), (READBACK, words(0)))
    unit.write({"load_power_setpoint_w": 450.0})
    unit.read_setpoint()
    with pytest.raises(ControlLost, match="reads back 0 W"):
        unit.read_setpoint()


@pytest.mark.parametrize("refused", ["SA", "BR", "TM", "TC"])
def test_refused_setting_puts_control_in_doubt(rf, refused):
    asked = {"SA": (100, 0), "BR": (0x5555, 0), "TM": (2, 0), "TC": (1, 40)}
    value = {
        "SA": {"load_power_setpoint_w": 100.0, "rf_enable": True},
        "BR": {"rf_enable": True},
        "TM": {"match_auto": False},
        "TC": {"load_position_setpoint_pct": 40.0},
    }
    unit = rf((frame(0, refused, *asked[refused]), NO))
    unit.manual = refused == "TC"
    with pytest.raises(ControlLost, match=refused):
        unit.write(value[refused])


def test_refused_off_is_told(rf):
    with pytest.raises(ControlLost, match="off was refused"):
        rf((OFF, NO)).write({"rf_enable": False})


def test_refused_query(rf):
    unit = rf((TUNER, NO))
    with pytest.raises(Refused, match="GT"):
        unit.read_tuner()
    assert unit.port.finished()  # the line is still in step


def switched_on(rf, *then):
    unit = rf((ON, GO), (STATUS, words(1, 250, 1, 4)), *then)
    unit.write({"rf_enable": True})
    unit.read_status()
    return unit


def test_rf_that_went_off_by_itself_is_told(rf):
    unit = switched_on(rf, (STATUS, words(0, 250, 1, 4)))
    with pytest.raises(ControlLost, match="by itself"):
        unit.read_status()


@pytest.mark.parametrize(("bits", "name"), [(0x0800, "rf_interlock_closed"), (0x0400, "rf_over_temperature")])
def test_rf_that_went_off_for_a_reason_is_a_reading(rf, bits, name):
    unit = switched_on(rf, (STATUS, words(bits, 250, 1, 4)))
    assert unit.read_status()[name] is (name == "rf_over_temperature")


def test_rf_off_at_our_request_is_no_loss(rf):
    unit = switched_on(rf, (OFF, GO), (STATUS, words(0, 250, 1, 4)))
    unit.write({"rf_enable": False})
    assert unit.read_status()["rf_on"] is False


def test_rf_that_takes_its_time_to_go_off_is_no_loss(rf):
    unit = switched_on(rf, (OFF, GO), (STATUS, words(1, 250, 1, 4)), (STATUS, words(0, 250, 1, 4)))
    unit.write({"rf_enable": False})
    assert [unit.read_status()["rf_on"] for _ in range(2)] == [True, False]


def test_rf_that_is_not_on_yet_is_no_loss(rf):
    unit = rf((ON, GO), (STATUS, words(0, 250, 1, 4)))
    unit.write({"rf_enable": True})
    assert unit.read_status()["rf_requested"] is True


@pytest.mark.parametrize("method", ["read_power", "read_status", "read_tuner", "read_setpoint"])
def test_two_seconds_of_silence_lose_control(rf, method):
    unit = rf()
    unit.port.time += 2.1
    with pytest.raises(ControlLost, match=r"nothing was sent to it for 2\.1"):
        getattr(unit, method)()


def test_less_than_two_seconds_keep_control(rf):
    unit = rf((POWER, words(0, 0, 0)))
    unit.port.time += 1.9
    unit.read_power()


def test_after_silence_off_goes_out_and_nothing_else(rf):
    for said, asked in (((OFF, GO),), {"rf_enable": False, "load_power_setpoint_w": 0.0}), ((), {"rf_enable": True}):
        unit = rf(*said)
        unit.port.time += 3.0
        with pytest.raises(ControlLost):
            unit.write(asked)


class Unit(TranscriptPort):
    """Just enough of a generator to see what the bus does to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.on, self.watts = False, 0
        self.fixed = {sent: reply for sent, reply in arming() if reply not in (GO, NO)}

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        self.on = data == ON or (self.on and data != OFF)
        if data[2:4] == b"SA":
            self.watts = int.from_bytes(data[4:6], "big")
        power = 10 * self.watts * self.on
        live = {
            STATUS: words(0x20 | self.on, 250, 1, 4),
            READBACK: words(10 * self.watts),
            POWER: words(power, 0, power),
            TUNER: words(0, 500, 500, 0, 0),
        }
        self.exchanges = [(data, live.get(data) or self.fixed.get(data) or GO)]
        super().write(data)


def test_lost_control_never_switches_rf_on_again_by_itself():
    port = Unit()
    unit = make(NAME, port, 0)
    names = {local: local for local in (*unit.tags, *unit.outputs)}
    periods = [(poll.method, poll.tags, unit.tags[poll.tags[0]].period_s) for poll in unit.polls()]
    bus = Bus("rf", port, [Attached(unit, names, periods)])
    asked = {local: output.safe for local, output in unit.outputs.items()}

    def run(seconds: float, **wanted) -> None:
        end = port.time + seconds
        while port.time < end:
            port.time += 0.05
            bus.lease = Lease(port.time, {**asked, **wanted})
            bus.service(port.time)

    run(1.0)
    run(1.0, rf_enable=True, load_power_setpoint_w=450.0)
    assert port.on
    port.on, port.watts = False, 0  # as the unit does when it gives us up
    port.sent.clear()
    run(5.0, rf_enable=True, load_power_setpoint_w=450.0)
    assert not port.on
    assert ON not in port.sent
    assert port.sent.count(CONTROL) == 1
    assert [notice.event for notice in bus.notices].count("error") == 1
    assert any("RF stays off" in notice.text for notice in bus.notices)
    run(0.5)
    run(0.5, rf_enable=True, load_power_setpoint_w=450.0)
    assert port.on


GOOD = words(4505, 25, 4480)


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (GO, NoReply, "no reply"),
        (GOOD[:4], NoReply, "stopped"),
        (GOOD[:-1], NoReply, "stopped"),
        (POWER, BadReply, "echo"),
        (GO + POWER, BadReply, "head"),
        (GO + says(GOOD[5:11], address=3), BadReply, "address 3 answered in place of 0"),
        (GO + says(bytes(4)), BadReply, "4 bytes"),
        (GO + b"R\0\xff\xff", BadReply, "65535 bytes"),
        (GOOD[:6] + b"\0" + GOOD[7:], BadReply, "checksum"),
        (GOOD[:-1] + b"\0", BadReply, "checksum"),
        (b"\xff" * 13, BadReply, "neither yes nor no"),
        (NO, Refused, "GP"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, match):
    unit = talk(NAME, address=0)
    unit.port = transcript((POWER, reply))
    with pytest.raises(error, match=match):
        unit.read_power()


@given(broken(GOOD, *(reply for _, reply in arming()), words(0, 0, 0, 0, 0), words(1), NO, GO))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)
