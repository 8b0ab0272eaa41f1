"""Every published number that the plant is held against, as one table: in the terminal and in sim/README.md.

Owns the order of the rows and the form of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.validate import plasma, rf, surface, vacuum
from sim.validate.row import Row, Verdict

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- validation: begin; written by `python -m sim.validate --write` -->"
END = "<!-- validation: end -->"
ROOMS = (vacuum, rf, plasma, surface)
COLUMNS = ("id", "quantity", "published", "ours", "tolerance", "source", "verdict")


def chosen(word: str = "") -> list[Row]:
    """Rows whose id or quantity holds ``word``, in the order of their numbers."""
    rows = [row for room in ROOMS for row in room.ROWS]
    word = word.lower()
    return [row for row in sorted(rows, key=_number) if word in row.id.lower() or word in row.quantity.lower()]


def _number(row: Row) -> tuple[int, str]:
    digits = "".join(letter for letter in row.id.split(".")[0] if letter.isdigit())
    return int(digits or 999), row.id


def printed(verdicts: Sequence[Verdict]) -> list[str]:
    """The table for a terminal, widths as wide as they must be; the reasons of misses below it."""
    lines = [COLUMNS, *[tuple(verdict.told()[name] for name in COLUMNS) for verdict in verdicts]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    reasons = [f"{verdict.row.id}: {verdict.row.known_miss}" for verdict in verdicts if verdict.row.known_miss]
    count = {word: sum(v.word == word for v in verdicts) for word in dict.fromkeys(v.word for v in verdicts)}
    return [*table, "", *reasons, "", ", ".join(f"{number} {word}" for word, number in count.items())]


def markdown(verdicts: Sequence[Verdict]) -> str:
    """The table for a page."""
    rows = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for verdict in verdicts:
        rows.append("| " + " | ".join(verdict.told()[name].replace("|", "\\|") for name in COLUMNS) + " |")
    reasons = [f"- **{verdict.row.id}** {verdict.row.known_miss}" for verdict in verdicts if verdict.row.known_miss]
    return "\n".join([*rows, "", "Missed, and why:", "", *reasons])


def write(verdicts: Sequence[Verdict], page: Path = README) -> None:
    """Put the table between its marks on a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{markdown(verdicts)}\n\n{END}{after}", encoding="utf-8")
