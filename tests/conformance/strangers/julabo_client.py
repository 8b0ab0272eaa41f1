"""julabo: the circulator class of its package, start and stop, set points, what the unit does not know."""

import sys

from julabo.connection import connection_for_url
from julabo.device import JulaboCF
from note import note

line = connection_for_url(f"serial:{sys.argv[1]}", concurrency="syncio", baudrate=4800, timeout=1)
line.serial.open() if not line.serial.is_open else None
line.readline = lambda eol=None: line.serial.read_until(b"\n")  # its own wording is of an older pyserial
chiller = JulaboCF(line)
for name in ("identification", "status", "is_started", "bath_temperature", "heating_power", "external_temperature"):
    note(name, getattr(chiller, name))
note("safety temperature", chiller.safety_temperature)
note("set point", chiller.set_point_1)
note("write set point", lambda: chiller.set_point_1(31.5) and None)
note("set point written", chiller.set_point_1)
note("start", lambda: chiller.start() and None)
note("started", chiller.is_started)
note("status started", chiller.status)
note("stop", lambda: chiller.stop() and None)
note("stopped", chiller.is_started)
note("start again", lambda: chiller.start() and None)
note("too hot", lambda: chiller.set_point_1(99.0) and None)
note("status of that", chiller.status)
note("set point after that", chiller.set_point_1)
