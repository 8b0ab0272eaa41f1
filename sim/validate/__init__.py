"""Published numbers that the physics must meet."""
