"""Vacuum transducer Thyracont VSH88D class (Pirani and hot cathode): RS485, ASCII, protocol version 1.

Owns telegrams, set points, gas factors, modes, degas; its pressure is the wide-range gauge of the tool. Sources: VSH82
manual (2011-03) p. 36 and 41, VSH88D manual (2013-03) p. 38 and 45 to 48, VSH87D manual (2020-01) p. 40 for the range,
VD10 and VD6 manuals for code T. Codes D, j, V and the words of refusals are in none of those.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, isnan, log10
from typing import Any, ClassVar

from sim.devices.framing import TextEmulator, bounded
from sim.wiring import Wiring

PA_PER_MBAR = 100.0
# manual: 9600 8N1 after power-up, follows the host up to 115200; the line here does not care
OFFSET = 20  # manual p. 38: of the exponent
LOWEST_MBAR, HIGHEST_MBAR = 5e-10, 1200.0  # manual: 5e-10 to 1000; assumed: atmosphere is still shown
PIRANI_MBAR = 1e-4  # manual p. 47: range of the Pirani alone, and below it "ur"
HOT_MBAR, BOTH_MBAR = 1e-3, 2e-3  # manual p. 48: the hot cathode alone below, the Pirani alone above
FACTORS_BELOW_MBAR = 0.1  # manual p. 45
FACTORS = range(20, 801)  # manual p. 45: hundredths
UNDER, OVER = "ur", "or"  # manual p. 47 for the first; the second assumed, as on the maker's displays
DEGAS_MBAR, DEGAS_S = 7e-6, 180.0  # assumed: only below, and so long
# assumed: six characters, as the field is; the maker's neighbours on RS485 use the same words
NO_DEF, RANGE, LOGIC, SYNTAX, DEFECT = "NO_DEF", "_RANGE", "_LOGIC", "SYNTAX", "ERROR1"
REFUSALS = (NO_DEF, RANGE, LOGIC, SYNTAX, DEFECT)
VERSION = "010200"  # assumed
SET_POINTS = ("400016", "400016")  # assumed default; the example of the manual
ADJUSTED_MBAR = 100.0  # assumed: atmosphere is adjusted above this
ROUGH_MBAR = (20.0, 1000.0)  # manual VSH87D p. 40: less accurate above 20; assumed: there an adjustment acts
SCALES = (0.5, 2.0)  # assumed: what an adjustment can mend


class RefusalError(Exception):
    """The transducer answers a word in place of data."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Thyracont(TextEmulator):
    """One transducer."""

    latency_s: ClassVar[float] = 0.005  # assumed
    gap_s: ClassVar[float] = 0.1  # assumed
    longest: ClassVar[int] = 12  # 3 + 1 + 6 + 1, and one that is too many

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        if not 1 <= self.address <= 999:
            raise ValueError(f"{name}: address {self.address}; a transducer has 1 to 999")  # manual p. 38
        self.model = str(table.get("model", "VSH88D"))[:6]  # assumed: a type is told by its name
        self.factors = [100, 100]  # Pirani, hot cathode; hundredths
        self.set_points = list(SET_POINTS)
        self.transition = True  # manual p. 48: standard
        self.scale = 1.0  # of the Pirani at atmosphere, by adjustment
        self._start()

    def _start(self) -> None:
        self.hot_cathode = True  # manual p. 47: always, after power-up
        self.degas_left_s = 0.0
        self.unlocked: dict[str, int] = {}  # write code -> which of the two

    def reboot(self, now: float) -> None:
        """Power cycle: the hot cathode is enabled, degas ends; factors and set points are kept (assumed)."""
        self.forget_input()
        self._start()

    def step(self, now: float, dt: float) -> None:
        """Degas ends by itself, and when the pressure rises."""
        if self.degas_left_s > 0.0:
            self.degas_left_s = bounded(self.degas_left_s - dt, 0.0, DEGAS_S) if self._may_degas() else 0.0

    def _may_degas(self) -> bool:
        return self.hot_cathode and self.wiring.sensors.wide_gauge_pa / PA_PER_MBAR < DEGAS_MBAR

    # --- telegrams ----------------------------------------------------------------------------------------

    def answer(self, line: bytes, now: float) -> bytes:
        """One telegram; silence for other addresses and for a wrong checksum."""
        text = line.decode("latin-1")
        if len(line) < 5 or not _is_number(text[:3]) or int(text[:3]) != self.address:
            return b""
        if line[-1] != checksum(line[:-1]):
            return b""
        code, data = text[3], text[4:-1]
        try:
            if self.refuse_with is not None:
                raise RefusalError(REFUSALS[(self.refuse_with - 1) % len(REFUSALS)])
            reply = self._serve(code, data)
        except RefusalError as refusal:
            reply = refusal.word
        body = f"{self.signed(self.address) % 1000:03d}{code}{reply}".encode("latin-1")
        return body + bytes((checksum(body),)) + b"\r"

    def _serve(self, code: str, data: str) -> str:
        if code in READINGS:
            return READINGS[code](self, data)
        if code not in WRITINGS:
            raise RefusalError(NO_DEF)
        WRITINGS[code](self, data)
        return data

    # --- what can be read ---------------------------------------------------------------------------------

    def pressure(self) -> str:
        """M: mbar, or "ur", "or"."""
        mbar = self.wiring.sensors.wide_gauge_pa / PA_PER_MBAR
        if isnan(mbar):
            raise RefusalError(DEFECT)
        if mbar < (LOWEST_MBAR if self.hot_cathode else PIRANI_MBAR):
            return UNDER
        return OVER if mbar > HIGHEST_MBAR else as_float(mbar * self._correction(mbar))

    def _correction(self, mbar: float) -> float:
        """Factors of both sensors, each by its share, and the adjustment at atmosphere."""
        share = 0.0
        if self.hot_cathode:
            share = bounded((BOTH_MBAR - mbar) / (BOTH_MBAR - HOT_MBAR), 0.0, 1.0)
            share = share if self.transition else float(mbar < HOT_MBAR)
        pirani, hot = self.factors if mbar < FACTORS_BELOW_MBAR else (100, 100)
        begins, ends = ROUGH_MBAR
        rough = bounded(log10(mbar / begins) / log10(ends / begins), 0.0, 1.0)
        return float(self.scale**rough) * ((1.0 - share) * pirani + share * hot) / 100.0

    def factor(self, which: str) -> str:
        """C1 Pirani, C2 hot cathode."""
        return f"{self.factors[_one_of_two(which)]:06d}"

    def set_point(self, which: str) -> str:
        """S1 and S2."""
        return self.set_points[_one_of_two(which)]

    # --- what can be set ----------------------------------------------------------------------------------

    def _unlocks(self, code: str, data: str, allowed: str = "12") -> bool:
        """One byte unlocks what the next telegram of this code sets."""
        if len(data) == 1 and data in allowed:
            self.unlocked[code] = allowed.index(data)
            return True
        if not _is_number(data, 6):
            raise RefusalError(SYNTAX)
        if code not in self.unlocked:
            raise RefusalError(LOGIC)  # assumed
        return False

    def set_factor(self, data: str) -> None:
        """c: hundredths, after unlocking."""
        if self._unlocks("c", data):
            return
        if int(data) not in FACTORS:
            raise RefusalError(RANGE)
        which = self.unlocked.pop("c")
        if not self.ignore_writes:
            self.factors[which] = int(data)

    def set_set_point(self, data: str) -> None:
        """s: mbar, after unlocking. The relays go nowhere."""
        if self._unlocks("s", data):
            return
        mbar = from_float(data)
        if not LOWEST_MBAR <= mbar <= HIGHEST_MBAR:
            raise RefusalError(RANGE)
        which = self.unlocked.pop("s")
        if not self.ignore_writes:
            self.set_points[which] = as_float(mbar)

    def set_hot_cathode(self, data: str) -> None:
        """i: 1 enabled, 0 disabled."""
        enabled = _boolean(data)
        if not self.ignore_writes:
            self.hot_cathode = enabled

    def set_transition(self, data: str) -> None:
        """w: six digits, 1 continuous, 0 at one pressure."""
        if not _is_number(data, 6):
            raise RefusalError(SYNTAX)
        if int(data) > 1:
            raise RefusalError(RANGE)
        if not self.ignore_writes:
            self.transition = int(data) == 1

    def set_degas(self, data: str) -> None:
        """d: 1 starts, where the hot cathode may (manual p. 47) and the pressure is low (assumed); 0 ends."""
        wanted = _boolean(data)
        if wanted and not self._may_degas():
            raise RefusalError(LOGIC)
        if not self.ignore_writes:
            self.degas_left_s = DEGAS_S if wanted else 0.0

    def adjust(self, data: str) -> None:
        """j: after 1 the pressure at atmosphere, after 0 zero; the zero of this Pirani does not drift."""
        if self._unlocks("j", data, "01"):
            return
        wanted, mbar = from_float(data), self.wiring.sensors.wide_gauge_pa / PA_PER_MBAR
        if self.unlocked["j"] == 1:
            if not ADJUSTED_MBAR < mbar <= HIGHEST_MBAR:
                raise RefusalError(LOGIC)
            if not SCALES[0] <= wanted / mbar <= SCALES[1]:
                raise RefusalError(RANGE)
            self.scale = self.scale if self.ignore_writes else wanted / mbar
        elif not mbar < PIRANI_MBAR:
            raise RefusalError(LOGIC)
        elif wanted > 0.0:
            raise RefusalError(RANGE)
        del self.unlocked["j"]


def checksum(data: bytes) -> int:
    """Sum of all bytes modulo 64 plus 64 (manual p. 38)."""
    return sum(data) % 64 + 64


def as_float(mbar: float) -> str:
    """Four digits of the mantissa, two of the exponent (manual p. 38); ``mbar`` > 0."""
    exponent = floor(log10(mbar))
    mantissa = round(1000.0 * mbar / 10.0**exponent)
    if mantissa > 9999:
        mantissa, exponent = mantissa // 10, exponent + 1
    return f"{mantissa:04d}{exponent + OFFSET:02d}"


def from_float(digits: str) -> float:
    """Mbar of six digits."""
    return float(int(digits[:4])) / 1000.0 * 10.0 ** (int(digits[4:]) - OFFSET)


def _is_number(text: str, length: int = 3) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _one_of_two(which: str) -> int:
    if which not in ("1", "2"):
        raise RefusalError(SYNTAX)
    return int(which) - 1


def _boolean(data: str) -> bool:
    if data not in ("0", "1"):
        raise RefusalError(SYNTAX)
    return data == "1"


def _plain(read: Callable[[Thyracont], str]) -> Callable[[Thyracont, str], str]:
    """A reading that takes no data."""

    def checked(gauge: Thyracont, data: str) -> str:
        if data:
            raise RefusalError(SYNTAX)
        return read(gauge)

    return checked


READINGS: dict[str, Callable[[Thyracont, str], str]] = {
    "T": _plain(lambda gauge: gauge.model),
    "M": _plain(Thyracont.pressure),
    "C": Thyracont.factor,
    "S": Thyracont.set_point,
    "I": _plain(lambda gauge: f"{gauge.hot_cathode:d}"),
    "W": _plain(lambda gauge: f"{gauge.transition:06d}"),
    "D": _plain(lambda gauge: f"{gauge.degas_left_s > 0.0:d}"),  # code assumed
    "V": _plain(lambda _: VERSION),  # code assumed
}
WRITINGS: dict[str, Callable[[Thyracont, str], None]] = {
    "c": Thyracont.set_factor,
    "s": Thyracont.set_set_point,
    "i": Thyracont.set_hot_cathode,
    "w": Thyracont.set_transition,
    "d": Thyracont.set_degas,  # code assumed
    "j": Thyracont.adjust,  # code assumed
}
