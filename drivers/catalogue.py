"""The drivers by the name that a machine file uses, which is the name of their file.

Imports a driver when it is first asked for, so that a tool loads only what it has.
"""

from __future__ import annotations

import importlib

from drivers.device import Device

#: File in this room -> its class.
CLASSES = {
    "chiller_julabo": "Julabo",
    "energy_sdm630": "Sdm630",
    "film_sqm160": "Sqm160",
    "gauge_mks937b": "Mks937b",
    "gauge_thyracont": "Thyracont",
    "gauge_tpg36x": "Tpg36x",
    "io_bk9050": "Bk9050",
    "io_wago750": "Wago750",
    "match_ae": "AeMatch",
    "mfc_alicat": "Alicat",
    "mfc_elflow": "ElFlow",
    "mfc_propar": "ElFlowPropar",
    "oes_hdx": "Hdx",
    "pump_hipace": "HiPace",
    "pump_nxds": "Nxds",
    "pump_turbovac": "Turbovac",
    "reader_ascii": "AsciiReader",
    "rf_cesar": "Cesar",
    "rf_comet_cito": "CometCito",
    "rf_tandc_ag": "TandcAg",
    "stage_zaber": "ZaberXY",
    "valve_vat": "VatIc",
}


def driver_names() -> list[str]:
    """Names of all drivers, sorted."""
    return sorted(CLASSES)


def driver_class(name: str) -> type[Device]:
    """The class of a driver; raises ValueError that names the known ones."""
    if name not in CLASSES:
        raise ValueError(f"there is no driver {name!r}; known are {', '.join(driver_names())}")
    found: type[Device] = getattr(importlib.import_module(f"drivers.{name}"), CLASSES[name])
    return found
