"""Joint display of a folder: outcomes linked to themes by people, with suggestions by likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.effects.directions import DirectionPlot
from themeweave.effects.outcomes import interval_words
from themeweave.evidence.confidence import OVERALL, Confidence
from themeweave.findings.vectors import fit_pair
from themeweave.report.direction_table import vote_words
from themeweave.report.joint_table import Meeting
from themeweave.report.support_words import support_words
from themeweave.report.words import counted
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.synthesis import Synthesis

LINK_COLUMNS = ("outcome", "theme", "name", "likeness", "linked", "note")
MOST_THEMES = 3  # suggested for one outcome


def meetings(
    synthesis: Synthesis, found: Sequence[Confidence], directions: DirectionPlot | None
) -> list[Meeting]:
    """Put each linked outcome beside its theme."""
    folder = synthesis.folder
    by_theme = {one.theme: one for one in found}
    effects = _effects(synthesis)
    made = []
    for outcome, theme, note in folder.confidence.links:
        one = by_theme.get(theme)
        certainty = folder.confidence.grade.get(outcome)
        votes = directions.votes.get(outcome) if directions else None
        judged = one.judged.get(OVERALL) if one else None
        made.append(
            Meeting(
                outcome,
                theme,
                effects.get(outcome, "not pooled"),
                vote_words(votes) if votes else "not reported",
                f"{certainty.level}\n{certainty.explanation}" if certainty else "not judged",
                one.statement if one else folder.book(THEMES).name(theme),
                support_words(one.support) if one else "no finding stands here",
                judged.level if judged else "not judged",
                note,
                _sources(synthesis, theme),
            )
        )
    return made


def _effects(synthesis: Synthesis) -> Mapping[str, str]:
    """Give each outcome's effect in words: pooled here, else as reviews print it."""
    said: dict[str, list[str]] = {}
    labels = {review.id: review.label for review in synthesis.folder.reviews}
    sheet = synthesis.folder.effects
    for row in sheet.rows if sheet else ():
        if row["level"] in ("pooled", "single") and row["estimate"]:
            words = f"{row['measure']} {row['estimate']} ({row['ci_lb']} to {row['ci_ub']})"
            words += f", {labels.get(row['source'], row['source'])}, as printed"
            for name in {row["outcome"], row["outcome_domain"]} - {""}:
                said.setdefault(name, []).append(words)
    printed = {
        name: "\n".join(listed)
        if len(listed) <= 3
        else f"{counted(len(listed), 'printed effect')}, see effects_reported"
        for name, listed in said.items()
    }
    measure = synthesis.folder.settings.effects.measure
    pooled = {
        outcome.name: f"{measure} "
        + interval_words(outcome.random.estimate, outcome.random.ci_lb, outcome.random.ci_ub)
        + f", {counted(outcome.random.k, 'study')}, pooled here"
        for outcome in synthesis.outcomes
    }
    return {**printed, **pooled}


def _sources(synthesis: Synthesis, theme: str) -> tuple[str, ...]:
    return tuple(
        c.finding.id for c in synthesis.coded if theme in (c.theme.code_id, c.subtheme.code_id)
    )


def outcome_names(folder: ReviewFolder) -> list[str]:
    """List what was measured: outcomes, and the domains that they are put in."""
    names: dict[str, None] = {}
    for row in folder.effects.rows if folder.effects else ():
        for name in (row["outcome_domain"], row["outcome"]):
            if name:
                names[name] = None
    return list(names)


def suggested_links(synthesis: Synthesis) -> list[dict[str, str]]:
    """Suggest for each outcome the themes whose words are most like its own.

    Returns
    -------
    rows of confidence/links
        Links that people made come first and are kept. A suggestion counts only once somebody
        writes yes into the column ``linked``.
    """
    folder = synthesis.folder
    book = folder.book(THEMES)
    made = {(outcome, theme): note for outcome, theme, note in folder.confidence.links}
    rows = [
        _link(outcome, theme, book.name(theme), "", "yes", note)
        for (outcome, theme), note in made.items()
    ]
    names, codes = outcome_names(folder), [code for code in book.codes if code.level != "residual"]
    if not names or not codes:
        return rows
    texts = []
    for code in codes:
        held = [c.finding.text for c in synthesis.coded
                if code.id in (c.theme.code_id, c.subtheme.code_id)]  # fmt: skip
        texts.append(" ".join([code.name, code.definition, *code.cues, *held]))
    alike = fit_pair(texts, characters=True)(names)
    for name, row in zip(names, alike, strict=True):
        for place in (-row).argsort(kind="stable")[:MOST_THEMES]:
            if row[place] > 0 and (name, codes[place].id) not in made:
                likeness = f"{row[place]:.2f}"
                rows.append(_link(name, codes[place].id, codes[place].name, likeness, "", ""))
    return rows


def _link(
    outcome: str, theme: str, name: str, likeness: str, linked: str, note: str
) -> dict[str, str]:
    return dict(zip(LINK_COLUMNS, (outcome, theme, name, likeness, linked, note), strict=True))
