"""Entries of a printed reference list: who, when, what, as far as the print tells.

Styles differ, and no entry names its parts. Read are the numbered style of medicine (Vancouver),
author and year (APA, Harvard), authors before a colon, and titles in quotation marks. What cannot
be told stays empty; the entry as it stands is always kept.
"""

from __future__ import annotations

import re

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, family_name, pmid_in
from themeweave.corpus.segments import sentences

_NUMBER = re.compile(r"\s*(?:\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})[.)])\s+")
_LOOKED_UP = re.compile(
    r"\b(?:accessed|retrieved)\b|\[cited\b|\bavailable (?:at|from)\b|\burl:|https?://", re.I
)
_IN_BRACKETS = re.compile(r"\(((?:1[5-9]|20)\d\d)([a-z]?)(?:,[^()]{0,30})?\)[.,:]?\s*")
_BEFORE_VOLUME = re.compile(
    r"\b((?:1[5-9]|20)\d\d)([a-z]?)(?: ?[A-Z][a-z]{2,8}\.?(?: \d{1,2})?)? ?[;:]"
)
_ANY_YEAR = re.compile(r"(?<![\d/.-])((?:1[5-9]|20)\d\d)([a-z]?)(?![\d\w/-])")
_BETWEEN_STOPS = re.compile(r"\. ((?:1[5-9]|20)\d\d)([a-z]?)\.(?= |$)")
_LEADING_YEAR = re.compile(r"(?:1[5-9]|20)\d\d[a-z]?[.,:](?:\s+|$)")
_AUTHORS_END = re.compile(r"\.\s+(?![A-Z]\.|&|and\b)")
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,400}?),?[”\"]")
_BETWEEN = re.compile(r"\s*(?:;|,|&|\band\b)\s*")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}(?:Jr|Sr|II|III)?\.?")
_GIVEN_FIRST = re.compile(r"(?:[^\W\d_a-z]\.\s?-?){1,4}\s*(?=\w{2})")
_PERSON = re.compile(r"[^\W\d_].*\s[^\W\d_a-z]{1,4}|et al")
_NO_NAME = frozenset(("et al", "al", "others", "eds", "ed", "editors", "editor", "jr", "sr"))
_LONGEST_AUTHORS = 3000


def parse_entry(text: str, number: str = "") -> Reference:
    """Read an entry of a printed reference list.

    Parameters
    ----------
    text
        The entry, with or without its number in front.
    number
        Its number where that is known; otherwise the one in front of the entry.

    Returns
    -------
    Reference
        ``authors`` are family names (an organisation's whole name), ``year`` keeps a letter
        (2019a). A date on which a page was looked up is no year. Fields that cannot be told are
        empty.

    Examples
    --------
    >>> read = parse_entry("7. Roe A, du Bois C, et al. Hope on wards. J Peer. 2019;3:1-9.")
    >>> read.id, read.authors, read.year, read.title
    ('7', ('Roe', 'du Bois'), '2019', 'Hope on wards')
    >>> read = parse_entry("Roe, A. B., & Lee, C. (2019a). Hope on wards. J Peer, 3(1), 1-9.")
    >>> read.authors, read.year, read.title
    (('Roe', 'Lee'), '2019a', 'Hope on wards')
    """
    entry = " ".join(text.split())
    numbered = _NUMBER.match(entry)
    if numbered:
        entry = entry[numbered.end() :]
        number = number or next(group for group in numbered.groups() if group)
    bracketed = _IN_BRACKETS.search(entry[:_LONGEST_AUTHORS])
    if bracketed and _stands_after_authors(entry[: bracketed.start()]):
        authors = _names(entry[: bracketed.start()])
        title = _title(entry[bracketed.end() :])
    else:
        authors, title = _authors_and_title(entry)
    return Reference(
        number,
        text.strip(),
        authors,
        _year(entry, bracketed),
        title,
        doi_in(entry),
        pmid_in(entry),
    )


def _year(entry: str, bracketed: re.Match[str] | None) -> str:
    looked_up = _LOOKED_UP.search(entry)
    dated = entry[: looked_up.start()] if looked_up else entry
    if bracketed and bracketed.start() < len(dated):
        return bracketed.group(1) + bracketed.group(2)
    for pattern in (_BEFORE_VOLUME, _BETWEEN_STOPS, _ANY_YEAR):
        found = list(pattern.finditer(dated))
        if found:  # the last: a title may name a year too
            return found[-1].group(1) + found[-1].group(2)
    return ""


def _stands_after_authors(before: str) -> bool:
    """Tell authors from the title and journal that may stand before a year in brackets."""
    return not _AUTHORS_END.search(before.rstrip()) and len(before.split()) < 400


def _authors_and_title(entry: str) -> tuple[tuple[str, ...], str]:
    quoted = _QUOTED.search(entry)
    if quoted and entry[: quoted.start()].rstrip().endswith(","):
        return _names(entry[: quoted.start()]), quoted.group(1).strip()
    looked_up = _LOOKED_UP.search(entry)
    printed = entry[: looked_up.start()].strip() if looked_up else entry
    end = _AUTHORS_END.search(printed[:_LONGEST_AUTHORS])
    first = printed[: end.start()] if end else printed
    rest = printed[end.end() :] if end else ""
    if ": " in first:
        before, after = first.split(": ", 1)
        if all(_PERSON.fullmatch(part) for part in _BETWEEN.split(before)):
            return _names(before), after.strip(" .")
    if not rest:
        return (), first.strip(" .")
    return _names(first), _title(_LEADING_YEAR.sub("", rest, count=1))


def _names(printed: str) -> tuple[str, ...]:
    """Give the family names of an author list; organisations as they stand."""
    parts = [part.strip(" .") for part in _BETWEEN.split(printed.strip(" ,.(["))]
    if len(parts) < 2 and _INITIALS.fullmatch(parts[0]):
        return (parts[0],) if parts[0] else ()  # an organisation that goes by its letters
    persons = any(_INITIALS.fullmatch(part) or _PERSON.fullmatch(part) for part in parts)
    if not persons and not any(_GIVEN_FIRST.match(part) for part in parts):
        whole = printed.strip(" ,.")
        return (whole,) if whole else ()
    names = []
    for part in parts:
        bare = _GIVEN_FIRST.sub("", part, count=1) if _GIVEN_FIRST.match(part) else part
        bare = bare.removesuffix(" et al").strip(" .")
        if bare and bare.lower() not in _NO_NAME and not _INITIALS.fullmatch(bare):
            names.append(family_name(_without_dots(bare)))
    return tuple(names)


def _without_dots(name: str) -> str:
    """Write initials without dots: ``Roe A.B.`` is ``Roe AB``."""
    words = name.split(" ")
    if len(words) > 1 and "." in words[-1]:
        words[-1] = words[-1].replace(".", "")
    return " ".join(words)


def _title(rest: str) -> str:
    """Give the first sentence, and a second that is not yet the journal where the first asks."""
    parts = [rest[start:end].strip() for start, end in sentences(rest[:2000])]
    if not parts:
        return ""
    title = parts[0]
    dated = next((i for i, part in enumerate(parts) if _ANY_YEAR.search(part)), len(parts))
    if title.endswith("?") and dated > 2:
        title = f"{title} {parts[1]}"
    return title.rstrip(".").strip()
