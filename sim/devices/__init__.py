"""One emulator per device, written from the vendor's fact sheet, blind to the drivers."""
