"""What `maskglow capture` does: polls lines and keeps what goes over them, or plays a capture back.

Owns the order of start and end. The files are those of records/capture.py, their form that of drivers/capture.py.
Nothing is set, but every device is identified, and that is not nothing: an RF generator is switched off, and the
watchdog of a remote I/O is reset and armed. As nobody writes, it runs out, and all outputs of that coupler fall about
a second later. So devices with such outputs are left out unless they are asked for.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from controller.build import OpenPort, build
from controller.clock import monotonic_s, utc_now, wait_s
from controller.machine.checks import load_machine
from controller.records.capture import Captures
from controller.runtime import Lines
from drivers.attached import Attached
from drivers.bus import Bus
from drivers.capture import label
from drivers.replay import Outcome, Parted, read_capture

WRITE_OUT_S = 0.25  #: how often what waits is brought to the disk: that much a kill may take along
LONGEST_SHOWN = 8  #: of an array, when a reading is printed
GUARDED = "io_watchdog_armed"  #: tag of a device whose outputs fall by themselves when nobody writes
SILENT = "no device answered: not a byte came; check that they are switched on, their cables and urls"
LEFT_OUT = "identifying it arms its watchdog, and all its outputs fall about a second later; --with-io takes it along"


def record(
    machine: str,
    open_port: OpenPort,
    out: str | None,
    seconds: float | None,
    only: Sequence[str],
    limits: tuple[float, int],
    say: Callable[[str], None],
    with_io: bool = False,
) -> tuple[int, dict[str, Any], list[str]]:
    """Poll the devices of some lines, setting nothing, until told to end; exit code, result, one line of text a bus.

    Devices whose outputs would fall are left out unless ``with_io``. 1 when a capture ended early or nothing answered.
    FileRefused, ValueError (no such bus, limits that are none), OSError (no such folder can be made).
    """
    if seconds is not None and not seconds > 0:
        raise ValueError(f"--seconds {seconds:g}: want a number above 0")
    folder = Path(out or f"runs/capture-{utc_now():%Y%m%d-%H%M%S}")
    known = load_machine(machine)[0].bus
    if unknown := [name for name in only if name not in known]:
        raise ValueError(f"--bus {unknown[0]}: there is no such bus in {machine}; known: {', '.join(known)}")
    captures = Captures(folder, *limits)
    built = build(machine, captures.around(open_port))
    chosen = [bus for bus in built.buses if not only or bus.name in only]
    left_out = [] if with_io else _leave_out(chosen, say)
    chosen = [bus for bus in chosen if bus.attached]
    captures.watch(built.buses, built.machine)
    if setting := [at.device.name for bus in chosen for at in bus.attached if at.outputs]:
        say(f"{', '.join(setting)}: will be identified, and may lose what is set: RF is switched off, outputs may fall")
    for at in (at for bus in chosen for at in bus.attached):
        at.outputs, at.recheck_s = {}, float("inf")  # nothing is ever written
    _serve(chosen, captures, seconds, say)
    told = {bus.name: _told(bus, captures) for bus in chosen}
    lines = [_line(name, each) for name, each in told.items()]
    silent = not any(captures.tapes[bus.name].heard for bus in chosen)
    lines += [SILENT if chosen else "nothing was captured: every device was left out"] if silent else []
    stopped = any(each["stopped"] for each in told.values())
    result = {"folder": str(folder), "lines": told, "left_out": left_out, "answered": not silent}
    return int(stopped or silent), result, lines


def _leave_out(buses: Sequence[Bus], say: Callable[[str], None]) -> list[str]:
    """Take the devices away whose outputs fall when nobody writes them; their names."""

    def falls(at: Attached) -> bool:
        return GUARDED in at.device.tags and bool(at.outputs)

    names = [at.device.name for bus in buses for at in bus.attached if falls(at)]
    for bus in buses:
        bus.attached = [at for at in bus.attached if not falls(at)]
    for name in names:
        say(f"{name}: left out: {LEFT_OUT}")
    return names


def _serve(buses: Sequence[Bus], captures: Captures, seconds: float | None, say: Callable[[str], None]) -> None:
    """Serve lines until the time is over, Ctrl+C or SIGTERM."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    until = monotonic_s() + (float("inf") if seconds is None else seconds) if buses else 0.0
    lines = Lines(buses)
    lines.start()
    try:
        while not asked and (left := until - monotonic_s()) > 0:
            wait_s(min(WRITE_OUT_S, left))
            for name, why in captures.write_out():
                say(f"{name}: the capture has ended: {why}; the line goes on")
    finally:
        lines.stop()
        captures.write_out()
        captures.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(bus: Bus, captures: Captures) -> dict[str, Any]:
    """What came of one line."""
    last = {notice.device: notice for notice in bus.notices}
    devices = {}
    for at in bus.attached:
        notice = last.get(at.device.name)
        lost = notice is not None and notice.event != "ready"
        devices[at.device.name] = notice.text if notice is not None and lost else at.who or "not asked yet"
    tape, port = captures.tapes[bus.name], captures.ports[bus.name]
    files = [str(file) for file in tape.files if file.exists()]
    stopped = tape.why_stopped or port.why_stopped
    return {"devices": devices, "exchanges": port.exchanges, "errors": bus.errors, "files": files, "stopped": stopped}


def _line(name: str, told: dict[str, Any]) -> str:
    devices = "; ".join(f"{device}: {who}" for device, who in told["devices"].items())
    files = told["files"]
    where = f"{files[-1]}{f' and {len(files) - 1} before it' if len(files) > 1 else ''}" if files else "no file"
    ended = f"; ENDED EARLY: {told['stopped']}" if told["stopped"] else ""
    return f"{name}: {told['exchanges']} exchanges, {told['errors']} errors, {where}{ended} ({devices})"


def play(file: str, machine: str | None, say: Callable[[Outcome], None]) -> tuple[int, dict[str, Any], list[str]]:
    """Play a file back against its drivers, or those of a machine file; exit code, result, lines of text.

    1 when a driver sends something else than then, or now fails where it did not, or the other way round.
    CaptureRefused, FileRefused.
    """
    capture = read_capture(file)
    instead = {} if machine is None else _devices(machine)
    played, differ = 0, []
    try:
        for outcome in capture.replay(instead):
            say(outcome)
            played += 1
            if not outcome.same:
                where = f"{file}:{outcome.number}: {outcome.device} {outcome.method}"
                differ.append(f"{where}: then {outcome.then}; now {outcome.now}")
    except Parted as parted:
        differ.append(str(parted))
    asked = sum(record.kind == "ask" for record in capture.records)
    cut = " (the file ends in the middle of the last)" if asked == played + 1 and not differ else ""
    line = f"{file}: {played} of {asked} exchanges played back{cut}: {'they part' if differ else 'as it was'}"
    return int(bool(differ)), {"played": played, "of": asked, "differences": differ}, [*differ, line]


def _devices(machine: str) -> dict[str, tuple[str, int, Any]]:
    """Driver, address and options of all devices of a machine file."""
    tables = load_machine(machine)[0].device
    return {label(name): (table.driver, table.address, table.model_extra or {}) for name, table in tables.items()}


def shown(outcome: Outcome) -> str:
    """An exchange that was played back, for people: what it was decoded to, or how it failed."""
    place = f"{outcome.time_s:.3f} {outcome.device} {outcome.method}"
    if outcome.now != "done":
        return f"{place}: {outcome.now.removeprefix('fail ')}"
    if isinstance(outcome.result, dict):
        return f"{place}: {', '.join(f'{name} = {_value(value)}' for name, value in outcome.result.items())}"
    return f"{place}: {outcome.result or 'taken'}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if hasattr(value, "__len__") and not isinstance(value, str):
        more = f" … ({len(value)} values)" if len(value) > LONGEST_SHOWN else ""
        return f"{', '.join(map(str, value[:LONGEST_SHOWN]))}{more}"
    return f"{value:g}" if isinstance(value, float) else str(value)
