"""ProPar: golden frames of manual and manufacturer in both forms, DLE, sequence numbers, chains, refusals in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadReply, DeviceError, NoReply, Refused
from drivers.propar import CHAR, FLOAT, INTEGER, STRING, Parameter, ProparClient, ascii_frame, binary_frame
from tests.drivers.garbage import Babble

H = bytes.fromhex
MEASURE, SETPOINT, FLOW = Parameter(1, 0, INTEGER), Parameter(1, 1, INTEGER), Parameter(33, 0, FLOAT)
UNIT, SERIAL, COUNTER = Parameter(1, 31, STRING), Parameter(113, 3, STRING), Parameter(104, 1, FLOAT)


def line(text: str) -> bytes:
    return f":{text}\r\n".encode()


@pytest.fixture
def client(transcript):
    """client(form, *exchanges, node=3, sequence=1) -> a client whose next request has this number."""
    ports = []

    def build(form, *exchanges, node=3, sequence=1):
        ports.append(transcript(*exchanges))
        found = ProparClient(ports[-1], node, 0.2, form)
        found.sequence = sequence - 1
        return found

    yield build
    assert all(port.finished() for port in ports)


# Frames that the manufacturer's own client was seen to send and to take.
READ_MEASURE = H("10 02 01 03 05 04 01 20 01 20 10 03"), H("10 02 01 03 05 02 01 20 32 00 10 03")
WRITE_SETPOINT = H("10 02 09 03 05 01 01 21 1F 40 10 03"), H("10 02 09 03 03 00 00 05 10 03")


def test_golden_binary(client):
    assert client("binary", READ_MEASURE).read(MEASURE) == [12800]
    client("binary", WRITE_SETPOINT, sequence=9).write(SETPOINT, 8000)


@pytest.mark.parametrize(
    ("parameter", "sequence", "request_"),
    [
        (FLOW, 3, "03 03 05 04 21 40 21 40"),
        (UNIT, 4, "04 03 06 04 01 7F 01 7F 00"),
        (SERIAL, 5, "05 03 06 04 71 63 71 63 00"),
    ],
)
def test_golden_binary_requests(client, parameter, sequence, request_):
    with pytest.raises(NoReply):
        client("binary", (H(f"10 02 {request_} 10 03"), b""), sequence=sequence).read(parameter)


def test_golden_ascii(client):
    assert client("ascii", (line("06030401210121"), line("06030201213E80"))).read(SETPOINT) == [16000]
    assert client("ascii", (line("06800401210121"), line("06800201217D00")), node=128).read(SETPOINT) == [32000]
    assert client("ascii", (line("06030468416841"), line("0803026841459CFFAE"))).read(COUNTER) == [
        pytest.approx(5023.96)
    ]
    client("ascii", (line("0680010121FFFF"), line("0480000005")), node=128).write(SETPOINT, 65535)
    assert ascii_frame(0x80, H("04 01 21 01 20")) == line("06800401210120")


def test_golden_chain(client):
    """Manual p. 24: six values of two processes; its answer is numbered 12 to 17, ours by the parameters themselves."""
    asked = "1A0304F1EC7163006D71660001AE0120CF014DF0017F0071017100"
    said = (
        "370302F1EC004D3632313233343541006D00555345525441470001AE1CD8"
        "CF3F800000F0076D6C6E2F6D696E710A4E322020202020202020"
    )
    for byte, ours in {"EC": "E3", "6D": "66", "AE": "A0", "CF": "CD", "F0": "FF"}.items():
        asked, said = asked.replace(byte, ours, 1), said.replace(byte, ours, 1)
    wanted = [SERIAL, Parameter(113, 6, STRING), MEASURE, Parameter(1, 13, FLOAT), UNIT, Parameter(1, 17, STRING)]
    assert client("ascii", (line(asked), line(said))).read(*wanted) == [
        "M6212345A",
        "USERTAG",
        7384,
        1.0,
        "mln/min",
        "N2",
    ]


def test_dle_is_doubled_wherever_it_stands(client):
    """Sequence, node, length and value of 16 all the same."""
    sent = H("10 02 10 10 10 10 05 04 01 20 01 20 10 03")
    said = H("10 02 10 10 10 10 05 02 01 20 10 10 10 10 10 03")
    assert client("binary", (sent, said), node=16, sequence=16).read(MEASURE) == [0x1010]
    long = Parameter(1, 31, STRING)
    text = H("10 02 01 03 10 10 02 01 7F 0C") + b"abcdefghijkl" + H("10 03")
    assert client("binary", (H("10 02 01 03 06 04 01 7F 01 7F 00 10 03"), text)).read(long) == ["abcdefghijkl"]


def test_a_dle_before_a_three_is_not_the_end(client):
    said = H("10 02 01 03 05 02 01 20 10 10 03 10 03")
    assert client("binary", (READ_MEASURE[0], said)).read(MEASURE) == [0x1003]


def test_requests_are_numbered_round_and_round(client):
    asked = [
        (binary_frame(n & 0xFF, 3, H("04 01 20 01 20")), binary_frame(n & 0xFF, 3, H("02 01 20 00 01")))
        for n in (255, 256)
    ]
    counted = client("binary", *asked, sequence=255)
    assert [counted.read(MEASURE), counted.read(MEASURE)] == [[1], [1]]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0x01, "claimed"),
        (0x04, "unknown parameter"),
        (0x06, "not allowed"),
        (0x0D, "read-only"),
        (0x11, "write-only"),
        (0x7F, "refused"),
    ],
)
@pytest.mark.parametrize("form", ["ascii", "binary"])
def test_refusals_in_words(client, form, status, words):
    def dialogue(asked: str):
        if form == "ascii":
            return ascii_frame(3, H(asked)), ascii_frame(3, bytes((0, status, 4)))
        return binary_frame(1, 3, H(asked)), binary_frame(1, 3, bytes((0, status, 4)))

    with pytest.raises(Refused, match=f"8000 to 1/1: .*{words}.*byte 4"):
        client(form, dialogue("01 01 21 1F 40")).write(SETPOINT, 8000)
    with pytest.raises(Refused, match=f"read of 1/0: .*{words}"):
        client(form, dialogue("04 01 20 01 20")).read(MEASURE)


@pytest.mark.parametrize(("form", "said"), [("ascii", b":0109\r\n"), ("binary", H("10 02 01 03 00 09 10 03"))])
def test_error_of_the_line(client, form, said):
    asked = READ_MEASURE[0] if form == "binary" else line("06030401200120")
    with pytest.raises(BadReply, match="did not answer"):
        client(form, (asked, said)).read(MEASURE)


@pytest.mark.parametrize(
    ("said", "error", "match"),
    [
        ("", NoReply, "no reply"),
        ("10", NoReply, "stopped"),
        ("10 02 01 03 05 02 01 20 32 00 10", NoReply, "stopped"),
        ("10 02 01 03 05 02 01 20 32", NoReply, "stopped"),
        ("00 02 01 03 05 02 01 20 32 00 10 03", BadReply, "head"),
        ("10 02 01 03 05 04 01 20 01 20 10 03", BadReply, "echo"),
        ("10 02 02 03 05 02 01 20 32 00 10 03", BadReply, "request 2, ours was 1"),
        ("10 02 01 04 05 02 01 20 32 00 10 03", BadReply, "node 4"),
        ("10 02 01 03 06 02 01 20 32 00 10 03", NoReply, "stopped"),
        ("10 02 01 03 04 02 01 20 32 00 10 03", BadReply, "not as long"),
        ("10 02 01 03 05 02 01 10 32 00 10 03", BadReply, "followed by 0x32"),
        ("10 02 01 03 05 02 01 21 32 00 10 03", BadReply, "0x21 where 0x20"),
        ("10 02 01 03 05 02 02 20 32 00 10 03", BadReply, "0x02 where 0x01"),
        ("10 02 01 03 05 02 01 A0 32 00 10 03", BadReply, "0xa0 where"),
        ("10 02 01 03 04 02 01 20 32 10 03", BadReply, "too early"),
        ("10 02 01 03 06 02 01 20 32 00 00 10 03", BadReply, "1 bytes more"),
        ("10 02 01 03 03 00 00 05 10 03", BadReply, "no status"),
        ("10 02 01 03 02 00 04 10 03", BadReply, "no status"),
    ],
)
def test_bad_replies_in_binary(transcript, said, error, match):
    found = ProparClient(transcript((READ_MEASURE[0], H(said))), 3, 0.2, "binary")
    with pytest.raises(error, match=match):
        found.read(MEASURE)


@pytest.mark.parametrize(
    ("said", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (b":0", NoReply, "stopped"),
        (b":06030201203200", NoReply, "stopped"),
        (line("06030401200120"), BadReply, "echo"),
        (line("06040201203200"), BadReply, "node 4"),
        (line("06030201213200"), BadReply, "where"),
        (line("05030201203200"), BadReply, "no line"),
        (line("060302012032G0"), BadReply, "no line"),
        (line("0603 201203200"), BadReply, "no line"),
        (b":06030201203200\n\n", BadReply, "no line"),
        (b":00\r\n", BadReply, "no line"),
        (b";06030201203200\r\n", BadReply, "head"),
        (b":\xff\xff", BadReply, "head"),
        (line("05030201203200")[:3] + b"0302012032\r\n", BadReply, "too early"),
    ],
)
def test_bad_replies_in_ascii(transcript, said, error, match):
    found = ProparClient(transcript((line("06030401200120"), said)), 3, 0.2, "ascii")
    with pytest.raises(error, match=match):
        found.read(MEASURE)


def test_a_text_without_an_end(client):
    with pytest.raises(BadReply, match="without an end"):
        client("ascii", (line("070304017F017F00"), line("070302017F006D6C"))).read(UNIT)


@pytest.mark.parametrize("said", [H("10 02 01 03 05 02 01 21 1F 40 10 03"), H("10 02 01 03 02 00 00 10 03")])
def test_a_write_wants_its_status(client, said):
    with pytest.raises(BadReply, match="status"):
        client("binary", (binary_frame(1, 3, H("01 01 21 1F 40")), said)).write(SETPOINT, 8000)


@pytest.mark.parametrize("node", [128, 3])
def test_whatever_node_is_there_may_answer_to_128(client, node):
    asked, said = line("06800401200120"), ascii_frame(node, H("02 01 20 00 01"))
    assert client("ascii", (asked, said), node=128).read(MEASURE) == [1]


@given(st.lists(st.integers(0, 255), max_size=60).map(bytes), st.integers(0, 255), st.integers(1, 128))
def test_any_body_comes_through_the_binary_form(body, sequence, node):
    found = ProparClient(Babble([binary_frame(sequence, node, bytes((2, *body)))]), node, 0.2, "binary")
    found.sequence = (sequence - 1) & 0xFF
    assert found._exchange(b"\4") == bytes((2, *body))


@given(st.sampled_from(["ascii", "binary"]), st.binary(max_size=40))
def test_any_bytes_give_a_device_error_or_an_answer(form, said):
    found = ProparClient(Babble([(b":" if form == "ascii" else b"\x10\x02") + said]), 3, 0.2, form)
    try:
        found.read(MEASURE, Parameter(1, 4, CHAR))
    except DeviceError:
        return
