import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.gauge_mks937b import ALLOWED, DEFAULTS, ION_SETTINGS, QUESTIONS, Mks937b
from sim.wiring import Wiring

TORR = 133.322
CHANNELS = ["wide_pressure_pa", "guard_pressure_pa"]


@pytest.fixture
def mks(make):
    return make("gauge_mks937b", channels=CHANNELS)


def ask(mks, text):
    """What follows the address in the reply."""
    reply = mks.receive(f"@253{text};FF".encode(), 0.0)
    assert reply.startswith(b"@253") and reply.endswith(b";FF")
    return reply[4:-3].decode()


def test_frames_of_the_manual(make, wiring):
    mks = make("gauge_mks937b", address=3, channels=["guard_pressure_pa", "wide_pressure_pa"])
    wiring.sensors.guard_gauge_pa = 0.7602 * TORR
    assert mks.receive(b"@003PR1?;FF", 0.0) == b"@003ACK7.602E-1;FF"
    assert mks.receive(b"@003BR!19200;FF", 0.0) == b"@003ACK19200;FF"
    assert mks.receive(b"@254CP2!ON;FF", 0.0) == b"@003ACKON;FF"  # heard by all, answered with the own address
    assert mks.receive(b"@003XY?;FF", 0.0) == b"@003NAK160;FF"


def test_frames_that_a_client_has_seen(mks, wiring):
    wiring.sensors.wide_gauge_pa = 1.1e-9 * TORR
    assert mks.receive(b"@253PR1?;FF", 0.0).lower() == b"@253ack1.10e-9;ff"
    assert mks.receive(b"@253T1?;FF", 0.0) == b"@253ACKG;FF"
    assert mks.receive(b"@253U?;FF", 0.0) == b"@253ACKTORR;FF"
    assert mks.receive(b"@253U!MICRON;FF", 0.0) == b"@253ACKMICRON;FF"
    assert mks.receive(b"@253CP1?;FF", 0.0) == b"@253ACKON;FF"


@pytest.mark.parametrize(
    ("unit", "wide", "guard"),
    [
        ("TORR", "7.50E-1", "7.501E-2"),
        ("mBAR", "1.00E+0", "1.000E-1"),
        ("PASCAL", "1.00E+2", "1.000E+1"),
        ("MICRON", "7.50E+2", "7.501E+1"),
    ],
)
def test_pressures_in_each_unit(mks, wiring, unit, wide, guard):
    wiring.sensors.wide_gauge_pa, wiring.sensors.guard_gauge_pa = 100.0, 10.0
    for spelling in (unit, unit.lower(), unit.upper()):
        assert ask(mks, f"U!{spelling}") == f"ACK{unit}" == ask(mks, "u?")
    assert (ask(mks, "PR1?"), ask(mks, "PR2?")) == (f"ACK{wide}", f"ACK{guard}")
    assert ask(mks, "PRZ?") == f"ACK{wide} {guard} NOGAUGE NOGAUGE NOGAUGE NOGAUGE"


@pytest.mark.parametrize(
    ("pressure", "text"),
    [
        (101325.0, ">1.000E+0"),
        (135.0, "1.013E+0"),
        (1e-4, "7.501E-7"),
        (-0.05, "-3.750E-4"),
        (float("nan"), "MISCONN"),
        (float("inf"), ">1.000E+0"),
        (-float("inf"), "-1.000E+0"),
    ],
)
def test_range_of_the_capacitance_gauge(mks, wiring, pressure, text):
    wiring.sensors.guard_gauge_pa = pressure
    assert ask(mks, "PR2?") == f"ACK{text}"


@pytest.mark.parametrize(
    ("pressure", "text"),
    [(101325.0, "7.60E+2"), (1e-8, "LO<E-9"), (-1.0, "LO<E-9"), (1e9, "1.00E+3"), (float("nan"), "MISCONN")],
)
def test_range_of_the_wide_gauge(mks, wiring, pressure, text):
    wiring.sensors.wide_gauge_pa = pressure
    assert ask(mks, "PR1?") == f"ACK{text}"


def test_a_head_that_is_off(mks):
    assert ask(mks, "CP1!OFF") == "ACKOFF"
    assert (ask(mks, "PR1?"), ask(mks, "CP1?"), ask(mks, "T1?")) == ("ACKOFF", "ACKOFF", "ACKO")
    mks.reboot(0.0)
    assert (ask(mks, "CP1?"), ask(mks, "T1?")) == ("ACKON", "ACKG")


def test_an_ion_gauge_that_is_not_there_has_a_status(mks):
    assert mks.receive(b"@253T3?;FF", 0.0) == b"@253ACKN;FF"
    assert mks.receive(b"@253T2?;FF", 0.0) == b"@253NAK152;FF"  # something is there, but no ion gauge


def test_configuration(mks):
    assert (ask(mks, "MD?"), ask(mks, "MT?")) == ("ACK937B", "ACKCC,NC,NC,NA")
    assert [ask(mks, f"ST{slot}?") for slot in "ABC"] == ["ACKCC,CM", "ACKNG,NG", "ACKNG,NG"]
    assert len(ask(mks, "SN?")) == 13 and ask(mks, "SN6?") == ask(mks, "SN?")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PR7?", 163),
        ("PR?", 163),
        ("STD?", 160),
        ("FV7?", 163),
        ("T2?", 152),
        ("T7?", 163),
        ("CTL3?", 151),
        ("CP3?", 151),
        ("CP1!1", 169),
        ("U!BAR", 169),
        ("U1?", 160),
        ("PR1!1", 175),
        ("PR1", 175),
        ("", 175),
        ("!", 160),
        ("?", 160),
        ("DLY!0", 172),
        ("DLY!x", 169),
        ("AD!254", 172),
        ("AD!0", 172),
        ("BR!1200", 169),
        ("PRO1!1E-1", 172),
        ("PRO1!x", 169),
        ("PRO2!1E-3", 152),
        ("UC1!nan", 169),
        ("TDC1!2", 172),
        ("SP13?", 163),
        ("SP5?", 151),
        ("SS1!SET", 175),
        ("EN1!ON", 169),
        ("SD1!ABOVE", 162),
        ("SP3!2", 172),
        ("SP3!1_0", 169),
        ("SH3!1E-9", 172),
    ],
)
def test_refusals(mks, text, code):
    before = dict(mks.settings)
    assert ask(mks, text) == f"NAK{code}"
    assert mks.settings == before


def test_errors_in_words(mks):
    assert ask(mks, "SEM!TXT") == "ACKTXT"
    assert (ask(mks, "XY?"), ask(mks, "U!BAR")) == ("NAKUNRECOGNIZED_MSG", "NAKINVALID_ARGUMENT")


def test_settings_are_locked_when_setting_is_disabled(mks):
    assert ask(mks, "SPM!DISABLE") == "ACKDISABLE"
    assert (ask(mks, "U!MBAR"), ask(mks, "XY!1"), ask(mks, "SP3!1E-2")) == ("NAK161", "NAK160", "NAK161")
    assert (ask(mks, "U?"), ask(mks, "CP1!OFF")) == ("ACKTORR", "ACKOFF")
    assert ask(mks, "SPM!ENABLE") == "ACKENABLE"
    assert ask(mks, "U!MBAR") == "ACKmBAR"


def test_every_setting_takes_its_values_and_keeps_them(mks):
    for name, allowed in ALLOWED.items():
        if name == "SPM":
            continue
        assert ask(mks, f"{name}?") == f"ACK{DEFAULTS[name]}" or name in ("SEM",)
        for value in allowed:
            assert ask(mks, f"{name}!{value}") == f"ACK{value}" == ask(mks, f"{name}?")
    for name, (allowed, default) in ION_SETTINGS.items():
        assert ask(mks, f"{name}1?") == f"ACK{default}"
        value = str(allowed[-1]).upper()
        assert ask(mks, f"{name}1!{value}") == f"ACK{value}" == ask(mks, f"{name}1?")
    mks.reboot(0.0)
    assert ask(mks, "U?") == "ACKMICRON"


def test_every_question_answers(mks):
    for name in QUESTIONS:
        assert ask(mks, f"{name}?").startswith("ACK") or ask(mks, f"{name}1?").startswith("ACK") or name == "ST"


def test_a_new_address_acts_at_once(mks):
    assert mks.receive(b"@253AD!7;FF", 0.0) == b"@253ACK007;FF"
    assert mks.receive(b"@253AD?;FF", 0.0) == b""
    assert mks.receive(b"@254AD?;FF", 0.0) == b"@007ACK007;FF"


def test_the_delay_of_the_answer_can_be_set(mks):
    assert mks.delay_s == 0.008
    ask(mks, "DLY!20")
    assert mks.delay_s == 0.020


def test_a_relay_draws_below_its_set_point_and_drops_above_its_hysteresis(mks, wiring):
    ask(mks, "U!PASCAL")
    assert ask(mks, "SP3!1.0E1") == "ACK1.00E+1"
    assert (ask(mks, "SP3?"), ask(mks, "SH3?"), ask(mks, "SD3?")) == ("ACK1.00E+1", "ACK1.10E+1", "ACKBELOW")
    assert (ask(mks, "EN3?"), ask(mks, "EN3!ENABLE")) == ("ACKCLEAR", "ACKENABLE")
    seen = []
    for pressure in (20.0, 10.5, 9.9, 10.5, 11.1, 10.5, 5.0, float("nan")):
        wiring.sensors.guard_gauge_pa = pressure
        mks.step(0.0, 0.01)
        seen.append(ask(mks, "SS3?")[3:])
    assert seen == ["CLEAR", "CLEAR", "SET", "SET", "CLEAR", "CLEAR", "SET", "CLEAR"]


def test_a_relay_above_forced_and_with_its_own_hysteresis(mks, wiring):
    ask(mks, "U!PASCAL")
    ask(mks, "SP4!10")
    assert ask(mks, "SD4!ABOVE") == "ACKABOVE"
    assert ask(mks, "SH4?") == "ACK9.09E+0"
    assert (ask(mks, "SH4!11"), ask(mks, "SH4!5")) == ("NAK172", "ACK5.00E+0")
    ask(mks, "EN4!ENABLE")
    seen = []
    for pressure in (9.0, 11.0, 6.0, 4.0):
        wiring.sensors.guard_gauge_pa = pressure
        mks.step(0.0, 0.01)
        seen.append(ask(mks, "SS4?")[3:])
    assert seen == ["CLEAR", "SET", "SET", "CLEAR"]
    ask(mks, "EN4!SET")
    mks.step(0.0, 0.01)
    assert ask(mks, "SS4?") == "ACKSET"
    mks.reboot(0.0)
    assert (ask(mks, "SS4?"), ask(mks, "SP4?")) == ("ACKCLEAR", "ACK1.00E+1")


def test_ignored_writes_are_acknowledged(mks):
    mks.ignore_writes = True
    for text, answer, question in [
        ("U!MBAR", "mBAR", "U"),
        ("CP1!OFF", "OFF", "CP1"),
        ("AD!9", "009", "AD"),
        ("SP3!1E-2", "1.00E-2", "SP3"),
        ("EN3!SET", "SET", "EN3"),
        ("GT1!ARGON", "ARGON", "GT1"),
    ]:
        before = ask(mks, f"{question}?")
        assert ask(mks, text) == f"ACK{answer}"
        assert ask(mks, f"{question}?") == before != f"ACK{answer}"


def test_stuck_relays_stay(mks, wiring):
    ask(mks, "EN3!SET")
    mks.stuck = True
    mks.step(0.0, 0.01)
    assert ask(mks, "SS3?") == "ACKCLEAR"


@pytest.mark.parametrize("size", range(1, 6))
def test_chunks_and_noise(mks, size):
    request = b"\r\nnoise@@253MD?;FF"
    replies = [mks.receive(request[at : at + size], 0.0) for at in range(0, len(request), size)]
    assert b"".join(replies) == replies[-1] == b"@253ACK937B;FF"


# --- which head is in which plug ------------------------------------------------------------------------------


def test_a_table_of_channels_says_the_plug_of_each_head(make, wiring):
    mks = make("gauge_mks937b", channels={"wide_pressure_pa": 1, "guard_pressure_pa": 4})
    wiring.sensors.wide_gauge_pa, wiring.sensors.guard_gauge_pa = 100.0, 10.0
    assert ask(mks, "PRZ?") == "ACK7.50E-1 NOGAUGE NOGAUGE 7.501E-2 NOGAUGE NOGAUGE"
    assert (ask(mks, "PR4?"), ask(mks, "PR2?"), ask(mks, "CP2?")) == ("ACK7.501E-2", "ACKNOGAUGE", "NAK151")
    assert [ask(mks, f"ST{slot}?") for slot in "ABC"] == ["ACKCC,NG", "ACKNG,CM", "ACKNG,NG"]
    assert ask(mks, "MT?") == "ACKCC,CM,NC,NA"
    assert (ask(mks, "SD7!ABOVE"), ask(mks, "SD8!ABOVE"), ask(mks, "SP3?")) == ("ACKABOVE", "ACKABOVE", "NAK151")


def test_an_empty_name_in_a_list_leaves_its_plug_empty(make, wiring):
    wiring.sensors.guard_gauge_pa = 10.0
    mks = make("gauge_mks937b", channels=["", "", "", "", "", "guard_pressure_pa"])
    assert [ask(mks, f"PR{n}?") for n in (1, 5, 6)] == ["ACKNOGAUGE", "ACKNOGAUGE", "ACK7.501E-2"]


@pytest.mark.parametrize(
    "channels",
    [{"wide_pressure_pa": 0}, {"wide_pressure_pa": 7}, {"wide_pressure_pa": 2, "guard_pressure_pa": 2}, ["x"] * 7],
)
def test_channels_that_the_controller_has_not(make, channels):
    with pytest.raises(ValueError, match=r"device: channel . of .*: want each of 1 to 6 once at most"):
        make("gauge_mks937b", channels=channels)


def test_others_are_not_answered(mks):
    assert mks.receive(b"@252MD?;FF@MD?;FF@2X3MD?;FF;FF", 0.0) == b""


NAMES = st.sampled_from([*QUESTIONS, *DEFAULTS, *ION_SETTINGS, "SP", "SH", "SD", "EN", "SS", "PRZ", "STA"])
MESSAGES = st.builds(
    "@253{}{}{}{};FF".format,
    NAMES,
    st.text(max_size=2),
    st.sampled_from("?!"),
    st.one_of(st.text(max_size=6), st.floats()),
)


@given(st.lists(st.one_of(st.binary(max_size=40), MESSAGES)), st.floats(), st.floats())
def test_no_bytes_ever_raise(chunks, wide, guard):
    mks = Mks937b("gauges", {"channels": CHANNELS}, Wiring())
    mks.wiring.sensors.wide_gauge_pa, mks.wiring.sensors.guard_gauge_pa = wide, guard
    for chunk in chunks:
        reply = mks.receive(chunk if isinstance(chunk, bytes) else chunk.encode(), 0.0)
        assert reply == b"" or reply.endswith(b";FF")
        mks.step(0.0, 0.01)
    mks.receive(b";FF", 0.0)
    assert mks.receive(b"@254PRZ?;FF", 0.0).isascii()
