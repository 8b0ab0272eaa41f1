"""Hands the transcript helper to the tests, however pytest was started."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("driver_transcript", Path(__file__).with_name("transcript.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


helper = _load()


@pytest.fixture
def transcript() -> Any:
    """The class TranscriptPort."""
    return helper.TranscriptPort


@pytest.fixture
def options() -> dict[str, dict[str, Any]]:
    return helper.OPTIONS  # type: ignore[no-any-return]


@pytest.fixture
def talk() -> Iterator[Callable[..., Any]]:
    """talk(driver, *exchanges, options=...) -> device; at the end all exchanges must have happened."""
    ports = []

    def build(name: str, *exchanges: tuple[bytes, bytes], **keywords: Any) -> Any:
        port = helper.TranscriptPort(*exchanges)
        ports.append(port)
        return helper.make(name, port, **keywords)

    yield build
    for port in ports:
        assert port.finished(), f"left over: {port.exchanges} {port.buffer!r}"
