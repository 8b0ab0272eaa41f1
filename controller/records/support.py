"""One file for whoever must help: logs, versions, configuration, the last runs. No PIN and no trace goes into it."""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

from controller import VERSION
from controller.machine.checks import load_machine
from controller.records.files import guarded
from controller.records.store import Store, StoreError
from recipes.files import FileRefused

RUNS = 20  #: how many of the last runs go into the file
PACKAGES = ("numpy", "scipy", "pymodbus", "pyserial", "pydantic", "tomlkit", "rich", "PySide6_Essentials", "pyqtgraph")


def write_support(path: str | Path, machine: str | Path, store: str | Path) -> list[str]:
    """Write the file; returns what is in it. StoreError when it cannot be written.

    Help is asked for when something is broken: what cannot be read is a line in `problems.txt`, the rest goes in.
    """
    problems: list[str] = []
    parts = {"versions.json": json.dumps(versions(), indent=2)}
    try:
        parts["machine.toml"] = Path(machine).read_text("utf-8")
        load_machine(machine)
    except FileRefused as refused:
        problems += [str(finding) for finding in refused.findings]
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{machine}: cannot be read: {error}")
    try:
        parts["runs.json"] = json.dumps(_runs(store), indent=2, ensure_ascii=False)
    except StoreError as error:
        problems.append(str(error))
    if problems:
        parts["problems.txt"] = "\n".join(problems) + "\n"
    logs = sorted(Path(store).parent.glob("maskglow.log*"))

    def write() -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in parts.items():
                file.writestr(name, text)
            for log in logs:
                file.write(log, f"log/{log.name}")

    guarded(path, write)
    return [*parts, *(f"log/{log.name}" for log in logs)]


def versions() -> dict[str, Any]:
    """What runs here."""
    return {
        "maskglow": VERSION,
        "python": sys.version,
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _runs(path: str | Path) -> list[dict[str, Any]]:
    if not Path(path).exists():
        raise StoreError(f"there is no store {path}")
    store = Store(path)
    try:
        heads = store.runs(RUNS)
        for head in heads:
            try:
                head["summary"] = store.head(head["id"])["summary"]
                head["events"] = store.events(head["id"])
            except StoreError as error:  # one damaged run does not hide the others
                head["damaged"] = str(error)
        return heads
    finally:
        store.close()
