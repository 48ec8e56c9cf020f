"""Appraisals shown: the table and the lights of each profile, and how far appraisers agreed."""

from __future__ import annotations

from collections.abc import Mapping

from themeweave.codes.agreement import Agreement
from themeweave.evidence.appraisal import CONSENSUS, appraisers_agree, settle
from themeweave.report.appraisal_table import appraisal_table, slugged
from themeweave.report.figures.canvas import Picture
from themeweave.report.figures.traffic_lights import appraisal_summary, traffic_lights
from themeweave.report.tables import Table
from themeweave.review.appraisals import Appraised, unfinished
from themeweave.review.folder import ReviewFolder


def appraisal_of(appraised: Appraised, labels: Mapping[str, str]) -> Table:
    """Build the table of one profile, with what is known of the appraisers' agreement."""
    settled = settle(appraised.profile, appraised.judgements)
    return appraisal_table(appraised.profile, settled, labels, agreement_notes(appraised))


def agreement_notes(appraised: Appraised) -> tuple[str, ...]:
    """Say how far appraisers agreed before their consensus, or why that cannot be said yet."""
    people = {j.appraiser for j in appraised.judgements} - {CONSENSUS}
    if len(people) < 2:
        return ("One appraiser: there is no agreement to compute.",)
    if left := unfinished(appraised):
        return (f"Agreement is computed once all are done: {'; '.join(left)}.",)
    found = dict(appraisers_agree(appraised.profile, appraised.judgements))
    said = f"Agreement of {len(people)} appraisers, before consensus"
    return tuple(
        f"{said}, on {what}: {statistics_words(found[what])}."
        for what in ("all items", "overall rating")
        if what in found
    )


def statistics_words(found: tuple[Agreement, ...]) -> str:
    """Write statistics one after another, percent first.

    Examples
    --------
    >>> from themeweave.codes.agreement import percent, read_labels
    >>> statistics_words((percent(read_labels([["a", "a"], ["a", "b"]])),))
    'percent agreement 50.0% (2 units)'
    """
    said = []
    for one in found:
        if one.value is None:
            said.append(f"{one.statistic} undefined ({one.reason})")
        elif one.statistic == "percent agreement":
            said.append(f"{one.statistic} {100 * one.value:.1f}% ({one.units} units)")
        else:
            said.append(f"{one.statistic} {one.value:.2f}")
    return ", ".join(said)


def appraisal_pictures(folder: ReviewFolder) -> dict[str, Picture]:
    """Draw the lights and the summary of each profile, by file stem."""
    labels = {review.id: review.label for review in folder.reviews}
    drawn: dict[str, Picture] = {}
    for name, appraised in folder.appraisals.items():
        settled = settle(appraised.profile, appraised.judgements)
        stem, profile = f"appraisal_{slugged(name)}", appraised.profile
        drawn[stem] = traffic_lights(
            profile, settled, labels, f"{profile.tool}: each {profile.of} by item"
        )
        title = f"{profile.tool}: each item over {len(settled)} {profile.of}s"
        drawn[f"{stem}_summary"] = appraisal_summary(profile, settled, title)
    return drawn
