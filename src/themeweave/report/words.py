"""Words that tables and pages share."""

from __future__ import annotations

NOT_LOOKED = "–"  # in a cell: nothing here, and nobody can say yet that there is nothing
NONE_FOUND = "none"  # in a cell: looked, and there is nothing


def counted(count: int, noun: str) -> str:
    """Say how many of something there are.

    Examples
    --------
    >>> counted(1, "review"), counted(3, "primary study")
    ('1 review', '3 primary studies')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
