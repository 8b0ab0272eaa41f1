"""The tables that an Alicat tells of itself: who made it, what its frames hold, which gases it has.

Texts only, in the columns that real units send. Source: captures of an MC-500SCCM-D with firmware 10v20 (GitHub
GraysonBellamy/alicatlib, 2026-04).
"""

from __future__ import annotations

from zlib import crc32

from sim.devices.alicat_gases import GasList
from sim.devices.alicat_instrument import MASS, VOLUMETRIC, AlicatInstrument

FIRMWARE = "10v20.0-R24"
FIRMWARE_DATE = "Jan  9 2025,15:04:07"
WORDS = ("OPL", "POV", "P2O", "TOV", "VOV", "MOV", "TMF", "OVR", "COM", "HLD", "EXH", "GTA", "LCK")


def about(name: str, full_scale_sccm: float) -> list[str]:
    """Ten lines of ``??M*``, without the unit id."""
    rows = [
        "ALICAT SCIENTIFIC",
        "www.alicat.com",
        "Ph   520-290-6060",
        "info@alicat.com",
        f"Model Number MC-{full_scale_sccm:g}SCCM-D",
        f"Serial Number {crc32(name.encode()) % 900000 + 100000}",
        "Date Manufactured 03/02/2025",
        "Date Calibrated   03/02/2025",
        "Calibrated By     BL",
        f"Software Revision {FIRMWARE}",
    ]
    return [f" M{number:02d} {text}" for number, text in enumerate(rows)]


def layout(instrument: AlicatInstrument) -> list[str]:
    """Lines of ``??D*``: what each column of a frame is."""
    volume = f"{instrument.unit:03d} 02 {instrument.unit_of(VOLUMETRIC).partition(' ')[2]}"
    mass = f"{instrument.unit:03d} 02 {instrument.unit_of(MASS).partition(' ')[2]}"
    width = f"7/{instrument.decimals(MASS)}"
    rows = [
        ("700", "Unit ID", "string", "1", ""),
        ("002", "Abs Press", "s decimal", "7/2", "010 02 PSIA"),
        ("003", "Flow Temp", "s decimal", "7/2", "002 02 `C"),
        ("004", "Volu Flow", "s decimal", width, volume),
        ("005", "Mass Flow", "s decimal", width, mass),
        ("037", "Mass Flow Setpt", "s decimal", width, mass),
        ("703", "Gas", "string", "6", ""),
        ("701", "*Error", "string", "3", "ADC"),
        *(("702", "*Status", "string", "3", word) for word in WORDS),
    ]
    lines = [
        f"D{number:02d} {code} {name:26} {kind:11} {size:>5} {notes}".rstrip()
        for number, (code, name, kind, size, notes) in enumerate(rows, 1)
    ]
    return ["D00 ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________", *lines]


def gas_lines(gases: GasList) -> list[str]:
    """Lines of ``??G*``."""
    return [f"G{number:02d}{gas.short:>9}" for number, gas in gases.all()]
