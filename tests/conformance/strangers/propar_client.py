"""bronkhorst-propar, the manufacturer's own client: numbers, floats, texts, chains, refusals, the nodes of the bus."""

import sys

import propar
from note import note

mfc = propar.instrument(sys.argv[1], 1)
MEASURE, SETPOINT, CAPACITY, UNIT, FMEASURE, FSETPOINT, SERIAL = 8, 9, 21, 129, 205, 206, 92


def chain(*numbers):
    """Several parameters in one message."""
    asked = mfc.db.get_parameters(list(numbers))
    return [answer["data"] for answer in mfc.read_parameters(asked)]


def status_of(*numbers):
    return [answer["status"] for answer in mfc.read_parameters(mfc.db.get_parameters(list(numbers)))]


note("measure", lambda: mfc.measure)
note("id", lambda: mfc.id)
for name, number in [("fmeasure", FMEASURE), ("capacity", CAPACITY), ("unit", UNIT), ("serial", SERIAL), ("fluid", 25)]:
    note(name, mfc.readParameter, number)
note("chain", chain, MEASURE, SETPOINT, FMEASURE, FSETPOINT)
note("chain of texts", chain, UNIT, 25, MEASURE)
note("write setpoint", mfc.writeParameter, SETPOINT, 8000)
note("setpoint", lambda: mfc.setpoint)
note("fsetpoint", mfc.readParameter, FSETPOINT)
note("write fsetpoint", mfc.writeParameter, FSETPOINT, 100.0)
note("setpoint after fsetpoint", lambda: mfc.setpoint)
note("write slope", mfc.writeParameter, 10, 20)
note("slope", mfc.readParameter, 10)
note("write above 100 %", mfc.writeParameter, SETPOINT, 40000)
note("write measure", mfc.writeParameter, MEASURE, 1)
note("write capacity, locked", mfc.writeParameter, CAPACITY, 300.0)
note("unlock", mfc.writeParameter, 7, 64)
note("write fluid, unlocked", mfc.writeParameter, 25, "N2")
note("fluid, renamed", mfc.readParameter, 25)
note("user tag", mfc.writeParameter, 115, "GAS PANEL")
note("user tag read", mfc.readParameter, 115)
note("unknown parameter", mfc.read, 1, 30, propar.PP_TYPE_INT16)
note("unknown process", mfc.read, 77, 0, propar.PP_TYPE_INT16)
note("wrong type", mfc.read, 1, 0, propar.PP_TYPE_FLOAT)
note("statuses", status_of, MEASURE, SETPOINT)
note("wink", mfc.wink, 3)
nodes = mfc.master.get_nodes()
note("nodes", len, nodes)
note("type of a node", lambda: nodes[0]["type"])
note("serial of a node", lambda: nodes[0]["serial"])
mfc.master.stop()
