import pytest

from sim.devices.modbus_frames import (
    MBAP,
    ModbusError,
    Register,
    RegisterMap,
    RtuEmulator,
    TcpEmulator,
    crc16,
    is_request,
    read_request,
    request_length,
    write_request,
)
from sim.wiring import Wiring


class RtuEcho(RtuEmulator):
    def answer_pdu(self, pdu, now):
        return pdu

    def reboot(self, now): ...


class TcpEcho(TcpEmulator):
    def answer_pdu(self, pdu, now):
        if pdu[0] == 0x41:
            raise ModbusError(1)
        return pdu

    def reboot(self, now): ...


def framed(hexes):
    data = bytes.fromhex(hexes)
    return data + crc16(data)


READ = framed("01 03 00 20 00 01")
WRITE = framed("01 10 00 21 00 01 02 3E 80")


def test_crc_of_the_well_known_frame():
    assert crc16(bytes.fromhex("01 03 00 00 00 0A")) == bytes.fromhex("C5 CD")


@pytest.mark.parametrize(
    ("hexes", "length"),
    [
        ("01", 0),
        ("01 03", 8),
        ("01 06 00", 8),
        ("01 10 00 21 00 01", 0),
        ("01 10 00 21 00 01 02", 11),
        ("01 2B 0E 01", 4),
    ],
)
def test_length_of_a_request_is_told_as_early_as_possible(hexes, length):
    assert request_length(bytes.fromhex(hexes)) == length


def test_a_request_needs_its_crc():
    assert is_request(READ)
    assert not is_request(READ[:-1] + b"\0")
    assert not is_request(READ + b"\0")


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("request_", [READ, WRITE])
def test_rtu_gathers_chunks_of_any_size(request_, size):
    slave = RtuEcho("slave", {"address": 1}, Wiring())
    replies = [slave.receive(request_[at : at + size], 0.001 * at) for at in range(0, len(request_), size)]
    assert b"".join(replies) == request_
    assert replies[-1] == request_


def test_rtu_answers_two_requests_in_one_chunk():
    assert RtuEcho("slave", {"address": 1}, Wiring()).receive(READ + WRITE, 0.0) == READ + WRITE


def test_rtu_drops_half_a_request_after_silence():
    slave = RtuEcho("slave", {"address": 1}, Wiring())
    assert slave.receive(READ[:4], 0.0) == b""
    assert slave.receive(READ[4:], 1.0) == b""
    assert slave.receive(READ, 2.0) == READ


def test_rtu_takes_a_whole_frame_after_rubbish():
    slave = RtuEcho("slave", {"address": 1}, Wiring())
    slave.receive(b"\x01\x10\x00", 0.0)
    assert slave.receive(READ, 0.003) == READ


@pytest.mark.parametrize("address", [0, 2])
def test_rtu_keeps_silent_for_others_and_for_broadcasts(address):
    assert RtuEcho("slave", {"address": 1}, Wiring()).receive(framed(f"{address:02X} 03 00 20 00 01"), 0.0) == b""


def test_rtu_keeps_silent_on_a_bad_crc():
    assert RtuEcho("slave", {"address": 1}, Wiring()).receive(READ[:-1] + b"\0", 0.0) == b""


@pytest.mark.parametrize("size", range(1, 14))
def test_tcp_gathers_chunks_and_copies_transaction_and_unit(size):
    server = TcpEcho("server", {}, Wiring())
    request = MBAP.pack(0x1234, 0, 6, 7) + READ[1:6]
    replies = [server.receive(request[at : at + size], 0.0) for at in range(0, len(request), size)]
    assert b"".join(replies) == request


def test_tcp_refuses_with_an_exception():
    request = MBAP.pack(1, 0, 3, 1) + b"\x41\x00"
    assert TcpEcho("server", {}, Wiring()).receive(request, 0.0) == MBAP.pack(1, 0, 3, 1) + b"\xc1\x01"


def test_tcp_forgets_what_is_not_modbus():
    server = TcpEcho("server", {}, Wiring())
    assert server.receive(b"GET / HTTP/1.1\r\n\r\n", 0.0) == b""
    request = MBAP.pack(1, 0, 6, 1) + READ[1:6]
    assert server.receive(request, 0.0) == request


REGISTERS = RegisterMap(
    {
        1: Register(read=lambda device: b"\0\1", write=lambda device, words: device.append(words)),
        2: Register(2, read=lambda device: b"\0\2\0\3", write=lambda device, words: device.append(words)),
        4: Register(write=lambda device, words: None),
        5: Register(8, read=lambda device: b"0123456789abcdef", partly=True),
    },
    no_access=4,
)


def test_map_reads_neighbours_in_one_go():
    assert REGISTERS.read(None, 1, 3) == bytes.fromhex("0001 0002 0003")
    assert REGISTERS.read(None, 5, 3) == b"012345"


@pytest.mark.parametrize(("start", "count", "code"), [(0, 1, 2), (2, 1, 2), (3, 1, 2), (4, 1, 4), (5, 9, 2)])
def test_map_refuses_to_read(start, count, code):
    with pytest.raises(ModbusError) as refusal:
        REGISTERS.read(None, start, count)
    assert refusal.value.code == code


def test_map_writes_whole_parameters():
    written = []
    REGISTERS.write(written, 1, b"aabbcc")
    assert written == [b"aa", b"bbcc"]


@pytest.mark.parametrize(("start", "words", "code"), [(2, b"aa", 2), (9, b"aa", 2), (5, b"a" * 16, 4)])
def test_map_refuses_to_write_and_writes_nothing(start, words, code):
    written = []
    with pytest.raises(ModbusError) as refusal:
        REGISTERS.write(written, start, words)
    assert (refusal.value.code, written) == (code, [])


@pytest.mark.parametrize("hexes", ["03 00 01", "03 00 01 00 00", "03 00 01 00 7E"])
def test_malformed_reads_are_illegal_values(hexes):
    with pytest.raises(ModbusError) as refusal:
        read_request(bytes.fromhex(hexes))
    assert refusal.value.code == 3


@pytest.mark.parametrize(
    "hexes", ["06 00 01", "10 00 01 00 02 04 00 00", "10 00 01 00 00 00", "10 00 01 00 01 04 00 00"]
)
def test_malformed_writes_are_illegal_values(hexes):
    with pytest.raises(ModbusError) as refusal:
        write_request(bytes.fromhex(hexes))
    assert refusal.value.code == 3
