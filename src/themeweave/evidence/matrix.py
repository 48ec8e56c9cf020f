"""The citation matrix made ready: publications of one study merged, cells that cannot be ticked.

Both choices move the overlap, so both are said with the number: a study with several papers is one
row, and a study that appeared after a review's last search could not be in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.corpus.references.identity import year_in


@dataclass(frozen=True, slots=True)
class Gaps:
    """The cells in which no tick can stand, and what speaks against the years."""

    cells: tuple[Citation, ...]
    contradicted: tuple[Citation, ...]  # ticked although the years forbid it; not gaps
    undated: int  # studies and reviews without a year: their cells are taken as possible
    by_publication: int  # reviews whose last search is not known: their own year is taken


def merge_threads(
    citations: Iterable[Citation], studies: Sequence[PrimaryStudy]
) -> tuple[list[Citation], list[PrimaryStudy]]:
    """Make the publications of one study one row of the matrix.

    Parameters
    ----------
    citations, studies
        As they stand; a study with a ``thread`` is a publication of the study of that id.

    Returns
    -------
    citations, studies
        With the thread's id in the place of its publications'. Its year is the earliest known, its
        label that of the publication with this id, or of the first.

    Examples
    --------
    >>> first, second = PrimaryStudy("p1", "Roe 2010"), PrimaryStudy("p2", "Roe 2012", thread="p1")
    >>> merge_threads([Citation("R1", "p1"), Citation("R2", "p2")], [first, second])[0]
    [Citation(review_id='R1', study_id='p1'), Citation(review_id='R2', study_id='p1')]
    """
    thread_of = {study.id: study.thread or study.id for study in studies}
    merged = dict.fromkeys(
        Citation(tick.review_id, thread_of.get(tick.study_id, tick.study_id)) for tick in citations
    )
    groups: defaultdict[str, list[PrimaryStudy]] = defaultdict(list)
    for study in studies:
        groups[thread_of[study.id]].append(study)
    rows = []
    for thread, papers in groups.items():
        named = next((paper for paper in papers if paper.id == thread), papers[0])
        years = [paper.year for paper in papers if paper.year]
        rows.append(
            PrimaryStudy(
                thread, named.label, min(years, default=""), "", named.title, named.doi, named.pmid
            )
        )
    return list(merged), rows


def structural_gaps(
    citations: Iterable[Citation], studies: Iterable[PrimaryStudy], reviews: Iterable[Review]
) -> Gaps:
    """Find the cells of studies that are newer than a review's last search.

    Parameters
    ----------
    citations
        The ticks, threads merged.
    studies
        The rows. A study goes by its year.
    reviews
        The columns, each with a known list. A review goes by the year of its last search
        (``searched``), else by its own year.

    Examples
    --------
    >>> old = Review("R1", "Ng 2010", searched="2009")
    >>> structural_gaps([], [PrimaryStudy("s1", "Roe 2012", "2012")], [old]).cells
    (Citation(review_id='R1', study_id='s1'),)
    """
    ticks = set(citations)
    dated = [(study.id, study.year) for study in studies]
    columns = list(reviews)
    last = {review.id: year_in(review.searched) or year_in(review.year) for review in columns}
    forbidden = [
        Citation(review, study)
        for review, searched in last.items()
        for study, year in dated
        if searched and year and year > searched
    ]
    undated = sum(not year for _, year in dated) + sum(not year for year in last.values())
    return Gaps(
        tuple(cell for cell in forbidden if cell not in ticks),
        tuple(cell for cell in forbidden if cell in ticks),
        undated,
        sum(bool(last[r.id]) and not year_in(r.searched) for r in columns),
    )


def matrix_rows(
    citations: Iterable[Citation],
    studies: Sequence[PrimaryStudy],
    reviews: Sequence[Review],
    gaps: Iterable[Citation] = (),
) -> list[dict[str, str]]:
    """Write the citation matrix: 1 for a tick, 0 for none, NA where none can be.

    Examples
    --------
    >>> rows, columns = [PrimaryStudy("s1", "Roe 2012", "2012")], [Review("R1", "Ng 2020")]
    >>> matrix_rows([Citation("R1", "s1")], rows, [*columns, Review("R2", "Po 2019")])
    [{'study': 's1', 'label': 'Roe 2012', 'year': '2012', 'Ng 2020': '1', 'Po 2019': '0'}]
    """
    heads = headings(reviews)
    marks = dict.fromkeys(gaps, "NA") | dict.fromkeys(citations, "1")
    return [
        {
            "study": study.id,
            "label": study.label,
            "year": study.year,
            **{heads[r.id]: marks.get(Citation(r.id, study.id), "0") for r in reviews},
        }
        for study in studies
    ]


def headings(reviews: Sequence[Review]) -> Mapping[str, str]:
    """Give each review the head of its column: its label, with its id where two are alike.

    Examples
    --------
    >>> headings([Review("R1", "Ng 2020"), Review("R2", "Ng 2020")])
    {'R1': 'Ng 2020 (R1)', 'R2': 'Ng 2020 (R2)'}
    """
    labels = [review.label for review in reviews]
    return {
        review.id: review.label
        if labels.count(review.label) == 1
        else f"{review.label} ({review.id})"
        for review in reviews
    }
