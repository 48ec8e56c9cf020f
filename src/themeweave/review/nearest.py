"""The nearest known name, for messages about one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Say at the end of a sentence which known name is nearest, if any is near.

    Examples
    --------
    >>> nearest("F10", ["F01", "T1"]), nearest("x", ["F01"])
    ("; did you mean 'F01'?", '')
    """
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""
