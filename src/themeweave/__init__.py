"""Qualitative thematic synthesis for evidence reviews, traceable from table cell to quotation."""

__version__ = "0.1.0"
