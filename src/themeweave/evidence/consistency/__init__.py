"""Consistency of a manuscript's numbers: counts against lists, sums, percentages, effects."""
