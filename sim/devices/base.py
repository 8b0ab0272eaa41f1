"""What every emulated device is: bytes in, bytes out, an inner life fed with time, and a mute switch.

Owns the contract between an emulator and its line. An emulator knows its vendor's fact sheet and the wiring; it never
sees a driver.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sim.wiring import Wiring


class Emulator:
    """One device on a line.

    ``table`` is the device's table in the machine file (driver, bus, address and its options). All state is plain and
    picklable. Frames may arrive in any chunks: keep what is incomplete, drop it after the inter-byte time-out.
    """

    latency_s: ClassVar[float] = 0.005  #: from the end of a request to the first byte of the reply [s]

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        self.name = name
        self.table = table
        self.address = int(table.get("address", 1))
        self.wiring = wiring

    def receive(self, data: bytes, now: float) -> bytes:
        """Take bytes off the line at plant time ``now`` [s]; return the reply, or b"" for none."""
        raise NotImplementedError

    def step(self, now: float, dt: float) -> None:
        """Live for ``dt`` seconds: ramps, motors, watchdogs. Called every plant sub-step (<= 10 ms)."""

    def run_already(self) -> None:
        """Be as on a tool that waits for its next mask: a pump or a chiller runs; all others have nothing to do."""

    def reboot(self, now: float) -> None:
        """Power-cycle: volatile settings are lost, outputs go to their power-up state."""
        raise NotImplementedError
