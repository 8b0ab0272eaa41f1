"""gui/link.py against a real socket: greeting, merging, gaps, loss, reconnection, and STOP on its own line."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from controller.service.messages import VERSION, decode, encode
from gui.link import Link, merge


class Server:
    """Accepts lines on the loop-back interface, keeps what it hears, says what it is told to."""

    def __init__(self, port: int = 0) -> None:
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.peers: dict[str, socket.socket] = {}
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self._accept)]
        self.threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self._read, args=(peer,)))
            self.threads[-1].start()

    def _read(self, peer: socket.socket) -> None:
        name = ""
        with contextlib.suppress(OSError), peer, peer.makefile("rb") as lines:
            for line in lines:
                message = decode(line)
                name = message.get("name", name)
                with self.changed:
                    self.peers[name] = peer
                    self.heard.append((name, message))
                    self.changed.notify_all()
                if message["type"] == "hello":
                    peer.sendall(encode({"type": "hello", "version": VERSION, "server": "test"}))
                elif message["type"] == "ping":
                    peer.sendall(encode({"type": "pong", "time_s": 0.0}))

    def wait(self, found: Callable[[], Any]) -> Any:
        with self.changed:
            assert self.changed.wait_for(found, timeout=5.0), self.heard
            return found()

    def kinds(self, name: str) -> list[str]:
        return [message["type"] for who, message in self.heard if who == name]

    def say(self, name: str, *messages: dict[str, Any]) -> None:
        self.peers[name].sendall(b"".join(encode(each) for each in messages))

    def cut(self) -> None:
        with self.changed:  # greetings are still coming in on other threads
            peers = list(self.peers.values())
        for peer in peers:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.cut()
        for thread in self.threads:
            thread.join(5.0)
            assert not thread.is_alive()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    made = Link("127.0.0.1", server.port, "panel")
    made.start()
    yield made
    made.close()
    assert not [each for each in threading.enumerate() if each.name.startswith("link-")]


def until(server: Server, link: Link, enough: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """Everything taken until it is enough; a poke at the server paces the waiting."""
    taken: list[dict[str, Any]] = []
    turn = threading.Event()
    for _ in range(500):
        taken += link.take()
        if enough(taken):
            return taken
        turn.wait(0.01)
    pytest.fail(f"only {taken}")


def test_it_greets_asks_and_both_lines_stand(server: Server, link: Link) -> None:
    server.wait(lambda: server.kinds("panel")[:3] == ["hello", "describe", "activate"])
    server.wait(lambda: server.kinds("panel STOP") == ["hello"])
    until(server, link, lambda taken: [each["type"] for each in taken] == ["hello"])
    age = link.age_s()
    assert age is not None and age < 5.0
    assert link.retry_in_s() is None


def test_stop_takes_both_lines_and_is_answered_once(server: Server, link: Link) -> None:
    server.wait(lambda: "activate" in server.kinds("panel") and "hello" in server.kinds("panel STOP"))
    assert link.stop_now()
    server.wait(lambda: "do" in server.kinds("panel STOP"))
    server.wait(lambda: "do" in server.kinds("panel"))
    stop, again = (each for _, each in server.heard if each["type"] == "do")
    assert stop == again and stop["verb"] == "hold"
    answer = {"id": stop["id"], "verb": "hold"}
    server.say("panel STOP", {"type": "done", **answer})
    until(server, link, lambda taken: any(each["type"] == "done" for each in taken))
    server.say("panel", {"type": "denied", **answer, "reasons": ["stopping"]}, {"type": "active"})
    taken = until(server, link, lambda taken: any(each["type"] == "active" for each in taken))
    assert not [each for each in taken if each["type"] == "denied"]
    link._stop._drop()
    assert link.stop_now(), "one line is enough"
    server.wait(lambda: server.kinds("panel").count("do") == 2)


def test_the_controller_s_name_for_this_screen_is_the_one_that_counts(server: Server, link: Link) -> None:
    server.wait(lambda: "activate" in server.kinds("panel"))
    server.say("panel", {"type": "hello", "version": VERSION, "name": "panel (2)"})
    until(server, link, lambda taken: link.name == "panel (2)")


def test_updates_are_merged_and_a_gap_asks_for_everything(server: Server, link: Link) -> None:
    server.wait(lambda: "activate" in server.kinds("panel"))
    tags = [{"rf_on": [True, 1.0, "GOOD"]}, {"rf_on": [False, 1.1, "GOOD"], "x": [1, 1.1, "GOOD"]}]
    updates = [{"type": "update", "seq": n + 1, "full": not n, "tags": each} for n, each in enumerate(tags)]
    server.say("panel", *updates)
    found = until(server, link, lambda taken: sum(len(each.get("tags", {})) for each in taken) >= 2)
    values: dict[str, Any] = {}
    for each in found:
        values |= each.get("tags", {})
    assert values == {"rf_on": [False, 1.1, "GOOD"], "x": [1, 1.1, "GOOD"]}
    server.say("panel", {"type": "update", "seq": 9, "tags": {}})
    server.wait(lambda: server.kinds("panel").count("activate") == 2)


def test_garbage_is_left_out(server: Server, link: Link) -> None:
    server.wait(lambda: "activate" in server.kinds("panel"))
    server.peers["panel"].sendall(b"\xff\xfe{]\n[1]\n" + encode({"type": "active"}))
    assert until(server, link, lambda taken: any(each["type"] == "active" for each in taken))


def test_a_cut_line_is_known_and_mended(server: Server, link: Link) -> None:
    server.wait(lambda: "activate" in server.kinds("panel"))
    server.cut()
    server.wait(lambda: server.kinds("panel").count("hello") >= 2)


def test_nobody_there_is_said_not_raised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    link = Link("127.0.0.1", port, "alone")
    link.start()
    try:
        assert link.send({"type": "ping"}) is False
        assert link.stop_now() == ""
        assert link.age_s() is None
    finally:
        link.close()


def test_merge_adds_to_tables_and_replaces_the_rest() -> None:
    older = {"tags": {"a": 1, "b": 1}, "alarms": [1], "full": True}
    merge(older, {"tags": {"b": 2}, "alarms": [], "version": 3})
    assert older == {"tags": {"a": 1, "b": 2}, "alarms": [], "version": 3, "full": True}
