"""The cables of a remote I/O: which sensor, lamp or solenoid each name of the machine file means.

Owns names and their order, first name in bit 0. Knows no coupler and no protocol: each coupler lays the bits and words
into its own image.
"""

from __future__ import annotations

from operator import attrgetter
from struct import Struct
from typing import Any

from sim.devices.framing import bounded
from sim.wiring import VALVES, Commands, Sensors

SWITCHES = (
    "at_atmosphere", "lid_closed", "water_flowing", "foreline_ok", "exhaust_flowing", "h2_detector_clear",
    "chain_closed",
)  # fmt: skip
LAMPS = ("rf_permit", "lamp_red", "lamp_yellow", "lamp_green", "buzzer")
ANALOG = {"mask_temperature_c": attrgetter("mask_c"), "water_flow_lpm": attrgetter("water_lpm")}
END_SWITCHES = {f"{valve}_valve_{end}": (end == "opened", valve) for valve in VALVES for end in ("opened", "closed")}
SOLENOIDS = {f"{valve}_valve_open": valve for valve in VALVES}
FULL_SCALE = 0x7FFF  # assumed: 10 V, as the machine file says
WORD = Struct(">H")


class Cables:
    """What is wired to one coupler. ``table`` is its table in the machine file; ValueError names an unknown cable."""

    def __init__(self, device: str, table: dict[str, Any]) -> None:
        self.inputs = _known(device, "input", list(table.get("inputs", [])), (*SWITCHES, *END_SWITCHES))
        self.outputs = _known(device, "output", list(table.get("outputs", [])), (*LAMPS, *SOLENOIDS))
        rows = table.get("analog_inputs", [])
        analog = _known(device, "analog input", [row["name"] for row in rows], tuple(ANALOG))
        self.analog = [(key, float(row["full_scale"])) for key, row in zip(analog, rows, strict=True)]
        self._switches = [(1 << bit, key) for bit, key in enumerate(self.inputs) if key in SWITCHES]
        self._ends = [(1 << bit, *END_SWITCHES[key]) for bit, key in enumerate(self.inputs) if key in END_SWITCHES]

    def input_bits(self, sensors: Sensors) -> int:
        """The digital inputs."""
        bits = 0
        for mask, switch in self._switches:
            if getattr(sensors, switch):
                bits |= mask
        opened, closed = sensors.valve_opened, sensors.valve_closed
        for mask, end, valve in self._ends:
            if (opened if end else closed)[valve]:
                bits |= mask
        return bits

    def analog_words(self, sensors: Sensors) -> bytes:
        """The analog inputs, a big-endian word each: 0 at 0 V, FULL_SCALE at 10 V."""
        return b"".join(
            [WORD.pack(round(FULL_SCALE * bounded(ANALOG[key](sensors) / top, 0.0, 1.0))) for key, top in self.analog]
        )

    def drive(self, commands: Commands, bits: int) -> None:
        """Switch lamps and solenoids as the output bits say."""
        for bit, name in enumerate(self.outputs):
            on = bool(bits >> bit & 1)
            if name in SOLENOIDS:
                commands.valve_open[SOLENOIDS[name]] = on
            else:
                setattr(commands, name, on)


def packed_bits(bits: int, count: int) -> bytes:
    """``count`` bits as big-endian words, the first bit lowest in the first word."""
    return b"".join([WORD.pack(bits >> shift & 0xFFFF) for shift in range(0, count, 16)])


def _known(device: str, what: str, names: list[str], known: tuple[str, ...]) -> list[str]:
    for name in names:
        if name not in known:
            raise ValueError(f"{device}: no cable for the {what} {name!r}; known: {', '.join(known)}")
    return names
