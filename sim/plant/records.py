"""Records: named float64 fields in one block of memory, which laws read and write and which can be saved as bytes.

Owns the form. A room declares its state as a class of annotations; `vector(5)` and `grid(21, 21)` fields are arrays.
Everything in a record is a float64, so that a whole plant is one vector of numbers with names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SIZE = np.dtype(np.float64).itemsize
R = TypeVar("R", bound="Record")


def vector(size: int) -> Floats:
    """Declare an array field of ``size`` numbers (in a record's class body)."""
    return cast(Floats, (size,))


def grid(rows: int, columns: int) -> Floats:
    """Declare an array field of ``rows`` × ``columns`` numbers."""
    return cast(Floats, (rows, columns))


class Record:
    """What every room's state is. Fields are declared as ``x: float``, ``y: Floats = vector(5)``, or a Record."""

    __slots__ = ()
    _dtypes: ClassVar[dict[type, np.dtype[Any]]] = {}


def dtype_of(record: type[Record]) -> np.dtype[Any]:
    """The layout of a record: its fields in the order of the class body, nested records inside."""
    if record not in Record._dtypes:
        fields: list[tuple[Any, ...]] = []
        for name, kind in get_type_hints(record).items():
            if name.startswith("_"):
                continue
            if hasattr(np.record, name):
                raise TypeError(f"{record.__name__}.{name}: every NumPy record has an attribute of that name")
            if isinstance(kind, type) and issubclass(kind, Record):
                fields.append((name, dtype_of(kind)))
            elif kind is float:
                fields.append((name, np.float64))
            else:
                fields.append((name, np.float64, vars(record)[name]))
        Record._dtypes[record] = np.dtype((np.record, fields))
    return Record._dtypes[record]


def new(record: type[R], **values: float) -> R:
    """A record of zeros, with ``values`` set; TypeError for a field that it does not have."""
    made = cast(R, np.zeros(1, dtype_of(record)).view(np.recarray)[0])
    for name, value in values.items():
        if name not in (dtype_of(record).names or ()):
            raise TypeError(f"{record.__name__} has no field {name!r}")
        setattr(made, name, value)
    return made


def names_of(record: type[Record]) -> Iterator[str]:
    """One name for each number of a record, in the order of memory: "gas.molecules[3]"."""
    yield from _names(dtype_of(record), "")


def places_of(record: type[Record], path: str) -> slice:
    """Where a nested record, a field ("gas.pressure_pa") or one number of an array ("gas.molecules[3]") lies among the
    numbers of ``record``; KeyError when it has no such thing.
    """
    layout: np.dtype[Any] = dtype_of(record)
    first = 0
    for part in path.split("."):
        name, _, index = part.removesuffix("]").partition("[")
        layout, offset = dict(layout.fields or {})[name][:2]
        first += offset // _SIZE
        if index:
            first += int(np.ravel_multi_index(tuple(map(int, index.split(","))), layout.shape))
            layout = layout.base
    return slice(first, first + layout.itemsize // _SIZE)


def place_of(record: type[Record], path: str) -> int:
    """Where one number lies among those of ``record``."""
    places = places_of(record, path)
    if places.stop - places.start != 1:
        raise KeyError(f"{path} is not one number")
    return int(places.start)


def _names(layout: np.dtype[Any], prefix: str) -> Iterator[str]:
    for name, (kind, *_) in (layout.fields or {}).items():
        if kind.fields:
            yield from _names(kind, f"{prefix}{name}.")
        elif kind.shape:
            for index in np.ndindex(*kind.shape):
                yield f"{prefix}{name}[{', '.join(map(str, index))}]"
        else:
            yield f"{prefix}{name}"
