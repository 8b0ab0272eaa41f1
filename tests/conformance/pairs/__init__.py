"""Every meeting of the suite, by kind of device, and what nobody but us has looked at."""

from __future__ import annotations

from tests.conformance.pairs import flow, gauges, io, motion, pumps, rf, utilities

PAIRS = [*flow.PAIRS, *pumps.PAIRS, *gauges.PAIRS, *utilities.PAIRS, *io.PAIRS, *rf.PAIRS, *motion.PAIRS]

#: device -> why no stranger has met it, or which side of it none has met
UNVERIFIED = {
    "valve_vat": "public clients of the IC commands are no packages; the vendor's tables stand in the tests",
    "match_ae": "what there is was written by one team, is the source of the sheet, and no package",
    "reader_ascii": "generic: there is nobody to meet",
    (
        "drivers of mfc_propar, pump_hipace, pump_nxds, film_sqm160, gauge_mks937b, oes_hdx, rf_cesar, rf_comet_cito, "
        "rf_tandc_ag, stage_zaber"
    ): "no foreign emulator is known; the foreign clients of their emulators are the second opinion",
    "watchdogs, latencies, parity": "a pty has no parity; no stranger knows how a real unit's time-outs feel",
}
