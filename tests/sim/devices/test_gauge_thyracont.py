import pytest

from sim.devices.gauge_thyracont import as_float, checksum, from_float


@pytest.fixture
def gauge(make, wiring):
    wiring.sensors.wide_gauge_pa = 1e-2
    return make("gauge_thyracont")


def telegram(text, address=1):
    body = f"{address:03d}{text}".encode("latin-1")
    return body + bytes((sum(body) % 64 + 64,)) + b"\r"


def ask(gauge, text, now=0.0):
    """The data field of the answer to code and data."""
    reply = gauge.receive(telegram(text), now)
    assert reply[:4] == b"001" + text[:1].encode() and reply[-1:] == b"\r"
    assert reply[-2] == sum(reply[:-2]) % 64 + 64
    return reply[4:-2].decode()


def at(gauge, mbar):
    gauge.wiring.sensors.wide_gauge_pa = 100.0 * mbar
    return ask(gauge, "M")


# --- telegrams of the manuals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (b"001S2V\r", b"001S400016O\r"),
        (b"001s2v\r", b"001s2v\r"),
        (b"001c1e\r", b"001c1e\r"),
        (b"001i0j\r", b"001i0j\r"),
        (b"001i1k\r", b"001i1k\r"),
        (b"001IZ\r", b"001I1K\r"),
        (b"001w000001i\r", b"001w000001i\r"),
        (b"001Wh\r", b"001W000001I\r"),
    ],
)
def test_telegrams_of_the_manual(gauge, asked, answered):
    assert gauge.receive(asked, 0.0) == answered


def test_a_measurement_of_the_manual(make, wiring):
    wiring.sensors.wide_gauge_pa = 2.6e-4
    assert make("gauge_thyracont", address=4).receive(b"004Ma\r", 0.0) == b"004M260014N\r"


def test_settings_of_the_manual(gauge):
    for order in (b"001s2v\r", b"001s420016q\r", b"001c1e\r", b"001c000057`\r"):
        assert gauge.receive(order, 0.0) == order
    assert (ask(gauge, "S1"), ask(gauge, "S2")) == ("400016", "420016")
    assert (ask(gauge, "C1"), ask(gauge, "C2")) == ("000057", "000100")
    gauge.factors[1] = 240
    assert gauge.receive(b"001C2F\r", 0.0) == b"001C000240z\r"


def test_who_it_is(gauge, make):
    assert (ask(gauge, "T"), ask(gauge, "V")) == ("VSH88D", "010200")
    assert ask(make("gauge_thyracont", model="VSP63D"), "T") == "VSP63D"


# --- framing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", [b"001M_\r", b"002M_\r", b"001Me\r", b"01M]\r", b"0x1M\x66\r", b"\r", b"^\r", b"001\r", b"\xb2\xb01Mn\r"]
)
def test_silence_for_what_is_damaged_or_meant_for_others(gauge, line):
    assert gauge.receive(line, 0.0) == b""


def test_what_one_bit_does_to_a_question(gauge):
    question, unseen = b"001M^\r", (3, 7)  # the sum of modulo 64 does not see the two highest bits
    for byte in range(5):
        for bit in range(8):
            damaged = bytearray(question)
            damaged[byte] ^= 1 << bit
            answer = gauge.receive(bytes(damaged), 8.0 * byte + bit)
            assert answer == (telegram("\xcdNO_DEF") if (byte, bit) == unseen else b""), (byte, bit)


@pytest.mark.parametrize("size", range(1, 6))
def test_chunks(gauge, size):
    question = b"001M^\r"
    parts = [gauge.receive(question[place : place + size], 0.01 * place) for place in range(0, len(question), size)]
    assert b"".join(parts) == telegram("M100016")


def test_half_a_telegram_is_forgotten(gauge):
    assert gauge.receive(b"00", 0.0) == b""
    assert gauge.receive(b"1M^\r", 0.11) == b""
    assert gauge.receive(b"001M^\r", 0.2)


def test_two_telegrams_at_once(gauge):
    assert gauge.receive(b"001IZ\r001Wh\r", 0.0) == b"001I1K\r001W000001I\r"


def test_address(make):
    gauge = make("gauge_thyracont", address=16)
    assert gauge.receive(telegram("T", 16), 0.0).startswith(b"016TVSH88D")
    assert gauge.receive(telegram("T"), 0.0) == b""
    gauge.answers_as = 3
    assert gauge.receive(telegram("T", 16), 0.0) == telegram("TVSH88D", 3)
    for wrong in (0, 1000):
        with pytest.raises(ValueError, match="1 to 999"):
            make("gauge_thyracont", address=wrong)


# --- pressure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mbar", "digits"),
    [(1000.0, "100023"), (1013.25, "101323"), (4.6e-4, "460016"), (0.99996, "100020"), (9.9994, "999920"),
     (1.0, "100020"), (5e-10, "500010"), (1.2346e-7, "123513"), (1200.0, "120023")],
)  # fmt: skip
def test_four_digits_and_an_exponent(gauge, mbar, digits):
    assert at(gauge, mbar) == digits
    assert from_float(digits) == pytest.approx(mbar, rel=1e-3)


@pytest.mark.parametrize(
    ("mbar", "told"),
    [(1200.1, "or"), (float("inf"), "or"), (4.9e-10, "ur"), (0.0, "ur"), (-1.0, "ur"), (float("nan"), "ERROR1")],
)
def test_outside_of_its_range(gauge, mbar, told):
    assert at(gauge, mbar) == told


def test_without_its_hot_cathode_it_is_a_pirani_until_the_power_cycle(gauge):
    assert ask(gauge, "i0") == "0" and ask(gauge, "I") == "0"
    assert (at(gauge, 0.99e-4), at(gauge, 1e-4)) == ("ur", "100016")
    gauge.reboot(1.0)
    assert ask(gauge, "I") == "1" and at(gauge, 0.99e-4) == "990015"


def set_factors(gauge, pirani, hot):
    for which, factor in ((1, pirani), (2, hot)):
        assert ask(gauge, f"c{which}") == str(which)
        assert ask(gauge, f"c{factor:06d}") == f"{factor:06d}"


def test_each_factor_acts_where_its_sensor_measures(gauge):
    set_factors(gauge, 200, 50)
    assert at(gauge, 1e-6) == "500013"
    assert at(gauge, 1e-3) == "500016"
    assert at(gauge, 1.5e-3) == as_float(1.5e-3 * 1.25)  # half of each
    assert at(gauge, 2e-3) == "400017"
    assert (at(gauge, 0.099), at(gauge, 0.1)) == ("198019", "100019")


def test_without_transition_there_is_one_pressure_where_they_change(gauge):
    set_factors(gauge, 200, 50)
    assert ask(gauge, "w000000") == "000000" and ask(gauge, "W") == "000000"
    assert (at(gauge, 0.999e-3), at(gauge, 1.001e-3)) == (as_float(0.4995e-3), as_float(2.002e-3))


def test_the_pirani_alone_has_its_factor_everywhere(gauge):
    set_factors(gauge, 200, 50)
    ask(gauge, "i0")
    assert at(gauge, 1.5e-4) == "300016"


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("X", "NO_DEF"), ("t", "NO_DEF"), ("H1", "NO_DEF"), ("m100000", "NO_DEF"),
        ("M1", "SYNTAX"), ("T0", "SYNTAX"), ("S", "SYNTAX"), ("S3", "SYNTAX"), ("C", "SYNTAX"), ("i2", "SYNTAX"),
        ("i", "SYNTAX"), ("w1", "SYNTAX"), ("w00000x", "SYNTAX"), ("c3", "SYNTAX"), ("c", "SYNTAX"),
        ("w000002", "_RANGE"), ("c000100", "_LOGIC"), ("s400016", "_LOGIC"), ("j100023", "_LOGIC"), ("d1", "_LOGIC"),
    ],
)  # fmt: skip
def test_refusals(gauge, text, word):
    assert ask(gauge, text) == word


@pytest.mark.parametrize(("code", "value"), [("c", "000019"), ("c", "000801"), ("s", "499909"), ("s", "120123")])
def test_out_of_range_stays_unlocked(gauge, code, value):
    ask(gauge, f"{code}1")
    assert ask(gauge, f"{code}{value}") == "_RANGE"
    assert ask(gauge, f"{code}000400") == ("000400" if code == "c" else "_RANGE")


def test_one_unlocking_is_for_one_setting_and_readings_do_not_end_it(gauge):
    ask(gauge, "s1")
    ask(gauge, "M")
    assert ask(gauge, "c000100") == "_LOGIC"
    assert ask(gauge, "s010017") == "010017" and ask(gauge, "S1") == "100016"
    assert ask(gauge, "s010017") == "_LOGIC"
    set_factors(gauge, 160, 80)
    assert ask(gauge, "c000100") == "_LOGIC"


def test_settings_outlive_a_power_cycle_and_unlocking_does_not(gauge):
    set_factors(gauge, 160, 80)
    ask(gauge, "w000000")
    ask(gauge, "s1")
    gauge.reboot(1.0)
    assert (ask(gauge, "C1"), ask(gauge, "C2"), ask(gauge, "W")) == ("000160", "000080", "000000")
    assert ask(gauge, "s100016") == "_LOGIC"


def test_settings_that_are_only_acknowledged(gauge):
    gauge.ignore_writes = True
    set_factors(gauge, 160, 80)
    for order in ("s1", "s100016", "i0", "w000000"):
        assert ask(gauge, order) == order[1:]
    at(gauge, 1000.0)
    assert (ask(gauge, "j1"), ask(gauge, "j090023"), at(gauge, 1000.0)) == ("1", "090023", "100023")
    assert (ask(gauge, "C1"), ask(gauge, "S1"), ask(gauge, "I"), ask(gauge, "W")) == ("000100", "400016", "1", "000001")


@pytest.mark.parametrize(("code", "word"), [(1, "NO_DEF"), (2, "_RANGE"), (5, "ERROR1"), (6, "NO_DEF")])
def test_a_refusal_that_was_ordered(gauge, code, word):
    gauge.refuse_with = code
    assert ask(gauge, "M") == word


# --- degas and adjustment ---------------------------------------------------------------------------------------


def live(gauge, seconds):
    for _ in range(round(100 * seconds)):
        gauge.step(0.0, 0.01)


def test_degas_lasts_three_minutes(gauge):
    at(gauge, 1e-6)
    assert ask(gauge, "d1") == "1"
    live(gauge, 179.9)
    assert ask(gauge, "D") == "1"
    live(gauge, 0.2)
    assert ask(gauge, "D") == "0"


@pytest.mark.parametrize("end", [lambda g: ask(g, "d0"), lambda g: ask(g, "i0"), lambda g: at(g, 1e-5)])
def test_degas_ends_before(gauge, end):
    at(gauge, 1e-6)
    ask(gauge, "d1")
    live(gauge, 1.0)
    end(gauge)
    live(gauge, 0.01)
    assert ask(gauge, "D") == "0"


def test_no_degas_without_the_hot_cathode(gauge):
    at(gauge, 1e-6)
    ask(gauge, "i0")
    assert ask(gauge, "d1") == "_LOGIC"


def test_adjustment_at_atmosphere(gauge):
    at(gauge, 950.0)
    assert (ask(gauge, "j1"), ask(gauge, "j100023")) == ("1", "100023")
    assert at(gauge, 950.0) == as_float(950.0 * (1000.0 / 950.0) ** 0.9869)
    assert (at(gauge, 1000.0), at(gauge, 10.0)) == (as_float(1000.0**2 / 950.0), "100021")
    ask(gauge, "j1")
    assert ask(gauge, "j100023") == "_LOGIC"  # not at 10 mbar
    at(gauge, 950.0)
    assert ask(gauge, "j300023") == "_RANGE"


def test_adjustment_of_zero(gauge):
    assert (ask(gauge, "j0"), ask(gauge, "j000000")) == ("0", "_LOGIC")
    at(gauge, 1e-6)
    assert (ask(gauge, "j100016"), ask(gauge, "j000000"), ask(gauge, "j000000")) == ("_RANGE", "000000", "_LOGIC")


def test_checksum():
    assert checksum(b"001M") == ord("^")
