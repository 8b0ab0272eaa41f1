"""Which emulator answers for a driver of the machine file. Imports it only when asked."""

from __future__ import annotations

from importlib import import_module

from sim.devices.framing import FramedEmulator

EMULATORS = {  # driver -> class in sim.devices.<driver>
    "mfc_elflow": "ElFlow",
    "mfc_propar": "Propar",
    "mfc_alicat": "Alicat",
    "rf_cesar": "Cesar",
    "rf_tandc_ag": "TandcAg",
    "rf_comet_cito": "CometCito",
    "match_ae": "AeMatch",
    "valve_vat": "VatValve",
    "gauge_tpg36x": "Tpg36x",
    "pump_hipace": "HiPace",
    "pump_turbovac": "Turbovac",
    "pump_nxds": "Nxds",
    "chiller_julabo": "Julabo",
    "io_bk9050": "Bk9050",
    "oes_hdx": "OceanHdx",
    "energy_sdm630": "Sdm630",
    "io_wago750": "Wago750",
    "film_sqm160": "Sqm160",
    "gauge_mks937b": "Mks937b",
    "gauge_thyracont": "Thyracont",
    "reader_ascii": "AsciiReader",
    "stage_zaber": "ZaberStage",
}


def emulator_class(driver: str) -> type[FramedEmulator]:
    """The emulator's class; ValueError with the known names for any other driver."""
    if driver not in EMULATORS:
        raise ValueError(f"no emulator for the driver {driver!r}; known: {', '.join(sorted(EMULATORS))}")
    found = getattr(import_module(f"sim.devices.{driver}"), EMULATORS[driver])
    assert isinstance(found, type) and issubclass(found, FramedEmulator)
    return found
