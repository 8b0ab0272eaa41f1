"""A run as plain files: `run.json`, `trace.csv`, `report.html`; written whole or not at all.

Owns the form of the files and nothing of what they say. A reading that was not GOOD is an empty cell, never a number.
"""

from __future__ import annotations

import csv as comma_separated
import io
import json
from collections.abc import Callable
from importlib.util import find_spec
from itertools import count
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


def write_report(store: Store, run: str, out: str | None) -> Path:
    """The page of a run, as ``out`` or `<run>.html`; returns where it is. StoreError when the run has not ended."""
    head = store.head(run)
    if head["summary"] is None:
        raise StoreError(f"run {run!r} in {store.path} has not ended: there is nothing to report yet")
    path = Path(out or f"{run}.html")
    text(path, report(head, head["columns"], store.trace(run), store.events(run)))
    return path


def write_trace(store: Store, run: str, form: str, out: str | None) -> tuple[Path, int]:
    """The trace of a run as "csv" or "parquet", as ``out`` or `<run>.<form>`; returns where it is and its rows."""
    columns, rows = store.head(run)["columns"], store.trace(run)
    path = Path(out or f"{run}.{form}")
    if form == "csv":
        text(path, csv(columns, rows))
    else:
        parquet(path, columns, rows)
    return path, len(rows)


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
    _write_parquet(path, {name: rows[:, number] for number, name in enumerate(columns)})


def _write_parquet(path: str | Path, columns: dict[str, Any]) -> None:
    try:
        import pyarrow
        from pyarrow import parquet as writer
    except ImportError:
        raise StoreError(
            "writing Parquet needs pyarrow: install it with pip install 'maskglow[parquet]', or write a CSV"
        ) from None
    beside = Path(f"{path}.new")  # whole or not at all
    guarded(path, lambda: (writer.write_table(pyarrow.table(columns), str(beside)), beside.replace(path)))


def why_no_table(path: Path, option: str = "--out") -> list[str]:
    """Every reason why a table cannot be written there, known before hours of work."""
    if path.suffix not in (".csv", ".parquet"):
        return [f"{option} {path}: a table is a .csv or a .parquet file"]
    if path.is_dir():
        return [f"{option} {path}: is a folder"]
    if path.suffix == ".parquet" and find_spec("pyarrow") is None:
        return [f"{option} {path}: writing Parquet needs pip install 'maskglow[parquet]'; or write a .csv"]
    return []


def write_table(path: Path, columns: list[str], cells: list[list[Any]]) -> None:
    """A table of mixed cells as CSV or Parquet, by its suffix; None is an empty cell. StoreError when it cannot be."""
    if path.suffix == ".csv":
        page = io.StringIO()
        writer = comma_separated.writer(page, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(cells)
        text(path, page.getvalue())
        return
    _write_parquet(path, {name: [row[i] for row in cells] for i, name in enumerate(columns)})


def text(path: str | Path, words: str, option: str = "--out") -> None:
    """Replace a text file whole or not at all; StoreError says what to do. ``option`` of the command line named it."""
    guarded(path, lambda: save(path, words), option)


def made(folder: str | Path) -> Path:
    """A folder that exists now; StoreError says what to do."""
    target = Path(folder)
    guarded(target, lambda: target.mkdir(parents=True, exist_ok=True))
    return target


def fresh(parent: str | Path, name: str) -> Path:
    """A new folder of that name, or of that name and a number if somebody has just made one; StoreError as `made`."""
    made(parent)
    target = Path(parent) / name
    for number in count(2):
        try:
            target.mkdir()
        except FileExistsError:
            target = Path(parent) / f"{name}-{number}"
        except OSError:
            return made(target)  # which says what to do
        else:
            break
    return target


def guarded(path: str | Path, work: Callable[[], object], option: str = "--out") -> None:
    """Do work that writes ``path``; StoreError in words when the disk says no."""
    try:
        work()
    except OSError as error:
        hint = f"free some space or choose another folder with {option}"
        raise StoreError(f"cannot write {path}: {error.strerror or error}; {hint}") from None
