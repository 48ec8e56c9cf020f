"""How sure the themes of a review are: support, contradictions, saturation and crosstabs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from themeweave import plugins
from themeweave.errors import ReviewError
from themeweave.evidence.support import inclusion_lists, support
from themeweave.findings.vectors import Embedder, centred
from themeweave.report.coded import Answer, CodedFinding
from themeweave.report.crosstab_table import Base, crosstab_table
from themeweave.report.page.records import Contrast
from themeweave.report.sensitivity_table import sensitivity_table
from themeweave.report.support_words import studies_words
from themeweave.report.sureness_tables import bridges_table, contradictions_table, sureness_table
from themeweave.report.tables import Table
from themeweave.review.arranged import arrange
from themeweave.review.files import Progress
from themeweave.review.folder import PERSPECTIVES, THEMES, open_folder
from themeweave.review.nearest import nearest
from themeweave.review.synthesis import Synthesis, synthesise
from themeweave.themes.bridges import Bridge, bridges
from themeweave.themes.contradictions import Contradiction, contradictions, opposing
from themeweave.themes.crosstab import Place
from themeweave.themes.saturation import Saturation, saturation
from themeweave.themes.sensitivity import sensitivity
from themeweave.themes.stability import across_reviews, likeness
from themeweave.themes.sureness import Stated, sureness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIELDS = ("theme", "subtheme", "perspective", "domain", "construct", "valence")
AXES = (*FIELDS, "review", "strand")
STANDARD = (
    ("theme", "perspective"),
    ("theme", "domain"),
    ("theme", "review"),
    ("review", "domain"),
)


def tables_of(path: Path, progress: Progress) -> list[Table]:
    """Give the tables of what the themes of a review rest on, and what speaks against what."""
    return sureness_tables(synthesise(open_folder(path), progress, weighs=False))


def crosstab_of(path: Path, down: str, across: str, base: Base, progress: Progress) -> Table:
    """Cross two axes of a review.

    Raises
    ------
    ReviewError
        Where there is no such axis, or the two are the same.
    """
    for axis in (down, across):
        if axis not in AXES:
            raise ReviewError(
                f"there is no axis '{axis}'{nearest(axis, AXES)}", "", f"Axes: {', '.join(AXES)}."
            )
    if down == across:
        raise ReviewError(f"'{down}' was to be crossed with itself", "", "Name two axes.")
    return crossed(synthesise(open_folder(path), progress, weighs=False), down, across, base)


def sureness_tables(synthesis: Synthesis) -> list[Table]:
    """Build the tables of sureness; none where no finding has a theme."""
    placed = _placed(synthesis)
    if not placed:
        return []
    folder = synthesis.folder
    stated = [_stated(c) for c in placed]
    vectors = _vectors(synthesis, placed)
    together = _together(stated, vectors)
    names = _names(synthesis)
    texts = {c.finding.id: c.finding.text for c in placed}
    ratings = {review.id: review.amstar2 for review in folder.reviews}
    curve = saturation_of(synthesis)
    return [
        sureness_table(sureness(stated, ratings), names, together, _studies(synthesis), curve),
        contradictions_table(contradictions(stated, vectors), names, texts),
        bridges_table(_between(synthesis, stated, vectors), names, texts),
        _sensitivity(synthesis, placed, vectors, ratings),
    ]


def held_together(synthesis: Synthesis) -> dict[str, str]:
    """Say of each theme how many of its findings hold together, in words; by code."""
    placed = _placed(synthesis)
    if not placed:
        return {}
    stated = [_stated(c) for c in placed]
    counts = _together(stated, _vectors(synthesis, placed))
    sizes = Counter(finding.theme for finding in stated)
    return {
        theme: (
            f"{inside} of {sizes[theme]} findings are nearer, in wording, to the rest of this "
            f"theme than to any other; {across} still are when each of their reviews is left out."
        )
        for theme, (inside, across) in counts.items()
    }


def contrasts_at_each_level(synthesis: Synthesis) -> list[Contrast]:
    """Pair findings that point in opposite directions, in each theme and in each subtheme."""
    placed = _placed(synthesis)
    if not placed:
        return []
    vectors = _vectors(synthesis, placed)
    stated = [_stated(c) for c in placed]
    told = [row for row, c in enumerate(placed) if _told(c.subtheme)]
    below = [replace(stated[row], theme=placed[row].subtheme.code_id) for row in told]
    found = contradictions(stated, vectors)
    if below:
        found += contradictions(below, vectors[told])
    return [Contrast(one.theme, one.against, one.for_it, one.likeness) for one in found]


def opposing_of(synthesis: Synthesis) -> list[Contrast]:
    """Give beside each finding those of its theme that point the other way, the nearest first."""
    placed = _placed(synthesis)
    if not placed:
        return []
    found = opposing([_stated(c) for c in placed], _vectors(synthesis, placed))
    return [Contrast(one.theme, one.against, one.for_it, one.likeness) for one in found]


def _sensitivity(
    synthesis: Synthesis,
    placed: Sequence[CodedFinding],
    vectors: NDArray[np.float64],
    ratings: Mapping[str, str],
) -> Table:
    """Look for the lowest themes again without some reviews; residual ones are left out."""
    residual = _residual(synthesis)
    rows = [row for row, c in enumerate(placed) if _lowest(c).code_id not in residual]
    stated = [replace(_stated(placed[row]), theme=_lowest(placed[row]).code_id) for row in rows]
    found = sensitivity(stated, vectors[rows], ratings, synthesis.folder.settings.themes.seed)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row, one in zip(rows, stated, strict=True):
        members[one.theme].append(placed[row].finding.id)
    too_many = bool(stated) and not found
    return sensitivity_table(found, _names(synthesis), members, too_many)


def saturation_of(synthesis: Synthesis) -> Saturation:
    """Count the themes seen as reviews are read; no point where no review states any."""
    by_review = _by_review(synthesis, _placed(synthesis))
    return saturation(by_review, synthesis.folder.settings.themes.seed)


def contradictions_of(synthesis: Synthesis) -> list[Contradiction]:
    """List findings of one theme that point in opposite directions."""
    placed = _placed(synthesis)
    if not placed:
        return []
    vectors = _vectors(synthesis, placed)
    return contradictions([_stated(c) for c in placed], vectors)


def crossed(synthesis: Synthesis, down: str, across: str, base: Base = "findings") -> Table:
    """Cross two axes of a synthesis; themes are taken from the strand that is coded to them."""
    of_themes = {"theme", "subtheme"} & {down, across}
    coded = _in_strand(synthesis) if of_themes else synthesis.coded
    if {"domain", "construct"} & {down, across} and not of_themes:
        strand = synthesis.folder.settings.book(synthesis.folder.framework.id).strand
        coded = tuple(c for c in coded if not strand or c.finding.strand == strand)
    reviews = [review.id for review in synthesis.folder.reviews if review.role == "included"]
    return crosstab_table(
        _places(coded, down),
        _places(coded, across),
        {c.finding.id: c.finding.cited for c in coded},
        _studies(synthesis),
        down=down,
        across=across,
        base=base,
        names=_names(synthesis),
        expected=reviews if down == "review" else (),
    )


def standard_crosstabs(synthesis: Synthesis) -> list[Table]:
    """Build the crosstabs that every run writes."""
    settings = synthesis.folder.settings
    made = [
        crossed(synthesis, down, across, settings.table(f"{down}_by_{across}").base)
        for down, across in STANDARD
    ]
    return arrange(made, settings.tables)


def _together(stated: Sequence[Stated], vectors: NDArray[np.float64]) -> dict[str, tuple[int, int]]:
    """Count by theme the findings that hold together, and those that do across reviews."""
    import numpy as np

    order = list(dict.fromkeys(finding.theme for finding in stated))
    group = np.array([order.index(finding.theme) for finding in stated])
    own, other = likeness(vectors, group)
    inside = np.bincount(group[own > other], minlength=len(order)).tolist()
    holds = across_reviews(vectors, group, [finding.reviews for finding in stated])
    across = np.bincount(group[holds], minlength=len(order)).tolist()
    return dict(zip(order, zip(inside, across, strict=True), strict=True))


def _studies(synthesis: Synthesis) -> Callable[[Iterable[str]], str]:
    """Give the function that says how many primary studies stand behind reviews."""
    lists = inclusion_lists(synthesis.folder.citations)
    return lambda reviews: studies_words(support(reviews, lists))


def _vectors(synthesis: Synthesis, coded: Sequence[CodedFinding]) -> NDArray[np.float64]:
    name = synthesis.folder.settings.themes.embedder
    embed: Embedder = plugins.load("embedders", name, "review.toml, themes.embedder")
    return centred(embed([c.finding.text for c in coded]))


def _in_strand(synthesis: Synthesis) -> tuple[CodedFinding, ...]:
    strand = synthesis.folder.settings.book(THEMES).strand
    return tuple(c for c in synthesis.coded if not strand or c.finding.strand == strand)


def _placed(synthesis: Synthesis) -> list[CodedFinding]:
    return [c for c in _in_strand(synthesis) if _told(c.theme)]


def _between(
    synthesis: Synthesis, stated: Sequence[Stated], vectors: NDArray[np.float64]
) -> list[Bridge]:
    """List findings between themes; a residual theme, such as Other, is no theme to be near."""
    residual = _residual(synthesis)
    rows = [row for row, finding in enumerate(stated) if finding.theme not in residual]
    return bridges([stated[row] for row in rows], vectors[rows]) if rows else []


def _residual(synthesis: Synthesis) -> set[str]:
    codes = synthesis.folder.book(THEMES).codes
    return {code.id for code in codes if code.level == "residual"}


def _by_review(synthesis: Synthesis, placed: Sequence[CodedFinding]) -> dict[str, frozenset[str]]:
    """Give the themes of each review that states any: the lowest told, residual ones left out."""
    residual = _residual(synthesis)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for c in placed:
        for review in c.finding.cited:
            found[review] |= {_lowest(c).code_id} - residual
    return {review: frozenset(themes) for review, themes in found.items()}


def _lowest(c: CodedFinding) -> Answer:
    """Give the subtheme where it is told, the theme otherwise."""
    return c.subtheme if _told(c.subtheme) else c.theme


def _told(answer: Answer) -> bool:
    return bool(answer.code_id) and answer.basis != "unclear"


def _stated(c: CodedFinding) -> Stated:
    voice = c.perspective.code_id if _told(c.perspective) else ""
    valence = c.valence.code_id if _told(c.valence) else ""
    return Stated(c.finding.id, c.theme.code_id, c.theme.confirmed, c.finding.cited, voice, valence)


def _places(coded: Sequence[CodedFinding], axis: str) -> list[Place]:
    """Give the places of findings on an axis; what a sheet says is confirmed."""
    if axis == "review":
        return [Place(c.finding.id, review, True) for c in coded for review in c.finding.cited]
    if axis == "strand":
        return [Place(c.finding.id, c.finding.strand, True) for c in coded if c.finding.strand]
    answers = [(c.finding.id, getattr(c, axis)) for c in coded]
    return [Place(i, a.code_id, a.confirmed) for i, a in answers if _told(a)]


def _names(synthesis: Synthesis) -> dict[str, str]:
    """Give what ids are called, themes and perspectives before what they may share an id with."""
    names = {review.id: review.label for review in synthesis.folder.reviews}
    last = (PERSPECTIVES, THEMES)
    first = [name for name in synthesis.books if name not in last]
    for name in (*first, *last):
        if name in synthesis.books:
            names |= {code.id: code.name for code in synthesis.books[name].codes}
    return names | dict(_candidates(synthesis.coded))


def _candidates(coded: Iterable[CodedFinding]) -> Iterable[tuple[str, str]]:
    for c in coded:
        for answer in (c.theme, c.subtheme):
            if answer.basis == "suggested" and answer.code_id:
                yield answer.code_id, answer.text
