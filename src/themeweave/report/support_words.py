"""Support in words: the bases of a table's cell, unknown as unknown, and collapse made plain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from themeweave.evidence.support import COLLAPSE, Support
from themeweave.report.words import counted

# From the reviews that some findings cite, with how many findings and confirmed, to their support.
Supporting = Callable[[Collection[str], int, int], Support]

COLLAPSED = "▼"
STUDIES_NOTE = (
    "Primary studies: distinct studies in the reviews' inclusion lists, as far as those are known; "
    "unknown is not none."
)
INDEPENDENT_NOTE = (
    "Independent reviews: distinct studies over the mean number of studies in a review, which is "
    "all reviews where none share a study, and 1 where they hold the same studies."
)
COLLAPSE_NOTE = f"{COLLAPSED} {COLLAPSE}."


def studies_words(found: Support) -> str:
    """Say how many distinct primary studies there are.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> lists = {"R1": frozenset({"s1"})}
    >>> studies_words(support(["R1", "R2"], lists)), studies_words(support(["R2"], lists))
    ('1+ (1 of 2 lists known)', 'unknown (0 of 1 lists known)')
    """
    if not found.reviews:
        return "no review cited"
    if found.exact:
        return str(found.studies)
    count = f"{found.studies}+" if found.known else "unknown"
    return f"{count} ({len(found.known)} of {len(found.reviews)} lists known)"


def independent_words(found: Support) -> str:
    """Say what the reviews are worth once their overlap is taken off.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> same = {"R1": frozenset({"s1"}), "R2": frozenset({"s1"})}
    >>> independent_words(support(["R1", "R2"], same)), independent_words(support(["R9"], same))
    ('1.0 of 2 ▼', 'unknown')
    """
    if not found.reviews:
        return "no review cited"
    if found.independent is None or (len(found.known) == 1 and not found.exact):
        return "unknown"
    known = len(found.known)
    value = f"{found.independent:.1f}" if known > 1 else "1"
    of = f"{value} of {known}" if found.exact else f"{value} of {known} known"
    return f"{of} {COLLAPSED}" if found.collapses else of


def support_words(found: Support) -> str:
    """Say all bases in one line, for the heads of groups.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> support_words(support(["R1"], {}, 3, 1))
    '3 findings (1 confirmed), 1 review, primary studies unknown (0 of 1 lists known)'
    """
    said = f"{counted(found.findings, 'finding')} ({found.confirmed} confirmed)"
    if not found.reviews:
        return f"{said}, no review cited"
    said += f", {counted(len(found.reviews), 'review')}"
    if found.exact:
        said += f", {counted(found.studies, 'primary study')}"
    else:
        said += f", primary studies {studies_words(found)}"
    if len(found.known) > 1:
        said += f", independent reviews {independent_words(found)}"
    return said


def rests_words(found: Support) -> str:
    """Say what stands behind the reviews of a theme, for the page; empty where none is cited.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> same = {"R1": frozenset({"s1"}), "R2": frozenset({"s1"})}
    >>> rests_words(support(["R1", "R2"], same))
    '1 primary study; worth 1.0 of 2 independent reviews ▼ support collapses'
    >>> rests_words(support(["R9"], same))
    'primary studies unknown'
    """
    if not found.reviews:
        return ""
    if not found.known:
        return "primary studies unknown"
    studies = counted(found.studies, "primary study")
    if not found.exact:
        lists = f"{len(found.known)} of {len(found.reviews)} lists known"
        studies = f"at least {studies} ({lists})"
    if len(found.known) < 2 or found.independent is None:
        return studies
    known = "" if found.exact else " known"
    worth = f"worth {found.independent:.1f} of {len(found.known)}{known} independent reviews"
    return f"{studies}; {worth}" + (f" {COLLAPSED} support collapses" if found.collapses else "")


def notes_on(found: Iterable[Support]) -> Sequence[str]:
    """Give the notes that a table with these supports needs."""
    listed = list(found)
    said = [STUDIES_NOTE]
    if any(len(one.known) > 1 for one in listed):
        said.append(INDEPENDENT_NOTE)
    if any(one.collapses for one in listed):
        said.append(COLLAPSE_NOTE)
    return said
