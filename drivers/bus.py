"""One line and the devices on it: identifies them, polls what is due, writes what is leased, backs off what is dead.

`service(now)` does the work that is due and returns; it has no thread and no clock but the port's. The scan talks to
it through two exchanges only: it grants a `Lease` and takes what lies in the `inbox`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from drivers.attached import Attached, Lease, ReadBack
from drivers.device import BadReply, DeviceError, NoReply, PortLost, Refused
from drivers.staleness import SILENCE_S
from drivers.tags import Quality
from drivers.transport import Port

LEASE_S = 0.5  #: DESIGN: outputs are written only while the scan's lease is fresher than this [s]
BACK_OFF_S = (0.2, 5.0)  #: first and longest pause before a lost device is tried again [s]
LOST_AFTER = 2  #: consecutive failures after which a device counts as lost
JUDGED_OVER_S = 60.0  #: a line is called noisy or quiet by its last minute  # RELIABILITY A3
NOISY, FEWEST = 0.05, 20  #: … when more than one exchange in twenty fails, of twenty at least
MUTE_AFTER = 2  #: time-outs in a row, of anybody, after which a network connection is made anew  # RELIABILITY 1.7
UNASKED = "a late reply, or a second master; check that no other program or terminal is on this line"
_GOOD, _BAD = Quality.GOOD, Quality.BAD
_NONE: dict[str, Any] = {}


NO_LEASE = Lease(-math.inf, {})


class Arrival(NamedTuple):
    """What one reply said, on its way to the image: not to be seen before ``ready_s``, when its last byte was in."""

    ready_s: float
    time_s: float  #: when the device said it
    items: list[tuple[str, Any, Quality]]  #: machine tag name, value, quality


class Notice(NamedTuple):
    """Something that happened on a line, for the log and the alarms."""

    time_s: float
    device: str
    event: str  #: "ready", "lost" or "error" of a device; "noisy" or "quiet" of a line
    text: str


class Bus:
    """The owner of one line; only one exchange is under way at any time."""

    def __init__(self, name: str, port: Port, attached: list[Attached]) -> None:
        self.name = name
        self.port = port
        self.attached = attached
        self.lease = NO_LEASE
        self.inbox: deque[Arrival] = deque()
        self.notices: deque[Notice] = deque(maxlen=1000)
        self.exchanges = 0
        self.errors = 0
        self._idle_until_s = -math.inf
        self._idle_lease = NO_LEASE
        self._idle_since_s = math.nan  # since when it has asked the same, if it was fresh then
        self._last: Attached | None = None  # who was asked last
        self._judged = (0.0, 0, 0)  # when, and how many exchanges and disturbed ones there were then
        self._disturbed = 0  # exchanges with a device that is there
        self._noisy = False
        self._mute = 0  # time-outs in a row on the whole line

    def service(self, now: float) -> None:
        """Do what is due until the line's clock has passed ``now``."""
        lease, port = self.lease, self.port
        if now < self._idle_until_s and (lease is self._idle_lease or lease.since_s == self._idle_since_s):
            return
        while (time := port.now()) <= now:
            if time < self._idle_until_s and (lease is self._idle_lease or lease.since_s == self._idle_since_s):
                return
            if time >= self._judged[0] + JUDGED_OVER_S:
                self._judge(time)
            idle_until_s = self._one_job(time)
            if idle_until_s is not None:
                self._idle_until_s, self._idle_lease = idle_until_s, lease
                self._idle_since_s = lease.since_s if time <= lease.granted_s + LEASE_S else math.nan
                return

    def _judge(self, time: float) -> None:
        """Say when a line begins to be disturbed, and when that is over."""
        _, exchanges, disturbed = self._judged
        made, failed = self.exchanges - exchanges, self._disturbed - disturbed
        noisy = made >= FEWEST and failed > NOISY * made
        if noisy is not self._noisy:
            text = f"{failed} of {made} exchanges on line {self.name} failed within a minute"
            self.notices.append(Notice(time, self.name, "noisy" if noisy else "quiet", text))
        self._noisy = noisy
        self._judged = time, self.exchanges, self._disturbed

    def next_due(self, now: float) -> float:
        """The earliest time [s] from ``now`` on at which this line has something to do."""
        return max(self._wake_s(), self.port.now(), now)

    def _wake_s(self) -> float:
        wake = math.inf
        for at in self.attached:
            own = min(at.recheck_s, at.next_s) if at.ready else self._next_try_s(at)
            wake = min(wake, max(own, at.device.rest_until_s))
        return wake

    def _next_try_s(self, at: Attached) -> float:
        """When a device that is not ready is asked again: no pause keeps one that takes writes from its safe values."""
        return min(at.next_try_s, self.lease.granted_s + LEASE_S) if at.holds else at.next_try_s

    def _one_job(self, time: float) -> float | None:
        """Run the most urgent job: writes first, then the poll or the search for a lost device that waits longest.

        With nothing to do it returns the time until which that holds, unless another lease is granted.
        """
        wake = math.inf
        job: Attached | None = None
        index, oldest = -1, math.inf  # index -1 stands for identifying
        lease = self.lease
        for at in self.attached:
            rest_until_s = at.device.rest_until_s
            if time < rest_until_s:
                wake = min(wake, rest_until_s)
                continue
            if not at.ready:
                next_try_s = self._next_try_s(at)
                wake = min(wake, next_try_s)
                if next_try_s <= time and next_try_s < oldest:
                    job, index, oldest = at, -1, next_try_s
                continue
            if at.outputs:
                if (
                    ((lease is not at.seen_lease and lease.since_s != at.seen_since_s) or time >= at.recheck_s)
                    and not _same_again(at, lease, time)
                    and (changes := self._changes(at, time))
                ):
                    if self._quiet(at):
                        self._write(at, changes)
                    return None
                if at.recheck_s < wake:
                    wake = at.recheck_s
            due = at.next_s
            if due > time:
                if due < wake:
                    wake = due
            elif due < oldest:
                job, index, oldest = at, at.due_s.index(due), due
        if job is None:
            return wake
        if not self._quiet(job):
            return None
        if index < 0:
            self._identify(job)
        else:
            self._poll(job, index, time)
        return None

    def _quiet(self, at: Attached) -> bool:
        """Whether nothing lies on the line that nobody asked for; what does was meant for the one asked last.

        A late reply must not pass for the next one's, and where two masters talk neither can trust what it hears.
        """
        try:
            unread = self.port.unread()
        except DeviceError as error:
            self._failed(at, error)
            return False
        if not unread:
            self._last = at
            return True
        self._failed(self._last or at, BadReply(f"{unread} bytes came unasked: {UNASKED}"))
        return False

    def _changes(self, at: Attached, time: float) -> dict[str, Any]:
        """Local outputs that must be written now: changed, refresh due, or fallen back to safe."""
        lease = self.lease
        expires = lease.granted_s + LEASE_S
        fresh = time <= expires
        granted: Mapping[str, Any] = lease.values if fresh else _NONE
        written, names = at.written, at.names
        changes: dict[str, Any] = {}
        together: dict[str, Any] = {}  # outputs that a watchdog wants again and again go out in one write
        refresh = math.inf
        for local, output in at.outputs.items():
            value = granted.get(names[local], output.safe)
            if local in at.off_first:
                if fresh and value == output.safe:
                    at.off_first.discard(local)
                value = output.safe
            if value is None:
                continue  # nobody asked and there is no safe value: leave it as it is
            last = written.get(local)
            if last is None or last[0] != value:
                changes[local] = value
            if output.refresh_s is not None:
                together[local] = value
                if last is not None:
                    refresh = min(refresh, last[1] + output.refresh_s)
        recheck = min(expires, refresh) if fresh else refresh
        if together and (time >= refresh or not together.keys().isdisjoint(changes)):
            changes.update(together)
        if changes == at.refused and time < at.ask_again_s:
            at.looked_at(lease, min(recheck, at.ask_again_s), fresh)  # never beyond the lease
            return _NONE  # the device said no to just this a moment ago
        if not changes:
            at.looked_at(lease, recheck, fresh)
            if fresh:
                at.seen, at.refresh_s = at.asked(lease), refresh
        return changes

    def _write(self, at: Attached, changes: dict[str, Any]) -> None:
        self.exchanges += 1
        at.seen = None
        try:
            at.device.write(changes)
        except Refused as error:
            at.refusals = at.refusals + 1 if changes == at.refused else 1
            at.refused = changes
            at.ask_again_s = self.port.now() + _pause(at.refusals)
            for local in changes:
                at.written.pop(local, None)  # how much of it was taken is not known
            at.look_again()
            self._refused(at, error)
            if not at.periods:
                self._answered(at)
        except DeviceError as error:
            self._failed(at, error)
        else:
            at.refused = {}
            if not at.periods:  # else a write proves nothing: to many of them there is no answer
                self._answered(at)
            time = self.port.now()
            for local, value in changes.items():
                at.written[local] = (value, time)

    def _poll(self, at: Attached, index: int, time: float) -> None:
        method, tags, period = at.periods[index]
        due = at.due_s[index] + period
        at.polled(index, due if due > time else time)
        self.exchanges += 1
        try:
            values = getattr(at.device, method)()
        except Refused as error:
            self._refused(at, error)
            self._answered(at)
            self._deliver(at, index, dict.fromkeys(tags))
        except DeviceError as error:
            self._failed(at, error)
        else:
            self._mute = 0
            for link in at.readbacks[index]:
                if not self._taken(at, link, values[link.tag]):
                    return
            if at.doubted:  # an answer, but not to be believed
                values = dict.fromkeys(tags)
            elif at.failures:
                self._answered(at)
            self._deliver(at, index, values)

    def _taken(self, at: Attached, link: ReadBack, found: Any) -> bool:
        """Whether an output reads back as it was written. Once it is written again; then its device counts as lost."""
        last = at.written.get(link.output)
        if last is None or found is None:
            return True
        if abs(found - last[0]) <= link.within:
            at.not_taken.pop(link.output, None)
            at.doubted = at.doubted and any(count > 1 for count in at.not_taken.values())
            return True
        at.not_taken[link.output] = count = at.not_taken.get(link.output, 0) + 1
        what = f"{at.names[link.output]} was set to {last[0]:g} and reads back {found:g}"
        if count > 1:
            at.doubted = True
            at.failures = max(at.failures, LOST_AFTER - 1)
            self._failed(at, BadReply(f"{what}; does somebody else set it?"))
            return False
        del at.written[link.output]
        at.look_again()
        self.errors += 1
        self.notices.append(Notice(self.port.now(), at.device.name, "error", f"{what}; it is set again"))
        return True

    def _deliver(self, at: Attached, index: int, values: Mapping[str, Any]) -> None:
        said, items = at.delivered.get(index, (None, []))
        if values is not said:  # a driver hands out the same object when the device says the same again
            bounds, items = at.bounds, []
            for local, value in values.items():
                name, low, high = bounds[local]
                good = value is not None and (low is None or low <= value <= high)
                items.append((name, value, _GOOD if good else _BAD))
            at.delivered[index] = values, items
        self.inbox.append(Arrival(self.port.now(), self.port.answered_s, items))

    def _identify(self, at: Attached) -> None:
        self.exchanges += 1
        try:
            who = at.device.identify()
        except DeviceError as error:
            self._failed(at, error)
            return
        self._mute = 0
        for each in self.attached:
            each.tries_here = 0
        at.ready = True  # its failures count on until a poll is answered: some only ever say who they are
        at.off_first = {local for local, output in at.outputs.items() if output.off_first}
        at.written.clear()  # a device that was away may have lost its setpoints: write all of them again
        at.look_again()
        at.refused = {}
        at.said.clear()
        at.who = who
        if at.failures < LOST_AFTER or not at.periods:  # one that was lost is not back before it has answered a poll
            self._say_ready(at)

    def _answered(self, at: Attached) -> None:
        """A poll was answered, if only with a no: the row of failures is over, and one that was lost is back."""
        at.failures = 0
        if not at.told:
            self._say_ready(at)

    def _say_ready(self, at: Attached) -> None:
        at.told = True
        self.notices.append(Notice(self.port.now(), at.device.name, "ready", at.who))

    def _refused(self, at: Attached, error: Refused) -> None:
        """The device is there and in step, it only said no: it keeps its place, the reason is said once."""
        self.errors += 1
        if str(error) not in at.said:
            at.said.add(str(error))
            self.notices.append(Notice(self.port.now(), at.device.name, "error", str(error)))

    def _failed(self, at: Attached, error: DeviceError) -> None:
        """After any failure the line is drained and the device must say again who it is before it is trusted."""
        self.errors += 1
        self._disturbed += at.told
        at.failures += 1
        _doubt(at)
        at.tries_here += 1
        with suppress(DeviceError):  # if the port itself is gone, the next identify says so
            self.port.drain(SILENCE_S)
        self._doubt_the_port(error)
        time = self.port.now()
        lost = at.failures >= LOST_AFTER
        at.next_try_s = time + (_pause(at.failures - LOST_AFTER + 1) if lost else 0.0)
        if at.failures == LOST_AFTER:
            self.inbox.append(Arrival(time, time, [(at.names[local], None, Quality.BAD) for local in at.device.tags]))
        if at.told or at.failures <= LOST_AFTER:  # said once, not at every attempt
            self.notices.append(Notice(time, at.device.name, "lost" if lost else "error", str(error)))
        at.told = at.told and not lost

    def _doubt_the_port(self, error: DeviceError) -> None:
        """After a failure: whether the port is still the same one, and whether it leads where the devices are.

        Once it has been closed, nobody behind it is known any more: what opens next may be another adapter.
        """
        self._mute = self._mute + 1 if isinstance(error, NoReply) else 0
        gone = isinstance(error, PortLost)
        if self._mute >= MUTE_AFTER:
            self._mute = 0
            gone = self.port.hang_up() or gone
        if all(not each.ready and each.tries_here >= LOST_AFTER for each in self.attached):
            self.port.elsewhere()
            for each in self.attached:
                each.tries_here = 0
        if gone:
            for each in self.attached:
                if each.ready:
                    _doubt(each)


def _doubt(at: Attached) -> None:
    """It must say again who it is; whether it holds something that is not safe is kept in mind."""
    at.holds = at.ready and any(at.outputs[local].safe not in (None, last[0]) for local, last in at.written.items())
    at.ready = False


def _same_again(at: Attached, lease: Lease, time: float) -> bool:
    """Whether a fresh lease asks just what was asked when nothing had to be written; then nothing has now."""
    expires = lease.granted_s + LEASE_S
    if at.seen is None or time > expires or time >= at.refresh_s or at.asked(lease) != at.seen:
        return False
    at.looked_at(lease, min(expires, at.refresh_s), fresh=True)
    return True


def _pause(attempt: int) -> float:
    """Pause [s] before a device is asked once more, doubling from attempt 1 on."""
    first, longest = BACK_OFF_S
    return min(first * 2.0 ** min(attempt - 1, 16), longest)
