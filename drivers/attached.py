"""A device with its place on a line: names, poll times, what was written and refused, how it is. Plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple

from drivers.device import Device
from drivers.tags import Output, Quality, bounds_of


class Lease(NamedTuple):
    """Outputs by machine name, good until ``granted_s + LEASE_S``."""

    granted_s: float
    values: Mapping[str, Any]
    since_s: float = math.nan  #: since when every lease has asked just this; nan: nobody knows


class ReadBack(NamedTuple):
    """That an output is found again in a tag, and how far the two may differ."""

    output: str  #: local name, as ``tag``
    tag: str
    within: float


@dataclass(slots=True)
class Attached:
    """A device with its place in the machine: tag names, poll times, what was written, how it is."""

    device: Device
    names: dict[str, str]  #: local tag or output name -> machine name
    periods: list[tuple[str, tuple[str, ...], float]]  #: method, local tags, period [s]
    ready: bool = False
    who: str = ""  #: what it said it is
    told: bool = False  #: whether "ready" is the last that was told of it, not "lost"
    failures: int = 0  #: in a row; the row ends when a poll is answered, not when it says who it is or takes a write
    next_try_s: float = 0.0
    holds: bool = False  #: not ready, but it took a value of a lease that is not the safe one
    due_s: list[float] = field(default_factory=list)  #: when each poll is due
    next_s: float = math.inf  #: the soonest of them
    written: dict[str, tuple[Any, float]] = field(default_factory=dict)
    refused: dict[str, Any] = field(default_factory=dict)  #: the last write that the device said no to
    refusals: int = 0  #: how often in a row
    ask_again_s: float = 0.0  #: before this the same write is not tried again
    off_first: set[str] = field(default_factory=set)  #: local outputs that must be asked off before they may go on
    said: set[str] = field(default_factory=set)  #: refusals that have been reported since it was identified
    seen_lease: Lease | None = None  #: the lease that was last found to need no write …
    seen_since_s: float = math.nan  #: … its ``since_s``, if it was fresh …
    recheck_s: float = -math.inf  #: … and the time until which that holds
    seen: tuple[Any, ...] | None = None  #: what was asked of all its outputs when nothing had to be written …
    refresh_s: float = math.inf  #: … and until when nothing has, if the same is asked again
    tries_here: int = 0  #: failures in this place of the port since the last success of anybody
    not_taken: dict[str, int] = field(default_factory=dict)  #: how often in a row an output read back as something else
    doubted: bool = False  #: an output was not taken twice: nothing it says is believed until that reads back right
    readbacks: list[list[ReadBack]] = field(init=False)  #: of each poll
    bounds: dict[str, tuple[str, float | None, float]] = field(init=False)  #: of each tag: name and limits
    outputs: dict[str, Output] = field(init=False)  #: the device's own
    _output_names: list[str] = field(init=False)
    delivered: dict[int, tuple[Mapping[str, Any], list[tuple[str, Any, Quality]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.due_s = [0.0] * len(self.periods)
        self.next_s = 0.0 if self.periods else math.inf
        if not self.device.outputs:
            self.recheck_s = math.inf  # nothing to write, ever
        self.outputs = self.device.outputs
        self._output_names = [self.names[local] for local in self.outputs]
        links = [ReadBack(name, *output.readback) for name, output in self.outputs.items() if output.readback]
        self.readbacks = [[link for link in links if link.tag in tags] for _, tags, _ in self.periods]
        self.bounds = {local: (self.names[local], *bounds_of(tag)) for local, tag in self.device.tags.items()}

    def asked(self, lease: Lease) -> tuple[Any, ...]:
        """What a lease asks of each output, ``...`` of one that it does not name."""
        return tuple(map(lease.values.get, self._output_names, repeat(...)))

    def looked_at(self, lease: Lease, until_s: float, fresh: bool) -> None:
        """Nothing has to be written until then, as long as no lease asks for anything else."""
        self.seen_lease, self.recheck_s = lease, until_s
        self.seen_since_s = lease.since_s if fresh else math.nan  # another that asks the same may not have run out

    def look_again(self) -> None:
        """What has to be written must be found out anew."""
        self.seen_lease = self.seen = None
        self.seen_since_s = math.nan

    def polled(self, index: int, due_s: float) -> None:
        """A poll was made; it is due again at ``due_s``."""
        self.due_s[index] = due_s
        self.next_s = min(self.due_s)
