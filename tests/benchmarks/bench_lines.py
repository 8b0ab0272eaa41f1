"""One exchange on a real line, ours beside the stock client or a raw read, the same bare server behind both.

RTU over a pty whose server keeps the wire time; Modbus TCP; a line of text. CPU time of the client beside wall time.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pymodbus.client import ModbusSerialClient, ModbusTcpClient

from drivers.line_protocol import ask_line
from drivers.modbus import ModbusClient
from drivers.transport import SerialPort
from tests.benchmarks.line_server import TEXT, wire_s
from tests.benchmarks.row import Row

ROUNDS, TIMES, RTU_TIMES = 7, 600, 60


@contextmanager
def server(*words: str) -> Iterator[str]:
    """A server in its own process; gives where it listens. Which core wakes which is fixed: it costs up to 50 µs."""
    command = [sys.executable, "-m", "tests.benchmarks.line_server", *words]
    before = os.sched_getaffinity(0)
    mine, other = min(before), max(before)
    os.sched_setaffinity(0, {mine})
    core = {other} if words[0] == "rtu" else {mine}  # one that counts the wire's time needs a core of its own
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        where = process.stdout.readline().strip()
        os.sched_setaffinity(process.pid, core)
        for thread in os.listdir(f"/proc/{process.pid}/task"):
            os.sched_setaffinity(int(thread), core)
        yield where
        process.terminate()
    os.sched_setaffinity(0, before)


def compared(times: int, *exchanges: Callable[[], Any]) -> list[tuple[float, float]]:
    """Median wall time and mean CPU time [µs] of each, in turns, so that a busy moment hits all alike."""
    wall: list[list[float]] = [[] for _ in exchanges]
    cpu = [0.0 for _ in exchanges]
    for _ in range(ROUNDS):
        for index, exchange in enumerate(exchanges):
            exchange()
            cpu_began = time.process_time()
            for _ in range(times // ROUNDS):
                began = time.perf_counter()
                exchange()
                wall[index].append(time.perf_counter() - began)
            cpu[index] += time.process_time() - cpu_began
    return [(statistics.median(w) * 1e6, c / len(w) * 1e6) for w, c in zip(wall, cpu, strict=True)]


def tcp_rows() -> list[Row]:
    with server("tcp") as where:
        port = SerialPort(f"socket://127.0.0.1:{where}", 9600, "8N1", time.perf_counter)
        ours = ModbusClient(port, 1, 1.0, framing="tcp")
        stock = ModbusTcpClient("127.0.0.1", port=int(where), retries=0)
        raw = socket.create_connection(("127.0.0.1", int(where)))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = bytes.fromhex("000100000006010300000 00a".replace(" ", ""))

        def by_hand() -> list[int]:
            raw.sendall(request)
            data = raw.recv(29)
            return [data[at] << 8 | data[at + 1] for at in range(9, 29, 2)]

        mine = lambda: ours.read_registers(0, 10)  # noqa: E731
        theirs = lambda: stock.read_holding_registers(0, count=10, device_id=1).registers  # noqa: E731
        assert mine() == theirs() == by_hand()
        (ours_us, ours_cpu), (stock_us, stock_cpu), (raw_us, _) = compared(TIMES * 5, mine, theirs, by_hand)
        port.close()
        stock.close()  # type: ignore[no-untyped-call]
        raw.close()
    return [
        Row("TCP, 10 registers: ours", ours_us, "us"),
        Row("TCP, 10 registers: stock client", stock_us, "us"),
        Row("TCP, 10 registers: hand-written, blocking", raw_us, "us"),
        Row("TCP: ours over stock", ours_us / stock_us, "", 0.85),
        Row("TCP: CPU of ours over stock", ours_cpu / stock_cpu, ""),
    ]


def rtu_rows(baud: int) -> list[Row]:
    with server("rtu", str(baud)) as place:
        port = SerialPort(place, baud, "8E1", time.perf_counter, silence_chars=3.5)
        ours = ModbusClient(port, 1, 1.0)
        on_wire: list[float] = []

        def mine() -> list[int]:
            waited, began = port.waited_s, time.perf_counter()
            words = ours.read_registers(0, 10)
            on_wire.append(time.perf_counter() - began - (port.waited_s - waited))
            return words

        words = mine()
        [(ours_us, ours_cpu)] = compared(RTU_TIMES, mine)
        port.close()
        stock = ModbusSerialClient(place, baudrate=baud, retries=0, timeout=1.0)
        theirs = lambda: stock.read_holding_registers(0, count=10, device_id=1).registers  # noqa: E731
        assert words == theirs()
        [(stock_us, stock_cpu)] = compared(RTU_TIMES, theirs)
        stock.close()  # type: ignore[no-untyped-call]
    wire_us, wire = wire_s(baud) * 1e6, f"RTU {baud} Bd"
    pure = statistics.median(on_wire) * 1e6 / wire_us
    return [
        Row(f"{wire}: wire time", wire_us, "us"),
        Row(f"{wire}: ours, first byte out to last byte in, over wire", pure, "", 1.05),
        Row(f"{wire}: ours with the silence before it, over wire", ours_us / wire_us, ""),
        Row(f"{wire}: stock client over wire", stock_us / wire_us, ""),
        Row(f"{wire}: CPU of ours over stock", ours_cpu / stock_cpu, ""),
    ]


def ascii_rows() -> list[Row]:
    with server("ascii") as where:
        port = SerialPort(f"socket://127.0.0.1:{where}", 9600, "8N1", time.perf_counter)
        raw = socket.create_connection(("127.0.0.1", int(where)))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = "MEASURE:PRESSURE:1?\r"

        def by_hand() -> bytes:
            raw.sendall(request.encode())
            return raw.recv(len(TEXT))

        mine = lambda: ask_line(port, request, b"\r", 1.0)  # noqa: E731
        assert mine() == by_hand().decode().strip()
        (ours_us, _), (raw_us, _) = compared(TIMES * 5, mine, by_hand)
        port.close()
        raw.close()
    return [
        Row("a line of text: ours", ours_us, "us"),
        Row("a line of text: raw read of the known length", raw_us, "us"),
        Row("a line of text: ours over raw", ours_us / raw_us, "", 1.2),
    ]


def run() -> list[Row]:
    """All of it."""
    return [*tcp_rows(), *rtu_rows(115200), *rtu_rows(19200), *ascii_rows()]
