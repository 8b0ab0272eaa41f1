"""One carriage of a Zaber stage: motor, screw and home sensor, its position counter and its warning flags.

Owns motion in time: limited speed, ramps, ends of travel, what a lost reference means. Knows no commands. The carriage
is where it is (``place``, microsteps from the home sensor); the counter only believes so, and after power-up it is
wrong until homed. Sources: vendor firmware manuals as quoted by public libraries, vendor test code (units), the enums
of PyPI zaber-motion (flags).
"""

from __future__ import annotations

from math import copysign, inf, sqrt

from sim.devices.framing import bounded

PER_SPEED = 1.6384  # vendor test code: speed data per microstep a second
PER_ACCEL = 1.6384e-4  # vendor test code: acceleration data per microstep a second squared
RESOLUTION = 64  # manual: microsteps a full step, default
MOST_PER_RESOLUTION = 16384  # manual: highest speed data per resolution
STORED = 16  # manual: stored positions
# manual: warning flags, highest priority first
FLAGS = (
    *("FF", "FN", "FZ", "FH", "FV", "FO", "FC", "FM", "FD", "FQ", "FI", "FA", "FR", "FS", "FB", "FP", "FE", "FT"),
    *("WL", "WV", "WT", "WS", "WM", "WP", "WR", "WH", "NC", "NI", "ND", "NR", "NT", "NU", "NJ"),
)
CLEARED = frozenset({"FQ", "FS", "FT", "FB", "FP", "FE", "WL", "NI"})  # manual: by ``warnings clear``
UNTIL_MOVED = frozenset({"NC", "WM"})  # manual: until the next movement
ACCEL, DECEL = "motion.accelonly", "motion.decelonly"
IN_MICROSTEPS = (
    *("limit.min", "limit.max", "limit.home.preset", "limit.home.pos", "limit.approach.maxspeed", "maxspeed"),
    *(ACCEL, DECEL),
)  # scaled with the resolution; assumed for all but the positions
IDLE, GOING, FREE, STOPPING, HOMING = "idle", "going", "free", "stopping", "homing"


class Axis:
    """A carriage with its motor."""

    def __init__(self, name: str, microstep_mm: float, travel_mm: float) -> None:
        self.name = name
        self._step_mm = microstep_mm * RESOLUTION  # of a full step
        most = round(travel_mm / microstep_mm)
        self.place = 0.0  # assumed: it was left at home
        self.travel = float(most)
        self.zero = 0.0  # place at which the counter says 0
        self.settings = factory_settings(most)
        self.stored = [0] * STORED
        self.parked = False
        self.power_up()

    def power_up(self) -> None:
        """Everything volatile; only a parked axis still knows where it is (assumed)."""
        self.mode = IDLE
        self.speed = 0.0  # microsteps a second
        self.target = self.place
        self.raised: set[str] = set()
        self.driver_on = True
        self.home_triggered = False
        if not self.parked:
            self.zero = self.place  # the counter starts from 0
            self.referenced = self.homed = False

    # --- what is known ------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether it moves."""
        return self.mode != IDLE

    @property
    def counter(self) -> int:
        """Setting ``pos``."""
        return round(self.place - self.zero)

    @property
    def microstep_mm(self) -> float:
        """At the resolution that is set."""
        return self._step_mm / self.settings["resolution"]

    def flags(self) -> list[str]:
        """Active flags, highest priority first."""
        lasting = {"WR": not self.referenced, "WH": not self.homed, "FO": not self.driver_on}
        active = self.raised | {flag for flag, true in lasting.items() if true}
        return [flag for flag in FLAGS if flag in active]

    # --- orders -------------------------------------------------------------------------------------------

    def go(self, target: float, speed: int | None = None, accel: int | None = None) -> None:
        """To a place of the counter, with limits of its own or those that are set (data units)."""
        self._begin(GOING, speed or self.settings["maxspeed"], accel)
        self.target = self.zero + target

    def run(self, speed: int, accel: int | None = None) -> None:
        """At constant speed (data units, sign is the way), to the limit, or without a reference to the end."""
        if self.referenced:
            self.go(self.settings["limit.max" if speed > 0 else "limit.min"], abs(speed), accel)
            return
        self._begin(FREE, abs(speed), accel)
        self.target = copysign(inf, speed)

    def home(self) -> None:
        """To the home sensor; the counter is true from there."""
        self._begin(HOMING, min(self.settings["limit.approach.maxspeed"], self.settings["maxspeed"]), None)
        self.target = 0.0

    def stop(self) -> None:
        """With the ramp; a movement that is cut short says so (assumed for a plain stop)."""
        if self.busy:
            self.mode = STOPPING
            self.raised.add("NI")

    def halt(self) -> None:
        """At once."""
        if self.busy:
            self.raised.add("NI")
        self._rest()

    def clear(self) -> None:
        """``warnings clear``."""
        self.raised -= CLEARED

    def define(self, counter: int) -> None:
        """``set pos``: here is ``counter``."""
        self.zero = self.place - counter
        self.referenced = True

    def switch(self, on: bool) -> None:
        """Enable or disable the motor; without current it stands still."""
        self.driver_on = on
        if not on:
            self._rest()

    def push(self, by_mm: float, flag: str = "NC") -> None:
        """Somebody turns the knob (NC), or pushes the carriage (WM)."""
        self.place = bounded(self.place + by_mm / self.microstep_mm, 0.0, self.travel)
        self.target = self.place
        self.raised.add(flag)

    def rescale(self, resolution: int) -> None:
        """Another resolution: all that is counted in microsteps is counted anew."""
        factor = resolution / self.settings["resolution"]
        self.place, self.travel, self.zero, self.target = (
            value * factor for value in (self.place, self.travel, self.zero, self.target)
        )
        for name in IN_MICROSTEPS:
            self.settings[name] = round(self.settings[name] * factor)
        self.stored = [round(value * factor) for value in self.stored]
        self.settings["resolution"] = resolution

    def _begin(self, mode: str, speed: int, accel: int | None) -> None:
        if self.busy:
            self.raised.add("NI")  # manual: the movement before was cut short
        else:
            self.raised.discard("NI")
        self.raised -= UNTIL_MOVED
        self.mode = mode
        self.home_triggered = False if mode != HOMING else self.home_triggered
        self._limit = speed / PER_SPEED
        own = (accel, accel) if accel is not None else (self.settings[ACCEL], self.settings[DECEL])
        self._accel, self._decel = (value / PER_ACCEL if value else inf for value in own)

    # --- motion -------------------------------------------------------------------------------------------

    def step(self, dt: float) -> bool:
        """Move for ``dt`` [s]; True when a movement has just ended."""
        if self.mode == IDLE:
            return False
        gap = self.target - self.place if self.mode in (GOING, HOMING) else 0.0
        self._change_speed(self._wanted(gap, dt), dt)
        ahead = self.speed * dt
        if self.mode in (GOING, HOMING) and self._reaches(gap, ahead, dt):
            return self._arrive()
        self.place += ahead
        if not 0.0 <= self.place <= self.travel:
            return self._hit_the_end()
        if self.mode == STOPPING and self.speed == 0.0:
            self._rest()
            return True
        return False

    def _wanted(self, gap: float, dt: float) -> float:
        """Speed for the next ``dt``: what is left behind it must still do for the ramp."""
        if self.mode == STOPPING:
            return 0.0
        if self.mode == FREE:
            return copysign(self._limit, self.target)
        brake = self._decel * dt
        can_stop = abs(gap) / dt if brake == inf else sqrt(brake * brake + 2.0 * self._decel * abs(gap)) - brake
        return copysign(min(self._limit, can_stop), gap)

    def _reaches(self, gap: float, ahead: float, dt: float) -> bool:
        """Whether it comes to rest at its target within ``dt``."""
        brake = self._decel * dt
        if brake == inf:
            return abs(gap) <= abs(ahead) * (1.0 + 1e-9)
        return abs(gap) <= brake * dt and abs(self.speed) <= 2.0 * brake

    def _change_speed(self, wanted: float, dt: float) -> None:
        faster = abs(wanted) > abs(self.speed) and wanted * self.speed >= 0.0
        most = (self._accel if faster else self._decel) * dt
        self.speed += bounded(wanted - self.speed, -most, most)

    def _arrive(self) -> bool:
        self.place = self.target
        if self.mode == HOMING:
            self.zero = self.place - self.settings["limit.home.preset"]
            self.referenced = self.homed = self.home_triggered = True
        self._rest()
        return True

    def _hit_the_end(self) -> bool:
        """The home sensor triggers where nobody looked for it; at the other end the motor stalls (assumed)."""
        self.raised.add("WL" if self.place < 0.0 else "FS")
        self.place = bounded(self.place, 0.0, self.travel)
        self._rest()
        return True

    def _rest(self) -> None:
        self.mode, self.speed, self.target = IDLE, 0.0, self.place


def factory_settings(most: int) -> dict[str, int]:
    """Settings of an axis as delivered; ``most`` is its travel."""
    return {
        "limit.min": 0,
        "limit.max": most,
        "limit.home.pos": 0,
        "limit.home.preset": 0,
        "limit.approach.maxspeed": 153600,  # manual: example
        "maxspeed": 153600,  # manual: example
        ACCEL: 205,  # assumed
        DECEL: 205,  # assumed
        "resolution": RESOLUTION,
        "driver.current.run": 160,  # assumed, as the next two
        "driver.current.hold": 40,
        "driver.current.max": 210,
        "knob.enable": 1,
    }
