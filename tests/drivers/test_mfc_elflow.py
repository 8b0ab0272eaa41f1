"""EL-FLOW: registers of the fact sheet, range check, limits from the options."""

from __future__ import annotations

import struct

import pytest
from pymodbus.framer import FramerRTU

from drivers.device import Refused, WrongDevice


def rtu(text: str) -> bytes:
    body = bytes.fromhex(text)
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def floating(value: float) -> str:
    return "04" + struct.pack(">f", value).hex()


def capacity(value: float) -> tuple[bytes, bytes]:
    return rtu("01 03 8168 0002"), rtu("01 03" + floating(value))


def words(value: str) -> str:
    return "10" + value.encode().ljust(16, b"\0").hex()


def test_identify(talk):
    mfc = talk(
        "mfc_elflow",
        capacity(200.0),
        (rtu("01 03 F110 0008"), rtu("01 03" + words("F-201CV"))),
        (rtu("01 03 F118 0008"), rtu("01 03" + words("M1234"))),
    )
    assert mfc.identify() == "Bronkhorst F-201CV no. M1234, 200 sccm"


def test_name_is_not_needed(talk):
    refused = rtu("01 83 02")
    mfc = talk("mfc_elflow", capacity(201.9), (rtu("01 03 F110 0008"), refused), (rtu("01 03 F118 0008"), refused))
    assert "?" in mfc.identify()


@pytest.mark.parametrize("found", [100.0, 0.2, 203.0, float("nan"), float("inf")])
def test_other_range_is_another_device(talk, found):
    with pytest.raises(WrongDevice, match="200"):
        talk("mfc_elflow", capacity(found)).identify()


def test_polls(talk):
    mfc = talk(
        "mfc_elflow",
        (rtu("01 03 A100 0002"), rtu("01 03" + floating(42.5))),
        (rtu("01 03 A118 0002"), rtu("01 03" + floating(40.0))),
        (rtu("01 03 A138 0002"), rtu("01 03" + floating(31.25))),
    )
    assert mfc.read_flow() == {"flow_sccm": 42.5}
    assert mfc.read_setpoint() == {"flow_readback_sccm": 40.0}
    assert mfc.read_temperature() == {"mfc_temperature_c": 31.25}


def test_write_with_fc16(talk):
    mfc = talk("mfc_elflow", (rtu("01 10 A118 0002" + floating(120.0)), rtu("01 10 A118 0002")))
    mfc.write({"flow_setpoint_sccm": 120.0})


def test_refusal_in_words(talk):
    mfc = talk("mfc_elflow", (rtu("01 10 A118 0002" + floating(120.0)), rtu("01 90 04")))
    with pytest.raises(Refused, match="device failure"):
        mfc.write({"flow_setpoint_sccm": 120.0})


def test_limits_follow_the_range(talk):
    mfc = talk("mfc_elflow")
    assert (mfc.tags["flow_sccm"].low, mfc.tags["flow_sccm"].high) == (-4.0, 262.0)
    assert mfc.outputs["flow_setpoint_sccm"].high == 200.0
