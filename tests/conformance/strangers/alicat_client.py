"""alicat: polling, set point, gas, tare, totalizer, hold, lock, PID, ramp, and what a unit refuses."""

import asyncio
import sys

import alicat
from note import note, say

url = sys.argv[1]


async def checked(check, coroutine):
    try:
        say(check, await coroutine)
    except Exception as error:  # noqa: BLE001 - whatever it raises is what it says
        print(f"{check}: {error!r}", file=sys.stderr)
        say(check, {"error": type(error).__name__})


async def main():
    where = url.removeprefix("socket://")
    async with alicat.FlowController(address=where, unit="A") as mfc:
        await checked("state", mfc.get())
        await checked("set flow", mfc.set_flow_rate(50.0))
        await checked("state after", mfc.get())
        await checked("firmware", mfc.get_firmware())
        await checked("gas Ar", mfc.set_gas("Ar"))
        await checked("gas N2", mfc.set_gas(8))
        await checked("no such gas", mfc.set_gas(99))
        await checked("tare pressure", mfc.tare_pressure())
        await checked("tare flow", mfc.tare_volumetric())
        await checked("lock", mfc.lock())
        await checked("locked", mfc.is_locked())
        await checked("unlock", mfc.unlock())
        await checked("unlocked", mfc.is_locked())
        await checked("pid", mfc.get_pid())
        await checked("set pid", mfc.set_pid(p=2, i=3, d=1, loop_type="PD2I"))
        await checked("pid set", mfc.get_pid())
        await checked("max ramp", mfc.get_maxramp())
        await checked("ramp config", mfc.get_ramp_config())
        await checked("set max ramp", mfc.set_maxramp(25.0, "s"))
        await checked("max ramp set", mfc.get_maxramp())
        await checked("ramp off", mfc.set_maxramp(0.0, "s"))
        await checked("set pressure", mfc.set_pressure(20.0))
        await checked("back to flow", mfc.set_flow_rate(75.0))
        await checked("above full scale", mfc.set_flow_rate(9000.0))
        await checked("set flow again", mfc.set_flow_rate(75.0))
        await checked("hold", mfc.hold())
        await checked("cancel hold", mfc.cancel_hold())
        await checked("state at the end", mfc.get())


note("session", asyncio.run, main())
