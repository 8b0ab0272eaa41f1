"""pfeiffer-turbo (TC 110 class): every parameter it knows that is safe to read, start, stop, settings, refusals."""

import sys

from note import host_and_port, note
from pfeiffer_turbo import TC110, TcpTransport

pump = TC110(TcpTransport(*host_and_port(sys.argv[1]), timeout_s=1.0))


def put(name, value):
    setattr(pump, name, value)
    return getattr(pump, name)


names = [name for name in dir(type(pump)) if isinstance(getattr(type(pump), name), property)]
for name in names:
    note(name, getattr, pump, name)
note("start", pump.start)
note("started", getattr, pump, "pumpg_statn")
note("accelerates", getattr, pump, "pump_accel")
note("standby on", put, "standby", True)
note("standby speed", put, "stby_sval", 50.0)
note("set speed", getattr, pump, "set_rot_spd")
note("gas mode", put, "gas_mode", 1)
note("vent time", put, "vent_time", 120)
note("acknowledge", setattr, pump, "error_ackn", True)
note("stop", pump.stop)
note("stopped", getattr, pump, "pumpg_statn")
pump.close()
