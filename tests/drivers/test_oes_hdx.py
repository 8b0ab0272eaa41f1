"""HDX: OBP messages byte by byte, and lines found where they are."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.oes_hdx import LINES_NM, PIXELS, request

TAIL = bytes(16) + bytes.fromhex("C5C4C3C2")
COEFFICIENTS = (190.0, 0.45, -2e-6)  # pixel to nm, of a spectrometer of 200 .. 1100 nm


def message(kind: int, payload: bytes = b"", inline: bytes = b"", flags: int = 1, errno: int = 0) -> bytes:
    head = bytes.fromhex("C1C0 0011") + struct.pack("<HHLL", flags, errno, kind, 0) + bytes(6) + b"\0"
    head += bytes((len(inline),)) + inline.ljust(16, b"\0") + struct.pack("<L", 20 + len(payload))
    return head + payload + TAIL


def ask(kind: int, reply: bytes, inline: bytes = b"", flags: int = 0) -> tuple[bytes, bytes]:
    return message(kind, inline=inline, flags=flags), reply


def wavelengths() -> np.ndarray:
    return np.polynomial.Polynomial(COEFFICIENTS)(np.arange(PIXELS))


def identified(talk, *more, coefficients=COEFFICIENTS):
    hdx = talk(
        "oes_hdx",
        ask(0x100, message(0x100, b"HDX00123\0")),
        ask(0x00110010, message(0x00110010, flags=3), struct.pack("<L", 50_000), 4),
        ask(0x00110110, message(0x00110110, flags=3), b"\0", 4),
        ask(0x00180100, message(0x00180100, inline=bytes((len(coefficients),)))),
        *(
            ask(0x00180101, message(0x00180101, inline=struct.pack("<f", value)), bytes((i,)))
            for i, value in enumerate(coefficients)
        ),
        *more,
    )
    return hdx, hdx.identify()


def spectrum(counts: np.ndarray) -> tuple[bytes, bytes]:
    return ask(0x00101100, message(0x00101100, counts.astype("<u2").tobytes()))


def test_request_is_sixty_four_bytes():
    frame = request(0x00101100)
    assert len(frame) == 64
    assert frame == message(0x00101100, flags=0)


def test_identify(talk):
    hdx, who = identified(talk)
    assert "HDX00123" in who
    assert hdx.wavelength_nm == pytest.approx(wavelengths(), rel=1e-6)


@pytest.mark.parametrize("name", list(LINES_NM))
def test_each_line_is_found_alone(talk, name):
    light = 500.0 + 20_000 * np.exp(-0.5 * ((wavelengths() - LINES_NM[name]) / 0.4) ** 2)
    hdx, _ = identified(talk, spectrum(light))
    values = hdx.read_spectrum()
    whole = (light - 500.0).sum()
    assert values[name] == pytest.approx(whole, rel=0.1)
    assert all(abs(values[other]) < 0.01 * whole for other in LINES_NM if other != name)
    assert values["oes_background_counts"] == pytest.approx(500, abs=5)
    assert values["oes_saturated"] is False
    assert values["spectrum_counts"].shape == (PIXELS,)


def test_before_it_is_identified_no_pixel_has_a_wavelength(talk):
    with pytest.raises(WrongDevice, match="has not said yet"):
        talk("oes_hdx", spectrum(np.full(PIXELS, 500))).read_spectrum()


def test_sloping_background_is_no_light(talk):
    hdx, _ = identified(talk, spectrum(1000 + 10 * np.arange(PIXELS)))
    values = hdx.read_spectrum()
    assert all(abs(values[name]) < 100 for name in LINES_NM)  # windows are even to a pixel or two of slope


def test_saturated_line_has_no_intensity(talk):
    light = np.full(PIXELS, 500)
    light[np.searchsorted(wavelengths(), 777.4)] = 65535
    hdx, _ = identified(talk, spectrum(light))
    values = hdx.read_spectrum()
    assert values["oes_saturated"] is True
    assert values["o_777_counts"] is None
    assert values["ar_750_counts"] == pytest.approx(0.0)


def test_values_are_plain_floats(talk):
    hdx, _ = identified(talk, spectrum(np.full(PIXELS, 500)))
    values = hdx.read_spectrum()
    assert {type(values[name]) for name in LINES_NM} == {float}


NO_SCALES = [(400.0, 0.45), (190.0, 0.1), (1200.0, -0.5), (float("nan"), 0.45), (200.0, float("inf"))]


@pytest.mark.parametrize("coefficients", NO_SCALES)
def test_scale_must_cover_the_lines(talk, coefficients):
    with pytest.raises(WrongDevice, match="does not cover"):
        identified(talk, coefficients=coefficients)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoReply),
        (message(0x00101100, bytes(2 * PIXELS))[:-1], NoReply),
        (message(0x00101100, bytes(100)), BadReply),
        (message(0x00101000, bytes(2 * PIXELS)), BadReply),
        (b"\0" + message(0x00101100, bytes(2 * PIXELS))[1:], BadReply),
        (message(0x00101100, bytes(2 * PIXELS))[:-1] + b"\0", BadReply),
        (message(0x00101100, flags=9, errno=7), Refused),
        (message(0x00101100, flags=0x11, errno=13), Refused),
    ],
)
def test_bad_replies(transcript, talk, reply, error):
    hdx = talk("oes_hdx")
    hdx.port = transcript((message(0x00101100, flags=0), reply))
    with pytest.raises(error):
        hdx.read_spectrum()
