"""The stage: two axes of 20 mm, in microsteps of 0.124 um."""

from __future__ import annotations

from tests.conformance.pair import Error, Pair

PAIRS = [
    Pair(
        "stage_zaber", "zaber-motion", "10.3.0", "zaber_motion_client",
        "checksums, homing, moves in native units, stop, warnings, settings, refusals (vendor's own library)",
        {
            "warnings at first": ["WH", "WR"], "homed at first": False, "move before homing": Error("BadDataException"),
            "home": None, "homed": True, "position after home": 0.0, "move": 20000.0, "move back": 15000.0,
            "busy": False, "move to the end": None, "at the end": True, "too far": Error("BadDataException"),
            "stop": None, "warnings": [], "resolution": 64.0, "maxspeed": 100000.0,
            "unknown setting": Error("BadCommandException"), "device id": ["OK", "30222"],
            "unknown command": ["RJ", "BADCOMMAND"], "bad data": ["RJ", "BADDATA"], "tools": ["OK", "hello"],
            "system settings": 1.0, "detect": 1, "stop all": [1], "end": 15000.0,
        },
        {"wiring.commands.stage_target_mm.x": 15000 * 0.1240234375e-3},
        over="tcp",
        options={"axes": [[1, 1], [1, 2]], "travel_mm": 20.0, "microstep_um": 0.1240234375},
        remark="without its database of devices, which is not in the package: native units only",
    ),
]  # fmt: skip
