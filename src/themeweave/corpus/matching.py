"""Which review a reference is: by DOI, by PubMed number, then by title, year and first author.

Only what leaves no choice is matched. Where several reviews fit, or an identifier agrees and the
title does not, the reference is reported with the reviews it may be, and a person decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from themeweave.corpus.records import Reference, Review
from themeweave.corpus.references.identity import doi_in, plain, pmid_in, same_title, year_in

_LABEL = re.compile(
    r"(.+?)(?:,?\s+et\s+al\.?|\s*(?:&|,|\band\b).*?)?[\s,(]+((?:19|20)\d\d)[a-z]?\)?"
)


def match_reviews(references: Sequence[Reference], reviews: Sequence[Review]) -> dict[str, str]:
    """Match references to reviews.

    Parameters
    ----------
    references
        Of one document.
    reviews
        Those of reviews.csv. A PubMed number counts where the id or the DOI column is written as
        ``PMID 1234567``. A review with neither title nor identifier goes by its label (first author
        and year), where one reference and one review have it.

    Returns
    -------
    dict
        From reference id to review id, in the order of the references; those that are no review, or
        may be several (`ambiguous_reviews`), are left out.

    Examples
    --------
    >>> listed = [Reference("4", authors=("Roe",), year="2019", title="Hope on wards: a review")]
    >>> match_reviews(listed, [Review("R1", "Roe 2019", title="Hope on Wards - A Review")])
    {'4': 'R1'}
    """
    fitting = _fitting(references, reviews)
    return {key: ids[0] for key, (ids, sure) in fitting.items() if sure and len(ids) == 1}


def ambiguous_reviews(
    references: Sequence[Reference], reviews: Sequence[Review]
) -> dict[str, tuple[str, ...]]:
    """List the references that may be one of several reviews, or one whose title speaks against it.

    Examples
    --------
    >>> listed = [Reference("4", authors=("Roe",), year="2019", title="Hope", doi="10.1000/x")]
    >>> ambiguous_reviews(listed, [Review("R1", "Roe 2019", title="Debt", doi="10.1000/x")])
    {'4': ('R1',)}
    """
    fitting = _fitting(references, reviews)
    return {key: ids for key, (ids, sure) in fitting.items() if not (sure and len(ids) == 1)}


def _fitting(
    references: Sequence[Reference], reviews: Sequence[Review]
) -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """Give for each reference that may be a review: which ones, and whether nothing speaks against.

    The first of DOI, PubMed number, title and label that any review shares decides.
    """
    shared: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in reviews:
        for sign in _signs(review):
            shared[sign].append(review)
    labels: dict[tuple[str, str], int] = defaultdict(int)
    for reference in references:
        labels[_author_year(reference)] += 1
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for reference in references:
        for sign in (("doi", reference.doi.lower()), ("pmid", reference.pmid)):
            fitting = shared.get(sign, []) if sign[1] else []
            if fitting:
                agree = all(same_title(reference.title, review.title) for review in fitting)
                found[reference.id] = _ids(fitting), agree
                break
        else:
            fitting = [
                review
                for review in shared.get(("title", plain(reference.title)), [])
                if reference.title and _same_year_and_author(reference, review)
            ]
            if fitting:
                found[reference.id] = (
                    _ids(fitting),
                    not any(_identifiers_differ(reference, review) for review in fitting),
                )
                continue
            label = _author_year(reference)
            fitting = shared.get(("label", " ".join(label)), []) if all(label) else []
            if fitting:
                found[reference.id] = _ids(fitting), labels[label] == 1
    return found


def _signs(review: Review) -> list[tuple[str, str]]:
    """Give all that a review can be known by; its label only where there is nothing better."""
    signs = [
        ("doi", doi_in(review.doi)),
        ("pmid", pmid_in(review.id) or pmid_in(review.doi)),
        ("title", plain(review.title)),
    ]
    known = [(kind, value) for kind, value in signs if value]
    author, year = _label(review)
    return known or ([("label", f"{author} {year}")] if author and year else [])


def _label(review: Review) -> tuple[str, str]:
    found = _LABEL.fullmatch(review.label.strip())
    author = plain(found.group(1)) if found else ""
    return author, year_in(review.year) or (found.group(2) if found else "")


def _author_year(reference: Reference) -> tuple[str, str]:
    first = plain(reference.authors[0]) if reference.authors else ""
    return first, year_in(reference.year)


def _same_year_and_author(reference: Reference, review: Review) -> bool:
    """Tell whether year and first author agree as far as both are known."""
    pairs = zip(_author_year(reference), _label(review), strict=True)
    return all(not one or not other or one == other for one, other in pairs)


def _identifiers_differ(reference: Reference, review: Review) -> bool:
    doi = doi_in(review.doi)
    return bool(reference.doi and doi and reference.doi.lower() != doi)


def _ids(reviews: Sequence[Review]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(review.id for review in reviews))
