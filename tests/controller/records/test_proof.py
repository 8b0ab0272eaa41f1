"""What a replay proves: all of the run, its own texts, the same outputs; all else is named and no exit code 0."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.records import flight
from controller.records.flight import pack, unpack
from controller.records.proof import prove
from controller.records.recorder import BLOCK_ROWS
from controller.records.store import Store, StoreError
from sim.lab import Lab


@pytest.fixture(scope="module")
def recorded(saved: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the saved clean in it."""
    path = tmp_path_factory.mktemp("proof") / "s.sqlite"
    lab, store = Lab.restore(saved["end"]), Store(path)
    assert lab.recorder is not None
    lab.recorder.drain(store)
    store.close()
    return path


@pytest.fixture
def store(recorded: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it that a test may damage."""
    path = tmp_path / "mine.sqlite"
    path.write_bytes(recorded.read_bytes())
    mine = Store(path)
    yield mine
    mine.close()


def short(store: Store, blocks: int = 4) -> Store:
    """The same store as if the run had been so short: a replay of a few seconds is enough for most of this."""
    store.db.execute("DELETE FROM flight WHERE n > ?", (blocks,))
    store.db.execute("DELETE FROM trace WHERE n >= ?", (blocks,))
    summary = {**(store.head("run")["summary"] or {}), "scans": BLOCK_ROWS * blocks}
    store.db.execute("UPDATE run SET summary=?", (json.dumps(summary),))
    return store


def test_a_whole_run_is_proven(store: Store):
    proof = prove(store, "run")
    assert proof.exit_code == 0 and proof.replayed.scans == proof.expected
    assert "all as they were, bit for bit" in proof.lines()[0]


def test_the_last_block_is_missing(store: Store):
    store.db.execute("DELETE FROM flight WHERE n = (SELECT max(n) FROM flight)")
    proof = prove(store, "run")
    assert proof.exit_code == 1 and not proof.replayed.differences
    assert f"{proof.replayed.scans} of {proof.expected} scans" in "\n".join(proof.lines())
    assert "bit for bit" not in "\n".join(proof.lines())


def test_a_block_in_the_middle_is_missing(store: Store):
    store.db.execute("DELETE FROM flight WHERE n = 3")
    assert prove(short(store), "run").exit_code == 1


@pytest.mark.parametrize("keep", [1, 0], ids=["snapshot alone", "nothing"])
def test_no_scan_proves_nothing(store: Store, keep: int):
    store.db.execute("DELETE FROM flight WHERE n >= ?", (keep,))
    with pytest.raises(StoreError, match=r"run run: .*no (scan|flight record)"):
        prove(store, "run")


@pytest.mark.parametrize("what", ["recipe", "machine"])
def test_another_text_than_the_one_that_ran_is_named(store: Store, what: str):
    short(store).db.execute(f"UPDATE run SET {what}_text = {what}_text || ' '")
    proof = prove(store, "run")
    assert proof.exit_code == 1 and f"the {what} file kept with this run is not the one that ran" in proof.against[0]
    assert "bit for bit" not in proof.lines()[0]


def test_a_summary_that_names_another_recipe(store: Store):
    summary = store.head("run")["summary"]
    summary["recipe"]["sha256"] = "0" * 64
    store.db.execute("UPDATE run SET summary=?", (json.dumps(summary),))
    assert any("names another recipe" in reason for reason in prove(short(store), "run").against)


def test_a_run_that_was_cut_off_proves_only_what_was_kept(store: Store):
    short(store).db.execute("UPDATE run SET summary=NULL, ended_utc=NULL, verdict=NULL")
    proof = prove(store, "run")
    assert proof.exit_code == 1 and ["cut off" in reason for reason in proof.against] == [True]
    assert proof.replayed.scans == proof.expected, "all that the trace has"


def test_other_code_with_the_same_outputs_is_named_and_good(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(flight, "code_hash", lambda: "another")
    proof = prove(short(store), "run")
    assert proof.exit_code == 0
    assert "the code is not the same" in "\n".join(proof.lines())


@pytest.mark.parametrize("block", [0, 2])
@pytest.mark.parametrize("at", [0, 1, 40, -3])
def test_a_flipped_bit_names_run_and_block(store: Store, block: int, at: int):
    (data,) = short(store).db.execute("SELECT data FROM flight WHERE n=?", (block,)).fetchone()
    bent = bytearray(data)
    bent[at] ^= 4
    store.db.execute("UPDATE flight SET data=? WHERE n=?", (bytes(bent), block))
    with pytest.raises(StoreError, match=f"run run: block {block} of the flight record is damaged"):
        prove(store, "run")


@pytest.mark.parametrize(
    "data", [b"", b"x", pack(None), pack([1, 2]), zlib.compress(b"\x80\x05cos\nsystem\n."), "a text"]
)
def test_what_is_no_block_at_all(store: Store, data: bytes | str):
    store.db.execute("UPDATE flight SET data=? WHERE n=1", (data,))
    with pytest.raises(StoreError, match="block 1 of the flight record is damaged"):
        prove(short(store), "run")


def test_a_record_that_the_core_cannot_follow_differs(store: Store):
    (data,) = short(store).db.execute("SELECT data FROM flight WHERE n=1").fetchone()
    frames = [(now, told, notes, [("no_such_command",)], out) for now, told, notes, _, out in unpack(data)]
    store.db.execute("UPDATE flight SET data=? WHERE n=1", (pack(frames),))
    proof = prove(store, "run")
    assert proof.exit_code == 1 and "cannot go on" in proof.replayed.differences[0]
