"""Printed results compared with each other: contradicting signs, and numbers printed twice.

Two sources that report one outcome should point the same way, or say that they count the other
way round. Two sources that print the same studies, participants and statistic report one body of
evidence, which an umbrella review must not count twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from themeweave.effects.audit.printed import Printed, Verdict, overlap
from themeweave.effects.audit.printed_rows import SUBGROUP_TESTS, AuditFinding, PrintedRow

_QUALIFIER = re.compile(r"\b(self|rated|perceived|reported|assessed|personal|overall|general)\b")


def opposite_signs(
    rows: Sequence[PrintedRow], same_outcome: Mapping[str, str]
) -> Iterator[AuditFinding]:
    """Compare each clear effect with the other clear effects on the same outcome.

    An effect is clear when its interval leaves out no effect. The printed signs are compared, not
    the benefit, since it is the printed sign that goes into a table. Rows with the sign of more
    than half agree, the rest disagree; split evenly, all disagree.
    """
    groups: dict[str, list[tuple[PrintedRow, int]]] = defaultdict(list)
    for row in rows:
        sign = _clear_sign(row)
        if sign and row.words.get("outcome"):
            groups[outcome_name(row.words["outcome"], same_outcome)].append((row, sign))
    for outcome, members in groups.items():
        for row, sign in members:
            against = [other for other, s in members if s != sign]
            others = len(members) - 1
            if not others:
                continue
            verdict: Verdict = "agrees" if 2 * len(against) < len(members) else "disagrees"
            why = (
                f"{len(against)} of {others} other clear effects on '{outcome}' "
                "have the opposite sign"
            )
            mine, theirs = _better(row), {_better(other) for other in against}
            if against and mine and theirs == {"lower" if mine == "higher" else "higher"}:
                why += f"; here {mine} is better, there the other way: turn one before comparing"
            elif against:
                why += "; find out which way each scale counts before comparing"
            yield row.finding("sign against the others", "estimate", verdict, why)


def duplicates(rows: Sequence[PrintedRow]) -> Iterator[AuditFinding]:
    """Find pairs of rows that print the same numbers, whatever the sign.

    At least four of k, n, Q, estimate and interval must be printed by both, one of n and Q among
    them, and every one of them must be the same number. Between two sources that disagrees with
    counting both; within one source it cannot be told whether both rows are counted.
    """
    for first, second in combinations(rows, 2):
        if SUBGROUP_TESTS & {first.measure, second.measure}:
            continue
        if first.measure and second.measure and first.measure != second.measure:
            continue
        shared = _shared_numbers(first, second)
        if shared is None:
            continue
        verdict: Verdict = "disagrees" if first.source != second.source else "cannot tell"
        turned = " with the sign turned" if _turned(first, second) else ""
        for row, other in ((first, second), (second, first)):
            why = (
                f"same {', '.join(shared)} as row {other.number} ({other.source or 'no source'}, "
                f"{other.words.get('outcome', 'no outcome')}){turned}: count this evidence once"
            )
            yield row.finding("printed twice", "estimate", verdict, why)


def outcome_name(outcome: str, same_outcome: Mapping[str, str]) -> str:
    """Reduce an outcome to the name under which rows are compared.

    Examples
    --------
    >>> outcome_name("self-perceived recovery (post)", {})
    'recovery'
    >>> outcome_name("hopefulness", {"hopefulness": "hope"})
    'hope'
    """
    common = same_outcome.get(outcome, outcome)
    bare = _QUALIFIER.sub(" ", re.sub(r"\([^)]*\)", " ", common.lower()).replace("-", " "))
    return " ".join(bare.split()) or common.strip().lower()


def _clear_sign(row: PrintedRow) -> int:
    """-1 or 1 where the interval leaves out no effect, else 0."""
    low, high = row.numbers.get("ci_low"), row.numbers.get("ci_high")
    if low is None or high is None or row.scale in {None, "proportion"}:
        return 0
    null = 1.0 if row.scale == "ratio" else 0.0
    return int(low.low > null) - int(high.high < null)


def _better(row: PrintedRow) -> str | None:
    """Which way is better for this row, as far as the table says so plainly."""
    text = row.words.get("better_when", "").lower()
    lower = bool(re.search(r"\b(lower|negative|below|less|fewer)\b", text))
    higher = bool(re.search(r"\b(higher|positive|above|more)\b", text))
    if lower == higher:
        return None
    return "lower" if lower else "higher"


def _shared_numbers(first: PrintedRow, second: PrintedRow) -> list[str] | None:
    """Names of the numbers that both rows print alike; ``None`` if one differs or too few."""
    shared = []
    for name in ("k", "n", "q"):
        a, b = first.numbers.get(name), second.numbers.get(name)
        if a is None or b is None:
            continue
        if not _same_number(a, b):
            return None
        shared.append(name)
    for name, columns in (("estimate", ("estimate",)), ("interval", ("ci_low", "ci_high"))):
        if any(c not in row.numbers for row in (first, second) for c in columns):
            continue
        if not (_alike(first, second, columns) or _alike(first, second, columns, turn=True)):
            return None
        shared.append(name)
    return shared if len(shared) >= 4 and {"n", "q"} & set(shared) else None


def _alike(
    first: PrintedRow, second: PrintedRow, columns: tuple[str, ...], *, turn: bool = False
) -> bool:
    """Whether the columns hold the same numbers, or the same seen from the other side."""
    mine = [first.numbers[column] for column in columns]
    theirs = [second.numbers[column] for column in columns]
    if turn:
        mine = [_turn(number, ratio=first.scale == "ratio") for number in reversed(mine)]
    return all(_same_number(a, b) for a, b in zip(mine, theirs, strict=True))


def _turned(first: PrintedRow, second: PrintedRow) -> bool:
    columns = ("estimate",)
    if any("estimate" not in row.numbers for row in (first, second)):
        return False
    return not _alike(first, second, columns)


def _turn(number: Printed, *, ratio: bool) -> Printed:
    """Look at an effect from the other side: -x, or 1/x for a ratio."""
    if not ratio:
        low, high = -number.high, -number.low
        return Printed(number.text, -number.value, low, high, number.unit)
    if number.low <= 0:
        return number
    low, high = 1 / number.high, 1 / number.low
    return Printed(number.text, 1 / number.value, low, high, high - low)


def _same_number(a: Printed, b: Printed) -> bool:
    """Whether one value rounds to both, and neither is a mere limit."""
    return a.unit > 0 and b.unit > 0 and overlap(a.range, b.range)
