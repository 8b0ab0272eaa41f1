"""The simulated tool: emulated devices (bytes in, bytes out) around one physical plant."""
