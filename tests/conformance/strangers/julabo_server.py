"""julabo.simulator, through sinstruments' own line protocol: a circulator that keeps what it is told."""

import json

from julabo.simulator import JulaboCF
from line import answered
from note import serving

chiller = JulaboCF("chiller")
rest = b""


def handle(data):
    global rest
    *lines, rest = (rest + data).split(chiller.newline)
    return b"".join(chiller.handle_message(line) or b"" for line in lines if line)


serving(answered(handle))
print(json.dumps({"setpoint": chiller._config["SP_00"], "running": chiller._config["MODE_05"]}), flush=True)
