"""Settings of a TPG 36x that are kept and told again: what each mnemonic takes, how many values, its default.

A table only; nothing here acts on a reading. Sources: manual TPG 261 p. 77 to 79 (FIL, CAL, OFC, OFD), manual VGC 50x,
the same controller under another name, p. 81 (GAS), 86 (BAL, BAU), 97 (WDT).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{0,9})?([Ee][+-]?\d{1,2})?", re.ASCII)
LARGEST = 1e9  # assumed: an offset beyond it in no unit


@dataclass(frozen=True, slots=True)
class Setting:
    """One mnemonic. ``allowed``: a range of whole numbers, or the least and largest decimal, told as ``form`` says."""

    allowed: range | tuple[float, float]
    default: str
    each: bool = True  #: one value a channel, else one for the controller
    form: str = ""

    def taken(self, parameter: str) -> str:
        """The parameter as it will be told; ValueError when it is not admissible."""
        if isinstance(self.allowed, range):
            if parameter not in map(str, self.allowed):
                raise ValueError(parameter)
            return parameter
        if DECIMAL.fullmatch(parameter) is None:
            raise ValueError(parameter)
        value = float(parameter)
        low, high = self.allowed
        if not low <= value <= high:
            raise ValueError(parameter)
        return format(value, self.form)


KEPT: dict[str, Setting] = {
    "FIL": Setting(range(3), "1"),  # filter: 0 fast, 1 medium, 2 slow
    "CAL": Setting((0.1, 9.99), "1.000", form=".3f"),  # calibration factor; of linear gauges 0.5 to 2
    "OFC": Setting(range(3), "0"),  # offset correction: 0 off, 1 on, 2 measure the offset (assumed: stays 2)
    "OFD": Setting((-LARGEST, LARGEST), "+0.0000E+00", form="+.4E"),  # offset in the current unit
    "GAS": Setting(range(8), "0"),  # gas: 0 nitrogen, 1 argon, 2 hydrogen ... 7 other
    "BAL": Setting(range(101), "100", each=False),  # backlight [%]; default assumed
    "BAU": Setting(range(5), "0", each=False),  # 9600 to 115200 Bd; the line here does not follow; default of the sheet
    "WDT": Setting(range(2), "1", each=False),  # watchdog errors: 0 acknowledged by hand, 1 by itself
}
LINEAR_CAL = (0.5, 2.0)  # manual TPG 261 p. 78
