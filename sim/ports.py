"""Where drivers plug in: a port in memory that charges wire time, and the same lines on real TCP sockets and ptys.

Owns the clock of each line in virtual time, and the threads that serve lines in real time. Knows no protocol.
"""

from __future__ import annotations

import errno
import os
import pty
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from typing import Protocol, Self

from sim.line import SimLine

NETWORK_S = 0.0002  #: what a request costs on a line without a baud rate [s]  # assumed: a quiet local network
TICK_S = 0.01  #: how often a world in real time catches up [s]: one sub-step of the plant
WAKE_S = 0.2  #: how often a serving thread looks whether it should end [s]


class HasNow(Protocol):
    """Whatever tells plant time [s]."""

    @property
    def now(self) -> float:
        """Plant time [s]."""


class MemoryPort:
    """One end of a simulated line, in virtual time.

    Its clock runs ahead of the world's: it adds the wire time of every byte, the latency of every device, and every
    time-out, and waits for the world to catch up. Reads give what came in time, which may be less than asked for.
    """

    def __init__(self, line: SimLine, world_now: HasNow) -> None:
        self.answered_s = 0.0  #: plant time at which the emulator gave the answer last read [s]
        self._line = line
        self._world = world_now
        self._busy_until = 0.0
        self._written = 0.0  # end of the last request
        self._inbox: list[tuple[float, bytes, float]] = []  # start on the wire, bytes, plant time of the answer
        self._char_s = line.char_s
        self._before_s = line.silence_s if line.char_s else NETWORK_S
        self._closed = False

    def now(self) -> float:
        """This line's clock [s]."""
        world, busy = self._world.now, self._busy_until
        return world if world > busy else busy

    def write(self, data: bytes) -> None:
        """Send a request; the devices hear it at its end. ConnectionError after close."""
        if self._closed:
            raise ConnectionError(f"line {self._line.name}: the port is closed")
        world = self._world.now
        start = world if world > self._busy_until else self._busy_until
        end = start + self._before_s + len(data) * self._char_s
        self._busy_until = self._written = end
        inbox = self._inbox
        for delay, reply in self._line.receive(data, end):
            inbox.append((end + delay, reply, world))
        if len(inbox) > 1:
            inbox.sort(key=_start)

    def read(self, size: int, timeout_s: float) -> bytes:
        """``size`` bytes, or fewer if the time since the last request runs out."""
        if self._inbox:
            start, chunk, answered = self._inbox[0]
            arrived = start + size * self._char_s
            if len(chunk) >= size > 0 and arrived <= self._written + timeout_s:
                if len(chunk) == size:
                    del self._inbox[0]
                else:
                    self._inbox[0] = (arrived, chunk[size:], answered)
                    chunk = chunk[:size]
                self.answered_s = answered
                if arrived > self._busy_until:
                    self._busy_until = arrived
                return chunk
        return self._collect(size, None, timeout_s)

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        """Bytes up to and including ``end``, at most ``limit``, or what came before the time ran out."""
        return self._collect(limit, end, timeout_s)

    def drain(self, silence_s: float) -> int:
        """Discard everything until the line has been silent for ``silence_s``; returns the bytes dropped."""
        clock, dropped = self.now(), 0
        while self._inbox and self._inbox[0][0] <= clock + silence_s:
            start, chunk, _ = self._inbox.pop(0)
            clock = max(clock, start + len(chunk) * self._char_s)
            dropped += len(chunk)
        self._busy_until = clock + silence_s
        return dropped

    def unread(self) -> int:
        """How many bytes have arrived by now that nobody has read."""
        inbox = self._inbox
        return len(inbox[0][1]) if inbox and inbox[0][0] + self._char_s <= self.now() else 0

    def elsewhere(self) -> None:
        """There is only this place."""

    def close(self) -> None:
        """Unplug."""
        self._closed = True
        self._inbox.clear()

    def _collect(self, size: int, end: bytes | None, timeout_s: float) -> bytes:
        now = self.now()
        deadline = max(self._written + timeout_s, now)
        got, clock, char_s, inbox = b"", now, self._char_s, self._inbox
        complete = size <= 0
        while inbox and not complete:
            start, chunk, answered = inbox[0]
            if start > deadline:
                break
            in_time = len(chunk) if not char_s else min(len(chunk), int((deadline - start) / char_s + 1e-6))
            take = min(size - len(got), in_time)
            if end is not None:
                found = (got + chunk[:take]).find(end)
                if found >= 0:
                    take, complete = found + len(end) - len(got), True
            if take <= 0:
                break
            got += chunk[:take]
            complete = complete or len(got) == size
            clock = max(clock, start + take * char_s)
            self.answered_s = answered
            if take == len(chunk):
                del inbox[0]
            else:
                inbox[0] = (start + take * char_s, chunk[take:], answered)
                if take == in_time:
                    break
        self._busy_until = clock if complete else deadline
        return got


def _start(entry: tuple[float, bytes, float]) -> float:
    return entry[0]


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

    @property
    def error(self) -> BaseException | None:
        """What the world or ``look`` raised, if that was the end of it."""
        return self._life.exception() if self._life.done() else None

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
    """Lines on real ports until ``close``; ``urls`` says where each is found."""

    def __init__(self, lock: AbstractContextManager[object], world: HasNow) -> None:
        self.urls: dict[str, str] = {}
        self._lock = lock
        self._world = world
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._release: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every thread and free every port."""
        self._closing.set()
        for thread in self._threads:
            thread.join(timeout=5.0)
        for release in self._release:
            release()
        self._threads, self._release = [], []

    def listen(self, line: SimLine, url: str) -> None:
        """Put a line on a TCP port (0: any free one). OSError says which port is taken."""
        host, port = _host_and_port(line.name, url)
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
            server.listen()
        except OSError as error:
            server.close()
            if error.errno != errno.EADDRINUSE:
                raise
            raise OSError(
                error.errno, f"bus {line.name}: port {host}:{port} is in use; end the program that holds it"
            ) from error
        server.settimeout(WAKE_S)
        self._release.append(server.close)
        self.urls[line.name] = "socket://{}:{}".format(*server.getsockname()[:2])
        self._start(self._accept, line, server)

    def open_pty(self, line: SimLine) -> None:
        """Put a line on a pseudo-terminal."""
        master, slave = pty.openpty()
        tty.setraw(slave)
        self._release += [lambda: os.close(master), lambda: os.close(slave)]
        self.urls[line.name] = os.ttyname(slave)
        self._start(self._talk, line, master, lambda: os.read(master, 4096), lambda data: _write_all(master, data))

    def _start(self, work: Callable[..., None], line: SimLine, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=(line, *arguments), name=f"line {line.name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, line: SimLine, server: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._start(self._serve_client, line, client)

    def _serve_client(self, line: SimLine, client: socket.socket) -> None:
        with client, suppress(ConnectionError):
            self._talk(line, client.fileno(), lambda: client.recv(4096), client.sendall)

    def _talk(self, line: SimLine, source: int, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        """Request by request: its wire time, the answer's delay and wire time, then the answer."""
        while not self._closing.is_set():
            if not select.select([source], [], [], WAKE_S)[0]:
                continue
            data = read()
            if not data:
                return
            self._closing.wait(len(data) * line.char_s)
            with self._lock:
                answers = line.receive(data, self._world.now)
            gone = 0.0
            for delay, reply in sorted(answers, key=lambda answer: answer[0]):
                due = max(delay, gone) + len(reply) * line.char_s
                self._closing.wait(due - gone)
                gone = due
                write(reply)


def serve_tcp(
    lines: Mapping[str, SimLine], lock: AbstractContextManager[object], world: HasNow, urls: Mapping[str, str]
) -> PortServer:
    """Serve every line on the TCP port of its ``socket://host:port`` url. OSError names a port in use."""
    server = PortServer(lock, world)
    try:
        for name, line in lines.items():
            server.listen(line, urls[name])
    except (OSError, ValueError):
        server.close()
        raise
    return server


def serve_pty(lines: Mapping[str, SimLine], lock: AbstractContextManager[object], world: HasNow) -> PortServer:
    """Serve every serial line on a pseudo-terminal; lines without a baud rate on a free TCP port."""
    server = PortServer(lock, world)
    for line in lines.values():
        if line.char_s:
            server.open_pty(line)
        else:
            server.listen(line, "socket://127.0.0.1:0")
    return server


def _host_and_port(bus: str, url: str) -> tuple[str, int]:
    scheme, _, address = url.partition("://")
    host, _, port = address.rpartition(":")
    if scheme != "socket" or not host or not port.isdecimal():
        raise ValueError(f"bus {bus}: cannot serve {url!r}; want socket://host:port")
    return host, int(port)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
