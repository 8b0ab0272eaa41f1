"""`make conformance`: every pair meets; a table of what came of it; 1 when a difference was found that nobody expected,
or nobody met.

`python -m tests.conformance hipace pymeasure` lets only the pairs meet whose name holds one of the words;
`--write` puts the table of the suite into sim/README.md.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.conformance.environments import Absent, NotInstalled
from tests.conformance.meeting import Outcome, meet
from tests.conformance.pair import Pair
from tests.conformance.pairs import PAIRS, UNVERIFIED
from tests.conformance.table import write_into_readme


def main(words: list[str]) -> int:
    """The exit code."""
    if words == ["--write"]:
        write_into_readme()
        return 0
    chosen = [pair for pair in PAIRS if not words or any(word in pair.name for word in words)]
    print(f"{'device':15} {'stranger':31} {'is the':8} {'result':9} checks and what they exercise")
    results = Counter(line(pair) for pair in chosen)
    if not words:
        print("met by nobody but us:", *(f"  {device}: {why}" for device, why in UNVERIFIED.items()), sep="\n")
    print(", ".join(f"{count} {result}" for result, count in sorted(results.items())) or "no such pair")
    met = len(chosen) - results["SKIPPED"]
    return 1 if results["DIFFERS"] or results["FAILED"] or not met else 0


def line(pair: Pair) -> str:
    """Let a pair meet and print its line; the word that says how it went."""
    print(f"{pair.device:15} {pair.who:31} {'emulator' if pair.serves else 'client':8} ", end="", flush=True)
    try:
        outcome = meet(pair)
    except Absent as reason:
        print(f"SKIPPED   {reason}")
        return "SKIPPED"
    except NotInstalled as reason:
        print(f"FAILED    {reason}")
        return "FAILED"
    result = "DIFFERS" if outcome.wrong else "agrees"
    print(f"{result:9} {outcome.checks}: {pair.does}")
    differences(outcome)
    return result


def differences(outcome: Outcome) -> None:
    """What did not agree, the unexpected first."""
    for text in outcome.wrong:
        print(f"    UNEXPECTED  {text}")
    for text in outcome.known:
        print(f"    known       {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
