"""Gauge controllers and the crystal monitor."""

from __future__ import annotations

from tests.conformance.pair import Error, Near, Pair

NEEDS = ("pyvisa-py==0.8.1", "pyserial==3.5")
SCIETEX = ("scietex.hal.serial==2.4.0", "pymodbus==3.16.1", "pyserial==3.5")
PRESSURES = {"wide_gauge_pa": 1e-3, "guard_gauge_pa": 13.3322}
ANGSTROM = "the client says Angstrom where the emulator gives thousands of them, as the display does; not settled"

PAIRS = [
    Pair(
        "film_sqm160", "pymeasure", "0.16.0", "pymeasure_client",
        "CRC both ways, rate, thickness, frequency, life, averages, zero, flag, refusals C and D",
        {
            "firmware_version": "MON Ver 4.13", "number_of_channels": 2, "average_rate": 0.0,
            "average_thickness": 120.0, "reset_flag": True, "reset_flag again": False,
            "all_values": [0.0, 0.12, 5979882.676, 0.0, 0.0, 0.0], "sensor 1 rate": 0.0, "sensor 1 thickness": 120.0,
            "sensor 1 frequency": 5979882.676, "sensor 1 crystal_life": 98.0,
            **{f"sensor 2 {name}": 0.0 for name in ("rate", "thickness", "frequency", "crystal_life")},
            "zero": None, "thickness after zero": 0.0, "zero time": None, "reset parameters": None,
            "no such sensor": Error("ConnectionError"), "unknown command": Error("ConnectionError"),
            "firmware after that": "MON Ver 4.13",
        },
        {"zero_nm": 12.0},
        needs=NEEDS,
        feels={"quartz_film_nm": 12.0},
        differences={
            "average_thickness": ANGSTROM,
            "sensor 1 thickness": ANGSTROM,
            "all_values": "the client splits W at commas, the emulator writes blanks; the form is in no source",
        },
        remark="leaves the CRC of a refusal on the line",
    ),
    Pair(
        "gauge_mks937b", "pymeasure", "0.16.0", "pymeasure_client",
        "pressures in four units, heads on and off, ion gauge status, relays",
        {
            "serial": "0000000937", "all_pressures": "7.50E-6 NOGAUGE NOGAUGE 1.000E-1 NOGAUGE NOGAUGE",
            "unit": "TORR", "pressure 1": 7.5e-6, "pressure 4": 0.1,
            **{f"pressure {n}": "NOGAUGE" for n in (2, 3, 5, 6)},
            "unit Pa": "PASCAL", "pressure 1 in Pa": 1e-3, "unit mbar": "mBAR", "pressure 1 in mbar": 1e-5,
            "unit uHg": "MICRON", "pressure 1 in uHg": 7.5e-3, "unit Torr": "TORR", "pressure 1 in Torr": 7.5e-6,
            "ion gauge 1": "Good", "ion gauge 3": "No gauge", "ion gauge 5": "No gauge", "off": False,
            "pressure off": "OFF", "on": True, "power of an empty plug": Error("KeyError"), "relay 1 True": True,
            "relay 1 SET": "SET", "relay 1 False": False, "relay 1 status": "CLEAR", "relay 1 setpoint": 5e-6,
            "relay 1 hysteresis": 7e-6, "relay 1 direction": "BELOW", "combined pressure": "NAK160",
        },
        {"channels.0.on": True, "settings.U": "TORR"},
        needs=NEEDS,
        feels=PRESSURES,
    ),
    Pair(
        "gauge_tpg36x", "labmcp-pfeiffer-tpg", "0.1.2", "labmcp_tpg_client",
        "ETX, ACK, NAK, ENQ, five units, both gauges, switching, error word",
        {
            "model by itself": "TPG362",
            "identify": ["firmware", "hardware", "manufacturer", "model", "part_number", "serial"],
            "unit mbar": "mbar", "pressure 1 in mbar": 1e-5, "unit Torr": "Torr", "pressure 1 in Torr": 7.5006e-6,
            "unit Pa": "Pa", "pressure 1 in Pa": 1e-3, "unit micron": "micron", "pressure 1 in micron": 7.5006e-3,
            "unit hPa": "hPa", "pressure 1 in hPa": 1e-5,
            "pressures": [["ok", 1e-3, "Pa"], ["ok", 13.332, "Pa"]], "gauges": ["PKR", "CMR"], "sensors": [2, 2],
            "sensor 1 off": [1, 2], "pressure of it": "sensor off", "sensor 1 on": [2, 2],
            "inadmissible unit": Error("InstrumentProtocolError"), "syntax": Error("InstrumentProtocolError"),
            "errors after that": [], "firmware": "010300", "switching function": "1,1.0000E-02,1.0000E-01",
            "again by ENQ": "1,1.0000E-02,1.0000E-01",
        },
        {"unit": 2},
        feels=PRESSURES,
    ),
    Pair(
        "gauge_tpg36x", "labmcp-pfeiffer-tpg", "0.1.2", "labmcp_tpg_server",
        "its TPG 362: stream at power-up, unit, both pressures and states",
        {
            "who": "Pfeiffer TPG with PKR,TPR/PCR", "ready": True, "wide_pressure_pa": Near(8e-3, 1e-3),
            "wide_pressure_state": "ok", "guard_pressure_pa": Near(2.4, 0.2), "guard_pressure_state": "ok",
        },
        {"unit": "Pa", "refused": 0},
        serves=True,
        remark="writes no plus, which s,sx.xxxxEsxx has; its script adds it, and takes its noise of 2 % away",
    ),
    Pair(
        "gauge_thyracont", "scietex.hal.vacuum_gauge", "2.3.0", "scietex_client",
        "type, pressure, set points, gas factors, hot cathode, transition, adjustment, refusals, another address",
        {
            "model": "VSH88D", "pressure": 2.6e-6, "set point 1": 4e-4, "set point 2": 4e-4,
            "calibration 1": 1.0, "calibration 2": 1.0, "set point 2 written": 2.5e-3, "set point 2 read": 2.5e-3,
            "set point 1 after that": 4e-4, "hot cathode": True, "hot cathode off": False, "hot cathode read": False,
            "hot cathode on": True, "transition": True, "transition off": False, "transition read": False,
            "calibration 1 written": 1.2, "calibration unlocked by hand": "1", "calibration in six digits": "000120",
            "calibration 1 read": 1.2, "atmosphere": None, "zero": 0.0, "pressure set": None,
            "unknown code": "NO_DEF", "pressure at the end": 2.6e-6, "another address": None,
        },
        {"set_points.1": "250017", "factors.0": 120, "hot_cathode": True, "transition": False},
        needs=SCIETEX,
        feels={"wide_gauge_pa": 2.6e-4},
        differences={
            "calibration 1 written": "the client sends a gas factor as 120, the manuals have six digits (000057)",
        },
        remark="2.3.0 is its last release with a client of the gauge itself; sets a pressure by m, a code of no manual",
    ),
    Pair(
        "gauge_thyracont", "scietex.hal.vacuum_gauge", "2.3.0", "scietex_server",
        "its emulator of an MTM09D: type, pressure",
        {"who": "Thyracont MTM09D", "ready": True, "pressure_pa": 2.6e-4},
        {"pressure": 2.6e-6},
        needs=SCIETEX,
        serves=True,
    ),
]  # fmt: skip
