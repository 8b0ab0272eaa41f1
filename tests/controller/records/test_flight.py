"""Flight records: bit for bit, differences found, strangers kept out."""

from __future__ import annotations

import pickle
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.records import flight
from controller.records.flight import pack, replay, unpack
from controller.records.store import Store
from sim.lab import Lab


@pytest.fixture(scope="module")
def blocks(saved: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The whole flight record of the saved clean."""
    lab = Lab.restore(saved["end"])
    store = Store(tmp_path_factory.mktemp("flight") / "s.sqlite")
    assert lab.recorder is not None
    lab.recorder.drain(store)
    found = list(store.flight("run"))
    store.close()
    return found


def test_a_whole_clean_is_replayed_bit_for_bit(blocks: list[bytes]):
    result = replay(blocks)
    assert result.scans > 5000
    assert result.outputs > 20 * result.scans
    assert result.differences == []
    assert result.changed == []


def test_one_changed_reading_is_found(blocks: list[bytes]):
    frames = unpack(blocks[70])
    for number, (now, told, notices, commands, granted) in enumerate(frames):
        pressures = [
            [n, v * 1.1, q] if n == "chamber_pressure_pa" else [n, v, q] for _, items in told for n, v, q in items
        ]
        if any(name == "chamber_pressure_pa" for name, _, _ in pressures):
            frames[number] = (now, [(told[0][0], [tuple(each) for each in pressures])], notices, commands, granted)
            break
    result = replay([*blocks[:70], pack(frames), *blocks[71:80]])
    assert result.differences
    assert " s: " in result.differences[0]


def test_a_missing_command_is_found(lab_at: Callable[[str], Lab], tmp_path: Path):
    lab = lab_at("main clean")
    lab.scan.command("hold", "operator")
    lab.run_for(6.0)
    lab.scan.command("abort", "operator")
    assert lab.run_until(lambda lab: lab.over, 120.0)
    store = Store(tmp_path / "held.sqlite")
    assert lab.recorder is not None
    lab.recorder.drain(store)
    whole = list(store.flight("run"))
    store.close()
    assert replay(whole).differences == []
    cut = [whole[0]] + [pack([(n, t, o, [], g) for n, t, o, _, g in unpack(block)]) for block in whole[1:]]
    assert replay(cut).differences


def test_changed_code_is_named(blocks: list[bytes], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(flight, "code_hash", lambda: "another")
    assert replay(blocks[:2]).changed == ["code"]


def test_no_record_is_said():
    with pytest.raises(ValueError, match="no flight record"):
        replay([])


class Foreign:
    """Something that acts when it is unpickled."""

    def __init__(self, call: object, *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call, self.arguments


@pytest.mark.parametrize(
    "call",
    [
        Foreign(subprocess.call, ["true"]),
        Foreign(eval, "1"),
        Foreign(getattr, "x", "upper"),
        Foreign(Store, "evil.sqlite"),
        Foreign(Path, "/"),
        Foreign(pickle.loads, b""),
        Foreign(replay, []),
    ],
    ids=["subprocess", "eval", "getattr", "store", "path", "pickle", "function of ours"],
)
def test_strangers_are_kept_out(call: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="may not contain"):
        unpack(zlib.compress(pickle.dumps(call)))
    assert not list(tmp_path.iterdir())
