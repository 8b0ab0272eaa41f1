"""labmcp-alicat's simulator of an MC-500SCCM-D behind a line: its first-order flow, its noise, its tables."""

import json
import re

from labmcp_alicat.simulator import AlicatSimulator
from line import answered
from note import serving


class Controlling(AlicatSimulator):
    """Also tells what it controls, register 122: 37, its mass flow. Takes a set point without a blank, as units do."""

    def handle(self, command):
        if command == f"{self.unit_id}R122":
            return f"{self.unit_id}   122 = 37"
        return super().handle(re.sub(r"^(.S)(?=[\d.-])", r"\1 ", command))


mfc = Controlling(zero_offset=0.0)
rest = b""


def handle(data):
    global rest
    *lines, rest = (rest + data).split(b"\r")
    said = []
    for line in lines:
        reply = mfc.handle(line.decode())
        said += [reply] if isinstance(reply, str) else reply or []
    return b"".join(f"{reply}\r".encode() for reply in said)


serving(answered(handle))
print(json.dumps({"setpoint": mfc.setpoint, "hold": mfc.hold, "gas": mfc.gas}), flush=True)
