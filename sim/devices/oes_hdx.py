"""Optical emission spectrometer Ocean HDX: OBP messages, and spectra with noise from what the fibre collects.

Owns integration time, wavelength calibration, detector noise and saturation; line strengths are the plant's. Source:
seabreeze (protocol.py, features/spectrometer.py), data sheet of the Ventana. Random numbers come from one generator
per instrument, seeded by the table's ``seed`` or by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from struct import Struct
from typing import Any, ClassVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.devices.framing import FramedEmulator, bounded
from sim.devices.obp_frames import (
    ACK,
    BAD_DATA,
    BAD_LENGTH,
    NACK,
    NO_INFORMATION,
    OK,
    REQUEST_ACK,
    RESPONSE,
    UNKNOWN,
    Message,
    cut,
    pack,
)
from sim.wiring import OES_LINES, Wiring

PIXELS = 2068  # manual: HDX
SATURATION = 65535  # manual
INTEGRATION_US = (6000, 10_000_000)  # manual: HDX
WAVELENGTH = (200.0, 0.4, -6.2e-6, -2.0e-11)  # assumed: calibration polynomial, about 200 to 1000 nm
NONLINEARITY = (1.0,)  # assumed: none to correct
FWHM_NM = 1.5  # assumed: with a 25 um slit
TAIL, TAIL_STEP_NM = 5.0, 0.1  # a band is followed for so many e-foldings, in steps far finer than the slit
FAINTEST = 1e-8  # assumed: of a line's peak: below, its wing is nothing
STARTS = 1024  # drawn at a time
NOISE_POOL = 1 << 16  # so many stretches of noise: more exposures than two runs have
DARK = 1000.0  # assumed: counts
READ_NOISE = 12.0  # assumed: counts, rms
START_INTEGRATION_US = 100_000  # assumed: at power-up
OVERHEAD_S = 0.002  # assumed: network and read-out
MOST_ELECTRONS = 1e9  # assumed: far beyond saturation
DETECTOR_C = 25.0  # assumed: not cooled
FLOAT, WORD, LONG = Struct("<f"), Struct("<H"), Struct("<I")
FloatArray = NDArray[np.float64]
SpectrumArray = NDArray[np.float32]


class ObpError(Exception):
    """The instrument refuses with an error number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class OceanHdx(FramedEmulator):
    """The spectrometer."""

    latency_s: ClassVar[float] = OVERHEAD_S
    gap_s: ClassVar[float] = 1.0  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.random = np.random.default_rng(int(table.get("seed", crc32(name.encode()))))
        self.serial = f"HDXSIM{crc32(name.encode()) % 100000:05d}"
        self.trigger = 0
        self.integration_us = START_INTEGRATION_US
        self._profiles = line_profiles()
        # noise of one electron; each exposure takes a stretch of it
        self._noise = self.random.standard_normal(NOISE_POOL + PIXELS, dtype=np.float32)
        self._starts: list[int] = []  # where the next exposures take theirs: drawn many at a time, one costs 8 us
        self._last: bytes | None = None  # spectrum that a stuck detector repeats

    def reboot(self, now: float) -> None:
        """Power cycle: integration time and trigger mode as at power-up."""
        self.forget_input()
        self.trigger = 0
        self.integration_us = START_INTEGRATION_US

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer every complete message."""
        buffer, reply = self.gather(data, now), b""
        self.delay_s = self.latency_s
        while buffer:
            message, buffer = cut(buffer)
            if message is None:
                break
            reply += self._answer(message)
        self._rest = buffer
        return reply

    def _answer(self, message: Message) -> bytes:
        acknowledge = ACK if message.flags & REQUEST_ACK else 0
        query = QUERIES.get(message.type)
        try:
            if message.error or self.refuse_with is not None:
                raise ObpError(message.error or self.refuse_with or OK)
            if query is not None:
                return pack(message, RESPONSE | acknowledge, OK, query(self, message.data))
            command = COMMANDS.get(message.type)
            if command is None:
                raise ObpError(UNKNOWN)
            command(self, message.data)
        except ObpError as refusal:
            return pack(message, RESPONSE | NACK, refusal.number)
        return pack(message, RESPONSE | ACK) if acknowledge else b""

    def spectrum(self, data: bytes) -> bytes:
        """Integrate and read out: counts of all pixels, u16 little-endian."""
        self.delay_s = OVERHEAD_S + self.integration_us * 1e-6
        if self._last is None or not self.stuck:
            self._last = self._expose()
        return self._last

    def _expose(self) -> bytes:
        """Counts with shot noise and read noise, one electron a count. In the dark all pixels are alike."""
        electrons = self._collect()
        if not self._starts:
            self._starts = self.random.integers(NOISE_POOL, size=STARTS).tolist()
        start = self._starts.pop()
        counts = self._noise[start : start + PIXELS] * np.sqrt(electrons + READ_NOISE * READ_NOISE)
        counts += electrons + (DARK + 0.5)
        counts.clip(0.0, SATURATION, out=counts)
        return counts.astype("<u2").tobytes()

    def _collect(self) -> SpectrumArray | np.float32:
        """Photo-electrons in every pixel; one number when only the background is there."""
        sensors, seconds = self.wiring.sensors, self.integration_us * 1e-6
        photons = sensors.oes_photons
        strength = [bounded(photons[line] * seconds, 0.0, MOST_ELECTRONS) for line in OES_LINES]
        background = np.float32(bounded(sensors.oes_background * seconds, 0.0, MOST_ELECTRONS))
        if not any(strength):
            return background
        return np.array(strength, dtype=np.float32) @ self._profiles + background

    def set_integration(self, data: bytes) -> None:
        """Integration time, u32 in us."""
        microseconds = _unsigned(data, LONG)
        if not INTEGRATION_US[0] <= microseconds <= INTEGRATION_US[1]:
            raise ObpError(BAD_DATA)
        if not self.ignore_writes:
            self.integration_us = microseconds

    def set_trigger(self, data: bytes) -> None:
        """Trigger mode, u8; only 0 (free running) makes spectra here."""
        if len(data) != 1:
            raise ObpError(BAD_LENGTH)
        if data[0] > 3:  # assumed range
            raise ObpError(BAD_DATA)
        if not self.ignore_writes:
            self.trigger = data[0]


def wavelengths_nm() -> FloatArray:
    """Wavelength of every pixel, from the coefficients as they are served (32-bit)."""
    coefficients = np.array([np.float64(np.float32(c)) for c in WAVELENGTH])
    return np.asarray(np.polynomial.polynomial.polyval(np.arange(PIXELS, dtype=np.float64), coefficients))


@cache
def line_profiles() -> SpectrumArray:
    """The share of its photo-electrons that each line puts into each pixel; shape (lines, pixels), rows sum to 1.

    A Gaussian of the slit; a band is an exponential tail from its head, convolved with it.
    """
    sigma = FWHM_NM / 2.3548200450309493  # 2 sqrt(2 ln 2)
    scale = wavelengths_nm()
    profiles = np.zeros((len(OES_LINES), PIXELS))
    for row, line in zip(profiles, OES_LINES.values(), strict=True):
        steps = np.linspace(0.0, TAIL * line.shade_nm, 1 + round(TAIL * abs(line.shade_nm) / TAIL_STEP_NM))
        for step in steps:  # a band is many lines, each weaker than the one before
            weight = np.exp(-step / line.shade_nm) if line.shade_nm else 1.0
            row += weight * np.exp(-0.5 * ((scale - line.nm - step) / sigma) ** 2)
        row[row < FAINTEST * row.max()] = 0.0
        row /= row.sum()
    made = profiles.astype(np.float32)
    made.flags.writeable = False  # it is everybody's
    return made


def _unsigned(data: bytes, form: Struct) -> int:
    if len(data) != form.size:
        raise ObpError(BAD_LENGTH)
    return int(form.unpack(data)[0])


def _coefficient(values: tuple[float, ...]) -> Callable[[OceanHdx, bytes], bytes]:
    def query(hdx: OceanHdx, data: bytes) -> bytes:
        if len(data) != 1:
            raise ObpError(BAD_LENGTH)
        if data[0] >= len(values):
            raise ObpError(BAD_DATA)
        return FLOAT.pack(values[data[0]])

    return query


def _no_information(hdx: OceanHdx, data: bytes) -> bytes:
    raise ObpError(NO_INFORMATION)


QUERIES: dict[int, Callable[[OceanHdx, bytes], bytes]] = {
    0x00000100: lambda hdx, _: hdx.serial.encode("ascii"),
    0x00000101: lambda hdx, _: bytes((len(hdx.serial),)),
    0x00000E00: lambda *_: WORD.pack(0x2457),  # assumed: as on USB
    0x00000E01: lambda *_: WORD.pack(0x2003),  # assumed: as on USB
    0x00100928: _no_information,  # buffered spectra with metadata: layout not known
    0x00101000: OceanHdx.spectrum,
    0x00101100: OceanHdx.spectrum,
    0x00180100: lambda *_: bytes((len(WAVELENGTH),)),
    0x00180101: _coefficient(WAVELENGTH),
    0x00181100: lambda *_: bytes((len(NONLINEARITY),)),
    0x00181101: _coefficient(NONLINEARITY),
    0x00420004: lambda *_: FLOAT.pack(DETECTOR_C),
}
COMMANDS: dict[int, Callable[[OceanHdx, bytes], None]] = {
    0x00110010: OceanHdx.set_integration,
    0x00110110: OceanHdx.set_trigger,
}
