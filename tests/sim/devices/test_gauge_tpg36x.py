import pytest

ACK, NAK, ENQ = b"\x06\r\n", b"\x15\r\n", b"\x05"


@pytest.fixture
def tpg(make):
    return make("gauge_tpg36x", channels=["wide_pressure_pa", "guard_pressure_pa"])


def ask(tpg, text):
    """The data after an accepted mnemonic."""
    assert tpg.receive(text.encode() + b"\r", 0.0) == ACK
    reply = tpg.receive(ENQ, 0.0)
    assert reply.endswith(b"\r\n")
    return reply[:-2].decode()


def refused(tpg, text):
    """The error word after a refused mnemonic."""
    assert tpg.receive(text.encode() + b"\r", 0.0) == NAK
    return tpg.receive(ENQ, 0.0)[:-2].decode()


def test_pressures_in_each_unit(tpg, wiring):
    wiring.sensors.wide_gauge_pa, wiring.sensors.guard_gauge_pa = 1.3332e-3, 10.0
    assert ask(tpg, "PR1") == "0,+1.3332E-05"
    assert ask(tpg, "PR2") == "0,+1.0000E-01"
    assert ask(tpg, "PRX") == "0,+1.3332E-05,0,+1.0000E-01"
    for unit, value in enumerate(["+1.0000E-01", "+7.5006E-02", "+1.0000E+01", "+7.5006E+01", "+1.0000E-01"]):
        assert ask(tpg, f"UNI,{unit}") == str(unit)
        assert ask(tpg, "PR2") == f"0,{value}"
    assert ask(tpg, "UNI,5") == "5"
    assert ask(tpg, "PR2") == "0,+7.5188E-01"
    assert ask(tpg, "PR1") == "0,+3.8749E+00"


def test_enq_may_be_repeated_and_gives_fresh_data(tpg, wiring):
    wiring.sensors.guard_gauge_pa = 1.0
    assert ask(tpg, "PR2") == "0,+1.0000E-02"
    wiring.sensors.guard_gauge_pa = 2.0
    assert tpg.receive(ENQ, 0.0) == b"0,+2.0000E-02\r\n"


@pytest.mark.parametrize(
    ("pressure", "status"),
    [(133.3, 2), (101325.0, 2), (132.0, 0), (0.0134, 0), (0.013, 1), (-0.1, 1), (float("nan"), 3), (float("inf"), 2)],
)
def test_range_of_the_capacitance_gauge(tpg, wiring, pressure, status):
    wiring.sensors.guard_gauge_pa = pressure
    reply = ask(tpg, "PR2")
    assert reply[:2] == f"{status},"
    assert len(reply) == len("0,+1.0000E-02")


def test_atmosphere_is_within_the_wide_range(tpg):
    assert ask(tpg, "PR1") == "0,+1.0132E+03"


def test_switching_a_sensor_off_and_on(tpg):
    assert ask(tpg, "SEN,1,0") == "1,2"
    assert ask(tpg, "PR1") == "4,+0.0000E+00"
    assert ask(tpg, "SEN,2,0") == "2,2"


@pytest.mark.parametrize(
    ("text", "word"),
    [("XYZ", "0001"), ("PR3", "0001"), ("pr1", "0001"), ("PR1,1", "0001"), ("UNI,6", "0010"), ("UNI,x", "0010"),
     ("SEN,1", "0010"), ("SEN,3,0", "0010"), ("SP1,1,2", "0010"), ("SP1,3,1E-2,1E-1", "0010"), ("COM,3", "0010")],
)  # fmt: skip
def test_refusals_and_the_error_word(tpg, text, word):
    assert refused(tpg, text) == word
    assert tpg.receive(ENQ, 0.0) == b"0000\r\n"  # cleared by reading


def test_identification(tpg):
    assert ask(tpg, "TID") == "PKR,CMR"
    assert len(ask(tpg, "PNR")) == 6
    assert ask(tpg, "ERR") == "0000"


@pytest.mark.parametrize(("plugs", "who"), [(1, "TPG361,PTG28040"), (2, "TPG362,PTG28290"), (3, "TPG366,PTG28770")])
def test_are_you_there(make, plugs, who):
    tpg = make("gauge_tpg36x", channels=["wide_pressure_pa"] * plugs)
    assert tpg.receive(b"AYT\r\n", 0.0) == ACK
    assert tpg.receive(ENQ, 0.0) == f"{who},{tpg.serial},010300,010100\r\n".encode()
    assert tpg.serial.isdigit() and len(tpg.serial) == 8
    assert refused(tpg, "AYT,1") == "0001"


def test_errors_that_are_present(tpg, wiring):
    assert ask(tpg, "RES") == "0"
    wiring.sensors.guard_gauge_pa = float("nan")
    assert (ask(tpg, "RES"), ask(tpg, "RES,1")) == ("11", "11")
    wiring.sensors.wide_gauge_pa = float("nan")
    assert (ask(tpg, "RES"), refused(tpg, "RES,0"), refused(tpg, "RES,1,1")) == ("9,11", "0010", "0010")


@pytest.mark.parametrize(
    ("name", "before", "given", "after"),
    [
        ("FIL", "1,1", "0,2", "0,2"),
        ("CAL", "1.000,1.000", "9.99,0.5", "9.990,0.500"),
        ("OFC", "0,0", "2,1", "2,1"),
        ("OFD", "+0.0000E+00,+0.0000E+00", "0.01,-1.5E-3", "+1.0000E-02,-1.5000E-03"),
        ("GAS", "0,0", "1,7", "1,7"),
        ("BAL", "100", "0", "0"),
        ("BAU", "0", "4", "4"),
        ("WDT", "1", "0", "0"),
    ],
)
def test_settings_that_are_kept(tpg, name, before, given, after):
    assert ask(tpg, name) == before
    tpg.ignore_writes = True
    assert ask(tpg, f"{name},{given}") == before
    tpg.ignore_writes = False
    assert ask(tpg, f"{name},{given}") == after
    tpg.reboot(0.0)
    assert ask(tpg, name) == after


@pytest.mark.parametrize(
    "text",
    ["FIL,1", "FIL,3,1", "FIL,1,1,1", "CAL,0.09,1", "CAL,1,2.1", "CAL,1,0.4", "CAL,1,nan", "OFC,3,0", "OFD,0,x",
     "OFD,0", "OFD,0,1E10", "GAS,8,0", "GAS,-1,0", "BAL,101", "BAU,5", "WDT,2", "WDT,", "BAL,1,1"],
)  # fmt: skip
def test_settings_that_are_not_admissible(tpg, text):
    before = ask(tpg, text[:3])
    assert refused(tpg, text) == "0010"
    assert ask(tpg, text[:3]) == before


def test_switching_functions_are_kept(tpg):
    assert ask(tpg, "SP2,2,1.5E-2,3E-2") == "2,1.5000E-02,3.0000E-02"
    tpg.reboot(0.0)
    assert ask(tpg, "SP2") == "2,1.5000E-02,3.0000E-02"


def test_com_begins_with_a_line(tpg):
    reply = tpg.receive(b"COM,0\r", 0.0)
    assert reply.startswith(ACK + b"0,+1.0132E+03,") and reply.endswith(b"\r\n")


def test_etx_clears_the_input(tpg):
    assert tpg.receive(b"PR", 0.0) == b""
    assert tpg.receive(b"\x03", 0.0) == b""
    assert tpg.receive(b"PR1\r", 0.0) == ACK


@pytest.mark.parametrize("size", range(1, 6))
def test_chunks_with_or_without_lf(tpg, size):
    request = b"PR1\r\n" + ENQ
    replies = b"".join(tpg.receive(request[at : at + size], 0.0) for at in range(0, len(request), size))
    assert replies == ACK + b"0,+1.0132E+03\r\n"


def test_a_channel_without_a_gauge(make):
    with pytest.raises(ValueError, match="no gauge for the channel 'x_pressure_pa'"):
        make("gauge_tpg36x", channels=["x_pressure_pa"])


def test_the_small_ones_have_neither_a_fifth_switching_function_nor_a_third_pair(tpg):
    assert (refused(tpg, "SP5"), refused(tpg, "SP5,1,1E-2,1E-1"), refused(tpg, "SEN,2,2,2")) == ("0001", "0001", "0010")


# --- six channels -----------------------------------------------------------------------------------------------

SIX = ["wide_pressure_pa", "guard_pressure_pa", "", "wide2_pressure_pa", "", "guard2_pressure_pa"]


@pytest.fixture
def maxi(make, wiring):
    wiring.sensors.wide_gauge_pa, wiring.sensors.guard_gauge_pa = 1.3332e-3, 10.0
    return make("gauge_tpg36x", channels=SIX)


def test_six_pairs_in_one_answer_and_each_alone(maxi):
    wide, guard, empty = "0,+1.3332E-05", "0,+1.0000E-01", "5,+2.0000E-02"
    assert ask(maxi, "PRX") == ",".join([wide, guard, empty, wide, empty, guard])
    assert [ask(maxi, f"PR{n}") for n in range(1, 7)] == [wide, guard, empty, wide, empty, guard]
    assert maxi.receive(b"COM,1\r", 0.0) == ACK + f"{wide},{guard},{empty},{wide},{empty},{guard}\r\n".encode()
    assert refused(maxi, "PR7") == "0001"
    assert (ask(maxi, "UNI,2"), ask(maxi, "PR3")) == ("2", "5,+2.0000E+00")


def test_six_are_identified_and_switched(maxi):
    assert ask(maxi, "TID") == "PKR,CMR,noSEn,PKR,noSEn,CMR"
    assert ask(maxi, "SEN") == "2,2,0,2,0,2"
    assert ask(maxi, "SEN,0,1,1,0,0,1") == "2,1,0,2,0,1"
    assert ask(maxi, "PRX").split(",")[::2] == ["0", "4", "5", "0", "5", "4"]
    assert ask(maxi, "SEN,0,2,0,0,0,2") == "2,2,0,2,0,2"
    assert (refused(maxi, "SEN,1,2"), refused(maxi, "SEN,3,0,0,0,0,0")) == ("0010", "0010")


def test_six_switching_functions(maxi):
    assert ask(maxi, "SP6,6,1.5E-2,3E-2") == "6,1.5000E-02,3.0000E-02"
    assert (refused(maxi, "SP6,7,1E-2,1E-1"), refused(maxi, "SP7")) == ("0010", "0001")


def test_more_than_two_names_are_a_controller_of_six(make):
    three = make("gauge_tpg36x", channels=SIX[:3])
    assert ask(three, "TID") == "PKR,CMR,noSEn,noSEn,noSEn,noSEn"
    assert len(ask(three, "PRX").split(",")) == 12
    with pytest.raises(ValueError, match="7 channels; the largest controller has 6"):
        make("gauge_tpg36x", channels=["wide"] * 7)
