"""The cables between emulated devices and the plant: what each device drives, what each sensor feels.

Owns names and units of every quantity that crosses from electronics to physics and back. No behaviour: emulators
write the commands and read the sensors, the plant reads the commands and writes the sensors. Plain and picklable.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GASES = ("o2", "h2", "ar", "n2")
VALVES = ("isolation", "foreline", "vent", "soft_pump", "o2", "h2", "ar", "n2")
STAGE_AXES = ("x", "y")  # carriages that move the mask under a measuring head


@dataclass(frozen=True, slots=True)
class OesLine:
    """Where light is: ``nm`` of a line or of the head of a band, and how far a band's rotational lines tail off from
    there (e-folding ``shade_nm``; below zero: towards the violet; 0: an atomic line).
    """

    nm: float
    shade_nm: float = 0.0


OES_LINES = {  # PROCESS.md 3.4; shading of the bands: Pearse & Gaydon's directions, widths assumed
    "no_247": OesLine(247.9, -1.0),
    "co2_288": OesLine(288.3, 0.5),
    "oh_309": OesLine(309.0, 0.8),
    "sn_317": OesLine(317.5),
    "nh_336": OesLine(336.0, 0.3),
    "n2_337": OesLine(337.1, -0.8),
    "n2_357": OesLine(357.7, -0.8),
    "n2_380": OesLine(380.5, -0.8),
    "cn_388": OesLine(388.3, -0.8),
    "n2p_391": OesLine(391.4, -0.8),
    "ch_431": OesLine(431.4, -0.5),
    "co_451": OesLine(451.1, -0.6),
    "co_483": OesLine(483.5, -0.6),
    "h_486": OesLine(486.1),
    "co_519": OesLine(519.8, -0.6),
    "co_561": OesLine(561.0, -0.6),
    "co_608": OesLine(608.0, -0.6),
    "h_656": OesLine(656.3),
    "ar_750": OesLine(750.4),
    "ar_763": OesLine(763.5),
    "o_777": OesLine(777.4),
    "ar_811": OesLine(811.5),
    "o_844": OesLine(844.6),
}


def _zeros(names: tuple[str, ...]) -> dict[str, float]:
    return dict.fromkeys(names, 0.0)


@dataclass(slots=True)
class Commands:
    """What the device electronics ask of the plant."""

    flow_setpoint_sccm: dict[str, float] = field(default_factory=lambda: _zeros(GASES))  # each MFC's control valve
    valve_open: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(VALVES, False))  # solenoids
    throttle_target_pct: float = 100.0  # 0 closed .. 100 open; moves at throttle_speed
    throttle_speed: float = 1.0  # fraction of full speed, 0.001..1
    rf_forward_w: float = 0.0  # what the generator puts on the cable now
    match_load_target_pct: float = 50.0  # shunt capacitor
    match_tune_target_pct: float = 50.0  # series capacitor
    turbo_on: bool = False
    turbo_speed_pct: float = 100.0  # speed setpoint in % of nominal
    dry_pump_on: bool = False
    dry_pump_speed_pct: float = 100.0  # 100 full speed, less in standby
    chiller_on: bool = False
    chiller_setpoint_c: float = 20.0
    stage_target_mm: dict[str, float] = field(default_factory=lambda: _zeros(STAGE_AXES))  # where each is to come
    stage_mm: dict[str, float] = field(default_factory=lambda: _zeros(STAGE_AXES))  # where its motor has it now, from
    #                       the home sensor: the actual position, for screws do not slip
    rf_permit: bool = False  # digital output in series with the generator's interlock loop
    lamp_red: bool = False
    lamp_yellow: bool = False
    lamp_green: bool = False
    buzzer: bool = False


@dataclass(slots=True)
class Sensors:
    """What the plant gives to the device electronics. Gauges and flows already carry their lag and noise."""

    flow_sccm: dict[str, float] = field(default_factory=lambda: _zeros(GASES))  # as each MFC's own sensor feels it
    valve_opened: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(VALVES, False))  # end switches
    valve_closed: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(VALVES, True))
    throttle_pct: float = 100.0
    chamber_gauge_pa: float = 101325.0  # 133 Pa capacitance gauge on the throttle's controller (saturates at 133.3)
    guard_gauge_pa: float = 101325.0  # second, independent capacitance gauge, 133 Pa full scale
    wide_gauge_pa: float = 101325.0  # wide-range gauge, 1e-6 .. 1e5 Pa, gas dependent
    reflected_w: float = 0.0  # at the generator's directional coupler
    gamma_re: float = 1.0  # reflection coefficient at the input of the match
    gamma_im: float = 0.0
    load_r_ohm: float = 0.5  # impedance behind the match, as its V/I probe sees it
    load_x_ohm: float = -150.0
    match_load_pct: float = 50.0  # capacitor positions
    match_tune_pct: float = 50.0
    arc_count: float = 0.0  # arcs that the generator has met
    dc_bias_v: float = 0.0  # magnitude of the self-bias of the chuck electrode
    turbo_speed_hz: float = 0.0  # rotor, nominal 820 Hz
    turbo_current_a: float = 0.0
    turbo_power_w: float = 0.0
    turbo_bearing_c: float = 25.0
    dry_pump_speed_hz: float = 0.0
    dry_pump_power_w: float = 0.0
    dry_pump_temperature_c: float = 25.0
    chiller_bath_c: float = 20.0
    chiller_power_pct: float = 0.0  # heating (+) or cooling (-) effort
    chuck_c: float = 22.0  # Pt100 in the chuck, wired to the chiller's external input
    mask_c: float = 22.0  # pyrometer on the mask (quartz is opaque beyond 4.5 um), analog 0..10 V = 0..200 degC
    quartz_film_nm: float = 0.0  # film on the quartz crystal beside the mask; it is loaded and loses as the mask does
    mains_w: float = 0.0  # active power of the whole tool at its three-phase feed
    water_lpm: float = 6.2  # cooling water flow meter, analog 0..10 V = 0..20 l/min
    at_atmosphere: bool = True
    lid_closed: bool = True
    water_flowing: bool = True
    foreline_ok: bool = True  # foreline pressure switch: below its limit
    exhaust_flowing: bool = True
    h2_detector_clear: bool = True
    chain_closed: bool = True  # hard-wired safety chain (EMO, lid, cover), read back
    mask_code: str = ""  # what is written on the mask in view of the code reader; "" without a mask or a code
    oes_photons: dict[str, float] = field(default_factory=lambda: dict.fromkeys(OES_LINES, 0.0))
    #                       photo-electrons per second and line, collected by the fibre
    oes_background: float = 0.0  # continuum, photo-electrons per second and pixel


@dataclass(slots=True)
class Wiring:
    """All cables of one tool."""

    commands: Commands = field(default_factory=Commands)
    sensors: Sensors = field(default_factory=Sensors)

    def rf_loop_closed(self) -> bool:
        """The generator's interlock loop: the remote I/O's permit in series with the hard-wired chain."""
        return self.commands.rf_permit and self.sensors.chain_closed
