"""Matching network: Advanced Energy digital match (Navigator class) as a node of its own on the AE Bus.

Owns its commands and its one status block. Medium trust: one team's driver and emulator of it agree, its manual is not
public. It makes no power: RF is the generator's. Presets are switched off, or they would move what recipes have set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from drivers import ae_bus
from drivers.device import Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.tags import Output, Tag, unit_of

# Commands, status bits and scale: a driver and an emulator of one team.
MODE, PRESETS, MOTORS, MOVE_LOAD, MOVE_TUNE, STATUS = 93, 94, 98, 112, 122, 219
AUTO, MANUAL = 1, 2
STATUS_SIZE = 88
PER_PCT = 100.0  # not the 0.1 % of the match inside a CESAR
DC_BIAS = 22  # place in the status block
Bit = tuple[int, int]  # byte and bit in the status block
LOW_SUPPLY, OVER_TEMPERATURE, INTERLOCK_OPEN, FAN = (1, 0), (1, 1), (1, 2), (1, 3)
FAULT, WARNING, MOTORS_FAILED, OVER_VOLTAGE = (3, 0), (3, 1), (3, 2), (3, 5)
COMPLAINTS = {
    "fault": FAULT,
    "warning": WARNING,
    "24 V low": LOW_SUPPLY,
    "too hot": OVER_TEMPERATURE,
    "interlock open": INTERLOCK_OPEN,
    "fan": FAN,
    "motors not initialised": MOTORS_FAILED,
    "voltage over limit": OVER_VOLTAGE,
}


class Places(NamedTuple):
    """Where one network's part of the status block is."""

    tuned: Bit
    presets: Bit
    auto: Bit
    host: Bit
    positions: int
    sensor: int


NETWORKS = {
    1: Places(tuned=(0, 1), presets=(0, 6), auto=(1, 4), host=(1, 5), positions=4, sensor=40),
    2: Places(tuned=(0, 3), presets=(3, 3), auto=(1, 6), host=(1, 7), positions=12, sensor=64),
}
MOST_PCT = 100.0
MOVED_PCT = 0.05  # assumed: what stands still shows no more than this from one reading to the next
RF_STALE_S = 0.5  # DESIGN section 2: RF-critical tags


class AeMatchOptions(Options):
    """``network``: which of the match's two networks is ours."""

    network: Literal[1, 2] = 1


def _state(name: str, what: str) -> Tag:
    return Tag(name, f"Get whether {what} [flag]", period_s=0.1, kind="flag")


def _sensed(name: str, what: str) -> Tag:
    return Tag(name, f"Measure {what} at the match's sensor [{unit_of(name)}]", period_s=0.1)


def _place(name: str, what: str) -> Tag:
    return Tag(name, f"Measure {what} capacitor position [%, 0..100]", 0.0, 100.0, period_s=0.1)


def _move(name: str, what: str) -> Output:
    return Output(name, f"Set position of the {what} capacitor, match in manual [%, 0..100]", None, 0.0, 100.0)


class AeMatch(Device):
    """Advanced Energy digital match on the AE Bus."""

    protocol = "ae-bus"
    serial_format = "8O1"
    bauds = (9600, 19200, 38400, 57600, 115200)  # assumed: those of the generators on this bus
    addresses = (1, 31)
    reply_timeout_s = 0.2  # assumed: it answers within 50 ms; its status takes 0.11 s at 9600 Bd
    options_model = AeMatchOptions

    load_position = _place("load_position_pct", "load")
    tune_position = _place("tune_position_pct", "tune")
    bias = Tag("dc_bias_v", "Measure DC self-bias [V, 0..655.35]", 0.0, 655.35, period_s=0.1, stale_s=RF_STALE_S)
    moving = _state("match_moving", "a capacitor has moved since the last reading")
    tuned = _state("match_tuned", "the match says that it is tuned")
    auto = _state("match_auto_readback", "the match tunes by itself")
    remote = _state("match_remote", "the match obeys us")
    presets = _state("match_presets_active", "presets may move the capacitors")
    fault = _state("match_fault", "the match reports a fault")
    warning = _state("match_warning", "the match reports a warning")
    hot = _state("match_over_temperature", "the match is too hot")
    interlock = _state("match_interlock_closed", "the match's interlock is closed")
    status = Tag("match_status", "Get what the match complains of [text]", period_s=0.1, kind="text")
    resistance = _sensed("match_resistance_ohm", "resistance")
    reactance = _sensed("match_reactance_ohm", "reactance")
    voltage = _sensed("match_voltage_v", "voltage (rms)")
    current = _sensed("match_current_a", "current")
    power = _sensed("match_power_w", "power")

    match_auto = Output(
        "match_auto", "Switch automatic matching [flag]", safe=True, kind="flag", readback=(auto.name, 0.0)
    )
    load_move = _move("load_position_setpoint_pct", "load")
    tune_move = _move("tune_position_setpoint_pct", "tune")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.network = cast(AeMatchOptions, options).network
        self.manual = False  # as last written
        self.asked_pct: dict[str, float] = {}  # positions as last asked; sent when the match is in manual
        self.seen_pct = (0.0, 0.0)  # positions as last read

    def identify(self) -> str:
        """Its status block, motors enabled, presets off; the mode is written by the bus, for it has a safe value."""
        self.manual = False
        try:
            found = _positions(self._status(), NETWORKS[self.network])
        except Refused as error:
            raise WrongDevice(f"{error}; this is no digital match, or one of another kind") from error
        if max(found) > MOST_PCT:
            raise WrongDevice(f"capacitors are at {found} %, so this is no digital match, or one of another kind")
        self._do(MOTORS, bytes((1, 0)))
        self._do(PRESETS, bytes((0, 0)))
        block = self._status()
        self.seen_pct = load, tune = _positions(block, NETWORKS[self.network])
        if _bit(block, NETWORKS[self.network].presets):  # assumed: its status follows the command at once
            raise WrongDevice("presets stay active although they were switched off; see its user port")
        return f"AE digital match, network {self.network}, load at {load:g} %, tune at {tune:g} %"

    @poll(
        load_position, tune_position, bias, moving, tuned, auto, remote, presets,
        fault, warning, hot, interlock, status, resistance, reactance, voltage, current, power,
    )  # fmt: skip
    def read_status(self) -> Values:
        """The status block: all that the match ever says comes in one answer."""
        block, places = self._status(), NETWORKS[self.network]
        before, (load, tune) = self.seen_pct, _positions(block, places)
        self.seen_pct = load, tune
        resistance, reactance, voltage, current, _phase, power = struct.unpack_from("<6f", block, places.sensor)
        return {
            "load_position_pct": load,
            "tune_position_pct": tune,
            "dc_bias_v": int.from_bytes(block[DC_BIAS : DC_BIAS + 2], "little") / 100.0,  # assumed: in 0.01 V
            "match_moving": max(abs(load - before[0]), abs(tune - before[1])) > MOVED_PCT,
            "match_tuned": _bit(block, places.tuned),
            "match_auto_readback": _bit(block, places.auto),
            "match_remote": _bit(block, places.host),
            "match_presets_active": _bit(block, places.presets),
            "match_fault": _bit(block, FAULT),
            "match_warning": _bit(block, WARNING),
            "match_over_temperature": _bit(block, OVER_TEMPERATURE),
            "match_interlock_closed": not _bit(block, INTERLOCK_OPEN),
            "match_status": ", ".join(words for words, bit in COMPLAINTS.items() if _bit(block, bit)) or "ok",
            "match_resistance_ohm": resistance,
            "match_reactance_ohm": reactance,
            "match_voltage_v": voltage,
            "match_current_a": current,
            "match_power_w": power,
        }

    def write(self, values: Mapping[str, Any]) -> None:
        """Mode first; positions wait until the match is in manual."""
        wanted = {key: values[key] for key in (self.load_move.name, self.tune_move.name) if key in values}
        self.asked_pct.update(wanted)
        if "match_auto" in values:
            auto = bool(values["match_auto"])
            self._do(MODE, bytes((AUTO if auto else MANUAL, 0)))
            if self.manual == auto:  # it was the other way round
                wanted = self.asked_pct
            self.manual = not auto
        if self.manual:
            for key, percent in wanted.items():
                command = MOVE_LOAD if key == self.load_move.name else MOVE_TUNE
                self._do(command, struct.pack("<H", round(percent * PER_PCT)))

    def _do(self, command: int, data: bytes) -> None:
        """Have a command carried out; all of them name the network first."""
        ae_bus.execute(self.port, self.address, command, bytes((self.network, 0)) + data, self.reply_timeout_s)

    def _status(self) -> bytes:
        return ae_bus.report(self.port, self.address, STATUS, STATUS_SIZE, self.reply_timeout_s)


def _positions(block: bytes, places: Places) -> tuple[float, float]:
    """Load and tune position [%]."""
    load, tune = struct.unpack_from("<HH", block, places.positions)
    return load / PER_PCT, tune / PER_PCT


def _bit(block: bytes, place: Bit) -> bool:
    byte, bit = place
    return bool(block[byte] >> bit & 1)
