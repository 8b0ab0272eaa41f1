"""`python -m sim.validate [--write]`: print the table, or write it into sim/README.md."""

from __future__ import annotations

import sys

from sim.validate.row import judge
from sim.validate.table import chosen, printed, write


def main(words: list[str]) -> int:
    """Run every row; 1 when something unexpected was found."""
    verdicts = [judge(row) for row in chosen()]
    if "--write" in words:
        write(verdicts)
    print("\n".join(printed(verdicts)))
    return 0 if all(verdict.good for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
