"""Captures: what is kept, what a failing sink does to the line (nothing), and every file that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.capture import CapturePort, shown, watch
from drivers.capture_state import restore, state_of
from drivers.device import NoReply, PortLost
from drivers.replay import Capture, CaptureRefused, Parted, read_capture
from tests.drivers.transcript import TranscriptPort, make

FLOW = (bytes.fromhex("01 03 a1 00 00 02 e7 f7"), bytes.fromhex("01 03 04 bc aa 44 d6 4d 1d"))
HEAD = {
    "maskglow capture": 1,
    "bus": "gas",
    "devices": {"mfc_elflow": {"driver": "mfc_elflow", "address": 1, "options": {"full_scale_sccm": 200.0}}},
}


class Kept:
    """A sink in memory, which can be made to fail."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.full_after = 10_000
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1

    def keep(self, line: str) -> None:
        if len(self.lines) >= self.full_after:
            raise OSError(28, "No space left on device")
        self.lines.append(line)

    @property
    def kinds(self) -> list[str]:
        return [line.split()[1] for line in self.lines]


class Silent(TranscriptPort):
    """`drain` tells what it threw away, as the ports of the house do; may be gone."""

    dropped = b""
    gone = False

    def drain(self, silence_s: float) -> int:
        self.dropped = self.buffer
        return super().drain(silence_s)

    def write(self, data: bytes) -> None:
        if self.gone:
            raise PortLost("the port\nis gone")
        super().write(data)


def captured(*exchanges: tuple[bytes, bytes]) -> tuple[Any, CapturePort, Kept]:
    sink = Kept()
    port = CapturePort(Silent(*exchanges), sink)
    device = make("mfc_elflow", port)
    watch(device, port)
    return device, port, sink


def test_a_poll_is_kept_with_its_bytes_and_times():
    device, _, sink = captured(FLOW)
    values = device.read_flow()
    assert sink.lines == [
        "0.000000 ask mfc_elflow read_flow",
        "0.005000 > 01 03 a1 00 00 02 e7 f7",
        "0.005000 < 01 03 04 bc aa",
        "0.005000 < 44 d6 4d 1d",
        "0.005000 done",
    ]
    assert sink.begun == 1
    assert values["flow_sccm"] == pytest.approx(-0.0208, abs=0.001)


def test_silence_what_is_thrown_away_and_a_lost_port_are_kept():
    device, port, sink = captured((FLOW[0], FLOW[1][:7]))
    with pytest.raises(NoReply):
        device.read_flow()
    port.port.buffer = b"PRX\r"  # type: ignore[attr-defined]
    port.drain(0.05)
    port.elsewhere()
    port.port.gone = True  # type: ignore[attr-defined]
    with pytest.raises(PortLost):
        device.read_flow()
    assert sink.kinds == ["ask", ">", "<", "<", "silent", "fail", "drop", "else", "ask", "lost", "fail"]
    assert sink.lines[5].startswith("0.200000 fail NoReply reply stopped after 7 bytes")
    assert sink.lines[6] == '0.250000 drop 50 52 58 0d  # "PRX\\r"'
    assert sink.lines[9] == "0.250000 lost the port is gone"


@pytest.mark.parametrize("full_after", range(6))
def test_a_sink_that_fails_ends_the_capture_and_not_the_line(full_after: int):
    device, port, sink = captured(FLOW, FLOW)
    sink.full_after = full_after
    first, second = device.read_flow(), device.read_flow()
    assert first == second and first["flow_sccm"] is not None
    assert port.why_stopped == "No space left on device"
    assert len(sink.lines) == full_after, "and nothing is kept after a hole"


class Ticking(Silent):
    """A clock that goes on by itself, as real ones do."""

    def now(self) -> float:
        self.time += 0.1234567
        return self.time


def test_what_a_driver_was_told_of_the_time_it_is_told_again(tmp_path: Path):
    """One that waits between two requests would else wait in the replay where it did not, or the other way round."""
    sink = Kept()
    port = CapturePort(Ticking((b"a", b"b")), sink)

    def looks(port: Any) -> list[float]:
        before = port.now()
        port.write(b"a")
        return [before, port.now(), len(port.read(1, 1.0)), port.now(), port.now()]

    told = port.job("x", "identify", lambda: looks(port))()
    assert sink.kinds.count("now") == 4 and told == [round(time, 6) for time in told]
    replay, _ = read_capture(written(tmp_path, *sink.lines)).build()
    assert replay.next_job() is not None
    assert looks(replay) == told
    assert replay.end_job("done") == "done"


def test_bytes_that_are_text_are_shown_as_text():
    assert shown(b"PRX\r") == '50 52 58 0d  # "PRX\\r"'
    assert shown(bytes(4)) == "00 00 00 00"
    assert shown(b"\xff\xfe") == "ff fe"
    assert shown(b"") == ""


NO_STATES: list[dict[str, Any]] = [
    {"port": 1}, {"nix": 1}, {"read_flow": 1}, {"modbus": {"in": {"port": None}}}, {"__class__": 1},
    {"modbus": {"in": 3}}, {"rest_until_s": {"odd": 1}}, {"rest_until_s": {"bytes": "zz"}},
]  # fmt: skip


@pytest.mark.parametrize("state", NO_STATES)
def test_what_no_driver_can_know_is_refused(state: dict[str, Any]):
    device = make("mfc_elflow", None)
    with pytest.raises(ValueError, match="what driver mfc_elflow knew cannot be read"):
        restore(device, state)


def test_a_driver_just_built_knows_nothing():
    assert state_of(make("mfc_elflow", None)) == {}


def written(folder: Path, *lines: str, head: Any = None) -> Path:
    path = folder / "gas.capture"
    path.write_text("\n".join([json.dumps(HEAD if head is None else head), *lines, ""]), "utf-8")
    return path


def of_one_poll(folder: Path, *more: str) -> Path:
    device, _, sink = captured(FLOW)
    device.read_flow()
    return written(folder, *sink.lines, *more)


def test_a_file_is_played_back(tmp_path: Path):
    (outcome,) = read_capture(of_one_poll(tmp_path)).replay()
    assert (outcome.device, outcome.method, outcome.number, outcome.now) == ("mfc_elflow", "read_flow", 2, "done")
    assert outcome.result["flow_sccm"] == pytest.approx(-0.0208, abs=0.001)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (" > 01 03", " > 01 04", r":3: the driver sends 01 03 .*; then it was: > 01 04"),
        (" < 44 d6 4d 1d", " < 44 d6 4d", r":6: the driver waits for an answer; then it was: done"),
        (" < 44 d6 4d 1d", " < 44 d6 4d 1d 00", r":6: the driver leaves 00 unread \(done\)"),
        (" < 01 03 04 bc aa", " < 01 83 02 c0 f1", r":5: the driver has ended here \(fail Refused .*: < 44"),
        ("0.005000 < 01 03 04 bc aa\n", "", r":5: the driver waits for an answer; then it was: done"),
        ("ask mfc_elflow read_flow", "ask mfc_elflow read_nix", r":3: the driver mfc_elflow has no 'read_nix'"),
        ("ask mfc_elflow read_flow", "ask mfc_elflow __init__", "has no '__init__'"),
    ],
)
def test_where_driver_and_capture_part(tmp_path: Path, old: str, new: str, says: str):
    path = of_one_poll(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Parted, match=says):
        list(read_capture(path).replay())


def test_a_long_capture_is_read_through_once(tmp_path: Path):
    """What is left is not gone through again for each job: the records are looked at a few times each, however many."""
    path = of_one_poll(tmp_path)
    capture = read_capture(path)
    looks = 0

    class Counted(list[Any]):
        def __iter__(self) -> Any:
            nonlocal looks
            looks += len(self)
            return super().__iter__()

        def __getitem__(self, at: Any) -> Any:
            nonlocal looks
            found = super().__getitem__(at)
            looks += len(found) if isinstance(at, slice) else 1
            return found

    def cost(jobs: int) -> int:
        nonlocal looks
        port, devices = Capture(capture.path, capture.head, capture.records * jobs).build()
        port._records = Counted(port._records)
        looks = 0
        for _ in range(jobs):
            assert port.next_job() is not None
            assert devices["mfc_elflow"].read_flow()["flow_sccm"] == pytest.approx(-0.0208, abs=0.001)
            port.end_job("done")
        assert port.next_job() is None
        return looks

    assert cost(400) < 11 * cost(40)


def test_an_error_that_was_none_is_told_and_does_not_end_the_replay(tmp_path: Path):
    path = of_one_poll(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(text.replace("44 d6 4d 1d", "44 d6 4d 1e"), "utf-8")
    (outcome,) = read_capture(path).replay()
    assert not outcome.same and outcome.then == "done" and outcome.now.startswith("fail BadReply checksum")


def test_a_capture_that_ends_in_the_middle_is_played_up_to_there(tmp_path: Path):
    path = of_one_poll(tmp_path, "0.100000 ask mfc_elflow read_flow", "0.105000 > 01 03 a1 00 00 02 e7 f7")
    assert len(list(read_capture(path).replay())) == 1


OTHER = {"driver": "mfc_nix", "address": 1, "options": {}}


@pytest.mark.parametrize(
    ("head", "lines", "says"),
    [
        ({"a": 1}, [], r":1: this is no capture"),
        ([1], [], r":1: this is no capture"),
        ({**HEAD, "maskglow capture": 2}, [], r":1: capture of version 2; this program reads version 1"),
        ({**HEAD, "devices": 7}, [], r":1: the first line names no devices"),
        ({**HEAD, "devices": {"x": OTHER}}, [], r":1: device x: there is no driver 'mfc_nix'; known are"),
        ({**HEAD, "devices": {"x": {**OTHER, "driver": 7}}}, [], r":1: device x: its driver, address or options"),
        ({**HEAD, "devices": {"x": {**OTHER, "driver": "pump_nxds", "options": {"nix": 1}}}}, [], r":1: .* x: .*nix"),
        ({**HEAD, "devices": {"x": {"driver": "pump_nxds"}}}, [], r":1: device x: 'address'"),
        (None, ["0.1 ask gauges read_pressures", "0.2 done"], r":2: 'gauges' is not among the devices"),
        (None, ["0.1 > 01 0g"], r":2: this is no line of a capture: '0.1 > 01 0g'"),
        (None, ["0.1 > 01", "x < 01"], r":3: this is no line of a capture"),
        (None, ["nan now"], r":2: this is no line of a capture"),
        (None, ["0.1 what 01"], r":2: this is no line of a capture"),
        (None, [""], r":2: this is no line of a capture: ''"),
        (None, ["0.1 ask mfc_elflow"], r":2: this is no line of a capture"),
        (None, ['0.1 ask mfc_elflow write {"flow'], r":2: this is no line of a capture"),
        (None, ["0.1 ask mfc_elflow write [1]"], r":2: this is no line of a capture"),
        (None, ["0.1 < 01 @ soon"], r":2: this is no line of a capture"),
    ],
)
def test_a_file_that_is_no_capture_is_told_with_its_line(tmp_path: Path, head: Any, lines: list[str], says: str):
    path = written(tmp_path, *lines, head=head)
    with pytest.raises(CaptureRefused, match=says) as refused:
        list(read_capture(path).replay())
    assert str(refused.value).startswith(str(path)) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "the file is empty"),
        (bytes(range(256)) * 9, "is not UTF-8 text; this is no capture"),
        (json.dumps(HEAD).encode() + b"\n0.1 now\n0.2 > \xff\xfe\n", ":3: is not UTF-8 text"),
        (json.dumps(HEAD).encode() + b"\n0.1 > 01 02", ":2: the last line is cut off: '0.1 > 01 02'"),
        (b"\0" * 99, ":1: this is no capture"),
        (b"[" * 100_000, ":1: this is no capture"),
    ],
)
def test_a_file_that_is_something_else(tmp_path: Path, raw: bytes, says: str):
    path = tmp_path / "x.capture"
    path.write_bytes(raw)
    with pytest.raises(CaptureRefused, match=says):
        read_capture(path)


def test_no_file_and_a_folder(tmp_path: Path):
    with pytest.raises(CaptureRefused, match="there is no such file"):
        read_capture(tmp_path / "nix")
    with pytest.raises(CaptureRefused, match="cannot be read: Is a directory"):
        read_capture(tmp_path)
