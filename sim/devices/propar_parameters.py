"""What an EL-FLOW lets be read and written over ProPar: process, number, type, access, range.

Owns the table and the coding of values; what stands behind is the instrument's. Source: the fact sheet, vendor
documents 9.17.027, 9.17.061 and 9.17.084, and the parameter database that the vendor publishes with its client
(numbers, types, access, defaults); "manual" below means one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from struct import Struct
from typing import Protocol

from sim.devices.elflow_instrument import Instrument
from sim.devices.mfc_instrument import ROOM_C, within
from sim.devices.propar_frames import CHAR, INT, LONG, TEXT
from sim.wiring import Wiring

WORD, FLOAT, LONG_WORD = Struct(">H"), Struct(">f"), Struct(">I")
MOST_FLOAT = 3.40282e38  # manual: database
UNLOCK, LOCK = 64, 82  # manual 9.17.061 and 9.17.116: Init Reset
VALVE_FULL = 0xFFFFFF  # manual: valve output has 24 bits
FLUID_LENGTH, UNIT_LENGTH, TAG_LENGTH = 10, 7, 16  # manual: database; assumed for the tag
FLUIDS = 8  # manual: database, fluid set index 0 and on; those beyond the first are kept without effect (assumed)


IDENTIFICATION = b"\x07SN"  # as seen from a DMFC by the vendor's client: ident number 7, "SN", then the serial number


class Node(Protocol):
    """What parameters are read from and written to."""

    instrument: Instrument
    wiring: Wiring
    address: int
    fluid_set: int
    init_reset: int


Read = Callable[[Node], bytes]
Write = Callable[[Node, bytes], None]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; None where it cannot be read or written. ``secured``: only after Init Reset was set to 64."""

    kind: int
    read: Read | None = None
    write: Write | None = None
    secured: bool = False


def _char(value: Callable[[Node], int]) -> Read:
    return lambda mfc: bytes((value(mfc) & 0xFF,))


def _int(value: Callable[[Node], int]) -> Read:
    return lambda mfc: WORD.pack(value(mfc) & 0xFFFF)  # below zero as two's complement


def _float(value: Callable[[Node], float]) -> Read:
    def read(mfc: Node) -> bytes:
        number = value(mfc)
        return FLOAT.pack(min(max(number, -MOST_FLOAT), MOST_FLOAT) if isfinite(number) else number)

    return read


def _setting(take: Callable[[Instrument, int], None]) -> Write:
    return lambda mfc, value: take(mfc.instrument, int.from_bytes(value, "big"))


def _set_float(take: Callable[[Instrument, float], None]) -> Write:
    return lambda mfc, value: take(mfc.instrument, FLOAT.unpack(value)[0])


def _kept(name: str, longest: int) -> Write:
    """A text of the instrument, without the blanks and the NUL that fill it."""

    def write(mfc: Node, value: bytes) -> None:
        text = value.rstrip(b" \0")
        within(len(text), 0, longest)
        if not text.isascii():
            raise ValueError
        setattr(mfc.instrument, name, text)

    return write


def _wink(_: Node, value: bytes) -> None:
    """Flash the lamps for so many seconds. manual 9.17.035: "9"; assumed for the other digits."""
    within(int(value.rstrip(b"\0")), 1, 9)


def _init_reset(mfc: Node, value: bytes) -> None:
    mfc.init_reset = value[0]


def _choose_fluid(mfc: Node, value: bytes) -> None:
    mfc.fluid_set = within(value[0], 0, FLUIDS - 1)


def _valve(mfc: Node) -> bytes:
    return LONG_WORD.pack(round(VALVE_FULL * mfc.instrument.valve_share(mfc.wiring)))


#: (process, number) -> parameter
PARAMETERS: dict[tuple[int, int], Parameter] = {
    (0, 0): Parameter(TEXT, lambda mfc: IDENTIFICATION + mfc.instrument.serial, _wink),
    (0, 1): Parameter(CHAR, _char(lambda mfc: mfc.address)),  # primary, secondary, next, last node
    (0, 2): Parameter(CHAR, _char(lambda mfc: 0)),
    (0, 3): Parameter(CHAR, _char(lambda mfc: 0)),  # alone on its bus there is no next: a real one is listed once
    (0, 4): Parameter(CHAR, _char(lambda mfc: 32)),
    (0, 10): Parameter(CHAR, _char(lambda mfc: mfc.init_reset), _init_reset),
    (0, 18): Parameter(CHAR, _char(lambda mfc: 1)),  # channels
    (0, 20): Parameter(CHAR, _char(lambda mfc: 5)),  # function of the device
    (1, 0): Parameter(INT, _int(lambda mfc: mfc.instrument.counts(mfc.wiring))),
    (1, 1): Parameter(INT, _int(lambda mfc: round(mfc.instrument.setpoint)), _setting(Instrument.set_counts)),
    (1, 2): Parameter(INT, _int(lambda mfc: mfc.instrument.slope), _setting(Instrument.set_slope)),
    (1, 3): Parameter(INT, _int(lambda mfc: 0)),  # analog input: nothing is wired to it
    (1, 4): Parameter(CHAR, _char(lambda mfc: mfc.instrument.control_mode), _setting(Instrument.set_control_mode)),
    (1, 13): Parameter(LONG, _float(lambda mfc: mfc.instrument.capacity), _set_float(Instrument.set_capacity), True),
    (1, 14): Parameter(CHAR, _char(lambda mfc: 3)),  # sensor type
    (1, 15): Parameter(CHAR, _char(lambda mfc: 0)),  # unit index
    (1, 16): Parameter(CHAR, _char(lambda mfc: mfc.fluid_set), _choose_fluid),
    (1, 17): Parameter(TEXT, lambda mfc: mfc.instrument.fluid, _kept("fluid", FLUID_LENGTH), True),
    (1, 20): Parameter(CHAR, _char(lambda mfc: 0)),  # alarm info: none
    (1, 31): Parameter(TEXT, lambda mfc: mfc.instrument.unit, _kept("unit", UNIT_LENGTH), True),
    (33, 0): Parameter(LONG, _float(lambda mfc: mfc.instrument.flow(mfc.wiring))),
    (33, 3): Parameter(LONG, _float(lambda mfc: mfc.instrument.flow_setpoint()), _set_float(Instrument.set_flow)),
    (33, 7): Parameter(LONG, _float(lambda mfc: ROOM_C)),
    (113, 1): Parameter(TEXT, lambda mfc: b"DMFC"),
    (113, 2): Parameter(TEXT, lambda mfc: mfc.instrument.model, _kept("model", TAG_LENGTH), True),
    (113, 3): Parameter(TEXT, lambda mfc: mfc.instrument.serial, _kept("serial", TAG_LENGTH), True),
    (113, 4): Parameter(TEXT, lambda mfc: b"STANDARD"),
    (113, 5): Parameter(TEXT, lambda mfc: b"V1.20"),  # assumed version
    (113, 6): Parameter(TEXT, lambda mfc: mfc.instrument.user_tag, _kept("user_tag", TAG_LENGTH)),
    (113, 12): Parameter(CHAR, _char(lambda mfc: 7)),  # a mass-flow controller
    (114, 1): Parameter(LONG, _valve),
    (114, 11): Parameter(CHAR, _char(lambda mfc: mfc.instrument.io_status()), _setting(Instrument.set_io_status), True),
    (115, 8): Parameter(CHAR, None, lambda mfc, value: None),  # reset of alarms and counters, of which there are none
}
PROCESSES = frozenset(process for process, _ in PARAMETERS)
