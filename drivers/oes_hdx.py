"""Optical emission spectrometer: Ocean Insight HDX, OBP messages over TCP.

Owns the message header, the wavelength scale and the line windows. Intensities are counts above the local background;
a line whose window holds a saturated pixel has no intensity.
"""

from __future__ import annotations

import struct
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import read_exactly
from drivers.tags import Tag

# Message layout and numbers: PyPI seabreeze 2.11.0, protocol description.
HEADER = struct.Struct("<HHHHLL6sBB16sL")
START, VERSION, FOOTER = 0xC0C1, 0x1100, bytes((0xC5, 0xC4, 0xC3, 0xC2))
CHECKSUM_SIZE = 16
TAIL_SIZE = CHECKSUM_SIZE + len(FOOTER)
REQUEST_ACK, NACK, EXCEPTION = 0x04, 0x08, 0x10
SERIAL, INTEGRATION, TRIGGER = 0x100, 0x00110010, 0x00110110
SPECTRUM, COEFFICIENT_COUNT, COEFFICIENT = 0x00101100, 0x00180100, 0x00180101
SOFTWARE_TRIGGER = 0  # assumed: 0 = free running
PIXELS, SATURATED = 2068, 65535
ERRORS = {
    1: "protocol",
    2: "unknown message",
    3: "checksum",
    4: "message too large",
    5: "payload length",
    6: "payload data",
    7: "not ready",
    8: "checksum type",
    9: "device was reset",
    11: "memory",
    12: "no information",
    13: "internal",
}
#: Emission lines and band heads [nm]. paper: NIST Atomic Spectra Database; Pearse and Gaydon for the molecules
LINES_NM = {
    "oh_309_counts": 309.0,
    "n2_337_counts": 337.1,
    "ch_431_counts": 431.4,
    "co_483_counts": 483.5,
    "co_519_counts": 519.8,
    "h_656_counts": 656.3,
    "ar_750_counts": 750.4,
    "o_777_counts": 777.4,
    "o_844_counts": 844.6,
}
HALF_WINDOW_NM = 1.0  # assumed: resolution of about 1 nm
SIDE_BAND_NM = (2.5, 4.5)  # assumed: on both sides, outside the line and inside its surroundings
TRANSFER_S = 0.15  # assumed: transfer of a spectrum and the spectrometer's own time
PAYLOAD_LIMIT = 65536  # assumed: well above any reply


class HdxOptions(Options):
    """``integration_ms``: integration time [ms]."""

    integration_ms: int = Field(ge=6, le=10_000)  # HDX: 6000 .. 10 000 000 us


def _line(name: str) -> Tag:
    what, nanometres, _ = name.split("_")
    return Tag(name, f"Measure {what.upper()} emission at {nanometres} nm [counts above background]", period_s=0.1)


class Hdx(Device):
    """Ocean Insight HDX spectrometer."""

    protocol = "obp"
    point_to_point = True
    reply_timeout_s = 0.3  # for messages that need no exposure
    options_model = HdxOptions

    oh, n2, ch, co_blue, co_green, h, ar, o, o_infrared = (_line(name) for name in LINES_NM)
    background = Tag("oes_background_counts", "Measure mean background [counts a pixel, 0..65535]", 0.0, 65535.0, 0.1)
    saturated = Tag("oes_saturated", "Get whether a pixel is saturated [flag]", period_s=0.1, kind="flag")
    spectrum = Tag("spectrum_counts", "Measure spectrum [counts, 2068 pixels]", period_s=0.1, kind="array")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        integration_ms = cast(HdxOptions, options).integration_ms
        self.integration_us = integration_ms * 1000
        self.spectrum_timeout_s = 2.0 * (integration_ms / 1000.0 + TRANSFER_S)
        self.wavelength_nm: NDArray[np.float64] = np.zeros(PIXELS)
        self.bounds = np.zeros((0, len(LINES_NM)), dtype=np.intp)
        self._total = np.zeros(PIXELS + 1, dtype=np.int64)  # running sum of a spectrum; the first stays nothing
        self.pixels = np.ones((2, len(LINES_NM)))

    def identify(self) -> str:
        """Set exposure, read the wavelength scale; returns the serial number."""
        serial = self._ask(SERIAL).split(b"\0")[0].decode("ascii", "replace")
        self._ask(INTEGRATION, struct.pack("<L", self.integration_us), REQUEST_ACK)
        self._ask(TRIGGER, bytes((SOFTWARE_TRIGGER,)), REQUEST_ACK)
        count = self._ask(COEFFICIENT_COUNT)
        if len(count) != 1 or not 2 <= count[0] <= 8:
            raise BadReply(f"count of wavelength coefficients is {count.hex(' ')}")
        self._calibrate([self._coefficient(index) for index in range(count[0])])
        low, high = self.wavelength_nm[0], self.wavelength_nm[-1]
        return f"Ocean HDX {serial}, {low:.0f}..{high:.0f} nm, {self.integration_us // 1000} ms"

    @poll(oh, n2, ch, co_blue, co_green, h, ar, o, o_infrared, background, saturated, spectrum)
    def read_spectrum(self) -> Values:
        """One exposure, and what is read off it."""
        data = self._ask(SPECTRUM, timeout_s=self.spectrum_timeout_s)
        if len(data) != 2 * PIXELS:
            raise BadReply(f"spectrum has {len(data)} bytes, expected were {2 * PIXELS}")
        if not self.bounds.size:
            raise WrongDevice("the spectrometer has not said yet which pixel has which wavelength")
        counts = np.frombuffer(data, dtype="<u2")
        values: dict[str, Any] = self._intensities(counts)
        values["oes_saturated"] = bool(counts.max() == SATURATED)
        if values["oes_saturated"]:
            self._blank(values, counts)
        values["spectrum_counts"] = counts
        return values

    def _intensities(self, counts: NDArray[np.uint16]) -> dict[str, Any]:
        """Counts of each line above the mean of its two side bands, by differences of the running sum."""
        total = self._total
        counts.astype(np.int64).cumsum(out=total[1:])  # cumsum(dtype=...) takes twice as long
        at = total[self.bounds]
        sides = (at[3] - at[2] + at[5] - at[4]) / self.pixels[1]
        lines = at[1] - at[0] - sides * self.pixels[0]
        values: dict[str, Any] = dict(zip(LINES_NM, lines.tolist(), strict=True))
        values["oes_background_counts"] = float(sides.sum() / len(sides))
        return values

    def _blank(self, values: dict[str, Any], counts: NDArray[np.uint16]) -> None:
        """Take the intensity from every line whose window or side bands are cut off."""
        for i, name in enumerate(LINES_NM):
            if counts[self.bounds[2, i] : self.bounds[5, i]].max() == SATURATED:
                values[name] = None

    def _calibrate(self, coefficients: list[float]) -> None:
        """Wavelength of every pixel [nm], and the pixels of each line's window and side bands."""
        with np.errstate(over="ignore", invalid="ignore"):  # a bent coefficient is told below
            self.wavelength_nm = np.polynomial.Polynomial(coefficients)(np.arange(PIXELS, dtype=float))
            rises = bool((np.diff(self.wavelength_nm) > 0.0).all())
        centres = np.array(list(LINES_NM.values()))
        near, far = SIDE_BAND_NM
        outside = centres.min() - far < self.wavelength_nm[0] or centres.max() + far > self.wavelength_nm[-1]
        if outside or not rises:
            raise WrongDevice(
                f"wavelength scale {self.wavelength_nm[0]:.0f}..{self.wavelength_nm[-1]:.0f} nm does not cover "
                f"the lines {centres.min():.0f}..{centres.max():.0f} nm"
            )
        # first and one-past-last pixel of: window, lower side band, upper side band
        edges = [-HALF_WINDOW_NM, HALF_WINDOW_NM, -far, -near, near, far]
        self.bounds = np.array([np.searchsorted(self.wavelength_nm, centres + edge) for edge in edges])
        b = self.bounds
        self.pixels = np.array([b[1] - b[0], b[3] - b[2] + b[5] - b[4]], dtype=float)
        if not self.pixels.all():
            raise WrongDevice("pixels of this spectrometer are too coarse for the lines")

    def _coefficient(self, index: int) -> float:
        data = self._ask(COEFFICIENT, bytes((index,)))
        if len(data) != 4:
            raise BadReply(f"wavelength coefficient {index} is {data.hex(' ')}")
        value: float = struct.unpack("<f", data)[0]
        return value

    def _ask(self, message: int, immediate: bytes = b"", flags: int = 0, timeout_s: float | None = None) -> bytes:
        """Send a message and return the data of its reply, or of its acknowledgement."""
        limit = self.reply_timeout_s if timeout_s is None else timeout_s
        self.port.write(request(message, immediate, flags))
        head = read_exactly(self.port, HEADER.size, limit)
        start, _, answer, errno, kind, _, _, _, used, inline, remaining = HEADER.unpack(head)
        if start != START or not TAIL_SIZE <= remaining <= PAYLOAD_LIMIT:
            raise BadReply(f"{head[:8].hex(' ')}... is not the head of a message")
        body = read_exactly(self.port, remaining, limit)
        if body[-len(FOOTER) :] != FOOTER:
            raise BadReply("message does not end with its footer")
        if kind != message:
            raise BadReply(f"reply is for message {kind:#x}, asked was {message:#x}")
        if errno or answer & (NACK | EXCEPTION):
            raise Refused(f"message {message:#x}: {ERRORS.get(errno, 'refused')} (error {errno})")
        payload = body[:-TAIL_SIZE]
        return payload or inline[:used]


def request(message: int, immediate: bytes = b"", flags: int = 0) -> bytes:
    """A message whose data (up to 16 bytes) ride in the header; no checksum."""
    head = HEADER.pack(
        START, VERSION, flags, 0, message, 0, bytes(6), 0, len(immediate), immediate.ljust(16, b"\0"), TAIL_SIZE
    )
    return head + bytes(CHECKSUM_SIZE) + FOOTER
