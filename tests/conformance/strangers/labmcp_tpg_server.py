"""labmcp-pfeiffer-tpg's simulator of a TPG 362 behind a line; a line of its power-up stream comes first."""

import json

from labmcp_pfeiffer_tpg.simulator import TPGSimulator
from line import answered
from note import serving


class Signed(TPGSimulator):
    """Writes the sign that the manual's form s,sx.xxxxEsxx has; the package leaves a plus out."""

    def _fmt(self, value, log):
        return "+" + super()._fmt(value, log)


tpg = Signed("TPG362", seed=1)
tpg.rng.gauss = lambda mean, spread: mean  # its 2 % of noise on a quiet chamber are more than a driver need believe
serving(answered(tpg.handle_bytes))
print(json.dumps({"unit": tpg.units[tpg.unit], "refused": sum(tpg.error)}), flush=True)
