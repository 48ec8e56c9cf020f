"""The table of characteristics: what each included review is, as its sheet states it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.records import Review
from themeweave.report.addresses import row_key
from themeweave.report.references import References
from themeweave.report.tables import Cell, Column, Table
from themeweave.report.words import counted

NOT_STATED = "not stated"
_EXTRA = {  # further columns of the sheet that such tables hold, where a review has them
    "aim": "Aim",
    "country": "Countries",
    "countries": "Countries",
    "setting": "Setting",
    "intervention": "Intervention",
    "format": "Format",
    "comparison": "Comparison",
    "participants": "Participants",
    "databases": "Databases",
    "designs": "Study designs",
    "funding": "Funding",
}


_OWN = "Rated by the team's own appraisal."


@dataclass(frozen=True, slots=True)
class Known:
    """What the review folder itself knows of a review."""

    studies: int | None  # in its inclusion list; None where that is not known
    findings: tuple[str, ...]  # ids
    rating: str = ""  # AMSTAR 2; empty where it is not known
    own: bool = False  # whether the rating is the team's own appraisal


def characteristics_table(
    reviews: Sequence[Review],
    known: Mapping[str, Known],
    refs: References,
    voices: Mapping[str, str],
) -> Table:
    """Build the table of the included reviews, in the order of their labels.

    Parameters
    ----------
    reviews
        All of the sheet; background sources are left out and counted in the notes.
    known
        By review.
    voices
        Names of perspectives, by code.

    Notes
    -----
    A column that no review has anything in is left out, which the notes say.
    """
    included = [review for review in reviews if review.role == "included"]
    included.sort(key=lambda review: refs.labels.get(review.id, review.label).casefold())
    described = {
        "type": ("Type of review", [review.type for review in included]),
        "population": ("Population", [review.population for review in included]),
        **_extra(included),
        "searched": ("Last search", [review.searched for review in included]),
        "strands": ("Strands", ["; ".join(review.strands) for review in included]),
        "sampled": (
            "Views sampled",
            ["; ".join(voices.get(v, v) for v in review.sampled) for review in included],
        ),
    }
    shown = {key: pair for key, pair in described.items() if any(pair[1])}
    columns = (
        Column("Review", 1.3, key="review"),
        *(Column(heading, 1.3, key=key) for key, (heading, _) in shown.items()),
        Column("Primary studies", 0.8, "right", key="studies"),
        Column("Findings", 0.7, "right", key="findings"),
        Column("Quality (AMSTAR 2)", 1.0, key="quality"),
    )
    rows = []
    for place, review in enumerate(included):
        facts = known[review.id]
        label = refs.labels.get(review.id, review.label)
        number = f" {refs.cite([review.id])}" if refs.style == "numbered" else ""
        rows.append(
            (
                Cell(label + number, strong=True, sources=facts.findings),
                *(Cell(_said(values[place])) for _, values in shown.values()),
                _count(facts.studies),
                Cell(
                    str(len(facts.findings)),
                    number=float(len(facts.findings)),
                    sources=facts.findings,
                ),
                Cell(_said(facts.rating, "unknown"), notes=(_OWN,) if facts.own else ()),
            )
        )
    left = [heading for key, (heading, values) in described.items() if key not in shown]
    background = len(reviews) - len(included)
    return Table(
        "characteristics",
        "Characteristics of the included reviews",
        columns,
        tuple(rows),
        tuple(_notes(included, [known[r.id] for r in included], background, left)),
        tuple(row_key(review.id) for review in included),
        refs.bibliography([r.id for r in included]) if refs.style == "numbered" else (),
    )


def _extra(included: Sequence[Review]) -> dict[str, tuple[str, list[str]]]:
    """Give the further columns of the sheet that belong here, in the order of the sheet."""
    named = dict.fromkeys(name for review in included for name, _ in review.more)
    return {
        row_key(name): (_EXTRA[name.casefold()], [dict(r.more).get(name, "") for r in included])
        for name in named
        if name.casefold() in _EXTRA
    }


def _said(value: str, otherwise: str = NOT_STATED) -> str:
    parts = [part.strip().replace("_", " ") for part in value.split(";")]
    return "; ".join(part for part in parts if part) or otherwise


def _count(number: int | None) -> Cell:
    return Cell("unknown") if number is None else Cell(str(number), number=float(number))


def _notes(
    included: Sequence[Review], known: Sequence[Known], background: int, left: Sequence[str]
) -> Iterator[str]:
    kinds = Counter(review.type for review in included if review.type)
    named = "; ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    aside = f"; {counted(background, 'background source')} left out" if background else ""
    yield (
        f"Base: {counted(len(included), 'included review')}"
        + (f" ({named})" if named else "")
        + f"{aside}. As the sheet of reviews states it; nothing here is suggested by the program."
    )
    lists = sum(one.studies is not None for one in known)
    carrying = sum(bool(one.findings) for one in known)
    yield (
        f"Primary studies: in the review's inclusion list, known for {lists} of {len(known)}; "
        f"unknown is not none. Findings: extracted for this review; {carrying} of {len(known)} "
        "reviews carry any. A finding that several reviews state counts for each of them."
    )
    rated, own = sum(bool(one.rating) for one in known), sum(one.own for one in known)
    yield (
        f"Quality: rated for {rated} of {len(known)} reviews, {own} of them by the team's own "
        "appraisal, the others as the sheet of reviews gives it."
    )
    if left:
        yield f"Not stated for any review, so without a column: {', '.join(left)}."
