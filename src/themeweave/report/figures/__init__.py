"""Figures that read well in print and on a screen, with the same bytes every time."""
