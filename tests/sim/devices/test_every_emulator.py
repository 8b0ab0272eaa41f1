"""What holds for every emulator, whatever it speaks: those of the reference tool, and those of other tools."""

import pickle
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.devices.catalogue import EMULATORS, emulator_class
from sim.devices.modbus_frames import crc16
from sim.line import SimLine
from sim.wiring import Wiring
from tests.sim.conftest import reference_tables

DEVICES = [
    "rf_generator", "o2_mfc", "h2_mfc", "ar_mfc", "n2_mfc", "throttle", "gauges", "turbo", "dry_pump", "chiller", "io",
    "spectrometer",
]  # fmt: skip
OBP_SERIAL = bytes.fromhex("c1c0 0011 0000 0000 00010000 00000000 000000000000 00 00") + bytes(16) + bytes.fromhex(
    "14000000"
) + bytes(16) + bytes.fromhex("c5c4c3c2")  # fmt: skip
TID = bytes.fromhex("0001 0000 0006 01 03 1020 0001")


def mfc(address):
    frame = bytes((address, 3, 0, 0x20, 0, 1))
    return frame + crc16(frame)


QUESTIONS = {
    "rf_generator": bytes.fromhex("08 A2 AA"),
    **{name: mfc(address) for address, name in enumerate(DEVICES[1:5], 1)},
    "throttle": b"i:76\r\n",
    "gauges": b"PRX\r",
    "turbo": b"0010030902=?107\r",
    "dry_pump": b"?V802\r",
    "chiller": b"status\r",
    "io": TID,
    "spectrometer": OBP_SERIAL,
}


SPARES = {  # devices that the reference tool has not: driver, options in the machine file, and a question
    "energy_meter": ("energy_sdm630", {"address": 1}, bytes.fromhex("01 04 0034 0002 30 05")),
    "spare_io": (
        "io_wago750",
        {"inputs": ["lid_closed"], "outputs": ["rf_permit"]},
        bytes.fromhex("0001 0000 0006 01 02 0000 0001"),
    ),
    "quartz": ("film_sqm160", {}, b"!#@O7"),
    "other_gauges": ("gauge_mks937b", {"channels": ["wide_pressure_pa", "guard_pressure_pa"]}, b"@253PRZ?;FF"),
    "reader": ("reader_ascii", {}, b"T\r"),
    "other_mfc": ("mfc_propar", {"prefix": "o2_", "full_scale_sccm": 200}, b":06800401210120\r\n"),
    "text_mfc": ("mfc_alicat", {"prefix": "n2_", "full_scale_sccm": 200}, b"A\r"),
    "other_turbo": ("pump_turbovac", {}, bytes.fromhex("02 16 00 10 03") + bytes(18) + b"\x07"),
    "stage": ("stage_zaber", {}, b"/1 1 00 get pos:2C\n"),
    "other_generator": ("rf_tandc_ag", {"max_power_w": 600}, bytes.fromhex("43 00 4753 0000 0000 00DD")),
    "transducer": ("gauge_thyracont", {}, b"001M^\r"),
    "third_generator": ("rf_comet_cito", {"max_power_w": 600}, bytes.fromhex("0A 41 1F40 0001 FB65")),
    "match": ("match_ae", {"address": 2}, bytes.fromhex("10 DB CB")),
}
QUESTIONS |= {name: question for name, (*_, question) in SPARES.items()}


@pytest.fixture
def spares(make):
    return {name: make(driver, name, **table) for name, (driver, table, _) in SPARES.items()}


@pytest.fixture(params=[*DEVICES, *SPARES])
def device(request, make):
    """One of them, built alone: 24 others for each test would cost more than the tests."""
    if request.param in SPARES:
        driver, table, _ = SPARES[request.param]
        return make(driver, request.param, **table)
    table = reference_tables()[request.param]
    return make(name=request.param, **table)


def test_every_emulator_of_the_catalogue_is_tested_here(reference, spares):
    assert set(reference) == set(DEVICES)
    assert set(DEVICES) | set(SPARES) == set(QUESTIONS)
    tested = {type(emulator) for emulator in [*reference.values(), *spares.values()]}
    assert tested == {emulator_class(driver) for driver in EMULATORS}


def test_an_unknown_driver_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'mfc_xyz'.*mfc_elflow"):
        emulator_class("mfc_xyz")


def test_answers_its_question(device):
    assert device.receive(QUESTIONS[device.name], 0.0)
    assert 0.0 < device.delay_s <= 0.1


def test_survives_garbage_and_answers_again(device):
    random = Random(1)
    now = 0.0
    for length in [0, 1, 2, 3, 7, 44, 300] * 40:
        now += 0.001
        assert isinstance(device.receive(random.randbytes(length), now), bytes)
    for text in (b"\r\n", b"\0" * 100, b"\xff" * 100, b"\x06\x06\x15\x15", b"?" * 5000):
        device.receive(text, now)
    device.reboot(now)
    device.receive(b"\r\n", now + 5.0)
    assert device.receive(QUESTIONS[device.name], now + 10.0)


def test_survives_damaged_questions(device):
    question = QUESTIONS[device.name]
    for at in range(len(question)):
        for bit in range(8):
            damaged = bytearray(question)
            damaged[at] ^= 1 << bit
            device.receive(bytes(damaged), 100.0 * (8 * at + bit))


def test_no_two_ways_after_pickling(device):
    device.receive(QUESTIONS[device.name][:2], 0.0)  # half a request
    twin = pickle.loads(pickle.dumps(device))
    assert type(twin) is type(device) and twin.wiring is not device.wiring
    for _ in range(3):
        device.step(0.01, 0.01)
        twin.step(0.01, 0.01)
        assert twin.receive(QUESTIONS[device.name][2:], 0.01) == device.receive(QUESTIONS[device.name][2:], 0.01)
        assert twin.receive(QUESTIONS[device.name], 5.0) == device.receive(QUESTIONS[device.name], 5.0)
    assert twin.wiring == device.wiring


def test_mute(device):
    line = SimLine("line", [device], 9600)
    device.mute = True
    assert line.receive(QUESTIONS[device.name], 0.0) == []
    device.mute = False
    assert line.receive(QUESTIONS[device.name], 5.0)


def test_nothing_is_driven_by_being_built(reference, spares, wiring):
    assert wiring == Wiring()


def test_reboot_switches_nothing_on(device, wiring):
    device.reboot(0.0)
    for step in range(300):
        device.step(0.01 * step, 0.01)
    commands = wiring.commands
    assert commands.rf_forward_w == 0.0 and not commands.rf_permit
    assert not any(commands.valve_open.values()) and not any(commands.flow_setpoint_sccm.values())


@pytest.mark.parametrize("code", [1, 2, 6])
def test_refuses_with_its_own_error(device, code, wiring):
    wiring.sensors.mask_code = "MASK-0001"  # a reader's only error is that it sees none
    plain = device.receive(QUESTIONS[device.name], 0.0)
    device.reboot(1.0)
    device.refuse_with = code
    if device.name == "chiller":
        assert device.receive(b"in_sp_00\r", 5.0) == b""
    else:
        refusal = device.receive(QUESTIONS[device.name], 5.0)
        assert refusal and refusal != plain


def test_ignores_writes_when_told(reference, wiring):
    writes = {
        "rf_generator": [bytes.fromhex("09 0E 02 05"), bytes.fromhex("08 02 0A")],
        "o2_mfc": [bytes.fromhex("01 06 0021 1F40") + crc16(bytes.fromhex("01 06 0021 1F40"))],
        "throttle": [b"C:\r\n"],
        "turbo": [b"0011001006111111015\r"],
        "dry_pump": [b"!C802 1\r"],
        "chiller": [b"out_mode_05 1\r"],
        "io": [bytes.fromhex("0001 0000 0006 01 05 0000 FF00")],
    }
    for name, requests in writes.items():
        reference[name].ignore_writes = True
        replies = [reference[name].receive(request, 0.0) for request in requests]
        assert all(replies) or name == "chiller"
    for emulator in reference.values():
        emulator.step(0.01, 0.01)
    assert wiring == Wiring()


def test_nonsense_from_every_sensor_is_survived(device, wiring):
    for at, nonsense in enumerate((float("nan"), float("inf"), -float("inf"), 1e30, -1e30), 1):
        sensors = wiring.sensors
        for name in type(sensors).__dataclass_fields__:
            value = getattr(sensors, name)
            if isinstance(value, float):
                setattr(sensors, name, nonsense)
            elif isinstance(value, dict) and isinstance(next(iter(value.values())), float):
                value.update(dict.fromkeys(value, nonsense))
        device.step(0.01, 0.01)
        assert device.receive(QUESTIONS[device.name], 5.0 * at)


CHUNKS = st.lists(st.tuples(st.binary(max_size=300), st.sampled_from((0.0, 0.001, 0.02, 0.3))), max_size=10)
SHARED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])  # each gets a copy
LONGEST_REPLY = 6000  #: of one request: a spectrum has 4.2 kB


@SHARED
@given(chunks=CHUNKS, cut=st.integers(0, 60), spliced=st.binary(max_size=20))
def test_any_bytes_get_a_bounded_reply_and_a_good_question_its_answer(device, chunks, cut, spliced):
    twin = pickle.loads(pickle.dumps(device))
    question = QUESTIONS[device.name]
    now = 1.0
    for data, pause in [*chunks, (question[:cut] + spliced + question[cut:], 0.0)]:
        now += pause
        reply = twin.receive(data, now)
        assert isinstance(reply, bytes) and len(reply) <= LONGEST_REPLY + 100 * len(data)
        twin.step(now, 0.01)
        assert 0.0 <= twin.delay_s < 2.0
    now += 2.5  # silence: what was heard of a request is forgotten
    assert twin.receive(question, now) or twin.receive(question, now + 0.5), "a second time for one that still rests"


@pytest.mark.parametrize("byte", [b"\0", b"\xff", b"\x02", b"\x10", b":", b"/", b"?", b"!", b"@", b"0", b"A"])
def test_no_stream_without_an_end_fills_the_memory(device, byte):
    twin = pickle.loads(pickle.dumps(device))
    for begun in (b"", QUESTIONS[device.name][:-1], QUESTIONS[device.name][:3]):
        twin.receive(begun, 100.0)
        before = len(pickle.dumps(twin))
        for number in range(100):
            reply = twin.receive(byte * 700, 100.0 + 0.0001 * number)
            assert len(reply) <= LONGEST_REPLY + 100 * 700
        assert len(pickle.dumps(twin)) - before < 10_000
