"""The touchscreen: a client without intelligence."""
