"""modbus-tk as a plain bank of registers, laid out by the vendors' lists, for our Modbus drivers. RTU or TCP."""

import json
import struct
import sys
import time

import modbus_tk.defines as md
import serial
from line import joined
from modbus_tk import modbus_rtu, modbus_tcp
from modbus_tk.hooks import install_hook
from note import serving

device = sys.argv[1]
if device.startswith("io_"):
    server = modbus_tcp.TcpServer(port=0, address="127.0.0.1")
else:
    own, theirs = joined()
    server = modbus_rtu.RtuServer(serial.Serial(own, {"mfc_elflow": 38400, "energy_sdm630": 9600}[device]))
bank = server.add_slave(1)


def words(*values):
    """Floats as two registers, high word first; whole numbers as one."""
    raw = b"".join(struct.pack(">f" if isinstance(value, float) else ">H", value) for value in values)
    return struct.unpack(f">{len(raw) // 2}H", raw)


def text(value, count):
    return struct.unpack(f">{count}H", value.encode().ljust(2 * count, b"\0"))


def block(name, kind, address, values):
    bank.add_block(name, kind, address, len(values))
    bank.set_values(name, address, values)


if device == "mfc_elflow":
    block("capacity", md.HOLDING_REGISTERS, 0x8168, words(200.0))
    block("flow", md.HOLDING_REGISTERS, 0xA100, words(50.0))
    block("setpoint", md.HOLDING_REGISTERS, 0xA118, words(0.0))
    block("temperature", md.HOLDING_REGISTERS, 0xA138, words(23.5))
    block("model", md.HOLDING_REGISTERS, 0xF110, text("F-201CV", 8) + text("M21200000A", 8))
elif device == "energy_sdm630":
    measured = {0x00: 231.0, 0x02: 230.0, 0x04: 229.0, 0x06: 1.5, 0x08: 2.5, 0x0A: 3.5, 0x0C: 300.0, 0x0E: 500.0}
    measured |= {0x10: 700.0, 0x34: 1500.0, 0x46: 50.0, 0x48: 1234.5}
    block("measured", md.ANALOG_INPUTS, 0, words(*(measured.get(at, 0.0) for at in range(0, 0x60, 2))))
    block("system", md.HOLDING_REGISTERS, 0x0A, words(3.0))
elif device == "io_bk9050":
    block("bits", md.DISCRETE_INPUTS, 0, (1, 0, 1))
    block("coils", md.COILS, 0, (0, 0, 0))
    block("analog", md.ANALOG_INPUTS, 0, (16384,))
    block("who", md.HOLDING_REGISTERS, 0x1000, text("KB0905", 7))  # the first character of a pair is the low byte
    block("lengths", md.HOLDING_REGISTERS, 0x1010, (0, 16, 3, 3))  # bits: analog out and in, digital out and in
    block("left", md.HOLDING_REGISTERS, 0x1020, (1000,))
    block("watchdog", md.HOLDING_REGISTERS, 0x1120, (1000, 0, 1))
elif device == "io_wago750":
    block("bits", md.DISCRETE_INPUTS, 0, (1, 0, 1))
    block("coils", md.COILS, 0, (0, 0, 0))
    block("coils read back", md.COILS, 0x200, (0, 0, 0))
    block("analog", md.ANALOG_INPUTS, 0, (16380,))
    block("watchdog", md.HOLDING_REGISTERS, 0x1000, (10, 1 << 14, 0, 0, 0xFFFF, 0, 1, 0, 0, 0, 0))
    block("lengths", md.HOLDING_REGISTERS, 0x1022, (0, 16, 3, 3))
    block("who", md.HOLDING_REGISTERS, 0x2020, text("WAGO 750-352", 16))


def mirror(told):
    """The coupler shows its outputs at 0x0200 again; a plain bank does not."""
    changed, places, values = told
    if device == "io_wago750" and changed is bank._get_block("coils"):
        bank._get_block("coils read back")[places] = values


install_hook("modbus.ModbusBlock.setitem", mirror)
server.start()
if device.startswith("io_"):
    while server._sock is None:  # its thread opens it
        time.sleep(0.01)
    theirs = "socket://{}:{}".format(*server._sock.getsockname())
serving(theirs)
held = {}
if device == "mfc_elflow":
    held["setpoint"] = struct.unpack(">f", struct.pack(">2H", *bank.get_values("setpoint", 0xA118, 2)))[0]
elif device.startswith("io_"):
    held["coils"] = list(bank.get_values("coils", 0, 3))
    held["watchdog"] = list(bank.get_values("watchdog", 0x1120 if device == "io_bk9050" else 0x1000, 3))
print(json.dumps(held), flush=True)
server.stop()
