"""ProPar frames: both forms, stuffing, noise, damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.propar_frames import Message, messages

BINARY = bytes.fromhex("10 02 01 03 05 04 01 20 01 20 10 03")
TEXT = b":06030401210120\r\n"
BINARY_MESSAGE = Message(3, bytes.fromhex("0401200120"), 1)
TEXT_MESSAGE = Message(3, bytes.fromhex("0401210120"))


def test_both_forms():
    assert messages(BINARY) == ([BINARY_MESSAGE], b"")
    assert messages(TEXT) == ([TEXT_MESSAGE], b"")
    assert messages(TEXT.lower() + BINARY + TEXT) == ([TEXT_MESSAGE, BINARY_MESSAGE, TEXT_MESSAGE], b"")


def test_text_may_end_without_a_line_feed():
    assert messages(TEXT[:-1] + BINARY) == ([TEXT_MESSAGE, BINARY_MESSAGE], b"")


@given(st.integers(0, 255), st.integers(0, 255), st.binary(min_size=1, max_size=254), st.booleans())
def test_what_is_framed_is_read_back(sequence, node, data, binary):
    message = Message(node, data, sequence if binary else None)
    assert messages(message.reply(data)) == ([message], b"")


def test_every_data_link_escape_is_doubled():
    message = Message(0x10, b"\x10\x03\x10", 0x10)
    assert message.reply(b"\x10\x03\x10").hex(" ") == "10 02 10 10 10 10 03 10 10 03 10 10 10 03"
    assert messages(message.reply(message.data)) == ([message], b"")


def test_text_is_written_in_capitals():
    assert Message(0x80, b"").reply(b"\x02\xab") == b":038002AB\r\n"


def test_errors_of_the_link():
    assert Message(3, b"", 9).error(3).hex(" ") == "10 02 09 03 00 03 10 03"
    assert Message(3, b"").error(3) == b":0103\r\n"


@pytest.mark.parametrize("frame", [BINARY, TEXT[:-1]])
def test_what_has_no_end_is_left_over(frame):
    for at in range(1, len(frame)):
        assert messages(frame[:at]) == ([], frame[:at])


@pytest.mark.parametrize(
    "noise",
    [
        b"\r\nabc\0\xff",
        b"\x10\x03",  # an end without a beginning
        b"\x10\x10\x02",
        b"\x10\x02\x01\x03",  # begun, and begun again
        b":0603",
        b":06x30401210120\r\n",  # no digits
        b":060304012101201\r\n",  # half a byte
        b":06\r\n",
        b"\x10\x02\x01\x03\x05\x10\x04\x01\x10\x03",  # an escape that is not allowed
        b"\x10\x02\x01\x03\x10\x03",  # no length
    ],
)
def test_noise_hides_nothing_behind_it(noise):
    assert messages(noise + BINARY) == ([BINARY_MESSAGE], b"")


@pytest.mark.parametrize(
    "frame",
    [
        b":07030401210120\r\n",
        b":05030401210120\r\n",
        b":0103\r\n",
        bytes.fromhex("10 02 01 03 06 04 01 20 01 20 10 03"),
        bytes.fromhex("10 02 01 03 04 04 01 20 01 20 10 03"),
        bytes.fromhex("10 02 01 03 00 10 03"),
    ],
)
def test_a_length_that_is_not_true_breaks_a_message(frame):
    (message,), rest = messages(frame)
    assert message.broken and message.node == 3 and rest == b""


def test_what_never_ends_is_not_kept():
    assert messages(b":" + b"0" * 1000) == ([], b"")


@given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from([BINARY, TEXT, b"\x10", b"\x02", b":", b"\r"]))))
def test_no_bytes_ever_raise(parts):
    messages(b"".join(parts))
