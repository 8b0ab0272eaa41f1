"""The base of every driver: declarations, identity, polls and writes of one instrument on a line.

A driver declares its tags and outputs as class attributes, its options as a strict pydantic model, and turns them into
bytes. It never sleeps, never retries, never decides: the bus asks, the driver answers or raises a DeviceError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from drivers.errors import BadReply, DeviceError, NoReply, PortLost, Refused, WrongDevice
from drivers.tags import Output, Tag
from drivers.transport import Port

__all__ = [
    "BadReply",
    "Device",
    "DeviceError",
    "NoReply",
    "Options",
    "Poll",
    "Port",
    "PortLost",
    "Refused",
    "Values",
    "WrongDevice",
    "poll",
]

F = TypeVar("F", bound=Callable[..., Any])
Values = dict[str, Any]  # local tag or output name -> value


class Options(BaseModel):
    """Options that every device table of a machine file may carry; drivers derive their own from it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Poll(NamedTuple):
    """One periodic read: the method's name and the local names of the tags that it returns."""

    method: str
    tags: tuple[str, ...]


def poll(*tags: Tag) -> Callable[[F], F]:
    """Mark a driver's method as the periodic read of these tags; it returns {local tag name: value}.

    Its period is the shortest of its tags' periods, which the machine file may change.
    """

    def mark(method: F) -> F:
        method.poll_tags = tuple(tag.name for tag in tags)  # type: ignore[attr-defined]
        return method

    return mark


class Device:
    """One instrument on a line.

    A subclass declares `Tag`s and `Output`s as class attributes, an `Options` model, and defines `identify`, its
    `@poll` methods and, where it has outputs, `write`. A device whose tags depend on its options (remote I/O) adds to
    `tags` and `outputs` in ``__init__`` and overrides `polls`.
    """

    protocol: ClassVar[str] = ""  #: bus protocol that this driver speaks, as the machine file names it
    serial_format: ClassVar[str] = "8N1"  #: data bits, parity, stop bits as the device leaves the factory
    bauds: ClassVar[tuple[int, ...]] = ()  #: baud rates that it can do; none for a device on the network
    formats: ClassVar[tuple[str, ...]] = ()  #: what else than ``serial_format`` it can be set to
    addresses: ClassVar[tuple[int, int]] = (0, 255)  #: lowest and highest; where it has none, any will do
    point_to_point: ClassVar[bool] = False  #: whether it has no address, and its line carries nobody else
    reply_timeout_s: ClassVar[float] = 0.15  #: twice the worst documented latency
    proven_on_hardware: ClassVar[bool] = False
    options_model: ClassVar[type[Options]] = Options

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        self.name = name
        self.port = port
        self.address = address
        self.options = options
        self.rest_until_s = 0.0  #: line time before which the bus leaves this device alone
        declared = [value for cls in reversed(type(self).__mro__) for value in vars(cls).values()]
        self.tags: dict[str, Tag] = {d.name: d for d in declared if isinstance(d, Tag)}
        self.outputs: dict[str, Output] = {d.name: d for d in declared if isinstance(d, Output)}

    def polls(self) -> list[Poll]:
        """The periodic reads of this driver, in order of declaration."""
        found: dict[str, Poll] = {}
        for base in reversed(type(self).__mro__):
            for key, value in vars(base).items():
                if hasattr(value, "poll_tags"):
                    found[key] = Poll(key, value.poll_tags)
        return list(found.values())

    def identify(self) -> str:
        """Ask the device who it is and arm its watchdog; returns its name for people, raises WrongDevice."""
        raise NotImplementedError

    def write(self, values: Mapping[str, Any]) -> None:
        """Set outputs: {local output name: value}. Off before on, setpoints before enables.

        ``values`` holds the outputs that changed or whose refresh is due. Raising leaves all of them unwritten in
        the bus's books, so it asks again.
        """
        raise DeviceError(f"{self.name} has no outputs, but was asked to write {', '.join(values)}")

    def rest(self, seconds: float) -> None:
        """Ask the bus to leave this device alone for so long (some need silence after a command)."""
        self.rest_until_s = self.port.now() + seconds
