"""mbpoll (libmodbus): the command line that a commissioning engineer has; one process for each question."""

import re
import subprocess
import sys

from note import host_and_port, note

url, device = sys.argv[1:3]
if url.startswith("socket://"):
    host, port = host_and_port(url)
    WHERE, LINE = [host], ["-m", "tcp", "-p", str(port)]
else:
    baud = {"mfc_elflow": "38400", "energy_sdm630": "9600"}[device]
    WHERE, LINE = [url], ["-m", "rtu", "-b", baud, "-P", "none"]


def ask(table, address, *values, count=1, more=()):
    """Values as texts; what libmodbus says of a refusal. Addresses count from 0."""
    command = ["mbpoll", *LINE, "-a", "1", "-0", "-1", "-o", "1", "-t", table, "-r", str(address), *more]
    command += ["-c", str(count)] if not values else []
    command += [*WHERE, *map(str, values)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        return re.sub(r".*failed: *", "", (done.stderr.strip().splitlines() or ["?"])[-1])
    if values:
        return "Written" if "Written" in done.stdout else done.stdout
    return re.findall(r"^\[\d+\]:\s+(\S+)", done.stdout, re.MULTILINE)


HOLDING, INPUTS, COILS, BITS, FLOATS = "4", "3", "0", "1", "3:float"

if device == "mfc_elflow":
    note("measure", ask, HOLDING, 0x20)
    note("fmeasure", ask, "4:float", 0xA100, more=("-B",))
    note("capacity", ask, "4:float", 0x8168, more=("-B",))
    note("setpoint", ask, HOLDING, 0x21, 8000)
    note("setpoint read", ask, HOLDING, 0x21)
    note("fsetpoint", ask, "4:float", 0xA118, 100.0, more=("-B",))
    note("setpoint after fsetpoint", ask, HOLDING, 0x21)
    note("unknown address", ask, HOLDING, 0x500)
    note("read-only", ask, HOLDING, 0x20, 1)
elif device == "energy_sdm630":
    for name, address in (("volts", 0), ("total watts", 0x34), ("hertz", 0x46)):
        note(name, ask, FLOATS, address, more=("-B",))
    note("forty parameters", lambda: len(ask(FLOATS, 0, count=40, more=("-B",))))
    note("system type", ask, "4:float", 0x0A, more=("-B",))
    note("system type, locked", ask, "4:float", 0x0A, 1.0, more=("-B",))
    note("half a parameter", ask, INPUTS, 1)
else:
    back = 0x200 if device == "io_wago750" else 0
    words = 0x200 if device == "io_wago750" else 0x800
    note("inputs", ask, BITS, 0, count=3)
    note("coils on", ask, COILS, 0, 1, 0, 1)
    note("coils", ask, COILS, back, count=3)
    note("output word", ask, HOLDING, words)
    note("analog", ask, INPUTS, 0)
    note("too many", ask, BITS, 0, count=100)
    note("no such register", ask, HOLDING, 0x3F00)
