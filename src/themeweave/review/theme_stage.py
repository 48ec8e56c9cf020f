"""The stage of themes: what people decided is learned from, and the remainder is grouped.

Without any finding in a theme by people's word, all findings are grouped into candidates. With
some, the others are suggested for the theme that they are nearest to, where they fit; candidates
are then proposed for the remainder only. This is best-fit framework synthesis with a codebook
that was there before, and learning as people decide with one that grows. Where a codebook gives
names and definitions only, themes without findings are told by these; cues, rules and examples
are read with the other codebooks' (`codes.ensemble`), which is better where there are any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave import plugins
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Suggestion, by_finding, settle
from themeweave.findings.records import Finding
from themeweave.findings.vectors import Embedder, centred
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.themes.carry import kept
from themeweave.themes.place import Near, nearest_theme
from themeweave.themes.propose import FEWEST, Proposal, propose

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEARNER = "near@3"
_SHARPNESS = 5.0  # turns margins into shares; so, on 28 sets of ours, shares are as often right


@dataclass(frozen=True, slots=True)
class Placing:
    """What the stage says of findings that people have not placed."""

    learned: tuple[Suggestion, ...]  # by nearness to people's findings and themes' names
    remainder: tuple[str, ...]  # findings that fit no theme with findings in it
    candidates: Proposal | None  # for the remainder; None with too few
    taken_in: int  # findings in themes: by people, and suggested because they fit


def place_themes(folder: ReviewFolder, findings: Sequence[Finding]) -> Placing:
    """Place the findings that are coded to themes."""
    settings = folder.settings.themes
    embedder = plugins.load("embedders", settings.embedder, "review.toml, themes.embedder")
    given = peoples_themes(folder)
    placed = {row: given[f.id] for row, f in enumerate(findings) if f.id in given}
    book = folder.book(THEMES)
    # what is left over ("Other") has nothing in common, so it draws nothing
    seeds = {row: code for row, code in placed.items() if book.by_id[code].level != "residual"}
    texts = [finding.text for finding in findings]
    learned: list[Suggestion] = []
    rest = list(range(len(findings)))
    worded = any(code.cues or code.include or code.examples for code in book.codes)
    # themes without findings are told by their names only where the codebook says no more of them
    themes = [c for c in book.suggestible() if not worded or c.id in seeds.values()]
    if themes and len(findings) >= FEWEST:
        vectors, names = _embedded(embedder, texts, themes)
        above = {code.id: code.parent for code in book.codes if code.parent}
        near = nearest_theme(vectors, seeds, names, above)
        learned = _learned(folder, findings, near, seeds, placed)
        rest = [row for row in rest if not near.fits[row] and row not in placed]
    candidates = None
    if len(rest) >= FEWEST:
        asked = settings.number if not seeds else "auto"
        candidates = propose(
            [findings[row].id for row in rest],
            [texts[row] for row in rest],
            asked,
            seed=settings.seed,
            embedder=embedder,
        )
    remainder = tuple(findings[row].id for row in rest)
    return Placing(tuple(learned), remainder, candidates, len(findings) - len(rest))


def _embedded(
    embedder: Embedder, texts: Sequence[str], themes: Sequence[Code]
) -> tuple[Floats, dict[str, Floats]]:
    """Give the vectors of findings, and of what themes are called and said to be about."""
    called = [". ".join(filter(None, (theme.name, theme.definition))) for theme in themes]
    vectors = centred(embedder([*texts, *called]))
    by_theme = zip((theme.id for theme in themes), vectors[len(texts) :], strict=True)
    return vectors[: len(texts)], dict(by_theme)


def peoples_themes(folder: ReviewFolder) -> dict[str, str]:
    """Give the theme that each finding has by people's word: decided, or kept as proposed.

    Disputed findings have none, and themes that are retired hold none; of several the lowest in
    the tree counts, and the first of those.
    """
    book = folder.book(THEMES)
    settled = settle(
        kept(folder.revision), folder.decisions, {THEMES: book}, folder.settings.adjudicators()
    )
    found: dict[str, str] = {}
    for finding, codings in by_finding(settled, THEMES).items():
        if any(coding.basis == "disputed" for coding in codings):
            continue
        people = [c.code_id for c in codings if c.basis == "confirmed"]
        brought = [c.code_id for c in codings if c.basis == "suggested"]
        held = [code for code in people or brought if not book.by_id[code].retired]
        if held:
            found[finding] = max(held, key=lambda code: len(book.path(code)))
    return found


def _learned(
    folder: ReviewFolder,
    findings: Sequence[Finding],
    near: Near,
    seeds: Mapping[int, str],
    placed: Mapping[int, str],
) -> list[Suggestion]:
    """Suggest, for findings that people did not place, the theme that they are nearest to."""
    import numpy as np

    book, margin = folder.book(THEMES), folder.settings.book(THEMES).margin
    examples: defaultdict[int, list[int]] = defaultdict(list)
    for row in sorted(seeds, key=lambda row: (-near.cosine[row], findings[row].id)):
        examples[int(near.theme[row])].append(row)
    # the share that the nearest theme has against the next one
    shares = 1 / (1 + np.exp(-_SHARPNESS * near.margin))
    learned: list[Suggestion] = []
    for row, finding in enumerate(findings):
        if row in placed or (seeds and not near.fits[row]):
            continue
        code = near.titles[near.theme[row]]
        such = [findings[one].id for one in examples[int(near.theme[row])][:2]]
        learned.append(
            Suggestion(
                finding.id,
                THEMES,
                code,
                round(float(shares[row]), 4),
                LEARNER,
                _why(book.name(code), such),
                bool(2 * shares[row] - 1 < margin),
            )
        )
    return learned


def _why(theme: str, such: Sequence[str]) -> str:
    """Say what a suggestion rests on; ``such`` are findings of the theme."""
    if not such:
        return f"nearest to what '{theme}' is called and said to be about"
    return f"nearest to the findings that people put in '{theme}', such as {', '.join(such)}"


def combined(
    read: Sequence[Suggestion], learned: Sequence[Suggestion], book: Codebook
) -> list[Suggestion]:
    """Choose, for each finding, between what the codebook's words and what people's findings say.

    What is learned goes before what is read, since people's own findings show what they mean; but
    a sure reading stands against an unsure one, and a reading below the learned theme refines it.
    """
    by_id: defaultdict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in read:
        by_id[suggestion.finding_id].append(suggestion)
    for guess in learned:
        here = by_id[guess.finding_id]
        refines = any(book.is_below(one.code_id, guess.code_id) for one in here)
        sure = any(not one.unsure for one in here)
        if not (refines or (guess.unsure and sure)):
            by_id[guess.finding_id] = [guess]
    return [suggestion for group in by_id.values() for suggestion in group]
