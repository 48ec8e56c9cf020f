"""How sure a theme is: what it rests on, what it loses without one review, who is not heard.

A theme that one review carries alone says what that review says. So each theme is looked at
again without each review in turn, and without the reviews whose quality was rated low; a finding
goes with a review only where no other review states it. The Jaccard index of a theme with what
is left of it is the share that is left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

LOW = ("low", "critically_low")  # AMSTAR 2 ratings


@dataclass(frozen=True, slots=True)
class Stated:
    """A finding as far as sureness looks at it."""

    id: str
    theme: str
    confirmed: bool  # its place in the theme, by a person
    reviews: tuple[str, ...] = ()
    perspective: str = ""  # empty where it is unclear or not told
    valence: str = ""


@dataclass(frozen=True, slots=True)
class Sureness:
    """What a theme rests on."""

    theme: str
    findings: tuple[str, ...]
    confirmed: int  # of these findings
    reviews: tuple[str, ...]  # distinct, sorted
    weakest: str  # the review without which most is lost; empty where no review is cited
    left: float  # the share of its findings that is left then, 0 to 1
    alone: tuple[str, ...]  # reviews without which nothing is left
    without_low: int  # findings that are left without the reviews rated low
    unrated: int  # reviews of it whose rating is not known; they stay in
    heard: Mapping[str, int]  # perspective -> findings
    silent: tuple[str, ...]  # perspectives that other themes have and this one lacks


def sureness(findings: Sequence[Stated], ratings: Mapping[str, str]) -> list[Sureness]:
    """Look at each theme, in the order in which themes first come.

    Parameters
    ----------
    findings
        Each in one theme.
    ratings
        By review: its AMSTAR 2 rating; a review that is absent or empty is unrated.

    Examples
    --------
    >>> stated = [Stated("F1", "pay", True, ("R1",), "staff"),
    ...           Stated("F2", "pay", False, ("R1", "R2"), "staff")]
    >>> [pay] = sureness(stated, {"R1": "low"})
    >>> pay.weakest, pay.left, pay.without_low, pay.unrated
    ('R1', 0.5, 1, 1)
    """
    voices = sorted({f.perspective for f in findings if f.perspective})
    groups: defaultdict[str, list[Stated]] = defaultdict(list)
    for finding in findings:
        groups[finding.theme].append(finding)
    low = {review for review, rating in ratings.items() if rating in LOW}
    return [_of_theme(theme, group, low, ratings, voices) for theme, group in groups.items()]


def _of_theme(
    theme: str,
    group: Sequence[Stated],
    low: Collection[str],
    ratings: Mapping[str, str],
    voices: Sequence[str],
) -> Sureness:
    reviews = sorted({review for finding in group for review in finding.reviews})
    left = {review: len(left_without(group, {review})) for review in reviews}
    weakest = min(reviews, key=lambda review: (left[review], review), default="")
    heard = Counter(finding.perspective for finding in group if finding.perspective)
    return Sureness(
        theme,
        tuple(finding.id for finding in group),
        sum(finding.confirmed for finding in group),
        tuple(reviews),
        weakest,
        left[weakest] / len(group) if weakest else 1.0,
        tuple(review for review in reviews if not left[review]),
        len(left_without(group, low)),
        sum(not ratings.get(review) for review in reviews),
        dict(sorted(heard.items())),
        tuple(voice for voice in voices if voice not in heard),
    )


def left_without(group: Iterable[Stated], dropped: Collection[str]) -> list[Stated]:
    """Leave out reviews: give the findings that are left; one that cites no review stays."""
    return [
        finding
        for finding in group
        if not finding.reviews or any(review not in dropped for review in finding.reviews)
    ]
