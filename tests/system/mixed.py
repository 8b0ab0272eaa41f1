"""A tool of mixed makes: the reference tool's file with other devices in the same places, every row as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit

from controller.machine.model import REFERENCE

#: lines: (protocol, baud, format) in place of the reference tool's, or new ones
BUSES: dict[str, tuple[str, int | None, str]] = {
    "rf": ("tandc", 38400, "8N1"),
    "o2_line": ("propar", 38400, "8N1"),
    "ar_line": ("alicat", 19200, "8N1"),
    "gauges": ("mks", 38400, "8N1"),
    "turbo": ("uss", 19200, "8E1"),
    "mains": ("modbus-rtu", 9600, "8N1"),
    "film": ("sqm160", 19200, "8N1"),
    "reader": ("ascii-reader", 9600, "8N1"),
    "stage": ("zaber", 115200, "8N1"),
}
#: devices: what is changed in the table of the reference tool, or a whole new one; None takes an option away
DEVICES: dict[str, dict[str, Any]] = {
    "rf_generator": {"driver": "rf_tandc_ag", "period_s": None},
    "o2_mfc": {"driver": "mfc_propar", "bus": "o2_line"},
    "ar_mfc": {"driver": "mfc_alicat", "bus": "ar_line", "address": 1},
    "gauges": {"driver": "gauge_mks937b", "channels": {"wide_pressure_pa": 1, "guard_pressure_pa": 3}},
    "turbo": {"driver": "pump_turbovac"},
    "io": {"driver": "io_wago750"},
    "energy_meter": {"driver": "energy_sdm630", "bus": "mains"},
    "film_monitor": {"driver": "film_sqm160", "bus": "film", "thickness_unit": "kA"},
    "code_reader": {"driver": "reader_ascii", "bus": "reader"},
    "stage": {
        "driver": "stage_zaber",
        "bus": "stage",
        "axes": [[1, 1], [2, 1]],
        "travel_mm": [100.0, 100.0],
        "microstep_um": [0.1240234375, 0.1240234375],
    },
}


def mixed(folder: Path, leave_out: tuple[str, ...] = ()) -> Path:
    """Writes the machine file; devices in ``leave_out`` stay as the reference tool has them, or away."""
    document = tomlkit.parse(REFERENCE.read_text("utf-8"))
    buses: Any = document["bus"]
    devices: Any = document["device"]
    used = {table.get("bus") for name, table in DEVICES.items() if name not in leave_out}
    used |= {devices[name]["bus"] for name in DEVICES if name in devices and name not in leave_out}
    for number, (name, (protocol, baud, form)) in enumerate(BUSES.items()):
        if name in used:
            url = buses[name]["url"] if name in buses else f"socket://127.0.0.1:{4020 + number}"
            buses[name] = {"url": url, "protocol": protocol, "baud": baud, "format": form}
    for name, changes in DEVICES.items():
        if name in leave_out:
            continue
        if name not in devices:
            devices[name] = {}
        for key, value in changes.items():
            if value is None:
                devices[name].pop(key, None)
            else:
                devices[name][key] = value
    if "rf_generator" not in leave_out:
        del document["loop"]["rf_power"]["time_limit"]  # type: ignore[index, union-attr]
    path = folder / "mixed.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path
