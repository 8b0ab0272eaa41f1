"""turboctl's VirtualPump: a TURBOVAC i that runs up with 100 Hz/s."""

import json

from note import serving
from turboctl.virtualpump.virtualpump import VirtualPump

pump = VirtualPump()
serving(pump.connection.port)
held = {f"P{number}": pump.parameter_component.parameters[number].value[0].value for number in (24, 182)}
print(json.dumps({**held, "on": pump.hardware_component.is_on}), flush=True)
