"""`python -m sim.plant`: compile all laws now, so that nothing waits for it later."""

from __future__ import annotations

import sys

from sim.plant.loop import compiled, loop


def main() -> None:
    """Compile; says so only when it takes its time."""
    if not compiled():
        print("Compiling the physics (once, about a minute) ...", file=sys.stderr, flush=True)
    loop()


if __name__ == "__main__":
    main()
