"""Small-study effects and selection: asymmetry, trim and fill, excess significance."""
