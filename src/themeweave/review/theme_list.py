"""The list of themes as they stand: the tree, its marks, and what stands in each theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Coding, settle
from themeweave.review.folder import THEMES, ReviewFolder, open_folder
from themeweave.review.synthesis import place_in_themes, suggest_themes
from themeweave.themes.acts import said


@dataclass(frozen=True, slots=True)
class Row:
    """One theme with what stands in it and below."""

    code: Code
    depth: int  # 0 at the top
    confirmed: int  # findings
    disputed: int
    suggested: int
    unclear: int  # suggested below the margin; not counted as findings of the theme

    def __str__(self) -> str:
        marks = [mark for mark in (self.code.origin, self.code.abstraction) if mark]
        marks += ["retired"] if self.code.retired else []
        shown = f" [{', '.join(marks)}]" if marks else ""
        disputed = f", {self.disputed} disputed" if self.disputed else ""
        unclear = f", {self.unclear} more unclear" if self.unclear else ""
        total = self.confirmed + self.disputed + self.suggested
        noun = "finding" if total == 1 else "findings"
        return (
            f"{'  ' * self.depth}{self.code.id}  {self.code.name}{shown}: "
            f"{total} {noun} ({self.confirmed} confirmed{disputed}){unclear}"
        )


def theme_rows(path: Path) -> list[Row]:
    """Give every theme of a review, each followed by those below it."""
    folder = open_folder(path)
    return rows_of(folder.book(THEMES), theme_codings(folder))


def theme_codings(folder: ReviewFolder) -> list[Coding]:
    """Give what findings settled to in the themes codebook."""
    book = folder.book(THEMES)
    if not book.codes:
        return []
    known = {finding.id for finding in folder.findings}
    suggested = suggest_themes(folder, place_in_themes(folder))
    settled = settle(suggested, folder.decisions, {THEMES: book}, folder.settings.adjudicators())
    return [coding for coding in settled if coding.finding_id in known]


def rows_of(book: Codebook, codings: Iterable[Coding]) -> list[Row]:
    """Count findings in each theme and those below it, people's word before suggestions."""
    held: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for coding in codings:
        for theme in book.path(coding.code_id):
            basis = "unclear" if coding.unsure else coding.basis
            held[theme][basis].add(coding.finding_id)
    below: defaultdict[str, list[Code]] = defaultdict(list)
    for code in book.codes:
        below[code.parent].append(code)
    rows: list[Row] = []

    def visit(codes: Sequence[Code], depth: int) -> None:
        for code in codes:
            found = held[code.id]
            confirmed = found["confirmed"]
            disputed = found["disputed"] - confirmed
            suggested = found["suggested"] - confirmed - disputed
            unclear = found["unclear"] - suggested - confirmed - disputed
            counts = (len(group) for group in (confirmed, disputed, suggested, unclear))
            rows.append(Row(code, depth, *counts))
            visit(below[code.id], depth + 1)

    visit(below[""], 0)
    return rows


def history(path: Path) -> list[str]:
    """Give what people did to the themes, in the order of the replay, in words."""
    revision = open_folder(path).revision
    lost = {
        (lost.act.coder, lost.act.id): f" (does not count: {lost.why})"
        for lost in revision.unapplied
    }
    acts = [*revision.applied, *(lost.act for lost in revision.unapplied)]
    return [
        f"{act.at.replace('T', ' ').removesuffix('Z')} {act.coder}: {said(act)}"
        + (f", because {act.reason}" if act.reason else "")
        + lost.get((act.coder, act.id), "")
        for act in acts
    ]
