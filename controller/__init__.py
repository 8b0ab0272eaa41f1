"""The deterministic core of the tool and the process around it."""
