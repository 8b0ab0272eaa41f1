"""Chiller, spectrometer, and the meter in the tool's feed: 2400 W in three phases of 230.2 V, power factor 0.95."""

from __future__ import annotations

from tests.conformance.pair import Error, Near, Pair, Text

ON_AT_31 = {"chiller_setpoint_c": 31.5, "chiller_enable": True}
FEED = {"mains_w": 2400.0}
VA, VAR = 2400.0 / 0.95, 788.84181
COUNTED = Near(0.02, 0.02)  #: kWh of a meeting: seconds of 2400 W


def _phases(form: str, value: object) -> dict[str, object]:
    return {form.format(n): value for n in (1, 2, 3)}


SDM = {
    **_phases("l{}_voltage", 230.2), **_phases("l{}_current", 3.658146), **_phases("l{}_power_active", 800.0),
    **_phases("l{}_power_apparent", VA / 3), **_phases("l{}_power_reactive", VAR / 3),
    **_phases("l{}_power_factor", 0.95), **_phases("l{}_phase_angle", 18.194872),
    **_phases("l{}_energy_active", COUNTED), **_phases("l{}_energy_reactive", COUNTED),
    **_phases("l{}_import_energy_active", COUNTED), **_phases("l{}_import_energy_reactive", COUNTED),
    **_phases("l{}_export_energy_active", 0.0), **_phases("l{}_export_energy_reactive", 0.0),
    **_phases("l{}_demand_current", 0.0), **_phases("maximum_l{}_demand_current", 0.0),
    **_phases("l{}_current_thd", 0.0), **_phases("l{}n_voltage_thd", 0.0),
    **{f"l{pair}_voltage": 398.71812 for pair in (12, 23, 31)},
    **{f"l{pair}_voltage_thd": 0.0 for pair in (12, 23, 31)},
    **{f"{way}_energy_{kind}": COUNTED for way in ("import", "total") for kind in ("active", "reactive")},
    **{f"export_energy_{kind}": 0.0 for kind in ("active", "reactive")},
    **dict.fromkeys(
        ("current_thd", "export_demand_power_active", "import_demand_power_active", "maximum_demand_power_apparent",
         "maximum_export_demand_power_active", "maximum_import_demand_power_active",
         "maximum_import_demand_power_apparent", "maximum_neutral_demand_current", "neutral_current",
         "neutral_demand_current", "total_demand_power_apparent", "total_import_demand_power_active",
         "voltage_ll_thd", "voltage_ln_thd"),
        0.0,
    ),
    "current_ln": 3.658146, "frequency": 50.0, "total_current": COUNTED, "total_energy_apparent": COUNTED,
    "total_line_current": 10.974439, "total_phase_angle": 18.194872, "total_power_active": 2400.0,
    "total_power_apparent": VA, "total_power_factor": 0.95, "total_pf": 0.95, "total_power_reactive": VAR,
    "voltage_ll": 398.71812, "voltage_ln": 230.2,
}  # fmt: skip

PAIRS = [
    Pair(
        "chiller_julabo", "julabo", "2.3.0", "julabo_client",
        "version, status, temperatures, set point, start, stop, an order out of range",
        {
            "identification": "JULABO FL1201 SIM VERSION 1.0", "status": "02 REMOTE STOP", "is_started": False,
            "bath_temperature": 20.0, "heating_power": 0.0, "external_temperature": 22.0, "safety temperature": 20.0,
            "set point": 20.0, "write set point": None, "set point written": 31.5,
            "start": None, "started": True, "status started": "03 REMOTE START", "stop": None, "stopped": False,
            "start again": None, "too hot": None, "status of that": "-11 VALUE TOO LARGE",
            "set point after that": 31.5,
        },
        {"setpoint_c": 31.5, "wiring.commands.chiller_on": True},
    ),
    Pair(
        "chiller_julabo", "julabo", "2.3.0", "julabo_server",
        "its simulator of a CF31: identity, readings, set point, start",
        {
            "who": "Julabo JULABO CRYOCOMPACT CF31 VERSION 5.0", "ready": True, "chiller_temperature_c": 29.45,
            "chuck_temperature_c": 28.22, "chiller_power_pct": 3.0, "chiller_setpoint_readback_c": 31.5,
            "chiller_running": True, "chiller_status": "03 REMOTE START", "chiller_ok": True,
        },
        {"setpoint": "31.5", "running": "1"},
        needs=("sinstruments==1.5.0",),
        serves=True,
        outputs=ON_AT_31,
    ),
    Pair(
        "chiller_julabo", "labmcp-julabo", "0.1.2", "labmcp_julabo_client",
        "the same by a second reader of the manuals; refusals -08, -10, -11",
        {
            "version": "JULABO FL1201 SIM VERSION 1.0", "bath_temperature_c": 20.0, "heating_power_pct": 0.0,
            "external_temperature_c": 22.0, "is_running": False, "safety_sensor_temperature_c": 20.0,
            "excess_temperature_protection_c": 60.0, "setpoint_c": 20.0, "warning_limits_c": [None, None],
            "status": "02 REMOTE STOP", "set": "02 REMOTE STOP",
            "setpoint": 31.5, "start": "03 REMOTE START", "too hot": Error("InstrumentProtocolError"),
            "too cold": Error("InstrumentProtocolError"), "setpoint kept": 31.5,
            "unknown order": Error("InstrumentProtocolError"), "stop": True,
        },
        {"setpoint_c": 31.5, "wiring.commands.chiller_on": False},
    ),
    Pair(
        "chiller_julabo", "labmcp-julabo", "0.1.2", "labmcp_julabo_server",
        "its simulator of a MAGIO: identity, readings, set point, start",
        {
            "who": "Julabo JULABO MAGIO MS-1000F VERSION 1.1.2", "ready": True,
            "chiller_temperature_c": Near(22.1, 0.3), "chuck_temperature_c": Near(22.0, 0.2),
            "chiller_power_pct": 100.0, "chiller_setpoint_readback_c": 31.5, "chiller_running": True,
            "chiller_status": "03 REMOTE START", "chiller_ok": True,
        },
        {"setpoint": 31.5, "running": True},
        serves=True,
        outputs=ON_AT_31,
    ),
    Pair(
        "energy_sdm630", "minimalmodbus", "2.1.1", "minimalmodbus_client",
        "functions 3, 4, 16; measurements, settings behind the password, exceptions 1 to 4",
        {
            "volts": 230.2, "amperes": 3.658146, "watts L1": 800.0, "total watts": 2400.0, "power factor": 0.95,
            "hertz": 50.0, "import kWh": COUNTED, "total kWh": COUNTED, "volts L1-L2": 398.71812, "system type": 3.0,
            "node": 1.0, "relay pulse": None, "relay pulse read": 200.0,
            "system type, locked": Error("SlaveReportedException"), "password": None, "system type, unlocked": None,
            "system type read": 2.0, "not an allowed value": Error("IllegalRequestError"),
            "two settings at once": Error("IllegalRequestError"), "half a float": Error("IllegalRequestError"),
            "coils": Error("IllegalRequestError"), "another address": Error("NoResponseError"),
        },
        {"settings.10": 2.0, "settings.12": 200.0},
        feels=FEED,
    ),
    Pair(
        "energy_sdm630", "sdm-modbus", "0.7.0", "sdm_modbus_client",
        "its own map of the SDM630: 90 measurements, settings",
        {
            "connected": True, "how many": 90, **SDM, "setting system_type": 3, "setting relay_pulse_width": 100,
            "setting meter_id": 1, "setting baud": 2, "setting demand_period": 60,
        },
        needs=("pymodbus==3.6.9", "pyserial==3.5"),
        feels=FEED,
    ),
    Pair(
        "energy_sdm630", "debian:mbpoll", "1.4.11", "mbpoll_client",
        "functions 3, 4, 16; forty parameters in one request; exceptions 2, 4",
        {
            "volts": ["230.2"], "total watts": ["2400"], "hertz": ["50"], "forty parameters": 40,
            "system type": ["3"], "system type, locked": "Slave device or server failure",
            "half a parameter": "Illegal data address",
        },
        {"settings.10": 3.0},
        feels=FEED,
    ),
    Pair(
        "energy_sdm630", "modbus-tk", "1.1.5", "modbus_tk_server",
        "a bank of registers: system, phases, power, energy",
        {
            "who": "Eastron SDM630, 3P4W", "ready": True,
            **{f"mains_l{n}_v": 232.0 - n for n in (1, 2, 3)}, **{f"mains_l{n}_a": 0.5 + n for n in (1, 2, 3)},
            **{f"mains_l{n}_w": 100.0 + 200.0 * n for n in (1, 2, 3)},
            "mains_power_w": 1500.0, "mains_energy_kwh": 1234.5,
        },
        serves=True,
    ),
    Pair(
        "oes_hdx", "seabreeze", "2.11.0", "seabreeze_client",
        "its HDX over TCP: serial number, trigger, integration time, spectra, coefficients, temperature, a refusal",
        {
            "open": None, "model": "HDX", "serial number": Text(r"HDXSIM\d{5}"), "trigger": None,
            "integration time": None, "pixels": 2068, "first and last wavelength": [200.0, 1000.134],
            "spectrum": {
                "pixels": 2068, "dark": Near(1000.5, 10.0), "brightest at": Near(777.4, 0.5),
                "counts in that line": Near(20_000.0, 1000.0),
            },
            "by the other message": 2 * 2068, "non-linearity": [1.0], "temperature": 25.0,
            "coefficient beyond": Error("TimeoutError"), "close": None,
        },
        {"integration_us": 20_000, "trigger": 0},
        over="tcp",
        needs=("pyusb==1.3.1", "numpy==2.4.6"),
        feels={"oes_photons.o_777": 1e6},
        remark="emulator and sheet have the layout of messages from its source, so it is no third reading; after a "
        "refusal it waits for bytes that no spectrometer owes it; its search by multicast is left out",
    ),
]  # fmt: skip
