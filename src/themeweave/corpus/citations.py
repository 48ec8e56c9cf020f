"""Citations in running text: found, and resolved to the reference list.

Three styles are read: numbers in brackets, raised numbers, author and year. What a document's text
shows decides about the doubtful ones: numbers in round brackets and figures behind a stop count
only where they are how that document cites. Nothing is guessed: a marker that does not resolve
keeps its place and says why.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from themeweave.corpus.author_year import author_year_keys, split_key
from themeweave.corpus.matching import ambiguous_reviews, match_reviews
from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import plain, year_in

__all__ = [
    "LONGEST_RANGE",
    "Marker",
    "Resolved",
    "ambiguous_reviews",
    "markers",
    "match_reviews",
    "resolve",
]

Kind = Literal["numeric", "superscript", "author-year"]

LONGEST_RANGE = 100  # references that one range may name; a longer one is a slip of the pen


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation as it stands: what is in the bracket, or raised; names before it are text."""

    start: int
    end: int
    kind: Kind
    keys: tuple[str, ...]  # "7", "Roe & Lee 2019a"; a range that cannot be followed stays whole


@dataclass(frozen=True, slots=True)
class Resolved:
    """A marker, the references it names, and the keys that name none, each with the reason."""

    marker: Marker
    references: tuple[str, ...]  # ids, in the order of the marker
    unresolved: tuple[str, ...] = ()
    why: tuple[str, ...] = ()  # one for each of `unresolved`


@dataclass(frozen=True, slots=True)
class _Style:
    """How a document cites, as far as its text shows."""

    square: bool  # [3], more than once or twice
    round_lists: bool  # (3,5)
    round_singles: bool  # (3)
    raised_figures: bool  # recovery.12,13


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DASH = "‐‑‒–—−-"  # the hyphen last: it stands in sets of characters
_NUMBERS = rf"\s*+\d{{1,6}}+(?:\s*+[,;{_DASH}]\s*+\d{{1,6}}+)*+\s*+"
_SQUARE = re.compile(rf"\[(\d{{1,6}})\]\s?[{_DASH}]\s?\[(\d{{1,6}})\]|\[({_NUMBERS})\]")
_ROUND = re.compile(rf"\(({_NUMBERS})\)")
_RANGE = re.compile(rf"(\d+)\s*[{_DASH}]\s*(\d+)")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_SUPERSCRIPTS + "⁻", "0123456789-")
_RAISED = re.compile(rf"[{_SUPERSCRIPTS}]++(?:[,–⁻-][{_SUPERSCRIPTS}]++)*+")
_FIGURES = rf"\d{{1,3}}+(?:[,{_DASH}]\d{{1,3}}+)*+(?![^\s)\]”’\"])"
_AFTER_STOP = re.compile(
    rf"(?<=[^\W\d_][.,;:]){_FIGURES}|(?<=[)\]”’\"%][.,;:]){_FIGURES}|(?<=[.,][”’\"]){_FIGURES}"
)
_WORD_BEFORE = re.compile(r"([\w%=≈<>±.]+)[\s:,]*$")
# Before a square bracket these announce a value; before a round one, all the others do as well.
_MEASURES = _words("ci cis cri iqr range ranged n k sd se m md = < > ≈ eq eq. equation equations")
_PLACES = _words(
    "interval median mean p z t f r q d g df p. pp. fig fig. figs. figure figures table tables "
    "section sections step steps item items page pages chapter appendix box model formula scale "
    "score scores year years aged age no no. nos. vol. phase stage level grade type wave version "
    "question hypothesis aim objective theme min max"
)
_ABBREVIATED = _words("fig figs tab eq eqs no nos vol pp p ch sec ref refs v ver e.g i.e cf al")
_UNITS = _words("cm mm km nm µm kg mg ft in chi eta tau omega sigma")
_CLAIMED = re.compile(r"\([^()\d]{3,80}(?:19|20)\d\d[a-z]?\)")


def markers(text: str, start: int = 0, end: int | None = None) -> list[Marker]:
    """Find the citations in a range of a document's text.

    Parameters
    ----------
    text
        The whole text: its style decides what doubtful signs mean.
    start, end
        The range, as for a slice; the whole text where they are left out.

    Returns
    -------
    list of Marker
        In order, none within another. Years, equation numbers, intervals, values (n = 3), labels of
        lists and exponents are not taken.

    Examples
    --------
    >>> [marker.keys for marker in markers("Hope grew [ 3 , 5-7 ] (n = 3; 95% CI [1, 2]) [sic].")]
    [('3', '5', '6', '7')]
    >>> [marker.keys for marker in markers("Roe and Lee (2019) agree (see also Ng, 2011a, b).")]
    [('Roe & Lee 2019',), ('Ng 2011a', 'Ng 2011b')]
    """
    end = len(text) if end is None else end
    style = _style(text)
    found = [
        *_square(text, start, end),
        *_round(text, start, end, style),
        *_raised(text, start, end, style),
        *(
            Marker(first, last, "author-year", keys)
            for first, last, keys in author_year_keys(text, start, end, sure=style.square)
        ),
    ]
    kept: list[Marker] = []
    for marker in sorted(found, key=lambda marker: (marker.start, -marker.end)):
        if not kept or marker.start >= kept[-1].end:
            kept.append(marker)
    return kept


@lru_cache(maxsize=4)
def _style(text: str) -> _Style:
    square = sum(1 for _ in _square(text, 0, len(text)))
    named = sum(1 for _ in _CLAIMED.finditer(text))
    lists = 0
    for found in _ROUND.finditer(text):
        lists += not found.group(1).strip().isdigit() and not _is_value(text, found, _PLACES)
    raised = sum(1 for found in _AFTER_STOP.finditer(text) if not _is_abbreviated(text, found))
    round_lists = not square and named < 3 and lists > 0
    return _Style(
        square > 2, round_lists, round_lists and lists > 1, not square and not lists and raised > 1
    )


def _square(text: str, start: int, end: int) -> Iterator[Marker]:
    for found in _SQUARE.finditer(text, start, end):
        if found.group(1):
            keys = _expanded(f"{found.group(1)}-{found.group(2)}")
        else:
            keys = _expanded(found.group(3))
        if not (
            _are_years(found.group(3) or "")
            or text.startswith("(", found.end())  # a link in Markdown
            or _is_label(text, found)
            or _is_value(text, found, frozenset())
        ):
            yield Marker(found.start(), found.end(), "numeric", keys)


def _round(text: str, start: int, end: int, style: _Style) -> Iterator[Marker]:
    if not style.round_lists:
        return
    for found in _ROUND.finditer(text, start, end):
        single = found.group(1).strip().isdigit()
        if (single and not style.round_singles) or _are_years(found.group(1)):
            continue
        glued = found.start() and not text[found.start() - 1].isspace()
        if glued or _is_value(text, found, _PLACES) or _is_label(text, found):
            continue
        if not (single and (_counts_items(text, found) or _ends_equation(text, found))):
            yield Marker(found.start(), found.end(), "numeric", _expanded(found.group(1)))


def _raised(text: str, start: int, end: int, style: _Style) -> Iterator[Marker]:
    for found in _RAISED.finditer(text, start, end):
        if _is_raised_citation(text, found):
            keys = _expanded(found.group().translate(_LOWERED))
            yield Marker(found.start(), found.end(), "superscript", keys)
    if style.raised_figures:
        for found in _AFTER_STOP.finditer(text, start, end):
            if not _is_abbreviated(text, found):
                yield Marker(found.start(), found.end(), "superscript", _expanded(found.group()))


def _is_raised_citation(text: str, found: re.Match[str]) -> bool:
    """Tell raised numbers that cite from exponents, units, charges and symbols."""
    before = text[found.start() - 1 : found.start()]
    if not before or before.isspace() or before.isdigit() or before in "⁻⁺^/":
        return False
    if text[found.end() : found.end() + 1] in ("⁺", "⁻") or len(found.group()) > 60:
        return False
    word = re.search(r"[^\W\d_]*$", text[max(0, found.start() - 12) : found.start()])
    letters = word.group() if word else ""
    return len(letters) != 1 and letters.lower() not in _UNITS


def _expanded(listed: str) -> tuple[str, ...]:
    """Write out a list of numbers and ranges; a range that cannot be followed stays as it is."""
    keys: list[str] = []
    for part in re.split(r"[,;]", listed):
        found = _RANGE.fullmatch(part.strip())
        if not found:
            keys.append(str(int(part)) if part.strip().isdecimal() else "".join(part.split()))
            continue
        first, last = int(found.group(1)), int(found.group(2))
        if 0 <= last - first < LONGEST_RANGE:
            keys.extend(map(str, range(first, last + 1)))
        else:
            keys.append(f"{first}-{last}")
    return tuple(dict.fromkeys(keys))


def _are_years(listed: str) -> bool:
    parts = re.findall(r"\d+", listed)
    return bool(parts) and all(len(part) == 4 and "1500" <= part <= "2099" for part in parts)


def _is_value(text: str, found: re.Match[str], more: frozenset[str]) -> bool:
    """Tell numbers that the word before them makes a value or a place: CI [2, 5], equation (3)."""
    before = _WORD_BEFORE.search(text[max(0, found.start() - 30) : found.start()])
    word = before.group(1).lower() if before else ""
    return word in _MEASURES or word in more or word.endswith(("=", "<", ">"))


def _is_label(text: str, found: re.Match[str]) -> bool:
    """Tell the number of an entry or item, at the beginning of a line and before a capital."""
    line = text.rfind("\n", max(0, found.start() - 8), found.start()) + 1
    opens = not text[line : found.start()].strip() and (line or found.start() < 8)
    after = text[found.end() : found.end() + 3].lstrip()
    return bool(opens) and (after[:1].isupper() or found.group().startswith("("))


def _counts_items(text: str, found: re.Match[str]) -> bool:
    """Tell (1) in "(1) trust, (2) hope": a pause or "and" stands before it, or before the next."""
    after = text[found.end() : found.end() + 2].strip()[:1]
    before = text[max(0, found.start() - 6) : found.start()].rstrip()
    paused = not before or before[-1] in ",;:" or before.split()[-1] in ("and", "or", "are", "is")
    coming = rf"[,;:]\s?(?:and |or )?\({int(found.group(1)) + 1}\)"
    following = text[found.end() : found.end() + 200]
    return after.isalpha() and (paused or re.search(coming, following) is not None)


def _ends_equation(text: str, found: re.Match[str]) -> bool:
    ends = text[found.end() : found.end() + 1] in ("", "\n")
    return ends and "=" in text[max(0, found.start() - 80) : found.start()].rsplit("\n", 1)[-1]


def _is_abbreviated(text: str, found: re.Match[str]) -> bool:
    word = re.search(r"[\w.]*$", text[max(0, found.start() - 13) : found.start() - 1])
    return bool(word) and word.group().lower() in _ABBREVIATED if word else False


def resolve(found: Iterable[Marker], references: Sequence[Reference]) -> list[Resolved]:
    """Resolve markers to a document's reference list.

    Numbers go by the ids of the references, or by the number at the end of an id (CR12) where no
    id is a plain number. Names and years go by the first author, the second where two are named,
    and the year; where several entries fit, the key stays unresolved and says which.

    Examples
    --------
    >>> listed = [Reference("1", authors=("Roe", "Lee"), year="2019"), Reference("2")]
    >>> one = resolve(markers("So it is [2, 4-3] (Roe & Lee, 2019)."), listed)
    >>> [(marker.references, marker.unresolved, marker.why) for marker in one]
    [(('2',), ('4-3',), ('the range runs backwards',)), (('1',), (), ())]
    """
    numbers = _by_number(references)
    authors = _by_author(references)
    resolved = []
    for marker in found:
        ids: list[str] = []
        unresolved: dict[str, str] = {}
        for key in marker.keys:
            if marker.kind == "author-year":
                fitting, why = _named(key, authors)
            else:
                fitting, why = _numbered(key, numbers)
            if len(fitting) == 1:
                ids.append(fitting[0])
            else:
                unresolved[key] = why
        resolved.append(
            Resolved(
                marker,
                tuple(dict.fromkeys(ids)),
                tuple(unresolved),
                tuple(unresolved.values()),
            )
        )
    return resolved


def _by_number(references: Sequence[Reference]) -> Mapping[str, list[str]]:
    numbers: dict[str, list[str]] = defaultdict(list)
    plain_ids = any(reference.id.isdecimal() for reference in references)
    for reference in references:
        found = re.search(r"\d{1,6}$", reference.id)
        if found and (reference.id.isdecimal() or not plain_ids):
            numbers[str(int(found.group()))].append(reference.id)
    return numbers


def _numbered(key: str, numbers: Mapping[str, list[str]]) -> tuple[list[str], str]:
    if not key.isdecimal():
        first, _, last = key.partition("-")
        if not (first.isdecimal() and last.isdecimal()):
            return [], "it cannot be read as numbers"
        if int(first) > int(last):
            return [], "the range runs backwards"
        return [], f"the range names more than {LONGEST_RANGE} references"
    fitting = numbers.get(key, [])
    if len(fitting) > 1:
        return fitting, f"{len(fitting)} entries have this number: {', '.join(fitting)}"
    return fitting, "the reference list has no such number"


def _by_author(references: Sequence[Reference]) -> Mapping[str, list[Reference]]:
    authors: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if reference.authors:
            authors[_bare(reference.authors[0])].append(reference)
    return authors


def _named(key: str, authors: Mapping[str, list[Reference]]) -> tuple[list[str], str]:
    names, year, letter = split_key(key)
    if year.isdecimal() and not year_in(year):
        return [], f"{year} is not a year"
    by_author = authors.get(_bare(" ".join(names))) or authors.get(_bare(names[0]), [])
    fitting = [reference for reference in by_author if _has_year(reference, year, letter)]
    if len(names) > 1 and len(fitting) > 1:
        fitting = _narrowed(fitting, names)
    ids = [reference.id for reference in fitting]
    if len(ids) > 1:
        return ids, f"{len(ids)} entries fit: {', '.join(ids)}"
    if by_author:
        years = ", ".join(sorted({reference.year or "no year" for reference in by_author}))
        return ids, f"the reference list has this author with {years} only"
    return ids, "the reference list has no entry whose first author this is"


def _narrowed(fitting: list[Reference], names: tuple[str, ...]) -> list[Reference]:
    """Keep the entries whose second author, or whose number of authors, is that of the key."""
    if names[1] == "et al.":
        return [reference for reference in fitting if len(reference.authors) > 2] or fitting
    second = _bare(names[1])
    return [
        reference
        for reference in fitting
        if len(reference.authors) > 1 and _bare(reference.authors[1]) == second
    ] or fitting


def _has_year(reference: Reference, year: str, letter: str) -> bool:
    if not year.isdecimal():  # in press: the list may have a year by now, or still none
        return not year_in(reference.year)
    own = reference.year[4:]
    return reference.year[:4] == year and (not letter or not own or own == letter)


def _bare(name: str) -> str:
    return plain(name.replace("&", " ")).replace(" and ", " ")
