"""The wire to screens: messages, server, users."""
