"""The parameters of a TURBOVAC iX: number, type, access, range, indices, and what they hold at first.

A table only; live readings are the drive's. Source: Leybold, "Serial Interfaces for TURBOVAC i/iX", as transcribed by
PyPI turboctl (parameters, errata of a real pump). Ranges that the transcription lacks are the type's own (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct

U16, S16, U32, S32, REAL = "u16", "s16", "u32", "s32", "real32"
WIDE = (U32, S32, REAL)  # of 32 bits
LIMITS = {U16: (0.0, 65535.0), S16: (-32768.0, 32767.0), U32: (0.0, 2.0**32 - 1), S32: (-(2.0**31), 2.0**31 - 1),
          REAL: (-3.4e38, 3.4e38)}  # fmt: skip
READ, WRITE, BOTH = 1, 2, 3
SINGLE = Struct(">f")
ERRORS_KEPT = 254  # manual: P171[0..253]
TEXTS = {  # one character an index  # assumed texts; 182 is a 350 iX or 450 iX
    312: ("400025V0011", 18), 313: ("TURBOVAC 450 iX", 18), 314: ("", 27), 315: ("SIM00000001", 11),
    316: ("01", 6), 349: ("1", 18), 350: ("830070V3300", 18), 355: ("SIM00000001", 18), 394: ("", 18),
    395: ("", 11), 396: ("", 6), 1035: ("SIM00000001", 18),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``indices`` 0 is one without an index."""

    kind: str = U16
    access: int = READ
    low: float = 0.0
    high: float = 65535.0
    start: float | tuple[float, ...] = 0.0
    indices: int = 0


def _readings(kind: str, *numbers: int, start: float = 0.0, indices: int = 0) -> dict[int, Parameter]:
    low, high = LIMITS[kind]
    return {number: Parameter(kind, READ, low, high, start, indices) for number in numbers}


def _settings(kind: str, rows: Mapping[int, tuple[float, float, float]]) -> dict[int, Parameter]:
    return {number: Parameter(kind, BOTH, *row) for number, row in rows.items()}


def _kept(kind: str, number: int, start: tuple[float, ...]) -> dict[int, Parameter]:
    return {number: Parameter(kind, BOTH, *LIMITS[kind], start, len(start))}


PARAMETERS: dict[int, Parameter] = {
    **_readings(U16, 1, start=182),
    **_readings(U16, 2, start=10203),  # assumed version 1.02.03
    **_readings(U16, 3, 4, 5, 6, 38, 40, 41, 43, 140, 227),
    **_readings(S16, 7, 11, 125),
    8: Parameter(U16, WRITE),
    **_settings(S16, {16: (0, 150, 80), 126: (0, 150, 60), 128: (-10, 150, 5), 131: (-10, 150, 0), 132: (0, 150, 65),
                      133: (0, 150, 100), 1101: (0, 150, 75), 1102: (0, 150, 80)}),  # ranges from 126 on assumed
    **_readings(U16, 18, 19),  # a real pump does not let them be changed; they are those of the pump
    **_settings(U16, {
        17: (3, 120, 50), 20: (0, 2000, 500), 21: (0, 100, 50), 24: (0, 2000, 1000), 25: (35, 99, 90),
        30: (0, 10, 0), 32: (30, 2000, 720), 36: (0, 255, 0), 37: (0, 31, 0), 150: (0, 1000, 800),
        179: (0, 65535, 0), 180: (0, 20, 10), 182: (0, 65535, 100), 183: (0, 1800, 500), 185: (0, 150, 90),
        247: (0, 2000, 999), 248: (0, 2000, 5), 249: (0, 1, 0), 918: (0, 126, 126), 923: (0, 65535, 0),
    }),  # assumed: defaults of 20, 21, 30, 32, 918, 923; ranges of 21, 30, 182, 185, 247 to 249, 918
    **_readings(U16, 23, start=1),  # assumed: wide range
    **_kept(U16, 29, (0, 0, 0)),
    **_readings(U16, 119, indices=2),
    **_kept(U16, 122, (0, 0, 0)),
    **_kept(U16, 134, (28, 34, 36)),
    **_readings(U16, 171, 174, 678, 679, indices=ERRORS_KEPT),
    **_readings(S32, 176, indices=ERRORS_KEPT),  # manual: "access as 171"
    184: Parameter(S32, BOTH, 0, LIMITS[S32][1], 120000),  # assumed: 1200 h, a pump that has run
    **{number: Parameter(U16, READ, indices=length) for number, (_, length) in TEXTS.items()},
    **_readings(U16, *range(601, 626)),  # gauge head: none is plugged in (assumed)
    **_readings(REAL, 616),
    **_readings(U32, 634, indices=3),
    **_kept(U32, 636, (0, 0, 0)),
    **_kept(REAL, 643, (0, 0, 0)),  # assumed: kept without effect
    **_readings(U16, *range(670, 674), 682),
    **_readings(U16, 924, start=0),
    1025: Parameter(U16, WRITE),
    **_readings(U16, 1100, start=10100),  # assumed version
}  # fmt: skip


def first_values() -> dict[tuple[int, int], float]:
    """(number, index) -> value of everything that can be set."""
    values: dict[tuple[int, int], float] = {}
    for number, parameter in PARAMETERS.items():
        if parameter.access == BOTH:
            starts = parameter.start if isinstance(parameter.start, tuple) else (parameter.start,)
            values |= {(number, index): start for index, start in enumerate(starts)}
    return values


def to_wire(kind: str, value: float) -> int:
    """32 bits of PWE. assumed: 16 bits with a sign are extended."""
    if kind == REAL:
        return int.from_bytes(SINGLE.pack(value))
    return round(value) & 0xFFFFFFFF


def from_wire(kind: str, value: int) -> float:
    """What 32 bits of PWE mean."""
    if kind == REAL:
        return float(SINGLE.unpack(value.to_bytes(4))[0])
    if kind == S16 and value <= 0xFFFF:
        return float(value - (value >> 15 << 16))
    return float(value - (value >> 31 << 32)) if kind in (S16, S32) else float(value)
