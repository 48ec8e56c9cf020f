"""Coding findings against codebooks: a machine suggests, a person decides, the two settle."""
