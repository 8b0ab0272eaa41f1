"""The EL-FLOW on ProPar: frames of the manual and of the vendor's client, access, ranges, status, and what flows."""

import struct

import pytest

from sim.devices.propar_parameters import PARAMETERS
from sim.line import SimLine


@pytest.fixture
def mfc(make):
    return make("mfc_propar", "o2_mfc", address=3, prefix="o2_", full_scale_sccm=200)


def tell(mfc, hexes, now=0.0):
    """Data of the binary answer to binary data, in hexadecimal."""
    data = bytes.fromhex(hexes)
    body = bytes((9, mfc.address, len(data))) + data
    reply = mfc.receive(b"\x10\x02" + body.replace(b"\x10", b"\x10\x10") + b"\x10\x03", now)
    if not reply:
        return ""
    assert reply[:2] == b"\x10\x02" and reply[-2:] == b"\x10\x03"
    body = reply[2:-2].replace(b"\x10\x10", b"\x10")
    assert body[:2] == bytes((9, mfc.address)) and body[2] == len(body) - 3
    return body[3:].hex(" ").upper()


def value(mfc, process, number, kind, length=None):
    """One parameter, as bytes."""
    text = "" if length is None else f"{length:02X}"
    asked = f"{process:02X} {kind | number:02X}"
    reply = bytes.fromhex(tell(mfc, f"04 {asked} {asked} {text}"))
    assert reply[:3] == bytes((2, process, kind | number))
    return reply[3:]


def as_float(data):
    return struct.unpack(">f", data)[0]


# --- frames -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("10 02 01 03 05 04 01 20 01 20 10 03", "10 02 01 03 05 02 01 20 32 00 10 03"),  # measure, 12800
        ("10 02 09 03 05 01 01 21 1F 40 10 03", "10 02 09 03 03 00 00 05 10 03"),  # setpoint 8000
        ("10 02 03 03 05 04 21 40 21 40 10 03", "10 02 03 03 07 02 21 40 42 A0 00 00 10 03"),  # fMeasure, 80.0
        ("10 02 04 03 06 04 01 7F 01 7F 00 10 03", "10 02 04 03 0C 02 01 7F 00 6D 6C 6E 2F 6D 69 6E 00 10 03"),  # unit
    ],
)
def test_golden_binary_frames(mfc, wiring, request_, reply):
    wiring.sensors.flow_sccm["o2"] = 80.0
    assert mfc.receive(bytes.fromhex(request_), 0.0) == bytes.fromhex(reply)


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (b":06800401210120\r\n", b":06800201213200\r\n"),
        (b":06800401210121\r\n", b":06800201210000\r\n"),
        (b":06030401210120\r\n", b":06030201213200\r\n"),
        (b":06800101213E80\r\n", b":0480000005\r\n"),
        (b":06800101211f40\r", b":0480000005\r\n"),
    ],
)
def test_golden_text_frames(mfc, wiring, request_, reply):
    wiring.sensors.flow_sccm["o2"] = 80.0
    assert mfc.receive(request_, 0.0) == reply


def test_the_chained_request_of_the_manual(make, wiring):
    mfc = make("mfc_propar", address=3, prefix="n2_", full_scale_sccm=1)
    mfc.instrument.serial = b"M6212345A"
    wiring.sensors.flow_sccm["n2"] = 7384 / 32000
    assert mfc.receive(b":1A0304F1EC7163006D71660001AE0120CF014DF0017F077101710A\r\n", 0.0) == (
        b":370302F1EC004D3632313233343541006D00555345525441470001AE1CD8CF3F800000F0076D6C6E2F6D696E"
        b"710A4E322020202020202020\r\n"
    )


def test_identity_and_place_on_the_bus(mfc):
    """As the vendor's client prints a DMFC: '\\x07SNM24207457D', which alone on its bus it lists once."""
    mfc.instrument.serial = b"M24207457D"
    said = b":13030200600007534E4D323432303734353744" + b"00\r\n"
    assert mfc.receive(b":0703040060006000\r\n", 0.0) == said
    assert mfc.receive(b":06030400010003\r\n", 0.0) == b":050302000100\r\n"


def test_a_chained_write_as_in_the_manual(mfc, wiring):
    # unlock; capacity 100 and slope 10 of process 1; lock
    assert mfc.receive(b":110301800A4081CD42C8000022000A000A52\r\n", 0.0) == b":0403000010\r\n"
    assert as_float(value(mfc, 1, 13, 0x40)) == 100.0 and value(mfc, 1, 2, 0x20) == b"\x00\x0a"
    assert value(mfc, 0, 10, 0) == b"\x52"


def test_each_request_is_answered_in_its_own_form(mfc):
    asked = [b":06030401210120\r\n", bytes.fromhex("10 02 10 10 03 05 04 01 20 01 20 10 03")]
    assert mfc.receive(b"".join(asked), 0.0) == b":06030201210000\r\n" + bytes.fromhex(
        "10 02 10 10 03 05 02 01 20 00 00 10 03"
    )


def test_the_tag_of_a_request_comes_back(mfc):
    assert tell(mfc, "04 05 3F 01 21") == "02 05 3F 00 00"


def test_other_nodes_are_not_answered_and_any_node_is(mfc):
    assert mfc.receive(b":06040401210120\r\n" + b":07040401210120\r\n", 0.0) == b""
    assert mfc.receive(bytes.fromhex("10 02 07 80 05 04 01 21 01 21 10 03"), 0.0) == bytes.fromhex(
        "10 02 07 80 05 02 01 21 00 00 10 03"
    )


def test_lengths_that_are_not_true_are_errors_of_the_link(mfc):
    assert mfc.receive(b":07030401210120\r\n", 0.0) == b":0103\r\n"
    assert mfc.receive(bytes.fromhex("10 02 05 03 06 01 01 21 1F 40 10 03"), 0.0) == bytes.fromhex(
        "10 02 05 03 00 03 10 03"
    )
    assert value(mfc, 1, 1, 0x20) == b"\0\0"


@pytest.mark.parametrize("request_", [b":06030401210120\r", bytes.fromhex("10 02 01 03 05 04 01 20 01 20 10 03")])
def test_pieces_and_half_a_request(mfc, request_):
    replies = [mfc.receive(request_[at : at + 1], 0.09 * at) for at in range(len(request_))]
    assert b"".join(replies) == replies[-1] != b""
    assert mfc.receive(request_[:5], 10.0) == b""
    assert mfc.receive(request_[5:], 10.101) == b""
    assert mfc.receive(request_[:5], 20.0) == b""
    assert mfc.receive(request_, 20.101) == replies[-1]


def test_the_answer_starts_after_its_latency(mfc):
    assert SimLine("gas", [mfc], 38400).receive(b":06030401210120\r\n", 0.0) == [(0.004, b":06030201210000\r\n")]


# --- refusals: status, and the place of the byte that it means --------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status", "index"),
    [
        ("06 01", 2, 0),
        ("03 01 21 1F 40", 2, 0),
        ("01 02 21 1F 40", 3, 1),  # process 2
        ("04 01 21 02 21", 3, 3),
        ("01 01 39 00", 4, 2),  # parameter 25
        ("04 01 21 01 39", 4, 4),
        ("01 01 41 00 00 00 00", 5, 2),  # setpoint as a long
        ("01 01 01 05", 5, 2),
        ("04 01 21 01 61 00", 5, 4),
        ("04 21 20 21 20", 5, 4),  # fMeasure as an integer
        ("01 01 21 7D 01", 6, 3),  # above 100 %
        ("01 01 21 FF FF", 6, 3),
        ("01 01 22 75 31", 6, 3),  # slope
        ("01 01 04 02", 6, 3),  # control mode
        ("01 01 10 08", 6, 3),  # fluid set
        ("01 21 43 7F C0 00 00", 6, 3),  # not a number
        ("01 21 43 43 48 00 01", 6, 3),  # just above capacity
        ("01 21 43 BF 80 00 00", 6, 3),
        ("01 00 60 01 30", 6, 3),  # wink 0
        ("01 00 60 01 41", 6, 3),
        ("01 71 66 11" + " 41" * 17, 6, 3),  # user tag too long
        ("01 71 66 01 E4", 6, 3),
        ("01 01 20 00 00", 0x0D, 2),  # measure
        ("01 21 40 00 00 00 00", 0x0D, 2),
        ("01 72 41 00 00 00 00", 0x0D, 2),
        ("01 01 4D 42 C8 00 00", 0x0D, 2),  # capacity: locked
        ("01 71 63 01 41", 0x0D, 2),
        ("01 72 0B 40", 0x0D, 2),
        ("04 73 08 73 08", 0x11, 4),  # reset can only be written
        ("01", 0x0C, 1),
        ("01 01", 0x0C, 2),
        ("01 01 21 1F", 0x0C, 4),
        ("01 71 66 05 41", 0x0C, 5),
        ("01 71 66 00 41", 0x0C, 5),
        ("04 01 21 01", 0x0C, 4),
        ("04 01 7F 01 7F", 0x0C, 5),
        ("04 01 E3 71 63 FF 63 71 63 FF", 0x23, 0),  # that answer would be longer than a message can be
        ("01 81 22 00 05 01 21 7D 01", 6, 7),  # the second of a chain
        ("01 01 A2 00 05 20 00 00", 0x0D, 5),
    ],
)
def test_refusals(mfc, wiring, data, status, index):
    assert tell(mfc, data) == f"00 {status:02X} {index:02X}"
    text = bytes.fromhex(data)
    asked = bytes((len(text) + 1, 3)) + text
    assert mfc.receive(b":" + asked.hex().encode() + b"\r\n", 0.0) == b":040300%02X%02X\r\n" % (status, index)
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0


def test_a_chain_keeps_what_it_took_before_it_was_refused(mfc):
    assert tell(mfc, "01 01 A2 00 05 21 7D 01") == "00 06 06"
    assert (value(mfc, 1, 2, 0x20), value(mfc, 1, 1, 0x20)) == (b"\0\5", b"\0\0")


def test_a_write_without_status_is_never_answered(mfc, wiring):
    assert tell(mfc, "02 01 21 1F 40") == ""
    assert wiring.commands.flow_setpoint_sccm["o2"] == 50.0
    assert tell(mfc, "02 01 21 7D 01") == tell(mfc, "02 02 21 00 00") == tell(mfc, "00 00 05") == ""
    assert wiring.commands.flow_setpoint_sccm["o2"] == 50.0


def test_secured_parameters_open_with_64_and_close_with_anything_else(mfc):
    writes = {
        "01 01 4D 42 C8 00 00": (1, 13, 0x40, None, bytes.fromhex("42C80000")),
        "01 01 71 03 41 69 72": (1, 17, 0x60, 0, b"\0Air\0"),
        "01 01 7F 00 6C 6E 2F 6D 69 6E 00": (1, 31, 0x60, 0, b"\0ln/min\0"),
        "01 71 62 02 58 31": (113, 2, 0x60, 4, b"\4X1  "),
        "01 71 63 02 58 32": (113, 3, 0x60, 1, b"\1X"),
        "01 72 0B 44": (114, 11, 0, None, b"\x40"),
    }
    assert tell(mfc, "01 00 0A 40") == "00 00 04"
    for write, (process, number, kind, length, kept) in writes.items():
        assert tell(mfc, write) == f"00 00 {len(bytes.fromhex(write)):02X}"
        assert value(mfc, process, number, kind, length) == kept
    assert tell(mfc, "01 01 4D 00 00 00 00") == tell(mfc, "01 01 4D 7F 80 00 00") == "00 06 03"
    assert tell(mfc, "01 00 0A 52") == "00 00 04"
    assert {tell(mfc, write) for write in writes} == {"00 0D 02"}
    tell(mfc, "01 00 0A 40")
    mfc.reboot(0.0)
    assert {tell(mfc, write) for write in writes} == {"00 0D 02"}


# --- parameters -------------------------------------------------------------------------------------------------


def test_every_parameter_that_can_be_read_has_the_length_of_its_type(mfc):
    sizes = {0x00: 1, 0x20: 2, 0x40: 4}
    for (process, number), parameter in PARAMETERS.items():
        if parameter.read is None:
            continue
        if parameter.kind == 0x60:
            data = value(mfc, process, number, 0x60, 0)
            assert data[0] == 0 and data[-1] == 0 and len(data) > 2
            assert len(value(mfc, process, number, 0x60, 12)) == 13
        else:
            assert len(value(mfc, process, number, parameter.kind)) == sizes[parameter.kind]


def test_identity(mfc):
    assert value(mfc, 113, 1, 0x60, 6) == b"\6DMFC  "
    assert value(mfc, 113, 3, 0x60, 0).startswith(b"\0SIM")
    assert value(mfc, 113, 6, 0x60, 0) == b"\0USERTAG\0"
    assert (value(mfc, 113, 12, 0), value(mfc, 0, 1, 0)) == (b"\7", b"\3")
    assert value(mfc, 1, 17, 0x60, 10) == b"\nO2        "
    assert as_float(value(mfc, 1, 13, 0x40)) == 200.0
    assert tell(mfc, "01 71 66 06 41 42 43 20 20 00") == "00 00 0A"  # what fills it is not kept
    mfc.reboot(0.0)
    assert value(mfc, 113, 6, 0x60, 0) == b"\0ABC\0"


def test_wink_and_reset_are_taken(mfc):
    assert tell(mfc, "01 00 60 01 39") == tell(mfc, "01 00 60 00 39 00")[:-2] + "05" == "00 00 05"
    assert tell(mfc, "01 73 08 02") == "00 00 04"


def test_measure_is_32000_at_full_scale(mfc, wiring):
    for flow, counts in [(0.0, 0), (80.0, 12800), (200.0, 32000), (500.0, 41942), (-1.0, 0x10000 - 160)]:
        wiring.sensors.flow_sccm["o2"] = flow
        assert value(mfc, 1, 0, 0x20) == struct.pack(">H", counts)
        assert as_float(value(mfc, 33, 0, 0x40)) == flow


def test_the_capacity_is_what_full_scale_is_called(mfc, wiring):
    tell(mfc, "01 80 0A 40 01 4D 3E 4C CC CD")  # 0.2, as in litres a minute
    wiring.sensors.flow_sccm["o2"] = 100.0
    assert as_float(value(mfc, 33, 0, 0x40)) == pytest.approx(0.1)
    assert value(mfc, 1, 0, 0x20) == struct.pack(">H", 16000)
    assert tell(mfc, "01 21 43 3D CC CC CD") == "00 00 07"
    assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(100.0)
    assert tell(mfc, "01 21 43 3F 80 00 00") == "00 06 03"


# --- what flows -------------------------------------------------------------------------------------------------


def test_the_setpoint_drives_the_valve_of_its_gas_only(mfc, wiring):
    assert tell(mfc, "01 01 21 1F 40") == "00 00 05"
    assert wiring.commands.flow_setpoint_sccm == {"o2": 50.0, "h2": 0.0, "ar": 0.0, "n2": 0.0}
    assert as_float(value(mfc, 33, 3, 0x40)) == 50.0
    assert tell(mfc, "01 21 43" + struct.pack(">f", 123.5).hex()) == "00 00 07"
    assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(123.5)
    assert int.from_bytes(value(mfc, 114, 1, 0x40), "big") == round(0xFFFFFF * 123.5 / 200)


def test_control_modes(mfc, wiring):
    tell(mfc, "01 01 21 3E 80")
    for mode, flow in [(3, 0.0), (8, 262.1375), (0, 100.0), (1, 0.0)]:
        assert tell(mfc, f"01 01 04 {mode:02X}") == "00 00 04"
        assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(flow)
        assert value(mfc, 1, 4, 0) == bytes((mode,))


def test_slope_ramps_the_setpoint(mfc, wiring):
    tell(mfc, "01 01 A2 00 64 21 7D 00")  # 10 s from 0 to 100 %
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0
    for _ in range(100):
        mfc.step(0.0, 0.01)
    assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(20.0)
    for _ in range(1000):
        mfc.step(0.0, 0.01)
    assert wiring.commands.flow_setpoint_sccm["o2"] == 200.0


def test_a_power_cycle_forgets_the_setpoint_and_half_a_message(mfc, wiring):
    tell(mfc, "01 80 0A 40 72 0B 40")
    tell(mfc, "01 01 A2 00 64 21 7D 00")
    mfc.receive(b":0603", 0.0)
    mfc.reboot(0.01)
    assert mfc.receive(b"0401210120\r\n", 0.02) == b""
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0
    assert (value(mfc, 1, 1, 0x20), value(mfc, 1, 2, 0x20), value(mfc, 1, 4, 0)) == (b"\0\0", b"\0\0", b"\1")


def test_settings_that_are_only_acknowledged(mfc, wiring):
    mfc.ignore_writes = True
    assert tell(mfc, "01 01 21 1F 40") == "00 00 05"
    assert tell(mfc, "01 01 21 7D 01") == "00 00 05"
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0 and value(mfc, 1, 1, 0x20) == b"\0\0"


def test_refusing_all_is_said_with_the_number_that_is_wanted(mfc):
    mfc.refuse_with = 0x0A
    assert tell(mfc, "04 01 21 01 21") == tell(mfc, "01 01 21 00 00") == "00 0A 00"
    assert tell(mfc, "02 01 21 00 00") == ""


def test_nonsense_from_the_sensor_is_still_answered(mfc, wiring):
    tell(mfc, "01 80 0A 40 01 4D 7F 00 00 00")  # a huge capacity too
    for flow in (float("nan"), float("inf"), -float("inf"), 1e30):
        wiring.sensors.flow_sccm["o2"] = flow
        assert len(value(mfc, 1, 0, 0x20)) == 2 and len(value(mfc, 33, 0, 0x40)) == 4


def test_two_on_one_line_answer_for_themselves(make):
    both = [
        make("mfc_propar", f"{gas}_mfc", address=n, prefix=f"{gas}_", full_scale_sccm=100)
        for n, gas in [(3, "o2"), (4, "ar")]
    ]
    line = SimLine("gas", both, 38400)
    assert [reply[:5] for _, reply in line.receive(b":06040401210120\r\n", 0.0)] == [b":0604"]
    assert [reply[:5] for _, reply in line.receive(b":06030401210120\r\n", 0.0)] == [b":0603"]
