"""`python -m tests.benchmarks [NAME…] [--json]`: every `bench_*.py` here, or those whose names contain NAME.

Prints a table; a number beyond its limit is marked. The exit code is always 0: a busy machine is no defect.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

from tests.benchmarks.row import Row


def names(wanted: list[str]) -> list[str]:
    """The benchmarks whose names contain one of ``wanted``; all without any."""
    found = sorted(file.stem for file in Path(__file__).parent.glob("bench_*.py"))
    return [name for name in found if not wanted or any(part in name for part in wanted)]


def show(name: str, rows: list[Row]) -> None:
    """Print one benchmark's part of the table."""
    print(name.removeprefix("bench_"))
    for row in rows:
        limit = ""
        if row.limit is not None:
            sign = "at least" if row.better == "above" else "at most"
            limit = f"{sign} {row.limit:g}{'' if row.met else '   MISSED'}"
        print(f"  {row.what:<58} {row.value:>10.4g} {row.unit:<12} {limit}", flush=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help="only benchmarks whose names contain this")
    parser.add_argument("--json", action="store_true", help="one JSON line a benchmark")
    options = parser.parse_args()
    if not options.json:
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in names(options.name):
        rows = importlib.import_module(f"tests.benchmarks.{name}").run()
        if options.json:
            print(json.dumps({"benchmark": name, "rows": [{**row._asdict(), "met": row.met} for row in rows]}))
        else:
            show(name, rows)


if __name__ == "__main__":
    main()
