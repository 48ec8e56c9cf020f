"""Columns by any of the names that people give them.

A column is ours if it has our name or one of the names listed here, whatever its capitals, spaces
and punctuation. Of several that fit, the one whose name stands first in the list is read; what was
read and what was passed over is said. A person's own word, in review.toml, comes before the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # sheet -> our column -> other names
    "findings": {
        "id": (
            *("finding id", "finding no", "finding nr", "finding number", "finding ref"),
            *("no", "nr", "number", "ref"),
        ),
        "text": (
            *("finding text", "extracted finding", "extracted findings", "key finding"),
            *("key findings", "main finding", "main findings", "review finding", "finding"),
            *("findings", "statement", "extracted text"),
        ),
        "cited": (
            *("cited reviews", "review id", "review ids", "reviews", "review", "sources", "source"),
            *("study id", "studies", "study", "references", "citations", "citation"),
        ),
        "strand": ("question", "research question", "review question"),
        "section": ("heading", "section heading", "page section"),
    },
    "reviews": {
        "id": ("review id", "review no", "review"),
        "label": ("review label", "short title", "author year", "author and year"),
        "role": (),
        "type": ("review type", "type of review"),
        "population": (),
        "amstar2": ("amstar 2 rating",),
        "sampled": (),
        "title": ("review title",),
        "year": ("publication year", "published year", "year of publication"),
        "doi": (),
    },
    "citations": {
        "review": ("review id",),
        "study": ("study id", "primary study"),
        "label": ("study label",),
    },
}


@dataclass(frozen=True, slots=True)
class Match:
    """A column of a sheet that is read as one of ours."""

    ours: str
    column: str  # as it is written in the sheet
    chosen: bool  # in review.toml, not by its name
    passed_over: tuple[str, ...] = ()  # other columns whose names fit as well


def key(name: str) -> str:
    """Bring a name into the form in which names are compared.

    Examples
    --------
    >>> key("Key finding(s):"), key("Finding #"), key("finding_no")
    ('keyfindings', 'findingno', 'findingno')
    """
    return "".join(sign for sign in name.casefold().replace("#", "no") if sign.isalnum())


def match(
    columns: Sequence[str], sheet: str, chosen: Mapping[str, str] | None = None
) -> list[Match]:
    """Find our columns among those of a sheet.

    Parameters
    ----------
    columns
        As the header has them.
    sheet
        Which sheet it is, a key of `SYNONYMS`.
    chosen
        Our columns, each with the column that a person says it is; one that the sheet lacks is not
        matched.

    Returns
    -------
    list of Match
        In the order of `SYNONYMS`, without the columns that have our names already.

    Examples
    --------
    >>> [(m.column, m.ours) for m in match(["No.", "Key finding", "Page"], "findings")]
    [('No.', 'id'), ('Key finding', 'text')]
    """
    chosen = chosen or {}
    written = {key(column): column for column in reversed(columns)}
    told = {ours: written[key(name)] for ours, name in chosen.items() if key(name) in written}
    table = SYNONYMS[sheet]
    taken = {column for column in columns if column in table} | set(told.values())
    found: list[Match] = []
    for ours, names in table.items():
        if ours in told:
            found.append(Match(ours, told[ours], chosen=True))
        elif ours not in columns and ours not in chosen:
            keys = dict.fromkeys(map(key, (ours, *names)))
            fit = [written[k] for k in keys if k in written and written[k] not in taken]
            if fit:
                taken.add(fit[0])
                found.append(Match(ours, fit[0], chosen=False, passed_over=tuple(fit[1:])))
    return found
