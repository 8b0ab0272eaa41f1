"""A run as plain files: `run.json`, `trace.csv`, `report.html`; written whole or not at all.

Owns the form of the files and nothing of what they say. A reading that was not GOOD is an empty cell, never a number.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from controller.records.report import report
from controller.records.store import Store, StoreError
from recipes.files import save

Rows = np.ndarray[Any, np.dtype[np.float64]]


def write_run(store: Store, run: str, folder: str | Path, more: dict[str, Any] | None = None) -> Path:
    """Write all three files of a finished run; returns the folder. ``more`` is added to `run.json` (film, wall time).

    Raises StoreError when the run has not ended or the folder cannot be written.
    """
    head = store.head(run)
    if head["summary"] is None:
        raise StoreError(f"run {run!r} in {store.path} has not ended: there is nothing to report yet")
    head["summary"] |= more or {}
    target = made(folder)
    columns, rows = head["columns"], store.trace(run)
    text(target / "run.json", json.dumps(head["summary"], indent=2, ensure_ascii=False) + "\n")
    text(target / "trace.csv", csv(columns, rows))
    text(target / "report.html", report(head, columns, rows, store.events(run)))
    return target


def csv(columns: list[str], rows: Rows) -> str:
    """The trace as CSV, seven figures a number; ``rows`` has shape (rows, columns)."""
    forms = ["%.3f", *["%.7g"] * (len(columns) - 1)]
    cells = [_cells(form, column) for form, column in zip(forms, np.ascontiguousarray(rows.T), strict=True)]
    lines = map(",".join, zip(*cells, strict=True))
    return ",".join(columns) + "\n" + "".join([f"{line}\n" for line in lines])


def _cells(form: str, column: Rows) -> list[str]:
    """A column as text. Most values are those of the row before: each run of equal ones is put into words once."""
    if not len(column):
        return []
    bits = column.view(np.int64)  # compared as they are: what is not a number equals itself
    starts = np.flatnonzero(np.concatenate(([True], bits[1:] != bits[:-1])))
    words = [form % value if value == value else "" for value in column[starts].tolist()]
    cells: list[str] = np.repeat(np.array(words, dtype=object), np.diff(starts, append=len(column))).tolist()
    return cells


def parquet(path: str | Path, columns: list[str], rows: Rows) -> None:
    """The trace as one Parquet file. StoreError when pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet as writer
    except ImportError:
        raise StoreError(
            "writing Parquet needs pyarrow: install it with pip install 'maskglow[parquet]', or use --format csv"
        ) from None
    table = pyarrow.table({name: rows[:, number] for number, name in enumerate(columns)})
    guarded(path, lambda: writer.write_table(table, str(path)))


def text(path: Path, words: str) -> None:
    """Replace a text file whole or not at all; StoreError says what to do."""
    guarded(path, lambda: save(path, words))


def made(folder: str | Path) -> Path:
    """A folder that exists now; StoreError says what to do."""
    target = Path(folder)
    guarded(target, lambda: target.mkdir(parents=True, exist_ok=True))
    return target


def guarded(path: str | Path, work: Callable[[], object]) -> None:
    """Do work that writes ``path``; StoreError in words when the disk says no."""
    try:
        work()
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}; free some space or choose another folder with --out"
        ) from None
