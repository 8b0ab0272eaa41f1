"""seabreeze: its own Python backend and its HDX over TCP. Its search by multicast is left out: the address is told."""

import struct
import sys

from note import host_and_port, note
from seabreeze.pyseabreeze.devices import SeaBreezeDevice
from seabreeze.pyseabreeze.transport import IPv4Transport, IPv4TransportHandle

host, port = host_and_port(sys.argv[1])
IPv4Transport.register_model("HDX", ipv4_address=host, ipv4_port=port)
device = SeaBreezeDevice(IPv4TransportHandle(host, port))
note("open", device.open)
note("model", lambda: device.model)
note("serial number", device.get_serial_number)
spectrometer = device.features["spectrometer"][0]
note("trigger", spectrometer.set_trigger_mode, 0)
note("integration time", spectrometer.set_integration_time_micros, 20_000)
wavelengths = note("pixels", lambda: len(spectrometer.get_wavelengths())) and spectrometer.get_wavelengths()
note("first and last wavelength", lambda: [round(float(wavelengths[at]), 3) for at in (0, -1)])


def spectrum():
    counts = spectrometer.get_intensities()
    brightest = counts.argmax()
    return {
        "pixels": len(counts),
        "dark": float(counts[:50].mean()),
        "brightest at": float(wavelengths[brightest]),
        "counts in that line": float((counts[brightest - 8 : brightest + 9] - counts[:50].mean()).sum()),
    }


note("spectrum", spectrum)
note("by the other message", lambda: len(spectrometer.protocol.query(0x00101100, timeout_ms=2000)))
note("non-linearity", device.features["nonlinearity_coefficients"][0].get_nonlinearity_coefficients)
note("temperature", lambda: struct.unpack("<f", spectrometer.protocol.query(0x00420004)[:4])[0])
note("coefficient beyond", lambda: spectrometer.protocol.query(0x00180101, 9))
note("close", device.close)
