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
from controller.records.files import guarded
from controller.records.store import Store

RUNS = 20  #: how many of the last runs go into the file
PACKAGES = ("numpy", "scipy", "pymodbus", "pyserial", "pydantic", "tomlkit", "rich", "PySide6_Essentials", "pyqtgraph")


def write_support(path: str | Path, machine: str | Path, store: Store) -> list[str]:
    """Write the file; returns what is in it. StoreError when it cannot be written."""
    parts: dict[str, str] = {
        "versions.json": json.dumps(versions(), indent=2),
        "machine.toml": Path(machine).read_text("utf-8"),
        "runs.json": json.dumps(_runs(store), indent=2, ensure_ascii=False),
    }
    logs = sorted(store.path.parent.glob("maskglow.log*"))

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


def _runs(store: Store) -> list[dict[str, Any]]:
    heads = store.runs(RUNS)
    for head in heads:
        whole = store.head(head["id"])
        head["summary"] = whole["summary"]
        head["events"] = store.events(head["id"])
    return heads
