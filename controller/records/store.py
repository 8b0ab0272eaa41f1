"""The store of runs: one SQLite file in WAL mode, rows of the trace as float64 blobs.

Owns the schema, its version and its migrations. A full disk or a read-only folder is a StoreError in words; what was
there before stays; no method raises anything else. Knows nothing of scans.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

SCHEMA_VERSION = 2
_MIGRATIONS: list[str] = [
    """
    CREATE TABLE run (
        id TEXT PRIMARY KEY, started_utc TEXT NOT NULL, ended_utc TEXT, recipe TEXT NOT NULL,
        recipe_text TEXT NOT NULL, machine TEXT NOT NULL, machine_text TEXT NOT NULL, user TEXT NOT NULL,
        mask TEXT NOT NULL, verdict TEXT, summary TEXT, columns TEXT NOT NULL);
    CREATE TABLE step (run TEXT, n INTEGER, name TEXT, grp TEXT, start_s REAL, end_s REAL, ended_by TEXT,
        PRIMARY KEY (run, n));
    CREATE TABLE event (run TEXT, time_s REAL, kind TEXT, subject TEXT, text TEXT);
    CREATE TABLE trace (run TEXT, n INTEGER, rows INTEGER, data BLOB, PRIMARY KEY (run, n));
    CREATE TABLE spectrum (run TEXT, time_s REAL, data BLOB);
    CREATE TABLE flight (run TEXT, n INTEGER, data BLOB, PRIMARY KEY (run, n));
    CREATE INDEX event_run ON event (run, time_s);
    CREATE INDEX run_started ON run (started_utc);
    """,
    "CREATE TABLE recovery (run TEXT PRIMARY KEY);",
]


class StoreError(Exception):
    """The store cannot be opened, read or written; the text says what and what to do."""


class Store:
    """Runs on disk. One connection, one thread."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(self.path, isolation_level=None)
            try:
                with self._words("open"):
                    self.db.execute("PRAGMA journal_mode=WAL")
                    self.db.execute("PRAGMA synchronous=NORMAL")
                    self._migrate()
            except BaseException:
                self.db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"the run store {self.path} cannot be opened: {error}") from None

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self.db.close()

    def begin(self, run: dict[str, Any], columns: Sequence[str]) -> None:
        """A run has started."""
        with self.transaction():
            self.db.execute(
                "INSERT INTO run (id, started_utc, recipe, recipe_text, machine, machine_text, user, mask, columns)"
                " VALUES (:id, :started_utc, :recipe, :recipe_text, :machine, :machine_text, :user, :mask, :columns)",
                {**run, "columns": json.dumps(list(columns))},
            )

    def add_trace(self, run: str, n: int, rows: np.ndarray[Any, np.dtype[np.float64]]) -> None:
        """Rows of the trace, shape (rows, columns), float64; NaN where a reading was not GOOD."""
        with self.transaction():
            self.db.execute("INSERT INTO trace VALUES (?, ?, ?, ?)", (run, n, len(rows), rows.tobytes()))

    def add_events(self, run: str, events: Iterable[tuple[float, str, str, str]]) -> None:
        """(time_s, kind, subject, text) of whatever happened."""
        with self.transaction():
            self.db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", [(run, *event) for event in events])

    def add_spectra(self, run: str, spectra: Iterable[tuple[float, bytes]]) -> None:
        """(time_s, float32 pixels) of the spectrometer."""
        with self.transaction():
            self.db.executemany("INSERT INTO spectrum VALUES (?, ?, ?)", [(run, *one) for one in spectra])

    def add_flight(self, run: str, n: int, data: bytes) -> None:
        """One block of the flight record; block 0 is the snapshot."""
        with self.transaction():
            self.db.execute("INSERT INTO flight VALUES (?, ?, ?)", (run, n, data))

    def finish(self, run: str, ended_utc: str, summary: dict[str, Any]) -> None:
        """A run has ended: its summary and steps, flushed to the disk."""
        with self._flushed(), self.transaction():
            self.db.execute(
                "UPDATE run SET ended_utc=?, verdict=?, summary=? WHERE id=?",
                (ended_utc, summary["verdict"], json.dumps(summary), run),
            )
            self.db.executemany(
                "INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (run, n, step["name"], step["group"], step["start_s"], step["end_s"], step["ended_by"])
                    for n, step in enumerate(summary["steps"])
                ],
            )

    def abandoned(self) -> list[str]:
        """Runs that were under way when the last controller died."""
        return [row[0] for row in self._read("SELECT id FROM run WHERE ended_utc IS NULL ORDER BY started_utc")]

    def mark_aborted(self, run: str, utc: str, why: str) -> None:
        """A run that nobody ended: aborted, never resumed. It stays open until the tool has been made safe."""
        with self.transaction():  # first: should the power fail in between, the run is still abandoned
            self.db.execute("INSERT OR IGNORE INTO recovery VALUES (?)", (run,))
        self.finish(run, utc, {"verdict": "aborted", "reasons": [why], "steps": []})

    @contextmanager
    def simulating(self, utc: Callable[[], datetime]) -> Iterator[None]:
        """Whatever of a simulation nobody ended is aborted: what an earlier one left here, and this one on Ctrl+C.

        No tool was left behind that somebody would have to make safe.
        """
        self._close_interrupted(utc(), "the simulation ended in the middle of the run")
        try:
            yield
        except KeyboardInterrupt:
            self._close_interrupted(utc(), "the simulation was interrupted")
            raise

    def _close_interrupted(self, at: datetime, why: str) -> None:
        for run in self.abandoned():
            self.finish(run, at.isoformat(), {"verdict": "aborted", "reasons": [why], "steps": []})

    def unrecovered(self) -> list[tuple[str, str]]:
        """(run, mask) of the runs after which nobody has made the tool safe yet, oldest first."""
        return self._read("SELECT id, mask FROM recovery JOIN run ON id = run ORDER BY started_utc")

    def recovered(self) -> None:
        """The tool has been made safe: no run is open any more."""
        with self._flushed(), self.transaction():
            self.db.execute("DELETE FROM recovery")

    def runs(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest runs, as their heads."""
        rows = self._read(
            "SELECT id, started_utc, ended_utc, recipe, user, mask, verdict FROM run"
            " ORDER BY started_utc DESC, rowid DESC LIMIT ?",
            (limit,),
        )
        names = ("id", "started_utc", "ended_utc", "recipe", "user", "mask", "verdict")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def usual_times(self, sha256: str) -> list[float]:
        """How long [s] each step of a recipe took in its newest run that passed; empty when there is none."""
        rows = self._read("SELECT summary FROM run WHERE verdict='pass' ORDER BY started_utc DESC LIMIT 100")
        for (text,) in rows:
            summary = json.loads(text)
            if summary["recipe"].get("sha256") == sha256:
                return [step["end_s"] - step["start_s"] for step in summary["steps"]]
        return []

    def head(self, run: str) -> dict[str, Any]:
        """Everything about a run but its trace; StoreError if there is none of that name."""
        with self._words("read"):
            found = self.db.execute("SELECT * FROM run WHERE id=?", (run,))
            row = found.fetchone()
        if row is None:
            raise StoreError(f"there is no run {run!r} in {self.path}")
        head = {column[0]: value for column, value in zip(found.description, row, strict=True)}
        try:
            head["columns"] = json.loads(head["columns"])
            head["summary"] = json.loads(head["summary"]) if head["summary"] else None
        except (TypeError, ValueError):
            raise StoreError(f"the head of run {run!r} in {self.path} is damaged") from None
        return head

    def events(self, run: str) -> list[tuple[float, str, str, str]]:
        """(time_s, kind, subject, text) of a run, in order."""
        return self._read("SELECT time_s, kind, subject, text FROM event WHERE run=? ORDER BY time_s, rowid", (run,))

    def trace(self, run: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The whole trace of a run, shape (rows, columns)."""
        width = len(self.head(run)["columns"])
        blocks = []
        for n, rows, data in self._read("SELECT n, rows, data FROM trace WHERE run=? ORDER BY n", (run,)):
            try:
                blocks.append(np.frombuffer(data, dtype=np.float64).reshape(rows, width))
            except (TypeError, ValueError):
                raise StoreError(f"block {n} of the trace of run {run!r} in {self.path} is damaged") from None
        return np.concatenate(blocks) if blocks else np.empty((0, width))

    def flight(self, run: str) -> Iterator[bytes]:
        """The blocks of a flight record in order."""
        with self._words("read"):
            for (data,) in self.db.execute("SELECT data FROM flight WHERE run=? ORDER BY n", (run,)):
                yield data

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        with self._words("write"):
            self.db.execute("BEGIN")
            try:
                yield
            except BaseException:
                if self.db.in_transaction:  # a full disk has rolled back by itself
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    @contextmanager
    def _flushed(self) -> Iterator[None]:
        """What is committed within is on the disk at once."""
        with self._words("write"):
            self.db.execute("PRAGMA synchronous=FULL")
            try:
                yield
            finally:
                self.db.execute("PRAGMA synchronous=NORMAL")

    def _read(self, question: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._words("read"):
            return self.db.execute(question, values).fetchall()

    def _migrate(self) -> None:
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"the run store {self.path} has schema {version}; this version knows up to {SCHEMA_VERSION}. "
                "Use a newer MaskGlow, or another store."
            )
        for step in range(version, SCHEMA_VERSION):
            self.db.executescript(f"BEGIN; {_MIGRATIONS[step]} PRAGMA user_version={step + 1}; COMMIT;")

    @contextmanager
    def _words(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if "full" in str(error):
                hint = "free some space"
            elif "readonly" in str(error) or "unable to open" in str(error):
                hint = "choose a folder that can be written, with --store"
            else:
                hint = "check the disk"
            raise StoreError(f"cannot {doing} the run store {self.path}: {error}; {hint}") from None


def find_run(which: str, default: str | Path) -> tuple[Store, str]:
    """Store and id of a run: a folder that `simulate` wrote, a store file (its newest run), or an id in ``default``.

    In a folder it is the run that its `run.json` tells of: one that was interrupted later lies in the store too, but no
    file of the folder is about it. StoreError when there is none.
    """
    path = Path(which)
    named = ""
    if path.is_dir():
        named, path = _named(path / "run.json"), path / "store.sqlite"
    is_file = path.suffix in (".sqlite", ".db")
    if not is_file:
        path, named = Path(default), which
    if not path.is_file():
        what = f"{which!r} is no run" if is_file else f"there is no run {which!r}"
        raise StoreError(f"{what}: there is no store {path}")
    store = Store(path)
    if named:
        store.head(named)
        return store, named
    newest = store.runs(1)
    if not newest:
        raise StoreError(f"the store {path} holds no run yet")
    return store, str(newest[0]["id"])


def _named(file: Path) -> str:
    """The id of the run that a `run.json` tells of; empty where there is no such file yet."""
    try:
        return str(json.loads(file.read_text("utf-8"))["run"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, LookupError, TypeError):
        raise StoreError(f"{file} is not what `simulate` wrote: it names no run") from None
