import pytest

from sim.devices.hipace_parameters import PARAMETERS, U_EXPO, decode, encode


@pytest.fixture
def pump(make):
    return make("pump_hipace", address=1, nominal_hz=820)


def telegram(number, data="=?", action="00", address=1):
    text = f"{address:03d}{action}{number:03d}{len(data):02d}{data}"
    return f"{text}{sum(text.encode()) % 256:03d}\r".encode()


def ask(pump, number, data="=?", action="00"):
    """The data of the reply."""
    reply = pump.receive(telegram(number, data, action), 0.0)
    assert reply == telegram(number, reply[10:-4].decode(), "11" if action == "01" else "10")
    return reply[10:-4].decode()


def write(pump, number, data):
    return ask(pump, number, data, "10")


def test_golden_telegrams(make, wiring):
    pump = make("pump_hipace", address=123)
    wiring.sensors.turbo_speed_hz = 633.0
    assert pump.receive(b"1230030902=?112\r", 0.0) == b"1231030906000633037\r"
    pump = make("pump_hipace", address=42)
    assert pump.receive(b"0421001006111111020\r", 0.0) == b"0421001006111111020\r"
    pump = make("pump_hipace", address=1)
    assert pump.receive(b"0011001006111111015\r", 0.0) == b"0011001006111111015\r"
    assert wiring.commands.turbo_on
    assert pump.receive(telegram(309, action="01"), 0.0) == b"0011130928ActualSpd Hz  11000000999999116\r"
    assert pump.receive(telegram(5, action="01"), 0.0) == b"0011100506NO_DEF185\r"


def test_name_of_the_drive(pump):
    assert ask(pump, 349) == "TC 400"


def test_start_needs_station_and_motor(pump, wiring):
    assert write(pump, 10, "111111") == "111111"
    assert wiring.commands.turbo_on
    assert write(pump, 23, "000000") == "000000"
    assert not wiring.commands.turbo_on
    assert ask(pump, 10) == "111111"


def test_speed_setpoints(pump, wiring):
    write(pump, 10, "111111")
    assert (wiring.commands.turbo_speed_pct, ask(pump, 308)) == (100.0, "000820")
    write(pump, 26, "001")
    write(pump, 707, "005000")
    assert (wiring.commands.turbo_speed_pct, ask(pump, 308), ask(pump, 707)) == (50.0, "000410", "005000")
    write(pump, 2, "111111")
    assert wiring.commands.turbo_speed_pct == pytest.approx(66.7)
    assert ask(pump, 397) == "032816"


def test_run_up(pump, wiring):
    write(pump, 10, "111111")
    for speed, accelerating, switch_point, attained in [(5, 1, 0, 0), (700, 1, 1, 0), (819, 0, 1, 1)]:
        wiring.sensors.turbo_speed_hz = float(speed)
        bits = [ask(pump, number)[0] for number in (307, 302, 306)]
        assert bits == [str(accelerating), str(switch_point), str(attained)]
    assert (ask(pump, 309), ask(pump, 398), ask(pump, 315), ask(pump, 399)) == ("000819", "049140", "000820", "049200")


CONFIGURATION = [  # number, as delivered, least, largest: TC 400 manual
    (35, "000", "000", "014"), (36, "001", "000", "014"), (37, "003", "000", "014"), (38, "002", "000", "014"),
    (55, "000", "000", "008"), (701, "000080", "000050", "000097"), (719, "000020", "000005", "000097"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "delivered", "least", "largest"), CONFIGURATION)
def test_connections_and_switch_points_can_be_configured(pump, number, delivered, least, largest):
    assert ask(pump, number) == delivered
    for good in (least, largest):
        assert write(pump, number, good) == good == ask(pump, number)
    for bad in (int(least) - 1, int(largest) + 1):
        if bad >= 0:
            assert write(pump, number, f"{bad:0{len(least)}d}") == "_RANGE"
    assert ask(pump, number) == largest


def test_golden_telegrams_of_the_configuration(pump):
    assert pump.receive(b"0010070102=?103\r", 0.0) == b"0011070106000080024\r"
    assert pump.receive(b"0010003502=?103\r", 0.0) == b"0011003503000125\r"
    assert ask(pump, 719, action="01") == "SpdSwPt2      13000005000097"


def test_the_speed_switch_point_has_one_or_two_points(pump, wiring):
    def attained(*speeds):
        bits = []
        for speed in speeds:
            wiring.sensors.turbo_speed_hz = float(speed)
            pump.step(0.0, 0.01)
            bits.append(ask(pump, 302)[0] == "1")
        return bits

    assert attained(655, 656, 655) == [False, True, False]  # 80 % of 820 Hz
    write(pump, 701, "000050")
    assert attained(409, 410, 409) == [False, True, False]
    write(pump, 17, "001")
    assert attained(163, 409, 410, 300, 164, 163, 409) == [False, False, True, True, True, False, False]


def test_a_switch_point_is_left_even_when_nobody_asks(pump, wiring):
    write(pump, 17, "001")
    wiring.sensors.turbo_speed_hz = 700.0
    assert ask(pump, 302) == "111111"
    for speed in (100.0, 400.0):
        wiring.sensors.turbo_speed_hz = speed
        pump.step(0.0, 0.01)
    assert ask(pump, 302) == "000000"


def test_electrical_readings(pump, wiring):
    wiring.sensors.turbo_current_a, wiring.sensors.turbo_power_w, wiring.sensors.turbo_bearing_c = 2.34, 112.6, 41.2
    assert [ask(pump, n) for n in (310, 316, 342, 326)] == ["000234", "000113", "000041", "000041"]
    assert [ask(pump, n) for n in (303, 313, 360)] == ["000000", "004800", "000000"]


@pytest.mark.parametrize(
    ("number", "data", "action", "reply"),
    [
        (5, "=?", "00", "NO_DEF"),
        (5, "000001", "10", "NO_DEF"),
        (309, "000001", "10", "_LOGIC"),
        (9, "=?", "00", "_LOGIC"),
        (10, "111110", "10", "_RANGE"),
        (10, "1", "10", "_RANGE"),
        (707, "010001", "10", "_RANGE"),
        (26, "002", "10", "_RANGE"),
        (309, "??", "00", "_LOGIC"),
    ],
)
def test_refusals(pump, number, data, action, reply):
    assert ask(pump, number, data, action) == reply


@pytest.mark.parametrize(
    "request_",
    [b"0010030902=?108\r", b"0020030902=?108\r", b"0010030903=?108\r", b"rubbish\r", b"\xff" * 15 + b"\r", b"\r"],
)
def test_silence(pump, request_):
    assert pump.receive(request_, 0.0) == b""


def test_broadcast_is_obeyed_in_silence(pump, wiring):
    for address in (0, 901):
        wiring.commands.turbo_on = False
        assert pump.receive(telegram(10, "111111", "10", address), 0.0) == b""
        assert wiring.commands.turbo_on


@pytest.mark.parametrize("size", range(1, 17))
def test_chunks(pump, size):
    request = telegram(315)
    assert b"".join(pump.receive(request[at : at + size], 0.0) for at in range(0, len(request), size)) == telegram(
        315, "000820", "10"
    )


def test_power_cycle_goes_on_as_it_was(pump, wiring):
    write(pump, 10, "111111")
    pump.reboot(0.0)
    assert wiring.commands.turbo_on and ask(pump, 10) == "111111"


@pytest.mark.parametrize("number", sorted(PARAMETERS))
def test_every_parameter_answers_and_describes_itself(pump, number):
    reply = ask(pump, number)
    assert reply == "_LOGIC" if number == 9 else reply not in ("NO_DEF", "_RANGE", "_LOGIC")
    assert len(ask(pump, number, action="01")) == 28


@pytest.mark.parametrize(
    ("value", "data"), [(0.0, "000000"), (1.0, "100020"), (1.5e-7, "150013"), (999.99, "100023"), (1234.0, "123423")]
)
def test_exponent_form(value, data):
    assert encode(U_EXPO, value) == data


@pytest.mark.parametrize("number", [n for n, p in PARAMETERS.items() if p.access == 3])
def test_what_can_be_written_reads_back(pump, number):
    data = encode(PARAMETERS[number].type, PARAMETERS[number].high)
    if number == 797:
        data = "000001"
    assert write(pump, number, data) == data
    assert ask(pump, number) == data
    assert decode(PARAMETERS[number].type, data) is not None
