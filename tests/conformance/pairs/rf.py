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
    Pair(
        "rf_cesar", "instrumentkit", "1.0.0b2", "instrumentkit_client",
        "its Cesar 1312: control, regulation, set point, RF, handshake, long report, refusals 1, 2, 4, 9, 99",
        {
            "name": Text(r"CESAR_13\d+"), "control_mode": "FrontPanel", "regulation_mode": "ForwardPower",
            "output_power": 0, "reflected_power": 0, "rf": False, "power without control": Text(r".*\(CSR=1\)"),
            "control": "Host", "regulation LoadPower": "LoadPower", "regulation ExternalPower": "ExternalPower",
            "regulation ForwardPower": "ForwardPower", "set power": 123, "more than it has": Text(r".*\(CSR=4\)"),
            "RF on": None, "RF is on": True, "regulation while RF is on": Text(r".*\(CSR=2\)"), "RF off": False,
            "unknown command": Text(r".*\(CSR=99\)"), "byte count": Text(r".*\(CSR=9\)"), "long report": "SIM",
            "power at the end": 123, "another address": Error("OSError"),
        },
        {"control_mode": 2, "wiring.commands.rf_forward_w": 0.0, "power.faults": 0},
        needs=("pyserial==3.5",),
        wired={"rf_permit": True},
        differences={
            "name": "the client's example is CESAR_1312, so 129 is the number of a type; that it is watts, as in the "
            "emulator, is assumed",
        },
        remark="a pre-release, no release has it; opens a line without the parity that it asks for; its source is one "
        "of several of the sheet",
    ),
    Pair(
        "rf_comet_cito", "instrumentkit", "1.0.0b2", "instrumentkit_client",
        "its Cito Plus 1310: name, state, regulation, set point, RF, powers, CRC, refusals",
        {
            "name": "Synertia", "rf": False, "regulation_mode": "ForwardPower", "output_power": 0.0,
            "forward_power": 0.0, "reflected_power": 0.0, "load_power": 0.0, "regulation LoadPower": "LoadPower",
            "regulation ProcessControl": "ProcessControl", "regulation ForwardPower": "ForwardPower",
            "set power": 123.4, "RF on": True, "forward power of that": 123.4,
            "regulation while RF is on": Text("Exception code: 0x8: .*"), "set power while RF is on": 50.0,
            "RF off": False, "less than a watt": 0.0, "set power again": 200.0,
            "more than it has": Text("Exception code: 0x(4|b): .*"),
            "unknown parameter": Text("Exception code: 0x1: .*"), "write-only": Text("Exception code: 0x6: .*"),
            "read-only": Text("Exception code: 0x5: .*"), "two bytes of data": Text("Exception code: 0x9: .*"),
            "regulation at the end": "ForwardPower", "power at the end": 200.0,
        },
        {"setpoint_mw": 200_000, "regulation": 0, "wiring.commands.rf_forward_w": 0.0},
        needs=("pyserial==3.5",),
        wired={"rf_permit": True},
        differences=dict.fromkeys(
            ("regulation while RF is on", "more than it has", "unknown parameter", "write-only", "read-only",
             "two bytes of data"),
            "exception codes of the client, a cito Plus, are 01 and 04 to 0C; those of the emulator, a Synertia by its "
            "manual, are 01 to 03 and 84 to 88",
        ),
        remark="a pre-release, as above; leaves the CRC of a refusal on the line; its source is one of the sheet's two",
    ),
]  # fmt: skip
