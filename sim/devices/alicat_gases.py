"""The gases an Alicat knows by number, how viscous each is, and the mixtures that a user may add.

A table only, and the arithmetic of mixtures. A laminar-flow meter divides a pressure drop by the viscosity of the gas
that is *selected*: with the wrong gas it reads wrong by the ratio of the viscosities. Sources: numbers and names from
the list that real units send (GitHub GraysonBellamy/alicatlib, captures) and from the PyPI client ``alicat``;
viscosities at 25 degC, CRC Handbook of Chemistry and Physics, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.devices.mfc_instrument import ValueRefusedError, within

FIRST_MIX, LAST_MIX = 236, 255  # manual: numbers of user mixtures
FEWEST, MOST = 2, 5  # manual: gases in a mixture
NAME_LENGTH = 6  # width of the gas in a data frame


@dataclass(frozen=True, slots=True)
class Gas:
    """One entry of the list; viscosity in uPa s."""

    short: str
    long: str
    viscosity: float


GASES: dict[int, Gas] = {
    0: Gas("Air", "Air", 18.5), 1: Gas("Ar", "Argon", 22.6), 2: Gas("CH4", "Methane", 11.1),
    3: Gas("CO", "Carbon Monoxide", 17.8), 4: Gas("CO2", "Carbon Dioxide", 14.9), 5: Gas("C2H6", "Ethane", 9.4),
    6: Gas("H2", "Hydrogen", 8.9), 7: Gas("He", "Helium", 19.8), 8: Gas("N2", "Nitrogen", 17.8),
    9: Gas("N2O", "Nitrous Oxide", 14.9), 10: Gas("Ne", "Neon", 31.5), 11: Gas("O2", "Oxygen", 20.6),
    12: Gas("C3H8", "Propane", 8.1), 13: Gas("nC4H10", "Normal Butane", 7.4), 14: Gas("C2H2", "Acetylene", 10.4),
    15: Gas("C2H4", "Ethylene", 10.3), 16: Gas("iC4H10", "Isobutane", 7.5), 17: Gas("Kr", "Krypton", 25.4),
    18: Gas("Xe", "Xenon", 23.1), 19: Gas("SF6", "Sulfur Hexafluoride", 15.3),
    # assumed: composition by the trade name, viscosities mixed by share
    20: Gas("C-25", "25% CO2/75% Ar", 20.7), 21: Gas("C-10", "10% CO2/90% Ar", 21.8),
    22: Gas("C-8", "8% CO2/92% Ar", 22.0), 23: Gas("C-2", "2% CO2/98% Ar", 22.4),
    24: Gas("C-75", "75% CO2/25% Ar", 16.8), 25: Gas("A-75", "75% Ar/25% He", 21.9),
    26: Gas("A-25", "25% Ar/75% He", 20.5), 27: Gas("A1025", "90% He/7.5% Ar/2.5% CO2", 19.9),
    28: Gas("Star29", "90% Ar/8% CO2/2% O2", 21.9), 29: Gas("P-5", "5% CH4/95% Ar", 22.0),
}  # fmt: skip
OF_THE_PANEL = {"o2": 11, "h2": 6, "ar": 1, "n2": 8}  # gas of the cables -> number


class GasList:
    """What one unit can select: the vendor's gases and its own mixtures."""

    def __init__(self) -> None:
        self.mixes: dict[int, Gas] = {}

    def __getitem__(self, number: int) -> Gas:
        """The gas of that number; ValueRefusedError for none."""
        gas = GASES.get(number) or self.mixes.get(number)
        if gas is None:
            raise ValueRefusedError
        return gas

    def all(self) -> list[tuple[int, Gas]]:
        """Every gas with its number, in order."""
        return sorted({**GASES, **self.mixes}.items())

    def add(self, name: str, number: int, shares: list[tuple[float, int]]) -> int:
        """A mixture of (percent, gas number); number 0 takes the next free one (assumed). Returns its number."""
        if not number:
            number = next((n for n in range(LAST_MIX, FIRST_MIX - 1, -1) if n not in self.mixes), 0)
        within(number, FIRST_MIX, LAST_MIX)
        within(len(name), 1, NAME_LENGTH)
        within(len(shares), FEWEST, MOST)
        if abs(sum(percent for percent, _ in shares) - 100.0) > 0.01 or min(shares)[0] <= 0.0:
            raise ValueRefusedError
        viscosity = sum(percent * self[gas].viscosity for percent, gas in shares) / 100.0  # assumed: mixed by share
        text = " ".join(f"{percent:.2f}% {self[gas].short}" for percent, gas in shares)
        self.mixes[number] = Gas(name, text, viscosity)
        return number

    def delete(self, number: int) -> None:
        """Forget a mixture; ValueRefusedError if there is none of that number."""
        if self.mixes.pop(number, None) is None:
            raise ValueRefusedError
