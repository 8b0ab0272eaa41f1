"""zaber-motion, the vendor's library, without its database: homing, moves in native units, settings, refusals."""

import sys

from note import host_and_port, note
from zaber_motion import Units
from zaber_motion.ascii import Connection

url = sys.argv[1]
tcp = url.startswith("socket://")
line = Connection.open_tcp(*host_and_port(url)) if tcp else Connection.open_serial_port(url, direct=True)
device = line.get_device(1)
axis = device.get_axis(1)


def reply(command, *arguments):
    answer = device.generic_command(command, *arguments, check_errors=False)
    return [answer.reply_flag, answer.data]


def at():
    return axis.get_position(Units.NATIVE)


def move(how, *arguments):
    how(*arguments, Units.NATIVE)
    return at()


note("warnings at first", lambda: sorted(axis.warnings.get_flags()))
note("homed at first", axis.is_homed)
note("move before homing", move, axis.move_absolute, 1000)
note("home", axis.home)
note("homed", axis.is_homed)
note("position after home", at)
note("move", move, axis.move_absolute, 20000)
note("move back", move, axis.move_relative, -5000)
note("busy", axis.is_busy)
note("move to the end", lambda: axis.move_max())
note("at the end", lambda: at() == axis.settings.get("limit.max"))
note("too far", move, axis.move_absolute, 99999999)
axis.move_velocity(-20000, Units.NATIVE)
note("stop", axis.stop)
note("warnings", lambda: sorted(axis.warnings.get_flags()))
note("resolution", axis.settings.get, "resolution")
note("maxspeed", lambda: axis.settings.set("maxspeed", 100000) or axis.settings.get("maxspeed"))
note("unknown setting", axis.settings.get, "no.such.setting")
note("device id", reply, "get deviceid")
note("unknown command", reply, "no such command")
note("bad data", reply, "move abs x", 1)
note("tools", reply, "tools echo hello")
note("system settings", device.settings.get, "system.access")
note("detect", lambda: len(line.detect_devices(identify_devices=False)))
note("stop all", lambda: line.stop_all())
note("end", move, axis.move_absolute, 15000)
line.close()
