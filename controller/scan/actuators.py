"""What can be set: setpoint, actual, status; and when an actuator counts as arrived.

Owns the convergence rule (tolerance, settle time, timeout). Asks nothing of the hardware: `outputs` resolves requests
into applied setpoints, this file compares them with what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.machine.model import ActuatorTable
from recipes.conditions import Values
from recipes.engine import Status

IDLE = Status("IDLE", "arrived")


@dataclass(slots=True)
class Actuator:
    """One actuator. `applied` is what the outputs really ask of it now; None if nobody ever asked."""

    name: str
    table: ActuatorTable
    applied: float | bool | None = None
    denied: tuple[str, ...] = ()
    status: Status = IDLE
    changed_s: float = 0.0  #: when the applied setpoint last changed
    inside_s: float | None = None  #: since when the actual has been inside the tolerance

    def apply(self, wanted: float | bool, now: float, dt: float) -> None:
        """Move the applied setpoint towards ``wanted``: clamped, and no faster than the slew rate."""
        value, slew = self.allowed(wanted), self.table.slew_per_s
        if slew is not None and self.applied is not None:
            value = min(max(value, self.applied - slew * dt), self.applied + slew * dt)
        if value != self.applied:
            self.applied, self.changed_s, self.inside_s = value, now, None

    def allowed(self, wanted: float | bool) -> float | bool:
        """The nearest value that this actuator may take."""
        return bool(wanted) if self.table.switch else min(max(float(wanted), self.table.low), self.table.high)

    def judge(self, values: Values, now: float) -> None:
        """Bring the status up to date with what is measured."""
        if self.denied:
            self.status = Status("ERROR", "; ".join(self.denied))
            return
        if self.applied is None:
            self.status = IDLE
            return
        if not self._reached(values):
            self.inside_s = None
        elif self.inside_s is None:
            self.inside_s = now
        if self.inside_s is not None and now - self.inside_s >= self.table.settle_s:
            self.status = IDLE
            return
        waited = now - self.changed_s
        text = f"{self._is_now(values)}, asked {_show(self.applied)}"
        if waited > self.table.timeout_s:
            self.status = Status("ERROR", f"{text} for {waited:.0f} s")
        else:
            self.status = Status("BUSY", text)

    def _reached(self, values: Values) -> bool:
        """Whether the actual is where it was asked to be; unknown is not."""
        table, applied = self.table, self.applied
        if table.opened is not None and table.closed is not None:
            opened, closed = values.get(table.opened), values.get(table.closed)
            return opened is not None and closed is not None and opened != closed and bool(opened) is bool(applied)
        if table.actual is None or (table.loop in ("pressure", "temperature") and not applied):
            return True  # nothing measures it, or its loop is off; but RF is off only when no power is measured
        actual = values.get(table.actual)
        if actual is None:
            return False
        if table.switch:
            return bool(actual) is bool(applied)
        assert applied is not None
        distance = abs(actual - applied)
        return bool(distance <= table.tolerance or distance <= table.tolerance_pct / 100 * abs(applied))

    def _is_now(self, values: Values) -> str:
        """Where it is, in words."""
        table = self.table
        if table.opened is not None and table.closed is not None:
            opened, closed = values.get(table.opened), values.get(table.closed)
            if opened is None or closed is None:
                return "position unknown"
            if opened and closed:
                return "both end switches say yes"
            return "open" if opened else "closed" if closed else "moving"
        actual = None if table.actual is None else values.get(table.actual)
        if actual is None:
            return "actual unknown" if table.actual is not None else ""
        return _show(bool(actual)) if table.switch else f"is {actual:.4g}"


def _show(value: float | bool) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.4g}"
