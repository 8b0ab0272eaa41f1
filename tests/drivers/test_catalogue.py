"""Every driver of the catalogue keeps the rules of the house."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import pytest

import drivers
from drivers.catalogue import driver_class, driver_names
from drivers.device import Device, Options

HOUSE = {
    "__init__", "ae_bus", "attached", "bus", "capture", "capture_state", "catalogue", "comet_shft", "device", "errors",
    "line_protocol", "modbus", "propar", "replay", "staleness", "tags", "tcp", "transport", "uss", "zaber_ascii",
}  # fmt: skip
NAMES = driver_names()


def test_every_file_is_in_the_catalogue():
    files = {path.stem for path in Path(drivers.__path__[0]).glob("*.py")}
    assert files - HOUSE == set(NAMES)


def test_unknown_name_is_told_the_known_ones():
    with pytest.raises(ValueError, match=r"'mfc_elfow'.*mfc_elflow"):
        driver_class("mfc_elfow")


@pytest.mark.parametrize("name", NAMES)
def test_class(name):
    cls = driver_class(name)
    assert issubclass(cls, Device)
    assert cls.__module__ == f"drivers.{name}"
    assert cls.__doc__
    assert cls.protocol
    assert cls.identify is not Device.identify
    assert issubclass(cls.options_model, Options)
    assert cls.proven_on_hardware is False  # nobody has yet
    assert len(cls.serial_format) == 3


@pytest.mark.parametrize("name", NAMES)
def test_declarations(talk, name):
    device = talk(name)
    for local, tag in device.tags.items():
        assert tag.name == local
        assert tag.text.startswith(("Measure ", "Get ", "Count ")), tag
        assert _bracket(tag.text).startswith(tag.unit), tag
        assert tag.kind != "number" or tag.unit, tag
        assert tag.period_s > 0.0
    for local, output in device.outputs.items():
        assert output.name == local
        assert output.text.startswith(("Set ", "Switch ")), output
        assert output.unit in _bracket(output.text), output
        assert output.kind == "flag" or (output.low is not None and output.high is not None), output
        assert output.safe is None or output.kind == "flag" or output.low <= output.safe <= output.high
    assert not device.tags.keys() & device.outputs.keys()


@pytest.mark.parametrize("name", NAMES)
def test_polls_cover_all_tags_once(talk, name):
    device = talk(name)
    polled = [tag for poll in device.polls() for tag in poll.tags]
    assert sorted(polled) == sorted(device.tags)
    assert all(inspect.getdoc(getattr(device, poll.method)) for poll in device.polls())


@pytest.mark.parametrize("name", NAMES)
def test_writes_exist_where_outputs_do(talk, name):
    device = talk(name)
    assert (type(device).write is not Device.write) == bool(device.outputs)


@pytest.mark.parametrize("name", NAMES)
def test_can_be_saved(options, name):
    cls = driver_class(name)
    device = cls(name, None, 1, cls.options_model.model_validate(options[name]))
    again = pickle.loads(pickle.dumps(device))
    assert again.tags == device.tags
    assert again.outputs == device.outputs
    assert again.polls() == device.polls()


@pytest.mark.parametrize("name", NAMES)
def test_options_are_strict(name):
    with pytest.raises(ValueError, match="extra"):
        driver_class(name).options_model.model_validate({"full_scale": 1})


def _bracket(text: str) -> str:
    assert text.count("[") == text.count("]") == 1
    return text[text.index("[") + 1 : text.index("]")]


@pytest.mark.parametrize("name", NAMES)
def test_a_serial_device_says_which_baud_rates_it_can_do(name):
    """`check` takes one that names none for a device on the network."""
    cls = driver_class(name)
    assert bool(cls.bauds) is (cls.protocol not in ("modbus-tcp", "obp"))
    low, high = cls.addresses
    assert 0 <= low < high <= 255


@pytest.mark.parametrize("name", NAMES)
def test_a_device_whose_frames_hold_no_address_says_so(name):
    """`check` gives it a line of its own; those on Modbus TCP are told apart by their unit."""
    cls = driver_class(name)
    assert cls.point_to_point is (cls.addresses == (0, 255) and cls.protocol != "modbus-tcp")
