"""One scan: image, interlocks, plausibility, alarms, unit state, outputs."""
