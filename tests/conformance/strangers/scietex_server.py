"""scietex.hal.vacuum_gauge: its emulator of a Thyracont gauge, protocol version 1, served by pymodbus on a pty."""

import asyncio
import json
import logging
import sys
import threading

from line import joined
from scietex.hal.serial.config import SerialConnectionConfig
from scietex.hal.vacuum_gauge.thyracont.rs485.v1 import ThyracontEmulator

logging.disable(logging.WARNING)  # of pymodbus, about its own next version


async def main():
    own, theirs = joined()
    gauge = ThyracontEmulator(SerialConnectionConfig(port=own, baudrate=9600), address=1)
    gauge.pressure = 2.6e-6
    await gauge.start()
    print(json.dumps({"url": theirs}), flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()
    print(json.dumps({"pressure": gauge.pressure}), flush=True)
    await gauge.stop()


asyncio.run(main())
