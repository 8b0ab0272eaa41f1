"""One Modbus RTU exchange in memory: our client against the stock one, the same emulated device behind both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from pymodbus.client import ModbusSerialClient

from drivers.modbus import ModbusClient
from sim.devices.mfc_elflow import ElFlow
from sim.line import SimLine
from sim.memory_port import MemoryPort
from sim.wiring import Wiring
from tests.benchmarks.row import Row

FLOW = 0xA100


class Now:
    now = 0.0


class MemorySerial:
    """As much of a serial port as the stock client asks for, answered by the same emulator at once."""

    is_open = True

    def __init__(self, device: ElFlow) -> None:
        self.device = device
        self.waiting = b""

    @property
    def in_waiting(self) -> int:
        return len(self.waiting)

    def write(self, data: bytes) -> int:
        self.waiting += self.device.receive(data, 0.0)
        return len(data)

    def read(self, size: int) -> bytes:
        data, self.waiting = self.waiting[:size], self.waiting[size:]
        return data


def mfc() -> ElFlow:
    return ElFlow("o2_mfc", {"prefix": "o2_", "full_scale_sccm": 200, "address": 1}, Wiring())


def median_us(function: Callable[[], Any], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        function()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e6


def run() -> list[Row]:
    """Both read the same two registers."""
    ours = ModbusClient(MemoryPort(SimLine("gas", [mfc()], 38400, 11), Now()), 1, 0.2)
    stock = ModbusSerialClient("memory", baudrate=38400, retries=0)
    stock.socket = MemorySerial(mfc())  # type: ignore[assignment]
    assert ours.read_registers(FLOW, 2) == stock.read_holding_registers(FLOW, count=2, device_id=1).registers
    ours_us = median_us(lambda: ours.read_registers(FLOW, 2), 3000)
    stock_us = median_us(lambda: stock.read_holding_registers(FLOW, count=2, device_id=1), 300)
    return [
        Row("one exchange, ours (both sides)", ours_us, "us"),
        Row("one exchange, stock client (both sides)", stock_us, "us"),
        Row("ours over stock", ours_us / stock_us, "", 1 / 20),
    ]
