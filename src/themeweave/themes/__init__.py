"""Themes: candidate groups of findings, their names, and the graph that holds them together."""
