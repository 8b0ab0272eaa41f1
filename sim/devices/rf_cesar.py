"""RF generator AE/Dressler CESAR 136 class with its integrated match, on the AE bus.

Owns command codes and their refusals; packets, power stage and match are next door. Source: manuals of the CESAR 1312
and 136 (p. 81 to 120) and of the Apex 5708009-C.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any

from sim.devices.ae_bus_frames import AeBusEmulator
from sim.devices.framing import bounded
from sim.devices.rf_match import Match, positions
from sim.devices.rf_power import DC_BIAS, FORWARD, HOT, INTERLOCK, LOAD, REFLECTED, TIME, PowerStage
from sim.wiring import Wiring

HOST, USER_PORT, FRONT_PANEL = 2, 4, 6  # manual: command 14
# manual: command status replies
OK, WRONG_MODE, RF_IS_ON, OUT_OF_RANGE, FAULTY, BYTE_COUNT, BAD_FREQUENCY, BAD_DUTY, UNKNOWN = (
    0, 1, 2, 4, 7, 9, 50, 51, 99,
)  # fmt: skip
REGULATIONS = {6: FORWARD, 7: LOAD, 8: DC_BIAS}  # manual: command 3
#: manual: report 223 of the 136; REFLECTED and HOT are assumed
FAULTS = {INTERLOCK: 1 << 0, REFLECTED: 1 << 4, TIME: 1 << 10, HOT: 1 << 1}
BAUDS = (9600, 19200, 38400, 57600, 0)  # manual: 115200 is reported as 0
WORD = Struct("<H")


class Cesar(AeBusEmulator):
    """Generator and match at one address."""

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.power = PowerStage(float(table.get("max_power_w", 600)), float(table.get("max_reflected_w", 100)))
        self.baud = 0
        self._loop = wiring  # the interlock loop is a wire: no fault of sensing touches it
        self._start()

    def _start(self) -> None:
        self.match = Match()
        self.control_mode = FRONT_PANEL  # assumed: mode at power-up
        self.override = 0
        self.pulse_hz = 0
        self.pulse_duty_pct = 100
        self.power.power_up()
        self.power.switch_off(self.wiring)

    def reboot(self, now: float) -> None:
        """Power cycle: RF off, front panel in control, limits at their maximum."""
        self.forget_input()
        self._start()

    def step(self, now: float, dt: float) -> None:
        """Regulate and match."""
        if self.trouble:
            self._suffer()
        self.power.step(self.wiring, self._closed() if self.power.on else True, dt)
        self.match.step(self.wiring, self._loop.commands.rf_forward_w)
        if not self.stuck:
            self.power.measure(self.wiring)

    def _suffer(self) -> None:
        if self.trouble == "hot":
            self.power.trip(self.wiring, HOT)
        elif self.trouble == "local" and self.control_mode != FRONT_PANEL:
            self.set_control_mode(bytes((FRONT_PANEL,)))

    def _closed(self) -> bool:
        return self.trouble != "interlock" and self._loop.rf_loop_closed()

    # --- commands and reports ------------------------------------------------------------------------------

    def serve(self, command: int, data: bytes) -> bytes:
        """Access, number of bytes, then the command itself."""
        report = REPORTS.get(command)
        if report is not None:
            return report(self) if not data else bytes((BYTE_COUNT,))
        if command not in COMMANDS:
            return bytes((UNKNOWN,))
        lengths, execute = COMMANDS[command]
        if len(data) not in lengths:
            return bytes((BYTE_COUNT,))
        if self.control_mode != HOST and command not in ALWAYS:
            return bytes((WRONG_MODE,))
        return bytes((OK if self.ignore_writes else execute(self, data),))

    # --- commands: each returns its CSR -------------------------------------------------------------------

    def rf_off(self, data: bytes) -> int:
        """Always honoured; clears the faults (assumed: there is no other reset)."""
        self.power.switch_off(self.wiring)
        self.power.faults = 0
        return OK

    def rf_on(self, data: bytes) -> int:
        """Refused with a fault, or with the interlock loop open."""
        if self.power.faults or not self._closed():
            return FAULTY
        self.power.switch_on()
        return OK

    def set_regulation(self, data: bytes) -> int:
        """Forward, load or DC bias; not while RF is on."""
        regulation = REGULATIONS.get(data[0])
        if regulation is None:
            return OUT_OF_RANGE
        if self.power.on and regulation != self.power.settings.regulation:
            return RF_IS_ON
        self.power.settings.regulation = regulation
        return OK

    def set_control_mode(self, data: bytes) -> int:
        """Who is in control; any change away from the host turns RF off."""
        if data[0] not in (HOST, USER_PORT, FRONT_PANEL):
            return OUT_OF_RANGE
        if data[0] != HOST:
            self.power.switch_off(self.wiring)
        elif self.trouble == "local":
            return WRONG_MODE  # assumed: whoever stands at the panel keeps it
        self.control_mode = data[0]
        return OK

    def set_reflected_trigger(self, data: bytes) -> int:
        """Seconds, and watts above which RF goes off after them."""
        self.power.settings.trigger_s = data[0]
        self.power.settings.trigger_w = float(WORD.unpack_from(data, 1)[0])
        return OK

    def set_baud(self, data: bytes) -> int:
        """Kept; the simulated line does not change its speed."""
        baud = int.from_bytes(data, "little")
        if baud not in BAUDS:
            return OUT_OF_RANGE
        self.baud = baud
        return OK

    def set_pulse_frequency(self, data: bytes) -> int:
        """Kept; pulsing itself is not simulated."""
        hertz = int.from_bytes(data, "little")
        if not 0 <= hertz <= 30000:  # assumed range
            return BAD_FREQUENCY
        self.pulse_hz = hertz
        return OK

    def set_pulse_duty(self, data: bytes) -> int:
        """Kept; 100 % is continuous wave."""
        duty = int.from_bytes(data, "little")
        if not 1 <= duty <= 100:  # assumed range
            return BAD_DUTY
        self.pulse_duty_pct = duty
        return OK

    def set_override(self, data: bytes) -> int:
        """Kept, without effect."""
        self.override = data[0]
        return OK

    def set_match_mode(self, data: bytes) -> int:
        """1 automatic, 0 manual."""
        if data[0] > 1:
            return OUT_OF_RANGE
        self.match.auto = data[0] == 1
        return OK

    def move_load(self, data: bytes) -> int:
        """Load capacitor, 40..960 in 0.1 %; manual mode only."""
        return self._move("match_load_target_pct", data)

    def move_tune(self, data: bytes) -> int:
        """Tune capacitor, 40..960 in 0.1 %; manual mode only."""
        return self._move("match_tune_target_pct", data)

    def _move(self, target: str, data: bytes) -> int:
        position = WORD.unpack(data)[0]
        if self.match.auto:
            return WRONG_MODE  # assumed
        if not 40 <= position <= 960:
            return OUT_OF_RANGE
        setattr(self.wiring.commands, target, position / 10.0)
        return OK

    # --- reports ------------------------------------------------------------------------------------------

    def status(self) -> bytes:
        """Report 162, byte.bit as in the manual."""
        power = self.power
        bits = power.output_on << 5 | power.on << 6 | power.off_setpoint() << 7
        bits |= (not self._closed()) << 15 | (self.trouble == "hot") << 11
        bits |= power.off_setpoint() << 21 | (power.faults != 0) << 29
        return bits.to_bytes(4, "little")

    def regulation(self) -> bytes:
        """Report 154: the number of command 3."""
        return bytes(
            number for number, regulation in REGULATIONS.items() if regulation == self.power.settings.regulation
        )

    def faults(self) -> bytes:
        """Report 223."""
        return sum(bit for fault, bit in FAULTS.items() if self.power.faults & fault).to_bytes(4, "little")

    def match_positions(self) -> bytes:
        """Report 175: load and tune in 0.1 %."""
        load, tune = positions(self.wiring.sensors)
        return WORD.pack(load) + WORD.pack(tune)


def _word(value: float) -> bytes:
    return WORD.pack(round(bounded(value, 0.0, 0xFFFF)))


def _setting(name: str, highest: Callable[[Cesar], float], scale: float = 1.0) -> Callable[[Cesar, bytes], int]:
    """A command that keeps a word, 0..highest, in the power stage's settings."""

    def execute(cesar: Cesar, data: bytes) -> int:
        value = WORD.unpack(data)[0]
        if value > highest(cesar):
            return OUT_OF_RANGE
        setattr(cesar.power.settings, name, value * scale)
        return OK

    return execute


ALWAYS = (1, 14)  # manual: RF off is always honoured; control can always be taken
COMMANDS: dict[int, tuple[tuple[int, ...], Callable[[Cesar, bytes], int]]] = {
    1: ((0,), Cesar.rf_off),
    2: ((0,), Cesar.rf_on),
    3: ((1,), Cesar.set_regulation),
    4: ((2,), _setting("forward_limit_w", lambda cesar: cesar.power.max_power_w)),
    5: ((2,), _setting("reflected_limit_w", lambda cesar: cesar.power.max_reflected_w)),
    8: ((2,), _setting("setpoint", lambda cesar: cesar.power.max_power_w)),
    10: ((2,), _setting("time_limit_s", lambda _: 3600)),
    13: ((1,), Cesar.set_match_mode),
    14: ((1,), Cesar.set_control_mode),
    29: ((1,), Cesar.set_override),
    31: ((2,), _setting("ramp_up_s", lambda _: 0xFFFF, 0.1)),
    32: ((2,), _setting("ramp_down_s", lambda _: 0xFFFF, 0.1)),
    33: ((3,), Cesar.set_reflected_trigger),
    69: ((2,), Cesar.set_baud),
    93: ((3, 4), Cesar.set_pulse_frequency),
    96: ((1, 2), Cesar.set_pulse_duty),
    112: ((2,), Cesar.move_load),
    122: ((2,), Cesar.move_tune),
}
REPORTS: dict[int, Callable[[Cesar], bytes]] = {
    128: lambda _: b"CESAR",
    129: lambda cesar: b"%05d" % cesar.power.max_power_w,  # assumed form
    130: lambda _: b"01.00",  # assumed form
    131: lambda cesar: bytes((cesar.match.moving(cesar.wiring),)),
    154: Cesar.regulation,
    155: lambda cesar: bytes((cesar.control_mode,)),
    162: Cesar.status,
    163: lambda cesar: bytes((cesar.match.auto,)),
    164: lambda cesar: _word(cesar.power.settings.setpoint) + cesar.regulation(),
    165: lambda cesar: _word(cesar.power.readings.forward_w),
    166: lambda cesar: _word(cesar.power.readings.reflected_w),
    167: lambda cesar: _word(cesar.power.readings.forward_w - cesar.power.readings.reflected_w),
    168: lambda cesar: _word(cesar.power.readings.dc_bias_v),
    169: lambda cesar: _word(cesar.power.settings.forward_limit_w),
    170: lambda cesar: _word(cesar.power.settings.reflected_limit_w),
    175: Cesar.match_positions,
    205: lambda cesar: int(cesar.power.run_s).to_bytes(4, "little"),
    212: lambda cesar: WORD.pack(cesar.baud),
    221: lambda _: b"SIM".ljust(32, b"0"),  # manual: character 20 = "1" would mean 0.1 W setpoints
    223: Cesar.faults,
}
