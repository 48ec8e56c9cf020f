"""Auditing what a review printed: recomputing it, within what rounding allows."""
