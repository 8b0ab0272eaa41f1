"""Small helpers that more than one driver needs to talk over a line. Knows no device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from drivers.errors import BadReply, NoReply
from drivers.transport import Port

LONGEST_LINE = 256  # assumed: longer than any reply in text that the fact sheets show


class Within(NamedTuple):
    """How far two answers may differ and still be the same: in the tag's unit, or as a fraction of the larger."""

    absolute: float = 0.0
    relative: float = 0.0


EXACTLY = Within()
#: Of a gauge in Pa: more than its noise, or it would never be believed. Below the first a digit falls over unseen.
STEADY_PRESSURE = Within(0.02, 0.1)  # assumed: 2e-4 of a 100 Pa capacitance gauge at zero; ten times a wide-range one


def read_exactly(port: Port, size: int, timeout_s: float) -> bytes:
    """Exactly ``size`` bytes within ``timeout_s`` [s] of the last write; raises NoReply."""
    data = port.read(size, timeout_s)
    if len(data) != size:
        raise no_reply(data, timeout_s)
    return data


def ask_line(port: Port, request: str, end: bytes, timeout_s: float) -> str:
    """Send a request in ASCII and read one line of text, without its ``end``; raises NoReply, BadReply.

    For lines of unknown length only: reading up to a terminator costs four times a read of known length.
    """
    port.write(request.encode("ascii"))
    return read_line(port, end, timeout_s)


def read_line(port: Port, end: bytes, timeout_s: float) -> str:
    """One line of text without its ``end``; raises NoReply, BadReply."""
    line = port.read_until(end, LONGEST_LINE, timeout_s)
    if not line.endswith(end):
        raise no_reply(line, timeout_s)
    return text(line).strip()


def text(data: bytes) -> str:
    """Bytes as ASCII; raises BadReply."""
    if not data.isascii() or 0 in data:  # NUL: a character whose parity was wrong
        raise BadReply(f"reply is not text: {data.hex(' ')}; check baud rate and parity")
    return data.decode("ascii")


def no_reply(data: bytes, timeout_s: float) -> NoReply:
    """The error for silence, or for a reply that stopped half-way."""
    if data:
        return NoReply(f"reply stopped after {len(data)} bytes ({data.hex(' ')}); check wiring and baud rate")
    return NoReply(f"no reply within {timeout_s:.2f} s; check that it is switched on, its cable and its address")


def confirmed(ask: Callable[[], dict[str, Any]], last: dict[str, Any], within: Mapping[str, Within]) -> dict[str, Any]:
    """Values from a line without checksum or parity, where a bit that falls over turns one digit into another.

    ``ask`` makes one exchange and returns values by tag, ``last`` holds what was confirmed before and is brought up to
    date, ``within`` names the tags that are compared. While nothing moves it costs nothing. What moved is asked again
    at once, and is believed when the next answer says the same, or goes on in the same direction: then at most one of
    them is bent, and what is believed is a true one or lies between two of them. Else raises BadReply.
    """
    values = ask()
    for name, limit in within.items():
        value, before = values[name], last.get(name, last)  # `last` itself: never seen
        if value != before and not _close(value, before, limit):
            values = _borne_out(values, ask, last, within)
            break
    for name in within:
        last[name] = values[name]
    return values


def _borne_out(
    first: dict[str, Any], ask: Callable[[], dict[str, Any]], last: dict[str, Any], within: Mapping[str, Within]
) -> dict[str, Any]:
    """The first answer or a later one, whichever the others bear out; raises BadReply."""
    answers = [last, first, ask()]
    if not last.keys() >= within.keys() and not _same(first, answers[2], within):
        answers = [first, answers[2], ask()]  # never seen before: where it comes from has to be asked, too
    before, middle, newest = answers
    if _same(middle, newest, within):
        return newest
    if all(_goes_on(before[name], middle[name], newest[name], limit) for name, limit in within.items()):
        return middle
    seen = "; ".join(str({name: answer[name] for name in within}) for answer in answers)
    raise BadReply(f"the answers to one question do not go together ({seen}); check shield and ground of the line")


def _same(answer: Mapping[str, Any], next_: Mapping[str, Any], within: Mapping[str, Within]) -> bool:
    """Whether the next answer says the same, or that there is no value, which nobody takes for one."""
    return all(next_[name] is None or _close(answer[name], next_[name], limit) for name, limit in within.items())


def _close(one: Any, other: Any, limit: Within) -> bool:
    """Numbers within the limit, all else equal."""
    if one == other:
        return True
    if not _are_numbers(one, other):
        return False
    return bool(abs(one - other) <= max(limit.absolute, limit.relative * max(abs(one), abs(other))))


def _goes_on(before: Any, middle: Any, newest: Any, limit: Within) -> bool:
    """Whether a value comes from ``before`` through ``middle`` to ``newest``, or stays where it is."""
    if _close(middle, newest, limit):
        return True
    return _are_numbers(before, middle, newest) and (before <= middle <= newest or before >= middle >= newest)


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, float | int) and not isinstance(value, bool) for value in values)
