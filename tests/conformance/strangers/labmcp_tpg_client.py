"""labmcp-pfeiffer-tpg: written from BG 5510; identity, units, both gauges, switching, refusals and their error word."""

import sys

from labmcp.transports import open_transport
from labmcp_pfeiffer_tpg.driver import TPGController
from note import note

HOW = {"baudrate": 9600, "read_termination": "\r\n", "write_termination": "\r", "timeout": 1.0}
line = open_transport(f"serial://{sys.argv[1]}", **HOW)


def shown(pressure):
    return [pressure.status, pressure.raw_value, pressure.unit]


note("model by itself", lambda: TPGController(line).identify()["model"])
tpg = TPGController(line, model="tpg362")
note("identify", lambda: sorted(tpg.identify()))
for unit in ("mbar", "Torr", "Pa", "micron", "hPa"):
    note(f"unit {unit}", tpg.set_unit, unit)
    note(f"pressure 1 in {unit}", lambda: tpg.pressure(1).raw_value)
tpg.set_unit("Pa")
note("pressures", lambda: [shown(pressure) for pressure in tpg.pressures()])
note("gauges", tpg.gauge_ids)
note("sensors", tpg.sensor_states)
note("sensor 1 off", tpg.set_sensor, 1, False)
note("pressure of it", lambda: tpg.pressure(1).status)
note("sensor 1 on", tpg.set_sensor, 1, True)
note("inadmissible unit", tpg.query, "UNI,9")
note("syntax", tpg.query, "XYZ")
note("errors after that", tpg.errors)
note("firmware", tpg.query, "PNR")
note("switching function", tpg.query, "SP1")
note("again by ENQ", tpg.enquire)
tpg.close()
