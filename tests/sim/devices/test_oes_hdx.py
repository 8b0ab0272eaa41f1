import pickle
from hashlib import md5
from struct import pack, unpack

import numpy as np
import pytest

from sim.devices.obp_frames import FOOTER, HEADER, START
from sim.devices.oes_hdx import DARK, PIXELS, READ_NOISE, line_profiles, wavelengths_nm
from sim.wiring import OES_LINES


@pytest.fixture
def hdx(make):
    return make("oes_hdx", seed=7)


def request(type_, data=b"", flags=0, checksum=0):
    immediate, payload = (data, b"") if len(data) <= 16 else (b"", data)
    head = HEADER.pack(
        START, 0x1100, flags, 0, type_, 0xAABBCCDD, checksum, len(immediate), immediate, 20 + len(payload)
    )
    digest = md5(head + payload).digest() if checksum == 1 else bytes(16)
    return head + payload + digest + FOOTER


def ask(hdx, type_, data=b"", flags=0):
    """(flags, error, data) of the reply."""
    return reply_of(hdx.receive(request(type_, data, flags), 0.0), type_)


def reply_of(reply, type_):
    start, version, flags, error, got, regarding, checksum, size, immediate, remaining = HEADER.unpack_from(reply)
    assert (start, version, got, regarding, checksum) == (START, 0x1100, type_, 0xAABBCCDD, 0)
    assert len(reply) == 44 + remaining and reply.endswith(FOOTER)
    return flags, error, reply[44:-20] or immediate[:size]


def spectrum(hdx):
    flags, error, data = ask(hdx, 0x00101100)
    assert (flags, error, len(data)) == (1, 0, 2 * PIXELS)
    return np.frombuffer(data, "<u2").astype(float)


def test_header_has_44_bytes():
    assert HEADER.size == 44


def test_identity(hdx):
    serial = ask(hdx, 0x100)[2]
    assert serial.startswith(b"HDX") and ask(hdx, 0x101)[2] == bytes((len(serial),))
    assert len(ask(hdx, 0xE01)[2]) == len(ask(hdx, 0xE00)[2]) == 2


def test_wavelength_coefficients_span_the_lines(hdx):
    count = ask(hdx, 0x00180100)[2][0]
    coefficients = [unpack("<f", ask(hdx, 0x00180101, bytes((n,)))[2])[0] for n in range(count)]
    axis = np.polynomial.polynomial.polyval(np.arange(PIXELS), coefficients)
    assert np.array_equal(axis, wavelengths_nm())
    assert axis[0] == pytest.approx(200, abs=1) and axis[-1] == pytest.approx(1000, abs=1)
    assert np.all(np.diff(axis) > 0)


def test_integration_time_scales_the_spectrum_and_the_latency(hdx, wiring):
    wiring.sensors.oes_photons["o_777"] = 1e6
    totals = []
    for microseconds in (6000, 60000):
        assert ask(hdx, 0x00110010, pack("<I", microseconds), flags=4) == (3, 0, b"")
        totals.append((spectrum(hdx) - DARK).sum())
        assert hdx.delay_s == pytest.approx(0.002 + microseconds * 1e-6)
    assert totals[1] == pytest.approx(60000, rel=0.03)
    assert totals[1] - totals[0] == pytest.approx(54000, rel=0.05)
    ask(hdx, 0x100)
    assert hdx.delay_s == 0.002


def test_a_line_is_where_it_belongs(hdx, wiring):
    wiring.sensors.oes_photons["h_656"] = 1e6
    axis, counts = wavelengths_nm(), spectrum(hdx) - DARK
    assert axis[np.argmax(counts)] == pytest.approx(656.3, abs=0.3)
    above = axis[counts > 0.5 * counts.max()]
    assert above[-1] - above[0] == pytest.approx(1.5, abs=0.5)


def test_profiles_keep_every_photon():
    profiles = line_profiles()
    assert profiles.shape == (len(OES_LINES), PIXELS)
    assert profiles.sum(axis=1) == pytest.approx(np.ones(len(OES_LINES)), rel=1e-5)


def test_bands_tail_off_to_their_side_and_lines_do_not():
    axis = wavelengths_nm()
    for row, line in zip(line_profiles(), OES_LINES.values(), strict=True):
        centre = float(row @ axis)
        assert centre == pytest.approx(line.nm + 0.97 * line.shade_nm, abs=0.15), line


def test_dark_level_and_noise(hdx, wiring):
    dark = spectrum(hdx)
    assert dark.mean() == pytest.approx(DARK, abs=1.5)
    assert dark.std() == pytest.approx(READ_NOISE, rel=0.1)
    wiring.sensors.oes_background = 1e5  # 10 000 electrons in 0.1 s
    bright = spectrum(hdx)
    assert bright.mean() == pytest.approx(DARK + 1e4, abs=15)
    assert bright.std() == pytest.approx(np.hypot(100.0, READ_NOISE), rel=0.1)


def test_saturation(hdx, wiring):
    wiring.sensors.oes_background = 1e9
    assert set(spectrum(hdx)) == {65535.0}


def test_one_seed_one_spectrum(make, hdx):
    twin, other = make("oes_hdx", seed=7), make("oes_hdx", name="other")
    copy = pickle.loads(pickle.dumps(hdx))
    first = spectrum(hdx)
    assert np.array_equal(first, spectrum(twin))
    assert np.array_equal(first, spectrum(copy))
    assert not np.array_equal(first, spectrum(other))
    assert not np.array_equal(first, spectrum(hdx))


@pytest.mark.parametrize(
    ("type_", "data", "error"),
    [
        (0xDEAD, b"", 2),
        (0x00110010, pack("<I", 5999), 6),
        (0x00110010, pack("<I", 10_000_001), 6),
        (0x00110010, b"\0", 5),
        (0x00110110, b"\x09", 6),
        (0x00180101, b"\x04", 6),
        (0x00180101, b"", 5),
        (0x00100928, b"", 12),
    ],
)
def test_refusals(hdx, type_, data, error):
    flags, got, _ = ask(hdx, type_, data)
    assert (flags & 8, got) == (8, error)


def test_a_setting_without_request_for_acknowledge_is_silent(hdx):
    assert hdx.receive(request(0x00110010, pack("<I", 50000)), 0.0) == b""
    assert hdx.integration_us == 50000


def test_checksums(hdx):
    assert reply_of(hdx.receive(request(0x100, checksum=1), 0.0), 0x100)[1] == 0
    bad = bytearray(request(0x100, checksum=1))
    bad[44] ^= 1
    assert reply_of(hdx.receive(bytes(bad), 0.0), 0x100)[1] == 3
    assert reply_of(hdx.receive(request(0x100, checksum=2), 0.0), 0x100)[1] == 8
    assert reply_of(hdx.receive(request(0x100)[:-1] + b"\0", 0.0), 0x100)[1] == 1


def test_impossible_lengths(hdx):
    for size, remaining, error in [(17, 20, 5), (0, 19, 5), (0, 0xFFFFFFFF, 4)]:
        head = HEADER.pack(START, 0x1100, 0, 0, 0x100, 0xAABBCCDD, 0, size, b"", remaining)
        assert reply_of(hdx.receive(head, 0.0), 0x100)[1] == error
        hdx.forget_input()


@pytest.mark.parametrize("size", [1, 7, 43, 44, 45])
def test_chunks_after_rubbish(hdx, size):
    stream = b"\xc1rubbish" + request(0x101)
    replies = [hdx.receive(stream[at : at + size], 0.0) for at in range(0, len(stream), size)]
    assert reply_of(b"".join(replies), 0x101)[1] == 0


def test_power_cycle_forgets_the_integration_time(hdx):
    hdx.receive(request(0x00110010, pack("<I", 50000)), 0.0)
    hdx.reboot(0.0)
    assert hdx.integration_us == 100_000
