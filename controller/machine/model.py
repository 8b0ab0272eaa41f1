"""The strict model of a machine file: lines, devices, what may be set, what must never be.

Owns the shape. Every table refuses unknown keys; what only shows when tables are held against each other stands in
checks.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from controller.machine.urls import NETWORK
from drivers.catalogue import driver_class, driver_names
from drivers.device import Options
from recipes.conditions import Condition, ConditionError

SCHEMA = 1
REFERENCE = Path(__file__).parent / "reference.toml"
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Period = Annotated[float, Field(ge=0.02)]  #: of a poll [s]: one scan at 50 Hz  # assumed: no line here is faster


class Strict(BaseModel):
    """No unknown keys, nothing infinite; whole numbers may stand where a decimal is asked."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _condition(text: str) -> str:
    try:
        Condition(text)
    except ConditionError as error:
        raise ValueError(str(error)) from None
    return text


Rule = Annotated[str, Field(min_length=1)]
Expression = Annotated[str, AfterValidator(_condition)]  #: what the one evaluator of conditions can read


class Identity(Strict):
    """Who this machine is, and the rate of its scan."""

    name: str
    location: str = ""
    scan_hz: int = Field(default=20, ge=1, le=100)
    chamber_volume_l: Positive
    gases: list[str]


def _reachable(url: str) -> str:
    """A line is ``socket://HOST:PORT`` or the path of a device file, in which * stands for any text within a name."""
    if url.startswith(NETWORK):
        try:
            parts = urlsplit(url)
            whole = bool(parts.hostname) and "*" not in parts.netloc and parts.port is not None and parts.port > 0
            bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
        except ValueError:  # the port is no number, or too large for one
            whole = bare = False
        if not whole or not bare:
            raise ValueError(f"{url!r} leads nowhere: want {NETWORK}HOST:PORT, port 1 to 65535, and nothing else")
    elif not url.strip() or "://" in url or url.endswith("/"):
        raise ValueError(f"{url!r} is no line: want {NETWORK}HOST:PORT or the path of a serial device")
    return url


class BusTable(Strict):
    """One line: where it is and how it speaks."""

    url: Annotated[str, AfterValidator(_reachable)]
    protocol: str
    baud: int | None = Field(default=None, ge=300, le=4_000_000)
    format: str = Field(default="8N1", pattern=r"^[78][NEO][12]$")


class DeviceTable(BaseModel):
    """One device: its driver, its line, the names of its tags; the driver's own options stand beside them."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, allow_inf_nan=False)

    driver: str
    bus: str
    address: int = Field(default=1, ge=0, le=255)
    prefix: str = ""
    rename: dict[str, str] = Field(default_factory=dict)
    period_s: dict[str, Period] = Field(default_factory=dict)

    @field_validator("driver")
    @classmethod
    def _known_driver(cls, value: str) -> str:
        if value not in driver_names():
            raise ValueError(f"there is no driver {value!r}; known: {', '.join(driver_names())}")
        return value

    def options(self) -> Options:
        """The driver's options; raises pydantic's ValidationError when they do not fit."""
        return driver_class(self.driver).options_model.model_validate(self.model_extra or {})


class ActuatorTable(Strict):
    """Something that can be set: setpoint, actual, and when it counts as arrived."""

    output: str | None = None  #: written directly …
    loop: Literal["pressure", "rf_power", "temperature"] | None = None  #: … or held by a closed loop
    actual: str | None = None  #: the tag that measures it
    opened: str | None = None  #: end switches of a valve
    closed: str | None = None
    shut_off: str | None = None  #: a valve that follows: open while the setpoint is above zero
    low: float = 0.0
    high: float = 1.0
    slew_per_s: Positive | None = None
    tolerance: NotNegative = 0.0  #: in the unit of the setpoint
    tolerance_pct: NotNegative = 0.0  #: of the setpoint, whichever is larger
    settle_s: NotNegative = 0.0
    timeout_s: Positive = 10.0
    switch: bool = False
    held: float | bool | None = None  #: value while the run is held; None leaves it as it is
    idle: float | bool | None = None  #: asked for at start-up and after a run; None leaves it as it is
    safe: float | bool | None = None  #: value when the software goes to the safe state (DESIGN section 3)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.output is None) == (self.loop is None):
            raise ValueError("an actuator has either an output or a loop")
        if not self.switch and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        return self


class RowTable(Strict):
    """What every row says to people, whatever it does."""

    id: str = Field(pattern=r"^[A-Z]{2}-\d{2}$")
    name: Rule
    requires: list[Expression] = Field(min_length=1)  #: all must be true; unknown is not true
    only_while: Expression | None = None
    holdoff_s: NotNegative = 0.1
    priority: int = Field(default=2, ge=1, le=4)
    means: str = ""
    to_do: list[str] = Field(default_factory=list, max_length=3)
    otherwise: str = ""


class InterlockTable(RowTable):
    """A continuous interlock: when its requirements fail, its actions are taken before every output."""

    hazard: Rule
    action: list[str] | str
    latch: bool = True

    @property
    def actions(self) -> list[str]:
        """The action names, one or several."""
        return [self.action] if isinstance(self.action, str) else self.action


class AlarmTable(RowTable):
    """An alarm: the operator must do something, the tool itself does nothing."""

    latch: bool = False


class PermissiveTable(Strict):
    """A question asked before an actuator moves to a value; the answer is every reason why not."""

    id: str = Field(pattern=r"^PE-\d{2}$")
    name: Rule
    actuator: str
    to: Literal["on", "open", "off", "closed", "above"] = "open"
    above: float = 0.0
    requires: list[Expression] = Field(min_length=1)
    hazard: Rule


class StartCheckTable(Strict):
    """One line of the start checklist: what must be true before any run, and the tag that is shown beside it."""

    name: Rule
    requires: Expression
    shows: str = ""


class ActionTable(Strict):
    """What an interlock forces: actuators to values, permits down, a reaction of the run."""

    set: dict[str, float | bool] = Field(default_factory=dict)
    permits: list[str] = Field(default_factory=list)
    run: Literal["none", "hold", "abort"] = "none"


class PermitTable(Strict):
    """A contact in somebody else's interlock loop: up only while all of this is true and no action takes it down."""

    requires: list[Expression] = Field(min_length=1)


class MemoryTable(Strict):
    """A flag that remembers: true from ``set_by`` until ``cleared_by``; true when the past is unknown."""

    set_by: Expression
    cleared_by: Expression


class CounterTable(Strict):
    """A debt that is paid in cycles: ``start`` while ``set_by``, one less for each high followed by a low."""

    start: int = Field(ge=1, le=100)
    set_by: Expression
    high: Expression
    low: Expression


class TimerTable(Strict):
    """Seconds for which a condition has been true."""

    while_: Expression = Field(alias="while")


class PlausibleTable(Strict):
    """A monitor that says whether a reading is alive: it carries noise (``frozen_s``), or it follows what is asked."""

    tag: str
    frozen_s: Positive | None = None
    only_while: Expression | None = None
    asked: str | None = None  #: tag of what is asked of it
    moved: NotNegative = 0.0  #: in the unit of the tag: less is no movement
    within_s: Positive = 5.0

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.frozen_s is None) == (self.asked is None):
            raise ValueError("a monitor has either frozen_s or asked")
        return self


class PressureLoop(Strict):
    """Pressure by throttle position: feed-forward through the learnt speed curve, trimmed by feedback."""

    actual: str
    output: str
    flow: str  #: tag of the total gas flow [sccm]
    learnt_pct: list[float]  #: throttle positions of the learnt curve …
    learnt_m3_s: list[float]  #: … and the pumping speed at the chamber for the process gas there
    bandwidth_hz: Positive = 0.5
    trim_pct_per_pa: NotNegative = 1.0
    open_pct: float = 100.0

    @model_validator(mode="after")
    def _curve(self) -> Self:
        if len(self.learnt_pct) != len(self.learnt_m3_s) or len(self.learnt_pct) < 3:
            raise ValueError("the learnt curve needs as many speeds as positions, at least three")
        if sorted(self.learnt_pct) != self.learnt_pct or sorted(self.learnt_m3_s) != self.learnt_m3_s:
            raise ValueError("the learnt curve must rise")
        return self


class RfLoop(Strict):
    """RF power with ignition: strike, prove, ramp; fold back when the reflected power is high."""

    enable: str
    setpoint: str
    time_limit: str | None = None  #: for a generator without a watchdog: it ends its RF by itself when we are gone
    match_auto: str
    plasma: str
    reflected: str
    strike_w: Positive
    strike_window_s: Positive = 3.0
    attempts: int = Field(default=3, ge=1, le=10)
    cool_down_s: Positive = 3.0
    ramp_w_per_s: Positive = 200.0
    foldback_w: Positive = 40.0
    lost_after_s: Positive = 0.3
    time_margin_s: Positive = 30.0


class TemperatureLoop(Strict):
    """Chuck temperature through the chiller's bath setpoint."""

    actual: str
    setpoint: str
    enable: str
    gain: NotNegative = 0.5
    integral_s: Positive = 240.0
    low_c: float = 10.0
    high_c: float = 60.0


class Loops(Strict):
    """The closed loops of this machine."""

    pressure: PressureLoop
    rf_power: RfLoop
    temperature: TemperatureLoop


class EndpointTable(Strict):
    """An optical endpoint: a line over a reference, smoothed, watched for its plateau."""

    signal: str
    reference: str
    smooth_s: Positive = 2.0
    drop_pct: float = Field(gt=0, lt=100)
    plateau_pct_per_s: Positive
    hold_s: Positive = 3.0


class EnergyTable(Strict):
    """How this tool's electrical power is told from its tags, and what a kilowatt-hour emits.

    No tool of this kind has one meter for all of it: the sum is an estimate, and ``rests_on`` says from what.
    """

    power_w: Expression
    rests_on: str = ""
    grid_kgco2e_per_kwh: NotNegative


class MachineFile(Strict):
    """A whole machine file."""

    schema_: int = Field(alias="schema")
    machine: Identity
    bus: dict[str, BusTable]
    device: dict[str, DeviceTable]
    derived: dict[str, Expression] = Field(default_factory=dict)
    memory: dict[str, MemoryTable] = Field(default_factory=dict)
    counter: dict[str, CounterTable] = Field(default_factory=dict)
    timer: dict[str, TimerTable] = Field(default_factory=dict)
    plausible: dict[str, PlausibleTable] = Field(default_factory=dict)
    actuator: dict[str, ActuatorTable]
    action: dict[str, ActionTable]
    permit: dict[str, PermitTable] = Field(default_factory=dict)
    interlock: list[InterlockTable] = Field(default_factory=list)
    permissive: list[PermissiveTable] = Field(default_factory=list)
    alarm: list[AlarmTable] = Field(default_factory=list)
    start_check: list[StartCheckTable] = Field(default_factory=list)
    loop: Loops
    endpoint: dict[str, EndpointTable] = Field(default_factory=dict)
    energy: EnergyTable

    @field_validator("schema_")
    @classmethod
    def _known_schema(cls, value: int) -> int:
        if value != SCHEMA:
            raise ValueError(f"schema {value} is not known; this version reads schema {SCHEMA}")
        return value


#: names that the core itself adds to the image
CORE_TAGS = {
    "run_active": "Get whether a run is under way",
    "rf_asked": "Get whether RF power is asked for",
    "mixture_allowed": "Get whether the running recipe may mix hydrogen and oxygen",
    "load_power_w_asked": "Get load power asked by recipe or operator [W]",
    "strike_failed": "Get whether all strike attempts of this request have failed",
    "unit_state": "Get state of the unit, as its state table names it",
    "plasma_on_s": "Count plasma-on time of the run [s]",
}


def full_name(table: DeviceTable, local: str) -> str:
    """The machine's name for a device's local tag or output."""
    return table.rename.get(local, table.prefix + local)
