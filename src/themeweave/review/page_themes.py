"""Themes as the report shows them: those of the codebook, then candidates, and their support."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from themeweave.codes.codebook import Code, Codebook
from themeweave.evidence.confidence import OVERALL
from themeweave.report.coded import CodedFinding
from themeweave.report.page.records import Bases, ThemeRow
from themeweave.report.support_words import independent_words, studies_words
from themeweave.review.evidence_outputs import supporting
from themeweave.review.folder import THEMES
from themeweave.review.synthesis import Synthesis
from themeweave.review.theme_evidence import held_together

Held = defaultdict[str, list[CodedFinding]]


def theme_rows(synthesis: Synthesis) -> Iterator[ThemeRow]:
    """Give each theme and, after it, its subthemes; retired ones only where a finding stays."""
    book = synthesis.folder.book(THEMES)
    held: Held = defaultdict(list)
    for c in synthesis.coded:
        for answer in (c.theme, c.subtheme):
            if answer.code_id and answer.basis != "unclear":
                held[answer.code_id].append(c)
    together = held_together(synthesis)
    for code in _in_order(book):
        if held[code.id] or not code.retired:
            yield _of_book(synthesis, code, held[code.id], together.get(code.id, ""))
    for code_id, label, parent in _candidates(synthesis):
        yield ThemeRow(
            code_id,
            label,
            parent,
            bases=_bases(synthesis, held[code_id], "subtheme" if parent else "theme"),
            stability=together.get(code_id, ""),
            candidate=True,
        )


def _in_order(book: Codebook) -> Iterator[Code]:
    """Iterate codes so that each theme stands before all that is below it."""
    for top in book.roots():
        yield from (code for code in book.codes if book.is_below(code.id, top.id))


def _of_book(
    synthesis: Synthesis, code: Code, coded: Sequence[CodedFinding], stability: str
) -> ThemeRow:
    folder = synthesis.folder
    judged = folder.confidence.cerqual.get(code.id, {}).get(OVERALL)
    parent = folder.book(THEMES).top(code.id) if code.parent else ""
    return ThemeRow(
        code.id,
        code.name,
        parent,
        folder.confidence.statements.get(code.id) or code.definition,
        _bases(synthesis, coded, "subtheme" if parent else "theme"),
        stability,
        judged.level if judged else "",
        takes_in=" ".join(code.include),
        residual=code.level == "residual",
    )


def _candidates(synthesis: Synthesis) -> Iterator[tuple[str, str, str]]:
    """List the candidates that findings are shown in: id, label, and the theme it is below."""
    book = synthesis.folder.book(THEMES)
    tops: dict[str, str] = {}
    below: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for c in synthesis.coded:
        theme, sub = c.theme, c.subtheme
        if not theme.code_id or theme.basis == "unclear" or theme.code_id in book.by_id:
            continue
        tops.setdefault(theme.code_id, theme.text)
        if sub.code_id and sub.basis != "unclear" and sub.code_id != theme.code_id:
            below[theme.code_id].setdefault(sub.code_id, sub.text)
    for top in sorted(tops):
        yield top, tops[top], ""
        for sub_id in sorted(below[top]):
            yield sub_id, below[top][sub_id], top


def _bases(synthesis: Synthesis, coded: Sequence[CodedFinding], field: str) -> Bases:
    """Count what findings rest on, in every base."""
    reviews = {review for c in coded for review in c.finding.cited}
    confirmed = sum(getattr(c, field).confirmed for c in coded)
    found = supporting(synthesis.folder)(reviews, len(coded), confirmed)
    return Bases(
        len(coded),
        confirmed,
        len(found.reviews),
        studies_words(found),
        independent_words(found) if len(found.known) > 1 else "",
        found.studies if found.known else None,
        bool(found.reviews) and found.exact,
    )
