"""The T&C generator: frames of the fact sheet, who is in control and for how long, what it refuses."""

import pytest

from tests.sim.devices.tandc_talk import ON, ag, ask, frame, live, mine, refused, switch_on, words

__all__ = ["ag", "mine"]  # fixtures

GS = "43 00 4753 0000 0000 00DD"


# --- frames -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("43 00 42 43 55 55 00 00 01 72", "2A 52 00 0002 0001 0055"),  # BC
        ("43 00 47 69 00 01 00 00 00 F4", "2A 52 00 000E 0001" + b"AG 0613 AIT".hex() + "00 02D1"),  # Gi 1
        ("43 00 47 50 00 00 00 00 00 DA", "2A 52 00 0006 0000 0000 0000 0058"),  # GP
        ("43 00 47 53 00 00 00 00 00 DD", "2A 52 00 0008 0000 00FA 0001 0004 0159"),  # GS
        ("43 00 47 46 00 00 00 00 00 D0", "2A 52 00 0004 00CEE8C0 02CC"),  # GF
        ("43 00 47 4C 00 00 00 00 00 D6", "2A 52 00 0002 0000 0054"),  # GL
    ],
)
def test_golden_frames(ag, request_, reply):
    assert ag.receive(bytes.fromhex(request_), 0.0) == bytes.fromhex(reply)


def test_golden_orders_have_no_data_in_their_answer(mine, wiring):
    assert mine.receive(bytes.fromhex("43 00 53 41 00 64 00 00 01 3B"), 0.0) == b"*"  # SA 100 W
    assert mine.receive(bytes.fromhex("43 00 53 41 00 C8 00 00 01 9F"), 0.0) == b"*"  # SA 200 W
    assert mine.receive(bytes.fromhex("43 00 42 52 55 55 00 00 01 81"), 0.0) == b"*"  # BR on
    live(mine, 0.5)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=1.0)


def test_the_address_comes_back_as_it_was_sent(ag):
    assert ag.receive(frame("GL", address=7), 0.0) == bytes.fromhex("2A 52 07 0002 0000 005B")


def test_a_wrong_checksum_is_rejected_and_does_nothing(mine):
    good = frame("SA", 100)
    assert mine.receive(good[:-1] + bytes((good[-1] ^ 1,)), 0.0) == b"?"
    assert mine.receive(good[:-2] + bytes((good[-2] ^ 1, good[-1])), 0.0) == b"?"
    assert words(mine, "GL") == [0]


@pytest.mark.parametrize("name", ["XX", "gs", "SG", "G1"])
def test_an_unknown_command_is_rejected(mine, name):
    assert refused(mine, name)


@pytest.mark.parametrize("size", [1, 3, 9])
def test_chunks(ag, size):
    request = bytes.fromhex(GS)
    replies = [ag.receive(request[at : at + size], 0.004 * at) for at in range(0, 10, size)]
    assert b"".join(replies) == replies[-1] == ag.receive(request, 1.0)


def test_half_a_request_is_dropped_after_50_ms(ag):
    assert ag.receive(bytes.fromhex(GS)[:6], 0.0) == b""
    assert ag.receive(bytes.fromhex(GS)[6:], 0.051) == b""
    assert ag.receive(bytes.fromhex(GS)[:6], 1.0) == b""
    assert ag.receive(bytes.fromhex(GS), 1.051)[:1] == b"*"


def test_a_power_cycle_drops_half_a_request(ag):
    ag.receive(bytes.fromhex(GS)[:6], 0.0)
    ag.reboot(0.01)
    assert ag.receive(bytes.fromhex(GS)[6:], 0.02) == b""


def test_noise_before_a_request_and_two_in_one_chunk(ag):
    replies = ag.receive(b"\0\xff*?R" + frame("BP") + frame("XX") + frame("GL"), 0.0)
    assert replies == b"*?*" + bytes.fromhex("52 00 0002 0000 0054")


def test_a_reply_starts_after_its_latency(ag):
    ag.receive(frame("BP"), 0.0)
    assert ag.delay_s == 0.005


# --- control ----------------------------------------------------------------------------------------------------

ORDERS = [
    ("SA", 100, 0), ("BR", ON, 0), ("BR", 0, 0), ("SU", 1, 300), ("SO", 3, 0), ("RP", 10, 0), ("RR", 50, 0),
    ("TM", 2, 0), ("TP", 3, 0), ("TD", 0x0301, 40),
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_is_set_without_control(ag, order):
    assert refused(ag, *order)
    ask(ag, "BC", ON)
    assert ask(ag, *order) == b""
    assert ask(ag, "BC", 0) == b"\0\0"
    assert refused(ag, *order)


def test_everything_can_be_asked_without_control(ag):
    for name in ("GL", "GP", "GS", "GT", "GF", "Gf", "Gp", "GE", "GR"):
        assert ask(ag, name)
    assert ask(ag, "BP") == b""


def test_control_is_asked_for_with_its_word_only(ag):
    assert refused(ag, "BC", 1)
    assert refused(ag, "SA", 100)


def test_two_seconds_of_silence_end_control_rf_and_setpoint(mine, wiring):
    switch_on(mine)
    ask(mine, "BP")
    live(mine, 2.0, ping=False)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=1.0)
    assert words(mine, "GL") == [2000]  # and this command is heard in time
    live(mine, 2.01, ping=False)
    assert wiring.commands.rf_forward_w == 0.0
    assert words(mine, "GL") == [0] and words(mine, "GS")[0] == 0
    assert refused(mine, "BR", ON)
    assert ask(mine, "BC", ON) == b"\0\1"
    live(mine, 1.0)
    assert wiring.commands.rf_forward_w == 0.0  # control alone switches nothing on


def test_what_is_damaged_keeps_no_control_but_what_is_rejected_does(mine, wiring):
    switch_on(mine)
    for _ in range(3):
        live(mine, 1.5, ping=False)
        assert refused(mine, "XX")
    assert wiring.commands.rf_forward_w > 0.0
    live(mine, 1.5, ping=False)
    mine.receive(frame("BP")[:-1] + b"\0", 0.0)
    live(mine, 0.6, ping=False)
    assert wiring.commands.rf_forward_w == 0.0


def test_giving_control_back_switches_off(mine, wiring):
    switch_on(mine)
    ask(mine, "BC", 0)
    assert wiring.commands.rf_forward_w == 0.0 and words(mine, "GL") == [0]


def test_a_power_cycle_forgets_all_but_the_presets(mine, wiring):
    for order in [
        ("SU", 1, 100),
        ("SU", 2, 10),
        ("SO", 4, 0),
        ("RR", 5, 0),
        ("TM", 2, 0),
        ("TP", 2, 0),
        ("TD", 0x0201, 7),
    ]:
        ask(mine, *order)
    switch_on(mine, 50)
    mine.reboot(1.0)
    assert wiring.commands.rf_forward_w == 0.0
    assert words(mine, "GL") == [0] and words(mine, "GS")[2] == 1
    assert words(mine, "GR") == [0, 98] and (words(mine, "GT")[0], words(mine, "GT")[4]) == (0, 0)
    assert words(mine, "GU", 2) == [2, 7, 50]
    assert refused(mine, "SA", 1)
    ask(mine, "BC", ON)
    switch_on(mine, 300)
    assert wiring.commands.rf_forward_w == pytest.approx(300.0, abs=1.0)  # no ramp, no limit


# --- ranges -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    [
        ("SA", 601), ("SA", 0xFFFF), ("BR", 1), ("SU", 0, 10), ("SU", 3, 10), ("SU", 1, 601), ("SU", 2, 101), ("SO", 0),
        ("SO", 2), ("SO", 5), ("SO", 0x0101), ("RP", 601), ("RR", 0), ("RR", 99), ("TM", 0), ("TM", 3), ("TM", 0x0201),
        ("TC", 1, 50), ("TP", 10), ("TD", 0x0001, 5), ("TD", 0x0A01, 5), ("TD", 0x0103, 5), ("TD", 0x0101, 101),
        ("GU", 0), ("GU", 10), ("Gi", 0), ("Gi", 3),
    ],
)  # fmt: skip
def test_refusals(mine, order):
    before = [ask(mine, name) for name in ("GL", "GS", "GR", "GT")], words(mine, "GU", 1)
    assert refused(mine, *order)
    assert ([ask(mine, name) for name in ("GL", "GS", "GR", "GT")], words(mine, "GU", 1)) == before


def test_a_large_unit_takes_no_more_than_the_protocol_can_say(make):
    large = make("rf_tandc_ag", max_power_w=5000)
    ask(large, "BC", ON)
    assert refused(large, "SA", 4001)
    assert ask(large, "SA", 4000) == b"" and words(large, "GL") == [40000]


def test_identity_firmware_frequency_and_size(ag):
    assert ask(ag, "Gi", 1)[2:-1] == b"AG 0613 AIT"
    assert ask(ag, "Gi", 2)[2:-1].startswith(b"SIM")
    assert ask(ag, "Gf") == b"\1\2\1\0"
    assert int.from_bytes(ask(ag, "GF"), "big") == 13_560_000
    size = ask(ag, "Gp")
    assert len(size) == 20 and (size[2:4], size[18:20]) == ((6000).to_bytes(2, "big"), (1000).to_bytes(2, "big"))
    assert words(ag, "GE") == [50, 50]
