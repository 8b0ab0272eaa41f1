"""pyhoff: sets up a coupler of Beckhoff or WAGO by itself, then reads and writes its terminals."""

import sys
import time

from note import host_and_port, note
from pyhoff import devices

url, device = sys.argv[1:3]
host, port = host_and_port(url)
wago = device == "io_wago750"
if wago:
    kind, terminals = devices.WAGO_750_352, [devices.DigitalInputTerminal4Bit, devices.DigitalOutputTerminal4Bit]
else:
    kind, terminals = devices.BK9050, [devices.KL1104, devices.KL2404, devices.KL3062]
coupler = kind(host, port, terminals, timeout=2.0, watchdog=0.5)
inputs, outputs = coupler.bus_terminals[:2]

for channel in (1, 2, 3):
    note(f"input {channel}", inputs.read_input, channel)
for channel in (1, 3):
    note(f"output {channel} on", outputs.write_coil, channel, True)
for channel in (1, 2, 3):
    note(f"output {channel}", outputs.read_coil, channel)
if not wago:
    note("analog 1", coupler.bus_terminals[2].read_channel_word, 1)
note("watchdog time", coupler.modbus.read_holding_registers, 0x1000 if wago else 0x1120, 1)
time.sleep(0.2)
note("reads keep the outputs", outputs.read_coil, 1)
time.sleep(0.9)
note("silence: output 1", outputs.read_coil, 1)
coupler.modbus.close()
