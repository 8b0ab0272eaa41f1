"""What this tool is made of: the strict model of the machine file, and the reference tool."""
