"""InstrumentKit: its Comet Cito Plus 1310 and Dressler Cesar 1312, each tried by its author on the real one."""

import re
import sys
import time

import instruments
from note import note, say

url, device = sys.argv[1:3]


def put(thing, name, value):
    setattr(thing, name, value)
    return plain(getattr(thing, name))


def plain(value):
    """Watts, modes by their name, and what is plain already."""
    return value.m_as("W") if hasattr(value, "m_as") else getattr(value, "name", value)


def read(thing, *names):
    for name in names:
        note(name, lambda at=name: plain(getattr(thing, at)))


def refused(check, line, call, *arguments):
    """What it says of a refusal. Of the Comet's it leaves the CRC on the line."""
    try:
        call(*arguments)
        say(check, "nothing")
    except OSError as error:
        say(check, str(error))
    time.sleep(0.05)
    line.reset_input_buffer()


def cito():
    rf = instruments.comet.CitoPlus1310.open_serial(url, 115200)
    line, modes = rf._file._conn, rf.RegulationMode
    read(rf, "name", "rf", "regulation_mode", "output_power", "forward_power", "reflected_power", "load_power")
    for mode in (modes.LoadPower, modes.ProcessControl, modes.ForwardPower):
        note(f"regulation {mode.name}", put, rf, "regulation_mode", mode)
    note("set power", put, rf, "output_power", 123.4)
    note("RF on", put, rf, "rf", True)
    time.sleep(0.5)
    note("forward power of that", lambda: plain(rf.forward_power))
    refused("regulation while RF is on", line, put, rf, "regulation_mode", modes.LoadPower)
    note("set power while RF is on", put, rf, "output_power", 50)
    note("RF off", put, rf, "rf", False)
    note("less than a watt", put, rf, "output_power", 0.5)
    note("set power again", put, rf, "output_power", 200)
    refused("more than it has", line, put, rf, "output_power", 5000)
    refused("unknown parameter", line, rf.query, rf._make_pkg(4711))
    refused("write-only", line, rf.query, rf._make_pkg(1001))
    refused("read-only", line, rf.sendcmd, rf._make_pkg(8021, 1))
    refused("two bytes of data", line, rf.sendcmd, rf._make_pkg(1206, 1, 2))
    note("regulation at the end", lambda: plain(rf.regulation_mode))
    note("power at the end", lambda: plain(rf.output_power))


def cesar():
    rf = instruments.dressler.Cesar1312.open_serial(url, 115200)
    line, controls, modes = rf._file._conn, rf.ControlMode, rf.RegulationMode
    read(rf, "name", "control_mode", "regulation_mode", "output_power", "reflected_power", "rf")
    refused("power without control", line, put, rf, "output_power", 100)
    note("control", put, rf, "control_mode", controls.Host)
    for mode in (modes.LoadPower, modes.ExternalPower, modes.ForwardPower):
        note(f"regulation {mode.name}", put, rf, "regulation_mode", mode)
    note("set power", put, rf, "output_power", 123)
    refused("more than it has", line, put, rf, "output_power", 60_000)
    note("RF on", setattr, rf, "rf", True)
    time.sleep(0.5)  # its state follows the power
    note("RF is on", lambda: rf.rf)
    refused("regulation while RF is on", line, put, rf, "regulation_mode", modes.LoadPower)
    note("RF off", put, rf, "rf", False)
    refused("unknown command", line, rf.sendcmd, rf._make_pkg(79))
    refused("byte count", line, rf.sendcmd, rf._make_pkg(8, b"\1\0\0"))
    note("long report", lambda: re.sub("0+$", "", rf.query(rf._make_pkg(221)).decode()))
    note("power at the end", lambda: plain(rf.output_power))
    rf.address, rf.retries = 2, 0
    note("another address", lambda: rf.name)


{"rf_comet_cito": cito, "rf_cesar": cesar}[device]()
