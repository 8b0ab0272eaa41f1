import pytest

from sim.devices.modbus_frames import crc16
from sim.line import SimLine


def request(address):
    frame = bytes((address, 3, 0, 0x20, 0, 1))
    return frame + crc16(frame)


@pytest.fixture
def gas(reference):
    return SimLine("gas", [reference[f"{gas}_mfc"] for gas in ("o2", "h2", "ar", "n2")], 38400, 11)


@pytest.mark.parametrize("address", [1, 2, 3, 4])
def test_everyone_hears_and_one_answers(gas, wiring, address):
    wiring.sensors.flow_sccm.update(o2=20.0, h2=20.0, ar=30.0, n2=200.0)
    ((delay, reply),) = gas.receive(request(address), 0.0)
    assert delay == gas.emulators[address - 1].delay_s
    counts = {1: 3200, 2: 6400, 3: 9600, 4: 12800}[address]
    assert (reply[0], int.from_bytes(reply[3:5])) == (address, counts)


def test_a_duplicated_address_gives_two_answers(gas):
    gas.emulators[1].address = 1
    assert [reply[0] for _, reply in gas.receive(request(1), 0.0)] == [1, 1]


def test_wire_times(gas, reference):
    assert gas.char_s == pytest.approx(11 / 38400)
    assert gas.silence_s == pytest.approx(3.5 * 11 / 38400)
    throttle = SimLine("throttle", [reference["throttle"]], 9600, 10)
    assert (throttle.char_s, throttle.silence_s) == (pytest.approx(10 / 9600), 0.0)
    assert SimLine("io", [reference["io"]]).char_s == 0.0


def test_step_reaches_every_device_that_lives(reference, wiring):
    reference["o2_mfc"].instrument.setpoint = 32000.0
    line = SimLine("mixed", list(reference.values()))
    line.step(0.01, 0.01)
    assert wiring.commands.flow_setpoint_sccm["o2"] == 200.0
