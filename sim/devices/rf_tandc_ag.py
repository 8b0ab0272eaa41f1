"""RF generator T&C Power Conversion AG 0613 with its AIT tuner, on the "new" binary protocol.

Owns frames, commands, who is in control and for how long, status, and the tuner's presets; power stage, tuner and
heatsink are next door. Sources: the fact sheet, from the public drivers of pymeasure and of Swift Coat; there is no
vendor's manual of the protocol, so "manual" below means that sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Any, ClassVar
from zlib import crc32

from sim.devices.framing import FramedEmulator, bounded
from sim.devices.rf_heatsink import Heatsink
from sim.devices.rf_match import Match, positions
from sim.devices.rf_power import PowerStage
from sim.wiring import Wiring

HEAD, REPLY = 0x43, 0x52  # manual: "C" and "R"
ACCEPTED, REJECTED = b"*", b"?"
REQUEST = Struct(">BB2sHHH")  # manual: always ten bytes
YES = 0x5555  # manual: BC and BR
OWN_S = 2.0  # manual: control is lost after so long without any command
MOST_W = 4000  # manual: SA
NORMAL, PULSE, RAMP = 1, 3, 4  # manual: SO
RATES = range(1, 99)  # manual: RR, W/s
AUTO, MANUAL = 1, 2  # manual: TM
PRESETS = range(1, 10)  # manual: TP; 0 is none
LOAD, TUNE = 1, 2  # manual: TC, TD
RF_ON, FORWARD_LIMIT, REVERSE_LIMIT, TOO_HOT, INTERLOCK_OPEN = 1 << 0, 1 << 8, 1 << 9, 1 << 10, 1 << 11  # manual: GS
DIGITAL_TUNER = 4  # manual: GS; assumed of the AIT
NAME = "AG 0613 AIT"  # assumed text
FREQUENCY_HZ = 13_560_000  # assumed: the tool's
FIRMWARE = (1, 2, 1, 0)  # assumed: user interface 1.2, RF 1.0
PULSE_TIMES = (50, 50)  # assumed: on and off; their unit is not documented
MIDDLE_PCT = 50  # assumed: presets as delivered


class RejectedError(Exception):
    """The generator answers "?"."""


@dataclass(slots=True)
class Preset:
    """Where the capacitors stand for a slot of the tuner [%]."""

    load_pct: int = MIDDLE_PCT
    tune_pct: int = MIDDLE_PCT


class TandcAg(FramedEmulator):
    """Generator and tuner."""

    latency_s: ClassVar[float] = 0.005  # assumed
    gap_s: ClassVar[float] = 0.050  # assumed: inter-byte time-out

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.power = PowerStage(float(table.get("max_power_w", 600)), float(table.get("max_reflected_w", 100)))
        self.heatsink = Heatsink(self.power.max_power_w)
        self.serial = f"SIM{crc32(name.encode()):08X}"
        self.presets = {slot: Preset() for slot in PRESETS}  # assumed: outlive a power cycle
        self._loop = wiring  # the interlock loop is a wire: no fault of sensing touches it
        self._start()

    def _start(self) -> None:
        self.match = Match()
        self.in_control = False
        self.mode = NORMAL  # assumed: mode at power-up
        self.ramp_from_w, self.ramp_w_s = 0, RATES[-1]  # assumed
        self.preset = 0
        self.heatsink_c = self.heatsink.temperature_c  # as read
        self._silent_s = 0.0
        self.power.power_up()
        self.power.switch_off(self.wiring)

    def reboot(self, now: float) -> None:
        """Power cycle: RF off, nobody in control, limits at their maximum; the heatsink is as warm as it was."""
        self.forget_input()
        self._start()

    def step(self, now: float, dt: float) -> None:
        """Watch the host, the interlock and the heat; regulate and tune."""
        sensors, commands = self._loop.sensors, self._loop.commands
        self._silent_s += dt
        if self.in_control and (self._silent_s > OWN_S + 1e-9 or self.trouble == "local"):
            self.lose_control()
        self.heatsink.step(dt, commands.rf_forward_w, sensors.reflected_w, sensors.water_flowing)
        if self._too_hot() and self.power.on:
            self.power.switch_off(self.wiring)
        self.power.step(self.wiring, self._closed(), dt)
        self._tune()
        if not self.stuck:
            self.power.measure(self.wiring)
            self.heatsink_c = self.heatsink.temperature_c

    def _too_hot(self) -> bool:
        return self.heatsink.too_hot or self.trouble == "hot"

    def _closed(self) -> bool:
        return self.trouble != "interlock" and self._loop.rf_loop_closed()

    def lose_control(self) -> None:
        """Nobody is in control: setpoint 0, RF off."""
        self.in_control = False
        self.power.settings.setpoint = 0.0
        self.power.switch_off(self.wiring)

    def _tune(self) -> None:
        """In automatic mode follow the load; without RF stand at the preset, if there is one (assumed)."""
        commands = self._loop.commands
        if self.match.auto and self.preset:
            wanted = self.presets[self.preset]
            commands.match_load_target_pct, commands.match_tune_target_pct = wanted.load_pct, wanted.tune_pct
        self.match.step(self.wiring, commands.rf_forward_w)

    # --- frames -------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer every whole request; what stands before a "C" is noise (assumed)."""
        buffer, answer = self.gather(data, now), b""
        while (start := buffer.find(HEAD)) >= 0:
            request = buffer[start : start + REQUEST.size]
            if len(request) < REQUEST.size:
                self._rest = request
                break
            buffer = buffer[start + REQUEST.size :]
            answer += self._request(request)
        return answer

    def _request(self, request: bytes) -> bytes:
        _, address, name, first, second, check = REQUEST.unpack(request)
        if check != sum(request[:-2]):
            return REJECTED
        self._silent_s = 0.0
        try:
            data = self._serve(name.decode("latin-1"), first, second)
        except RejectedError:
            return REJECTED
        if data is None:
            return ACCEPTED
        reply = bytes((REPLY, self.signed(address))) + len(data).to_bytes(2, "big") + data
        return ACCEPTED + reply + (sum(reply) & 0xFFFF).to_bytes(2, "big")

    def _serve(self, name: str, first: int, second: int) -> bytes | None:
        if self.refuse_with is not None:
            raise RejectedError
        if name in QUERIES:
            return QUERIES[name](self, first)
        if name == "BP":
            return None
        if name not in ORDERS or not self.in_control:
            raise RejectedError  # assumed for what is set without control
        order = ORDERS[name]
        if not self.ignore_writes:
            order(self, first, second)
        return None

    # --- queries ------------------------------------------------------------------------------------------

    def control(self, answer: int) -> bytes:
        """BC: 5555h takes control, 0 gives it back, which ends as losing it does (assumed); 1 means granted."""
        if answer not in (YES, 0):
            raise RejectedError
        if not answer:
            self.lose_control()
        self.in_control = answer == YES and self.trouble != "local"
        return _words(self.in_control)

    def powers(self, _: int) -> bytes:
        """GP: forward, reverse and load in 0.1 W."""
        readings = self.power.readings
        load = bounded(readings.forward_w - readings.reflected_w, 0.0, readings.forward_w)
        return _words(10.0 * readings.forward_w, 10.0 * readings.reflected_w, 10.0 * load)

    def status(self, _: int) -> bytes:
        """GS: bits, heatsink in 0.1 degC, mode, kind of tuner."""
        power = self.power
        bits = RF_ON * power.on | FORWARD_LIMIT * power.at_forward_limit | REVERSE_LIMIT * power.at_reflected_limit
        bits |= TOO_HOT * self._too_hot() | INTERLOCK_OPEN * (not self._closed())
        return _words(bits, 10.0 * self.heatsink_c, self.mode, DIGITAL_TUNER)

    def tuner(self, _: int) -> bytes:
        """GT: bit 0 manual, load and tune in 0.1 %, DC bias in V, preset."""
        load, tune = positions(self.wiring.sensors)
        return _words(not self.match.auto, load, tune, self.power.readings.dc_bias_v, self.preset)

    def identity(self, what: int) -> bytes:
        """Gi: 1 name, 2 serial number; two bytes before it and one behind, which clients drop (assumed content)."""
        if what not in (1, 2):
            raise RejectedError
        return _words(what) + (NAME if what == 1 else self.serial).encode("ascii") + b"\0"

    def limits(self, _: int) -> bytes:
        """Gp: a block of which only two numbers are known, in 0.1 W; the others are 0 (assumed)."""
        return _words(0, 10.0 * self.power.max_power_w, *[0] * 7, 10.0 * self.power.max_reflected_w)

    def read_preset(self, slot: int) -> bytes:
        """GU: slot, load and tune in whole percent, as TD sets them; pymeasure, the only source, reads them so."""
        preset = self._preset(slot)
        return _words(slot, preset.load_pct, preset.tune_pct)

    def _preset(self, slot: int) -> Preset:
        if slot not in self.presets:
            raise RejectedError
        return self.presets[slot]

    # --- orders -------------------------------------------------------------------------------------------

    def switch(self, answer: int, _: int) -> None:
        """BR: 5555h on, 0 off. assumed: rejected while the interlock is open or the heatsink too hot."""
        if answer not in (YES, 0) or (answer and (self._too_hot() or not self._closed())):
            raise RejectedError
        if not answer:
            self.power.switch_off(self.wiring)
        else:
            self.power.switch_on()

    def set_power(self, watts: int, _: int) -> None:
        """SA: W; more than the generator has is rejected (assumed)."""
        self.power.settings.setpoint = float(_within(watts, min(MOST_W, self.power.max_power_w)))

    def set_limit(self, which: int, watts: int) -> None:
        """SU: 1 forward, 2 reverse."""
        power = self.power
        if which == 1:
            power.settings.forward_limit_w = float(_within(watts, power.max_power_w))
        elif which == 2:
            power.settings.reflected_limit_w = float(_within(watts, power.max_reflected_w))
        else:
            raise RejectedError

    def set_mode(self, mode: int, _: int) -> None:
        """SO: normal, pulse (kept: pulses are not simulated) or ramp."""
        if mode not in (NORMAL, PULSE, RAMP):
            raise RejectedError
        self.mode = mode
        self._set_ramp()

    def set_ramp_start(self, watts: int, _: int) -> None:
        """RP: W from which the ramp rises."""
        self.ramp_from_w = _within(watts, self.power.max_power_w)
        self._set_ramp()

    def set_ramp_rate(self, watts_s: int, _: int) -> None:
        """RR: W/s."""
        if watts_s not in RATES:
            raise RejectedError
        self.ramp_w_s = watts_s
        self._set_ramp()

    def _set_ramp(self) -> None:
        settings = self.power.settings
        settings.ramp_from_w = float(self.ramp_from_w)
        settings.ramp_w_s = float(self.ramp_w_s) if self.mode == RAMP else 0.0

    def set_tuner_mode(self, mode: int, _: int) -> None:
        """TM: 1 automatic, 2 manual."""
        if mode not in (AUTO, MANUAL):
            raise RejectedError
        self.match.auto = mode == AUTO

    def move(self, which: int, percent: int) -> None:
        """TC: one capacitor, in manual mode only."""
        if self.match.auto or which not in (LOAD, TUNE):
            raise RejectedError
        target = "match_load_target_pct" if which == LOAD else "match_tune_target_pct"
        setattr(self._loop.commands, target, float(_within(percent, 100)))

    def choose_preset(self, slot: int, _: int) -> None:
        """TP: the slot from which automatic tuning begins; 0 none."""
        if slot:
            self._preset(slot)
        self.preset = slot

    def write_preset(self, which: int, percent: int) -> None:
        """TD: slot in the high byte, 1 load or 2 tune in the low one."""
        preset, capacitor = self._preset(which >> 8), which & 0xFF
        if capacitor not in (LOAD, TUNE):
            raise RejectedError
        setattr(preset, "load_pct" if capacitor == LOAD else "tune_pct", _within(percent, 100))


def _within(value: int, highest: float) -> int:
    if value > highest:
        raise RejectedError
    return value


def _words(*values: float) -> bytes:
    return b"".join([round(bounded(value, 0.0, 0xFFFF)).to_bytes(2, "big") for value in values])


QUERIES: dict[str, Callable[[TandcAg, int], bytes]] = {
    "BC": TandcAg.control,
    "GL": lambda ag, _: _words(10.0 * ag.power.settings.setpoint),
    "GP": TandcAg.powers,
    "GS": TandcAg.status,
    "GT": TandcAg.tuner,
    "GF": lambda *_: FREQUENCY_HZ.to_bytes(4, "big"),
    "Gi": TandcAg.identity,
    "Gf": lambda *_: bytes(FIRMWARE),
    "Gp": TandcAg.limits,
    "GE": lambda *_: _words(*PULSE_TIMES),
    "GR": lambda ag, _: _words(ag.ramp_from_w, ag.ramp_w_s),
    "GU": TandcAg.read_preset,
}
ORDERS: dict[str, Callable[[TandcAg, int, int], None]] = {
    "BR": TandcAg.switch,
    "SA": TandcAg.set_power,
    "SU": TandcAg.set_limit,
    "SO": TandcAg.set_mode,
    "RP": TandcAg.set_ramp_start,
    "RR": TandcAg.set_ramp_rate,
    "TM": TandcAg.set_tuner_mode,
    "TC": TandcAg.move,
    "TP": TandcAg.choose_preset,
    "TD": TandcAg.write_preset,
}
