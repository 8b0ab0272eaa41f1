"""Mass-flow controller Bronkhorst EL-FLOW on RS-232 with ProPar, binary and ASCII on the same line.

Owns node address, access and the answer to each message; the form of a request decides the form of its reply. Frames,
parameters and the instrument are next door. Source: the fact sheet and vendor document 9.17.027.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from sim.devices.elflow_instrument import Instrument
from sim.devices.framing import FramedEmulator
from sim.devices.propar_frames import (
    ANY_NODE,
    OK,
    PROTOCOL_ERROR,
    READ_ONLY,
    REQUEST,
    STATUS,
    UNKNOWN_COMMAND,
    UNKNOWN_PARAMETER,
    UNKNOWN_PROCESS,
    WRITE,
    WRITE_ONLY,
    WRITE_SILENT,
    WRONG_TYPE,
    Message,
    Place,
    StatusError,
    answer_all,
    messages,
    write_all,
)
from sim.devices.propar_parameters import LOCK, PARAMETERS, PROCESSES, UNLOCK, Parameter
from sim.wiring import Wiring


class Propar(FramedEmulator):
    """One mass-flow controller."""

    latency_s: ClassVar[float] = 0.004  # assumed, as on the other bus
    gap_s: ClassVar[float] = 0.100  # assumed: inter-byte time-out

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.instrument = Instrument(name, table, wiring)
        self.fluid_set = 0
        self.init_reset = LOCK

    def reboot(self, now: float) -> None:
        """Power cycle: setpoint and slope are lost, the control mode is its default, secured parameters are locked."""
        self.forget_input()
        self.init_reset = LOCK
        self.instrument.power_up(self.wiring)

    def step(self, now: float, dt: float) -> None:
        """Follow the setpoint slope."""
        instrument = self.instrument
        if instrument.asked != instrument.setpoint:
            instrument.drive(self.wiring, dt)

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer the messages for this node, or for any."""
        found, self._rest = messages(self.gather(data, now))
        return b"".join([self._answer(message) for message in found if message.node in (self.address, ANY_NODE)])

    def _answer(self, message: Message) -> bytes:
        if message.broken:
            return message.error(PROTOCOL_ERROR)  # assumed for a length that is not true
        data = message.data
        command = data[0]
        if command == STATUS:
            return b""
        try:
            reply = self._serve(command, data)
        except StatusError as refusal:
            reply = bytes((STATUS, refusal.status, refusal.index))
        return b"" if command == WRITE_SILENT else replace(message, node=self.signed(message.node)).reply(reply)

    def _serve(self, command: int, data: bytes) -> bytes:
        if self.refuse_with is not None:
            raise StatusError(self.refuse_with & 0xFF, 0)
        if command == REQUEST:
            return answer_all(data, self._reading)
        if command not in (WRITE, WRITE_SILENT):
            raise StatusError(UNKNOWN_COMMAND, 0)
        try:
            write_all(data, self._writing)
        finally:
            self.instrument.drive(self.wiring, 0.0)
        return bytes((STATUS, OK, len(data)))

    def _reading(self, place: Place) -> Callable[[], bytes]:
        read = _parameter(place).read
        if read is None:
            raise StatusError(WRITE_ONLY, place.parameter_at)
        return lambda: read(self)

    def _writing(self, place: Place) -> Callable[[bytes], None]:
        parameter = _parameter(place)
        write = parameter.write
        if write is None or (parameter.secured and self.init_reset != UNLOCK):
            raise StatusError(READ_ONLY, place.parameter_at)  # assumed for what is secured
        return lambda value: None if self.ignore_writes else write(self, value)


def _parameter(place: Place) -> Parameter:
    if place.process not in PROCESSES:
        raise StatusError(UNKNOWN_PROCESS, place.process_at)
    parameter = PARAMETERS.get((place.process, place.number))
    if parameter is None:
        raise StatusError(UNKNOWN_PARAMETER, place.parameter_at)
    if place.kind != parameter.kind:
        raise StatusError(WRONG_TYPE, place.parameter_at)
    return parameter
