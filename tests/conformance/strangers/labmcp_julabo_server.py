"""labmcp-julabo's simulator of a circulator behind a line."""

import json

from labmcp_julabo.simulator import JulaboSimulator
from line import answered
from note import serving

chiller = JulaboSimulator(seed=1)
rest = b""


def handle(data):
    global rest
    *lines, rest = (rest + data).split(b"\r")
    replies = [chiller.handle(line.decode()) for line in lines if line.strip()]
    return b"".join(f"{reply}\r\n".encode() for reply in replies if reply is not None)


serving(answered(handle))
print(json.dumps({"setpoint": chiller.setpoint_c, "running": chiller.running}), flush=True)
