"""Captures of real polling, played back: what is sent is what was sent then, and every reading too, bit for bit."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from controller.machine.model import BusTable
from controller.records.capture import Tape
from drivers.capture import CapturePort, watch
from drivers.capture_state import restore, state_of
from drivers.catalogue import driver_class, driver_names
from drivers.device import BadReply, DeviceError
from drivers.modbus import ModbusClient, _rtu_request
from drivers.replay import Parted, read_capture
from drivers.tags import Output
from sim.devices.catalogue import EMULATORS
from sim.faults import parse_fault
from sim.memory_port import MemoryPort
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES, Pair

MET = [name for name in driver_names() if name in EMULATORS]
FAULTS = ("", "it.corrupt@3:p=0.1,for=6", "it.late@4:by=0.4,n=6", "it.noise@3:p=0.3,by=3,for=5")
WHOLE = 10_000_000  #: bytes: more than any of these captures


class Captured(Pair):
    """A driver and its emulator, with a capture between them, and what came of every job."""

    def __init__(self, driver: str, folder: Path, *faults: str, max_bytes: int = WHOLE, keep: int = 10_000) -> None:
        baud, form = LINES[driver]
        table = BusTable(url="/dev/line", protocol=driver_class(driver).protocol, baud=baud, format=form)
        self.tape = Tape(folder, "line", table, max_bytes, keep)
        super().__init__(driver, *(parse_fault(fault, ["it"]) for fault in faults))
        self.came: list[tuple[str, Any]] = []
        self.within = False
        self.tape.of([self.at.device], {"it": OPTIONS[driver]})
        watch(self.at.device, self.port)
        for method in ("identify", "write", *(poll.method for poll in self.at.device.polls())):
            setattr(self.at.device, method, self._noted(method, getattr(self.at.device, method)))
        self.sensing = True

    def open_port(self) -> Any:
        return CapturePort(MemoryPort(self.line, self.clock), self.tape)

    def _noted(self, method: str, call: Any) -> Any:
        def noted(*values: Any) -> Any:
            if self.within:
                return call(*values)  # a part of another one
            self.within = True
            try:
                result = call(*values)
            except DeviceError as error:
                self.came.append((method, type(error).__name__))
                raise
            finally:
                self.within = False
            self.came.append((method, result))
            return result

        return noted

    def busy(self, seconds: float) -> None:
        """Live, with every output asked for something else now and then."""
        flags = {name: output for name, output in self.at.device.outputs.items() if output.safe is not None}
        for second in range(round(seconds)):
            self.outputs = {name: asked(output, second) for name, output in flags.items()}
            self.live(1.0)
        self.tape.write_out()
        self.tape.close()


def asked(output: Output, second: int) -> Any:
    """Something else every second, within its range."""
    if output.kind == "flag":
        return bool(second % 2)
    assert output.low is not None and output.high is not None
    return output.low + (output.high - output.low) * second / 40


def bits(came: list[tuple[str, Any]]) -> list[bytes]:
    return [pickle.dumps((method, _plain(result))) for method, result in came]


def _plain(result: Any) -> Any:
    if isinstance(result, dict):
        return {name: _plain(value) for name, value in result.items()}
    return result.tolist() if hasattr(result, "tolist") else repr(result)


def played(path: Path) -> list[tuple[str, Any]]:
    return [
        (outcome.method, outcome.result if outcome.now == "done" else outcome.now.split()[1])
        for outcome in read_capture(path).replay()
    ]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("driver", MET)
def test_what_was_captured_is_played_back_bit_for_bit(driver: str, fault: str, tmp_path: Path):
    pair = Captured(driver, tmp_path, *filter(None, [fault]))
    pair.busy(10)
    assert pair.at.ready or fault, list(pair.bus.notices)
    (path,) = pair.tape.files
    assert len(pair.came) > 15 or driver == "reader_ascii"
    assert bits(played(path)) == bits(pair.came)
    assert all(outcome.same for outcome in read_capture(path).replay())


@pytest.mark.parametrize("driver", MET)
def test_every_file_of_a_capture_can_be_played_back_by_itself(driver: str, tmp_path: Path):
    """A driver knows things from before the file begins: numbers of requests, what it measured, what it was set to."""
    pair = Captured(driver, tmp_path, "it.corrupt@3:p=0.05,for=6", max_bytes=1_000)
    pair.busy(8)
    assert len(pair.tape.files) > 3 or driver == "reader_ascii", "it is asked by hand only, or once in a while"
    assert bits([each for path in pair.tape.files for each in played(path)]) == bits(pair.came)


@pytest.mark.parametrize("driver", MET)
def test_what_a_driver_knows_survives_as_text(driver: str, tmp_path: Path):
    pair = Captured(driver, tmp_path)
    pair.busy(4)
    device = pair.at.device
    twin = type(device)(device.name, None, device.address, device.options)  # type: ignore[arg-type]
    restore(twin, state_of(device))
    assert state_of(twin) == state_of(device)
    methods = {"identify", "write", *(poll.method for poll in device.polls())}  # which the capture has wrapped
    known = {name: each for name, each in vars(device).items() if name not in methods}
    assert _comparable(vars(twin)) == _comparable(known)


def _comparable(knowledge: dict[str, Any]) -> dict[str, Any]:
    """What a driver holds, apart from ports: arrays as lists, clients as what they hold."""
    return {
        name: _comparable(vars(each)) if type(each).__name__.endswith("Client") else _plain({"": each})[""]
        for name, each in knowledge.items()
        if name != "port"
    }


def test_a_driver_that_sends_something_else_is_told_where(tmp_path: Path):
    pair = Captured("mfc_elflow", tmp_path)
    pair.busy(3)
    (path,) = pair.tape.files
    lines = path.read_text("utf-8").split("\n")
    at = next(number for number, line in enumerate(lines) if " > " in line and number > 40)
    lines[at] = lines[at].replace(" > 01", " > 02")
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(Parted, match=rf"{path.name}:{at + 1}: the driver sends 01 .*; then it was: > 02 "):
        list(read_capture(path).replay())


def test_a_mended_driver_may_read_on_in_what_was_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The driver of then gave up in the middle of an answer; its rest lies in the capture, and is there to be read."""

    def gives_up(client: ModbusClient, pdu: bytes, _size: int) -> bytes:
        client.port.write(_rtu_request(pdu, client.unit))
        client.port.read(5, client.timeout_s)
        raise BadReply("this answer is not understood")

    pair = Captured("mfc_elflow", tmp_path)
    pair.live(1.0)
    monkeypatch.setattr(ModbusClient, "_rtu", gives_up)
    pair.busy(1)
    monkeypatch.undo()
    mended = []
    with pytest.raises(Parted, match=r"the driver sends 01 03 .*; then it was: fail BadReply"):
        for outcome in read_capture(pair.tape.files[0]).replay():
            if not outcome.same:
                mended.append(outcome)
    (first,) = mended
    assert first.then == "fail BadReply this answer is not understood"
    assert first.now == "done" and isinstance(first.result, dict)
    line = pair.tape.files[0].read_text("utf-8").split("\n")[first.number - 1]
    assert line.endswith(f"ask it {first.method}")
