"""What a viewer sees of a finding: in each codebook, what stands, who said what, what is suggested.

Everything here is made of what the viewer may see; the session leaves out the rest before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, Decision, Suggestion, settle
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.explain import Belief
from themeweave.review.held_suggestions import HeldSuggestions
from themeweave.review.settings import Settings

OFFERS = 5  # codes that a panel shows


@dataclass(frozen=True, slots=True)
class View:
    """A finding as a viewer sees it."""

    finding: Finding
    panels: tuple[Panel, ...]
    status: str  # that the viewer gave it: done, unsure, or empty
    memo: str  # the viewer's
    memos: tuple[tuple[str, str], ...]  # other coders' that may be seen: coder, text
    seen: int  # the viewer's latest event on the finding: what a decision says it was made on


@dataclass(frozen=True, slots=True)
class Panel:
    """One codebook's part in the coding of a finding, as a viewer may see it."""

    book: Codebook
    offers: tuple[Belief, ...]  # the most believed codes, the one suggested first
    suggested: Suggestion | None  # what is suggested beside or below what people said
    margin: float | None  # between the two most believed branches, 0 to 1; None where unknown
    codings: tuple[Coding, ...]  # what stands: people's and suggested
    own: tuple[Decision, ...]  # the viewer's rulings, in their order
    others: tuple[Decision, ...]  # other people's, as far as the viewer may see them


class Conflict(ReviewError):  # noqa: N818
    """What somebody was looking at has changed since: nothing is lost, and they look again."""


def panel(
    finding: str,
    book: Codebook,
    seen: Sequence[Decision],
    viewer: str,
    held: HeldSuggestions,
    settings: Settings,
) -> Panel:
    """Put one codebook's part together.

    Parameters
    ----------
    finding
        Its id.
    seen
        The decisions on it that the viewer may see, in all codebooks.
    held
        What is suggested.
    """
    here = [decision for decision in seen if decision.codebook == book.id]
    guess = held.guess(finding, book, here, settings)
    beliefs = held.beliefs.get(book.id)
    choice = beliefs.choice(finding) if beliefs else None
    return Panel(
        book,
        tuple(o for o in beliefs.offers(finding, OFFERS) if o.code_id in book.by_id)
        if beliefs
        else (),
        guess,
        choice.margin if choice else None,
        tuple(settle([guess] if guess else [], here, {book.id: book}, settings.adjudicators())),
        tuple(decision for decision in here if decision.coder == viewer),
        tuple(decision for decision in here if decision.coder != viewer),
    )
