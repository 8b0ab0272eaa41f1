"""pyModbusTCP: a plain Modbus TCP client; both couplers' images, registers, watchdogs and refusals."""

import sys
import time

from note import host_and_port, note
from pyModbusTCP.client import ModbusClient

url, device = sys.argv[1:3]
host, port = host_and_port(url)
io = ModbusClient(host=host, port=port, unit_id=1, timeout=2.0)


def refusal(call, *arguments):
    """The exception code that a request meets; 0 when it was taken."""
    return 0 if call(*arguments) else io.last_except


def images(words_out):
    note("inputs", io.read_discrete_inputs, 0, 3)
    note("outputs at first", io.read_coils, 0x0200 if words_out == 0x0200 else 0, 3)
    note("one coil", io.write_single_coil, 1, True)
    note("coils", io.write_multiple_coils, 0, [True, False, True])
    note("outputs", io.read_coils, 0x0200 if words_out == 0x0200 else 0, 3)
    note("output word", io.read_holding_registers, words_out, 1)
    note("analog by function 4", io.read_input_registers, 0, 1)
    note("analog by function 3", io.read_holding_registers, 0, 2)
    note("write a word", io.write_single_register, words_out, 0b011)
    note("outputs by word", io.read_coils, 0x0200 if words_out == 0x0200 else 0, 3)
    note("write and read words", io.write_read_multiple_registers, words_out, [0b101], words_out, 1)
    note("too many inputs", refusal, io.read_discrete_inputs, 0, 200)
    note("no such output", refusal, io.write_single_coil, 300, True)
    note("no such register", refusal, io.read_holding_registers, 0x3F00, 1)
    note("function 43", refusal, io.read_device_identification)


def bk9050():
    note("identification", io.read_holding_registers, 0x1000, 7)
    note("image lengths", io.read_holding_registers, 0x1010, 4)
    note("watchdog: preset, reset, kind", io.read_holding_registers, 0x1120, 3)
    note("preset 400 ms", io.write_single_register, 0x1120, 400)
    note("writes only", io.write_single_register, 0x1122, 0)
    images(0x0800)
    note("preset while active", refusal, io.write_single_register, 0x1120, 500)
    time.sleep(0.2)
    note("reading does not trigger: outputs", io.read_coils, 0, 3)
    time.sleep(0.4)
    note("tripped: outputs", io.read_coils, 0, 3)
    note("tripped: time left", io.read_holding_registers, 0x1020, 1)
    note("reset", io.write_single_register, 0x1121, 0xBECF)
    note("reset, second half", io.write_single_register, 0x1121, 0xAFFE)
    note("coil after reset", io.write_single_coil, 2, True)
    note("outputs after reset", io.read_coils, 0, 3)


def wago750():
    note("constants", io.read_holding_registers, 0x2000, 9)
    note("image lengths", lambda: [io.read_holding_registers(0x1022 + n, 1)[0] for n in range(4)])
    note("modules", lambda: io.read_holding_registers(0x2030, 65)[:5])
    note("item", io.read_holding_registers, 0x2012, 1)
    images(0x0200)
    note("outputs at 0x0200", io.write_multiple_coils, 0x0200, [True, True, False])
    note("outputs at 0x0200 read", io.read_coils, 0x0200, 3)
    note("bits beyond 0x0400", refusal, io.read_coils, 0x0400, 1)
    note("watchdog status at first", io.read_holding_registers, 0x1006, 1)
    for value in (0xAAAA, 0x5555):
        note(f"stop {value:04X}", io.write_single_register, 0x1005, value)
    note("time 400 ms", io.write_single_register, 0x1000, 4)
    note("mask coils", io.write_single_register, 0x1001, 1 << 14)
    note("trigger", io.write_single_register, 0x1003, 1)
    note("watchdog runs", io.read_holding_registers, 0x1006, 1)
    note("time while it runs", refusal, io.write_single_register, 0x1000, 9)
    note("coils trigger", io.write_multiple_coils, 0, [True, False, True])
    time.sleep(0.2)
    note("still on", io.read_coils, 0x0200, 3)
    time.sleep(0.6)
    note("exhausted", io.read_holding_registers, 0x1006, 1)
    note("image after that", refusal, io.read_coils, 0x0200, 3)
    note("restart", io.write_single_register, 0x1007, 1)
    note("outputs after restart", io.read_coils, 0x0200, 3)


{"io_bk9050": bk9050, "io_wago750": wago750}[device]()
io.close()
