"""pymeasure: its SQM160, MKS937B, Nxds and CXN, on a serial line or a socket through pyvisa-py."""

import sys

from note import host_and_port, note
from pymeasure.instruments.edwards import Nxds
from pymeasure.instruments.inficon import SQM160
from pymeasure.instruments.mksinst.mks937b import MKS937B, Unit
from pymeasure.instruments.tcpowerconversion import CXN

url, device = sys.argv[1:3]
tcp = url.startswith("socket://")
RESOURCE = "TCPIP0::{}::{}::SOCKET".format(*host_and_port(url)) if tcp else f"ASRL{url}::INSTR"
HOW = {"visa_library": "@py", "timeout": 3000} if device != "film_sqm160" else {"visa_library": "@py"}


def read(thing, *names):
    for name in names:
        note(name, getattr, thing, name)


def put(thing, name, value):
    setattr(thing, name, value)
    return getattr(thing, name)


def sqm160():
    monitor = SQM160(RESOURCE, **HOW)
    read(monitor, "firmware_version", "number_of_channels", "average_rate", "average_thickness")
    note("reset_flag", getattr, monitor, "reset_flag")
    note("reset_flag again", getattr, monitor, "reset_flag")
    note("all_values", getattr, monitor, "all_values")
    for number in (1, 2):
        for name in ("rate", "thickness", "frequency", "crystal_life"):
            note(f"sensor {number} {name}", getattr, getattr(monitor, f"sensor_{number}"), name)
    note("zero", monitor.reset_thickness_rate)
    note("thickness after zero", getattr, monitor.sensor_1, "thickness")
    note("zero time", monitor.reset_time)
    note("reset parameters", monitor.reset_system_parameters)
    for check, command in (("no such sensor", "L9"), ("unknown command", "X")):
        note(check, monitor.ask, command)
        monitor.read_bytes(2)  # it leaves the CRC of a refusal on the line
    note("firmware after that", getattr, monitor, "firmware_version")


def mks937b():
    gauges = MKS937B(RESOURCE, address=1, **HOW)
    read(gauges, "serial", "all_pressures", "unit")
    for number in range(1, 7):
        note(f"pressure {number}", getattr, getattr(gauges, f"ch_{number}"), "pressure")
    for unit in (Unit.Pa, Unit.mbar, Unit.uHg, Unit.Torr):
        note(f"unit {unit.name}", put, gauges, "unit", unit)
        note(f"pressure 1 in {unit.name}", getattr, gauges.ch_1, "pressure")
    for number in (1, 3, 5):
        note(f"ion gauge {number}", getattr, getattr(gauges, f"ch_{number}"), "ion_gauge_status")
    note("off", put, gauges.ch_1, "power_enabled", False)
    note("pressure off", getattr, gauges.ch_1, "pressure")
    note("on", put, gauges.ch_1, "power_enabled", True)
    note("power of an empty plug", getattr, gauges.ch_2, "power_enabled")
    for value in (True, "SET", False):
        note(f"relay 1 {value}", put, gauges.relay_1, "enabled", value)
    note("relay 1 status", getattr, gauges.relay_1, "status")
    note("relay 1 setpoint", put, gauges.relay_1, "setpoint", 5e-6)
    note("relay 1 hysteresis", put, gauges.relay_1, "hysteresis", 7e-6)
    note("relay 1 direction", getattr, gauges.relay_1, "direction")
    note("combined pressure", getattr, gauges, "combined_pressure1")


def nxds():
    pump = Nxds(RESOURCE, write_termination="\r", read_termination="\r", **HOW)
    for check, value in (("start", 1), ("stop", 0), ("start again", 1)):
        note(check, setattr, pump, "enable", value)
        note(f"{check}: answer", pump.read)
    note("status", pump.ask, "?V802")
    note("out of range", pump.ask, "!C802 7")
    note("unknown object", pump.ask, "?V999")


def cxn():
    generator = CXN(RESOURCE, **HOW)
    read(generator, "id", "serial", "firmware_version", "pulse_params", "frequency", "power", "status", "temperature")
    read(generator, "tuner", "power_limit", "reverse_power_limit", "dc_voltage", "operation_mode", "setpoint")
    note("set without control", setattr, generator, "setpoint", 100)
    note("request control", generator.request_control)
    note("ping", generator.ping)
    note("setpoint 100 W", put, generator, "setpoint", 100)
    note("setpoint 300 W", put, generator, "setpoint", 300)
    note("mode ramp", put, generator, "operation_mode", "ramp")
    note("ramp start", put, generator, "ramp_start_power", 10)
    note("ramp rate", put, generator, "ramp_rate", 50)
    note("mode normal", put, generator, "operation_mode", "normal")
    note("manual", put, generator, "manual_mode", True)
    note("load capacitor", setattr, generator, "load_capacity", 40)
    note("tune capacitor", setattr, generator, "tune_capacity", 60)
    note("load capacitor read", getattr, generator, "load_capacity")
    note("preset 3 load", put, generator.preset_3, "load_capacity", 30)
    note("preset 3 tune", put, generator.preset_3, "tune_capacity", 70)
    note("preset slot", put, generator, "preset_slot", 3)
    note("automatic", put, generator, "manual_mode", False)
    note("capacitor in automatic", setattr, generator, "load_capacity", 10)
    note("RF on", put, generator, "rf_enabled", True)
    note("status on", getattr, generator, "status")
    note("RF off", put, generator, "rf_enabled", False)
    note("more than it has", setattr, generator, "setpoint", 3000)
    note("release control", generator.release_control)
    note("RF on without control", setattr, generator, "rf_enabled", True)
    note("setpoint after release", getattr, generator, "setpoint")
    note("request control again", generator.request_control)
    note("setpoint 200 W", put, generator, "setpoint", 200)


DEVICES = {"film_sqm160": sqm160, "gauge_mks937b": mks937b, "pump_nxds": nxds, "rf_tandc_ag": cxn}
DEVICES[device]()
