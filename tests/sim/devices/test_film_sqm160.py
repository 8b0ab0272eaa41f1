import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.film_sqm160 import BARE_HZ, Sqm160, crc, reply_packet
from sim.plant.plant import Plant
from sim.wiring import Wiring


@pytest.fixture
def monitor(make):
    return make("film_sqm160")


def packet(command):
    body = bytes((34 + len(command),)) + command.encode()
    return b"!" + body + crc(body)


def ask(monitor, command):
    """Status and data of the reply to a command."""
    reply = monitor.receive(packet(command), 0.0)
    assert reply[:1] == b"!" and reply[1] == 35 + len(reply) - 4 and crc(reply[1:-2]) == reply[-2:]
    return reply[2:-2].decode()


def value(monitor, command):
    answer = ask(monitor, command)
    assert answer[0] == "A"
    return float(answer[1:])


def live(monitor, seconds):
    for _ in range(round(seconds / 0.01)):
        monitor.step(0.0, 0.01)


@pytest.mark.parametrize(
    ("hexes", "command"), [("21 23 40 4F 37", "@"), ("21 24 4E 31 5D 51", "N1"), ("21 24 50 31 5A 91", "P1")]
)
def test_requests_of_the_fact_sheet(monitor, hexes, command):
    assert packet(command) == bytes.fromhex(hexes)
    assert monitor.receive(bytes.fromhex(hexes), 0.0)[2:3] == b"A"


@pytest.mark.parametrize(
    ("frame", "data"),
    [(b"!0AMON Ver 4.13Uw", "MON Ver 4.13"), (b"!%A6v\x86", "6"), (b"!*A 0.01 i?", " 0.01 "),
     (b"!+A 0.000 Jo", " 0.000 "), (b"!*A 0.00 [d", " 0.00 "), (b"!/A5875830.230:X", "5875830.230")],
)  # fmt: skip
def test_replies_that_clients_have_seen(frame, data):
    assert reply_packet("A", data) == frame


def test_at_rest_it_answers_as_the_real_one_did(monitor):
    assert monitor.receive(b"!#@O7", 0.0) == b"!0AMON Ver 4.13Uw"
    assert monitor.receive(b"!#O\x8f9", 0.0) == b"!+A 0.000 Jo"
    assert monitor.receive(b"!%L1?\x85{", 0.0) == b"!*A 0.00 [d"
    assert ask(monitor, "L1") == ask(monitor, "L1?")  # either client
    assert value(monitor, "P1") == BARE_HZ


def test_thickness_and_rate_follow_the_film(monitor, wiring):
    wiring.sensors.quartz_film_nm = 100.0
    live(monitor, 1.0)
    assert ask(monitor, "N1") == ask(monitor, "O") == "A 1.000 "  # kilo-Angstrom
    for _ in range(100):
        wiring.sensors.quartz_film_nm -= 0.02
        live(monitor, 0.01)
    assert ask(monitor, "L1") == ask(monitor, "M") == "A-20.00 "
    assert ask(monitor, "N1") == "A 0.980 "
    live(monitor, 0.5)
    assert ask(monitor, "L1") == "A 0.00 "


def test_the_frequency_falls_with_the_mass_by_sauerbrey(monitor, wiring):
    bare = value(monitor, "P1")
    wiring.sensors.quartz_film_nm = 100.0
    microgram_cm2 = 100e-7 * 1.2e6
    assert bare - value(monitor, "P1") == pytest.approx(microgram_cm2 * 81.5, rel=2e-3)  # paper: Hz per ug/cm2 at 6 MHz
    wiring.sensors.quartz_film_nm = 1000.0
    assert value(monitor, "R1") == 97.0
    wiring.sensors.quartz_film_nm = 120000.0
    assert value(monitor, "R1") == 0.0


def test_it_sees_the_plant_clean_its_mask():
    wiring = Wiring()
    plant, monitor = Plant(wiring, 1), Sqm160("quartz", {}, wiring)
    plant.load_mask("organic", 50.0)
    for _ in range(60):
        plant.step(0.01)
        monitor.step(0.0, 0.01)
    assert value(monitor, "N1") == pytest.approx(0.05 * plant.film_nm / 5.0, abs=1e-3) == 0.5
    plant.film_nm = 20.0
    for _ in range(60):
        plant.step(0.01)
        monitor.step(0.0, 0.01)
    assert value(monitor, "N1") == pytest.approx(0.2)


def test_zero_is_here_until_the_next_power_cycle(monitor, wiring):
    wiring.sensors.quartz_film_nm = 80.0
    live(monitor, 1.0)
    assert ask(monitor, "S") == "A"
    assert value(monitor, "N1") == 0.0 and value(monitor, "L1") == 0.0
    wiring.sensors.quartz_film_nm = 30.0
    live(monitor, 1.0)
    assert value(monitor, "N1") == -0.5
    monitor.reboot(0.0)
    assert value(monitor, "N1") == 0.3


def test_the_reset_flag_is_told_once(monitor):
    assert [ask(monitor, "Y"), ask(monitor, "Y")] == ["A1", "A0"]
    monitor.reboot(0.0)
    assert ask(monitor, "Y?") == "A1"


def test_all_at_once_with_the_time_before_it(monitor, wiring):
    wiring.sensors.quartz_film_nm = 100.0
    live(monitor, 75.5)
    answer = ask(monitor, "W")
    assert answer[1:6] == "01.15"
    assert [float(part) for part in answer[6:].split()] == [0.0, 1.0, value(monitor, "P1"), 0.0, 0.0, 0.0]
    assert ask(monitor, "T") == "A"
    assert ask(monitor, "W")[1:6] == "00.00"
    assert ask(monitor, "Z") == "A"


def test_a_sensor_without_a_crystal(monitor):
    assert ask(monitor, "J") == "A2"
    assert [value(monitor, command) for command in ("L2", "N2", "P2", "R2")] == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("command", "status"),
    [("E", "C"), ("A1?", "C"), ("?", "C"), ("l1", "C"), ("L", "D"), ("L0", "D"), ("L3", "D"), ("N11", "D"), ("Px", "D"),
     ("@1", "D"), ("M1", "D"), ("S1", "D"), ("T?", "D"), ("L1??", "D")],
)  # fmt: skip
def test_refusals(monitor, command, status):
    assert ask(monitor, command) == status


def test_a_wrong_crc_gets_no_answer_and_does_no_harm(monitor):
    good = packet("P1")
    assert monitor.receive(good[:-1] + b"\x22", 0.0) == b""
    assert monitor.receive(b"\x11\x13noise" + good + packet("@"), 0.0).count(b"!") == 2
    assert monitor.receive(b"!$abcd!\x20" + good, 0.0) == monitor.receive(good, 0.0)  # starts that were none


@pytest.mark.parametrize("size", range(1, 6))
def test_chunks(monitor, size):
    request = packet("L1?")
    replies = [monitor.receive(request[at : at + size], 0.0) for at in range(0, len(request), size)]
    assert b"".join(replies) == replies[-1] == b"!*A 0.00 [d"


def test_stuck_ignored_and_dead(monitor, wiring):
    wiring.sensors.quartz_film_nm = 10.0
    live(monitor, 0.5)
    monitor.stuck, wiring.sensors.quartz_film_nm = True, 5.0
    live(monitor, 0.5)
    assert value(monitor, "N1") == 0.1
    monitor.stuck, monitor.ignore_writes = False, True
    assert ask(monitor, "S") == "A"
    live(monitor, 0.5)
    assert value(monitor, "N1") == 0.05
    for nonsense in (float("nan"), float("inf"), -1e30):
        wiring.sensors.quartz_film_nm = nonsense
        live(monitor, 0.5)
        assert value(monitor, "N1") == 0.05 and value(monitor, "P1") == 0.0 and value(monitor, "R1") == 0.0


COMMANDS = st.one_of(
    st.text(max_size=20), st.builds("{}{}".format, st.sampled_from("@JLNPRMOWYSTZA"), st.text(max_size=3))
)


@given(st.lists(st.one_of(st.binary(max_size=60), COMMANDS)), st.floats(allow_nan=True))
def test_no_bytes_ever_raise(chunks, film):
    monitor = Sqm160("quartz", {}, Wiring())
    monitor.wiring.sensors.quartz_film_nm = film
    for chunk in chunks:
        if isinstance(chunk, str):
            body = chunk.encode("utf-8")
            body = bytes((34 + len(body),)) + body
            chunk = b"!" + body + crc(body)
        reply = monitor.receive(chunk, 0.0)
        assert reply == b"" or reply[:1] == b"!"
        monitor.step(0.0, 0.25)
