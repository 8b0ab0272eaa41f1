"""Hardware abstraction: one file per device, role first; tags and outputs are declared on the driver's class."""
