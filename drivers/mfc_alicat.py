"""Mass-flow controller: Alicat MC / MCR / MCS series on its ASCII protocol.

Owns the data frame, which says neither its units nor whether it arrived undamaged: the unit of flow is compared at
`identify`, and a value that moved is asked again. It has no communications watchdog: gas is cut by the shut-off valve.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import EXACTLY, Within, ask_line, confirmed, read_line
from drivers.tags import Output, Tag

END = b"\r"  # manual M-Series (2023) p. 32, as the form of the frame
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
GAS = re.compile(r"[A-Za-z][\w-]{0,7}")
# Frames, tables, registers: captures of ten units in alicatlib (docs/design.md, tests/fixtures); PyPI alicat 0.9.0.
ABOUT, ABOUT_LINES = "??M*", 10
MODEL, SERIAL, REVISION = 4, 5, 9  # of those lines
ABOUT_LINE = re.compile(r"M(\d\d) (?:Model Number|Serial Number|Software Revision)?\s*(.*)")
VERSION = re.compile(r"(\d+)v\d+")
FULL_SCALE, FULL_SCALE_SINCE = "FPF 5", 6  # statistic 5 is the mass flow; since firmware 6v00
FULL_SCALE_ANSWER = re.compile(r"([+-]?\d+\.?\d*) +\d+ +(\S+)")
SCCM = {"SCCM": 1.0, "SLPM": 1000.0}
CONTROLLED, CONTROLLED_ANSWER = "R122", re.compile(r"122 = (\d+)")
MASS_FLOW = 37
METER, CONTROLLER, WITH_TOTAL = 4, 5, 6  # numbers in a frame: pressure, temperature, two flows, setpoint, total
TEMPERATURE, FLOW, SETPOINT = 1, 3, 4
#: Status words: data frame table (`??D*`) of firmware 10v20, and the EtherNet/IP manual.
WORDS = {
    "ADC": "internal A/D error",
    "EXH": "valve is open for exhaust",
    "HLD": "valve is held",
    "LCK": "front panel is locked",
    "MOV": "mass flow over range",
    "VOV": "volume flow over range",
    "POV": "pressure over range",
    "TOV": "temperature over range",
    "OPL": "over-pressure limit",
    "OVR": "totalizer is full",
    "TMF": "totalizer missed flow",
    "P2O": "second pressure over range",  # assumed, as the next two: their names are listed, not their meaning
    "COM": "communication",
    "GTA": "tare",
}
NO_FLOW = {"ADC", "MOV", "VOV", "POV", "TOV"}  # mass flow is computed from all of these
NO_TEMPERATURE = {"ADC", "TOV"}
DEAF = {"HLD", "EXH"}  # the valve does not follow the setpoint
TABLE_S = 0.6  # ten lines take 0.2 s at 19200 baud  # assumed: and the unit as long between them
FULL_SCALE_TOLERANCE = 0.01  # assumed: ranges of one gas panel differ by far more
SETPOINT_TOLERANCE = 0.001  # assumed: of full scale; its own steps are 1/64000 of it
MOST = 1.31  # assumed: as for other controllers; above its range it says MOV
ZERO_NOISE = 0.02  # assumed: zero drift below nothing, as a fraction of full scale
MOVED, MOVED_C = 0.02, 2.0  # assumed: a steady flow and its temperature differ by less from one frame to the next


class AlicatOptions(Options):
    """``full_scale_sccm`` as ordered [sccm]; ``unit``: its letter, else address 1 is A and 26 is Z.

    ``gas``: short name that it must be set to, as it shows it; without one, the gas it has when it is first identified.
    """

    full_scale_sccm: float = Field(gt=0.0)
    unit: str | None = Field(default=None, pattern=r"^[A-Z]$")
    gas: str | None = Field(default=None, pattern=GAS.pattern)


class Frame(NamedTuple):
    """A data frame, in the units of the instrument."""

    numbers: list[str]
    gas: str
    words: set[str]

    def number(self, place: int) -> float:
        """One of its numbers."""
        return float(self.numbers[place])


class Alicat(Device):
    """Alicat mass-flow controller."""

    protocol = "alicat"
    bauds = (2400, 9600, 19200, 38400, 57600, 115200)  # vendor: ANCB; 19200 as delivered
    addresses = (1, 26)
    reply_timeout_s = 0.15  # alicatlib docs/design.md: a poll takes 31 ms at 19200 baud; PyPI alicat waits as long
    options_model = AlicatOptions

    actual = Tag("flow_sccm", "Measure gas flow [sccm, 0..131 % of full scale]", period_s=0.1)
    readback = Tag("flow_readback_sccm", "Get flow setpoint [sccm, 0..full scale]", period_s=1.0)
    temperature = Tag("mfc_temperature_c", "Measure MFC temperature [°C, -10..90]", -10.0, 90.0, period_s=2.0)
    gas = Tag("mfc_gas", "Get gas that the MFC is set to [text]", period_s=1.0, kind="text")
    status = Tag("mfc_status", "Get status of the MFC [text]", period_s=1.0, kind="text")
    setpoint = Output("flow_setpoint_sccm", "Set gas flow [sccm, 0..full scale]", safe=0.0, low=0.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(AlicatOptions, options)
        self.unit = own.unit or chr(ord("A") + address - 1)
        self.full_scale_sccm = own.full_scale_sccm
        low, high = -ZERO_NOISE * self.full_scale_sccm, MOST * self.full_scale_sccm
        self.tags[self.actual.name] = replace(self.actual, low=low, high=high)
        self.tags[self.readback.name] = replace(self.readback, low=low, high=high)
        self.outputs[self.setpoint.name] = replace(self.setpoint, high=self.full_scale_sccm)
        self.within = {
            self.actual.name: Within(MOVED * self.full_scale_sccm),
            self.readback.name: Within(MOVED * self.full_scale_sccm),
            self.temperature.name: Within(MOVED_C),
            self.status.name: EXACTLY,
        }
        self.last: Values = {}
        self.wanted_gas = own.gas  # and as first found, if the machine file does not say; kept until we are built anew
        self.columns = CONTROLLER
        self.decimals = 2  # of its setpoint
        self.sccm = 1.0  # in one unit of its own

    def identify(self) -> str:
        """Compare full scale, unit, gas and what is controlled with the machine file; returns model and serial."""
        if not "A" <= self.unit <= "Z":
            raise WrongDevice(f"address {self.address} is no unit of A to Z; give its letter as `unit`")
        about = self._about()
        version = VERSION.match(about[REVISION])
        if version is None or int(version[1]) < FULL_SCALE_SINCE:
            raise WrongDevice(
                f"firmware {about[REVISION]} cannot tell its full scale, from {FULL_SCALE_SINCE}v00 on it can"
            )
        full_scale, unit = self._expect(FULL_SCALE, FULL_SCALE_ANSWER)
        if unit not in SCCM:
            raise WrongDevice(f"instrument measures in {unit!r}; set its unit of mass flow to {' or '.join(SCCM)}")
        self.sccm = SCCM[unit]
        capacity = float(full_scale) * self.sccm
        if not abs(capacity - self.full_scale_sccm) <= FULL_SCALE_TOLERANCE * self.full_scale_sccm:
            raise WrongDevice(
                f"instrument has a range of {capacity:g} sccm, the machine file says {self.full_scale_sccm:g}; "
                "check its unit letter and full_scale_sccm"
            )
        if (code := int(self._expect(CONTROLLED, CONTROLLED_ANSWER)[0])) != MASS_FLOW:
            raise WrongDevice(f"instrument controls statistic {code}; set its loop to mass flow ({MASS_FLOW})")
        frame = self._learn()
        return f"Alicat {about[MODEL]} no. {about[SERIAL]}, {capacity:g} sccm {frame.gas}"

    @poll(actual, readback, temperature, gas, status)
    def read_frame(self) -> Values:
        """Flow, setpoint, temperature, gas and status in one frame."""
        return confirmed(self._read_frame, self.last, self.within)

    def write(self, values: Mapping[str, Any]) -> None:
        """Set the flow and ask for it again; raises Refused when it is not what was set, or the valve is held."""
        asked = values[self.setpoint.name] + 0.0  # never minus zero
        self._ask_frame(f"S{asked / self.sccm:.{self.decimals}f}")
        frame = self._ask_frame("")
        found = frame.number(SETPOINT) * self.sccm
        if not abs(found - asked) <= SETPOINT_TOLERANCE * self.full_scale_sccm + 10.0**-self.decimals * self.sccm:
            raise Refused(
                f"setpoint reads back {found:g} sccm, set was {asked:g}; is its setpoint source analog or user, or its "
                "ramp on?"
            )
        if held := frame.words & DEAF:
            raise Refused(f"the setpoint has no effect: {_told(held)}")

    def _read_frame(self) -> Values:
        frame = self._ask_frame("")
        return {
            "flow_sccm": None if frame.words & NO_FLOW else frame.number(FLOW) * self.sccm,
            "flow_readback_sccm": frame.number(SETPOINT) * self.sccm,
            # assumed: °C, as delivered; a frame does not say
            "mfc_temperature_c": None if frame.words & NO_TEMPERATURE else frame.number(TEMPERATURE),
            "mfc_gas": frame.gas,
            "mfc_status": _told(frame.words),
        }

    def _learn(self) -> Frame:
        """The first frame: how many numbers it has, with how many decimals, and which gas."""
        frame = self._parse(self._ask(""))
        self.columns = len(frame.numbers)
        if self.columns not in (CONTROLLER, WITH_TOTAL):
            kind = "a meter" if self.columns == METER else "no mass-flow controller"
            raise WrongDevice(f"a frame with {self.columns} numbers is that of {kind}")
        self.decimals = len(frame.numbers[SETPOINT].partition(".")[2])
        self._check_gas(frame)
        if self.wanted_gas is None:  # for good, so it is asked twice: a frame has no checksum
            if (again := self._parse(self._ask("")).gas) != frame.gas:
                raise BadReply(f"it is set to {frame.gas}, then to {again}; check shield and ground of the line")
            self.wanted_gas = frame.gas
        return frame

    def _ask_frame(self, command: str) -> Frame:
        """The data frame that answers a command, the same in form as the first."""
        frame = self._parse(self._ask(command))
        if len(frame.numbers) != self.columns:
            raise BadReply(f"a frame with {len(frame.numbers)} numbers came, expected were {self.columns}")
        self._check_gas(frame)
        return frame

    def _check_gas(self, frame: Frame) -> None:
        if self.wanted_gas not in (None, frame.gas):
            raise WrongDevice(f"instrument is set to {frame.gas}, but should be to {self.wanted_gas}; select its gas")

    def _parse(self, fields: str) -> Frame:
        tokens = fields.split()
        count = next((at for at, token in enumerate(tokens) if not NUMBER.fullmatch(token)), len(tokens))
        numbers, gas, words = tokens[:count], tokens[count : count + 1], tokens[count + 1 :]
        if not numbers or not gas or not GAS.fullmatch(gas[0]):
            raise BadReply(f"{fields!r} is no data frame; does the line echo?")
        if unknown := set(words) - WORDS.keys():
            raise BadReply(f"{fields!r} has status words that nobody knows: {' '.join(sorted(unknown))}")
        return Frame(numbers, gas[0], set(words))

    def _about(self) -> dict[int, str]:
        """Lines of its identification by their number."""
        lines = [self._ask(ABOUT, TABLE_S)]
        lines += [self._own(read_line(self.port, END, TABLE_S), ABOUT) for _ in range(ABOUT_LINES - 1)]
        found = [ABOUT_LINE.fullmatch(line) for line in lines]
        about = {int(match[1]): match[2] for match in found if match}
        if list(about) != list(range(ABOUT_LINES)):
            raise BadReply(f"{ABOUT}: {lines} are not its {ABOUT_LINES} lines")
        return about

    def _expect(self, command: str, form: re.Pattern[str]) -> tuple[str, ...]:
        """Parts of an answer of this form; old firmware gives a data frame for what it does not know."""
        answer = self._ask(command)
        if (match := form.fullmatch(answer)) is None:
            raise BadReply(f"{command}: {answer!r} does not answer it; is its firmware too old?")
        return match.groups()

    def _ask(self, command: str, timeout_s: float = reply_timeout_s) -> str:
        """What follows the unit letter in the first line of an answer."""
        line = ask_line(self.port, f"{self.unit}{command}\r", END, timeout_s)
        if not line:  # some firmware sends an empty line before its refusal
            line = read_line(self.port, END, timeout_s)
        return self._own(line, command)

    def _own(self, line: str, command: str) -> str:
        if line == "?":
            raise Refused(f"{command or 'poll'}: the unit does not know this, or refuses it (?)")
        letter, _, rest = line.partition(" ")
        if letter == "@" or NUMBER.fullmatch(letter):
            raise BadReply(f"a unit streams ({line!r}); end it with `@@ {self.unit}` when it is alone on the line")
        if letter != self.unit:
            raise BadReply(f"{line!r} is no answer of unit {self.unit}; does the line echo?")
        return rest.strip()


def _told(words: set[str]) -> str:
    return ", ".join(f"{word} {WORDS[word]}" for word in sorted(words))
