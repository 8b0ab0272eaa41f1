import pickle
import select
import socket
import threading
import time

import pytest
import serial

from sim.line import SimLine
from sim.memory_port import NETWORK_S, MemoryPort
from sim.ports import Ticker, serve_pty, serve_tcp


class World:
    now = 10.0


class FixedLine(SimLine):
    """Answers every request with the same list."""

    answers = ()

    def receive(self, data, now):
        self.heard = (data, now)
        return list(self.answers)


CHAR_S = 10 / 9600


@pytest.fixture
def line():
    return FixedLine("line", [], 9600, 10)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def port(line, world):
    return MemoryPort(line, world)


def test_an_exchange_costs_request_latency_and_reply(port, line, world):
    line.answers = [(0.005, b"answer")]
    port.write(b"ask")
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S)
    assert line.heard == (b"ask", port.now())
    assert port.read(6, 0.1) == b"answer"
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S + 0.005 + 6 * CHAR_S)
    assert port.answered_s == 10.0


def test_the_clock_waits_for_the_world(port, line, world):
    line.answers = [(0.005, b"a")]
    port.write(b"ask")
    port.read(1, 0.1)
    assert port.now() > 10.0
    world.now = 11.0
    assert port.now() == 11.0
    port.write(b"ask")
    assert port.answered_s == 10.0
    port.read(1, 0.1)
    assert port.answered_s == 11.0


def test_two_exchanges_in_one_scan_add_up(port, line):
    line.answers = [(0.005, b"answer")]
    for _ in range(2):
        port.write(b"ask")
        port.read(6, 0.1)
    assert port.now() == pytest.approx(10.0 + 2 * (9 * CHAR_S + 0.005))


def test_a_read_in_pieces_costs_the_same(port, line):
    line.answers = [(0.005, b"answer")]
    port.write(b"ask")
    assert [port.read(1, 0.1), port.read(2, 0.1), port.read(3, 0.1)] == [b"a", b"ns", b"wer"]
    assert port.now() == pytest.approx(10.0 + 9 * CHAR_S + 0.005)


def test_read_until_takes_one_line_and_leaves_the_rest(port, line):
    line.answers = [(0.005, b"one\r\ntwo\r"), (0.005 + 9 * CHAR_S, b"\n")]
    port.write(b"ask")
    assert port.read_until(b"\r\n", 20, 0.1) == b"one\r\n"
    assert port.read_until(b"\r\n", 20, 0.1) == b"two\r\n"
    assert port.now() == pytest.approx(10.0 + 13 * CHAR_S + 0.005)
    line.answers = [(0.0, b"endless")]
    port.write(b"ask")
    assert port.read_until(b"\r\n", 4, 0.1) == b"endl"


def test_silence_costs_the_time_out_since_the_last_request(port):
    port.write(b"ask")
    assert port.read(6, 0.1) == b""
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S + 0.1)
    assert port.read(6, 0.1) == b""
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S + 0.1)


def test_a_short_answer_costs_the_time_out_too(port, line):
    line.answers = [(0.005, b"ans")]
    port.write(b"ask")
    assert port.read(6, 0.1) == b"ans"
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S + 0.1)


def test_a_late_answer_meets_the_next_reader(port, line, world):
    line.answers = [(0.4, b"late")]
    port.write(b"ask")
    assert port.read(4, 0.1) == b""
    line.answers = [(0.01, b"next")]
    world.now = 10.395
    port.write(b"ask")
    assert port.read(4, 0.1) == b"late"
    assert port.answered_s == 10.0
    assert port.read(4, 0.1) == b"next"
    assert port.answered_s == 10.395


def test_an_answer_that_is_cut_by_the_time_out(port, line):
    line.answers = [(0.1 - 3.5 * CHAR_S, b"answer")]
    port.write(b"ask")
    assert port.read(6, 0.1) == b"ans"
    assert port.read(3, 0.2) == b"wer"


def test_drain_costs_silence_and_takes_what_comes_meanwhile(port, line):
    port.write(b"ask")
    port.drain(0.05)
    assert port.now() == pytest.approx(10.0 + 3 * CHAR_S + 0.05)
    line.answers = [(0.04, b"answer")]
    start = port.now()
    port.write(b"ask")
    port.drain(0.05)
    assert port.now() == pytest.approx(start + 9 * CHAR_S + 0.04 + 0.05)
    assert port.read(6, 0.0) == b""


def test_a_network_line_charges_its_own(world):
    line = FixedLine("net", [], None)
    line.answers = [(0.002, b"answer" * 100)]
    port = MemoryPort(line, world)
    port.write(b"ask")
    assert port.read(600, 0.1) == b"answer" * 100
    assert port.now() == pytest.approx(10.0 + NETWORK_S + 0.002)


def test_modbus_charges_the_silence_before_a_request(reference, world):
    port = MemoryPort(SimLine("gas", [reference["o2_mfc"]], 38400, 11), world)
    port.write(b"12345678")
    assert port.now() == pytest.approx(10.0 + (3.5 + 8) * 11 / 38400)


def test_a_closed_port_refuses(port):
    port.close()
    with pytest.raises(ConnectionError, match="line line"):
        port.write(b"ask")


def test_a_port_can_be_pickled_with_its_answers(reference, world):
    port = MemoryPort(SimLine("throttle", [reference["throttle"]], 38400, 10), world)
    port.write(b"i:76\r\n")
    twin = pickle.loads(pickle.dumps(port))
    assert twin.read_until(b"\r\n", 40, 0.1) == port.read_until(b"\r\n", 40, 0.1) != b""
    assert twin.now() == port.now()


# --- real time ----------------------------------------------------------------------------------------------


class Mortal:
    """A world that lives for three ticks."""

    now = 0.0

    def __init__(self):
        self.ticks = 0

    def advance(self, until_s):
        self.ticks += 1
        if self.ticks == 3:
            raise ZeroDivisionError("a mistake")
        self.now = until_s


def test_a_world_that_fails_ends_its_ticker_and_says_why():
    world = Mortal()
    with Ticker(world) as ticker:
        assert ticker._ending.wait(10.0), "whoever waits for the end must not wait for ever"
        ticker.wait()
    assert isinstance(ticker.error, ZeroDivisionError)
    assert world.ticks == 3
    assert not ticker.lock.locked()


def test_a_ticker_that_is_told_to_end_has_no_error():
    world = Mortal()
    with Ticker(world, look=lambda: ticker.end()) as ticker:
        ticker.wait()
    assert ticker.error is None and world.ticks == 1


# --- real ports ---------------------------------------------------------------------------------------------


@pytest.fixture
def lines(reference):
    return {
        "throttle": SimLine("throttle", [reference["throttle"]], 38400, 10),
        "io": SimLine("io", [reference["io"]]),
    }


def address(url):
    host, port = url.removeprefix("socket://").split(":")
    return host, int(port)


def converse(url, request, size):
    with socket.create_connection(address(url), timeout=5.0) as client:
        client.sendall(request)
        reply = b""
        while len(reply) < size:
            reply += client.recv(size)
        return reply


def test_lines_on_tcp(lines, world):
    urls = dict.fromkeys(lines, "socket://127.0.0.1:0")
    with serve_tcp(lines, Ticker(world), world, urls) as server:
        assert set(server.urls) == set(lines)
        assert converse(server.urls["throttle"], b"i:76\r\n", 23).startswith(b"i:76")
        assert converse(server.urls["throttle"], b"A:\r\n", 10) == b"A:001000\r\n"  # and again
        assert len(converse(server.urls["io"], bytes.fromhex("0001 0000 0006 01 02 0000 0017"), 12)) == 12
        where = address(server.urls["io"])
    with pytest.raises(OSError):
        socket.create_connection(where, timeout=1.0).close()


def test_a_port_in_use_is_named(lines, world):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        urls = {"throttle": "socket://127.0.0.1:0", "io": f"socket://127.0.0.1:{port}"}
        with pytest.raises(OSError, match=f"bus io: port 127.0.0.1:{port} is in use"):
            serve_tcp(lines, Ticker(world), world, urls)


def test_a_url_that_cannot_be_served(lines, world):
    with pytest.raises(ValueError, match=r"bus throttle: cannot serve '/dev/ttyS0'"):
        serve_tcp(lines, Ticker(world), world, {"throttle": "/dev/ttyS0", "io": "socket://127.0.0.1:0"})


@pytest.mark.parametrize("on_pty", [False, True])
def test_a_client_that_never_reads_holds_nobody_up_at_the_end(world, on_pty):
    line = FixedLine("line", [], 10**9, 10)
    line.answers = [(0.0, b"x" * 20_000_000)]  # more than any socket or pseudo-terminal takes
    ticker = Ticker(world)
    anywhere = {"line": "socket://127.0.0.1:0"}
    lines = {"line": line}
    with serve_pty(lines, ticker, world) if on_pty else serve_tcp(lines, ticker, world, anywhere) as server:
        url = server.urls["line"]
        client = serial.Serial(url, 38400) if on_pty else socket.create_connection(address(url), timeout=5.0)
        with client:
            client.write(b"ask") if on_pty else client.sendall(b"ask")
            assert select.select([client], [], [], 5.0)[0], "it has begun to answer"
            began = time.monotonic()
            server.close()
            assert time.monotonic() - began < 2.0
    assert not [thread.name for thread in threading.enumerate() if thread.name == "line line"]


def test_lines_on_ptys(lines, world):
    with serve_pty(lines, Ticker(world), world) as server:
        with serial.Serial(server.urls["throttle"], 38400, timeout=5.0) as client:
            client.write(b"A:\r\n")
            assert client.read(10) == b"A:001000\r\n"
        assert server.urls["io"].startswith("socket://")
