"""One of our drivers on a real port, in a process of its own: the client of an emulator that a stranger serves.

Takes a JSON order, works as a bus does for some seconds, and prints each tag's last reading as {"check": …, "got": …}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from controller.clock import monotonic_s, wait_s
from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.catalogue import driver_class
from drivers.transport import SILENCE_CHARS, SerialPort
from tests.drivers.transcript import OPTIONS
from tests.system.pair import LINES

SCAN_S = 0.02


def main() -> None:
    order = json.loads(sys.argv[1])
    driver, url = order["device"], order["url"]
    cls = driver_class(driver)
    baud, form = LINES[driver]
    port = SerialPort(url, baud or 9600, form, monotonic_s, SILENCE_CHARS.get(cls.protocol, 0.0))
    options = cls.options_model.model_validate({**OPTIONS.get(driver, {}), **order["options"]})
    device = cls("it", port, order["address"], options)
    names = {local: local for local in (*device.tags, *device.outputs)}
    periods = [(p.method, p.tags, min(device.tags[tag].period_s for tag in p.tags)) for p in device.polls()]
    at = Attached(device, names, periods)
    bus = Bus("line", port, [at])
    told: dict[str, Any] = {}
    began = monotonic_s()
    while (now := monotonic_s()) < began + order["seconds"]:
        bus.lease = Lease(now, order["outputs"])
        bus.service(now + SCAN_S)  # the line's clock is this one: it must have somewhere to go
        while bus.inbox:
            for name, value, quality in bus.inbox.popleft().items:
                told[name] = value if quality.name == "GOOD" else f"{quality.name}"
        wait_s(SCAN_S)
    port.close()
    say("who", at.who)
    say("ready", at.ready)
    if troubles := [f"{notice.event}: {notice.text}" for notice in bus.notices if notice.event != "ready"]:
        say("troubles", troubles)
    for name, value in told.items():
        say(name, value)


def say(check: str, got: Any) -> None:
    print(json.dumps({"check": check, "got": got}, default=str), flush=True)


if __name__ == "__main__":
    main()
