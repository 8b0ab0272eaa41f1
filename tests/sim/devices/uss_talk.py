"""Requests to a TURBOVAC, and its replies taken apart."""

import struct
from functools import reduce
from operator import xor

ON, OFF, RESET = 0x0401, 0x0400, 0x0480


def frame(access=0, number=0, index=0, value=0, word=0, set_point=0, address=0):
    body = struct.pack(">BBBHBBI", 2, 22, address, access << 12 | number, 0, index, value & 0xFFFFFFFF)
    body += struct.pack(">6H", word, set_point, 0, 0, 0, 0)
    return body + bytes((reduce(xor, body),))


def tell(pump, now=0.0, **parts):
    """The reply, taken apart: access, number, index, value, six words."""
    reply = pump.receive(frame(**parts), now)
    assert len(reply) == 24 and reduce(xor, reply) == 0 and reply[:3] == bytes((2, 22, pump.address)) and reply[5] == 0
    pke, _, index, value = struct.unpack(">HBBI", reply[3:11])
    return pke >> 12, pke & 0x7FF, index, value, struct.unpack(">6H", reply[11:23])


def ask(pump, number, index=None, now=0.0):
    access, _, _, value, _ = tell(pump, now, access=1 if index is None else 6, number=number, index=index or 0)
    assert access in (1, 2, 4, 5)
    return value


def put(pump, number, value, access=2, index=0):
    """Code and value of the reply."""
    reply = tell(pump, access=access, number=number, index=index, value=value)
    return reply[0], reply[3]


def status(pump, word=0, **more):
    return tell(pump, word=word, **more)[4][0]


def live(pump, seconds, word=None):
    for step in range(round(seconds / 0.01)):
        if word is not None and step % 100 == 0:
            tell(pump, word=word)
        pump.step(0.0, 0.01)
