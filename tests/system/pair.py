"""One driver on a bus, and its emulator behind a port in memory; what the emulator really answered is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.catalogue import driver_class
from drivers.tags import Quality
from sim.devices.catalogue import emulator_class
from sim.line import SimLine, attach_faults
from sim.memory_port import MemoryPort
from sim.wiring import Sensors, Wiring
from sim.world import bits_per_char
from tests.drivers.transcript import OPTIONS

#: driver -> baud rate (None on the network) and format, as its fact sheet has them
LINES: dict[str, tuple[int | None, str]] = {
    "chiller_julabo": (4800, "7E1"),
    "energy_sdm630": (9600, "8N1"),
    "film_sqm160": (19200, "8N1"),
    "gauge_mks937b": (9600, "8E1"),  # as delivered 8N1; with parity a bit that falls over is noticed
    "gauge_tpg36x": (9600, "8N1"),
    "io_bk9050": (None, "8N1"),
    "io_wago750": (None, "8N1"),
    "gauge_thyracont": (9600, "8N1"),
    "match_ae": (115200, "8O1"),
    "mfc_alicat": (19200, "8N1"),
    "mfc_elflow": (38400, "8E1"),
    "mfc_propar": (38400, "8N1"),
    "oes_hdx": (None, "8N1"),
    "pump_hipace": (9600, "8N1"),
    "pump_nxds": (9600, "8N1"),
    "pump_turbovac": (19200, "8E1"),
    "reader_ascii": (9600, "8N1"),
    "rf_cesar": (115200, "8O1"),
    "rf_comet_cito": (115200, "8E1"),
    "rf_tandc_ag": (38400, "8N1"),
    "stage_zaber": (115200, "8N1"),
    "valve_vat": (38400, "7E1"),
}

#: what each sensor that is one number feels at the beginning, and its name; gamma and load follow from each other
RESTLESS = [
    (10.0 + number, field.name)
    for number, field in enumerate(fields(Sensors))
    if isinstance(field.default, float) and not field.name.startswith(("gamma", "load_", "match_"))
]


@dataclass
class Clock:
    """Plant time, moved by hand [s]."""

    now: float = 0.0


class Pair:
    """One driver and its emulator."""

    def __init__(self, driver: str, *faults: Any, **options: Any) -> None:
        baud, form = LINES[driver]
        own = {**OPTIONS[driver], **options}
        self.driver = driver
        self.wiring = Wiring()
        self.clock = Clock()
        table: dict[str, Any] = {"driver": driver, "bus": "line", "address": 1, "prefix": "o2_", **own}
        self.emulator = emulator_class(driver)("it", table, self.wiring)
        self.line = SimLine("line", [self.emulator], baud, bits_per_char(form), parity=form[1] != "N")
        attach_faults(faults, {"line": self.line}, {})
        self.port: Any = self.open_port()
        cls = driver_class(driver)
        device = cls("it", self.port, 1, cls.options_model.model_validate(own))
        names = {local: local for local in (*device.tags, *device.outputs)}
        periods = [(p.method, p.tags, min(device.tags[tag].period_s for tag in p.tags)) for p in device.polls()]
        self.at = Attached(device, names, periods)
        self.bus = Bus("line", self.port, [self.at])
        self.outputs: dict[str, Any] | None = {}
        self.sensing = False  #: whether the sensors move by themselves

    def open_port(self) -> Any:
        """What the driver plugs into."""
        return MemoryPort(self.line, self.clock)

    def tick(self, dt: float = 0.01) -> None:
        """Serve the line once, ``dt`` seconds later."""
        self.clock.now = round(self.clock.now + dt, 6)
        if self.sensing:
            self.restless()
        self.line.step(self.clock.now, dt)
        if self.outputs is not None:
            self.bus.lease = Lease(self.clock.now, self.outputs)
        self.bus.service(self.clock.now)

    def restless(self) -> None:
        """Let every sensor feel something of its own, and something else at every moment."""
        sensors, now = self.wiring.sensors, self.clock.now
        for felt, name in RESTLESS:
            setattr(sensors, name, felt + now)
        for at, gas in enumerate(sensors.flow_sccm):
            sensors.flow_sccm[gas] = 10.0 + now + at

    def live(self, seconds: float) -> dict[str, tuple[Any, Quality]]:
        """Serve the line; returns the last reading of every tag that came."""
        for _ in range(round(seconds / 0.01)):
            self.tick()
        return {name: (value, quality) for arrival in self.bus.inbox for name, value, quality in arrival.items}
