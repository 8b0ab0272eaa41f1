"""What a driver has come to know, as JSON: so that every file of a capture can be replayed by itself.

Owns the form of that knowledge: only what differs from a driver just built, only plain data, nothing that could run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from drivers.device import Device

GIVEN = frozenset(("name", "port", "address", "options", "tags", "outputs"))  #: what building one gives it
SIMPLE = (bool, int, str, type(None))


def state_of(device: Device) -> dict[str, Any]:
    """What this driver knows beyond one just built, as JSON."""
    return _learnt(device, type(device)(device.name, device.port, device.address, device.options))


def restore(device: Device, state: Mapping[str, Any]) -> None:
    """Have a driver just built know what another one knew; ValueError when that is no state of this driver."""
    try:
        _teach(device, state)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"what driver {device.name} knew cannot be read ({error})") from None


def _learnt(thing: Any, fresh: Any) -> dict[str, Any]:
    """Attributes that are not as they were at first; those of a client that the driver holds, under its name."""
    found: dict[str, Any] = {}
    for name, value in vars(thing).items():
        if name in GIVEN:
            continue
        first = getattr(fresh, name, None)
        if type(value).__module__.startswith("drivers.") and hasattr(value, "__dict__"):
            if within := _learnt(value, first):
                found[name] = {"in": within}
            continue
        try:
            now, then = _plain(value), _plain(first)
        except TypeError:
            continue  # no data: what was there at first, or what a capture has put around a method
        if now != then:
            found[name] = now
    return found


def _teach(thing: Any, state: Mapping[str, Any]) -> None:
    for name, plain in state.items():
        if name in GIVEN or name.startswith("__") or callable(getattr(thing, name)):
            raise ValueError(f"{name!r} is nothing that it learns")
        if isinstance(plain, dict) and "in" in plain:
            _teach(getattr(thing, name), plain["in"])
        else:
            setattr(thing, name, _value(plain))


def _plain(value: Any) -> Any:
    """A value as JSON that tells its kind; TypeError for what is no data."""
    if type(value) in SIMPLE or (type(value) is float and math.isfinite(value)):
        return value
    if type(value) is float:
        return {"float": repr(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if type(value) is list:
        return [_plain(each) for each in value]
    if type(value) is tuple:
        return {"tuple": [_plain(each) for each in value]}
    if type(value) is dict:
        return {"dict": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "of": value.dtype.name, "shape": list(value.shape)}
    raise TypeError(f"{type(value).__name__} is no plain data")


def _value(plain: Any) -> Any:
    """The value that `_plain` has written."""
    if isinstance(plain, list):
        return [_value(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if "array" in plain:
        return np.array(plain["array"], dtype=plain["of"]).reshape(plain["shape"])
    kind, data = next(iter(plain.items()))
    if kind == "dict":
        return {_value(key): _value(each) for key, each in data}
    if kind == "tuple":
        return tuple(_value(each) for each in data)
    if kind == "bytes":
        return bytes.fromhex(data)
    if kind == "float":
        return float(data)
    raise ValueError(f"{kind!r} is no kind of data")
