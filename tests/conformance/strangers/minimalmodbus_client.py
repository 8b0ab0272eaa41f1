"""minimalmodbus: a plain Modbus RTU master, with each device's map as the vendor prints it."""

import sys

import minimalmodbus
from note import note

url, device = sys.argv[1:3]
slave = minimalmodbus.Instrument(url, 1, close_port_after_each_call=False)
slave.serial.baudrate = {"mfc_elflow": 38400, "energy_sdm630": 9600}[device]
slave.serial.timeout = 0.5


def elflow():
    note("measure", slave.read_register, 0x0020)
    note("measure by function 4", slave.read_register, 0x0020, 0, 4)
    note("fmeasure", slave.read_float, 0xA100)
    note("capacity", slave.read_float, 0x8168)
    note("temperature", slave.read_float, 0xA138)
    note("unit", slave.read_string, 0x81F8, 4)
    note("fluid", slave.read_string, 0x8188, 5)
    note("serial", slave.read_string, 0xF118, 8)
    note("setpoint by function 6", slave.write_register, 0x0021, 8000, 0, 6)
    note("setpoint", slave.read_register, 0x0021)
    note("fsetpoint", slave.read_float, 0xA118)
    note("fsetpoint by function 16", slave.write_float, 0xA118, 100.0)
    note("setpoint after fsetpoint", slave.read_register, 0x0021)
    note("slope", slave.write_register, 0x0022, 20, 0, 16)
    note("neighbours", slave.read_registers, 0x0020, 3)
    note("half a float", slave.read_register, 0xA100)
    note("unknown address", slave.read_register, 0x0500)
    note("above 100 %", slave.write_register, 0x0021, 40000, 0, 6)
    note("read-only", slave.write_register, 0x0020, 1, 0, 6)
    note("write-only", slave.read_register, 0x0000)
    note("wink", slave.write_register, 0x0000, 14592, 0, 6)
    note("coils", slave.read_bit, 0, 1)


def sdm630():
    names = {0x0000: "volts", 0x0006: "amperes", 0x000C: "watts L1", 0x0034: "total watts", 0x003E: "power factor"}
    names |= {0x0046: "hertz", 0x0048: "import kWh", 0x0156: "total kWh", 0x00C8: "volts L1-L2"}
    for address, name in names.items():
        note(name, slave.read_float, address, 4)
    note("system type", slave.read_float, 0x000A)
    note("node", slave.read_float, 0x0014)
    note("relay pulse", slave.write_float, 0x000C, 200.0)
    note("relay pulse read", slave.read_float, 0x000C)
    note("system type, locked", slave.write_float, 0x000A, 1.0)
    note("password", slave.write_float, 0x0018, 1000.0)
    note("system type, unlocked", slave.write_float, 0x000A, 2.0)
    note("system type read", slave.read_float, 0x000A)
    note("not an allowed value", slave.write_float, 0x000C, 77.0)
    note("two settings at once", slave.write_registers, 0x0012, [0, 0, 0, 0])
    note("half a float", slave.read_register, 0x0001, 0, 4)
    note("coils", slave.read_bit, 0, 1)
    slave.address = 2
    note("another address", slave.read_float, 0x0000, 4)


{"mfc_elflow": elflow, "energy_sdm630": sdm630}[device]()
