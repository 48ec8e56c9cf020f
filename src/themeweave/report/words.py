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


def suggester_words(suggester: str) -> str:
    """Say in words which suggester made a suggestion, from the id that sheets name it by.

    Examples
    --------
    >>> suggester_words("reader@2")
    'reader, version 2'
    >>> suggester_words("reader@2+learned@1")
    "reader, version 2, and what it learned from this review's decisions"
    """
    first, *further = suggester.split("+")
    name, _, version = first.partition("@")
    words = f"{name}, version {version}" if version else name
    if any(part.startswith("learned@") for part in further):
        words += ", and what it learned from this review's decisions"
    return words
