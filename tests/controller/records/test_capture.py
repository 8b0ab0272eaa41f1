"""The files of a capture: their size and number are bounded, a full disk ends the capture and leaves whole lines."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from controller.machine.model import BusTable
from controller.records import capture
from controller.records.capture import Captures, Tape

TABLE = BusTable(url="/dev/line", protocol="tpg", baud=9600, format="8N1")
LINE = "12345.678901 > 50 52 58 0d"


def filled(tape: Tape, jobs: int) -> None:
    for _ in range(jobs):
        tape.begin()
        for _ in range(4):
            tape.keep(LINE)
    tape.write_out()


def test_files_are_bounded_in_size_and_number_and_begin_between_two_exchanges(tmp_path: Path):
    tape = Tape(tmp_path, "gas", TABLE, max_bytes=2000, keep=3)
    filled(tape, 200)
    tape.close()
    files = sorted(tmp_path.iterdir())
    assert files == tape.files and len(files) == 3
    for number, file in enumerate(files, int(files[0].suffixes[-2][1:])):
        head, *lines = file.read_text("utf-8").splitlines()
        assert json.loads(head)["part"] == number and json.loads(head)["baud"] == 9600
        assert len(lines) % 4 == 0 and set(lines) == {LINE}
        assert file.stat().st_size <= 2000 + 5 * len(LINE) + len(head)


def test_files_of_earlier_captures_count(tmp_path: Path):
    for number in range(5):
        (tmp_path / f"gas.20200101T00000{number}.000001.capture").write_text("x", "utf-8")
    (tmp_path / "gas_2.20200101T000000.000001.capture").write_text("another line's", "utf-8")
    tape = Tape(tmp_path, "gas", TABLE, max_bytes=2000, keep=3)
    filled(tape, 1)
    assert len(list(tmp_path.glob("gas.*"))) == 3 and (tmp_path / "gas_2.20200101T000000.000001.capture").exists()
    assert tape.files[0].exists()
    tape.close()


class Full:
    """A disk that takes only some bytes; the rest of a write is lost, as on a real one."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self.file.write(data[: self.room])
        self.room -= taken
        return int(taken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 1, 40, 200])
def test_a_full_disk_ends_the_capture_with_whole_lines(tmp_path: Path, room: int):
    tape = Tape(tmp_path, "gas", TABLE, max_bytes=10_000, keep=3)
    filled(tape, 2)
    whole = tape.files[0].read_bytes()
    tape._file = Full(tape._file, room)  # type: ignore[assignment]
    filled(tape, 2)
    assert tape.why_stopped == "No space left on device"
    assert tape.files[0].read_bytes() == whole
    with pytest.raises(OSError, match="No space left"):
        tape.keep(LINE)


def test_a_disk_that_takes_nothing_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture, "MOST_WAITING", 10)
    tape = Tape(tmp_path, "gas", TABLE, max_bytes=10_000, keep=3)
    with pytest.raises(OSError, match="did not take 10 lines in time"):
        for _ in range(12):
            tape.keep(LINE)


def test_room_is_left_for_the_records_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture, "LEFT_FREE_BYTES", 10**18)
    tape = Tape(tmp_path, "gas", TABLE, max_bytes=10_000, keep=3)
    filled(tape, 1)
    assert "would be left free" in tape.why_stopped and not list(tmp_path.iterdir())


def test_a_folder_that_has_gone_is_said_once(tmp_path: Path):
    captures = Captures(tmp_path / "c")
    opened = captures.around(lambda _name, _table: None)  # type: ignore[arg-type, return-value]
    opened("gas", TABLE)
    (tmp_path / "c").rmdir()
    captures.tapes["gas"].keep(LINE)
    assert captures.write_out() == [("gas", "No such file or directory")]
    assert captures.write_out() == []


@pytest.mark.parametrize(("max_mb", "keep"), [(0.0, 8), (-1.0, 8), (float("nan"), 8), (2000.0, 8), (16.0, 0)])
def test_limits_that_are_none(tmp_path: Path, max_mb: float, keep: int):
    with pytest.raises(ValueError, match="--max-mb"):
        Captures(tmp_path / "c", max_mb, keep)
    assert not (tmp_path / "c").exists()
