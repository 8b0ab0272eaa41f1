"""Lines on real ports that break: unplugged, moved, exchanged, half-open, asked for twice. In real time.

A driver on its bus talks to its emulator through a pseudo-terminal or a TCP port, as on a tool.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.catalogue import driver_class
from drivers.device import WrongDevice
from drivers.tags import Quality
from drivers.transport import SILENCE_CHARS, SerialPort
from sim.devices.catalogue import emulator_class
from sim.faults import parse_fault
from sim.line import SimLine, attach_faults
from sim.ports import Ticker, serve_pty, serve_tcp
from sim.wiring import Wiring
from sim.world import bits_per_char
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES

pytestmark = pytest.mark.realtime


class Bench:
    """A line without a plant behind it: its devices live, and its faults happen."""

    def __init__(self, driver: str, *faults: str) -> None:
        baud, form = LINES[driver]
        table: dict[str, Any] = {"driver": driver, "bus": "line", "address": 1, "prefix": "o2_", **OPTIONS[driver]}
        self.now = 0.0
        wiring = Wiring()
        wiring.sensors.guard_gauge_pa = wiring.sensors.wide_gauge_pa = 1.0  # under way: all gauges have a reading
        self.emulator = emulator_class(driver)("it", table, wiring)
        self.line = SimLine(driver, [self.emulator], baud, bits_per_char(form), parity=form[1] != "N")
        attach_faults([parse_fault(fault, ["it"]) for fault in faults], {driver: self.line}, {})

    def advance(self, until_s: float) -> None:
        self.line.step(until_s, until_s - self.now)
        self.now = until_s


@contextmanager
def served(bench: Bench, pty: bool = True) -> Iterator[tuple[str, Ticker]]:
    """The line on a port; gives its url."""
    name, ticker = bench.line.name, Ticker(bench)
    anywhere = {name: "socket://127.0.0.1:0"}
    lines = {name: bench.line}
    with serve_pty(lines, ticker, bench) if pty else serve_tcp(lines, ticker, bench, anywhere) as ports, ticker:
        yield ports.urls[name], ticker


def bus_on(url: str, driver: str, outputs: dict[str, Any] | None = None) -> Bus:
    baud, form = LINES[driver]
    cls = driver_class(driver)
    port = SerialPort(url, baud or 9600, form, time.monotonic, SILENCE_CHARS.get(cls.protocol, 0.0))
    device = cls("it", port, 1, cls.options_model.model_validate(OPTIONS[driver]))
    names = {local: local for local in (*device.tags, *device.outputs)}
    periods = [(p.method, p.tags, min(device.tags[tag].period_s for tag in p.tags)) for p in device.polls()]
    bus = Bus("line", port, [Attached(device, names, periods)])
    bus.outputs = outputs  # type: ignore[attr-defined]
    return bus


def live(bus: Bus, done: Callable[[], bool], within_s: float) -> float:
    """Serve the line until something is true; how long that took [s]."""
    began = time.monotonic()
    while not done():
        now = time.monotonic()
        assert now - began < within_s, f"not within {within_s} s: {list(bus.notices)[-3:]}"
        if (outputs := bus.outputs) is not None:  # type: ignore[attr-defined]
            bus.lease = Lease(now, outputs)
        bus.service(now + 0.02)  # its clock is this one: it must have somewhere to go
        time.sleep(0.005)
    return time.monotonic() - began


def is_bad(bus: Bus) -> bool:
    return bool(bus.inbox) and any(quality is Quality.BAD for _, _, quality in bus.inbox[-1].items)


@pytest.mark.parametrize("driver", ["mfc_elflow", "gauge_tpg36x"])
def test_a_port_that_vanishes_is_lost_within_a_second_and_found_again_under_its_name(driver):
    bench = Bench(driver, "it.unplug@1.5:for=1.0")
    with served(bench) as (url, _):
        bus = bus_on(url, driver)
        live(bus, lambda: bus.attached[0].ready, 2.0)
        live(bus, lambda: bench.line.link == "gone", 3.0)
        assert live(bus, lambda: is_bad(bus), 2.0) <= 1.0
        live(bus, lambda: bus.attached[0].told, 8.0)
        bus.inbox.clear()
        live(bus, lambda: len(bus.inbox) > 3, 3.0)
        assert not is_bad(bus)
        bus.port.close()


def test_the_watchdog_is_armed_again_before_anything_is_set():
    bench = Bench("io_wago750", "it.unplug@1.5:for=0.5", "it.reboot@1.5:for=0.5")
    told: list[bytes] = []
    receive = bench.emulator.receive
    bench.emulator.receive = lambda data, now: told.append(data) or receive(data, now)  # type: ignore[func-returns-value, method-assign]
    with served(bench, pty=False) as (url, _):
        bus = bus_on(url, "io_wago750", {"rf_permit": True, "vent_valve_open": False, "buzzer": False})
        live(bus, lambda: bench.emulator.wiring.commands.rf_permit, 2.0)
        live(bus, lambda: bench.line.link == "gone", 3.0)
        told.clear()
        live(bus, lambda: bench.line.link == "up" and bench.emulator.wiring.commands.rf_permit, 8.0)
        functions = [data[7] for data in told]
        armed = max(index for index, data in enumerate(told) if data[7] == 6)  # the trigger is the last of the sequence
        assert functions.index(15) > armed, "coils were written before the watchdog was armed"
        bus.port.close()


def test_a_device_that_moves_to_another_name_is_found_by_who_it_is(tmp_path):
    """Unplugged, and plugged in again under another name, with somebody else in its old place: he is asked, no more."""
    mfc, gauge = Bench("mfc_elflow", "it.unplug@1.5:for=0.8"), Bench("gauge_tpg36x")
    heard: list[bytes] = []
    receive = gauge.emulator.receive
    gauge.emulator.receive = lambda data, now: heard.append(data) or receive(data, now)  # type: ignore[func-returns-value, method-assign]
    with served(mfc) as (mfc_url, _), served(gauge) as (gauge_url, _):
        link = {"a": tmp_path / "usb-a", "b": tmp_path / "usb-b"}
        link["a"].symlink_to(mfc_url)
        bus = bus_on(str(tmp_path / "usb-*"), "mfc_elflow", {"flow_setpoint_sccm": 50.0})
        live(bus, lambda: bus.attached[0].told, 5.0)
        live(bus, lambda: mfc.line.link == "gone", 5.0)
        link["a"].unlink()
        link["a"].symlink_to(gauge_url)
        link["b"].symlink_to(mfc_url)
        live(bus, lambda: any(notice.event == "lost" for notice in bus.notices), 5.0)
        live(bus, lambda: bus.attached[0].told, 12.0)
        assert "Bronkhorst" in bus.attached[0].who
        assert heard, "it has looked in the old place"
        functions = {data[1] for data in heard if len(data) > 1}
        assert functions <= {3, 4}, "and asked there, no more"
        bus.port.close()


def test_exchanged_plugs_are_refused(tmp_path):
    """A mass-flow controller of another range answers in the place of ours: it gets questions, never a setpoint."""
    other = Bench("mfc_elflow")
    other.emulator.instrument.capacity = 100.0  # type: ignore[attr-defined]
    with served(other) as (url, _):
        bus = bus_on(url, "mfc_elflow", {"flow_setpoint_sccm": 50.0})
        live(bus, lambda: any("range of 100" in notice.text for notice in bus.notices), 3.0)
        assert not bus.attached[0].ready
        assert other.emulator.instrument.asked == 0.0  # type: ignore[attr-defined]
        with pytest.raises(WrongDevice):
            bus.attached[0].device.identify()
        bus.port.close()


def test_a_half_open_connection_is_noticed_and_made_anew_within_five_seconds():
    bench = Bench("io_bk9050", "it.half_open@1.0:for=0.5")
    with served(bench, pty=False) as (url, _):
        bus = bus_on(url, "io_bk9050")
        live(bus, lambda: bench.line.link == "half-open", 3.0)
        noticed = live(bus, lambda: is_bad(bus), 5.0)
        back = live(bus, lambda: bus.attached[0].told, 5.0)
        assert noticed + back <= 5.0
        bus.port.close()


def test_a_serial_line_behind_a_device_server_has_one_master():
    bench = Bench("mfc_elflow")
    with served(bench, pty=False) as (url, _):
        first = bus_on(url, "mfc_elflow")
        live(first, lambda: first.attached[0].told, 2.0)
        host, port = url.removeprefix("socket://").split(":")
        with socket.create_connection((host, int(port)), 2.0) as second:
            assert second.recv(1) == b"", "hung up without a word"
        bad = first.errors
        live(first, lambda: len(first.inbox) > 20, 5.0)
        assert first.errors == bad, "and the first has noticed nothing"
        first.port.close()


def test_an_emulator_that_raises_ends_its_world():
    bench = Bench("mfc_elflow")

    def fails(_data: bytes, _now: float) -> bytes:
        raise ZeroDivisionError("a mistake in an emulator")

    bench.emulator.receive = fails  # type: ignore[method-assign]
    with served(bench, pty=False) as (url, ticker):
        bus = bus_on(url, "mfc_elflow")
        bus.service(time.monotonic() + 0.02)
        ticker.wait()
        assert isinstance(ticker.error, ZeroDivisionError)
        bus.port.close()


def test_links_of_ports_are_taken_away_at_the_end():
    with served(Bench("mfc_elflow")) as (url, _):
        assert Path(url).is_symlink()
    assert not Path(url).exists()
    assert not Path(url).parent.exists()
