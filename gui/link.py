"""The line to the controller: two sockets, reconnection, and how old the last word is.

Owns the only threads and the only clock of the screen. The first socket carries everything; the second waits, greeted
and silent, for STOP alone, so that no queue stands before it. Decides nothing about what messages mean.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from controller.service.messages import VERSION, MessageError, decode, encode

TICK_S = 0.2  # assumed: how often a waiting reader looks up
PING_S = 0.4  # assumed: two answers within the second after which a picture counts as old
SILENT_S = 4.0  # assumed: a line this long without a word is closed and tried again
BACK_OFF_S = (0.3, 0.6, 1.0, 2.0, 3.0)  # assumed: waits between tries, the last one repeats
#: parts of an update that hold one entry a name; a later update adds to them, others are replaced
MERGED = ("tags", "setpoints", "actuators", "devices", "allowed", "unit")


class Line:
    """One socket kept open by one thread: greets, pings, hands over what arrives, tries again when it breaks."""

    def __init__(self, address: tuple[str, int], name: str, take: Callable[[dict[str, Any]], None]) -> None:
        self.address, self.name, self._take = address, name, take
        self.greeted = False
        self.heard_s: float | None = None  #: when the last message came
        self.retry_s: float | None = None  #: when the next try is due; None while connected
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._retry_now = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"link-{name}", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and the connection."""
        self._stop.set()
        self._retry_now.set()
        self._drop()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def retry(self) -> None:
        """Try again now instead of later."""
        self._retry_now.set()

    def send(self, message: dict[str, Any]) -> bool:
        """Send at once from the caller's thread; False when there is no line."""
        with self._lock:
            if self._socket is None:
                return False
            try:
                self._socket.sendall(encode(message))
            except OSError:
                return False
        return True

    def _live(self) -> None:
        tries = 0
        while not self._stop.is_set():
            if self._connect():
                tries = 0
                self._read()
                self._drop()
            wait = BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)]
            tries += 1
            self.retry_s = time.monotonic() + wait
            self._retry_now.wait(wait)
            self._retry_now.clear()

    def _connect(self) -> bool:
        try:
            made = socket.create_connection(self.address, timeout=2.0)
        except OSError:
            return False
        made.settimeout(TICK_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._socket = made
        self.retry_s = None
        return self.send({"type": "hello", "version": VERSION, "name": self.name})

    def _read(self) -> None:
        assert self._socket is not None
        here, rest = self._socket, b""
        opened = pinged = time.monotonic()
        while not self._stop.is_set():
            try:
                data = here.recv(65536)
            except TimeoutError:
                data = None
            except OSError:
                return
            now = time.monotonic()
            if data is not None:
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for each in lines:
                    self._hear(each, now)
            if now - pinged > PING_S and self.greeted:
                pinged = now
                self.send({"type": "ping"})
            if now - max(opened, self.heard_s or opened) > SILENT_S:
                return

    def _hear(self, raw: bytes, now: float) -> None:
        try:
            message = decode(raw)
        except MessageError:
            return
        self.heard_s = now
        self.greeted = self.greeted or message["type"] == "hello"
        self._take(message)

    def _drop(self) -> None:
        with self._lock:
            gone, self._socket = self._socket, None
        self.greeted = False
        if gone is not None:
            with contextlib.suppress(OSError):
                gone.close()


class Link:
    """What the window knows of the controller's line. `take` and `age_s` are called by the window's timer."""

    def __init__(self, host: str, port: int, name: str | None = None) -> None:
        self.name = name or f"panel {socket.gethostname()} {os.getpid()}"
        self._waiting: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._seq: int | None = None
        self._answered = ""  # the STOP whose first answer has come
        self._main = Line((host, port), self.name, self._arrived)
        self._stop = Line((host, port), f"{self.name} STOP", self._stop_answered)

    def start(self) -> None:
        """Connect both lines."""
        self._main.start()
        self._stop.start()

    def close(self) -> None:
        """End both lines."""
        self._main.close()
        self._stop.close()

    def retry(self) -> None:
        """Try to connect now."""
        self._main.retry()
        self._stop.retry()

    def send(self, message: dict[str, Any]) -> bool:
        """Send on the main line; False when there is none."""
        return self._main.send(message)

    def stop_now(self) -> str:
        """`do hold`, at once, on both lines: one may be dead without knowing it. Holding twice is holding.

        Returns its id, with which the answer comes; empty when there is no line.
        """
        hold = {"type": "do", "id": f"stop-{time.monotonic_ns()}", "verb": "hold", "args": {}, "version": 0}
        sent = [line.send(hold) for line in (self._stop, self._main)]
        return str(hold["id"]) if any(sent) else ""

    def take(self) -> list[dict[str, Any]]:
        """Messages since the last call; updates among them are merged, the latest value wins."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def age_s(self) -> float | None:
        """Time since the last message [s]; None before the first."""
        heard = self._main.heard_s
        return None if heard is None else time.monotonic() - heard

    def retry_in_s(self) -> float | None:
        """Time to the next try [s]; None while a connection stands."""
        due = self._main.retry_s
        return None if due is None else max(0.0, due - time.monotonic())

    def _stop_answered(self, message: dict[str, Any]) -> None:
        """Whether STOP was taken is news for the window; nothing else on that line is."""
        if message["type"] in ("done", "denied"):
            with self._lock:
                self._keep_first(message)

    def _keep_first(self, message: dict[str, Any]) -> None:
        """STOP goes out on two lines and is answered twice: the first answer counts."""
        number = str(message.get("id", ""))
        if number.startswith("stop-"):
            if number == self._answered:
                return
            self._answered = number
        self._waiting.append(message)

    def _arrived(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "hello":
            self._seq = None
            self.name = str(message.get("name") or self.name)  # what the controller calls this screen
            if message.get("version") == VERSION:
                self._main.send({"type": "describe"})
                self._main.send({"type": "activate"})
        elif kind == "update":
            self._count(message)
        with self._lock:
            last = self._waiting[-1] if self._waiting else None
            if kind == "update" and last is not None and last["type"] == "update" and not message.get("full"):
                merge(last, message)
            elif kind != "pong":
                self._keep_first(message)

    def _count(self, message: dict[str, Any]) -> None:
        seq = message.get("seq")
        gap = self._seq is not None and seq != self._seq + 1 and not message.get("full")
        self._seq = seq if isinstance(seq, int) else None
        if gap:
            self._main.send({"type": "activate"})


def merge(older: dict[str, Any], newer: dict[str, Any]) -> None:
    """Put what a newer update says over an older one, in place."""
    full = older.get("full", False) or newer.get("full", False)
    for key, value in newer.items():
        if key in MERGED and isinstance(value, dict) and isinstance(older.get(key), dict):
            older[key] = {**older[key], **value}
        else:
            older[key] = value
    older["full"] = full
