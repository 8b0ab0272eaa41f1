"""turboctl: status, start, stop, parameters of all kinds, and the error replies of its access codes."""

import sys
import time

from note import note
from turboctl.ui.control_interface import ControlInterface

pump = ControlInterface(sys.argv[1])


def status(call):
    call()
    now = pump.status
    return {"Hz": now.frequency, "C": now.temperature, "A": now.current, "V": now.voltage, "on": now.pump_on}


def bits():
    pump.get_status()
    return sorted(bit.name for bit in pump.status.status_bits)


def answer(call, *arguments):
    """Kind of reply, number, index, value; an error by its name."""
    reply = call(*arguments)[1]
    error = reply.parameter_error.name if reply.parameter_mode == "error" else None
    return [reply.parameter_mode, reply.parameter_number, reply.parameter_index, error or reply.parameter_value]


note("status", status, pump.get_status)
note("bits", bits)
for number in (1, 2, 3, 4, 5, 6, 7, 11, 18, 24, 25, 125, 182, 184, 227):
    note(f"P{number}", answer, pump.read_parameter, number)
note("P171[0]", answer, pump.read_parameter, 171, 0)
note("P171[253]", answer, pump.read_parameter, 171, 253)
note("P24 written", answer, pump.write_parameter, 24, 900)
note("P24 read", answer, pump.read_parameter, 24)
note("P150 written", answer, pump.write_parameter, 150, 600)
note("below its minimum", answer, pump.write_parameter, 24, 10)
note("read-only", answer, pump.write_parameter, 3, 5)
note("index out of range", answer, pump.read_parameter, 171, 254)
note("on", status, pump.pump_on)
time.sleep(0.1)
note("on, next", lambda: status(pump.pump_on)["on"])
note("bits on", bits)
note("P3 while on", lambda: answer(pump.read_parameter, 3)[:3])
note("off", lambda: status(pump.pump_off)["on"] in (True, False))
note("off, next", lambda: status(pump.pump_off)["on"])
note("reset error", lambda: pump.reset_error()[1].parameter_mode)
pump.close()
