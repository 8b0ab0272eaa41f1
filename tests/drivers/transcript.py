"""A port that plays a transcript: what must be sent, and what comes back. Its clock is virtual."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from drivers.catalogue import driver_class
from drivers.device import Device

#: Options with which each driver is built in these tests.
OPTIONS: dict[str, dict[str, Any]] = {
    "chiller_julabo": {},
    "energy_sdm630": {},
    "film_sqm160": {"thickness_unit": "kA"},
    "gauge_mks937b": {"channels": {"wide_pressure_pa": 1, "guard_pressure_pa": 4}},
    "gauge_thyracont": {},
    "gauge_tpg36x": {"channels": ["wide_pressure_pa", "guard_pressure_pa"]},
    "io_bk9050": {
        "watchdog_ms": 1000,
        "inputs": ["lid_closed", "water_flowing", "foreline_ok"],
        "outputs": ["rf_permit", "vent_valve_open", "buzzer"],
        "analog_inputs": [{"name": "mask_temperature_c", "full_scale": 200.0}],
    },
    "io_wago750": {
        "inputs": ["lid_closed", "water_flowing", "foreline_ok"],
        "outputs": ["rf_permit", "vent_valve_open", "buzzer"],
        "analog_inputs": [{"name": "mask_temperature_c", "full_scale": 200.0}],
    },
    "match_ae": {},
    "mfc_alicat": {"full_scale_sccm": 200.0},
    "mfc_elflow": {"full_scale_sccm": 200.0},
    "mfc_propar": {"full_scale_sccm": 200.0},
    "oes_hdx": {"integration_ms": 50},
    "pump_hipace": {"nominal_hz": 820},
    "pump_nxds": {},
    "pump_turbovac": {"nominal_hz": 1000, "timeout_s": 10.0},
    "reader_ascii": {},
    "rf_cesar": {"max_power_w": 600, "max_reflected_w": 100},
    "rf_comet_cito": {"max_power_w": 600},
    "rf_tandc_ag": {"max_power_w": 600, "max_reflected_w": 100},
    "stage_zaber": {
        "axes": [[1, 1], [2, 1]],
        "travel_mm": [100.0, 100.0],
        "microstep_um": [0.1240234375, 0.1240234375],
    },
    "valve_vat": {"gauge_full_scale_pa": 133.3},
}


class TranscriptPort:
    """Plays exchanges (sent, reply) in order; sending anything else fails the test, silence costs the time-out."""

    def __init__(self, *exchanges: tuple[bytes, bytes], reply_s: float = 0.005) -> None:
        self.exchanges = list(exchanges)
        self.reply_s = reply_s
        self.time = 0.0
        self.sent_s = 0.0
        self.answered_s = 0.0
        self.buffer = b""
        self.drained: list[float] = []

    def now(self) -> float:
        return self.time

    def write(self, data: bytes) -> None:
        assert self.exchanges, f"sent {data!r} although the transcript has ended"
        expected, reply = self.exchanges.pop(0)
        assert data == expected, f"sent {data.hex(' ')} ({data!r}), expected {expected.hex(' ')} ({expected!r})"
        self.buffer += reply
        self.sent_s = self.time
        self.time += self.reply_s
        if reply:
            self.answered_s = self.time

    def read(self, size: int, timeout_s: float) -> bytes:
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        if len(data) < size:
            self.time = max(self.time, self.sent_s + timeout_s)
        return data

    def read_until(self, end: bytes, limit: int, timeout_s: float) -> bytes:
        at = self.buffer.find(end)
        return self.read(limit if at < 0 else min(at + len(end), limit), timeout_s)

    def unread(self) -> int:
        return len(self.buffer)

    def hang_up(self) -> bool:
        return False

    def elsewhere(self) -> None:
        pass

    def drain(self, silence_s: float) -> int:
        self.drained.append(silence_s)
        dropped, self.buffer = len(self.buffer), b""
        self.time += silence_s
        return dropped

    def close(self) -> None:
        pass

    def finished(self) -> bool:
        """Whether all was said and all was heard."""
        return not self.exchanges and not self.buffer


def make(name: str, port: Any, address: int = 1, options: Mapping[str, Any] | None = None) -> Device:
    """A driver of the catalogue on a port."""
    cls = driver_class(name)
    return cls(name, port, address, cls.options_model.model_validate(OPTIONS[name] if options is None else options))


class TcpScript:
    """Numbers the transactions of a Modbus TCP conversation."""

    def __init__(self) -> None:
        self.number = itertools.count(1)

    def __call__(self, sent: str, reply: str) -> tuple[bytes, bytes]:
        transaction = next(self.number)
        return tuple(  # type: ignore[return-value]
            transaction.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + b"\1" + pdu
            for pdu in (bytes.fromhex(sent), bytes.fromhex(reply))
        )

    def word(self, register: int, value: int) -> tuple[bytes, bytes]:
        return self(f"03 {register:04x} 0001", f"03 02 {value:04x}")

    def set(self, register: int, value: int) -> tuple[bytes, bytes]:
        return self(f"06 {register:04x} {value:04x}", f"06 {register:04x} {value:04x}")
