import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.energy_sdm630 import INPUTS, INPUTS_END, SETTINGS, Sdm630
from sim.devices.modbus_frames import crc16
from sim.plant.plant import Plant
from sim.wiring import Wiring


@pytest.fixture
def meter(make):
    return make("energy_sdm630", address=1)


def ask(meter, hexes, now=0.0):
    """Reply PDU to a request PDU."""
    frame = bytes((meter.address,)) + bytes.fromhex(hexes)
    reply = meter.receive(frame + crc16(frame), now)
    assert reply[:1] == frame[:1] and crc16(reply[:-2]) == reply[-2:]
    return reply[1:-2]


def value(meter, address, function=4):
    reply = ask(meter, f"{function:02X} {address:04X} 0002")
    assert reply[:2] == bytes((function, 4))
    return struct.unpack(">f", reply[2:])[0]


def put(meter, address, number):
    return ask(meter, f"10 {address:04X} 0002 04 {struct.pack('>f', number).hex()}")


def live(meter, seconds, dt=1.0):
    for _ in range(round(seconds / dt)):
        meter.step(0.0, dt)


TAKEN = bytes.fromhex("10")


def test_the_frames_of_the_manual(meter):
    assert meter.receive(bytes.fromhex("01 04 00 00 00 02 71 CB"), 0.0) == bytes.fromhex("01 04 04 43 66 33 34 1B 38")


def test_power_of_the_feed_is_shared_by_the_phases(meter, wiring):
    wiring.sensors.mains_w = 600.0
    assert value(meter, 0x0034) == 600.0
    assert [value(meter, address) for address in (0x000C, 0x000E, 0x0010)] == [200.0, 200.0, 200.0]
    assert meter.receive(bytes.fromhex("01 04 00 34 00 02 30 05"), 0.0)[:7] == bytes.fromhex("01 04 04 44 16 00 00")
    assert value(meter, 0x0046) == 50.0


def test_the_power_factor_stands_in_two_places(meter, wiring):
    wiring.sensors.mains_w = 600.0
    for request_ in ("04 003E 0002", "04 00FE 0002"):
        assert ask(meter, request_) == bytes.fromhex("04 04 3F 73 33 33")  # 0.95


def test_watts_volt_amperes_and_vars_belong_together(meter, wiring):
    wiring.sensors.mains_w = 2850.0
    watt, va, var, factor = (value(meter, address) for address in (0x0034, 0x0038, 0x003C, 0x003E))
    assert va == pytest.approx(3000.0) and factor == pytest.approx(watt / va)
    assert va**2 == pytest.approx(watt**2 + var**2)
    volt, ampere = value(meter, 0x0000), value(meter, 0x0006)
    assert volt * ampere == pytest.approx(value(meter, 0x0012)) == pytest.approx(1000.0)
    assert value(meter, 0x0030) == pytest.approx(3 * ampere)
    assert value(meter, 0x00C8) == pytest.approx(volt * 3**0.5)


def test_the_whole_first_block_in_one_request_with_gaps_as_zero(meter, wiring):
    wiring.sensors.mains_w = 300.0
    reply = ask(meter, "04 0000 0050")
    assert len(reply) == 2 + 160
    values = struct.unpack(">40f", reply[2:])
    assert values[0x34 // 2] == 300.0
    assert values[0x2C // 2] == values[0x36 // 2] == 0.0


def test_energy_is_the_integral_of_power(meter, wiring):
    wiring.sensors.mains_w = 1800.0
    live(meter, 7200)
    wiring.sensors.mains_w = -360.0
    live(meter, 3600)
    assert value(meter, 0x0048) == pytest.approx(3.6)
    assert value(meter, 0x004A) == pytest.approx(0.36)
    assert value(meter, 0x0156) == pytest.approx(3.96)
    assert value(meter, 0x015A) == pytest.approx(1.2)
    assert value(meter, 0x0160) == pytest.approx(0.12)
    assert value(meter, 0x004C) == pytest.approx(3.6 * value(meter, 0x0018) / value(meter, 0x000C))
    assert value(meter, 0x003E) < 0.0  # note 1 of the manual: negative while it feeds back
    assert value(meter, 0x00FE) == value(meter, 0x003E)


def test_the_meter_agrees_with_the_plant():
    wiring = Wiring()
    plant, meter = Plant(wiring, 1), Sdm630("meter", {}, wiring)
    wiring.commands.dry_pump_on = wiring.commands.chiller_on = True
    start = plant.truth()["energy_kwh"]
    for step in range(1000):
        plant.step(0.01)
        meter.step(0.01 * step, 0.01)
    assert value(meter, 0x0034) == pytest.approx(plant.truth()["power_total_w"])
    assert meter.import_kwh == pytest.approx(plant.truth()["energy_kwh"] - start, rel=1e-2)


def test_nonsense_power_is_shown_but_never_counted(meter, wiring):
    wiring.sensors.mains_w = 1000.0
    live(meter, 3600)
    for nonsense in (float("nan"), float("inf"), -float("inf")):
        wiring.sensors.mains_w = nonsense
        live(meter, 10)
        assert value(meter, 0x0034) == pytest.approx(nonsense, nan_ok=True)
    assert value(meter, 0x0048) == pytest.approx(1.0)
    wiring.sensors.mains_w = 1e300
    assert 3e38 < value(meter, 0x0034) < float("inf")


def test_stuck_counts_nothing(meter, wiring):
    wiring.sensors.mains_w, meter.stuck = 1000.0, True
    live(meter, 3600)
    assert value(meter, 0x0048) == 0.0


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("04 0001 0002", 2),  # not the start of a parameter
        ("04 0034 0001", 2),  # half a parameter
        ("04 017E 0002", 2),  # after the last
        ("04 7531 0002", 2),  # the wrong list that is about
        ("04 0000 0052", 3),  # 41 parameters
        ("04 0000 0000", 3),
        ("03 0000 0002", 2),
        ("03 000A 0001", 2),
        ("03 F010 0001", 2),  # write-only
        ("10 000A 0002 04 40400000", 4),  # locked
        ("10 0002 0002 04 41300000", 3),  # 11 minutes
        ("10 0012 0004 08 00000000 3F800000", 3),  # two parameters in one message
        ("10 0012 0001 02 0000", 2),
        ("10 0018 0002 04 44FA0000", 3),  # 2000 is not the password
        ("10 001C 0002 04 7FC00000", 3),  # not a number
        ("10 FC00 0002 04 00000000", 2),  # read-only
        ("10 F010 0001 02 0001", 3),
        ("06 0012 0000", 1),
        ("01 0000 0001", 1),
        ("2B 0E01 00", 1),
    ],
)
def test_refusals(meter, request_, code):
    before = dict(meter.settings)
    assert ask(meter, request_) == bytes((int(request_[:2], 16) | 0x80, code))
    assert meter.settings == before


@pytest.mark.parametrize(
    ("address", "good", "bad"),
    [(0x0002, 0, 61), (0x000C, 200, 201), (0x0012, 3, 4), (0x0014, 247, 248), (0x0014, 1, 0), (0x0016, 5, 6),
     (0x001C, 4, 5), (0x001C, 0, -1), (0x0056, 8, 3)],
)  # fmt: skip
def test_settings_and_their_ranges(meter, address, good, bad):
    assert put(meter, address, good)[:1] == TAKEN
    assert value(meter, address, 3) == good
    assert put(meter, address, bad) == b"\x90\x03"
    assert put(meter, address, good + 0.5) == b"\x90\x03"
    assert value(meter, address, 3) == good


def test_defaults(meter):
    defaults = {0x0002: 60.0, 0x000A: 3.0, 0x000C: 100.0, 0x000E: 0.0, 0x0012: 0.0, 0x0014: 1.0, 0x001C: 2.0}
    assert {address: value(meter, address, 3) for address in defaults} == defaults


def test_the_password_opens_the_system_type_for_a_minute(meter, wiring):
    wiring.sensors.mains_w = 900.0
    assert put(meter, 0x0018, 1000)[:1] == TAKEN
    live(meter, 50)
    assert value(meter, 0x000E, 3) == 1.0  # asking starts the minute again
    live(meter, 50)
    assert put(meter, 0x000A, 1)[:1] == TAKEN
    assert (value(meter, 0x0034), value(meter, 0x000C), value(meter, 0x000E)) == (300.0, 300.0, 0.0)
    live(meter, 61)
    assert value(meter, 0x000E, 3) == 0.0
    assert put(meter, 0x000A, 3) == b"\x90\x04"
    put(meter, 0x0018, 1000)
    assert put(meter, 0x000A, 2)[:1] == TAKEN
    assert (value(meter, 0x0034), value(meter, 0x000C), value(meter, 0x0000)) == (900.0, 0.0, 0.0)
    put(meter, 0x000E, 0)
    assert put(meter, 0x000A, 3) == b"\x90\x04"


def test_a_new_address_needs_a_power_cycle_and_counters_outlive_it(meter, wiring):
    wiring.sensors.mains_w = 3600.0
    put(meter, 0x0014, 7)
    put(meter, 0x0018, 1000)
    live(meter, 3600)
    assert meter.address == 1
    meter.reboot(0.0)
    assert meter.address == 7
    assert value(meter, 0x0048) == pytest.approx(3.6)
    assert value(meter, 0x000E, 3) == 0.0
    assert value(meter, 0x0054) == 0.0


def test_demand_is_the_mean_of_the_period_and_its_maximum_stays(meter, wiring):
    put(meter, 0x0002, 5)
    for watt in (100.0, 200.0, 600.0, 600.0, 600.0, 600.0, 600.0):
        wiring.sensors.mains_w = watt
        live(meter, 60)
    assert value(meter, 0x0054) == pytest.approx(600.0)
    wiring.sensors.mains_w = 0.0
    live(meter, 300)
    assert value(meter, 0x0054) == 0.0
    assert value(meter, 0x0056) == pytest.approx(600.0)
    assert ask(meter, "10 F010 0001 02 0000") == bytes.fromhex("10 F010 0001")
    assert value(meter, 0x0056) == 0.0
    put(meter, 0x0002, 0)
    wiring.sensors.mains_w = 77.0
    assert value(meter, 0x0054) == 77.0


def test_ignored_writes_are_acknowledged(meter):
    meter.ignore_writes = True
    assert put(meter, 0x001C, 4)[:1] == TAKEN
    assert value(meter, 0x001C, 3) == 2.0


def test_a_broadcast_is_obeyed_in_silence(meter):
    frame = bytes.fromhex("00 10 001C 0002 04 40400000")
    assert meter.receive(frame + crc16(frame), 0.0) == b""
    assert value(meter, 0x001C, 3) == 3.0


def test_every_parameter_answers(meter):
    for address in INPUTS:
        assert value(meter, address) == pytest.approx(value(meter, address))
    assert INPUTS_END == 0x017E
    for address, register in SETTINGS.items():
        if register.read:
            assert len(ask(meter, f"03 {address:04X} {register.count:04X}")) == 2 + 2 * register.count


@given(
    st.lists(st.one_of(st.binary(max_size=90), st.tuples(st.sampled_from([3, 4, 6, 16]), st.binary(max_size=20)))),
    st.floats(allow_nan=True),
)
def test_no_bytes_ever_raise(chunks, power):
    meter = Sdm630("meter", {}, Wiring())
    meter.wiring.sensors.mains_w = power
    for chunk in chunks:
        frame = chunk if isinstance(chunk, bytes) else bytes((1, chunk[0])) + chunk[1]
        meter.receive(frame, 0.0)
        reply = meter.receive(frame + crc16(frame), 1.0)
        assert reply == b"" or crc16(reply[:-2]) == reply[-2:]
        meter.step(0.0, 0.01)
