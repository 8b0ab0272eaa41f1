"""sdm-modbus: its own register map of the SDM630, all measurements at once and the settings."""

import sys

import sdm_modbus
from note import note

meter = sdm_modbus.SDM630(device=sys.argv[1], stopbits=1, parity="N", baud=9600, timeout=1, unit=1)
values = note("connected", meter.connected) and meter.read_all(sdm_modbus.registerType.INPUT)
note("how many", lambda: len(values))
for name in sorted(values or ()):
    note(name, values.get, name)
for name in ("system_type", "relay_pulse_width", "meter_id", "baud", "demand_period"):
    note(f"setting {name}", meter.read, name)
