"""How far coding has come: what is left, and how much of it is unclear."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.reading import Reading
from themeweave.review.beliefs import Beliefs
from themeweave.review.standing import left

BOOK = Codebook("b", "B", (Code("a", "A"), Code("b", "B"), Code("c", "C"), Code("d", "D")))
SHARES = {
    "F1": (0.9, 0.05, 0.05, 0.0),
    "F2": (0.55, 0.45, 0.0, 0.0),  # half, but the next is near
    "F3": (0.48, 0.18, 0.17, 0.17),  # far ahead of the next, but less than half
    "F4": (0.52, 0.2, 0.14, 0.14),
}


def a_session(ruled=()):
    """As much of a session as is counted: a margin of 0.3, and who ruled on what."""
    beliefs = Beliefs(BOOK, [*SHARES, "F5"])  # nothing is known of the last one yet
    for row, shares in enumerate(SHARES.values()):
        beliefs.put(row, [Reading(dict(zip("abcd", shares, strict=True)))])
    return SimpleNamespace(
        lock=nullcontext(),
        suggestions=SimpleNamespace(beliefs={BOOK.id: beliefs}, placed={}),
        tally=SimpleNamespace(ruled_by_anybody=lambda _: set(ruled)),
        margin=lambda _: 0.3,
    )


def test_what_is_near_to_the_next_or_less_than_half_believed_counts_as_unclear():
    found = left(a_session(), BOOK)
    assert (found.findings, found.unclear) == (4, 2)
    assert found.wrong == pytest.approx(0.1 + 0.45 + 0.52 + 0.48)


@pytest.mark.parametrize(("ruled", "unclear"), [("F2", 1), ("F3", 1), ("F4", 2)])
def test_what_somebody_ruled_on_is_left_no_more(ruled, unclear):
    found = left(a_session([ruled]), BOOK)
    assert (found.findings, found.unclear) == (3, unclear)


def test_while_suggestions_are_being_made_nothing_is_counted():
    session = a_session()
    session.suggestions.beliefs.clear()
    assert left(session, BOOK) is None
