"""RF generators."""

from __future__ import annotations

from tests.conformance.pair import Error, Pair, Text

PAIRS = [
    Pair(
        "rf_tandc_ag", "pymeasure", "0.16.0", "pymeasure_client",
        "identity, readings, control and its loss, set point, modes, ramp, tuner, presets, RF, refusals",
        {
            "id": "AG 0613 AIT", "serial": Text("SIM[0-9A-F]{8}"), "firmware_version": "UI 1.2, RF 1.0",
            "pulse_params": [50, 50], "frequency": 13_560_000, "power": [0.0, 0.0, 0.0], "status": 0,
            "temperature": 25.0, "tuner": "digital tuner", "power_limit": 600.0, "reverse_power_limit": 100.0,
            "dc_voltage": 0, "operation_mode": "normal", "setpoint": 0.0, "set without control": Error("ValueError"),
            "request control": None, "ping": None, "setpoint 100 W": 100.0, "setpoint 300 W": 300.0,
            "mode ramp": "ramp", "ramp start": 10, "ramp rate": 50, "mode normal": "normal", "manual": True,
            "load capacitor": None, "tune capacitor": None, "load capacitor read": 50.0, "preset 3 load": 30,
            "preset 3 tune": 70, "preset slot": 3, "automatic": False, "capacitor in automatic": Error("ValueError"),
            "RF on": True, "status on": 1, "RF off": False, "more than it has": Error("ValueError"),
            "release control": None, "RF on without control": Error("ValueError"), "setpoint after release": 0.0,
            "request control again": None, "setpoint 200 W": 200.0,
        },
        {"presets.3.load_pct": 30, "presets.3.tune_pct": 70, "wiring.commands.rf_forward_w": 0.0, "preset": 3},
        over="tcp",
        needs=("pyvisa-py==0.8.1", "pyserial==3.5"),
        wired={"rf_permit": True},
        differences={
            "serial": "the client cuts the printed form of the bytes instead of the bytes",
            "setpoint 200 W": "the client sends its request as UTF-8: a byte from 0x80 on becomes two",
        },
    ),
]  # fmt: skip
