"""Zaber X-Y stage: golden lines, checksums and ids, and no movement that nobody asked for."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.zaber_ascii import ZaberClient, checked, command
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import OPTIONS, TranscriptPort, make

NAME = "stage_zaber"
ONE = OPTIONS[NAME] | {"axes": [[1, 1], [1, 2]]}
FULL = 806299  # microsteps of 100 mm


def line(text: str) -> bytes:
    """A reply or an alert with its checksum, by the rule of the manual."""
    missing = -sum(text[1:].encode()) % 256
    return f"{text}:{missing:02X}\r\n".encode()


def dialogue(*exchanges: tuple[str, str], first: int = 0) -> list[tuple[bytes, bytes]]:
    """("1 1 get pos", "OK IDLE -- 0") ...: commands and replies, numbered."""
    found = []
    for number, (asked, said) in zip(itertools.count(first), exchanges, strict=False):
        device, axis, words = (asked + " ").split(" ", 2)
        request = command(int(device), int(axis), number % 100, words.strip())
        found.append((request, line(f"@{int(device):02d} {axis} {number % 100:02d} {said}")))
    return found


@pytest.mark.parametrize(
    ("place", "words", "golden"),
    [
        ((1, 1, 0), "get pos", b"/1 1 00 get pos:2C\n"),
        ((1, 1, 0), "move abs 1000", b"/1 1 00 move abs 1000:F0\n"),
        ((1, 2, 0), "move abs 1000", b"/1 2 00 move abs 1000:EF\n"),
        ((1, 2, 1), "", b"/1 2 01:FC\n"),
        ((1, 1, 10), "home", b"/1 1 10 home:34\n"),
        ((1, 1, 13), "stop", b"/1 1 13 stop:14\n"),
        ((1, 1, 12), "warnings", b"/1 1 12 warnings:72\n"),
        ((1, 1, 16), "warnings clear", b"/1 1 16 warnings clear:47\n"),
        ((1, 0, 17), "get system.serial", b"/1 0 17 get system.serial:24\n"),
    ],
)
def test_golden_commands(place, words, golden):
    assert command(*place, words) == golden


@pytest.mark.parametrize(
    "text", ["@01 1 00 OK IDLE -- 1000:7B", "@01 1 00 OK BUSY -- 0:E7", "@01 2 05 OK IDLE WR 0:B7", "!01 1 IDLE --:96"]
)
def test_golden_replies(text):
    assert checked(text, True) == text[:-3]


def test_ids_count_to_99():
    port = TranscriptPort(*dialogue(*[("1 1 get pos", "OK IDLE -- 7")] * 201))
    client = ZaberClient(port, 0.1)
    assert {client.integer(1, 1, "pos") for _ in range(201)} == {7}
    assert port.finished()


def told(device: int) -> list[tuple[str, str]]:
    """Who it is."""
    values = ("deviceid", 50081), ("system.serial", 4711 + device)
    return [(f"{device} 0 get {name}", f"OK IDLE WR {value}") for name, value in values]


def prepared(device: int) -> list[tuple[str, str]]:
    """What is set once it has been compared."""
    values = ("comm.checksum", 1), ("comm.alert", 0)
    return [
        (f"{device} 0 set comm.checksum 1", "OK IDLE WR 0"),
        (f"{device} 0 set comm.alert 0", "OK IDLE WR 0"),
        *((f"{device} 0 get {name}", f"OK IDLE WR {value}") for name, value in values),
    ]


def limits(place: str, low: int = 0, high: int = FULL) -> list[tuple[str, str]]:
    return [(f"{place} get limit.min", f"OK IDLE WR {low}"), (f"{place} get limit.max", f"OK IDLE WR {high}")]


ASKED = [*told(1), *told(2), *limits("1 1"), *limits("2 1")]  # and nothing set
CHAIN = [*ASKED, *prepared(1), *prepared(2)]


def test_identify_two_stages(talk):
    assert talk(NAME, *dialogue(*CHAIN)).identify() == "Zaber 50081 no. 4712, 50081 no. 4713"


def test_identify_one_controller(talk):
    exchanges = dialogue(*told(1), *limits("1 1"), *limits("1 2", 100, FULL - 100), *prepared(1))
    assert talk(NAME, *exchanges, options=ONE).identify() == "Zaber 50081 no. 4712"


def test_answers_before_may_lack_a_checksum_and_alerts_may_come_between(talk):
    exchanges = dialogue(*CHAIN)
    for at in range(len(ASKED) + 1):  # and the one to the setting itself
        exchanges[at] = exchanges[at][0], exchanges[at][1][:-5] + b"\r\n"
    exchanges[0] = exchanges[0][0], b"!01 1 IDLE -- \r\n" + exchanges[0][1]
    exchanges[1] = exchanges[1][0], line("!01 1 IDLE WR ") + exchanges[1][1]
    talk(NAME, *exchanges).identify()


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(0, 2133333, "264.58"), (0, FULL - 9000, "98.88"), (-9000, FULL, "-1.12")]
)
def test_other_limits_are_told(transcript, talk, low, high, shown):
    stage = talk(NAME)
    stage.port = stage.zaber.port = transcript(*dialogue(*ASKED[:-2], *limits("2 1", low, high)))
    with pytest.raises(WrongDevice, match=f"axis y .*{shown}"):
        stage.identify()


@pytest.mark.parametrize("which", [2, 3])
def test_checksums_stay_on(transcript, talk, which):
    exchanges = prepared(1)
    exchanges[which] = exchanges[which][0], f"OK IDLE -- {which - 2}"
    stage = talk(NAME)
    stage.port = stage.zaber.port = transcript(*dialogue(*ASKED, *exchanges))
    with pytest.raises(WrongDevice, match="checksums"):
        stage.identify()


def at(place: str, counts: int, busy: bool = False, *flags: str) -> list[tuple[str, str]]:
    """Position and, where there are some, flags of an axis."""
    state = f"OK {'BUSY' if busy else 'IDLE'} {flags[0] if flags else '--'}"
    listed = [(f"{place} warnings", f"{state} {len(flags):02d} {' '.join(flags)}".rstrip())] if flags else []
    return [(f"{place} get pos", f"{state} {counts}"), *listed]


def test_healthy_axes_cost_one_exchange_each(talk):
    stage = talk(NAME, *dialogue(*at("1 1", 36283), *at("2 1", 0, True)))
    assert stage.read_axes() == {
        "stage_x_mm": pytest.approx(4.5, abs=1e-4),
        "stage_y_mm": 0.0,
        "stage_moving": True,
        "stage_homed": True,
        "stage_fault": False,
        "stage_warnings": "",
    }


@pytest.mark.parametrize(
    ("flags", "has_place", "homed", "fault"),
    [
        (("WR", "WH"), False, False, False),
        (("FS", "WR"), False, False, True),
        (("WH",), False, False, False),
        (("WT", "NI"), True, True, False),
        (("WL",), True, True, True),
        (("FD",), True, True, True),
    ],
)
def test_flags(talk, flags, has_place, homed, fault):
    values = talk(NAME, *dialogue(*at("1 1", 1000), *at("2 1", 1000, False, *flags))).read_axes()
    assert values["stage_x_mm"] is not None
    assert (values["stage_y_mm"] is not None, values["stage_homed"], values["stage_fault"]) == (has_place, homed, fault)
    assert values["stage_warnings"] == f"y {' '.join(sorted(flags))}"


OUTPUTS = {"stage_x_setpoint_mm": 4.5, "stage_y_setpoint_mm": 0.0, "stage_stop": False, "stage_home": False}
MOVED = [
    *at("1 1", 0),
    ("1 1 move abs 36283", "OK BUSY -- 0"),
    *at("1 1", 12, True),
    *at("2 1", 0),
    ("2 1 move abs 0", "OK IDLE -- 0"),
    *at("2 1", 1),
]


def test_setpoints_are_sent_once_and_seen_to_be_obeyed(talk):
    stage = talk(NAME, *dialogue(*MOVED))
    stage.write(OUTPUTS)
    stage.write({"stage_x_setpoint_mm": 4.5})


def test_setpoint_that_does_nothing(talk):
    with pytest.raises(Refused, match="sent to 36283, but rests at 12"):
        talk(NAME, *dialogue(*MOVED[:2], *at("1 1", 12))).write({"stage_x_setpoint_mm": 4.5})


def test_a_new_setpoint_may_come_on_the_way(talk):
    stage = talk(
        NAME, *dialogue(*MOVED, *at("1 1", 99, True), ("1 1 move abs 0", "OK BUSY -- 0"), *at("1 1", 9, True, "NI"))
    )
    stage.write(OUTPUTS)
    stage.write({"stage_x_setpoint_mm": 0.0})


@pytest.mark.parametrize(
    ("before", "match"),
    [
        (at("1 1", 0, False, "WR", "WH"), "not homed"),
        (at("1 1", 0, True, "WH"), "not homed"),
        (at("1 1", 0, False, "FS"), r"fault \(FS\)"),
        (at("1 1", 500, True), "still moves"),
    ],
)
def test_no_movement_before_all_is_well(talk, before, match):
    with pytest.raises(Refused, match=match):
        talk(NAME, *dialogue(*before)).write({"stage_x_setpoint_mm": 4.5})


HOMING = [
    *(
        each
        for place in ("1 1", "2 1")
        for each in ((f"{place} warnings clear", "OK IDLE WR 02 WR WH"), (f"{place} home", "OK BUSY WR 0"))
    )
]


def test_homing_once_for_each_on(talk):
    stage = talk(NAME, *dialogue(*HOMING, *HOMING))
    for on in (True, True, False, False, True):
        stage.write({"stage_home": on})


def test_setpoints_wait_for_the_home(talk):
    stage = talk(NAME, *dialogue(*HOMING, *at("1 1", 500, True, "WR"), *at("1 1", 0, True), *MOVED))
    for why in ("not homed", "still moves"):
        with pytest.raises(Refused, match=why):
            stage.write(OUTPUTS | {"stage_home": True})
    stage.write(OUTPUTS | {"stage_home": True})


def test_from_home_it_goes_to_its_setpoints_again(talk):
    stage = talk(NAME, *dialogue(*MOVED, *HOMING, *MOVED))
    stage.write(OUTPUTS)
    stage.write({"stage_home": True})


def test_an_axis_that_will_not_home_is_not_asked_for_ever(talk):
    stage = talk(NAME, *dialogue(HOMING[0], ("1 1 home", "RJ IDLE FD DRIVERDISABLED")))
    with pytest.raises(Refused, match="driver is switched off"):
        stage.write({"stage_home": True})
    stage.write({"stage_home": True})


STOPS = [("1 1 stop", "OK BUSY -- 0"), ("2 1 stop", "OK BUSY NI 0")]


def test_stop_first_and_on_to_the_setpoint_when_released(talk):
    stage = talk(NAME, *dialogue(*MOVED, *STOPS, *MOVED))
    stage.write(OUTPUTS)
    stage.write({"stage_stop": True, "stage_x_setpoint_mm": 50.0})
    stage.write({"stage_x_setpoint_mm": 4.5})
    with pytest.raises(Refused, match="stopped"):
        stage.write({"stage_home": True})
    stage.write({"stage_stop": False})


@pytest.mark.parametrize("answer", [b"", line("@01 1 00 RJ IDLE -- AGAIN")])
def test_the_other_axis_is_stopped_too(transcript, talk, answer):
    stage = talk(NAME)
    first, second = dialogue(*STOPS)
    stage.port = stage.zaber.port = transcript((first[0], answer), second)
    with pytest.raises((NoReply, Refused)):
        stage.write({"stage_stop": True})
    assert stage.port.finished()


def test_a_new_identity_forgets_what_was_sent(talk):
    stage = talk(NAME, *dialogue(*MOVED, *CHAIN, *MOVED))
    stage.write(OUTPUTS)
    stage.identify()
    stage.write(OUTPUTS)


class Chain(TranscriptPort):
    """Two homed stages that are where they were sent; remembers the words of what moves them."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[str] = []
        self.settings = {"deviceid": 1, "system.serial": 2, "comm.checksum": 1, "limit.max": FULL}
        self.place = {"1": 0, "2": 0}

    def write(self, data: bytes) -> None:
        self.sent_s, self.time = self.time, self.time + 0.002
        device, axis, number, words = data.decode()[1:].partition(":")[0].split(" ", 3)
        verb, *rest = words.split()
        if verb in ("move", "home", "stop"):
            self.moves.append(f"{device} {words}")
        if verb == "move":
            self.place[device] = int(rest[1])
        value = self.place[device] if rest == ["pos"] else self.settings.get(rest[0] if rest else "", 0)
        self.buffer += line(f"@{int(device):02d} {axis} {number} OK IDLE -- {value}")


def test_a_lease_that_runs_out_stops_it_and_home_wants_off_first():
    port = Chain()
    device = make(NAME, port)
    names = {name: name for name in (*device.tags, *device.outputs)}
    bus = Bus("stage", port, [Attached(device, names, [(p.method, p.tags, 0.2) for p in device.polls()])])
    bus.lease = Lease(0.0, OUTPUTS | {"stage_home": True})  # asked before it was there: not a command
    for tick in range(20):
        port.time = max(port.time, tick * 0.05)
        bus.service(tick * 0.05)
    assert port.moves == ["1 move abs 36283", "2 move abs 0", "1 stop", "2 stop"]
    assert not [notice for notice in bus.notices if notice.event != "ready"]


ASK = command(1, 1, 0, "get pos")
GOOD = line("@01 1 00 OK IDLE -- 1000")


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (GOOD[:-1], NoReply, "stopped"),
        (GOOD[:9], NoReply, "stopped"),
        (ASK.replace(b"\n", b"\r\n"), BadReply, "echo"),
        (GOOD.replace(b"1000", b"1800"), BadReply, "checksum is wrong"),
        (GOOD.lower(), BadReply, "checksum is wrong"),
        (b"@01 1 00 OK IDLE -- 1000\r\n", BadReply, "no checksum"),
        (line("@02 1 00 OK IDLE -- 1000"), BadReply, "device 02"),
        (line("@01 2 00 OK IDLE -- 1000"), BadReply, "axis 2"),
        (line("@01 1 01 OK IDLE -- 1000"), BadReply, "message 01"),
        (line("@01 1 OK IDLE -- 1000"), BadReply, "no reply"),
        (line("#01 1 00 text"), BadReply, "no reply"),
        (line("@01 1 00 OK IDLE -- NA"), BadReply, "position"),
        (line("@01 1 00 OK IDLE -- 1000.5"), BadReply, "position"),
        (line("!01 1 IDLE --") * 5, BadReply, "alerts only"),
        (b"\xff" * 20 + b"\r\n", BadReply, "not text"),
        (b"\r\n", BadReply, "no checksum"),
        (line("@01 1 00 RJ IDLE -- BADCOMMAND"), Refused, "does not know"),
        (line("@01 1 00 RJ IDLE FD PARKED"), Refused, "parked"),
        (line("@01 1 00 RJ IDLE -- NEWWORD"), Refused, "NEWWORD"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, match):
    stage = talk(NAME)
    stage.port = stage.zaber.port = transcript((ASK, reply))
    with pytest.raises(error, match=match):
        stage.read_axes()


@pytest.mark.parametrize("listed", ["02 WR", "WR", "01 WR WH", "01 wr", ""])
def test_list_of_flags_has_a_form(transcript, talk, listed):
    stage = talk(NAME)
    exchanges = dialogue(("1 1 get pos", "OK IDLE WR 0"), ("1 1 warnings", f"OK IDLE WR {listed}"))
    stage.port = stage.zaber.port = transcript(*exchanges)
    with pytest.raises(BadReply):
        stage.read_axes()


@pytest.mark.parametrize(
    "options",
    [
        {"axes": [[1, 1], [1, 1]]},
        {"axes": [[1, 1]]},
        {"axes": [[0, 1], [2, 1]]},
        {"axes": [[1, 0], [2, 1]]},
        {"axes": [["1", 1], [2, 1]]},
        {"axes": [[1, 1], [2, 10]]},
        {"axes": [[1, 1], [2]]},
        {"travel_mm": [100.0]},
        {"microstep_um": [0.0, 1.0]},
    ],
)
def test_options_have_a_range(talk, options):
    with pytest.raises(ValidationError):
        talk(NAME, options=OPTIONS[NAME] | options)


def test_limits_follow_the_travel(talk):
    stage = talk(NAME, options=OPTIONS[NAME] | {"travel_mm": [50.0, 200.0]})
    assert [stage.outputs[f"stage_{axis}_setpoint_mm"].high for axis in "xy"] == [50.0, 200.0]
    assert (stage.tags["stage_x_mm"].low, stage.tags["stage_x_mm"].high) == (-0.5, 50.5)


@given(broken(*(reply for _, reply in dialogue(*CHAIN, *at("1 1", 0, False, "WR"))), b"!01 1 IDLE -- \r\n"))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)
