"""The Zaber stage's line: packets, checksums, ids, scopes, every reject reason, settings, alerts, the chain."""

import pytest

from sim.devices.stage_zaber import checksum
from sim.devices.zaber_settings import DEVICE_KEPT, KEPT
from sim.line import SimLine
from tests.sim.devices.zaber_talk import MOST, ask, data, homed, live, reason, rest, tell


@pytest.fixture
def stage(make):
    """A controller with two axes, device 1."""
    return make("stage_zaber")


@pytest.fixture
def chain(make):
    """Two integrated stages, devices 1 and 2."""
    return make("stage_zaber", axes=[[1, 1], [2, 1]])


# --- packets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "packet",  # sent by the vendor's client, quoted from its manual, or recomputed by script
    [
        "1 1 00 get pos:2C", "01 1 00 OK IDLE -- 1000:7B", "1 1 move abs 1000:70", "01 1 OK BUSY -- 0:67",
        "1 1 00 move abs 1000:F0", "1 2 00 move abs 1000:EF", "1 2 01:FC", "1 2 05 get pos:26",
        "01 2 05 OK IDLE WR 0:B7", "1 1 10 home:34", "1 1 13 stop:14", "1 1 12 warnings:72",
        "1 1 16 warnings clear:47", "1 0 02 foo:99", "01 0 03 RJ IDLE -- BADDATA:57", "1 0 17 get system.serial:24",
        "1 2 99 move vel 1000:CC", "1 2 08 estop:AA", "1 2 00 move rel 100 2000:30", "1 1 18 tools parking park:CA",
        "0 0 00:00", "0 0 set comm.alert 1:B1", "1 1 stop:98", "01 tools echo:8F", "01 1 IDLE -- :76",
        "01 1 IDLE --:96",
    ],
)  # fmt: skip
def test_golden_checksums(packet):
    text, check = packet.split(":")
    assert checksum(text) == check


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("1 1 00 get pos:2C", "@01 1 00 OK IDLE -- 1000"),
        ("1 1 00 move abs 1000:F0", "@01 1 00 OK BUSY -- 0"),
        ("1 1 move abs 1000:70", "@01 1 OK BUSY -- 0"),
        ("1 2 01:FC", "@01 2 01 OK IDLE -- 0"),
        ("1 1 10 home:34", "@01 1 10 OK BUSY -- 0"),
        ("1 1 12 warnings:72", "@01 1 12 OK IDLE -- 00"),
        ("1 1 16 warnings clear:47", "@01 1 16 OK IDLE -- 00"),
        ("1 0 02 foo:99", "@01 0 02 RJ IDLE -- BADCOMMAND"),
        ("1 2 99 move vel 1000:CC", "@01 2 99 OK BUSY -- 0"),
        ("1 2 00 move rel 100 2000:30", "@01 2 00 OK BUSY -- 0"),
        ("1 1 18 tools parking park:CA", "@01 1 18 OK IDLE -- 0"),
        ("0 0 00:00", "@01 0 00 OK IDLE -- 0"),
        ("0 0 set comm.alert 1:B1", "@01 0 OK IDLE -- 0"),
        ("01 tools echo:8F", "@01 0 OK IDLE -- 0"),
        ("1 tools echo of  words", "@01 0 OK IDLE -- of words"),
        ("get pos", "@01 0 OK IDLE -- 1000 0"),
        ("", "@01 0 OK IDLE -- 0"),
        ("1 1 7", "@01 1 07 OK IDLE -- 0"),
    ],
)
def test_golden_packets(stage, request_, reply):
    homed(stage)
    tell(stage, "1 1 move abs 1000")
    rest(stage)
    assert stage.receive(f"/{request_}\n".encode(), 0.0) == f"{reply}\r\n".encode()


def test_before_it_is_homed(stage):
    assert tell(stage, "1 2 05 get pos:26") == "@01 2 05 OK IDLE WR 0"
    assert data(stage, "1 1 warnings") == "02 WR WH"
    assert tell(stage, "1 1 10 home:34") == "@01 1 10 OK BUSY WR 0"


@pytest.mark.parametrize(
    "sent",
    [
        b"/1 1 00 get pos:2D\n",  # checksum
        b"/1 1 00 get pos:2c\n",
        b"/1 1 00 get pos:\n",
        b"/2 1 get pos\n",  # nobody's address
        b"/123 get pos\n",
        b"1 1 get pos\n",  # no packet
        b"/1 1 get\x07pos\n",
        b"/1 1 get p\xf6s\n",
        b"\r\n\n",
        b"/1 1 -- get pos\n",
        b"/1 1 get pos",  # no end
        b"@01 0 OK IDLE -- 0\r\n",
        b"/" + b"x" * 130,
    ],
)
def test_silence(stage, sent):
    assert stage.receive(sent, 0.0) == b""
    assert stage.receive(b"\n/1 1\n", 0.1).endswith(b"@01 1 OK IDLE WR 0\r\n")


def test_a_command_without_reply_is_done_all_the_same(stage):
    assert ask(stage, "1 1 -- set maxspeed 5000") == []
    assert data(stage, "1 1 get maxspeed") == "5000"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_ends_and_chunks(stage, end, size):
    sent = b"noise/1 1 00 get pos:2C" + end
    replies = [stage.receive(sent[at : at + size], 0.01 * at) for at in range(0, len(sent), size)]
    assert b"".join(replies) == b"@01 1 00 OK IDLE WR 0\r\n"


def test_half_a_command_is_forgotten_after_a_second(stage):
    stage.receive(b"/1 1 get p", 0.0)
    assert stage.receive(b"os\n", 0.9) == b"@01 1 OK IDLE WR 0\r\n"
    stage.receive(b"/1 1 get p", 10.0)
    assert stage.receive(b"os\n", 11.5) == b""


def test_it_answers_within_20_ms(stage):
    ((delay, _),) = SimLine("stage", [stage], 115200).receive(b"/1 1 00 get pos:2C\n", 0.0)
    assert 0.0 < delay < 0.02


def test_checksums_on_request(stage):
    assert tell(stage, "1 set comm.checksum 1") == "@01 0 OK IDLE WR 0:" + checksum("01 0 OK IDLE WR 0")
    assert tell(stage, "1 2 05 get pos:26") == "@01 2 05 OK IDLE WR 0:B7"
    tell(stage, "1 set comm.checksum 0")
    assert tell(stage, "1 2 05 get pos:26") == "@01 2 05 OK IDLE WR 0"


def test_information_follows_the_reply(stage):
    lines = ask(stage, "1 0 07 help")
    assert lines[0] == "@01 0 07 OK IDLE WR 0" and len(lines) > 10
    assert "#01 0 07 move" in lines and all(line.startswith("#01 0 07 ") for line in lines[1:])
    assert "#01 0 move" in ask(stage, "1 help")
    assert ask(stage, "1 1") == ["@01 1 OK IDLE WR 0"]


# --- rejected ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("1 3 get pos", "BADAXIS"), ("1 12", "BADAXIS"), ("1 1 100 get pos", "BADMESSAGEID"),
        ("1 1 7x", "BADMESSAGEID"), ("1 1 foo", "BADCOMMAND"), ("1 1 move", "BADCOMMAND"),
        ("1 1 move abs", "BADCOMMAND"), ("1 get", "BADCOMMAND"), ("1 1 move abs 1 2 3 4", "BADCOMMAND"),
        ("1 1 move index 1", "BADCOMMAND"), ("1 1 stop 1", "BADCOMMAND"),
        ("1 1 move min 1", "BADCOMMAND"), ("1 1 move vel 1 2 3", "BADCOMMAND"), ("1 1 move stored 1 2", "BADCOMMAND"),
        ("1 1 set limit.home.pos 1", "NOACCESS"), ("1 1 get foo", "BADCOMMAND"), ("1 1 set pos", "BADCOMMAND"),
        ("1 1 home 5", "BADCOMMAND"), ("1 io info", "BADCOMMAND"), ("1 tools", "BADCOMMAND"),
        ("1 warnings all", "BADCOMMAND"), ("1 renumber", "BADCOMMAND"), ("1 system", "BADCOMMAND"),
        ("1 1 set driver.temperature 5", "BADCOMMAND"), ("1 set version 8", "BADCOMMAND"),
        ("1 1 driver", "BADCOMMAND"), ("1 get get.settings.max", "BADCOMMAND"), ("1 1 get encoder.pos", "BADCOMMAND"),
        ("1 storage", "BADCOMMAND"), ("1 1 move abs -1", "BADDATA"), (f"1 1 move abs {MOST + 1}", "BADDATA"),
        ("1 1 move abs 1.5", "BADDATA"), ("1 1 move abs x", "BADDATA"), ("1 1 move rel -1001", "BADDATA"),
        (f"1 1 move rel {MOST - 999}", "BADDATA"), ("1 1 move vel 1048577", "BADDATA"),
        ("1 1 move vel -1048577", "BADDATA"), ("1 1 move abs 5 0", "BADDATA"), ("1 1 move abs 5 100 -1", "BADDATA"),
        ("1 1 move stored 0", "BADDATA"), ("1 1 move stored 17", "BADDATA"), ("1 1 set maxspeed 0", "BADDATA"),
        ("1 1 set resolution 257", "BADDATA"), ("1 set comm.alert 2", "BADDATA"),
        ("1 set comm.rs232.baud 9601", "BADDATA"), ("1 renumber 100", "BADDATA"),
        ("1 storage get zaber.label", "BADDATA"), ("1 1 tools storepos 3 -1", "BADDATA"),
        ("1 1 set limit.min 5000000", "BADDATA"), ("1 1 get version", "DEVICEONLY"),
        ("1 1 set comm.alert 1", "DEVICEONLY"), ("1 1 renumber 2", "DEVICEONLY"), ("1 1 system reset", "DEVICEONLY"),
        ("1 1 tools echo", "DEVICEONLY"), ("1 1 set driver.current.max 200", "NOACCESS"),
    ],
)  # fmt: skip
def test_reject_reasons(stage, request_, why):
    homed(stage)
    tell(stage, "1 1 move abs 1000")
    rest(stage)
    place = dict(stage.wiring.commands.stage_mm)
    assert reason(stage, request_) == why if why != "BADMESSAGEID" else tell(stage, request_).endswith(why)
    assert rest(stage) == 0.0 and stage.wiring.commands.stage_mm == place


@pytest.mark.parametrize("request_", ["move abs 5", "move min", "move max", "move stored 1"])
def test_without_a_reference_there_is_no_absolute_place(stage, request_):
    assert reason(stage, f"1 1 {request_}") == "BADDATA"
    assert data(stage, "1 1 move rel 1000") == "0" and rest(stage) > 0.0


def test_parked(stage):
    homed(stage)
    assert tell(stage, "1 1 move abs 200000") and reason(stage, "1 1 tools parking park") == "STATUSBUSY"
    rest(stage)
    data(stage, "1 1 tools parking park")
    for request in ("1 1 move abs 5", "1 1 home", "1 1 set pos 0", "1 move rel 5"):
        assert reason(stage, request) == "PARKED"
    assert tell(stage, "1 2 move abs 5").startswith("@01 2 OK BUSY")
    stage.reboot(0.0)
    assert data(stage, "1 1 warnings") == "00" and data(stage, "1 get pos") == "200000 0"
    assert data(stage, "1 2 warnings") == "02 WR WH"
    data(stage, "1 1 tools parking unpark")
    assert data(stage, "1 1 move abs 5") == "0"


def test_while_it_moves(stage):
    homed(stage)
    tell(stage, "1 1 move max")
    for request in ("1 1 set pos 0", "1 1 set resolution 32", "1 renumber 5", "1 system restore", "0 renumber"):
        assert reason(stage, request) == "STATUSBUSY"
    assert data(stage, "1 1 set maxspeed 5000") == "0"


def test_without_current(stage):
    homed(stage)
    tell(stage, "1 1 move max")
    live(stage, 1.0)
    assert tell(stage, "1 1 driver disable") == "@01 1 OK IDLE FO 0"
    assert reason(stage, "1 1 move abs 5") == reason(stage, "1 1 home") == "DRIVERDISABLED"
    assert data(stage, "1 1 warnings clear") == "01 FO" and data(stage, "1 1 warnings") == "01 FO"
    data(stage, "1 1 driver enable")
    assert tell(stage, "1 1 move abs 5") == "@01 1 OK BUSY -- 0"


# --- settings ---------------------------------------------------------------------------------------------------


def test_who_it_is(stage, chain):
    asked = ("deviceid", "version", "version.build", "device.hw.modified", "system.axiscount", "comm.address")
    assert [data(stage, f"1 get {name}") for name in asked] == ["30222", "7.33", "14091", "0", "2", "1"]
    assert data(stage, "1 1 get resolution") == "64" and data(stage, "1 1 get peripheralid") == "44122"
    assert data(stage, "1 get peripheral.id") == "44122 44122" and data(stage, "1 1 get peripheral.hw.modified") == "0"
    assert len({*data(stage, "1 get peripheral.serial").split(), data(stage, "1 get system.serial")}) == 3
    asked_too = ("comm.command.packets.max", "comm.packet.size.max", "comm.word.size.max", "comm.protocol")
    assert [data(stage, f"1 get {name}") for name in asked_too] == ["1", "80", "50", "2"]
    assert [data(chain, f"2 get {name}") for name in asked] == ["50105", "7.33", "14091", "0", "1", "2"]
    assert reason(chain, "2 1 get peripheralid") == "BADCOMMAND"
    assert data(chain, "1 get system.serial") != data(chain, "2 get system.serial")


def test_settings_as_delivered(stage):
    expected = {"limit.min": 0, "limit.max": MOST, "limit.home.preset": 0, "limit.home.triggered": 0}
    expected |= {"maxspeed": 153600, "limit.approach.maxspeed": 153600, "accel": 205, "knob.enable": 1}
    assert {name: int(data(stage, f"1 1 get {name}")) for name in expected} == expected
    assert float(data(stage, "1 get system.voltage")) > 20.0 and "." in data(stage, "1 1 get driver.temperature")


@pytest.mark.parametrize("name", [*KEPT, "pos", "accel"])
def test_settings_of_an_axis_are_its_own_and_survive_a_power_cycle(stage, name):
    tell(stage, "1 set system.access 2")
    before = data(stage, f"1 2 get {name}")
    value = {"knob.enable": 0, "limit.min": -5, "resolution": 32}.get(name, 77)
    assert data(stage, f"1 1 set {name} {value}") == "0"
    assert data(stage, f"1 get {name}") == f"{value} {before}"
    stage.reboot(0.0)
    assert data(stage, f"1 1 get {name}") == ("0" if name == "pos" else str(value))
    if name in KEPT:
        data(stage, "1 system restore")
        assert data(stage, f"1 1 get {name}") == before and data(stage, "1 1 get limit.max") == str(MOST)


@pytest.mark.parametrize("name", DEVICE_KEPT)
def test_settings_of_the_device(stage, name):
    for value in DEVICE_KEPT[name][0]:
        ask(stage, f"1 set {name} {value}")
        assert ask(stage, f"1 get {name}")[0].partition(":")[0].endswith(f" {value}")


def test_accelerations_together_and_apart(stage):
    data(stage, "1 1 set accel 300")
    assert data(stage, "1 1 get motion.accelonly") == data(stage, "1 1 get motion.decelonly") == "300"
    data(stage, "1 1 set motion.decelonly 100")
    assert data(stage, "1 1 get accel") == "300"


def test_resolution_scales_all_that_is_counted_in_steps(stage, wiring):
    homed(stage)
    tell(stage, "1 1 tools storepos 2 4000")
    tell(stage, "1 1 move abs 1000")
    rest(stage)
    before = wiring.commands.stage_mm["x"]
    data(stage, "1 1 set resolution 128")
    asked = ("pos", "limit.max", "maxspeed")
    assert [data(stage, f"1 1 get {name}") for name in asked] == ["2000", str(2 * MOST), "307200"]
    assert data(stage, "1 1 tools storepos 2") == "8000"
    tell(stage, "1 1 move rel 0")
    rest(stage)
    assert wiring.commands.stage_mm["x"] == pytest.approx(before)


def test_storage(stage):
    assert data(stage, "1 storage set zaber.label left  one") == "0"
    assert data(stage, "1 storage get zaber.label") == "left one"
    assert reason(stage, "1 1 storage axis get zaber.label") == "BADDATA"
    data(stage, "1 1 storage axis set zaber.label x")
    assert data(stage, "1 1 storage axis get zaber.label") == "x"
    data(stage, "1 storage erase zaber.label")
    assert reason(stage, "1 storage get zaber.label") == "BADDATA"


# --- chain and alerts -------------------------------------------------------------------------------------------


def test_a_chain_answers_in_order(chain):
    assert ask(chain, "get pos") == ["@01 0 OK IDLE WR 0", "@02 0 OK IDLE WR 0"]
    assert tell(chain, "2 1 home").startswith("@02 1 OK BUSY")
    assert ask(chain, "2 2 home") == ["@02 2 RJ BUSY WR BADAXIS"]


def test_renumber(chain):
    assert tell(chain, "2 renumber 9") == "@09 0 OK IDLE WR 0"
    assert ask(chain, "2 get pos") == [] and tell(chain, "9 get comm.address").endswith(" 9")
    assert ask(chain, "renumber") == ["@01 0 OK IDLE WR 0", "@02 0 OK IDLE WR 0"]
    assert tell(chain, "2 set comm.address 3").startswith("@03 0 OK")


def test_alerts_only_when_asked_for(stage):
    homed(stage)
    assert ask(stage, "1 1") == ["@01 1 OK IDLE -- 0"]
    tell(stage, "1 set comm.alert 1")
    tell(stage, "1 move abs 1000")
    rest(stage)
    assert ask(stage, "1 1") == ["!01 1 IDLE -- ", "!01 2 IDLE -- ", "@01 1 OK IDLE -- 0"]
    ask(stage, "1 set comm.checksum 1")
    ask(stage, "1 1 move abs 0")
    rest(stage)
    assert stage.receive(b"\n", 0.0) == b"!01 1 IDLE -- :76\r\n"
    ask(stage, "1 1 move max")
    live(stage, 1.0)
    ask(stage, "1 1 stop")
    rest(stage)
    assert ask(stage, "1 1")[0].startswith("!01 1 IDLE NI ")
    ask(stage, "1 1 move abs 0")
    rest(stage)
    stage.receive(b"/1 1 get p", 0.0)
    stage.reboot(0.1)
    assert stage.receive(b"os\n", 0.2) == b""


def test_reset(stage):
    homed(stage)
    assert tell(stage, "1 system reset") == "@01 0 OK IDLE NU 0"
    live(stage, 0.45)
    assert data(stage, "1 warnings") == "01 NU"
    live(stage, 0.1)
    assert data(stage, "1 warnings") == "02 WR WH"


@pytest.mark.parametrize("axes", [[[1, 1]], [[1, 1], [1, 1]], [[1, 1], [1, 3]], [[0, 1], [1, 1]], {"x": [1, 1]}, 5])
def test_axes_that_cannot_be(make, axes):
    with pytest.raises(ValueError, match="axes"):
        make("stage_zaber", axes=axes)


def test_axes_by_name_and_the_address(make):
    swapped = make("stage_zaber", axes={"x": [1, 2], "y": [1, 1]})
    tell(swapped, "1 1 move rel 1000")
    rest(swapped)
    assert swapped.axes["y"].place == 1000.0 and swapped.axes["x"].place == 0.0
    assert tell(make("stage_zaber", address=5), "5 2").startswith("@05 2 OK")


def test_switches(stage, wiring):
    homed(stage)
    stage.ignore_writes = True
    for request in ("1 1 move abs 1000", "1 1 set maxspeed 5", "1 set comm.alert 1", "1 renumber 7", "1 1 home"):
        assert tell(stage, request).endswith("OK IDLE -- 0")
    live(stage, 0.5)
    assert data(stage, "1 get pos") == "0 0" and data(stage, "1 1 get maxspeed") == "153600"
    stage.ignore_writes, stage.answers_as = False, 9
    assert tell(stage, "1 1 get pos") == "@09 1 OK IDLE -- 0"
    stage.answers_as = None
    for code, why in enumerate(["AGAIN", "BADDATA", "FULL", "LOCKSTEP", "REMOTE", "INACTIVE", "BADCOMMAND"], 1):
        stage.refuse_with = code
        assert reason(stage, "1 1 get pos") == why
