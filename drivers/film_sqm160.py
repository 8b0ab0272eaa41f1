"""Film monitor: INFICON SQM-160 and one of its quartz crystals, coated beside the mask and eroded with it.

Owns the packet and its checksum. A thickness is relative to when the monitor was last zeroed, which is left to people.
A crystal that has failed shows in its frequency and its life, not in the thickness.
"""

from __future__ import annotations

from typing import Literal, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, poll
from drivers.line_protocol import read_exactly, text
from drivers.tags import Tag

# Packet: manual SQM-160 5.3. Its text takes the length out of the checksum, its own examples have it in.
SYNC = b"!"
REQUEST_LENGTH, REPLY_LENGTH, CHECK = 34, 35, 34  # added to each, so that none can be the sync
FIRMWARE, RATE, THICKNESS, FREQUENCY, LIFE = "@", "L", "N", "P", "R"
# C and D as two clients have it, B and E: manual SQC-310 4.2.2, which has the same packet.
STATUSES = {"B": "the monitor was reset", "C": "invalid command", "D": "problem with its data", "E": "wrong mode"}
NM = {"A": 0.1, "kA": 100.0}
NMPS = 0.1  # a rate comes in ångström a second, whatever the thickness comes in: two clients
MOST_NMPS = 100.0  # assumed: far above what a crystal is coated or eroded with


class Sqm160Options(Options):
    """``sensor``: its input; ``thickness_unit``: what the monitor sends, ångström or kilo-ångström."""

    sensor: int = Field(default=1, ge=1, le=6)
    # no default: two accounts of the same monitor differ by 1000. assumed: kA when it sends three decimals
    thickness_unit: Literal["A", "kA"]


class Sqm160(Device):
    """INFICON SQM-160 quartz crystal monitor, one sensor."""

    protocol = "sqm160"
    point_to_point = True
    bauds = (9600, 19200)  # the two rates of its two independent clients
    reply_timeout_s = 0.3  # assumed: 25 characters take 26 ms at 9600 baud; two clients wait 0.1 s for the answer
    options_model = Sqm160Options

    thickness = Tag("film_thickness_nm", "Measure film thickness [nm, -1e5..1e5 since zeroed]", -1e5, 1e5, period_s=0.5)
    rate = Tag(
        "film_rate_nmps",
        "Measure film rate [nm/s, -100..100, below 0 while eroded]",
        -MOST_NMPS,
        MOST_NMPS,
        period_s=0.5,
    )
    frequency = Tag("crystal_frequency_hz", "Measure crystal frequency [Hz, 1e6..1e7]", 1e6, 1e7, period_s=1.0)
    life = Tag("crystal_life_pct", "Measure crystal life left [%, 0..100]", 0.0, 100.0, period_s=5.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(Sqm160Options, options)
        self.sensor, self.nm = own.sensor, NM[own.thickness_unit]

    def identify(self) -> str:
        """Firmware of the monitor."""
        return f"INFICON SQM-160, {self._ask(FIRMWARE)}"

    @poll(thickness)
    def read_thickness(self) -> Values:
        """Thickness of the film."""
        return {"film_thickness_nm": self._number(THICKNESS) * self.nm}

    @poll(rate)
    def read_rate(self) -> Values:
        """Rate at which the film grows."""
        return {"film_rate_nmps": self._number(RATE) * NMPS}

    @poll(frequency)
    def read_frequency(self) -> Values:
        """Frequency of the crystal."""
        return {"crystal_frequency_hz": self._number(FREQUENCY)}

    @poll(life)
    def read_life(self) -> Values:
        """Life left in the crystal."""
        return {"crystal_life_pct": self._number(LIFE)}

    def _number(self, command: str) -> float:
        answer = self._ask(f"{command}{self.sensor}")
        try:
            return float(answer)
        except ValueError as error:
            raise BadReply(f"{command}{self.sensor}: {answer!r} is not a number") from error

    def _ask(self, command: str) -> str:
        """Data of the reply to a command."""
        self.port.write(packet(command.encode("ascii"), REQUEST_LENGTH))
        head = read_exactly(self.port, 2, self.reply_timeout_s)
        size = head[1] - REPLY_LENGTH
        if head[:1] != SYNC or size < 1:
            raise BadReply(f"{command}: {head.hex(' ')} is not the head of a reply; does the line echo?")
        body = read_exactly(self.port, size + 2, self.reply_timeout_s)
        if head + body != packet(body[:size], REPLY_LENGTH):
            raise BadReply(f"{command}: checksum is wrong in {(head + body).hex(' ')}; does the line echo?")
        answer = text(body[:size])
        if answer[0] != "A":
            raise Refused(f"{command}: {STATUSES.get(answer[0], 'refused')} (status {answer[0]})")
        return answer[1:].strip()


def packet(data: bytes, offset: int) -> bytes:
    """Sync, length, data, and their 14 bits of checksum in two characters."""
    body = bytes((len(data) + offset,)) + data
    crc = 0x3FFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x2001 if crc & 1 else 0)
    return SYNC + body + bytes(((crc & 0x7F) + CHECK, (crc >> 7) + CHECK))
