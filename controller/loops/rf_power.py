"""RF load power with ignition: strike, prove plasma, ramp, hold; fold back on reflection, strike again after a loss.

Owns the order of an ignition. The generator itself levels the delivered power; this loop decides what it is asked for.
"Plasma" means proven plasma, never merely power.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from controller.machine.model import RfLoop
from recipes.conditions import Values

PROVEN_S = 0.15  #: plasma counts as lit when it has been proven for so long  # assumed: three scans
LONGEST_LIMIT_S = 3600.0  #: the longest RF-on time that the generator takes  # manual, CESAR sheet
GOOD_AFTER_S = 10.0  #: a plasma that burns so long forgets earlier failed strikes  # assumed
FOLD_PER_S = 2.0  #: folding back takes this fraction of the excess reflected power off per second


class RfState(Enum):
    """Where an ignition is."""

    OFF = "off"
    STRIKING = "striking"
    ON = "on"
    COOLING = "cooling"
    FAILED = "failed"


@dataclass
class RfPower:
    """The RF loop of one generator; powers in W."""

    table: RfLoop
    state: RfState = RfState.OFF
    setpoint_w: float = 0.0
    attempts: int = 0
    strikes: int = 0  #: of the run, for the record
    losses: int = 0
    since_s: float = 0.0
    proven_s: float | None = None
    unproven_s: float | None = None
    fold_w: float = 0.0
    limit_s: float = 0.0  #: the generator's own RF-on time limit, latched at the strike [s]
    last_s: float | None = None

    def step(self, wanted_w: float, longest_s: float, values: Values, now: float) -> dict[str, Any]:
        """Outputs for this scan. ``wanted_w`` is the load power asked for, ``longest_s`` how long at most."""
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        plasma = values.get(self.table.plasma) is True
        if wanted_w <= 0:
            self._go(RfState.OFF, now)
            self.attempts = 0
        match self.state:
            case RfState.OFF if wanted_w > 0:
                self._strike(wanted_w, longest_s, now)
            case RfState.STRIKING:
                self._striking(plasma, now)
            case RfState.ON:
                self._on(wanted_w, plasma, values, now, dt)
            case RfState.COOLING if now - self.since_s >= self.table.cool_down_s:
                self._strike(wanted_w, longest_s, now)
            case _:
                pass
        on = self.state in (RfState.STRIKING, RfState.ON)
        outputs: dict[str, Any] = {
            self.table.enable: on,
            self.table.setpoint: max(self.setpoint_w - self.fold_w, 0.0) if on else 0.0,
        }
        if self.table.time_limit and self.limit_s > 0:  # of the last strike: written before on, never under power
            outputs[self.table.time_limit] = self.limit_s
        if not on:
            outputs[self.table.match_auto] = True
        return outputs

    @property
    def failed(self) -> bool:
        """All strike attempts of this request are used up."""
        return self.state is RfState.FAILED

    def reset(self) -> None:
        """Forget failed attempts: somebody has looked. A plasma that burns is left alone."""
        self.attempts = 0
        if self.state is RfState.FAILED:
            self.state = RfState.OFF

    def _strike(self, wanted_w: float, longest_s: float, now: float) -> None:
        self.attempts += 1
        self.limit_s = min(max(longest_s + self.table.time_margin_s, 1.0), LONGEST_LIMIT_S)
        self.strikes += 1
        self.setpoint_w, self.fold_w, self.proven_s = min(self.table.strike_w, wanted_w), 0.0, None
        self._go(RfState.STRIKING, now)

    def _striking(self, plasma: bool, now: float) -> None:
        if plasma:
            self.proven_s = now if self.proven_s is None else self.proven_s
            if now - self.proven_s >= PROVEN_S:
                self.unproven_s = None
                self._go(RfState.ON, now)
        else:
            self.proven_s = None
            if now - self.since_s > self.table.strike_window_s:
                self._give_up(now)

    def _on(self, wanted_w: float, plasma: bool, values: Values, now: float, dt: float) -> None:
        if plasma:
            self.unproven_s = None
            if now - self.since_s > GOOD_AFTER_S:
                self.attempts = 0
        else:
            self.unproven_s = now if self.unproven_s is None else self.unproven_s
            if now - self.unproven_s >= self.table.lost_after_s:
                self.losses += 1
                self._give_up(now)
                return
        step = self.table.ramp_w_per_s * dt
        self.setpoint_w = min(max(wanted_w, self.setpoint_w - step), self.setpoint_w + step)
        reflected = values.get(self.table.reflected)
        excess = self.table.foldback_w if reflected is None else reflected - self.table.foldback_w
        self.fold_w = min(max(self.fold_w + FOLD_PER_S * excess * dt, 0.0), 0.9 * self.setpoint_w)

    def _give_up(self, now: float) -> None:
        self.setpoint_w = 0.0
        self._go(RfState.FAILED if self.attempts >= self.table.attempts else RfState.COOLING, now)

    def _go(self, state: RfState, now: float) -> None:
        if state is not self.state:
            self.state, self.since_s = state, now
            if state is RfState.OFF:
                self.setpoint_w = self.fold_w = 0.0
