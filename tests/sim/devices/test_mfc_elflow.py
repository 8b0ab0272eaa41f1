import struct

import pytest

from sim.devices.modbus_frames import crc16


@pytest.fixture
def mfc(make):
    return make("mfc_elflow", "o2_mfc", address=3, prefix="o2_", full_scale_sccm=200)


def ask(mfc, hexes, now=0.0):
    """Reply PDU to a request PDU."""
    frame = bytes((mfc.address,)) + bytes.fromhex(hexes)
    reply = mfc.receive(frame + crc16(frame), now)
    assert reply[:1] == frame[:1] and crc16(reply[:-2]) == reply[-2:]
    return reply[1:-2]


def words(reply):
    assert reply[0] in (3, 4) and reply[1] == len(reply) - 2
    return reply[2:]


def as_float(reply):
    return struct.unpack(">f", words(reply))[0]


def test_measure_is_32000_at_full_scale(mfc, wiring):
    for flow, counts in [(0.0, 0), (80.0, 12800), (200.0, 32000), (500.0, 41942), (-1.0, 0x10000 - 160)]:
        wiring.sensors.flow_sccm["o2"] = flow
        assert words(ask(mfc, "03 0020 0001")) == struct.pack(">H", counts)


def test_setpoint_drives_the_valve_of_its_gas_only(mfc, wiring):
    assert ask(mfc, "06 0021 1F40") == bytes.fromhex("06 0021 1F40")
    assert wiring.commands.flow_setpoint_sccm == {"o2": 50.0, "h2": 0.0, "ar": 0.0, "n2": 0.0}
    assert words(ask(mfc, "03 0021 0001")) == bytes.fromhex("1F40")
    assert as_float(ask(mfc, "03 A118 0002")) == 50.0


def test_float_setpoint_in_sccm(mfc, wiring):
    assert ask(mfc, "10 A118 0002 04" + struct.pack(">f", 123.5).hex()) == bytes.fromhex("10 A118 0002")
    assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(123.5)


def test_identity(mfc, wiring):
    wiring.sensors.flow_sccm["o2"] = 42.5
    assert as_float(ask(mfc, "03 A100 0002")) == 42.5
    assert as_float(ask(mfc, "03 8168 0002")) == 200.0
    assert words(ask(mfc, "03 8188 0002")) == b"O2\0\0"
    assert words(ask(mfc, "03 81F8 0004")) == b"mln/min\0"
    assert words(ask(mfc, "03 F118 0008")).startswith(b"SIM")
    assert words(ask(mfc, "04 F110 0008")).rstrip(b"\0")


def test_a_block_of_neighbours(mfc):
    assert len(words(ask(mfc, "03 001F 0004"))) == 8


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("03 0023 0001", 2),  # no such address
        ("03 A100 0001", 2),  # half a float
        ("03 A101 0001", 2),
        ("06 A118 0000", 2),
        ("03 0020 0000", 3),
        ("03 0020 007E", 3),
        ("03 0000 0001", 4),  # write-only
        ("06 0020 0001", 4),  # read-only
        ("06 0021 7D01", 4),  # above 100 %
        ("06 0024 0002", 4),
        ("06 0000 0001", 4),
        ("10 A118 0002 04 7FC00000", 4),  # not a number
        ("10 A118 0002 04 43480001", 4),  # just above capacity
        ("2B 0E01 00", 1),
    ],
)
def test_refusals(mfc, wiring, request_, code):
    assert ask(mfc, request_) == bytes((int(request_[:2], 16) | 0x80, code))
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0


def test_wink(mfc):
    assert ask(mfc, "06 0000 3900") == bytes.fromhex("06 0000 3900")


def test_control_modes(mfc, wiring):
    ask(mfc, "06 0021 3E80")
    for mode, flow in [(3, 0.0), (8, 262.1375), (0, 100.0), (1, 0.0)]:
        ask(mfc, f"06 0024 {mode:04X}")
        assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(flow)


def test_slope_ramps_the_setpoint(mfc, wiring):
    ask(mfc, "06 0022 0064")  # 10 s from 0 to 100 %
    ask(mfc, "06 0021 7D00")
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0
    for _ in range(100):
        mfc.step(0.0, 0.01)
    assert wiring.commands.flow_setpoint_sccm["o2"] == pytest.approx(20.0)
    for _ in range(1000):
        mfc.step(0.0, 0.01)
    assert wiring.commands.flow_setpoint_sccm["o2"] == 200.0


def test_power_cycle_forgets_the_setpoint_and_returns_to_the_default_mode(mfc, wiring):
    ask(mfc, "06 F258 0040")
    ask(mfc, "06 0021 7D00")
    mfc.reboot(1.0)
    assert wiring.commands.flow_setpoint_sccm["o2"] == 0.0
    assert words(ask(mfc, "03 0021 0001")) == b"\0\0"
    assert words(ask(mfc, "03 0024 0001")) == b"\0\1"


def test_nonsense_from_the_sensor_is_still_answered(mfc, wiring):
    for value in (float("nan"), float("inf"), -float("inf")):
        wiring.sensors.flow_sccm["o2"] = value
        ask(mfc, "03 0020 0001")
        assert as_float(ask(mfc, "03 A100 0002")) == pytest.approx(value, nan_ok=True)


def test_a_gas_that_the_panel_has_not(make):
    with pytest.raises(ValueError, match="no gas of the panel: 'xe'"):
        make("mfc_elflow", prefix="xe_", full_scale_sccm=10)
