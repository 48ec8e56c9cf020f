"""Citations by author and year: (Roe et al., 2019a; 2020; Lee & Ng 2018), Roe and Lee (2019)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from themeweave.corpus.references.identity import PARTICLES

_BRACKET = re.compile(r"\(([^()\[\]]{4,1500})\)|\[([^()\[\]]{4,1500})\]")
_DASH = "‐‑‒–—−-"
_YEAR = re.compile(
    rf"(?<![\w/.{_DASH}])(?:(\d{{4,6}})([a-z]?)((?:\s?,\s?[a-z](?![\w.]))*)|(in press|n\.d\.?))"
    rf"(?![\w/{_DASH}])"
)
_CUE = re.compile(
    r"\s*(?:but|and|see|also|e\.g\.?|i\.e\.?|cf\.?|for|an?|example|instance|reviews?|overview|"
    r"different|view|reviewed|as|cited|in|described|such|by|from|or|adapted|following|after|"
    r"compare|with|the)\b\.?[\s,:]*",
    re.IGNORECASE,
)
_ET_AL = re.compile(r",?\s*\bet\s+al\b\.?$")
_WORD = re.compile(r"[^\W\d_][\w'’\-./]*|&")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}")
_GIVEN = re.compile(r"(?:[^\W\d_a-z]\.[\s-]?){1,4}\s*(?=[^\W\d_])")
_SMALL = PARTICLES | {"of", "for", "the", "on", "in", "and", "against", "to"}
_NO_NAMES = frozenset(
    (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
        *("October", "November", "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug"),
        *("Sep", "Sept", "Oct", "Nov", "Dec", "In", "Since", "From", "Until", "Before", "After"),
        *("During", "By", "Between", "Of", "On", "At", "To", "The", "This", "These", "A", "An"),
        *("And", "For", "Table", "Figure", "Fig", "Box", "Appendix", "Section", "Chapter", "Act"),
        *("Version", "Phase", "Wave", "Census", "Year", "Years", "Protocol", "Stage", "Study"),
        *("Trial", "Round", "Edition", "Guideline", "Guidelines", "Spring", "Summer", "Autumn"),
        *("Winter", "Published", "Updated", "Accessed", "All", "Both", "Other", "Only"),
    )
)
_MOST_NAMES = 12
_BEFORE = 160  # characters before a bracket in which names may stand


def author_year_keys(
    text: str, start: int, end: int, sure: bool = False
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Find brackets that cite by author and year: where they stand, and their keys.

    Parameters
    ----------
    text, start, end
        The range of the text.
    sure
        Take only what names several authors or says "et al.": for texts that cite by number, in
        which a word and a year in a bracket are a place or an edition.
    """
    for bracket in _BRACKET.finditer(text, start, end):
        inside = bracket.group(1) or bracket.group(2)
        if not _YEAR.search(inside):
            continue
        before = text[max(start, bracket.start() - _BEFORE) : bracket.start()]
        keys = tuple(dict.fromkeys(_keys(inside, before, sure)))
        if keys:
            yield bracket.start(), bracket.end(), keys


def split_key(key: str) -> tuple[tuple[str, ...], str, str]:
    """Take a key apart: the names, the year, and its letter.

    Examples
    --------
    >>> split_key("Roe & Lee 2019a"), split_key("Ng et al. in press")
    ((('Roe', 'Lee'), '2019', 'a'), (('Ng', 'et al.'), 'in press', ''))
    """
    for ending in ("in press", "n.d."):
        if key.endswith(ending):
            return _split_names(key.removesuffix(ending)), ending, ""
    names, _, year = key.rpartition(" ")
    digits = year.rstrip("abcdefghijklmnopqrstuvwxyz")
    return _split_names(names), digits, year[len(digits) :]


def _split_names(names: str) -> tuple[str, ...]:
    names = names.strip()
    if names.endswith(" et al."):
        return names.removesuffix(" et al."), "et al."
    return tuple(names.split(" & "))


def _keys(inside: str, before: str, sure: bool) -> Iterator[str]:
    carried = _names_before(before)  # Roe and Lee (2019)
    for piece in inside.split(";"):
        position = 0
        for year in _YEAR.finditer(piece):
            between = _without_cues(piece[position : year.start()])
            if between:
                carried = _names(between, with_comma=piece[: year.start()].rstrip().endswith(","))
            if not carried:
                break
            if (not sure or "&" in carried or "et al." in carried) and _can_be(year, between):
                yield from (f"{carried} {written}" for written in _written(year))
            position = year.end()
        else:
            continue
        carried = ""


def _can_be(year: re.Match[str], between: str) -> bool:
    """Tell a year, or a number that stands where one should: then the slip is kept and shown."""
    digits = year.group(1)
    return not digits or bool(between) or "1500" <= digits <= "2099"


def _written(year: re.Match[str]) -> list[str]:
    """Write out the years of "2019a, b"."""
    if year.group(4):
        return ["n.d." if year.group(4).startswith("n") else "in press"]
    letters = [year.group(2), *re.findall(r"[a-z]", year.group(3))]
    return [year.group(1) + letter for letter in letters]


def _without_cues(printed: str) -> str:
    """Cut "see also", "e.g." and what joins years."""
    printed = printed.strip(" ,:&\n")
    while found := _CUE.match(printed):
        printed = printed[found.end() :]
    return printed.strip(" ,:&\n")


def _names(printed: str, with_comma: bool = True) -> str:
    """Bring the authors before a year into the form of a key; empty where they are none."""
    if len(printed) > 400:
        return ""
    bare = _ET_AL.sub("", printed)
    others = bare != printed
    parts = [
        _GIVEN.sub("", part.strip(), count=1)
        for part in re.split(r",|&|\band\b", bare)
        if part.strip() and not _INITIALS.fullmatch(part.strip())
    ]
    if not parts or len(parts) > _MOST_NAMES or not all(map(_is_name, parts)):
        return ""
    if not with_comma and len(parts) == 1 and not others and len(parts[0].split()) > 3:
        return ""  # a clause that ends in a year
    return _key(parts, others)


def _key(names: list[str], others: bool) -> str:
    if others or len(names) > 2:
        return f"{names[0]} et al."
    return " & ".join(names)


def _is_name(part: str) -> bool:
    words = part.split()
    if not 0 < len(words) < 9 or words[0].strip(".") in _NO_NAMES:
        return False
    capital = [word[0].isupper() or word[:2] in ("d'", "d’", "l'", "l’") for word in words]
    known = all(
        _WORD.fullmatch(word) and (large or word.lower() in _SMALL)
        for word, large in zip(words, capital, strict=True)
    )
    return known and capital[-1] and (capital[0] or words[0].lower() in PARTICLES)


def _names_before(before: str) -> str:
    """Give the names that end right before a bracket: Roe, Roe and Lee, Roe et al., Roe's."""
    printed = re.sub(r"['’]s?\s*$", "", before.rstrip())
    if not before or before == before.rstrip():
        return ""
    bare = _ET_AL.sub("", printed).rstrip()
    others = bare != printed
    names: list[str] = []
    while len(names) < 4:
        name = _last_name(bare)
        if not name:
            break
        names.insert(0, name)
        rest = bare[: len(bare) - len(name)].rstrip()
        joined = re.search(r"(?:,?\s*(?:&|\band)|,)$", rest)
        if not joined or (joined.group() == "," and len(names) < 2):
            break
        bare = rest[: joined.start()].rstrip()
    return _key(names, others) if names else ""


def _last_name(printed: str) -> str:
    """Give the family name that a text ends with, its particles included."""
    found = re.search(r"[^\W\d_][\w'’\-]*$", printed[-40:])
    if not found or not found.group()[0].isupper() or found.group() in _NO_NAMES:
        return ""
    name = found.group()
    while True:
        before = printed[: len(printed) - len(name)]
        word = re.search(r"(\w+) $", before[-12:])
        if not word or word.group(1).lower() not in PARTICLES:
            return name
        name = f"{word.group(1)} {name}"
