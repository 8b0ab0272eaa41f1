"""Mass-flow controllers. 200 sccm of O2, 50 sccm flow; 32000 is full scale."""

from __future__ import annotations

from tests.conformance.pair import Error, Near, Pair, Text

O2 = {"flow_sccm.o2": 50.0}
AT_100 = {"instrument.setpoint": 16000.0, "wiring.commands.flow_setpoint_sccm.o2": 100.0}
SERIAL = "SIM[0-9A-F]{8}"


def _state(setpoint: float, gas: str = "O2", flow: float = 50.0) -> dict[str, object]:
    """A data frame as alicat names it; 23 degC and 24.66 PSIA are what the emulator assumes."""
    volume = 29.6 if flow else 0.0
    frame = {"pressure": 24.66, "temperature": 23.0, "volumetric_flow": volume, "mass_flow": flow}
    return {**frame, "setpoint": setpoint, "gas": gas, "control_point": "mass flow"}


def _set(setpoint: float) -> dict[str, object]:
    return {"current": setpoint, "requested": setpoint, "unit": "SCCM"}


PAIRS = [
    Pair(
        "mfc_elflow", "minimalmodbus", "2.1.1", "minimalmodbus_client",
        "functions 1, 3, 4, 6, 16; words, floats, texts; exceptions 1, 2, 4",
        {
            "measure": 8000, "measure by function 4": 8000, "fmeasure": 50.0, "capacity": 200.0, "temperature": 23.0,
            "unit": "mln/min\0", "fluid": "O2" + 8 * "\0", "serial": Text(SERIAL + 5 * "\0"),
            "setpoint by function 6": None, "setpoint": 8000, "fsetpoint": 50.0, "fsetpoint by function 16": None,
            "setpoint after fsetpoint": 16000, "slope": None, "neighbours": [8000, 16000, 20],
            "half a float": Error("IllegalRequestError"), "unknown address": Error("IllegalRequestError"),
            "above 100 %": Error("SlaveReportedException"), "read-only": Error("SlaveReportedException"),
            "write-only": Error("SlaveReportedException"), "wink": None, "coils": Error("IllegalRequestError"),
        },
        {"instrument.setpoint": 16000.0, "instrument.slope": 20},
        feels=O2,
    ),
    Pair(
        "mfc_elflow", "debian:mbpoll", "1.4.11", "mbpoll_client",
        "functions 3, 6, 16; words and floats; exceptions 2, 4",
        {
            "measure": ["8000"], "fmeasure": ["50"], "capacity": ["200"], "setpoint": "Written",
            "setpoint read": ["8000"], "fsetpoint": "Written", "setpoint after fsetpoint": ["16000"],
            "unknown address": "Illegal data address", "read-only": "Slave device or server failure",
        },
        AT_100,
        feels=O2,
    ),
    Pair(
        "mfc_elflow", "modbus-tk", "1.1.5", "modbus_tk_server",
        "a bank of registers: identity, flow, set and read back",
        {
            "who": "Bronkhorst F-201CV no. M21200000A, 200 sccm", "ready": True, "flow_sccm": 50.0,
            "flow_readback_sccm": 120.0, "mfc_temperature_c": 23.5,
        },
        {"setpoint": 120.0},
        serves=True,
        outputs={"flow_setpoint_sccm": 120.0},
    ),
    Pair(
        "mfc_propar", "bronkhorst-propar", "1.3.0", "propar_client",
        "every type, chains, texts, secured parameters, refusals, scan of the bus (manufacturer's own client)",
        {
            "measure": 8000, "id": Text(f"\x07SN{SERIAL}"), "fmeasure": 50.0, "capacity": 200.0, "unit": "mln/min",
            "serial": Text(SERIAL), "fluid": "O2", "chain": [8000, 0, 50.0, 0.0],
            "chain of texts": ["mln/min", "O2", 8000], "write setpoint": True, "setpoint": 8000, "fsetpoint": 50.0,
            "write fsetpoint": True, "setpoint after fsetpoint": 16000, "write slope": True, "slope": 20,
            "write above 100 %": False, "write measure": False, "write capacity, locked": False, "unlock": True,
            "write fluid, unlocked": True, "fluid, renamed": "N2", "user tag": True, "user tag read": "GAS PANEL",
            "unknown parameter": None, "unknown process": None, "wrong type": None, "statuses": [0, 0], "wink": True,
            "nodes": 1, "type of a node": "DMFC", "serial of a node": Text(SERIAL),
        },
        AT_100,
        feels=O2,
    ),
    Pair(
        "mfc_alicat", "alicat", "0.9.0", "alicat_client",
        "data frame, set point, gas, tare, lock, PID, ramp, hold, registers 122 and 46, refusals",
        {
            "state": _state(0.0), "set flow": None, "state after": _state(50.0),
            "firmware": "A   10v20.0-R24 Jan  9 2025,15:04:07", "gas Ar": None, "gas N2": None,
            "no such gas": Error("OSError"), "tare pressure": Error("OSError"), "tare flow": None, "lock": None,
            "locked": True, "unlock": None, "unlocked": False,
            "pid": {"loop_type": "PD/PDF", "P": "500", "D": "5000", "I": "0"}, "set pid": None,
            "pid set": {"loop_type": "PD2I", "P": "2", "D": "1", "I": "3"},
            "max ramp": {"max_ramp": 0.0, "units": "SCCM/s"},
            "ramp config": {"up": True, "down": True, "zero": False, "power": False}, "set max ramp": None,
            "max ramp set": {"max_ramp": 25.0, "units": "SCCM/s"}, "ramp off": None, "set pressure": None,
            "back to flow": None, "above full scale": None, "set flow again": None, "hold": None,
            "cancel hold": None, "state at the end": _state(75.0, "N2", 0.0), "session": None,
        },
        {"instrument.setpoint": 75.0},
        over="tcp",
        feels=O2,
        remark="a refused set point (?) raises nothing in the client",
    ),
    Pair(
        "mfc_alicat", "labmcp-alicat", "0.1.2", "labmcp_alicat_client",
        "the same by a second reader: identity, table of the frame, FPF, LSS, LS, GS, tare, hold, refusals",
        {
            "initialise": None,
            "identity": {"model": "MC-200SCCM-D", "firmware": "10v20.0-R24", "data_frame_layout": "??D*"},
            "layout": [
                "unit_id", "abs_pressure PSIA", "temperature °C", "volumetric_flow CCM", "mass_flow SCCM",
                "setpoint SCCM", "gas",
            ],
            "is a controller": [True, True], "full scale": [200.0, "SCCM"], "source": "S",
            "frame": {
                "abs_pressure": 24.66, "temperature": 23.0, "volumetric_flow": 29.6, "mass_flow": 50.0,
                "setpoint": 0.0, "gas": "O2", "status": [], "rest": [],
            },
            "set point": _set(50.0), "set point read": _set(50.0), "gases": True, "argon": [1, "Ar"],
            "nitrogen": [8, "N2"], "no such gas": Error("InstrumentProtocolError"), "tare flow": [],
            "tare gauge pressure": [], "hold": ["HLD"], "held closed": ["HLD"], "cancel hold": [],
            "above full scale": Error("InstrumentProtocolError"), "unknown command": Error("InstrumentProtocolError"),
            "set point at the end": _set(75.0),
        },
        {"instrument.setpoint": 75.0},
        feels=O2,
    ),
    Pair(
        "mfc_alicat", "labmcp-alicat", "0.1.2", "labmcp_alicat_server",
        "its MC-500SCCM-D, 10v20: identity, full scale, frame, set point, flow that follows",
        {
            "who": "Alicat MC-500SCCM-D no. 521641, 500 sccm N2", "ready": True, "flow_sccm": Near(80.0, 1.0),
            "flow_readback_sccm": 80.0, "mfc_temperature_c": Near(21.9, 0.2), "mfc_gas": "N2", "mfc_status": "",
        },
        {"setpoint": 80.0, "hold": None, "gas": 8},
        serves=True,
        options={"full_scale_sccm": 500.0},
        outputs={"flow_setpoint_sccm": 80.0},
        remark="knows neither register 122 nor a set point without a blank (AS80.00); its script adds both",
    ),
]  # fmt: skip
