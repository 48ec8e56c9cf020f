"""How it was made, in words: what tables, page and manifest say of methods and versions."""

from __future__ import annotations

from themeweave.evidence.overlap import overlap_bounds
from themeweave.evidence.support import inclusion_lists, support
from themeweave.report.support_words import independent_words, studies_words
from themeweave.review.folder import ReviewFolder
from themeweave.review.synthesis import Synthesis

_INTERVALS = {
    "z": "Wald",
    "t": "t",
    "knha": "Knapp-Hartung",
    "adhoc": "Knapp-Hartung (factor kept at 1 or above)",
}


def effects_words(synthesis: Synthesis) -> str:
    """Say in one sentence how the study results were pooled."""
    settings = synthesis.folder.settings
    chosen = settings.pooling()
    interval = _INTERVALS[chosen.ci]
    if chosen.ci_fallback != chosen.ci:
        interval += f" ({_INTERVALS[chosen.ci_fallback]} with two studies or where tau² is 0)"
    return (
        f"{settings.effects.measure}, random effects with tau² by {chosen.method} and {interval} "
        f"intervals (preset {chosen.name}); common effect by inverse variance with a Wald "
        "interval; several results of one study on one outcome are averaged, with a correlation of "
        f"{settings.effects.within_study_correlation:g} between them. Positive values favour the "
        "intervention."
    )


def withheld_words(folder: ReviewFolder) -> str:
    """Say how much is coded blind, and so is in nothing that is made of the folder; or nothing."""
    if not folder.withheld:
        return ""
    return (
        f"{folder.withheld} rulings, memos and marks are blind still: they count once their "
        "coders have all submitted ('themeweave team status')"
    )


def package_versions() -> dict[str, str]:
    """Give the versions of the packages that numbers and words depend on."""
    from importlib.metadata import version

    names = (
        *("jinja2", "matplotlib", "networkx", "numpy", "onnxruntime", "pandas", "python-docx"),
        *("scikit-learn", "scipy", "spacy", "xlsxwriter"),
    )
    return {name: version(name) for name in names}


def python_version() -> str:
    """Give the version of Python that runs."""
    from platform import python_version as version

    return version()


def studies_fact(synthesis: Synthesis) -> tuple[str, str]:
    """Say how many primary studies the included reviews hold, and how far they overlap."""
    folder = synthesis.folder
    included = [review.id for review in folder.reviews if review.role == "included"]
    found = support(included, inclusion_lists(folder.citations))
    totals = folder.settings.review.studies_in_reviews
    lists = f"inclusion lists known for {len(found.known)} of {len(found.reviews)} reviews"
    if not totals:
        worth = f"; independent reviews: {independent_words(found)}"
        return studies_words(found), lists + (worth if len(found.known) > 1 else "")
    studies, words = _bounded(synthesis.folder)
    return studies, f"as published; {lists}; overlap (CCA) {words}"


def bounds_words(folder: ReviewFolder) -> str:
    """Say how published totals bound the overlap of the included reviews; empty without totals."""
    if not folder.settings.review.studies_in_reviews:
        return ""
    studies, words = _bounded(folder)
    included = sum(review.role == "included" for review in folder.reviews)
    return (
        f"Published totals of the {included} included reviews ({studies} primary studies): CCA "
        f"{words}."
    )


def _bounded(folder: ReviewFolder) -> tuple[str, str]:
    """Give the published number of studies, and how far the totals bound the CCA, in words."""
    included = sum(review.role == "included" for review in folder.reviews)
    totals = folder.settings.review.studies_in_reviews
    bounds = overlap_bounds(totals, included, "review.toml, review.studies_in_reviews")
    if bounds.cca is None:
        return str(bounds.studies), bounds.bands[0]
    low, high = bounds.cca
    bands = " to ".join(dict.fromkeys(bounds.bands))
    words = f"between {100 * low:.1f}% and {100 * high:.1f}%: {bands}"
    return str(bounds.studies), words
