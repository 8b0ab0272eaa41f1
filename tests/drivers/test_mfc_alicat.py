"""Alicat: captured frames, range and gas compared, setpoints read back, and no digit that fell over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.tags import Quality, quality_of
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import TranscriptPort, make

NAME = "mfc_alicat"
MC500 = {"full_scale_sccm": 500.0}
# Captures of an MC-500SCCM-D with firmware 10v20: alicatlib, tests/fixtures.
FRAME = "A +014.62 +021.89 +000.00 +000.00 +078.95     N2"
ABOUT = (
    "A  M00 ALICAT SCIENTIFIC|A  M01 www.alicat.com|A  M02 Ph   520-290-6060|A  M03 info@alicat.com|"
    "A  M04 Model Number MC-500SCCM-D|A  M05 Serial Number 521641|A  M06 Date Manufactured 03/02/2025|"
    "A  M07 Date Calibrated   03/02/2025|A  M08 Calibrated By     BL|A  M09 Software Revision 10v20.0-R24"
)


def said(asked: str, answer: str) -> tuple[bytes, bytes]:
    return f"{asked}\r".encode(), answer.replace("|", "\r").encode() + b"\r"


def frame(flow: float = 0.0, setpoint: float = 0.0, words: str = "", gas: str = "N2") -> str:
    return f"A +014.62 +021.89 {flow:+07.2f} {flow:+07.2f} {setpoint:+07.2f} {gas:>6} {words}".rstrip()


def who(
    about: str = ABOUT, scale: str = "A +500.00 12 SCCM", loop: str = "A   122 = 37", first: str = FRAME
) -> list[tuple[bytes, bytes]]:
    return [said("A??M*", about), said("AFPF 5", scale), said("AR122", loop), said("A", first)]


def first_time(first: str = FRAME, **told: str) -> list[tuple[bytes, bytes]]:
    """Without the option `gas` the first gas of all is asked for twice."""
    return [*who(first=first, **told), said("A", first)]


def test_identify(talk):
    assert talk(NAME, *first_time(), options=MC500).identify() == "Alicat MC-500SCCM-D no. 521641, 500 sccm N2"


def test_golden_frame(talk):
    values = talk(NAME, *[said("A", FRAME)] * 2, options=MC500).read_frame()
    assert values == {
        "flow_sccm": 0.0,
        "flow_readback_sccm": 78.95,
        "mfc_temperature_c": 21.89,
        "mfc_gas": "N2",
        "mfc_status": "",
    }


def test_older_frame_with_other_decimals(talk):
    first = "A +014.52 +021.50 +0000.1 +0000.2 0116.3      N2"
    mfc = talk(NAME, *first_time(first), *setting("120.0", first.replace("0116.3", "0120.0")), options=MC500)
    mfc.identify()
    mfc.write({"flow_setpoint_sccm": 120.0})


def setting(text: str, after: str) -> list[tuple[bytes, bytes]]:
    """A setpoint, answered with a frame, and asked for again."""
    return [said(f"AS{text}", after), said("A", after)]


def test_units_of_another_range(talk):
    slpm = "A +014.62 +021.89 +01.500 +01.500 +02.000     Ar"
    mfc = talk(
        NAME,
        *who(scale="A +05.000 7 SLPM", first=slpm),
        *[said("A", slpm)] * 2,
        *setting("1.250", slpm.replace("+02.000", "+01.250")),
        options={"full_scale_sccm": 5000.0, "gas": "Ar"},
    )
    mfc.identify()
    assert mfc.read_frame()["flow_sccm"] == 1500.0
    mfc.write({"flow_setpoint_sccm": 1250.0})


def test_totalizer_has_one_more_number(talk):
    total = "A +014.62 +021.89 +010.00 +010.00 +010.00 +0012.5     N2"
    mfc = talk(NAME, *first_time(total), *[said("A", total)] * 2, options=MC500)
    mfc.identify()
    assert mfc.read_frame()["mfc_gas"] == "N2"


@pytest.mark.parametrize(("address", "unit", "letter"), [(1, None, b"A"), (26, None, b"Z"), (7, "B", b"B")])
def test_letter_of_the_unit(talk, address, unit, letter):
    answer = b"%c +014.62 +021.89 +010.00 +010.00 +010.00     N2\r" % letter
    options = MC500 | ({"unit": unit} if unit else {})
    assert talk(NAME, *[(letter + b"\r", answer)] * 2, options=options, address=address).read_frame()["flow_sccm"] == 10


@pytest.mark.parametrize("address", [0, 27, 33, 255])
def test_address_that_is_no_letter(talk, address):
    with pytest.raises(WrongDevice, match="unit"):
        talk(NAME, address=address).identify()


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"scale": "A +200.00 12 SCCM"}, "range of 200"),
        ({"scale": "A +500.00 7 SLPM"}, "range of 500000"),
        ({"scale": "A +500.00 9 SCFH"}, "SCFH"),
        ({"loop": "A   122 = 34"}, "statistic 34"),
        ({"about": ABOUT.replace("10v20.0-R24", "5v12.0")}, "firmware 5v12"),
        ({"first": "A +014.62 +021.89 +000.00 +000.00     N2"}, "meter"),
        ({"first": "A +014.62 +021.89     N2"}, "no mass-flow"),
        ({"first": frame(gas="O2")}, "set to O2"),
    ],
)
def test_what_is_not_ours_is_told(transcript, talk, changed, match):
    mfc = talk(NAME, options=MC500 | {"gas": "N2"})
    mfc.port = transcript(*who(**changed))
    with pytest.raises(WrongDevice, match=match):
        mfc.identify()


def test_the_first_gas_stays_the_right_one(transcript, talk):
    """Changed at the panel, it is another device until it is changed back."""
    oxygen, nitrogen = who(first=frame(gas="O2")), who(first=frame())
    mfc = talk(NAME, options=MC500)
    mfc.port = transcript(*first_time(), *oxygen, *oxygen, *nitrogen)
    mfc.identify()
    for _ in range(2):
        with pytest.raises(WrongDevice, match="set to O2, but should be to N2"):
            mfc.identify()
    assert mfc.identify().endswith("N2")
    assert mfc.port.finished()


def test_a_first_gas_that_is_not_said_twice_is_none(transcript, talk):
    mfc = talk(NAME, options=MC500)
    mfc.port = transcript(*who(first=frame(gas="N3")), said("A", frame()), *first_time())
    with pytest.raises(BadReply, match="N3, then to N2"):
        mfc.identify()
    assert mfc.identify().endswith("N2")


@pytest.mark.parametrize(
    ("words", "flow", "temperature"),
    [
        ("LCK", 10.0, 21.89),
        ("HLD LCK", 10.0, 21.89),
        ("OPL TMF OVR", 10.0, 21.89),
        ("MOV", None, 21.89),
        ("VOV", None, 21.89),
        ("POV LCK", None, 21.89),
        ("TOV", None, None),
        ("ADC", None, None),
    ],
)
def test_status_words(talk, words, flow, temperature):
    values = talk(NAME, *[said("A", frame(10.0, 10.0, words))] * 2).read_frame()
    assert (values["flow_sccm"], values["mfc_temperature_c"]) == (flow, temperature)
    assert all(word in values["mfc_status"] for word in words.split())


def test_write_is_read_back(talk):
    talk(NAME, *setting("120.00", frame(0.0, 120.0))).write({"flow_setpoint_sccm": 120.0})
    talk(NAME, *setting("0.00", frame())).write({"flow_setpoint_sccm": -0.0})


@pytest.mark.parametrize(("found", "words", "match"), [(0.0, "", "reads back 0"), (120.3, "", "reads back 120.3"), (119.0, "", "ramp")] + [(120.0, word, word) for word in ("HLD", "EXH")])  # fmt: skip  # noqa: E501
def test_setpoint_without_effect(talk, found, words, match):
    mfc = talk(NAME, said("AS120.00", frame(0.0, 120.0)), said("A", frame(0.0, found, words)))
    with pytest.raises(Refused, match=match):
        mfc.write({"flow_setpoint_sccm": 120.0})


@pytest.mark.parametrize("answer", [b"?\r", b"\r?\r"])
def test_refused(talk, answer):
    mfc = talk(NAME, (b"AS120.00\r", answer))
    with pytest.raises(Refused, match=r"S120\.00"):
        mfc.write({"flow_setpoint_sccm": 120.0})


@pytest.mark.parametrize(
    ("answer", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (b"\r", NoReply, "no reply"),
        (FRAME[:20].encode(), NoReply, "stopped"),
        (b"A\r", BadReply, "echo"),
        (FRAME.replace("A ", "B ", 1).encode() + b"\r", BadReply, "no answer of unit A"),
        (FRAME.replace("A ", "AB ", 1).encode() + b"\r", BadReply, "no answer of unit A"),
        (FRAME.replace("A ", "@ ", 1).encode() + b"\r", BadReply, "streams"),
        (FRAME.replace("A ", "  ", 1).encode() + b"\r", BadReply, "streams"),
        (FRAME.replace(" +078.95", "").encode() + b"\r", BadReply, "4 numbers"),
        (FRAME.replace("     N2", " +000.10 N2").encode() + b"\r", BadReply, "6 numbers"),
        (FRAME.replace(" +021", "0+021").encode() + b"\r", BadReply, "no data frame"),
        (FRAME.replace("+078", "-x78").encode() + b"\r", BadReply, "numbers|data frame|words"),
        (FRAME.replace("     N2", "").encode() + b"\r", BadReply, "no data frame"),
        (FRAME.encode() + b" MOW\r", BadReply, "MOW"),
        (FRAME.replace("N2", "N3").encode() + b"\r", WrongDevice, "set to N3"),
        (FRAME.replace("+000", "+\xb000").encode("latin-1") + b"\r", BadReply, "not text"),
        (b"A   Feature Not Enabled\r", BadReply, "no data frame"),
        (b"A   1 ---\r", BadReply, "data frame"),
        (b"\x07" * 300, NoReply, "stopped"),
    ],
)
def test_bad_replies(transcript, talk, answer, error, match):
    mfc = talk(NAME, options=MC500 | {"gas": "N2"})
    mfc.port = transcript((b"A\r", answer))
    with pytest.raises(error, match=match):
        mfc.read_frame()


@pytest.mark.parametrize(("place", "answer"), [(0, ABOUT[:-40]), (0, ABOUT.replace("M03", "M04")), (1, FRAME), (2, FRAME), (2, "A   1 ---")])  # fmt: skip  # noqa: E501
def test_answers_of_another_shape(transcript, talk, place, answer):
    mfc = talk(NAME, options=MC500)
    exchanges = who()[: place + 1]
    exchanges[place] = said(exchanges[place][0].decode().strip(), answer)
    mfc.port = transcript(*exchanges)
    with pytest.raises((BadReply, NoReply)):
        mfc.identify()


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("at", range(len(FRAME) + 1))
def test_no_flipped_bit_becomes_a_good_value(talk, at, bit):
    """Every bit of a frame, once: the value stays what it was within the tolerance, or there is none."""
    good = frame(48.31, 50.0).encode() + b"\r"
    bent = bytearray(good)
    bent[at] ^= 1 << bit
    port = TranscriptPort(*((b"A\r", answer) for answer in (good, good, bytes(bent), good)))
    mfc = make(NAME, port, options=MC500 | {"gas": "N2"})
    assert mfc.read_frame()["flow_sccm"] == 48.31
    try:
        values = mfc.read_frame()
    except (BadReply, NoReply, WrongDevice):
        return
    for name, was in (("flow_sccm", 48.31), ("flow_readback_sccm", 50.0), ("mfc_temperature_c", 21.89)):
        if quality_of(mfc.tags[name], values[name]) is Quality.GOOD:
            assert abs(values[name] - was) <= 10.0, f"{bytes(bent)!r}: {name} is {values[name]}"
    assert (values["mfc_gas"], values["mfc_status"]) == ("N2", "")


def test_a_steady_flow_costs_one_exchange(talk):
    mfc = talk(NAME, *[said("A", frame(flow)) for flow in (100.0, 100.0, 100.4, 99.7, 150.0, 180.0, 180.0, 180.0)])
    assert [mfc.read_frame()["flow_sccm"] for _ in range(5)] == [100.0, 100.4, 99.7, 150.0, 180.0]


def test_a_status_that_changes_is_asked_again(talk):
    mfc = talk(NAME, *[said("A", frame(words=words)) for words in ("VOV", "VOV", "MOV", "MOV")])
    assert [mfc.read_frame()["mfc_status"][:3] for _ in range(2)] == ["VOV", "MOV"]


def test_stands_in_for_the_other_flow_controllers(talk):
    mine, other = talk(NAME), talk("mfc_elflow")
    assert {name: mine.tags[name] for name in other.tags} == other.tags
    # this one reads back by itself
    assert mine.outputs == {name: replace(output, readback=None) for name, output in other.outputs.items()}


@pytest.mark.parametrize(
    "options", [{"unit": "a"}, {"unit": "AB"}, {"unit": "@"}, {"gas": "+1"}, {"full_scale_sccm": 0}]
)
def test_options_have_a_form(talk, options):
    with pytest.raises(ValidationError):
        talk(NAME, options=MC500 | options)


@given(broken(*(answer for _, answer in who()), said("A", frame(10.0, 10.0, "MOV"))[1], b"?\r", b"\r?\r"))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)
