"""The store of runs: what was begun and not ended, migrations, a full disk, a folder that cannot be written."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from controller.records.store import SCHEMA_VERSION, Store, StoreError, find_run

HEAD = {
    "id": "r1", "started_utc": "2026-01-01T00:00:00", "recipe": "clean", "recipe_text": "…", "machine": "M",
    "machine_text": "…", "user": "u", "mask": "m",
}  # fmt: skip
SUMMARY: dict[str, Any] = {
    "verdict": "pass",
    "reasons": [],
    "steps": [{"name": "a", "group": "", "start_s": 0.0, "end_s": 1.0, "ended_by": "time"}],
}


def begun(path: Path, run: str = "r1") -> Store:
    store = Store(path)
    store.begin({**HEAD, "id": run}, ["time_s", "p"])
    return store


def test_what_goes_in_comes_out(tmp_path):
    store = begun(tmp_path / "deep" / "runs.sqlite")
    rows = np.array([[0.0, 1.5], [0.05, np.nan]])
    store.add_trace("r1", 1, rows)
    store.add_trace("r1", 0, np.array([[-0.05, 1.0]]))
    store.add_events("r1", [(0.5, "step", "", "two"), (0.1, "step", "", "one")])
    store.add_flight("r1", 1, b"b")
    store.add_flight("r1", 0, b"a")
    store.finish("r1", "2026-01-01T00:01:00", SUMMARY)
    store.close()
    store = Store(tmp_path / "deep" / "runs.sqlite")
    np.testing.assert_array_equal(store.trace("r1"), np.vstack([[[-0.05, 1.0]], rows]))
    assert [text for *_, text in store.events("r1")] == ["one", "two"]
    assert list(store.flight("r1")) == [b"a", b"b"]
    assert store.head("r1")["summary"] == SUMMARY and store.head("r1")["columns"] == ["time_s", "p"]
    assert [run["id"] for run in store.runs()] == ["r1"] and store.abandoned() == []
    with pytest.raises(StoreError, match="no run 'r9'"):
        store.head("r9")


def test_a_run_that_nobody_ended_is_found_and_marked_never_resumed(tmp_path):
    begun(tmp_path / "runs.sqlite").close()
    store = Store(tmp_path / "runs.sqlite")
    assert store.abandoned() == ["r1"]
    store.mark_aborted("r1", "2026-01-02T00:00:00", "the controller ended")
    assert store.abandoned() == []
    head = store.head("r1")
    assert head["verdict"] == "aborted" and head["summary"]["reasons"] == ["the controller ended"]


def test_an_aborted_run_stays_open_until_the_tool_is_safe(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.mark_aborted("r1", "2026-01-02T00:00:00", "the controller ended")
    store.close()
    store = Store(tmp_path / "runs.sqlite")
    assert store.unrecovered() == [("r1", "m")]
    store.recovered()
    assert store.unrecovered() == []


def test_whatever_breaks_is_a_store_error(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.db.execute("DROP TABLE run")
    for method, arguments in (
        ("abandoned", ()), ("unrecovered", ()), ("runs", ()), ("usual_times", ("x",)), ("head", ("r1",)),
        ("mark_aborted", ("r1", "", "")),
    ):  # fmt: skip
        with pytest.raises(StoreError):
            getattr(store, method)(*arguments)
    store.db.close()
    with pytest.raises(StoreError):
        store.finish("r1", "", SUMMARY)


KILLED = """
import os, signal, sys
import numpy as np
from controller.records.store import Store
store = Store(sys.argv[1])
store.begin({head!r}, ["time_s", "p"])
for n in range(100_000):
    store.add_trace("r1", n, np.full((10, 2), float(n)))
    print(n, flush=True)
"""


def test_killed_in_the_middle_nothing_is_half(tmp_path):
    """kill -9 while it writes: what was committed is whole, the run counts as abandoned."""
    path = tmp_path / "runs.sqlite"
    code = KILLED.format(head=HEAD)
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert process.stdout is not None
    for _ in range(30):
        last = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    store = Store(path)
    trace = store.trace("r1")
    assert len(trace) >= 10 * last and len(trace) % 10 == 0
    assert all((block == block[0, 0]).all() for block in trace.reshape(-1, 10, 2))
    assert store.abandoned() == ["r1"]
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


KILLED_AGAIN = """
import os, signal, sys
from controller.records.store import Store
def finish(self, *_):
    os.kill(os.getpid(), signal.SIGKILL)
Store.finish = finish
store = Store(sys.argv[1])
for run in store.abandoned():
    store.mark_aborted(run, "2026-01-02T00:00:00", "the first that found it")
"""


def test_killed_again_while_it_marks_what_the_first_kill_left(tmp_path):
    """Two kill -9 in a row, the second in the middle of the marking: the third marks it, once, and it stays open."""
    path = tmp_path / "runs.sqlite"
    begun(path).close()
    done = subprocess.run([sys.executable, "-c", KILLED_AGAIN, str(path)], cwd=Path.cwd(), timeout=60)
    assert done.returncode == -signal.SIGKILL
    store = Store(path)
    assert store.abandoned() == ["r1"], "not ended by half"
    store.mark_aborted("r1", "2026-01-03T00:00:00", "the second that found it")
    assert store.abandoned() == []
    assert store.unrecovered() == [("r1", "m")]
    head = store.head("r1")
    assert (head["ended_utc"], head["verdict"]) == ("2026-01-03T00:00:00", "aborted")
    store.recovered()
    assert store.unrecovered() == []


def test_a_newer_schema_is_refused_in_words(tmp_path):
    path = tmp_path / "runs.sqlite"
    begun(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(StoreError, match=rf"schema {SCHEMA_VERSION + 1}.*newer MaskGlow"):
        Store(path)


def test_an_empty_file_becomes_a_store_and_stays_one(tmp_path):
    path = tmp_path / "runs.sqlite"
    path.touch()
    Store(path).close()
    store = begun(path)
    assert store.db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert store.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


@pytest.mark.parametrize("what", ["a text", "a folder", "a file as folder"])
def test_what_is_no_store(tmp_path, what):
    path = tmp_path / "runs.sqlite"
    if what == "a text":
        path.write_text("this is not a database, however long it may be " * 100)
    elif what == "a folder":
        path.mkdir()
    else:
        path.write_text("x")
        path = path / "runs.sqlite"
    with pytest.raises(StoreError, match="cannot"):
        Store(path)


def test_a_full_disk_says_so_and_what_was_there_stays(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.add_trace("r1", 0, np.ones((10, 2)))
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreError, match="full; free some space"):
        store.add_trace("r1", 1, np.ones((10_000, 2)))
    assert len(store.trace("r1")) == 10
    assert not store.db.in_transaction
    store.db.execute("PRAGMA max_page_count=100000")
    store.add_trace("r1", 1, np.ones((10_000, 2)))
    assert len(store.trace("r1")) == 10_010


def test_a_disk_that_fails_in_the_middle_of_a_write(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.add_trace("r1", 0, np.ones((10, 2)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    try:
        with pytest.raises(StoreError):
            for n in range(1, 100):
                store.add_trace("r1", n, np.ones((5_000, 2)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.close()
    store = Store(tmp_path / "runs.sqlite")
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(store.trace("r1")) >= 10


def test_a_store_that_may_only_be_read(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.db.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match=r"cannot write.*readonly"):
        store.add_events("r1", [(0.0, "step", "", "x")])


def utc() -> datetime:
    return datetime(2026, 1, 1, 1, tzinfo=UTC)


def test_a_folder_is_the_run_that_its_run_json_tells_of(tmp_path):
    """A second simulation into the folder was interrupted: the files are still those of the first."""
    store = begun(tmp_path / "store.sqlite", "first")
    store.finish("first", "2026-01-01T00:01:00", SUMMARY)
    (tmp_path / "run.json").write_text(json.dumps({"run": "first"}), "utf-8")
    with pytest.raises(KeyboardInterrupt), store.simulating(utc):
        store.begin({**HEAD, "id": "second"}, ["time_s"])
        raise KeyboardInterrupt
    assert store.head("second")["verdict"] == "aborted" and store.head("first")["verdict"] == "pass"
    store.close()
    found, run = find_run(str(tmp_path), "nowhere.sqlite")
    found.close()
    assert run == "first"
    found, run = find_run(str(tmp_path / "store.sqlite"), "nowhere.sqlite")
    found.close()
    assert run == "second", "a store file is its newest run, also where all began at the same virtual hour"


def test_a_simulation_that_was_killed_is_aborted_by_the_next_one(tmp_path):
    store = begun(tmp_path / "store.sqlite", "killed")
    with store.simulating(utc):
        assert store.head("killed")["verdict"] == "aborted"
        store.begin({**HEAD, "id": "mine"}, ["time_s"])
    assert store.abandoned() == ["mine"] and store.unrecovered() == []
    store.close()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"run": "no-such"}', "\x00"])
def test_a_run_json_that_names_no_run_of_this_folder_is_said(tmp_path, text):
    begun(tmp_path / "store.sqlite").close()
    (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"names no run|no run 'no-such'"):
        find_run(str(tmp_path), "nowhere.sqlite")


def test_a_damaged_block_of_the_trace_is_named(tmp_path):
    store = begun(tmp_path / "runs.sqlite")
    store.add_trace("r1", 0, np.zeros((3, 2)))
    store.add_trace("r1", 1, np.zeros((3, 2)))
    store.db.execute("UPDATE trace SET data=substr(data, 2) WHERE n=1")
    with pytest.raises(StoreError, match="block 1 of the trace of run 'r1'"):
        store.trace("r1")
    store.db.execute("UPDATE run SET columns='[', summary='{'")
    with pytest.raises(StoreError, match=r"head of run 'r1' .* is damaged"):
        store.head("r1")
    store.close()
