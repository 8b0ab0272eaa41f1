"""Turbo pump Pfeiffer HiPace with drive TC 400: telegrams of the Pfeiffer Vacuum RS-485 protocol.

Owns telegrams, refusals and the drive's settings; speed, current and temperatures are the plant's. Source: manuals of
TC 400 (p. 25) and TC 110 (p. 32); descriptor reads (action 01) as seen on a real bus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sim.devices.framing import TextEmulator, bounded
from sim.devices.hipace_parameters import BOTH, PARAMETERS, READ, WRITE, Value, decode, encode
from sim.wiring import Wiring

NO_DEF, RANGE, LOGIC = "NO_DEF", "_RANGE", "_LOGIC"  # manual: refusals
REFUSALS = {1: NO_DEF, 2: RANGE, 3: LOGIC}
PUMPING_STATION, MOTOR = 10, 23  # manual: both must be on
BROADCAST, GROUPS = 0, 900  # manual: heard, not answered
TWO_POINTS, POINT_1, POINT_2 = 17, 701, 719  # manual: switch points [% of nominal speed], the second when 017 is 1
SET_SPEED_HZ = 5.0  # assumed: "set speed attained" within this
SUPPLY_V = 48.0  # assumed
RUN_UP_HZ_S = 4.0  # assumed: what 336 reports while accelerating
LIMIT_ELECTRONICS_C, LIMIT_BEARING_C = 65.0, 65.0  # assumed


class HiPace(TextEmulator):
    """One pump with its drive."""

    latency_s: ClassVar[float] = 0.026  # measured: median of a capture of a TC 110

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.nominal_hz = float(table.get("nominal_hz", 820))
        self.settings: dict[int, Value] = {n: p.start for n, p in PARAMETERS.items() if p.access == BOTH}
        self.settings[797] = self.address
        self.settings[777] = self.nominal_hz
        self.error_code = "000000"
        self.beyond_switch_point = False

    def step(self, now: float, dt: float) -> None:
        """Let the second speed switch point remember that the first was passed."""
        if self.settings[TWO_POINTS]:
            self._switch_point()

    def reboot(self, now: float) -> None:
        """Power cycle: all settings are kept, a pump that was on goes on."""
        self.forget_input()

    def run_already(self) -> None:
        """Pumping station and motor are on."""
        self.settings[PUMPING_STATION] = self.settings[MOTOR] = 1
        self._drive()

    def trip(self) -> None:
        """An error of the drive: the pump coasts until it is acknowledged and switched on again."""
        self.error_code = "Err001"  # manual: excess speed
        self.settings[PUMPING_STATION] = 0
        self._drive()

    def answer(self, line: bytes, now: float) -> bytes:
        """One telegram, its CR removed; silence for other addresses and for what is not a telegram."""
        telegram = line.decode("latin-1").lstrip("\n")
        if len(telegram) < 14 or not (telegram[:10] + telegram[-3:]).isdecimal():
            return b""
        if sum(line.lstrip(b"\n")[:-3]) % 256 != int(telegram[-3:]) or int(telegram[8:10]) != len(telegram) - 13:
            return b""
        address, action, number = int(telegram[:3]), telegram[3:5], int(telegram[5:8])
        data = telegram[10:-3]
        if address == self.settings[797]:
            reply_action, reply = self._serve(action, number, data)
            return _telegram(self.signed(address), reply_action, number, reply)
        if (address == BROADCAST or address >= GROUPS) and action == "10":
            self._serve(action, number, data)
        return b""

    def _serve(self, action: str, number: int, data: str) -> tuple[str, str]:
        parameter = PARAMETERS.get(number)
        reply_action = "11" if action == "01" else "10"
        if self.refuse_with is not None:
            return reply_action, REFUSALS.get(self.refuse_with, LOGIC)
        if parameter is None or action not in ("00", "01", "10"):
            return reply_action, NO_DEF
        if action == "10":
            return reply_action, self._set(number, data)
        if data != "=?":
            return reply_action, LOGIC
        if action == "01":
            limits = f"{parameter.low:06.0f}{parameter.high:06.0f}"
            return reply_action, f"{parameter.name:13.13s}{parameter.type:2d}{parameter.access:d}{limits}"
        if parameter.access == WRITE:
            return reply_action, LOGIC
        return reply_action, encode(parameter.type, self._value(number))

    def _set(self, number: int, data: str) -> str:
        parameter = PARAMETERS[number]
        if parameter.access == READ:
            return LOGIC
        try:
            value = decode(parameter.type, data)
        except ValueError:
            return RANGE
        if isinstance(value, float | int) and not parameter.low <= value <= parameter.high:
            return RANGE
        if self.ignore_writes:
            return data
        if number == 9:
            self.error_code = "000000"
        else:
            self.settings[number] = value
            self._drive()
        return data

    def _drive(self) -> None:
        commands = self.wiring.commands
        commands.turbo_on = bool(self.settings[PUMPING_STATION]) and bool(self.settings[MOTOR])
        commands.turbo_speed_pct = self._set_speed_pct()

    def _set_speed_pct(self) -> float:
        if self.settings[2]:
            return float(self.settings[717])
        return float(self.settings[707]) if self.settings[26] else 100.0

    # --- readings -----------------------------------------------------------------------------------------

    def _value(self, number: int) -> Value:
        reading = READINGS.get(number)
        return reading(self) if reading else self.settings.get(number, PARAMETERS[number].start)

    def _speed_hz(self) -> float:
        return bounded(self.wiring.sensors.turbo_speed_hz, 0.0, 99999.0)

    def _set_speed_hz(self) -> float:
        return self.nominal_hz * self._set_speed_pct() / 100.0 if self.wiring.commands.turbo_on else 0.0

    def _switch_point(self) -> bool:
        """Reached above point 1, left below it; with two points left below the second (manual: 017)."""
        off = POINT_2 if self.beyond_switch_point and self.settings[TWO_POINTS] else POINT_1
        self.beyond_switch_point = self._speed_hz() >= self.nominal_hz * float(self.settings[off]) / 100.0
        return self.beyond_switch_point

    def _set_speed_attained(self) -> bool:
        return self.wiring.commands.turbo_on and self._speed_hz() > self._set_speed_hz() - SET_SPEED_HZ

    def _accelerating(self) -> bool:
        return self.wiring.commands.turbo_on and not self._set_speed_attained()


def _telegram(address: int, action: str, number: int, data: str) -> bytes:
    text = f"{address:03d}{action}{number:03d}{len(data):02d}{data}".encode("ascii")
    return text + b"%03d\r" % (sum(text) % 256)


READINGS: dict[int, Callable[[HiPace], Value]] = {
    300: lambda _: 0,
    302: HiPace._switch_point,
    303: lambda pump: pump.error_code,
    304: lambda pump: pump.wiring.sensors.turbo_bearing_c > LIMIT_ELECTRONICS_C,
    305: lambda pump: pump.wiring.sensors.turbo_bearing_c > LIMIT_BEARING_C,
    306: HiPace._set_speed_attained,
    307: HiPace._accelerating,
    308: HiPace._set_speed_hz,
    309: HiPace._speed_hz,
    310: lambda pump: pump.wiring.sensors.turbo_current_a,
    311: lambda _: 1234,  # assumed: a pump that has run
    312: lambda _: "010300",
    313: lambda _: SUPPLY_V,
    314: lambda _: 1300,
    315: lambda pump: pump.nominal_hz,
    316: lambda pump: pump.wiring.sensors.turbo_power_w,
    319: lambda _: 42,
    326: lambda pump: pump.wiring.sensors.turbo_bearing_c,  # assumed: one temperature for the whole pump
    330: lambda pump: pump.wiring.sensors.turbo_bearing_c,
    336: lambda pump: RUN_UP_HZ_S * 60.0 * pump._accelerating(),
    342: lambda pump: pump.wiring.sensors.turbo_bearing_c,
    346: lambda pump: pump.wiring.sensors.turbo_bearing_c,
    349: lambda _: "TC 400",
    354: lambda _: "000100",
    397: lambda pump: 60.0 * pump._set_speed_hz(),
    398: lambda pump: 60.0 * pump._speed_hz(),
    399: lambda pump: 60.0 * pump.nominal_hz,
    777: lambda pump: pump.nominal_hz,
}
