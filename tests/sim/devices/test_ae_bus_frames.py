"""Two units on one AE bus: what either answers, and what it leaves to the other."""

import pytest

from sim.devices.ae_bus_frames import AeBusEmulator, packed
from sim.wiring import Wiring


class Unit(AeBusEmulator):
    """Answers a command by the data that it heard."""

    def __init__(self, address):
        super().__init__("unit", {"address": address}, Wiring())
        self.heard = []

    def serve(self, command, data):
        self.heard.append((command, data))
        return data or b"\0"

    def reboot(self, now):
        self.forget_input()


@pytest.fixture
def units():
    return Unit(1), Unit(2)


def test_packets_of_the_manual():
    assert packed(1, 14, b"\2") == bytes.fromhex("09 0E 02 05")
    assert packed(1, 8, b"\xe8\3") == bytes.fromhex("0A 08 E8 03 E9")
    assert packed(1, 2, b"") == bytes.fromhex("08 02 0A")


@pytest.mark.parametrize(("count", "head"), [(6, "0E 5A"), (7, "0F 5A 07"), (88, "0F 5A 58"), (255, "0F 5A FF")])
def test_six_bytes_fit_into_the_header_and_more_need_a_length(units, count, head):
    value = bytes(range(count))
    packet = packed(1, 0x5A, value)
    assert packet.startswith(bytes.fromhex(head) + value)
    assert units[0].receive(packet, 0.0) == b"\x06" + packet
    assert units[0].heard == [(0x5A, value)]


def test_each_answers_for_itself_and_signs_so(units):
    first, second = units
    packet = packed(2, 128, b"")
    assert first.receive(packet, 0.0) == b"" and first.heard == []
    assert second.receive(packet, 0.0) == b"\x06" + packed(2, 128, b"\0")
    second.answers_as = 1
    assert second.receive(packet, 0.0) == b"\x06" + packed(1, 128, b"\0")


def test_all_hear_a_broadcast_and_none_answers(units):
    for unit in units:
        assert unit.receive(packed(0, 1, b""), 0.0) == b"" and unit.heard == [(1, b"")]


def test_a_reply_is_repeated_only_by_whom_it_was_that_spoke_last(units):
    first, second = units
    for unit in units:
        unit.receive(packed(1, 128, b""), 0.0)
    assert first.receive(b"\x15", 0.0) == packed(1, 128, b"\0")
    for unit in units:
        unit.receive(packed(2, 128, b""), 0.0)  # without an ACK of the first reply
    assert first.receive(b"\x15", 0.0) == b""
    assert second.receive(b"\x15", 1.0) == packed(2, 128, b"\0")
    second.reboot(1.0)
    assert second.receive(b"\x15", 2.0) == b""


def test_a_bad_checksum_is_told_by_whom_it_was_meant_for(units):
    packet = packed(1, 14, b"\2")[:-1] + b"\0"
    assert (units[0].receive(packet, 0.0), units[1].receive(packet, 0.0)) == (b"\x15", b"")
    assert units[0].heard == []


def test_a_refusal_that_was_ordered(units):
    units[0].refuse_with = 53
    assert units[0].receive(packed(1, 128, b""), 0.0) == b"\x06" + packed(1, 128, b"\x35")
    assert units[0].heard == []
