"""Gas: the chamber and its pumps, valves, flows, gauges."""
