"""Any bytes in: a port that answers whatever it is told to, and replies that are nearly right."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from drivers.device import DeviceError
from tests.drivers.transcript import TranscriptPort, make


class Babble(TranscriptPort):
    """Answers the first request with the first reply, the next with the next, and after the last it is mute."""

    def __init__(self, replies: Sequence[bytes]) -> None:
        super().__init__()
        self.replies = list(replies)

    def write(self, data: bytes) -> None:
        self.sent_s = self.time
        self.buffer += self.replies.pop(0) if self.replies else b""


def broken(*good: bytes) -> st.SearchStrategy[list[bytes]]:
    """Replies to some requests: right ones, right ones with some bytes replaced, and any bytes at all."""
    some, place, length = st.binary(max_size=4), st.integers(0, 20), st.integers(0, 4)
    spliced = st.builds(
        lambda frame, i, n, new: frame[:i] + new + frame[i + n :], st.sampled_from(good), place, length, some
    )
    return st.lists(st.one_of(st.sampled_from(good), spliced, st.binary(max_size=60)), min_size=1, max_size=10)


def survive(name: str, replies: Sequence[bytes]) -> None:
    """Ask a driver everything that it can be asked; it may answer or raise a DeviceError, and nothing else."""
    device = make(name, Babble(replies))
    for method in ("identify", *(poll.method for poll in device.polls())):
        device.port.replies = list(replies)
        device.port.buffer = b""
        try:
            values = getattr(device, method)()
        except DeviceError:
            continue
        assert isinstance(values, str) if method == "identify" else values.keys() <= device.tags.keys()
