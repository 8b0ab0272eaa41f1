"""labmcp-julabo: a second, independent reader of the manuals; asks for the status after every order."""

import sys

from labmcp.transports import open_transport
from labmcp_julabo.driver import JulaboCirculator
from note import note

HOW = {"baudrate": 4800, "read_termination": "\r\n", "write_termination": "\r", "timeout": 1.0}
line = open_transport(f"serial://{sys.argv[1]}", **HOW)
chiller = JulaboCirculator(line)
for name in ("version", "bath_temperature_c", "heating_power_pct", "external_temperature_c", "is_running"):
    note(name, getattr(chiller, name))
for name in ("safety_sensor_temperature_c", "excess_temperature_protection_c", "setpoint_c", "warning_limits_c"):
    note(name, getattr(chiller, name))
note("status", lambda: chiller.status().label)
note("set", lambda: chiller.set_setpoint(31.5).label)
note("setpoint", chiller.setpoint_c)
note("start", lambda: chiller.start().label)
note("too hot", chiller.set_setpoint, 99.0)
note("too cold", chiller.set_setpoint, -60.0)
note("setpoint kept", chiller.setpoint_c)
note("unknown order", chiller.send, "out_sp_99 1")
note("stop", chiller.stop)
chiller.close()
