"""Remote I/O on Modbus TCP: three inputs (lid, water, foreline), three outputs (permit, vent, buzzer), one analog."""

from __future__ import annotations

from tests.conformance.pair import Pair

FEELS = {"lid_closed": True, "water_flowing": False, "foreline_ok": True, "mask_c": 50.0}
HALF = 8192  #: 50 of 200 degC, in 1/32767
ASKED = {"rf_permit": True, "vent_valve_open": False, "buzzer": True}
ON, OFF = [True, False, True], [False, False, False]

IMAGES = {
    "inputs": ON, "outputs at first": OFF, "one coil": True, "coils": True, "outputs": ON, "output word": [5],
    "analog by function 4": [HALF], "write a word": True, "outputs by word": [True, True, False],
    "write and read words": [5], "too many inputs": 2, "no such output": 2, "no such register": 2, "function 43": 1,
}  # fmt: skip
TERMINALS = {
    "input 1": True, "input 2": False, "input 3": True, "output 1 on": True, "output 3 on": True, "output 1": True,
    "output 2": False, "output 3": True, "reads keep the outputs": True, "silence: output 1": False,
}  # fmt: skip
POLLED = {
    "inputs": ["1", "0", "1"], "coils on": "Written", "coils": ["1", "0", "1"], "output word": ["5"],
    "analog": [str(HALF)], "too many": "Illegal data address", "no such register": "Illegal data address",
}  # fmt: skip
BANK = {"ready": True, "io_watchdog_armed": True, "lid_closed": True, "water_flowing": False, "foreline_ok": True}

PAIRS = [
    Pair(
        "io_bk9050", "pyModbusTCP", "0.3.1", "pymodbustcp_client",
        "functions 1 to 6, 15, 16, 23, 43; images, watchdog on writes only: trip, reset; exceptions 1, 2, 4",
        {
            "identification": [0x4B42, 0x3039, 0x3035, 0, 0, 0, 0], "image lengths": [0, 16, 3, 3],
            "watchdog: preset, reset, kind": [1000, 0, 1], "preset 400 ms": True, "writes only": True, **IMAGES,
            "analog by function 3": [HALF, 5], "preset while active": 4,
            "reading does not trigger: outputs": ON, "tripped: outputs": OFF, "tripped: time left": [0],
            "reset": True, "reset, second half": True, "coil after reset": True,
            "outputs after reset": [False, False, True],
        },
        {"watchdog.preset_ms": 400},
        over="tcp",
        feels=FEELS,
    ),
    Pair(
        "io_wago750", "pyModbusTCP", "0.3.1", "pymodbustcp_client",
        "the same, constants, list of modules, watchdog on coils: stop, arm, run out, restart",
        {
            "constants": [0, 0xFFFF, 0x1234, 0xAAAA, 0x5555, 0x7FFF, 0x8000, 0x3FFF, 0x4000],
            "image lengths": [0, 32, 4, 4], "modules": [352, 467, 0x8401, 0x8202, 0x8202], "item": [352], **IMAGES,
            "analog by function 3": [HALF, 0], "outputs at 0x0200": True, "outputs at 0x0200 read": [True, True, False],
            "bits beyond 0x0400": 2, "watchdog status at first": [0], "stop AAAA": True, "stop 5555": True,
            "time 400 ms": True, "mask coils": True, "trigger": True, "watchdog runs": [1], "time while it runs": 4,
            "coils trigger": True, "still on": ON, "exhausted": [2], "image after that": 4, "restart": True,
            "outputs after restart": OFF,
        },
        {"watchdog.time": 4, "watchdog.mask_low": 1 << 14},
        over="tcp",
        feels=FEELS,
    ),
    Pair(
        "io_bk9050", "pyhoff", "1.1.2", "pyhoff_client",
        "its BK9050 with KL1104, KL2404, KL3062: set-up, inputs, outputs, watchdog",
        {**TERMINALS, "analog 1": HALF, "watchdog time": [500]},
        over="tcp",
        feels=FEELS,
        remark="with the default kind of watchdog its reads keep the outputs on",
    ),
    Pair(
        "io_wago750", "pyhoff", "1.1.2", "pyhoff_client",
        "its 750-352: set-up, inputs, outputs with read-back at 0x0200",
        {**TERMINALS, "watchdog time": [5]},
        over="tcp",
        feels=FEELS,
        differences={
            "silence: output 1": "the client sets time and mask but never writes the trigger 0x1003, without which the "
            "manual's watchdog does not start"
        },
    ),
    *[
        Pair(
            device, "debian:mbpoll", "1.4.11", "mbpoll_client",
            "functions 1, 2, 3, 4, 15; exception 2",
            POLLED,
            over="tcp",
            feels=FEELS,
        )
        for device in ("io_bk9050", "io_wago750")
    ],
    Pair(
        "io_bk9050", "modbus-tk", "1.1.5", "modbus_tk_server",
        "a bank of registers: watchdog armed and read back, inputs, analog, coils",
        {
            **BANK, "who": "Beckhoff bus coupler BK9050, watchdog 1000 ms on writes", "io_watchdog_left_ms": 1000.0,
            "mask_temperature_c": 100.00305,
        },
        {"coils": [1, 0, 1], "watchdog": [1000, 0xAFFE, 0]},
        serves=True,
        outputs=ASKED,
    ),
    Pair(
        "io_wago750", "modbus-tk", "1.1.5", "modbus_tk_server",
        "a bank of registers: lengths, watchdog read back, inputs, analog, coils",
        {
            **BANK, "who": "WAGO fieldbus coupler WAGO 750-352, watchdog 1000 ms on writes",
            "mask_temperature_c": 100.024426,
        },
        {"coils": [1, 0, 1], "watchdog": [10, 1 << 14, 0]},
        serves=True,
        outputs=ASKED,
    ),
]  # fmt: skip
