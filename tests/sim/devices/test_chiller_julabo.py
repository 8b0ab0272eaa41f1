import pytest


@pytest.fixture
def chiller(make):
    return make("chiller_julabo")


def ask(chiller, text, now):
    reply = chiller.receive(text.encode() + b"\r", now)
    assert reply.endswith(b"\r\n")
    return reply[:-2].decode()


def test_run_and_setpoint(chiller, wiring):
    assert ask(chiller, "status", 0.0) == "02 REMOTE STOP"
    assert chiller.receive(b"out_sp_00 18.5\r", 0.0) == b""
    assert chiller.receive(b"out_mode_05 1\r", 0.25) == b""
    assert (wiring.commands.chiller_on, wiring.commands.chiller_setpoint_c) == (True, 18.5)
    assert ask(chiller, "status", 0.5) == "03 REMOTE START"
    assert (ask(chiller, "in_sp_00", 0.5), ask(chiller, "in_mode_05", 0.5)) == ("18.50", "1")


def test_a_command_just_after_an_out_is_lost(chiller, wiring):
    chiller.receive(b"out_sp_00 18.5\r", 1.0)
    assert chiller.receive(b"status\r", 1.199) == b""
    assert chiller.receive(b"out_sp_00 19.5\r", 1.1) == b""
    assert wiring.commands.chiller_setpoint_c == 18.5
    assert ask(chiller, "status", 1.2) == "02 REMOTE STOP"


def test_a_host_that_waits_250_ms_from_handing_an_order_over_is_heard(chiller):
    """At 4800 Bd the order takes 35 ms of them."""
    order, question, char_s = b"out_sp_00 -18.55\r", b"status\r", 10 / 4800
    chiller.receive(order, len(order) * char_s)
    assert chiller.receive(question, 0.25 + len(question) * char_s) == b"02 REMOTE STOP\r\n"


def test_readings(chiller, wiring):
    sensors = wiring.sensors
    sensors.chiller_bath_c, sensors.chuck_c, sensors.chiller_power_pct = 19.994, 23.456, -37.5
    replies = [ask(chiller, f"in_pv_0{n}", 0.0) for n in range(5)]
    assert replies == ["19.99", "-37.50", "23.46", "19.99", "60.00"]
    assert ask(chiller, "version", 0.0).startswith("JULABO")


def test_case_does_not_matter_and_lf_is_ignored(chiller):
    assert ask(chiller, "IN_SP_00", 0.0) == "20.00"
    assert ask(chiller, "\nin_sp_00", 0.0) == "20.00"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("out_sp_00 -20.1", "-10 VALUE TOO SMALL"),
        ("out_sp_00 40.1", "-11 VALUE TOO LARGE"),
        ("out_sp_00 nan", "-08 INVALID COMMAND"),
        ("out_sp_00 x", "-08 INVALID COMMAND"),
        ("out_mode_05 2", "-11 VALUE TOO LARGE"),
        ("out_sp_09 20", "-08 INVALID COMMAND"),
        ("in_pv_99", "-08 INVALID COMMAND"),
    ],
)
def test_refusals_show_once_in_the_status(chiller, wiring, command, status):
    assert chiller.receive(command.encode() + b"\r", 0.0) == b""
    assert ask(chiller, "status", 1.0) == status
    assert ask(chiller, "status", 1.0) == "02 REMOTE STOP"
    assert (wiring.commands.chiller_on, wiring.commands.chiller_setpoint_c) == (False, 20.0)


def test_local_mode_refuses(chiller, wiring):
    chiller.remote = False
    chiller.receive(b"out_mode_05 1\r", 0.0)
    assert ask(chiller, "status", 1.0) == "-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE"
    assert ask(chiller, "status", 1.0) == "00 MANUAL STOP"
    assert not wiring.commands.chiller_on


def test_power_cycle_goes_on_as_it_was(chiller, wiring):
    chiller.receive(b"out_mode_05 1\r", 0.0)
    chiller.reboot(0.1)
    assert wiring.commands.chiller_on
    assert ask(chiller, "status", 0.2) == "03 REMOTE START"
