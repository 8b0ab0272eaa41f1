"""The parameters of the HiPace's drive TC 400, and how their data are written.

A table only: number, name, type, access, limits, where the value comes from. Source: manuals of TC 400 (p. 25) and
TC 110; types from the Pfeiffer Vacuum protocol; names and limits of the descriptors are assumed but for 309 and 797,
and for 035 to 038, 055, 701 and 719, which are those of the parameter set in the TC 400 manual.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

from sim.devices.framing import bounded

# manual: data types
BOOL_OLD, U_INT, U_REAL, STRING, BOOL, U_SHORT, U_EXPO, STRING16 = 0, 1, 2, 4, 6, 7, 10, 11
LENGTHS = {BOOL_OLD: 6, U_INT: 6, U_REAL: 6, STRING: 6, BOOL: 1, U_SHORT: 3, U_EXPO: 6, STRING16: 16}
READ, WRITE, BOTH = 1, 2, 3  # 1 seen in a capture (descriptor of 309); 2 and 3 assumed

Value = float | str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; settable ones are kept by the pump, starting from ``start``."""

    name: str
    type: int
    access: int = READ
    low: float = 0
    high: float = 999999
    start: Value = 0


def encode(type_: int, value: Value) -> str:
    """Data as on the wire."""
    if isinstance(value, str):
        return value[: LENGTHS[type_]].ljust(LENGTHS[type_])
    value = bounded(value, 0.0, 9.999e9)
    if type_ == BOOL_OLD:
        return "111111" if value else "000000"
    if type_ == BOOL:
        return "1" if value else "0"
    if type_ == U_SHORT:
        return f"{round(bounded(value, 0, 999)):03d}"
    if type_ == U_EXPO:
        return _expo(value)
    return f"{round(bounded(value * (100 if type_ == U_REAL else 1), 0, 999999)):06d}"


def decode(type_: int, data: str) -> Value:
    """Value of settable data; ValueError if it is not of the type."""
    if len(data) != LENGTHS[type_]:
        raise ValueError(data)
    if type_ in (STRING, STRING16):
        return data
    if not (data.isascii() and data.isdecimal()):
        raise ValueError(data)
    if type_ in (BOOL_OLD, BOOL):
        if data not in ("000000", "111111", "0", "1"):
            raise ValueError(data)
        return float(data[0] == "1")
    return int(data) / (100.0 if type_ == U_REAL else 1.0)


def _expo(value: float) -> str:
    # manual: u_expo, mantissa m/1000 * 10^(e-20)
    if value <= 0.0:
        return "000000"
    exponent = floor(log10(value))
    mantissa = round(1000.0 * value / 10.0**exponent)
    if mantissa == 10000:
        mantissa, exponent = 1000, exponent + 1
    return f"{mantissa:04d}{exponent + 20:02d}"


def _settings(*rows: tuple[int, str, int, float, float, Value]) -> dict[int, Parameter]:
    return {number: Parameter(name, type_, BOTH, low, high, start) for number, name, type_, low, high, start in rows}


def _readings(*rows: tuple[int, str, int]) -> dict[int, Parameter]:
    return {number: Parameter(name, type_) for number, name, type_ in rows}


PARAMETERS: dict[int, Parameter] = {
    **_settings(
        (1, "Heating", BOOL_OLD, 0, 1, 0),
        (2, "Standby", BOOL_OLD, 0, 1, 0),
        (4, "RUTimeCtrl", BOOL_OLD, 0, 1, 1),
        (10, "PumpgStatn", BOOL_OLD, 0, 1, 0),
        (12, "EnableVent", BOOL_OLD, 0, 1, 0),
        (17, "CfgSpdSwPt", U_SHORT, 0, 1, 0),
        (19, "Cfg DO2", U_SHORT, 0, 20, 1),
        (23, "MotorPump", BOOL_OLD, 0, 1, 1),
        (24, "Cfg DO1", U_SHORT, 0, 20, 0),
        (25, "OpMode BKP", U_SHORT, 0, 3, 0),
        (26, "SpdSetMode", U_SHORT, 0, 1, 0),
        (27, "GasMode", U_SHORT, 0, 2, 0),
        (30, "VentMode", U_SHORT, 0, 2, 0),  # manual: 0 delayed, 1 off, 2 direct
        (35, "Cfg Acc A1", U_SHORT, 0, 14, 0),  # manual: 0 fan, 1 vent valve, 2 heating, 3 backing pump ... 14
        (36, "Cfg Acc B1", U_SHORT, 0, 14, 1),
        (37, "Cfg Acc A2", U_SHORT, 0, 14, 3),
        (38, "Cfg Acc B2", U_SHORT, 0, 14, 2),
        (50, "SealingGas", BOOL_OLD, 0, 1, 0),
        (55, "Cfg AO1", U_SHORT, 0, 8, 0),  # manual: 0 speed, 1 power, 2 current, 3 0 V, 4 10 V, 6 to 8 pressure
        (60, "CtrlViaInt", U_SHORT, 1, 255, 1),
        (61, "IntSelLckd", BOOL_OLD, 0, 1, 0),
        (62, "Cfg DI1", U_SHORT, 0, 7, 1),
        (63, "Cfg DI2", U_SHORT, 0, 7, 2),
        (700, "RUTimeSVal", U_INT, 1, 120, 8),
        (701, "SpdSwPt1", U_INT, 50, 97, 80),  # manual: % of the nominal speed
        (707, "SpdSVal", U_REAL, 20, 100, 65),
        (708, "PwrSVal", U_SHORT, 10, 100, 100),
        (710, "Swoff BKP", U_INT, 0, 1000, 0),
        (711, "SwOn BKP", U_INT, 0, 1000, 0),
        (717, "StdbySVal", U_REAL, 20, 100, 66.7),
        (719, "SpdSwPt2", U_INT, 5, 97, 20),
        (720, "VentSpd", U_SHORT, 40, 98, 50),
        (721, "VentTime", U_INT, 6, 3600, 3600),
        (797, "RS485Adr", U_INT, 1, 255, 1),
    ),
    9: Parameter("ErrorAckn", BOOL_OLD, WRITE, 1, 1),
    **_readings(
        (300, "RemotePrio", BOOL_OLD), (302, "SpdSwPtAtt", BOOL_OLD), (303, "Error code", STRING),
        (304, "OvTempElec", BOOL_OLD), (305, "OvTempPump", BOOL_OLD), (306, "SetSpdAtt", BOOL_OLD),
        (307, "PumpAccel", BOOL_OLD), (308, "SetRotSpd Hz", U_INT), (309, "ActualSpd Hz", U_INT),
        (310, "DrvCurrent A", U_REAL), (311, "OpHrsPump h", U_INT), (312, "Fw version", STRING),
        (313, "DrvVoltage V", U_REAL), (314, "OpHrsElec h", U_INT), (315, "Nominal Hz", U_INT),
        (316, "DrvPower W", U_INT), (319, "PumpCycles", U_INT), (326, "TempElec C", U_INT),
        (330, "TempPmpBot C", U_INT), (336, "AccelDecel", U_INT), (342, "TempBearng C", U_INT),
        (346, "TempMotor C", U_INT), (349, "ElecName", STRING), (354, "HW Version", STRING),
        (397, "SetRotSpd rpm", U_INT), (398, "ActualSpd rpm", U_INT), (399, "NominalSpd rp", U_INT),
        (740, "Pressure", U_EXPO), (777, "NomSpdConf Hz", U_INT),
    ),
    **{360 + n: Parameter(f"ErrHis{n + 1}", STRING, start="000000") for n in range(10)},
}  # fmt: skip
