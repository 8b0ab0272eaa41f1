"""The table of the suite in sim/README.md, written from the pairs, so that it cannot say anything else."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.pair import Pair
from tests.conformance.pairs import PAIRS, UNVERIFIED

README = Path(__file__).parents[2] / "sim" / "README.md"
BEGIN = "<!-- conformance: begin; written by `python -m tests.conformance --write` -->"
END = "<!-- conformance: end -->"


def row(pair: Pair) -> str:
    """One line of the table."""
    way = "serves our driver" if pair.serves else "client of our emulator"
    checks = len(pair.expects) + len(pair.holds)
    reasons: dict[str, list[str]] = {}
    for check, why in pair.differences.items():
        reasons.setdefault(why, []).append(check)
    known = [f"{', '.join(names)}: {why}" for why, names in reasons.items()]
    notes = "; ".join([*known, pair.remark] if pair.remark else known)
    return f"| `{pair.device}` | {pair.who} | {way} | {pair.does} | {checks} | {notes} |"


def text() -> str:
    """The whole table."""
    head = "| device | stranger | as | exercised | checks | known to differ, helped over |\n|---|---|---|---|--:|---|"
    unseen = [f"- {device}: {why}." for device, why in UNVERIFIED.items()]
    return "\n".join([head, *map(row, PAIRS), "", "Met by nobody but us:", "", *unseen])


def readme_with(table: str, page: str) -> str:
    """The page with what stands between the markers replaced; ValueError when a marker is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{README.name} has no place for the table of the conformance suite: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def write_into_readme() -> None:
    """Bring sim/README.md up to date."""
    README.write_text(readme_with(text(), README.read_text("utf-8")), "utf-8")
