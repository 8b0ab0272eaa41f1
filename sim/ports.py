"""Simulated lines on real TCP sockets and pseudo-terminals, in real time. Owns the threads that serve them.

Knows no protocol.
"""

from __future__ import annotations

import errno
import os
import pty
import select
import shutil
import socket
import tempfile
import threading
import time
import tty
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Protocol, Self

from sim.line import SimLine
from sim.memory_port import HasNow

TICK_S = 0.01  #: how often a world in real time catches up [s]: one sub-step of the plant
WAKE_S = 0.2  #: how often a serving thread looks whether it should end [s]


class Lives(HasNow, Protocol):
    """Whatever can be brought to a later plant time."""

    def advance(self, until_s: float) -> None:
        """Live until plant time ``until_s`` [s]."""


class Ticker:
    """Lets a world live in real time; ``lock`` is held while it does, ``look`` is called after each tick.

    A world that raises ends the ticker: whoever waits must then look at ``error``, and close the ports of a dead world.
    """

    def __init__(self, world: Lives, look: Callable[[], None] = lambda: None) -> None:
        self.lock = threading.Lock()
        self._world = world
        self._look = look
        self._ending = threading.Event()
        self._life: Future[None] = Future()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._tick, name="world", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._thread.join(timeout=5.0)

    def end(self) -> None:
        """Stop the world; may be called from a signal handler."""
        self._ending.set()

    def wait(self) -> None:
        """Return when the world has been told to end, or has failed."""
        self._ending.wait()

    def fail(self, error: BaseException) -> None:
        """Something that belongs to this world has failed: it ends, and ``error`` says why."""
        self._failure = error
        self._ending.set()

    @property
    def error(self) -> BaseException | None:
        """What the world or ``look`` raised, if that was the end of it."""
        return self._failure or (self._life.exception() if self._life.done() else None)

    def _tick(self) -> None:
        began_s, from_s = time.monotonic(), self._world.now
        try:
            while not self._ending.wait(TICK_S):
                with self.lock:
                    self._world.advance(from_s + time.monotonic() - began_s)
                    self._look()
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits
            self._life.set_exception(error)
        else:
            self._life.set_result(None)
        finally:
            self._ending.set()


class PortServer:
    """Lines on real ports until ``close``; ``urls`` says where each is found.

    A serial line serves one client at a time, as a device server does. ``fail`` is told when an emulator raises.
    """

    def __init__(
        self, lock: AbstractContextManager[object], world: HasNow, fail: Callable[[BaseException], None]
    ) -> None:
        self.urls: dict[str, str] = {}
        self._lock = lock
        self._world = world
        self._fail = fail
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._clients: dict[str, int] = {}  # how many each line has that it really serves
        self._links: Path | None = None  # folder of names that stay when a pseudo-terminal comes back under another

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every thread and free every port."""
        self._closing.set()
        for thread in self._threads:
            thread.join(timeout=5.0)
        self._threads = []
        if self._links is not None:
            shutil.rmtree(self._links, ignore_errors=True)

    def listen(self, line: SimLine, url: str) -> None:
        """Put a line on a TCP port (0: any free one). OSError says which port is taken."""
        server = _listening(line.name, *_host_and_port(line.name, url))
        address = server.getsockname()[:2]
        self.urls[line.name] = "socket://{}:{}".format(*address)
        self._start(self._accept, line, server, *address)

    def open_pty(self, line: SimLine) -> None:
        """Put a line on a pseudo-terminal, under a name that stays the same when it is unplugged."""
        if self._links is None:
            self._links = Path(tempfile.mkdtemp(prefix="maskglow-ports-"))
        link = self._links / line.name
        self.urls[line.name] = str(link)
        self._start(self._serve_pty, line, link, _pty(link))

    def _start(self, work: Callable[..., None], line: SimLine, *arguments: object) -> None:
        """One thread; whatever it raises ends the world, so that no line stays open which nobody serves."""

        served: Future[None] = Future()
        served.add_done_callback(self._ended)

        def guarded() -> None:
            try:
                work(line, *arguments)
            except Exception as error:  # noqa: BLE001 - it is handed to `_ended`
                served.set_exception(error)
            else:
                served.set_result(None)

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=guarded, name=f"line {line.name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _ended(self, served: Future[None]) -> None:
        if (error := served.exception()) is not None:
            self._fail(error)

    def _accept(self, line: SimLine, server: socket.socket, host: str, port: int) -> None:
        while not self._closing.is_set():
            if line.link == "gone":
                server.close()
                if not self._plugged_again(line):
                    return
                server = _listening(line.name, host, port)
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            if not self._has_room(line):
                client.close()
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._clients[line.name] = self._clients.get(line.name, 0) + 1
            self._start(self._serve_client, line, client)
        server.close()

    def _has_room(self, line: SimLine) -> bool:
        """Whether one more may talk on this line: on a serial line only when the last one has hung up."""
        until = time.monotonic() + WAKE_S  # a client that comes back at once is not yet seen to have gone
        while line.char_s and self._clients.get(line.name) and not self._closing.is_set():
            if time.monotonic() > until:
                return False
            self._closing.wait(TICK_S)
        return True

    def _plugged_again(self, line: SimLine) -> bool:
        """Wait until the line is there again; False when the server closes before that."""
        while line.link == "gone":
            if self._closing.wait(TICK_S):
                return False
        return True

    def _serve_client(self, line: SimLine, client: socket.socket) -> None:
        half_open = False
        client.setblocking(False)
        with client:
            try:
                with suppress(ConnectionError):
                    half_open = self._talk(line, client.fileno(), lambda: client.recv(4096))
            finally:
                self._clients[line.name] -= 1
            while half_open and not self._closing.wait(WAKE_S):
                pass  # it stays up, and others are served in its place

    def _serve_pty(self, line: SimLine, link: Path, ends: tuple[int, int]) -> None:
        while True:
            self._talk_on_pty(line, ends[0])
            for end in ends:
                os.close(end)
            link.unlink(missing_ok=True)
            if self._closing.is_set() or not self._plugged_again(line):
                return
            ends = _pty(link)

    def _talk_on_pty(self, line: SimLine, master: int) -> None:
        with suppress(OSError):
            self._talk(line, master, lambda: os.read(master, 4096))

    def _talk(self, line: SimLine, source: int, read: Callable[[], bytes]) -> bool:
        """Request by request: its wire time, the answer's delay and wire time, then the answer.

        Returns when the other side or the line has gone (False), or when it carries nothing any more (True).
        """
        while not self._closing.is_set() and line.link != "gone":
            if line.link == "half-open":
                return True
            if not select.select([source], [], [], WAKE_S)[0]:
                continue
            data = read()
            if not data:
                return False
            self._closing.wait(len(data) * line.char_s)
            with self._lock:
                answers = line.receive(data, self._world.now)
            gone = 0.0
            for delay, reply in sorted(answers, key=lambda answer: answer[0]):
                due = max(delay, gone) + len(reply) * line.char_s
                self._closing.wait(due - gone)
                gone = due
                self._write(line, source, reply)
        return False

    def _write(self, line: SimLine, descriptor: int, data: bytes) -> None:
        """Send all of an answer, to a client that may never read, for as long as there is a line and a server."""
        while data and not self._closing.is_set() and line.link != "gone":
            if select.select([], [descriptor], [], WAKE_S)[1]:
                with suppress(BlockingIOError):  # less room than it seemed
                    data = data[os.write(descriptor, data) :]


def serve_tcp(lines: Mapping[str, SimLine], ticker: Ticker, world: HasNow, urls: Mapping[str, str]) -> PortServer:
    """Serve every line on the TCP port of its ``socket://host:port`` url. OSError names a port in use."""
    server = PortServer(ticker.lock, world, ticker.fail)
    try:
        for name, line in lines.items():
            server.listen(line, urls[name])
    except (OSError, ValueError):
        server.close()
        raise
    return server


def serve_pty(lines: Mapping[str, SimLine], ticker: Ticker, world: HasNow) -> PortServer:
    """Serve every serial line on a pseudo-terminal; lines without a baud rate on a free TCP port."""
    server = PortServer(ticker.lock, world, ticker.fail)
    for line in lines.values():
        if line.char_s:
            server.open_pty(line)
        else:
            server.listen(line, "socket://127.0.0.1:0")
    return server


def _listening(bus: str, host: str, port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
        server.listen()
    except OSError as error:
        server.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise OSError(error.errno, f"bus {bus}: port {host}:{port} is in use; end the program that holds it") from error
    server.settimeout(WAKE_S)
    return server


def _pty(link: Path) -> tuple[int, int]:
    """Both ends of a new pseudo-terminal, found under ``link``."""
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    tty.setraw(slave)
    link.unlink(missing_ok=True)
    link.symlink_to(os.ttyname(slave))
    return master, slave


def _host_and_port(bus: str, url: str) -> tuple[str, int]:
    scheme, _, address = url.partition("://")
    host, _, port = address.rpartition(":")
    if scheme != "socket" or not host or not port.isdecimal():
        raise ValueError(f"bus {bus}: cannot serve {url!r}; want socket://host:port")
    return host, int(port)
