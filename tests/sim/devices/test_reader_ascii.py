import pytest

from sim.line import SimLine
from sim.plant.plant import Plant


@pytest.fixture
def reader(make, wiring):
    wiring.sensors.mask_code = "MASK-0042"
    return make("reader_ascii")


def test_a_trigger_gets_the_code_in_one_line(reader):
    assert reader.receive(b"T\r", 0.0) == b"MASK-0042\r"


def test_without_a_code_it_says_so(reader, wiring):
    wiring.sensors.mask_code = ""
    assert reader.receive(b"T\r", 0.0) == b"NOREAD\r"


def test_trigger_and_no_code_are_options(make, wiring):
    reader = make("reader_ascii", trigger="<+>", no_code="ERR")
    assert reader.receive(b"T\r", 0.0) == b""
    assert reader.receive(b"<+>", 1.0) == b"ERR\r"
    wiring.sensors.mask_code = "R7"
    assert reader.receive(b"<+>", 2.0) == b"R7\r"


@pytest.mark.parametrize("options", [{"trigger": ""}, {"no_code": ""}, {"trigger": 7}, {"trigger": "\u00e4\r"}])
def test_options_that_no_reader_can_have(make, options):
    with pytest.raises(ValueError, match=f"device: {next(iter(options))} must be a text of ASCII characters"):
        make("reader_ascii", **options)


def test_the_answer_comes_when_it_has_decoded(reader):
    line = SimLine("line", [reader], 9600)
    assert line.receive(b"T\r", 0.0) == [(0.08, b"MASK-0042\r")]


def test_a_trigger_while_it_decodes_is_lost(reader):
    assert reader.receive(b"T\rT\r", 1.0) == b"MASK-0042\r"
    assert reader.receive(b"T\r", 1.079) == b""
    assert reader.receive(b"T\r", 1.081) == b"MASK-0042\r"


def test_a_power_cycle_ends_a_picture(reader):
    reader.receive(b"T\rT", 1.0)
    reader.reboot(1.01)
    assert reader.receive(b"\r", 1.02) == b""  # the half trigger is forgotten
    assert reader.receive(b"T\r", 1.03) == b"MASK-0042\r"


def test_a_trigger_in_pieces_and_after_noise(reader):
    assert reader.receive(b"\nxyz?T", 0.0) == b""
    assert reader.receive(b"\r", 0.9) == b"MASK-0042\r"


def test_half_a_trigger_is_dropped_after_a_second(reader):
    assert reader.receive(b"T", 0.0) == b""
    assert reader.receive(b"\r", 1.01) == b""


def test_noise_is_not_kept_for_ever(reader):
    for _ in range(100):
        reader.receive(b"x" * 1000, 0.0)
    assert len(reader._rest) <= 120


def test_a_code_that_is_not_ascii_is_still_a_line(reader, wiring):
    wiring.sensors.mask_code = "M\u00e4sk"
    assert reader.receive(b"T\r", 0.0) == b"M?sk\r"


def test_what_refuses_sees_nothing(reader):
    reader.refuse_with = 4
    assert reader.receive(b"T\r", 0.0) == b"NOREAD\r"


def test_each_mask_that_is_laid_in_has_its_own_code(make, wiring):
    plant, reader = Plant(wiring, 1), make("reader_ascii")
    assert reader.receive(b"T\r", 0.0) == b"NOREAD\r"
    for now, code in [(1.0, b"MASK-0001\r"), (2.0, b"MASK-0002\r")]:
        plant.load_mask("organic", 8.0)
        assert reader.receive(b"T\r", now) == code
