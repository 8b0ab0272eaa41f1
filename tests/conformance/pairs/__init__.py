"""Every meeting of the suite, by kind of device, and what nobody but us has looked at."""

from __future__ import annotations

from tests.conformance.pairs import flow, gauges, io, motion, pumps, rf, utilities

PAIRS = [*flow.PAIRS, *pumps.PAIRS, *gauges.PAIRS, *utilities.PAIRS, *io.PAIRS, *rf.PAIRS, *motion.PAIRS]

#: device -> why no stranger has met it, or which side of it none has met
UNVERIFIED = {
    "rf_cesar": "no client of AE Bus is to be had as a package; the golden frames of its fact sheet stand in the tests",
    "valve_vat": "public clients of the IC commands are no packages; the vendor's tables stand in the tests",
    "oes_hdx": "the vendor's library finds no spectrometer over TCP; frames of the sheet stand in the tests",
    "reader_ascii": "generic: there is nobody to meet",
    "drivers of mfc_propar, mfc_alicat, pump_hipace, pump_nxds, film_sqm160, gauge_mks937b, rf_tandc_ag, stage_zaber": (
        "no foreign emulator is known; the foreign clients of their emulators are the second opinion"
    ),
    "watchdogs, latencies, parity": "a pty has no parity; no stranger knows how a real unit's time-outs feel",
}
