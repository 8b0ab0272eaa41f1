"""SDM630: input registers of the fact sheet, nine floats in one exchange, and nothing believed that is not checked."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.tags import Quality, quality_of
from tests.drivers.garbage import broken, survive

ASK_POWER = bytes.fromhex("01 04 00 34 00 02 30 05")  # unit 1, two input registers from 0x0034
SAY_POWER = bytes.fromhex("01 04 04 44 16 00 00 0E B0")  # 600 W


def rtu(text: str) -> bytes:
    """With its checksum: Modbus over serial line V1.02, appendix B, bit by bit."""
    body, crc = bytes.fromhex(text), 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return body + crc.to_bytes(2, "little")


def floats(*values: float) -> str:
    return f"{4 * len(values):02x}" + struct.pack(f">{len(values)}f", *values).hex()


def system(value: float) -> tuple[bytes, bytes]:
    return rtu("01 03 000A 0002"), rtu("01 03" + floats(value))


def test_golden_frames(talk):
    assert rtu("01 04 0034 0002") == ASK_POWER
    assert rtu("01 04" + floats(600.0)) == SAY_POWER
    assert talk("energy_sdm630", (ASK_POWER, SAY_POWER)).read_power() == {"mains_power_w": 600.0}


def test_energy(talk):
    meter = talk("energy_sdm630", (rtu("01 04 0048 0002"), rtu("01 04" + floats(1234.5))))
    assert meter.read_energy() == {"mains_energy_kwh": 1234.5}


def test_all_phases_in_one_exchange(talk):
    values = (230.5, 231.0, 229.5, 1.5, 2.0, 2.5, 345.0, 460.0, -570.0)
    meter = talk("energy_sdm630", (rtu("01 04 0000 0012"), rtu("01 04" + floats(*values))))
    names = [f"mains_l{i}_{unit}" for unit in ("v", "a", "w") for i in (1, 2, 3)]
    assert meter.read_phases() == dict(zip(names, values, strict=True))


def test_identify(talk):
    assert talk("energy_sdm630", system(3.0)).identify() == "Eastron SDM630, 3P4W"
    assert "1P2W" in talk("energy_sdm630", system(1.0), options={"system": "1P2W"}).identify()


@pytest.mark.parametrize("found", [1.0, 2.0, 0.0, float("nan"), float("inf")])
def test_another_system_counts_wrong(talk, found):
    with pytest.raises(WrongDevice, match="3P4W"):
        talk("energy_sdm630", system(found)).identify()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -109e3, 4e8])
def test_what_is_no_power_is_bad(talk, value):
    meter = talk("energy_sdm630", (ASK_POWER, rtu("01 04" + floats(value))))
    assert quality_of(meter.tags["mains_power_w"], meter.read_power()["mains_power_w"]) is Quality.BAD


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoReply),
        (SAY_POWER[:-1], NoReply),
        (SAY_POWER[:3], NoReply),
        (b"\xff" * 9, BadReply),
        (SAY_POWER[:4] + b"\x17" + SAY_POWER[5:], BadReply),  # one bit fell over: the CRC says so
        (rtu("02 04" + floats(600.0)), BadReply),
        (rtu("01 03" + floats(600.0)), BadReply),
        (ASK_POWER, BadReply),
        (rtu("01 84 02"), Refused),
    ],
)
def test_bad_replies(transcript, talk, reply, error):
    meter = talk("energy_sdm630")
    meter.port = meter.modbus.port = transcript((ASK_POWER, reply))
    with pytest.raises(error):
        meter.read_power()


@given(broken(SAY_POWER, system(3.0)[1], rtu("01 04" + floats(*range(9))), rtu("01 84 02")))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive("energy_sdm630", replies)
