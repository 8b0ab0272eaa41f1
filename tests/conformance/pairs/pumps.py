"""Turbo pumps and the dry pump."""

from __future__ import annotations

from tests.conformance.pair import Error, Near, Pair, Text

PYSERIAL, PYVISA = "pyserial==3.5", "pyvisa-py==0.8.1"
OFF = dict.fromkeys(
    (
        "enable_vent", "heating", "int_sel_lckd", "ov_temp_elec", "ov_temp_pump", "pump_accel", "pumpg_statn",
        "remote_prio", "sealing_gas", "set_spd_att", "spd_sw_pt_att", "standby",
    ),
    False,
)  # fmt: skip
ZERO = dict.fromkeys(
    (
        "accel_decel", "cfg_do1", "cfg_spd_sw_pt", "gas_mode", "op_mode_b_k_p", "set_rot_spd", "set_rot_spd_rpm",
        "spd_set_mode", "swoff_b_k_p", "swon_b_k_p", "vent_mode",
    ),
    0,
)  # fmt: skip
CONNECTIONS = {"cfg_acc_a1": 0, "cfg_acc_a2": 3, "cfg_acc_b1": 1, "cfg_acc_b2": 2, "cfg_ao1": 0}
SWITCH_POINTS = {"spd_sw_pt1": 80, "spd_sw_pt2": 20}


def _held(number: int, value: object, index: int = 0) -> list[object]:
    """A reply of turboctl: kind, number, index, value."""
    return ["response", number, index, value]


PAIRS = [
    Pair(
        "pump_hipace", "pfeiffer-turbo", "0.3.4", "pfeiffer_turbo_client",
        "all 73 parameters of its TC 110, start, stop, standby, settings",
        {
            **OFF, **ZERO, **CONNECTIONS, **SWITCH_POINTS,
            **{f"err_hist{n}": "000000" for n in range(1, 11)},
            "actual_spd": 633, "actual_spd_rpm": 37980, "cfg_di1": 1, "cfg_di2": 2, "cfg_do2": 1, "ctrl_via_int": 1,
            "drv_current": 1.25, "drv_power": 60, "drv_voltage": 48.0, "elec_name": "TC 400",
            "error_ackn": Error("AttributeError"), "error_code": "000000", "fw_version": "010300",
            "hw_version": "000100", "motor_pump": True, "nom_spd_conf": 820, "nominal_spd_rpm": 49200,
            "nominal_speed": 820, "op_hrs_elec": 1300, "op_hrs_pump": 1234, "pump_cycles": 42, "pwr_sval": 100,
            "r_s485_adr": 1, "r_u_time_ctrl": True, "ru_time_sval": 8, "spd_sval": 65, "stby_sval": 66.7,
            "temp_bearng": 41, "temp_elec": 41, "temp_motor": 41, "temp_pmp_bot": 41, "vent_spd": 50,
            "vent_time": 3600, "start": None, "started": True, "accelerates": True, "standby on": True,
            "standby speed": 50.0, "set speed": 410, "gas mode": 1, "vent time": 120, "acknowledge": None,
            "stop": None, "stopped": False,
        },
        {"settings.2": 1.0, "settings.717": 50.0, "settings.721": 120.0, "wiring.commands.turbo_on": False},
        over="tcp",
        needs=(PYSERIAL,),
        feels={"turbo_speed_hz": 633.0, "turbo_current_a": 1.25, "turbo_power_w": 60.0, "turbo_bearing_c": 41.0},
        differences={
            "spd_sval": "the client takes 707 for a whole number; the manual has hundredths of a percent (006500)",
        },
    ),
    Pair(
        "pump_hipace", "pfeiffer-vacuum-protocol", "1.0", "pfeiffer_vacuum_protocol_client",
        "error code, version, pressure; refusals; another address",
        {
            "error code": "NO_ERROR", "software version": [1, 3, 0], "pressure [bar]": 0.0,
            "type: none of its gauges": Error("ValueError"), "correction value: no such parameter": Error("ValueError"),
            "pressure set point: no such parameter": Error("ValueError"), "another address": Error("ValueError"),
        },
        needs=(PYSERIAL,),
    ),
    Pair(
        "pump_turbovac", "turboctl", "1.1.1", "turboctl_client",
        "status, start, stop, parameters of all kinds, error replies",
        {
            "status": {"Hz": 500, "C": 25, "A": 0.0, "V": 48, "on": False},
            "bits": ["DECELERATION", "PARAM_CHANNEL", "READY", "TURNING"],
            **{f"P{n}": _held(n, value) for n, value in (
                (1, 182), (2, 10203), (3, 500), (4, 480), (5, 0), (6, 0), (7, 25), (11, 25), (18, 1000), (24, 1000),
                (25, 90), (125, 25), (182, 100), (184, 120000), (227, 0),
            )},
            "P171[0]": _held(171, 0), "P171[253]": _held(171, 0, 253), "P24 written": _held(24, 900),
            "P24 read": _held(24, 900), "P150 written": _held(150, 600),
            "below its minimum": ["error", 24, 0, "MINMAX"], "read-only": ["error", 3, 0, "CANNOT_CHANGE"],
            "index out of range": ["error", 171, 254, "INDEX"],
            "on": {"Hz": 500, "C": 25, "A": 0.0, "V": 48, "on": False}, "on, next": True,
            "bits on": ["ACCELERATION", "OPERATION", "PARAM_CHANNEL", "TURNING"], "P3 while on": ["response", 3, 0],
            "off": True, "off, next": False, "reset error": "none",
        },
        {"wiring.commands.turbo_on": False},
        address=0,
        options={"nominal_hz": 1000.0},
        feels={"turbo_speed_hz": 500.0},
        remark="speaks to address 0 only",
    ),
    Pair(
        "pump_turbovac", "turboctl", "1.1.1", "turboctl_server",
        "its VirtualPump: identity, time-out, run-up with 100 Hz/s",
        {
            "who": "Leybold TURBOVAC 350/450 i, software 10000, 1000 Hz", "ready": True,
            "turbo_speed_hz": Near(550.0, 150.0), "turbo_speed_pct": Near(55.0, 15.0), "turbo_at_speed": False,
            "turbo_current_a": 1.0, "turbo_error": "", "turbo_ok": True, "turbo_power_w": 0.0,
            "turbo_temperature_c": 0.0,
        },
        {"P24": 1000, "P182": 100, "on": True},
        address=0,
        options={"nominal_hz": 1000.0},
        serves=True,
        outputs={"turbo_enable": True},
        seconds=6.0,
        remark="answers for address 0 whatever is asked, and switches at once",
    ),
    Pair(
        "pump_nxds", "pymeasure", "0.16.0", "pymeasure_client",
        "start, stop, and requests by hand; reply codes 0, 2, 4",
        {
            "start": None, "start: answer": "*C802 0", "stop": None, "stop: answer": "*C802 0", "start again": None,
            "start again: answer": "*C802 0", "status": Text(r"=V802 30(;[0-9A-F]{4}){4}"), "out of range": "*C802 4",
            "unknown object": "*V999 2",
        },
        {"running": True, "wiring.commands.dry_pump_on": True},
        needs=(PYVISA, PYSERIAL),
        feels={"dry_pump_speed_hz": 30.0},
        remark="leaves the answer to an order on the line",
    ),
]  # fmt: skip
