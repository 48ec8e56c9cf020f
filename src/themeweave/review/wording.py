"""How it was made, in words: what tables, page and manifest say of methods and versions."""

from __future__ import annotations

from themeweave.evidence.overlap import overlap_bounds
from themeweave.evidence.support import inclusion_lists, support
from themeweave.report.support_words import independent_words, studies_words
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


def package_versions() -> dict[str, str]:
    """Give the versions of the packages that numbers and words depend on."""
    from importlib.metadata import version

    names = ("matplotlib", "networkx", "numpy", "pandas", "scikit-learn", "scipy", "spacy")
    return {name: version(name) for name in names}


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
    bounds = overlap_bounds(totals, len(included), "review.toml, review.studies_in_reviews")
    note = f"as published; {lists}"
    if bounds.cca is not None:
        low, high = bounds.cca
        bands = " to ".join(dict.fromkeys(bounds.bands))
        note += f"; overlap (CCA) between {100 * low:.1f}% and {100 * high:.1f}%: {bands}"
    return str(bounds.studies), note
