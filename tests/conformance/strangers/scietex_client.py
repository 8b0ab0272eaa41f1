"""scietex.hal.vacuum_gauge: its client of a Thyracont gauge, protocol version 1, over pymodbus; all its methods."""

import asyncio
import sys

from note import say
from scietex.hal.serial.config import SerialConnectionConfig
from scietex.hal.vacuum_gauge.thyracont.rs485.v1 import ThyracontRS485V1Gauge


async def checked(check, coroutine):
    try:
        say(check, await coroutine)
    except Exception as error:  # noqa: BLE001 - whatever it raises is what it says
        print(f"{check}: {error!r}", file=sys.stderr)
        say(check, {"error": type(error).__name__})


async def main():
    line = SerialConnectionConfig(port=sys.argv[1], baudrate=9600, timeout=1.0)
    gauge = ThyracontRS485V1Gauge(line, address=1)
    await checked("model", gauge.get_model())
    await checked("pressure", gauge.measure())
    for number in (1, 2):
        await checked(f"set point {number}", gauge.get_setpoint(number))
        await checked(f"calibration {number}", gauge.get_calibration(number))
    await checked("set point 2 written", gauge.set_setpoint(2, 2.5e-3))
    await checked("set point 2 read", gauge.get_setpoint(2))
    await checked("set point 1 after that", gauge.get_setpoint(1))
    await checked("hot cathode", gauge.get_penning_state())
    await checked("hot cathode off", gauge.set_penning_state(False))
    await checked("hot cathode read", gauge.get_penning_state())
    await checked("hot cathode on", gauge.set_penning_state(True))
    await checked("transition", gauge.get_penning_sync())
    await checked("transition off", gauge.set_penning_sync(False))
    await checked("transition read", gauge.get_penning_sync())
    await checked("calibration 1 written", gauge.set_calibration(1, 1.2))
    await checked("calibration unlocked by hand", gauge.request_gauge("c", b"1"))
    await checked("calibration in six digits", gauge.request_gauge("c", b"000120"))
    await checked("calibration 1 read", gauge.get_calibration(1))
    await checked("atmosphere", gauge.set_atmosphere())
    await checked("zero", gauge.set_zero())
    await checked("pressure set", gauge.set_pressure(1.0))
    await checked("unknown code", gauge.request_gauge("X"))
    await checked("pressure at the end", gauge.measure())
    elsewhere = ThyracontRS485V1Gauge(line, address=2, timeout=0.5)
    await checked("another address", elsewhere.get_model())


asyncio.run(main())
