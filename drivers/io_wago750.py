"""Remote I/O: WAGO 750-352 fieldbus coupler on Modbus TCP, with the channels and options of `io_bk9050`.

Owns the coupler's watchdog. It guards nothing until it is set and triggered, and a lost connection leaves the outputs
as they are: so no output is written before the watchdog has been read back as active, as long as asked, and retriggered
by the writing of coils only.
"""

from __future__ import annotations

from pydantic import Field

from drivers.device import Options, Port, Refused, Values, WrongDevice, poll
from drivers.io_bk9050 import FULL_SCALE_WORD, Bk9050, Bk9050Options, scaled

# Registers, one word an access: manuals of the 750 series, "Modbus functions".
TIME = 0x1000  # [100 ms]; this and the mask are only writable while the watchdog is stopped
MASK, COILS_ONLY = 0x1001, 1 << 14  # bit n - 1 lets function n retrigger: 15, with which we write, and no other
TRIGGER = 0x1003  # another value than before, not 0, starts the watchdog
STOP, STOP_SEQUENCE = 0x1005, (0xAAAA, 0x5555)  # resets a fault too
STATUS, ACTIVE = 0x1006, 1  # 0 not active, 2 exhausted
MODE, STANDARD = 0x100A, 0  # 1, which is kept, lets every telegram retrigger
LENGTHS = 0x1023  # bits of analog inputs, digital outputs, digital inputs in the image, a word each
DESCRIPTION, DESCRIPTION_WORDS = 0x2020, 16
TOP_WORD = 0x7FF0  # assumed: 10 V, as a 750-459 has it; from there on the input is saturated


class Wago750Options(Bk9050Options):
    """Channels in the order of their terminals; ``watchdog_ms``: outputs fall after so long without a write."""

    watchdog_ms: int = Field(default=1000, ge=100, le=60_000, multiple_of=100)


class Wago750(Bk9050):
    """WAGO 750-352 remote I/O; tags and outputs are those of its options, and whether its watchdog is armed."""

    options_model = Wago750Options
    coils_read_at = 0x0200  # manual: below it function 1 reads inputs
    lengths_at = LENGTHS

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        del self.tags[self.left.name]  # it does not say how much time is left
        self.armed_as_asked = (ACTIVE, self.watchdog_ms // 100, COILS_ONLY, STANDARD)

    def identify(self) -> str:
        """Compare the channels with the machine file, arm the watchdog unless it runs as asked; image all off."""
        self.image = dict.fromkeys(self.image, False)
        self.wrote = False
        self._compare_channels()
        if self._watchdog() != self.armed_as_asked:
            self._reset_watchdog()
        self.tripped = False
        who = self.modbus.read_text(DESCRIPTION, DESCRIPTION_WORDS)
        return f"WAGO fieldbus coupler {who}, watchdog {self.watchdog_ms} ms on writes"

    @poll(Bk9050.armed)
    def read_watchdog(self) -> Values:
        """Whether the coupler itself says that it guards; if not, it is armed again before the next write."""
        self.tripped = self._watchdog() != self.armed_as_asked
        self._check_outputs()
        return {self.armed.name: not self.tripped}

    def read_analogs(self) -> Values:
        """All analog inputs in one read."""
        words = self.modbus.read_registers(0, len(self.analogs), function=4)
        return {
            name: None if TOP_WORD <= word <= FULL_SCALE_WORD else scaled(word, full * FULL_SCALE_WORD / TOP_WORD)
            for (name, full), word in zip(self.analogs, words, strict=True)
        }

    def _watchdog(self) -> tuple[int, ...]:
        return tuple(self._word(register) for register in (STATUS, TIME, MASK, MODE))

    def _reset_watchdog(self) -> None:
        """Stop it, set it, start it, read it back; raises WrongDevice when it does not guard as asked."""
        try:
            for value in STOP_SEQUENCE:
                self.modbus.write_register(STOP, value)
            for register, value in zip((TIME, MASK, MODE), self.armed_as_asked[1:], strict=True):
                self.modbus.write_register(register, value)
            self.modbus.write_register(TRIGGER, self._word(TRIGGER) % 0xFFFF + 1)
        except Refused as error:
            raise WrongDevice(f"watchdog cannot be armed: {error}. The outputs are not guarded") from error
        if (found := self._watchdog()) != self.armed_as_asked:
            raise WrongDevice(
                f"watchdog reads back {found} for status, time, mask and mode, asked was {self.armed_as_asked}. "
                "The outputs are not guarded: power the coupler off and on"
            )
