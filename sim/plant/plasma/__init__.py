"""The discharge: electrons, ions, radicals, walls."""
