"""SerialPort on a pty and on a socket: exact reads, deadlines, loss and return."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import tty
from collections.abc import Iterator

import pytest

from drivers.device import DeviceError, PortLost
from drivers.transport import SerialPort


@pytest.fixture
def pty() -> Iterator[tuple[SerialPort, int]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    port = SerialPort(os.ttyname(slave), 9600, "8N1", time.monotonic)
    yield port, master
    port.close()
    for handle in (slave, master):
        with contextlib.suppress(OSError):  # a test closed it to pull the plug
            os.close(handle)


def test_opens_at_the_first_write_and_reads_exactly(pty):
    port, master = pty
    with pytest.raises(PortLost, match="not open"):
        port.read(1, 0.01)
    port.write(b"hello")
    assert os.read(master, 10) == b"hello"
    os.write(master, b"abcdef")
    assert port.read(4, 0.5) == b"abcd"
    assert port.read(2, 0.5) == b"ef"
    assert 0.0 < time.monotonic() - port.answered_s < 0.5


def test_read_until_leaves_the_rest(pty):
    port, master = pty
    port.write(b"?")
    os.write(master, b"one\r\ntwo\r\n")
    assert port.read_until(b"\r\n", 80, 0.5) == b"one\r\n"
    assert port.read_until(b"\r\n", 3, 0.5) == b"two"


def test_deadline_counts_from_the_write(pty):
    port, master = pty
    port.write(b"?")
    os.write(master, b"ab")
    start = time.monotonic()
    assert port.read(5, 0.05) == b"ab"
    assert port.read(5, 0.05) == b""
    assert time.monotonic() - start < 0.09


def test_drain(pty):
    port, master = pty
    assert port.drain(0.01) == 0
    port.write(b"?")
    os.write(master, b"rubbish")
    assert port.drain(0.01) == 7


def test_second_program_is_kept_out(pty):
    port, _ = pty
    port.write(b"?")
    other = SerialPort(port.url, 9600, "8N1", time.monotonic)
    with pytest.raises(PortLost, match=port.url):
        other.write(b"?")


def test_plug_pulled(pty):
    port, master = pty
    port.write(b"?")
    os.close(master)
    with pytest.raises(PortLost, match="lost"):
        port.read(1, 0.5)


def test_socket_is_lost_and_found_again():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600, "8N1", time.monotonic)
        port.write(b"one")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(10) == b"one"
            peer.sendall(b"yes")
            assert port.read(3, 0.5) == b"yes"
        with pytest.raises(PortLost):
            port.read(1, 0.5)
        port.write(b"two")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(10) == b"two"
        port.close()
        port.close()


def test_errors_say_what_to_do():
    with pytest.raises(DeviceError, match=r"/dev/there-is-no-such-port.*check"):
        SerialPort("/dev/there-is-no-such-port", 9600, "8N1", time.monotonic).write(b"?")
    with pytest.raises(ValueError, match="8N1"):
        SerialPort("/dev/ttyUSB0", 9600, "9N1", time.monotonic)


def test_a_second_controller_does_not_get_the_connection():
    """A device server takes whoever calls: the refusal has to be ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"socket://127.0.0.1:{server.getsockname()[1]}"
        first, second = (SerialPort(url, 9600, "8N1", time.monotonic) for _ in range(2))
        first.write(b"?")
        with pytest.raises(PortLost, match="another controller on this computer holds this connection"):
            second.write(b"?")
        first.close()
        second.write(b"?")
        second.close()


def test_what_nobody_asked_for_is_seen_and_drained(pty):
    port, master = pty
    assert port.unread() == 0
    port.write(b"?")
    assert port.unread() == 0
    os.write(master, b"late")
    assert _soon(lambda: port.unread() == 4)
    assert port.drain(0.01) == 4
    assert port.unread() == 0


def test_a_connection_closed_by_the_other_side_is_seen_before_anything_is_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600, "8N1", time.monotonic)
        port.write(b"?")
        server.accept()[0].close()

        def lost() -> bool:
            try:
                port.unread()
            except PortLost as error:
                return "lost while receiving" in str(error)
            return False

        assert _soon(lost)


def test_a_mute_connection_is_made_anew():
    """Half-open: it counts as established, nothing comes, and nothing ever would."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = SerialPort(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600, "8N1", time.monotonic)
        port.write(b"one")
        dead, _ = server.accept()
        with dead:
            assert port.read(1, 0.01) == b""
            port.drain(0.01)
            port.write(b"one")
            assert dead.recv(10) == b"oneone", "by itself it hangs up on nobody: a pause is no silence"
            assert port.hang_up()
            port.write(b"two")
            server.settimeout(2.0)
            alive, _ = server.accept()
            with alive:
                alive.sendall(b"yes")
                assert port.read(3, 0.5) == b"yes"
        port.close()


def test_a_serial_device_is_not_hung_up_on(pty):
    port, _ = pty
    port.write(b"?")
    assert not port.hang_up()
    port.unread()


def test_a_star_stands_for_every_place_and_the_held_one_is_passed_over(tmp_path):
    masters, names = [], []
    for number in range(3):
        master, slave = os.openpty()
        tty.setraw(slave)
        (tmp_path / f"usb-{number}").symlink_to(os.ttyname(slave))
        masters.append(master)
        names.append(slave)
    held = SerialPort(str(tmp_path / "usb-1"), 9600, "8N1", time.monotonic)
    held.write(b"?")
    port = SerialPort(str(tmp_path / "usb-*"), 9600, "8N1", time.monotonic)
    for expected in (0, 2, 0):
        port.write(b"who?")
        assert os.read(masters[expected], 10) == b"who?"
        port.elsewhere()
    for each in (held, port):
        each.close()
    for handle in (*masters, *names):
        os.close(handle)
    with pytest.raises(PortLost, match="no device file"):
        SerialPort(str(tmp_path / "ttyACM*"), 9600, "8N1", time.monotonic).write(b"?")


def test_the_silence_before_a_request_is_kept(pty):
    other, master = pty
    port = SerialPort(other.url, 1200, "8N1", time.monotonic, silence_chars=3.5)
    port.write(b"?")
    os.write(master, b"!")
    assert port.read(1, 0.5) == b"!"
    began = time.monotonic()
    port.write(b"?")
    assert time.monotonic() - began >= 3.5 * 10 / 1200 - 0.005
    assert port.waited_s >= 3.5 * 10 / 1200 - 0.005
    port.close()


def _soon(true) -> bool:  # type: ignore[no-untyped-def]
    for _ in range(200):
        if true():
            return True
        time.sleep(0.005)
    return False
