"""Score: how often what was suggested is what people decided, and where the two part.

A finding counts as right where one of the codes that people gave it was suggested. Macro-F1 takes
every code alike, rare or common; kappa and alpha take off what chance would give, see `agreement`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from themeweave.codes.agreement import Agreement, cohen, krippendorff, read_labels


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding in one field: what people decided and what was suggested."""

    gold: tuple[str, ...]  # one code, or several that all hold
    coded: str
    second: str = ""  # the second choice; empty where there is none
    unsure: bool = False
    group: str = ""  # such as its topic

    @property
    def right(self) -> bool:
        """Whether a code that people gave was suggested."""
        return self.coded in self.gold

    @property
    def label(self) -> str:
        """The code that people gave; of several the one that was suggested, or the first."""
        return self.coded if self.right else self.gold[0]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """How suggestions did on the findings of one group, such as a topic."""

    group: str
    findings: int
    accuracy: float
    macro_f1: float  # over the codes that occur in the group
    alpha: Agreement


@dataclass(frozen=True, slots=True)
class Score:
    """How suggestions did on the findings of one field; shares are from 0 to 1."""

    findings: int
    accuracy: float
    macro_f1: float  # over the codes that occur on either side
    kappa: Agreement
    alpha: Agreement
    within_two: float | None  # right with the first or the second choice; None without seconds
    sure: int  # findings not marked unsure
    accuracy_of_sure: float | None  # None where there is none
    confusion: tuple[tuple[str, str, int], ...]  # decided, suggested, findings; commonest first
    groups: tuple[GroupScore, ...]  # in the order of their names


def score(judged: Sequence[Judged]) -> Score:
    """Score the findings of one field, at least one.

    Examples
    --------
    >>> said = [Judged(("pay",), "pay"), Judged(("time", "pay"), "time"), Judged(("time",), "pay")]
    >>> found = score(said)
    >>> round(found.accuracy, 3), round(found.macro_f1, 3), found.confusion
    (0.667, 0.667, (('time', 'pay', 1),))
    """
    units = read_labels([(one.label, one.coded) for one in judged])
    sure = [one for one in judged if not one.unsure]
    wrong = Counter((one.label, one.coded) for one in judged if not one.right)
    return Score(
        len(judged),
        _share(one.right for one in judged),
        _macro_f1(judged),
        cohen(units),
        krippendorff(units),
        _share(one.right or one.second in one.gold for one in judged)
        if any(one.second for one in judged)
        else None,
        len(sure),
        _share(one.right for one in sure) if sure else None,
        tuple((*pair, n) for pair, n in sorted(wrong.items(), key=lambda kv: (-kv[1], kv[0]))),
        tuple(_of_group(group, judged) for group in sorted({one.group for one in judged} - {""})),
    )


def _of_group(group: str, judged: Sequence[Judged]) -> GroupScore:
    those = [one for one in judged if one.group == group]
    alpha = krippendorff(read_labels([(one.label, one.coded) for one in those]))
    return GroupScore(
        group, len(those), _share(one.right for one in those), _macro_f1(those), alpha
    )


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


def _macro_f1(judged: Sequence[Judged]) -> float:
    """Average over the codes: twice the hits, in what was decided and suggested together."""
    decided = Counter(one.label for one in judged)
    suggested = Counter(one.coded for one in judged)
    hits = Counter(one.coded for one in judged if one.right)
    codes = sorted({*decided, *suggested})
    return sum(2 * hits[code] / (decided[code] + suggested[code]) for code in codes) / len(codes)
