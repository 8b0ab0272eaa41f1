"""The deterministic core of the tool and the process around it."""

#: version of the software, as records, screens and the package show it
VERSION = "0.1.0"
