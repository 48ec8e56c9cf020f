"""Reading the sheets of reviews and of citations: which review holds which primary study."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.corpus.references.identity import doi_in, year_in
from themeweave.corpus.sheets import Row, Sheet, values

REVIEW_COLUMNS = ("id", "label")
_OURS = {
    *("id", "label", "role", "type", "population", "amstar2", "sampled", "title", "year", "doi"),
    *("strands", "searched", "reports", "reference", "authors", "journal"),
}
CITATION_COLUMNS = ("review", "study")


def read_reviews(sheet: Sheet, perspectives: Collection[str]) -> tuple[list[Review], list[str]]:
    """Read reviews.csv: the reviews, and the faults of its rows.

    Parameters
    ----------
    sheet
        With the columns id and label; role, type, population, amstar2, sampled, title, year,
        doi, strands, searched, reports, authors and journal are read where they are there; what
        further columns say is kept for the table of characteristics.
    perspectives
        The codes that the column ``sampled`` may name.
    """
    reviews: list[Review] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for row in sheet.rows:
        review_id, role = row["id"], row["role"] or "included"
        if not review_id:
            faults.append(f"{sheet.place(row, 'id')}: empty")
        elif review_id in seen:
            faults.append(
                f"{sheet.place(row, 'id')}: '{review_id}' already stands in row {seen[review_id]}"
            )
        seen.setdefault(review_id, row.number)
        if role not in ("included", "background"):
            faults.append(f"{sheet.place(row, 'role')}: '{role}' must be included or background")
        sampled = values(row["sampled"])
        faults += [
            f"{sheet.place(row, 'sampled')}: '{code}' is not a code of the perspectives codebook"
            for code in sampled
            if code not in perspectives
        ]
        reviews.append(
            Review(
                review_id,
                row["label"] or review_id,
                "background" if role == "background" else "included",
                row["type"],
                row["population"],
                row["amstar2"],
                sampled,
                row["title"],
                row["year"],
                row["doi"],
                values(row["strands"]),
                row["searched"],
                values(row["reports"] or row["reference"]),
                row["authors"],
                row["journal"],
                tuple((name, row[name]) for name in sheet.columns if name not in _OURS),
            )
        )
    return reviews, faults


def read_citations(
    sheet: Sheet, reviews: Sequence[Review]
) -> tuple[list[Citation], list[PrimaryStudy], list[str]]:
    """Read citations.csv, one row for each primary study in each review whose list is known.

    Besides review and study, the columns label, year (else the year in the label), thread, title,
    doi and pmid are read where they are there. A thread is the id of the study that this one is a
    further publication of.
    """
    known = {review.id for review in reviews}
    citations: dict[Citation, int] = {}
    studies: dict[str, PrimaryStudy] = {}
    faults: list[str] = []
    for row in sheet.rows:
        place = f"{sheet.name}, row {row.number}"
        review_id, study_id = row["review"], row["study"]
        if not review_id:
            faults.append(f"{sheet.place(row, 'review')}: empty")
        elif review_id not in known:
            faults.append(
                f"{sheet.place(row, 'review')}: '{review_id}' is not listed in reviews.csv"
            )
        if not study_id:
            faults.append(f"{sheet.place(row, 'study')}: empty")
        citation = Citation(review_id, study_id)
        if citation in citations:
            faults.append(f"{place}: the same review and study stand in row {citations[citation]}")
        citations.setdefault(citation, row.number)
        studies.setdefault(study_id, _study(row))
    faults += [
        f"{sheet.name}, study '{study.id}': its thread '{study.thread}' is itself part of "
        f"the thread '{studies[study.thread].thread}'; name the one study that all are part of"
        for study in studies.values()
        if study.thread in studies and studies[study.thread].thread not in ("", study.thread)
    ]
    return list(citations), list(studies.values()), faults


def _study(row: Row) -> PrimaryStudy:
    label = row["label"] or row["study"]
    thread = row["thread"] if row["thread"] != row["study"] else ""
    return PrimaryStudy(
        row["study"],
        label,
        year_in(row["year"] or label),
        thread,
        row["title"],
        doi_in(row["doi"]),
        row["pmid"],
    )
