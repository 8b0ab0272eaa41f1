"""How a test talks to the T&C generator, and the two states in which it finds it."""

import pytest

ON = 0x5555


@pytest.fixture
def ag(make, wiring):
    wiring.commands.rf_permit = True
    return make("rf_tandc_ag", max_power_w=600, max_reflected_w=100)


@pytest.fixture
def mine(ag):
    """The generator, with its host in control."""
    assert ask(ag, "BC", ON) == b"\0\1"
    return ag


def frame(name, first=0, second=0, address=0):
    request = bytes((0x43, address)) + name.encode() + first.to_bytes(2, "big") + second.to_bytes(2, "big")
    return request + sum(request).to_bytes(2, "big")


def ask(ag, name, first=0, second=0):
    """The data of the reply, b"" for a mere star."""
    reply = ag.receive(frame(name, first, second), 0.0)
    assert reply[:1] == b"*"
    if reply == b"*":
        return b""
    assert reply[1:3] == b"R\0" and int.from_bytes(reply[-2:], "big") == sum(reply[1:-2])
    assert int.from_bytes(reply[3:5], "big") == len(reply) - 7
    return reply[5:-2]


def words(ag, name, first=0):
    data = ask(ag, name, first)
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def refused(ag, name, first=0, second=0):
    return ag.receive(frame(name, first, second), 0.0) == b"?"


def live(ag, seconds, plant=None, ping=True, dt=0.01):
    for step in range(round(seconds / dt)):
        if plant:
            plant()
        if ping and step % 100 == 0:
            assert ag.receive(frame("BP"), 0.0) == b"*"
        ag.step(0.0, dt)


def reflecting(wiring, share):
    def plant():
        wiring.sensors.reflected_w = share * wiring.commands.rf_forward_w

    return plant


def switch_on(ag, watts=200):
    assert ask(ag, "SA", watts) == ask(ag, "BR", ON) == b""
    live(ag, 0.5)
