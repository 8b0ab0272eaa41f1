"""A controller as a process: lines, core, records and the socket for screens, until it is told to end.

Owns the order of start and end, and the lock that keeps a second controller away from the same store.
"""

from __future__ import annotations

import fcntl
import json
import logging
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any

from controller.build import build
from controller.clock import monotonic_s
from controller.machine.model import BusTable
from controller.records.capture import Captures
from controller.records.log import close_log, log_event, open_log
from controller.records.store import Store, StoreError
from controller.runtime import Runtime
from controller.service.server import Server
from controller.service.users import ROLES, add_user, demo_users, load_users, made
from drivers.catalogue import driver_class
from drivers.transport import SILENCE_CHARS, Port, SerialPort
from recipes.store import LIBRARY

HUNG_S = 2.0  #: a scan that has not ended for so long is said in the log


def run(
    machine: str,
    store: str,
    port: int,
    demo: bool,
    recipes: str | None,
    say: Callable[[str], None],
    captures: Captures | None = None,
) -> int:
    """Run a tool until SIGTERM or Ctrl+C; returns the exit code.

    ``say`` prints one JSON line when screens may connect; ``captures`` keep what goes over the lines. Raises
    FileRefused, StoreError, ValueError (no such folder of recipes), OSError (port in use) before anything is opened.
    """
    path = Path(store)
    library = _library(recipes)
    built = build(machine, captures.around(open_port) if captures else open_port)
    if captures:
        captures.watch(built.buses, built.machine)
    lock = _lock(path)
    try:
        _try_store(path)
    except StoreError:
        lock.close()
        raise
    open_log(path.parent / "maskglow.log")
    users = demo_users() if demo else load_users(path.parent / "users.json")
    runtime = Runtime(built, path, on_records=lambda: _write_out(captures))
    server = Server(runtime, users, demo, port, library)
    _stop_by_signal(runtime)
    log_event("start", machine=machine, store=str(path), port=server.address[1], demo=demo)
    for name, device in built.machine.device.items():
        if not driver_class(device.driver).proven_on_hardware:
            log_event("unproven", about=name, text=f"{device.driver} has never been proven against real hardware")
    serving = False
    try:
        runtime.start()
        server.start()
        serving = True
        say(json.dumps({"listening": f"{server.address[0]}:{server.address[1]}"}))
        if not users.by_id:
            log_event("no_users", text="nobody can log in: STOP works, nothing else; see --add-user")
        runtime.wait(HUNG_S)
    finally:
        runtime.stop()
        if serving:
            server.close()
        _write_out(captures)
        if captures:
            captures.close()
        log_event("end")
        close_log()
        lock.close()
    return 1 if runtime.failed else 0


def keep_user(words: str, store: str, ask: Callable[[str], str]) -> int:
    """Add a user ("NAME:ROLE") to the file beside the store, after asking twice for the PIN; returns the exit code.

    ValueError says what is wrong with name, role or PIN.
    """
    name, _, role = words.partition(":")
    if not name.strip() or role not in ROLES:
        raise ValueError(f"{words!r}: want NAME:ROLE, role one of {', '.join(ROLES)}")
    pin = ask(f"PIN for {name}: ")
    if ask("Again: ") != pin:
        raise ValueError("the two PINs are not the same; nobody was added")
    id_ = "".join(letter for letter in name.lower() if letter.isalnum())
    add_user(Path(store).parent / "users.json", made(id_, name.strip(), role, pin))
    return 0


def _write_out(captures: Captures | None) -> None:
    for line, why in captures.write_out() if captures else ():
        log_event("capture", logging.ERROR, about=line, text=f"its capture has ended, the line goes on: {why}")


def open_port(_name: str, table: BusTable) -> Port:
    """A line of a machine file on real hardware, not opened yet."""
    silence = SILENCE_CHARS.get(table.protocol, 0.0)
    return SerialPort(table.url, table.baud or 9600, table.format, monotonic_s, silence)


def _library(recipes: str | None) -> Path:
    """The folder of the recipes that may be started; ValueError when there is none."""
    if recipes is None:
        return LIBRARY
    folder = Path(recipes)
    if not folder.is_dir():
        raise ValueError(f"--recipes {recipes}: there is no such folder")
    return folder


def _try_store(path: Path) -> None:
    """Read what a start will read, before any thread or port is there to be taken down again. StoreError."""
    store = Store(path)
    try:
        store.abandoned()
        store.unrecovered()
    finally:
        store.close()


def _lock(store: Path) -> IO[Any]:
    """Hold the store's lock file; StoreError when another controller has it."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        held = store.with_suffix(".lock").open("w")
    except OSError as error:
        raise StoreError(
            f"cannot write beside the store {store}: {error.strerror}; choose another with --store"
        ) from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise StoreError(
            f"another controller already uses the store {store}: end it first, or use another --store"
        ) from None
    return held


def _stop_by_signal(runtime: Runtime) -> None:
    def ask(_number: int, _frame: FrameType | None) -> None:
        runtime.ask_to_stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
