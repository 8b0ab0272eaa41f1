"""labmcp-alicat: written from the Serial Primer; reads its frame by the table ??D*, sends no integer set point."""

import sys

from labmcp.transports import open_transport
from labmcp_alicat.driver import AlicatDevice
from note import note

HOW = {"baudrate": 19200, "read_termination": "\r", "write_termination": "\r", "timeout": 1.0}
line = open_transport(f"serial://{sys.argv[1]}", **HOW)
mfc = AlicatDevice(line)


def frame(told):
    return {value.key: value.value for value in told.values} | {"status": told.status_codes, "rest": told.extra_tokens}


note("initialise", mfc.initialise)
note("identity", lambda: {name: mfc.identify().get(name) for name in ("model", "firmware", "data_frame_layout")})
note("layout", lambda: [f"{field.key} {field.unit}".strip() for field in mfc.layout.required])
note("is a controller", lambda: [mfc.is_controller, mfc.has_gas_select])
note("full scale", mfc.full_scale, 5)
note("source", mfc.setpoint_source)
note("frame", lambda: frame(mfc.poll()))
note("set point", lambda: vars(mfc.set_setpoint(50.0)))
note("set point read", lambda: vars(mfc.get_setpoint()))
note("gases", lambda: len(mfc.gases()) > 20)
note("argon", mfc.set_gas, 1)
note("nitrogen", mfc.set_gas, 8)
note("no such gas", mfc.set_gas, 99)
note("tare flow", lambda: mfc.tare_flow().status_codes)
note("tare gauge pressure", lambda: mfc.tare_gauge_pressure().status_codes)
note("hold", lambda: mfc.hold_position().status_codes)
note("held closed", lambda: mfc.hold_closed().status_codes)
note("cancel hold", lambda: mfc.cancel_hold().status_codes)
note("above full scale", mfc.set_setpoint, 9000.0)
note("unknown command", mfc.command, "QQ")
note("set point at the end", lambda: vars(mfc.set_setpoint(75.0)))
mfc.close()
