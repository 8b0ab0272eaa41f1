"""What an Alicat's commands do: a verb, its argument, and the reply without the unit id.

Owns the grammar of arguments and the form of replies. A handler returns the text behind the unit id, or several lines;
it raises ValueError for what the device answers with ``?``. The verbs of both generations are here: ``S`` and ``LS``,
``G`` and ``GS``, registers and their names. Sources: captures (GitHub GraysonBellamy/alicatlib), vendor manuals of the
M, MC and BC series, the PyPI client ``alicat``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from re import compile as pattern

from sim.devices.alicat_gases import LAST_MIX
from sim.devices.alicat_instrument import (
    CLOSED,
    DEGREES,
    HERE,
    INTEGER_FULL_SCALE,
    PSIA,
    RAMP_LABELS,
    STATISTICS,
    AlicatInstrument,
)
from sim.devices.alicat_tables import FIRMWARE, FIRMWARE_DATE, about, gas_lines, layout
from sim.devices.mfc_instrument import ValueRefusedError, within
from sim.wiring import Wiring

NUMBER = pattern(r"[+-]?(\d+\.?\d*|\.\d+)")
DASHES = "-------"  # captures: a run of them for a value that does not exist; its length is assumed
MOST_VALUES = 13  # manual: DV
STREAMING_MS = (10, 60000)  # assumed range
BAUDS = (2400, 4800, 9600, 19200, 38400, 57600, 115200)  # assumed
NO_FEATURE = "  Feature Not Enabled"  # captures: for options that a unit was bought without
GAS_BITS = 0x1FF  # PyPI client: the low nine bits of register 46


@dataclass
class Unit:
    """What a command acts on: the instrument, and what its interface keeps."""

    name: str
    instrument: AlicatInstrument
    wiring: Wiring
    streaming_ms: int = 50  # manual: default
    baud: int = 19200  # manual: default
    averaging_s: float = 0.0  # how long the last DV took

    def frame(self) -> str:
        """A data frame, without the unit id."""
        return self.instrument.frame(self.wiring)


Reply = str | list[str]
Handler = Callable[[Unit, str], Reply]


def _none(argument: str) -> None:
    if argument:
        raise ValueRefusedError


def _float(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueRefusedError
    return float(text)


def _int(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueRefusedError
    return int(text)


def _plain(act: Callable[[Unit], None]) -> Handler:
    """A command without argument that is answered with a data frame."""

    def serve(unit: Unit, argument: str) -> Reply:
        _none(argument)
        act(unit)
        return unit.frame()

    return serve


# --- setpoint -----------------------------------------------------------------------------------------------


def _set(unit: Unit, argument: str) -> Reply:
    unit.instrument.set_setpoint(_float(argument))
    unit.instrument.drive(unit.wiring, 0.0)
    return unit.frame()


def set_integer(unit: Unit, digits: str) -> Reply:
    """The oldest form: 64000 is full scale."""
    instrument = unit.instrument
    share = within(_int(digits), 0, INTEGER_FULL_SCALE) / INTEGER_FULL_SCALE
    instrument.set_setpoint(share * instrument.full_scale(instrument.control))
    instrument.drive(unit.wiring, 0.0)
    return unit.frame()


def _setpoint(unit: Unit, argument: str) -> Reply:
    instrument = unit.instrument
    if argument:
        _set(unit, argument)
    control = instrument.control
    now, asked = (instrument.number(value, control) for value in (instrument.asked, instrument.setpoint))
    return f"{now} {asked} {instrument.unit_of(control)}"


def _source(unit: Unit, argument: str) -> Reply:
    if argument:
        unit.instrument.set_source(argument)
    return unit.instrument.source


def _ramp(unit: Unit, argument: str) -> Reply:
    instrument = unit.instrument
    if argument:
        rate, *time = argument.split()
        within(len(time), 0, 1)
        instrument.set_ramp(_float(rate), _int(time[0]) if time else instrument.ramp[1])
    rate_now, code = instrument.ramp
    number, label = instrument.unit_of(instrument.control).split()
    return f"{rate_now:.7f} {number} {code} {label}/{RAMP_LABELS[code]}"


def _ramp_options(unit: Unit, argument: str) -> Reply:
    if argument:
        bits = [within(_int(bit), 0, 1) for bit in argument.split()]
        within(len(bits), 4, 4)
        unit.instrument.ramp_on = bits
    return " ".join(map(str, unit.instrument.ramp_on))


def _control(unit: Unit, argument: str) -> Reply:
    if argument:
        unit.instrument.set_control(_int(argument))
    return str(unit.instrument.control)


# --- gas ----------------------------------------------------------------------------------------------------


def _gas(unit: Unit, argument: str) -> Reply:
    unit.instrument.set_gas(_int(argument))
    return unit.frame()


def _select_gas(unit: Unit, argument: str) -> Reply:
    number, *keep = argument.split() or [""]  # manual: a second number says whether it is kept; here it always is
    within(len(keep), 0, 1)
    if number:
        unit.instrument.set_gas(_int(number))
    gas = unit.instrument.gases[unit.instrument.gas_number]
    return f"{unit.instrument.gas_number} {gas.short} {gas.long}"


def _mix(unit: Unit, argument: str) -> Reply:
    name, number, *parts = argument.split()
    within(len(parts) % 2, 0, 0)
    shares = [(_float(percent), _int(gas)) for percent, gas in zip(parts[::2], parts[1::2], strict=True)]
    gases = unit.instrument.gases
    taken = gases.add(name, _int(number), shares)
    return f"{taken} {name} {gases[taken].long}"  # assumed form


def _delete_mix(unit: Unit, argument: str) -> Reply:
    number = _int(argument)
    if number == unit.instrument.gas_number:
        raise ValueRefusedError  # assumed: not while it is selected
    unit.instrument.gases.delete(within(number, 0, LAST_MIX))
    return str(number)  # assumed form


# --- readings -----------------------------------------------------------------------------------------------


def _full_scale(unit: Unit, argument: str) -> Reply:
    statistic = _int(argument)
    instrument = unit.instrument
    if statistic == 3:
        return f"+050.00 {DEGREES} `C"  # assumed
    if statistic not in STATISTICS:
        return "+0 1 ---"
    control = instrument.control if statistic == 37 else STATISTICS[statistic]
    full = instrument.full_scale(control)
    return f"{full:+07.{instrument.decimals(control)}f} {instrument.unit_of(control)}"


def _values(unit: Unit, argument: str) -> Reply:
    average, *codes = [_int(word) for word in argument.split()]
    within(len(codes), 1, MOST_VALUES)
    unit.averaging_s = within(average, 1, 9999) / 1000.0  # assumed: the answer takes as long; the value is that of now
    return " ".join(_value(unit, code) for code in codes)


def _value(unit: Unit, code: int) -> str:
    try:
        return unit.instrument.statistic(code, unit.wiring)
    except ValueRefusedError:
        return DASHES


def _valve(unit: Unit, argument: str) -> Reply:
    _none(argument)
    drive = 100.0 * unit.instrument.valve_share(unit.wiring)
    return f"{drive:06.2f} 000.00 000.00 000.00"  # captures: always four columns


def _unit(unit: Unit, argument: str) -> Reply:
    statistic, *rest = [_int(word) for word in argument.split()]
    within(len(rest), 0, 3)  # unit, then group and override, which change nothing here
    instrument = unit.instrument
    if statistic == 3:
        _none("".join(map(str, rest)))
        return f"{DEGREES} `C"
    control = STATISTICS.get(statistic)
    if control is None:
        raise ValueRefusedError
    if rest and statistic == 2:
        within(rest[0], PSIA, PSIA)
    elif rest:
        instrument.set_unit(rest[0])
    return instrument.unit_of(control)


def _firmware(unit: Unit, argument: str) -> Reply:
    _none(argument)
    return f"  {FIRMWARE} {FIRMWARE_DATE}"


def _about(unit: Unit, argument: str) -> Reply:
    lines = about(unit.name, unit.instrument.full_scale_sccm)
    return lines if argument == "*" else lines[within(_int(argument), 0, len(lines) - 1)]


def _layout(unit: Unit, argument: str) -> Reply:
    lines = layout(unit.instrument)
    return lines if argument == "*" else lines[within(_int(argument), 0, len(lines) - 1)]


def _gases(unit: Unit, argument: str) -> Reply:
    if argument != "*":
        raise ValueRefusedError
    return gas_lines(unit.instrument.gases)


# --- interface and registers --------------------------------------------------------------------------------


def _streaming(unit: Unit, argument: str) -> Reply:
    if argument:
        unit.streaming_ms = within(_int(argument), *STREAMING_MS)
    return str(unit.streaming_ms)  # assumed form


def _baud(unit: Unit, argument: str) -> Reply:
    if argument:
        if _int(argument) not in BAUDS:
            raise ValueRefusedError
        unit.baud = _int(argument)  # kept; the line does not change
    return str(unit.baud)  # assumed form


def _read_register(unit: Unit, argument: str) -> Reply:
    number = _int(argument)
    known = {46: unit.instrument.gas_number, 91: unit.streaming_ms, 122: unit.instrument.control}
    value = {**unit.instrument.loop, **known}.get(number)
    if value is None:
        raise ValueRefusedError  # assumed
    return f"  {number:03d} = {value}"


def _write_register(unit: Unit, argument: str) -> Reply:
    name, _, value_text = argument.partition("=")
    number, value = _int(name.strip()), within(_int(value_text.strip()), 0, 0xFFFF)
    if number == 46:
        unit.instrument.set_gas(value & GAS_BITS)
    elif number == 91:
        unit.streaming_ms = within(value, *STREAMING_MS)
    elif number == 122:
        unit.instrument.set_control(value)
    elif number in unit.instrument.loop:
        unit.instrument.loop[number] = value
    return _read_register(unit, name.strip())


def _missing(unit: Unit, argument: str) -> Reply:
    """Of an option that this unit was bought without."""
    return NO_FEATURE


def _lock(locked: bool) -> Handler:
    return _plain(lambda unit: setattr(unit.instrument, "locked", locked))


def _hold(how: str) -> Handler:
    return _plain(lambda unit: unit.instrument.hold(unit.wiring, how))


def _tare(unit: Unit, argument: str) -> Reply:
    if argument:
        return NO_FEATURE  # with a number it resets the totalizer, of which there is none
    unit.instrument.tare(unit.wiring)
    return unit.frame()


def _barometer(unit: Unit, argument: str) -> Reply:
    raise ValueRefusedError  # captures: many units refuse; this one has no barometer


COMMANDS: dict[str, Handler] = {
    "": _plain(lambda unit: None),
    "S": _set, "LS": _setpoint, "LSS": _source, "SR": _ramp, "LSRC": _ramp_options, "LV": _control,
    "V": _plain(lambda unit: unit.instrument.tare(unit.wiring)), "T": _tare,
    "P": _plain(lambda unit: None), "TP": _plain(lambda unit: None), "PC": _barometer,
    "G": _gas, "GS": _select_gas, "GM": _mix, "GD": _delete_mix,
    "HP": _hold(HERE), "H": _hold(HERE), "HC": _hold(CLOSED), "C": _hold(""), "L": _lock(True), "U": _lock(False),
    "FPF": _full_scale, "DV": _values, "VD": _valve, "DCU": _unit, "VE": _firmware,
    "??M": _about, "??D": _layout, "??G": _gases,
    "NCS": _streaming, "NCB": _baud, "R": _read_register, "W": _write_register, "TB": _missing,
}  # fmt: skip
LONGEST = sorted(COMMANDS, key=len, reverse=True)


def serve(unit: Unit, text: str) -> Reply:
    """Do what one command says (its unit id removed); ValueError for what is answered with ``?``."""
    text = text.strip().removeprefix("$$")
    if text.isascii() and text.isdecimal():
        return set_integer(unit, text)
    verb = next(verb for verb in LONGEST if text.upper().startswith(verb))
    argument = text[len(verb) :].removeprefix("=").strip()
    return COMMANDS[verb](unit, argument if verb == "GM" else argument.upper())
