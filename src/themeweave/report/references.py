"""References: how tables and text cite the reviews, by author and year or by number.

Numbers are those of the manuscript where the sheet of reviews gives them for every review that is
cited (column reports or reference); else reviews are numbered in the order of their labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from themeweave.corpus.records import Review

Style = Literal["author-year", "numbered"]


@dataclass(frozen=True, slots=True)
class References:
    """The reviews as they are cited."""

    style: Style
    labels: Mapping[str, str]  # by id: author and year, told apart where two are alike
    numbers: Mapping[str, tuple[str, ...]]  # by id
    entries: Mapping[str, str]  # by id, as a list of references shows it

    def cite(self, ids: Iterable[str]) -> str:
        """Cite reviews, each once: "Ng 2020; Ode 2021" or "[3, 7]"; empty for none."""
        found = list(dict.fromkeys(ids))
        if self.style == "author-year":
            names = sorted((self.labels.get(one, one) for one in found), key=str.casefold)
            return "; ".join(names)
        numbers = dict.fromkeys(n for one in found for n in self.numbers.get(one, (one,)))
        return f"[{', '.join(sorted(numbers, key=_numeric))}]" if numbers else ""

    def listed(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Give the reference list of what was cited by number; none where years were cited."""
        if self.style == "author-year":
            return ()
        return self.bibliography(ids)

    def bibliography(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Give the entries of reviews, in the order of their numbers or labels."""
        known = [one for one in dict.fromkeys(ids) if one in self.entries]
        if self.style == "author-year":
            return tuple(
                self.entries[i] for i in sorted(known, key=lambda i: self.labels[i].lower())
            )
        known.sort(key=lambda one: _numeric(self.numbers[one][0]))
        return tuple(f"[{', '.join(self.numbers[one])}] {self.entries[one]}" for one in known)


BY_ID = References("author-year", {}, {}, {})  # cites ids as they are


def references(reviews: Sequence[Review], style: Style = "author-year") -> References:
    """Prepare to cite reviews.

    Examples
    --------
    >>> listed = [Review("R1", "Ode 2021", reports=("7", "8")), Review("R2", "Ng 2020",
    ...           reports=("3",), title="Hope on wards", journal="J Care", year="2020")]
    >>> refs = references(listed, "numbered")
    >>> refs.cite(["R1", "R2"]), refs.listed(["R2"])
    ('[3, 7, 8]', ('[3] Ng 2020. Hope on wards. J Care.',))
    >>> references(listed).cite(["R1", "R2"])
    'Ng 2020; Ode 2021'
    """
    labels = _told_apart(reviews)
    stated = {review.id: review.reports for review in reviews if review.reports}
    included = [review.id for review in reviews if review.role == "included"]
    whole = all(number.isdecimal() for given in stated.values() for number in given)
    numbers = stated if whole and all(one in stated for one in included) else {}
    last = max((int(number) for given in numbers.values() for number in given), default=0)
    rest = sorted((one for one in labels if one not in numbers), key=lambda i: labels[i].casefold())
    numbers = numbers | {one: (str(place),) for place, one in enumerate(rest, start=last + 1)}
    return References(style, labels, numbers, {r.id: _entry(r, labels[r.id]) for r in reviews})


def _told_apart(reviews: Sequence[Review]) -> dict[str, str]:
    """Add letters to labels that several reviews share: Ng 2020a, Ng 2020b."""
    groups: dict[str, list[str]] = {}
    for review in reviews:
        groups.setdefault(review.label, []).append(review.id)
    found: dict[str, str] = {}
    for label, ids in groups.items():
        for place, one in enumerate(ids):
            found[one] = label if len(ids) == 1 else f"{label}{_letters(place)}"
    return found


def _letters(place: int) -> str:
    return chr(97 + place) if place < 26 else f"-{place + 1}"


def _entry(review: Review, label: str) -> str:
    """Write the entry of a review from what the sheet gives; what it lacks is left out."""
    begin = label
    if review.authors:
        begin = f"{review.authors.rstrip('.')} ({review.year or 'no year'})"
    parts = [begin, review.title.rstrip("."), review.journal.rstrip(".")]
    said = ". ".join(part for part in parts if part) + "."
    return f"{said} doi:{review.doi}" if review.doi else said


def _numeric(number: str) -> tuple[float, str]:
    digits = "".join(sign for sign in number if sign.isdecimal())
    return (float(digits) if digits else float("inf"), number)
