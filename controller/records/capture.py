"""Captures of lines as files: rotation, the bound on what is kept, and what happens when the disk is full.

What a line has to say waits in memory and is brought to the disk by another thread, so that a slow disk holds up no
line; a full one ends the capture, never the line. The form of a file is that of drivers/capture.py.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from controller.clock import monotonic_s, utc_now
from controller.machine.model import BusTable, MachineFile
from drivers.bus import Bus
from drivers.capture import VERSION, CapturePort, label, watch
from drivers.capture_state import state_of
from drivers.device import Device
from drivers.replay import HEAD
from drivers.transport import Port

MB = 1_000_000
MAX_MB, KEEP = 16, 8  #: of one file, and how many of a line  # assumed: hours of nine lines at work, 1.2 GB at most
LEFT_FREE_BYTES = 500_000_000  #: no file is begun that would leave less: runs need their records  # assumed
MOST_WAITING = 100_000  #: lines that wait in memory while the disk takes none: minutes
END = ".capture"
OpenPort = Callable[[str, BusTable], Port]


class Tape:
    """The capture of one line: lines of text that wait, and the files that they go to."""

    def __init__(self, folder: Path, bus: str, table: BusTable, max_bytes: int, keep: int) -> None:
        self.why_stopped = ""  #: why nothing is kept any more
        self.heard = False  #: whether anything was ever read on this line
        self.files: list[Path] = []  #: those of this capture that are still there
        self.devices: Sequence[Device] = ()
        self._about = {"bus": bus, **table.model_dump()}
        self._options: Mapping[str, Any] = {}
        self._stem = re.sub(r"[^\w-]", "_", bus)
        self._folder, self._max_bytes, self._keep = folder, max_bytes, keep
        self._began = f"{utc_now():%Y%m%dT%H%M%S}"
        self._part = self._part_bytes = 0
        self._waiting: deque[tuple[int, str]] = deque()  # number of the file that begins with it or 0, line
        self._file: BinaryIO | None = None

    def of(self, devices: Sequence[Device], options: Mapping[str, Any]) -> None:
        """The devices on this line, and their options as the machine file has them."""
        self.devices, self._options = devices, options

    def begin(self) -> None:
        """Begin another file when the present one is full; called by the line, between two exchanges."""
        if not self._part or self._part_bytes >= self._max_bytes:
            self._part, self._part_bytes = self._part + 1, 0
            self._put(self._part, self._head())

    def keep(self, line: str) -> None:
        """Keep one line; OSError when the disk takes no more."""
        if not self._part:
            self.begin()
        self.heard = self.heard or line.split(" ", 2)[1:2] == ["<"]
        self._put(0, line)

    def write_out(self) -> None:
        """Bring what waits to the disk. A disk that takes no more ends this capture, and `why_stopped` says why."""
        lines: list[str] = []
        try:
            while self._waiting and not self.why_stopped:
                part, line = self._waiting.popleft()
                if part:
                    self._write(lines)
                    self._next_file(part)
                    lines = []
                lines.append(line)
            self._write(lines)
        except OSError as error:
            self.why_stopped = error.strerror or str(error)
            self._waiting.clear()
            self.close()

    def close(self) -> None:
        """Close the file; what waits is written before by `write_out`."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _put(self, part: int, line: str) -> None:
        if self.why_stopped:
            raise OSError(errno.ENOSPC, self.why_stopped)
        if len(self._waiting) >= MOST_WAITING:
            raise OSError(errno.ENOSPC, f"the disk did not take {MOST_WAITING} lines in time")
        self._part_bytes += len(line) + 1
        self._waiting.append((part, line))

    def _head(self) -> str:
        devices = {
            label(device.name): {
                "driver": type(device).__module__.rpartition(".")[2],
                "address": device.address,
                "options": self._options.get(device.name, {}),
                "state": state_of(device),
            }
            for device in self.devices
        }
        times = {"utc": utc_now().isoformat(timespec="milliseconds"), "line_s": monotonic_s()}
        return json.dumps({HEAD: VERSION, "part": self._part, **self._about, **times, "devices": devices})

    def _next_file(self, part: int) -> None:
        """Make room, counting the files of earlier captures of this line in the folder, and open the next one."""
        self.close()
        there = sorted(self._folder.glob(f"{self._stem}.*{END}"))
        for old in there[: max(len(there) - self._keep + 1, 0)]:
            old.unlink(missing_ok=True)
        free = shutil.disk_usage(self._folder).free - self._max_bytes
        if free < LEFT_FREE_BYTES:
            raise OSError(errno.ENOSPC, f"{free / MB:.0f} MB would be left free, {LEFT_FREE_BYTES / MB:.0f} are to be")
        path = self._folder / f"{self._stem}.{self._began}.{part:06d}{END}"
        self._file = open(path, "xb", buffering=0, opener=_for_its_owner)  # noqa: SIM115 - close() does it
        self.files = [file for file in (*self.files, path) if file.exists()]

    def _write(self, lines: list[str]) -> None:
        """Whole lines or none of them: a disk that is full leaves no half of one."""
        if not lines or self._file is None:
            return
        data = "".join(f"{line}\n" for line in lines).encode("utf-8")
        before = self._file.tell()
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError:
            with suppress(OSError):
                self._file.truncate(before)
            raise


def _for_its_owner(path: str, flags: int) -> int:
    """What goes over a line is nobody else's: codes of masks, serial numbers."""
    return os.open(path, flags, 0o600)


class Captures:
    """The captures of all lines of one tool."""

    def __init__(self, folder: Path, max_mb: float = MAX_MB, keep: int = KEEP) -> None:
        if not 0.001 <= max_mb <= 1000 or keep < 1:
            raise ValueError(f"--max-mb {max_mb:g}, --keep {keep}: want 0.001 to 1000 MB, and one file at least")
        folder.mkdir(parents=True, exist_ok=True)
        self.tapes: dict[str, Tape] = {}
        self.ports: dict[str, CapturePort] = {}
        self._folder, self._max_bytes, self._keep = folder, round(max_mb * MB), keep
        self._said: set[str] = set()

    def around(self, open_port: OpenPort) -> OpenPort:
        """The same way to open a port, with a capture around it."""

        def opened(name: str, table: BusTable) -> Port:
            tape = self.tapes[name] = Tape(self._folder, name, table, self._max_bytes, self._keep)
            port = self.ports[name] = CapturePort(open_port(name, table), tape)
            return port

        return opened

    def watch(self, buses: Sequence[Bus], machine: MachineFile) -> None:
        """Know the devices on the lines; before the first exchange."""
        for bus in buses:
            devices = [at.device for at in bus.attached]
            self.tapes[bus.name].of(devices, {name: table.model_extra for name, table in machine.device.items()})
            for device in devices:
                watch(device, self.ports[bus.name])

    def write_out(self) -> list[tuple[str, str]]:
        """Bring all that waits to the disk; lines whose capture has ended since the last time, and why."""
        for tape in self.tapes.values():
            tape.write_out()
        ended = {name: tape.why_stopped or self.ports[name].why_stopped for name, tape in self.tapes.items()}
        told = [(name, why) for name, why in ended.items() if why and name not in self._said]
        self._said.update(name for name, _ in told)
        return told

    def close(self) -> None:
        """Close all files."""
        for tape in self.tapes.values():
            tape.close()
