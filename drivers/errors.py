"""What can go wrong between us and a device. Everything a bus has to catch is a DeviceError.

The texts are for the person at the tool: what happened, and what to do about it.
"""

from __future__ import annotations


class DeviceError(Exception):
    """Something between us and a device went wrong; the text says what, for the person at the tool."""


class NoReply(DeviceError):
    """The device did not answer in time, or not completely."""


class BadReply(DeviceError):
    """The device answered, but not with what was asked: checksum, length, address, echo or form is wrong."""


class Refused(DeviceError):
    """The device understood and said no; the text carries its own error code in words.

    Raised only when the whole refusal has been read: the line is still in step.
    """


class WrongDevice(DeviceError):
    """Identity does not match: another model, another range, or a watchdog that is not armed."""


class PortLost(DeviceError):
    """The port itself is gone: unplugged, refused, closed by the other side."""
