"""Light: what the spectrometer collects."""
