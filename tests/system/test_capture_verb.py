"""`maskglow capture` as it is typed, on real ports: recorded, ended, killed, and played back."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import maskglow
from controller.__main__ import open_port
from controller.capture import SILENT, record
from controller.machine.urls import with_urls
from drivers.replay import read_capture
from sim.settings import REFERENCE

ROOT = Path(__file__).parents[2]
DOOR = [sys.executable, str(ROOT / "maskglow.py")]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A machine file whose lines lead to a simulated tool."""
    path = tmp_path_factory.mktemp("capture") / "machine.toml"
    with subprocess.Popen([*DOOR, "sim", str(REFERENCE), "--free-ports"], stdout=subprocess.PIPE, text=True) as sim:
        assert sim.stdout is not None
        path.write_text(with_urls(REFERENCE, json.loads(sim.stdout.readline())), "utf-8")
        yield path
        sim.terminate()


def until(true: Callable[[], Any], within_s: float = 15.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def played(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the replay of a file prints; all of it is as it was."""
    capsys.readouterr()
    assert maskglow.main(["capture", "--replay", str(path)]) == 0, capsys.readouterr()
    return capsys.readouterr().out


@pytest.mark.realtime
def test_every_line_is_recorded_and_played_back(machine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert maskglow.main(["capture", str(machine), "--out", str(tmp_path / "c"), "--seconds", "1.5", "--with-io"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err.startswith("rf_generator, o2_mfc, ") and "io: will be identified, and may lose what is set" in err
    assert [line.split(":")[0] for line in lines] == [
        "rf", "gas", "throttle", "gauges", "turbo", "dry_pump", "chiller", "io", "spectrometer",
    ]  # fmt: skip
    files = sorted((tmp_path / "c").iterdir())
    assert len(files) == 9
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600, "it holds codes of masks"
        told = played(file, capsys)
        assert "as it was" in told
        assert " identify: " in told
        assert not any(record.rest.split()[1:2] == ["write"] for record in read_capture(file).records), "nothing is set"
    assert "chamber_pressure_pa = " in played(next(file for file in files if "throttle" in file.name), capsys)


@pytest.mark.realtime
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it_and_a_kill_loses_a_second_at_most(
    machine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals
):
    words = ["capture", str(machine), "--out", str(tmp_path), "--bus", "gauges", "--json"]
    with subprocess.Popen([*DOOR, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: any(file.stat().st_size > 3000 for file in tmp_path.iterdir()))
        process.send_signal(number)
        killed_s = time.monotonic()
        out, err = process.communicate(timeout=10)
    assert err == ""
    if number is not signal.SIGKILL:
        assert process.returncode == 0
        assert list(json.loads(out.splitlines()[-1])["lines"]) == ["gauges"]
    (path,) = tmp_path.iterdir()
    assert killed_s - read_capture(path).records[-1].time_s < 1.0
    assert "as it was" in played(path, capsys)


@pytest.mark.realtime
def test_a_controller_at_work_records_its_writes_too(machine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    store, folder = str(tmp_path / "s.sqlite"), tmp_path / "c"
    words = ["controller", str(machine), "--store", store, "--port", "0", "--capture", str(folder), "--max-mb", "0.02"]
    with subprocess.Popen([*DOOR, *words], stdout=subprocess.PIPE, text=True) as process:
        until(lambda: folder.is_dir() and len(list(folder.glob("rf.*"))) > 2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
    told = "".join(played(file, capsys) for file in sorted(folder.glob("rf.*")))
    assert " write: taken" in told and "forward_power_w = " in told
    assert len(list(folder.glob("io.*"))) <= 8


@pytest.mark.realtime
def test_a_coupler_is_left_out_for_its_outputs_would_fall(
    machine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["capture", str(machine), "--out", str(tmp_path), "--seconds", "1", "--json", "--bus", "io"]
    assert maskglow.main([*words, "--bus", "chiller"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out.splitlines()[-1])
    assert (told["left_out"], list(told["lines"]), told["answered"]) == (["io"], ["chiller"], True)
    left, identified = err.splitlines()
    assert left.startswith("io: left out: ") and left.endswith("--with-io takes it along")
    assert identified.startswith("chiller: will be identified")
    assert [file.name.split(".")[0] for file in tmp_path.iterdir()] == ["chiller"]


@pytest.mark.parametrize("driver", ["io_bk9050", "io_wago750"])
def test_every_coupler_with_outputs_is_left_out(driver: str, tmp_path: Path):
    """No port is opened: nothing is left to be asked."""
    path = tmp_path / "machine.toml"
    path.write_text(REFERENCE.read_text("utf-8").replace('"io_bk9050"', f'"{driver}"'), "utf-8")
    said: list[str] = []
    code, told, lines = record(str(path), open_port, str(tmp_path / "c"), None, ["io"], (1.0, 1), said.append)
    assert (code, told["left_out"], told["lines"]) == (1, ["io"], {})
    assert lines == ["nothing was captured: every device was left out"] and len(said) == 1


@pytest.mark.realtime
def test_a_tool_that_does_not_answer_is_exit_1_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = "socket://{}:{}".format(*taken.getsockname())
        path = tmp_path / "machine.toml"
        path.write_text(with_urls(REFERENCE, {"gauges": url}), "utf-8")
        words = ["capture", str(path), "--out", str(tmp_path / "c"), "--seconds", "0.5", "--bus", "gauges"]
        assert maskglow.main(words) == 1
        assert capsys.readouterr().out.splitlines()[1:] == [SILENT]


def test_a_replay_that_parts_is_exit_1_and_the_place_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "x.capture"
    device = {"driver": "pump_nxds", "address": 1, "options": {}}
    head = json.dumps({"maskglow capture": 1, "devices": {"dry_pump": device}})
    path.write_text(f"{head}\n0.1 ask dry_pump identify\n0.2 > 41\n0.3 done\n", "utf-8")
    assert maskglow.main(["capture", "--replay", str(path), "--json"]) == 1
    (difference,) = json.loads(capsys.readouterr().out.splitlines()[-1])["differences"]
    assert difference.startswith(f"{path}:3: the driver sends 3f ") and difference.endswith("; then it was: > 41")


def test_another_machine_file_gives_driver_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "x.capture"
    device = {"driver": "mfc_nix", "address": 9, "options": {}}
    head = json.dumps({"maskglow capture": 1, "devices": {"o2_mfc": device}})
    path.write_text(f"{head}\n0.1 ask o2_mfc read_flow\n0.2 > 01 03 a1 00 00 02 e7 f7\n0.3 silent\n0.3 fail NoReply\n")
    assert maskglow.main(["capture", "--replay", str(path)]) == 2
    assert "there is no driver 'mfc_nix'" in capsys.readouterr().err
    assert maskglow.main(["capture", "--replay", str(path), "--machine", str(REFERENCE)]) == 0
    assert "o2_mfc read_flow: NoReply no reply" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "capture wants a machine file, or --replay FILE"),
        (("--machine", "x.toml"), "capture wants a machine file"),
        ((str(REFERENCE), "--replay", "x"), "--machine"),
        (("--replay", "/nosuch.capture"), "/nosuch.capture: there is no such file"),
        (("--replay", "/tmp"), "/tmp: cannot be read"),
        (("--replay", sys.executable), "is not UTF-8 text; this is no capture"),
        (("--replay", str(REFERENCE)), f"{REFERENCE}:1: this is no capture"),
        (("/nosuch.toml",), "/nosuch.toml: there is no such file"),
        ((str(REFERENCE), "--bus", "nix"), "--bus nix: there is no such bus"),
        ((str(REFERENCE), "--seconds", "0"), "--seconds 0"),
        ((str(REFERENCE), "--seconds", "nan"), "--seconds nan"),
        ((str(REFERENCE), "--max-mb", "0"), "--max-mb 0"),
        ((str(REFERENCE), "--keep", "0"), "--keep 0"),
        ((str(REFERENCE), "--out", "/proc/nix"), "/proc/nix"),
    ],
)
def test_bad_input_is_one_message_and_exit_2(
    words: tuple[str, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.chdir(tmp_path)
    assert maskglow.main(["capture", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert not list(tmp_path.iterdir())
