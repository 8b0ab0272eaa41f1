"""`python -m sim.plant`: compile all laws now, so that nothing waits for it later."""

from __future__ import annotations

import sys

from sim.plant.law import FRESH
from sim.plant.plant import compile_laws


def main() -> None:
    """Compile; says so only when it takes its time."""
    if FRESH:
        print("Compiling the physics (once, about a minute) ...", file=sys.stderr, flush=True)
    compile_laws()


if __name__ == "__main__":
    main()
