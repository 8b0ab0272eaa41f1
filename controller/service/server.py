"""The socket that screens talk to: sessions, log-in, who has control, updates, questions. Loop-back only by default.

Owns the connections and their threads. What a verb does stands in `commands`, what is shown in `picture`.
"""

from __future__ import annotations

import errno
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from controller import VERSION as SOFTWARE
from controller.clock import monotonic_s
from controller.records.log import log_event
from controller.records.store import StoreError
from controller.runtime import Runtime
from controller.service.commands import Commands
from controller.service.description import describe
from controller.service.messages import MAX_LINE, VERSION, MessageError, decode, encode
from controller.service.picture import Picture, difference
from controller.service.questions import Questions
from controller.service.users import User, Users
from recipes.store import LIBRARY

PERIOD_S = 0.1  #: at most ten updates a second
GREET_WITHIN_S = 5.0  #: who has not said hello by then is sent away
SEND_WITHIN_S = 2.0  #: a screen that takes no answer for so long is dropped
MOST_SESSIONS = 20
IDLE_S = 5.0  #: who has been silent so long makes room, logged in or in control excepted; a live screen pings
NEVER_OLD = (
    "hold",
    "abort",
    "stop",
    "acknowledge",
    "note",
    "take_control",
)  #: verbs that no newer picture can make wrong


class Session:
    """One screen."""

    def __init__(self, server: Server, connection: socket.socket, peer: str) -> None:
        self.server = server
        self.peer = peer
        self.name = ""
        self.user: User | None = None
        self.told: dict[str, Any] | None = None  #: what this screen has been told; None: not active
        self.seq = 0
        self.wants_all = False
        self.heard_s = monotonic_s()  #: when it last said anything
        self._connection = connection
        self._sending = threading.RLock()

    def live(self) -> None:
        """Hear this screen until it goes."""
        rest = b""
        self._connection.settimeout(GREET_WITHIN_S)
        try:
            while data := self._connection.recv(65536):
                self.heard_s = monotonic_s()
                *lines, rest = (rest + data).split(b"\n")
                if len(rest) > MAX_LINE:
                    break
                for line in lines:
                    self._hear(line)
        except OSError:
            pass  # gone, or closed by this side
        finally:
            self.close()

    def send(self, message: dict[str, Any]) -> None:
        """Say something; a screen that does not take it is dropped."""
        try:
            with self._sending:
                self._connection.sendall(encode(message))
        except OSError:
            self.close()

    def close(self) -> None:
        """End the connection."""
        self.told = None
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def update(self, picture: dict[str, Any]) -> None:
        """Tell what has changed since the last time, without ever waiting: one thread tells all screens.

        A screen that is just being answered is told with the next picture. One whose buffer is full, seconds behind,
        is dropped.
        """
        if not self._sending.acquire(blocking=False):
            return
        try:
            line = encode(self._news(picture))
            if self._connection.send(line, socket.MSG_DONTWAIT) < len(line):
                self.close()
        except OSError:
            self.close()
        finally:
            self._sending.release()

    def _news(self, picture: dict[str, Any]) -> dict[str, Any]:
        full = self.wants_all or self.told is None
        changed = picture if full else difference(self.told or {}, picture)
        self.seq += 1
        self.told, self.wants_all = picture, False
        head = {"type": "update", "seq": self.seq, "full": full}
        always = {key: picture[key] for key in ("time_s", "utc", "version")}
        return {**head, **always, **changed}

    def _hear(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            message = decode(line)
        except MessageError as error:
            self._deny({}, [str(error)])
            return
        kind = message["type"]
        if not self.name and kind != "hello":
            self._deny(message, ["say hello first"])
            return
        answers: dict[str, Callable[[dict[str, Any]], None]] = {
            "hello": self._hello,
            "login": self._log_in,
            "logout": self._log_out,
            "describe": lambda _: self.send(dict(self.server.description())),
            "activate": self._activate,
            "do": self._do,
            "query": self._query,
            "ping": lambda _: self.send({"type": "pong", "time_s": self.server.runtime.scan.now}),
        }
        if (answer := answers.get(kind)) is None:
            self._deny(message, [f"there is no message {kind!r}"])
            return
        try:
            answer(message)
        except StoreError as error:
            self._deny(message, [str(error)])

    def _deny(self, message: dict[str, Any], reasons: list[str]) -> None:
        self.send({"type": "denied", "id": message.get("id"), "reasons": reasons})

    def _hello(self, message: dict[str, Any]) -> None:
        machine = self.server.runtime.built.machine.machine
        said = {"server": SOFTWARE, "machine": machine.name, "location": machine.location, "demo": self.server.demo}
        if message.get("version") != VERSION:
            self.send({"type": "hello", "version": VERSION, **said})
            log_event("refused", station=self.peer, text=f"speaks version {message.get('version')}, not {VERSION}")
            self.close()
            return
        self._connection.settimeout(None)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_WITHIN_S))
        if not self.name:
            self.server.call(self, str(message.get("name") or self.peer)[:80])
            log_event("screen", station=self.name, text=f"connected from {self.peer}")
        self.send({"type": "hello", "version": VERSION, "name": self.name, **said})

    def _log_in(self, message: dict[str, Any]) -> None:
        who, pin = str(message.get("user", "")), str(message.get("pin", ""))
        user, reasons = self.server.users.log_in(who, pin, monotonic_s())
        log_event("login", user=who, station=self.name, refused=reasons)
        if user is None:
            self.send({"type": "login", "ok": False, "user": None, "reasons": reasons})
            return
        self.user = user
        self.server.give_control(self, only_if_free=True)
        told = {"id": user.id, "name": user.name, "role": user.role}
        self.send({"type": "login", "ok": True, "user": told, "reasons": []})

    def _log_out(self, _message: dict[str, Any]) -> None:
        self.user = None
        self.server.release(self)
        self.send({"type": "login", "ok": True, "user": None, "reasons": []})

    def _activate(self, _message: dict[str, Any]) -> None:
        if self.told is None:
            self.update(self.server.picture())
            self.send({"type": "active"})
        else:
            self.wants_all = True

    def _do(self, message: dict[str, Any]) -> None:
        verb, args = str(message.get("verb", "")), message.get("args")
        reasons = self._refusals(verb, message)
        if not reasons:
            if verb == "take_control":
                self.server.give_control(self)
            else:
                reasons = self.server.commands.do(verb, args if isinstance(args, dict) else {}, self.user, self.name)
        if reasons:
            self.send({"type": "denied", "id": message.get("id"), "verb": verb, "reasons": reasons})
        else:
            self.send({"type": "done", "id": message.get("id"), "verb": verb})

    def _refusals(self, verb: str, message: dict[str, Any]) -> list[str]:
        if verb == "hold":
            return []  # STOP needs nothing
        reasons = [] if self.user else ["log in first"]
        if verb != "take_control" and (holder := self.server.control) is not self:
            reasons.append(f"{holder.name if holder else 'nobody'} has control; take control first")
        if verb not in NEVER_OLD and message.get("version") != self.server.version:
            reasons.append("the screen was older than the tool's state; look again, then repeat")
        return reasons

    def _query(self, message: dict[str, Any]) -> None:
        args = message.get("args")
        data, reasons = self.server.questions.answer(
            str(message.get("what", "")), args if isinstance(args, dict) else {}
        )
        if reasons:
            self._deny(message, reasons)
        else:
            self.send({"type": "answer", "id": message.get("id"), "data": data})


class Server:
    """All screens of one controller."""

    def __init__(
        self,
        runtime: Runtime,
        users: Users,
        demo: bool,
        port: int = 0,
        recipes: Path = LIBRARY,
        host: str = "127.0.0.1",
    ) -> None:
        self.runtime = runtime
        self.users = users
        self.demo = demo
        self.control: Session | None = None  #: the screen that has control
        self.questions = Questions(runtime)
        self._picture = Picture(runtime.scan, self.questions.utc, lambda: runtime.recorder.summary, runtime.checks)
        self.commands = Commands(runtime, self._picture, recipes)
        self._description = describe(runtime.built, users, demo, recipes)
        self._latest = self._picture.take()
        self._due_s = 0.0
        self._sessions: list[Session] = []
        self._who = threading.Lock()  # over sessions, their names and who has control
        self._closing = threading.Event()
        self._socket = _listen(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        runtime.on_scan = self.scanned
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._accept, self._publish)]

    @property
    def version(self) -> int:
        """State version of what the screens have."""
        return int(self._latest["version"])

    def start(self) -> None:
        """Begin to listen."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End every connection."""
        self._closing.set()
        self._socket.close()
        for session in list(self._sessions):
            session.close()
        for thread in self._threads:
            thread.join(2.0)

    def description(self) -> Any:
        """What does not change."""
        return self._description

    def picture(self) -> dict[str, Any]:
        """What is so now."""
        holder = self.control
        return {**self._latest, "control": holder.name if holder else None}

    def scanned(self) -> None:
        """Called by the scan's thread after every scan."""
        self._picture.follow()
        self.questions.follow()
        now = self.runtime.scan.now
        if now >= self._due_s:
            self._due_s = now + PERIOD_S
            self._latest = self._picture.take()

    def call(self, session: Session, wish: str) -> None:
        """Give a screen its name: the one it wishes for, told apart from others that wished for the same."""
        with self._who:
            taken = {each.name for each in self._sessions if each is not session}
            names = (wish if n == 1 else f"{wish} ({n})" for n in range(1, len(taken) + 2))
            session.name = next(name for name in names if name not in taken)

    def give_control(self, session: Session, only_if_free: bool = False) -> None:
        """Control goes to this screen."""
        with self._who:
            if self.control is None or not only_if_free:
                self.control = session

    def release(self, session: Session) -> None:
        """This screen has control no longer."""
        with self._who:
            if self.control is session:
                self.control = None

    def _publish(self) -> None:
        """Tell every active screen what changed; never when the scan stands still, so that its silence shows."""
        last: dict[str, Any] = {}
        while not self._closing.wait(PERIOD_S):
            if self._latest is last:
                continue
            last = self._latest
            picture = self.picture()
            for session in list(self._sessions):
                if session.told is not None:
                    session.update(picture)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, address = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session(self, connection, f"{address[0]}:{address[1]}")
            if len(self._sessions) >= MOST_SESSIONS and not self._make_room():
                session.send({"type": "denied", "id": None, "reasons": [f"{MOST_SESSIONS} screens are connected"]})
                session.close()
                continue
            with self._who:
                self._sessions.append(session)
            threading.Thread(target=self._serve, args=(session,), daemon=True).start()

    def _make_room(self) -> bool:
        """Drop the screen that has been silent for longest, if there is one that nobody would miss."""
        too_old = monotonic_s() - IDLE_S
        with self._who:
            idle = [each for each in self._sessions if each.heard_s < too_old]
            spare = [each for each in idle if each.user is None and each is not self.control]
            if not spare:
                return False
            longest = min(spare, key=lambda each: each.heard_s)
            self._sessions.remove(longest)
        longest.close()
        return True

    def _serve(self, session: Session) -> None:
        try:
            session.live()
        finally:
            with self._who:
                if session in self._sessions:
                    self._sessions.remove(session)
            self.release(session)
            if session.name:
                log_event("screen", station=session.name, text="gone")


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError that names a port in use."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise OSError(
                errno.EADDRINUSE, f"port {host}:{port} is in use: end the program that holds it, or use --port"
            ) from None
        raise OSError(errno.EINVAL, f"cannot listen on {host}:{port}: {error}") from None
    listening.listen()
    listening.settimeout(0.5)
    return listening


def _timeval(seconds: float) -> bytes:
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
