"""Code reader: one line a trigger, nothing believed that came unasked, damaged or from ourselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.device import BadReply, NoReply
from tests.drivers.garbage import broken, survive

NAME = "reader_ascii"
TRIGGER = b"T\r"


def test_code_in_view(talk):
    reader = talk(NAME, *[(TRIGGER, b"MASK-0042\r")] * 2)
    assert reader.read_code() == {"mask_code": "MASK-0042", "mask_code_seen": True}


def test_no_code_in_view_is_unknown(talk):
    reader = talk(NAME, *[(TRIGGER, b"NOREAD\r")] * 2)
    assert reader.read_code() == {"mask_code": None, "mask_code_seen": False}


def test_words_as_the_reader_is_set(talk):
    reader = talk(NAME, *[(b"LON\r\n", b"ERROR\r")] * 2, options={"trigger": "LON\r\n", "no_code": "ERROR"})
    assert reader.read_code()["mask_code_seen"] is False


def test_answer_is_all_that_identifies(talk):
    assert talk(NAME, (TRIGGER, b"NOREAD\r")).identify() == "code reader"


def test_what_came_before_the_trigger_is_another_mask(talk):
    reader = talk(NAME, *[(TRIGGER, b"M2\r")] * 2)
    reader.port.buffer = b"M1\r"
    assert reader.read_code()["mask_code"] == "M2"


def test_line_feed_after_the_line_is_not_the_next_code(talk):
    reader = talk(NAME, *[(TRIGGER, b"M1\r\n")] * 2, *[(TRIGGER, b"M2\r")] * 2)
    assert [reader.read_code()["mask_code"] for _ in range(2)] == ["M1", "M2"]


@pytest.mark.parametrize("second", [b"M2\r", b"NOREAD\r", b"MASK-0043\r"])
def test_what_is_not_said_twice_is_no_code(talk, second):
    """One flipped bit makes another printable code; the answer to an older trigger is that of another mask."""
    reader = talk(NAME, (TRIGGER, b"MASK-0042\r"), (TRIGGER, second))
    with pytest.raises(BadReply, match=r"MASK-0042.*then"):
        reader.read_code()


def test_after_a_time_out_the_line_is_silent_for_a_whole_read(talk):
    """Answers that are late by less than that are thrown away, however many they are."""
    reader = talk(NAME, *[(TRIGGER, b"M1\r")] * 2, (TRIGGER, b""), *[(TRIGGER, b"M2\r")] * 2)
    reader.read_code()
    with pytest.raises(NoReply):
        reader.read_code()
    assert reader.read_code()["mask_code"] == "M2"
    assert reader.port.drained == [1.0, 0.02, 0.02, 1.0, 0.02]


@pytest.mark.parametrize("options", [{"trigger": ""}, {"trigger": "\x02T"}, {"no_code": ""}, {"trigger": "é"}])
def test_options_have_a_form(talk, options):
    with pytest.raises(ValidationError):
        talk(NAME, options=options)


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (b"MASK-00", NoReply, "stopped"),
        (b"T\r", BadReply, "echo"),
        (b"\r", BadReply, "not a code"),
        (b"MASK 42\r", BadReply, "not a code"),
        (b"MASK\x0042\r", BadReply, "not text"),
        (b"M" * 65 + b"\r", BadReply, "not a code"),
        (b"M" * 300 + b"\r", NoReply, "stopped"),
        (b"M\xc142\r", BadReply, "not text"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, match):
    reader = talk(NAME)
    reader.port = transcript((TRIGGER, reply))
    with pytest.raises(error, match=match):
        reader.read_code()


@given(broken(b"MASK-0042\r", b"NOREAD\r", TRIGGER))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)
