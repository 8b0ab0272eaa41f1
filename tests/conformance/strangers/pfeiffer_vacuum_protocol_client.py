"""pfeiffer-vacuum-protocol: written for gauges of the same telegram; what a pump must answer and must refuse."""

import sys

import pfeiffer_vacuum_protocol as pvp
import serial
from note import note

line = serial.Serial(sys.argv[1], 9600, timeout=1.0)
note("error code", lambda: pvp.read_error_code(line, 1).name)
note("software version", pvp.read_software_version, line, 1)
note("pressure [bar]", pvp.read_pressure, line, 1)
note("type: none of its gauges", pvp.read_gauge_type, line, 1)
note("correction value: no such parameter", pvp.read_correction_value, line, 1)
note("pressure set point: no such parameter", pvp.write_pressure_setpoint, line, 1, 0)
note("another address", pvp.read_error_code, line, 2)
