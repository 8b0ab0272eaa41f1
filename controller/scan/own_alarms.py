"""The alarms that every tool has, whatever its machine file says: of the run, of its record, of the lines."""

from __future__ import annotations

from controller.scan.alarms import Alarm

RUN_ALARM, LOST_ALARM, STEP_ALARM = "RN-01", "RN-02", "RN-03"
LINE_ALARM, NOISE_ALARM = "DV-01", "DV-02"


def own_alarms() -> list[Alarm]:
    """A new set of them, all at rest."""
    return [
        Alarm(
            RUN_ALARM,
            "Run interrupted",
            2,
            "The recipe could not go on as written.",
            ["Read the reason.", "Mend the cause.", "Restart, or end the run."],
            "The mask stays in vacuum, RF and gas off.",
        ),
        Alarm(
            LOST_ALARM,
            "Run cut off",
            2,
            "The controller ended in the middle of a run. Its mask counts as aborted; the gas is not known.",
            ["Run the procedure end-safe.", "Take the mask out and have it inspected."],
            "No clean can start.",
        ),
        Alarm(
            STEP_ALARM,
            "Limit of a step passed",
            3,
            "A value has left the range that the recipe allows in this step. The recipe wants it told, no more.",
            ["Read which value it is.", "Watch it; press STOP if it goes on."],
            "The run goes on; its record says so.",
        ),
        Alarm(
            LINE_ALARM,
            "Device does not answer",
            2,
            "A device is silent; its values are not trusted.",
            ["Look at its power and cable.", "See Service for its name."],
            "Whatever depends on it stays safe.",
        ),
        Alarm(
            NOISE_ALARM,
            "Line is disturbed",
            3,
            "More than one exchange in twenty fails on a line. Each is asked again; nothing false is shown.",
            ["Look at plugs, shield and termination of the line.", "Is another program or terminal on it?"],
            "Readings come late, and in the end the device counts as lost.",
        ),
    ]
