"""EL-FLOW on ProPar: range, unit and source of the setpoint are compared; a setpoint is confirmed and read back."""

from __future__ import annotations

import itertools
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.catalogue import driver_class
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.propar import binary_frame
from tests.drivers.garbage import broken, survive

NAME = "mfc_propar"
H = bytes.fromhex
FLOW, SETPOINT, TEMPERATURE = "04 A1 40 21 40 01 20 01 20", "04 A1 43 21 43 01 21 01 21", "04 21 47 21 47"
RANGE, WHO = "04 01 84 01 04 CD 01 4D 7F 01 7F 00", "04 71 E2 71 62 00 63 71 63 00"


def floating(value: float) -> str:
    return struct.pack(">f", value).hex()


def both(parameter: int, value: float, counts: int | None = None) -> str:
    """An answer with a reading in both forms: sccm, and 32000 for 200 sccm."""
    counts = round(value * 160.0) if counts is None else counts
    return f"02 A1 4{parameter} {floating(value)} 01 2{parameter // 3} {counts & 0xFFFF:04x}"


def dialogue(*exchanges: tuple[str, str], node: int = 1) -> list[tuple[bytes, bytes]]:
    """Requests and their answers, numbered from 1."""
    numbered = zip(itertools.count(1), exchanges, strict=False)
    return [(binary_frame(n, node, H(asked)), binary_frame(n, node, H(said))) for n, (asked, said) in numbered]


def ranged(capacity: float = 200.0, unit: bytes = b"mln/min", mode: int = 0) -> tuple[str, str]:
    return RANGE, f"02 01 84 {mode:02X} CD {floating(capacity)} 7F {len(unit):02X} {unit.hex()}"


NAMED = WHO, f"02 71 E2 00 {b'F-201CV'.hex()} 00 63 00 {b'M1234'.hex()} 00"


@pytest.mark.parametrize("mode", [0, 18])
@pytest.mark.parametrize("unit", [b"mln/min", b"sccm   "])
def test_identify(talk, mode, unit):
    mfc = talk(NAME, *dialogue(ranged(unit=unit, mode=mode), NAMED))
    assert mfc.identify() == "Bronkhorst F-201CV no. M1234, 200 sccm"


def test_name_is_not_needed(talk):
    assert "?" in talk(NAME, *dialogue(ranged(201.9), (WHO, "00 04 03"))).identify()


@pytest.mark.parametrize("found", [100.0, 0.2, 203.0, float("nan"), float("inf")])
def test_other_range_is_another_device(talk, found):
    with pytest.raises(WrongDevice, match="200"):
        talk(NAME, *dialogue(ranged(found))).identify()


def test_other_unit_is_told(talk):
    with pytest.raises(WrongDevice, match="mls/min"):
        talk(NAME, *dialogue(ranged(unit=b"mls/min"))).identify()


@pytest.mark.parametrize("mode", [1, 3, 8, 255])
def test_setpoint_from_elsewhere_is_told(talk, mode):
    with pytest.raises(WrongDevice, match=f"control mode {mode}"):
        talk(NAME, *dialogue(ranged(mode=mode))).identify()


def test_polls(talk):
    mfc = talk(
        NAME,
        *dialogue(
            (FLOW, both(0, 42.5)),
            (SETPOINT, both(3, 40.0)),
            (TEMPERATURE, "02 21 47" + floating(31.25)),
            (TEMPERATURE, "02 21 47" + floating(31.25)),  # asked again: it was not known before
        ),
    )
    assert mfc.read_flow() == {"flow_sccm": 42.5}
    assert mfc.read_setpoint() == {"flow_readback_sccm": 40.0}
    assert mfc.read_temperature() == {"mfc_temperature_c": 31.25}


def test_same_in_ascii(talk):
    options = {"full_scale_sccm": 200.0, "form": "ascii"}
    mfc = talk(NAME, (b":0A0304A140214001200120\r\n", b":0C0302A1404248000001201F40\r\n"), options=options, address=3)
    assert mfc.read_flow() == {"flow_sccm": 50.0}


def writing(asked: float, found: float, status: str = "00 00 07") -> list[tuple[bytes, bytes]]:
    return dialogue(("01 21 43" + floating(asked), status), (SETPOINT, both(3, found)))


@pytest.mark.parametrize("found", [120.0, 120.19, 119.81])
def test_write_is_confirmed_and_read_back(talk, found):
    talk(NAME, *writing(120.0, found)).write({"flow_setpoint_sccm": 120.0})


@pytest.mark.parametrize("found", [0.0, 120.3, 119.7])
def test_setpoint_that_is_not_taken(talk, found):
    with pytest.raises(Refused, match="reads back"):
        talk(NAME, *writing(120.0, found)).write({"flow_setpoint_sccm": 120.0})


@pytest.mark.parametrize("bit", range(32))
def test_a_flipped_bit_is_found_or_does_not_matter(talk, bit):
    """The protocol has no checksum: of two forms of one reading both would have to be wrong alike."""
    value = struct.unpack(">f", (struct.unpack(">I", struct.pack(">f", 42.5))[0] ^ 1 << bit).to_bytes(4, "big"))[0]
    mfc = talk(NAME, *dialogue((FLOW, both(0, value, 6800))))
    try:
        assert mfc.read_flow()["flow_sccm"] == pytest.approx(42.5, abs=1.0)
    except BadReply as error:
        assert "differ" in str(error)


@pytest.mark.parametrize(("counts", "flow"), [(0, 0.0), (0xFFFF, -0.00625), (41942, 262.1)])
def test_counts_below_zero_and_up_to_131_percent(talk, counts, flow):
    mfc = talk(NAME, *dialogue((FLOW, both(0, flow, counts))))
    assert mfc.read_flow()["flow_sccm"] == pytest.approx(flow, rel=1e-4)


def test_refusal_in_words(talk):
    mfc = talk(NAME, *writing(120.0, 0.0, "00 0D 03")[:1])
    with pytest.raises(Refused, match="read-only"):
        mfc.write({"flow_setpoint_sccm": 120.0})
    assert mfc.port.finished()  # the line is still in step


def test_mute(talk):
    with pytest.raises(NoReply):
        talk(NAME, (dialogue((FLOW, "00"))[0][0], b"")).read_flow()


def test_there_are_two_forms(talk):
    with pytest.raises(ValidationError, match="form"):
        talk(NAME, options={"full_scale_sccm": 200.0, "form": "text"})


def test_stands_in_for_the_one_on_modbus(talk):
    mine, other = talk(NAME), talk("mfc_elflow")
    assert mine.tags == other.tags
    # this one reads back by itself
    assert mine.outputs == {name: replace(output, readback=None) for name, output in other.outputs.items()}
    assert mine.polls() == other.polls()
    fields = driver_class(NAME).options_model.model_fields
    assert fields.keys() - driver_class("mfc_elflow").options_model.model_fields.keys() == {"form"}


@given(broken(*(said for _, said in dialogue(ranged(), NAMED, (FLOW, both(0, 50.0)), (FLOW, "00 04 03")))))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)
