"""Double coding compared: what several coders said of the same findings, and how far they agree.

Only what was coded counts: a finding that a coder gave no code in a codebook is missing there, and
a code that nobody used is no agreement. The unit is the finding; intervals come from drawing whole
documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from themeweave.codes.agreement import (
    Agreement,
    agreement,
    bootstrap,
    krippendorff,
    percent,
    read_labels,
)
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision, settle

Said = Mapping[str, Mapping[str, tuple[str, ...]]]  # finding -> coder -> codes, in book order
Labeller = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """Agreement on one code: whether coders gave it, or one below it, to a finding or not."""

    code: Code
    all_gave: int  # findings to which all who coded them gave it
    some_gave: int  # findings to which some did and others did not
    none_gave: int  # findings that were coded otherwise
    statistics: tuple[Agreement, ...]  # percent and Krippendorff's alpha


@dataclass(frozen=True, slots=True)
class BookAgreement:
    """Agreement in one codebook; the unit is the finding."""

    book: Codebook
    coders: tuple[str, ...]
    findings: int  # that two coders or more coded: the statistics rest on these
    one_only: int  # findings that one of their coders gave no code here
    exact: tuple[Agreement, ...]  # the same code; of several, the same set
    branch: tuple[Agreement, ...]  # the same branch at the top; empty where there is one level
    codes: tuple[CodeAgreement, ...]  # those that somebody used, in book order


def said(decisions: Iterable[Decision], book: Codebook) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give what each coder said of each finding in a codebook: the lowest codes they accepted.

    Examples
    --------
    >>> book = Codebook("view", "View", (Code("staff", "Staff"), Code("ward", "Ward", "", "staff")))
    >>> rulings = [Decision("F1", "view", code, True, "ana", 1) for code in ("staff", "ward")]
    >>> said(rulings, book)
    {'F1': {'ana': ('ward',)}}
    """
    of: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.codebook == book.id:
            of[decision.coder].append(decision)
    found: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for coder, made in sorted(of.items()):
        codes: defaultdict[str, list[str]] = defaultdict(list)
        for coding in settle([], made, {book.id: book}):
            codes[coding.finding_id].append(coding.code_id)
        for finding, accepted in codes.items():
            lowest = set(book.lowest(accepted))
            found[finding][coder] = tuple(code for code in accepted if code in lowest)
    return dict(found)


def differ(codes: Iterable[Sequence[str]], book: Codebook) -> str:
    """Say how what several coders said of a finding differs: 'code', 'depth', or not at all.

    'depth' where all are on one branch, one saying it more exactly than the other.

    Examples
    --------
    >>> book = Codebook("view", "View", (Code("staff", "Staff"), Code("ward", "Ward", "", "staff")))
    >>> differ([("staff",), ("ward",)], book), differ([("ward",), ("ward",)], book)
    ('depth', '')
    """
    sets = {frozenset(own) for own in codes}
    if len(sets) < 2:
        return ""
    every = sorted({code for own in sets for code in own})
    one_line = all(
        book.is_below(one, other) or book.is_below(other, one) for one in every for other in every
    )
    return "depth" if one_line else "code"


def compare(
    said: Said,
    shared: Mapping[str, Sequence[str]],
    book: Codebook,
    documents: Mapping[str, Hashable],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> BookAgreement:
    """Compare what coders said in one codebook.

    Parameters
    ----------
    said
        As `said` gives it.
    shared
        The findings that several coders had, with these coders.
    documents
        By finding: what it stands in. Intervals come from drawing these.
    draws
        Samples for each interval.

    Returns
    -------
    BookAgreement
        Statistics are undefined, with the reason, where nothing was coded twice.
    """
    coders = tuple(sorted({coder for own in shared.values() for coder in own}))
    coded = {
        finding: {c: codes for c, codes in said.get(finding, {}).items() if c in shared[finding]}
        for finding in shared
    }
    twice = [finding for finding in shared if len(coded[finding]) > 1]
    groups = [documents[finding] for finding in twice]

    def labels(label: Labeller) -> list[list[str | None]]:
        return [
            [label(coded[f][coder]) if coder in coded[f] else None for coder in coders]
            for f in twice
        ]

    def statistics(label: Labeller) -> tuple[Agreement, ...]:
        units = read_labels(labels(label))
        return agreement(units, documents=groups, draws=draws, seed=seed)

    used = {code for f in twice for codes in coded[f].values() for code in codes}
    used_up = {up for code in used for up in book.path(code)}
    deep = any(len(book.path(code.id)) > 1 for code in book.codes)
    return BookAgreement(
        book,
        coders,
        len(twice),
        sum(len(coded[finding]) == 1 for finding in shared),
        statistics(" + ".join),
        statistics(lambda codes: " + ".join(dict.fromkeys(map(book.top, codes)))) if deep else (),
        tuple(
            _of_code(code, labels(partial(_gave, code.id, book)), groups, draws, seed)
            for code in book.codes
            if code.id in used_up
        ),
    )


def _gave(code: str, book: Codebook, codes: Sequence[str]) -> str:
    """Say whether codes are a code, or below it."""
    return "yes" if any(book.is_below(own, code) for own in codes) else "no"


def _of_code(
    code: Code,
    labels: Sequence[Sequence[str | None]],
    groups: Sequence[Hashable],
    draws: int,
    seed: int,
) -> CodeAgreement:
    units = read_labels(labels, ("no", "yes"))
    given = [{label for label in row if label} for row in labels]
    statistics = (
        replace(
            statistic(units), interval=bootstrap(units, groups, statistic, draws=draws, seed=seed)
        )
        for statistic in (percent, krippendorff)
    )
    return CodeAgreement(
        code,
        sum(row == {"yes"} for row in given),
        sum(len(row) > 1 for row in given),
        sum(row == {"no"} for row in given),
        tuple(statistics),
    )
