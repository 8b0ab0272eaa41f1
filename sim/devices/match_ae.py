"""AE digital match (Navigator class) as a unit of its own on the AE bus, with two networks.

Owns its commands, presets, modes and the block of report 219; packets and the tuner are next door. Source: the fact
sheet's section on it, which has a single team behind it. Network 1 is the tool's; nothing is plugged into network 2,
whose capacitors move all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import atan2, degrees, hypot, sqrt
from struct import Struct
from typing import Any

from sim.devices.ae_bus_frames import AeBusEmulator
from sim.devices.framing import bounded
from sim.devices.rf_match import SENSE_W, Match
from sim.wiring import Wiring

OK, WRONG_MODE, OUT_OF_RANGE, BYTE_COUNT, UNKNOWN = 0, 1, 4, 9, 99  # manual: command status replies
NETWORKS = (1, 2)
AUTO, MANUAL = 1, 2  # manual: command 93
PERCENT = 100  # manual: positions and bias as hundredths; the match inside a CESAR has tenths
PRESETS = range(1, 11)  # assumed: how many; 0 is none
TRAJECTORY = 8  # assumed: points that follow a preset at most
MIDDLE_PCT = 50.0  # assumed: presets as delivered, and network 2 at power-up
MOTOR_PCT_S = 20.0  # assumed: of network 2; those of network 1 are the plant's
TUNED_GAMMA = 0.1  # assumed: tuned when less than this is reflected (1 % of the power)
NAME, SIZE, SOFTWARE = b"MATCH", b"00002", b"01.00"  # assumed: reports 128 to 130 as generators have them
LEAST_OHM = 1e-3  # assumed: what the probe can tell from a short
BLOCK_BYTES = 88  # manual: report 219
WORD, PAIR, FLOATS = Struct("<H"), Struct("<HH"), Struct("<6f")
# manual: bits of report 219, byte by byte
OUTPUT_ON, TUNED, PRESETS_ON = (1 << 0, 1 << 2), (1 << 1, 1 << 3), (1 << 6, 1 << 3)  # the last one: bytes 0 and 3
TOO_HOT, INTERLOCK_OPEN = 1 << 1, 1 << 2
IN_AUTO, IN_HOST = (1 << 4, 1 << 6), (1 << 5, 1 << 7)
FAULTY = 1 << 0
POSITIONS_AT, BIAS_AT, FLOATS_AT = (4, 12), 20, (40, 64)


@dataclass(slots=True)
class Network:
    """What the controller keeps of one network."""

    auto: bool = True  # assumed: mode at power-up
    presets_on: bool = False  # assumed
    motors_on: bool = True  # assumed
    preset: int = 0


@dataclass(slots=True)
class Preset:
    """Where the capacitors stand for a slot [%], and the points that follow, which are only kept."""

    load_pct: float = MIDDLE_PCT
    tune_pct: float = MIDDLE_PCT
    trajectory: list[tuple[float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Capacitors:
    """The capacitors of network 2 [%]."""

    load_pct: float = MIDDLE_PCT
    tune_pct: float = MIDDLE_PCT


class AeMatch(AeBusEmulator):
    """The controller of both networks."""

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self._loop = wiring  # RF, motors and interlock are wires: no fault of sensing touches them
        self.presets = {net: {slot: Preset() for slot in PRESETS} for net in NETWORKS}  # assumed: outlive a power cycle
        self.spare, self.spare_target = Capacitors(), Capacitors()
        self._start()

    def _start(self) -> None:
        self.networks = {net: Network() for net in NETWORKS}
        self.match = Match()
        self.bias_peak_v = 0.0

    def reboot(self, now: float) -> None:
        """Power cycle: automatic, presets not in use, motors on; the capacitors stay where they are (assumed)."""
        self.forget_input()
        self._start()

    def step(self, now: float, dt: float) -> None:
        """Tune network 1 with RF; without it stand at the preset; move the motors of network 2."""
        network, forward_w = self.networks[1], self._loop.commands.rf_forward_w
        self.match.auto = network.auto
        if forward_w >= SENSE_W:
            self._tune(network, forward_w)
        else:
            self.bias_peak_v = 0.0
            self._stand(1)
        self._stand(2)
        for capacitor in ("load_pct", "tune_pct"):
            away = getattr(self.spare_target, capacitor) - getattr(self.spare, capacitor)
            moved = bounded(away, -MOTOR_PCT_S * dt, MOTOR_PCT_S * dt)
            setattr(self.spare, capacitor, getattr(self.spare, capacitor) + moved)

    def _tune(self, network: Network, forward_w: float) -> None:
        self.bias_peak_v = max(self.bias_peak_v, bounded(self.wiring.sensors.dc_bias_v, 0.0, 1e6))
        if network.motors_on:
            self.match.step(self.wiring, forward_w)

    def _stand(self, net: int) -> None:
        """In automatic mode without RF the capacitors wait at the preset in use (assumed)."""
        network = self.networks[net]
        if network.auto and network.presets_on and network.preset and network.motors_on:
            preset = self.presets[net][network.preset]
            self._send(net, "load", preset.load_pct)
            self._send(net, "tune", preset.tune_pct)

    def _send(self, net: int, capacitor: str, percent: float) -> None:
        if net == 1:
            setattr(self._loop.commands, f"match_{capacitor}_target_pct", percent)
        else:
            setattr(self.spare_target, f"{capacitor}_pct", percent)

    # --- commands -------------------------------------------------------------------------------------------

    def serve(self, command: int, data: bytes) -> bytes:
        """Reports take no data; commands begin with network and 0 and answer one CSR byte."""
        report = REPORTS.get(command)
        if report is not None:
            return report(self) if not data else bytes((BYTE_COUNT,))
        if command not in COMMANDS:
            return bytes((UNKNOWN,))
        if len(data) < 4 or (len(data) != 4 and command != 92):
            return bytes((BYTE_COUNT,))
        if data[0] not in NETWORKS or data[1] != 0:
            return bytes((OUT_OF_RANGE,))
        if self.trouble == "local":
            return bytes((WRONG_MODE,))  # assumed: somebody at its panel
        return bytes((COMMANDS[command](self, data[0], data[2:]),))

    def use_preset(self, net: int, value: bytes) -> int:
        """91: 0 is none."""
        slot = WORD.unpack(value)[0]
        if slot not in PRESETS and slot != 0:
            return OUT_OF_RANGE
        if not self.ignore_writes:
            self.networks[net].preset = slot
        return OK

    def write_preset(self, net: int, value: bytes) -> int:
        """92: slot, count, load, tune, then pairs of a trajectory.

        Assumed: slot and count are bytes, and count is of the pairs, with or without the first.
        """
        slot, count, pairs = value[0], value[1], value[2:]
        if not pairs or len(pairs) % PAIR.size or len(pairs) // PAIR.size - count not in (0, 1):
            return BYTE_COUNT
        words = list(PAIR.iter_unpack(pairs))
        if slot not in PRESETS or len(words) > 1 + TRAJECTORY or max(map(max, words)) > 100 * PERCENT:
            return OUT_OF_RANGE
        if not self.ignore_writes:
            (load, tune), *trajectory = [(load / PERCENT, tune / PERCENT) for load, tune in words]
            self.presets[net][slot] = Preset(load, tune, trajectory)
        return OK

    def set_mode(self, net: int, value: bytes) -> int:
        """93: 1 automatic, 2 manual."""
        mode = WORD.unpack(value)[0]
        if mode not in (AUTO, MANUAL):
            return OUT_OF_RANGE
        if not self.ignore_writes:
            self.networks[net].auto = mode == AUTO
        return OK

    def enable_motors(self, net: int, value: bytes) -> int:
        """98: without them the capacitors stay where they are."""
        result = self._switch(net, "motors_on", value)
        if result == OK and not self.networks[net].motors_on:
            load, tune = self._positions(net, self._loop)
            self._send(net, "load", load)
            self._send(net, "tune", tune)
        return result

    def _switch(self, net: int, name: str, value: bytes) -> int:
        wanted = WORD.unpack(value)[0]
        if wanted > 1:
            return OUT_OF_RANGE
        if not self.ignore_writes:
            setattr(self.networks[net], name, wanted == 1)
        return OK

    def move(self, net: int, capacitor: str, value: bytes) -> int:
        """112 and 122: hundredths of a percent; by hand only, and with the motors on."""
        position, network = WORD.unpack(value)[0], self.networks[net]
        if position > 100 * PERCENT:
            return OUT_OF_RANGE
        if network.auto or not network.motors_on:
            return WRONG_MODE  # assumed
        if not self.ignore_writes:
            self._send(net, capacitor, position / PERCENT)
        return OK

    # --- reports --------------------------------------------------------------------------------------------

    def _positions(self, net: int, wiring: Wiring) -> tuple[float, float]:
        if net == 2:
            return self.spare.load_pct, self.spare.tune_pct
        sensors = wiring.sensors
        return bounded(sensors.match_load_pct, 0.0, 100.0), bounded(sensors.match_tune_pct, 0.0, 100.0)

    def block(self) -> bytes:
        """Report 219."""
        block = bytearray(BLOCK_BYTES)
        block[0:4] = self._flags()
        for net in NETWORKS:
            load, tune = self._positions(net, self.wiring)
            PAIR.pack_into(block, POSITIONS_AT[net - 1], round(PERCENT * load), round(PERCENT * tune))
        PAIR.pack_into(block, BIAS_AT, _hundredths(self.bias_peak_v), _hundredths(self.wiring.sensors.dc_bias_v))
        FLOATS.pack_into(block, FLOATS_AT[0], *self._probe())
        return bytes(block)

    def _flags(self) -> bytes:
        sensors = self.wiring.sensors
        hot, rf_on = self.trouble == "hot", self._loop.commands.rf_forward_w >= SENSE_W
        tuned = rf_on and hypot(sensors.gamma_re, sensors.gamma_im) < TUNED_GAMMA
        flags = [OUTPUT_ON[0] * rf_on | TUNED[0] * tuned, TOO_HOT * hot, 0, FAULTY * hot]
        closed = self.trouble != "interlock" and self._loop.rf_loop_closed()
        flags[1] |= INTERLOCK_OPEN * (not closed)  # assumed: the generator's loop goes through it
        for net, network in self.networks.items():
            flags[0 if net == 1 else 3] |= PRESETS_ON[net - 1] * network.presets_on
            flags[1] |= IN_AUTO[net - 1] * network.auto | IN_HOST[net - 1] * (self.trouble != "local")
        return bytes(flags)

    def _probe(self) -> tuple[float, ...]:
        """R, X, V, I, phase [degree], P behind network 1 (assumed: the probe is there, and so is that unit)."""
        sensors, forward_w = self.wiring.sensors, self._loop.commands.rf_forward_w
        r, x = bounded(sensors.load_r_ohm, LEAST_OHM, 1e6), bounded(sensors.load_x_ohm, -1e6, 1e6)
        power = bounded(forward_w - sensors.reflected_w, 0.0, forward_w)
        current = sqrt(power / r)
        return r, x, current * hypot(r, x), current, degrees(atan2(x, r)), power

    def active_presets(self) -> bytes:
        """Report 161: a word for each network (assumed, of the two lengths that are known)."""
        return PAIR.pack(*[self.networks[net].preset for net in NETWORKS])


def _hundredths(volts: float) -> int:
    return round(bounded(PERCENT * volts, 0.0, 0xFFFF))


COMMANDS: dict[int, Callable[[AeMatch, int, bytes], int]] = {
    91: AeMatch.use_preset,
    92: AeMatch.write_preset,
    93: AeMatch.set_mode,
    94: lambda match, net, value: match._switch(net, "presets_on", value),
    98: AeMatch.enable_motors,
    112: lambda match, net, value: match.move(net, "load", value),
    122: lambda match, net, value: match.move(net, "tune", value),
}
REPORTS: dict[int, Callable[[AeMatch], bytes]] = {
    128: lambda _: NAME,
    129: lambda _: SIZE,
    130: lambda _: SOFTWARE,
    161: AeMatch.active_presets,
    219: AeMatch.block,
}
