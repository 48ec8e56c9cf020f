"""What a confidence interval fixes: its centre, Z, the p value, the standard error, significance.

Intervals are taken on the scale on which they are symmetric: the logarithm for ratios, Fisher's z
for correlations, the measure itself for differences. Where the measure is not known, both usual
scales are tried and the better verdict stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from themeweave.effects.audit.printed import CUT_OFF, Printed, Range, Verdict
from themeweave.effects.audit.printed_rows import SUBGROUP_TESTS, AuditFinding, PrintedRow, Scale

Reading = tuple[Verdict, Range, str]


def centre(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the estimate with the middle of its interval."""
    if (interval := _interval(row)) is None:
        return
    estimate, low, high = interval
    readings: list[Reading] = []
    for scale in _scales(row):
        forth, back = _TRANSFORM[scale]
        middle = (
            back((forth(low.low) + forth(high.low)) / 2),
            back((forth(low.high) + forth(high.high)) / 2),
        )
        verdict = estimate.judge(middle)
        why = f"the interval is centred there ({_SCALE_WORDS[scale]})"
        if row.scale == "proportion" and verdict == "disagrees":
            verdict, why = "cannot tell", "intervals of proportions need not be symmetric"
        elif verdict == "cannot tell":
            why += CUT_OFF
        readings.append((verdict, middle, why))
    yield from _best(row, "centre of the interval", "estimate", readings)


def p_from_interval(row: PrintedRow, level: float) -> Iterator[AuditFinding]:
    """Compare the p value with the one that the interval implies."""
    from scipy.special import ndtr, stdtr, stdtrit

    if (p := row.numbers.get("p")) is None:
        return
    z = _quantile(level)
    df = row.numbers["k"].value - 1 if "k" in row.numbers else 0
    readings: list[Reading] = []
    for near, far in _estimate_over_half_width(row):
        recomputed = float(2 * ndtr(-z * far)), float(2 * ndtr(-z * near))
        verdict, why = (
            p.judge(recomputed),
            f"the interval means |Z| {z * near:.2f} to {z * far:.2f}",
        )
        if verdict == "cannot tell":
            why += CUT_OFF
        elif verdict == "disagrees" and df >= 1:
            t = float(stdtrit(df, (1 + level) / 2))
            if (
                p.judge((float(2 * stdtr(df, -t * far)), float(2 * stdtr(df, -t * near))))
                == "agrees"
            ):
                verdict = "cannot tell"
                why += f"; fits if the interval is by t with {df:g} df (Knapp-Hartung)"
        readings.append((verdict, recomputed, why))
    yield from _best(row, "p from the interval", "p", readings)


def z_against_interval(row: PrintedRow, level: float) -> Iterator[AuditFinding]:
    """Compare Z with the one that the interval implies."""
    if (z := _absolute(row.numbers.get("z"))) is None:
        return
    quantile = _quantile(level)
    readings: list[Reading] = []
    for near, far in _estimate_over_half_width(row):
        recomputed = quantile * near, quantile * far
        why = "estimate over the standard error that the interval implies, without sign"
        readings.append((z.judge(recomputed), recomputed, why))
    yield from _best(row, "Z against the interval", "z", readings)


def p_from_z(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the p value with the one that the printed Z implies."""
    from scipy.special import ndtr

    p, z = row.numbers.get("p"), _absolute(row.numbers.get("z"))
    if p is None or z is None:
        return
    recomputed = float(2 * ndtr(-z.high)), float(2 * ndtr(-z.low))
    yield row.finding("p from Z", "p", p.judge(recomputed), f"Z is {z.text}", recomputed)


def error_against_interval(row: PrintedRow, level: float) -> Iterator[AuditFinding]:
    """Compare a printed standard error or variance with the width of the interval."""
    if row.scale not in {"difference", "ratio"} or (interval := _interval(row)) is None:
        return
    forth, _ = _TRANSFORM[row.scale]
    _, low, high = interval
    z = 2 * _quantile(level)
    widest, narrowest = forth(high.high) - forth(low.low), forth(high.low) - forth(low.high)
    se = max(0.0, narrowest) / z, widest / z
    square = se[0] ** 2, se[1] ** 2
    for column, expected, swapped in (("se", se, square), ("variance", square, se)):
        if (printed := row.numbers.get(column)) is None:
            continue
        verdict, why = printed.judge(expected), "from the width of the interval"
        if verdict == "disagrees" and printed.judge(swapped) == "agrees":
            why += ": standard error and variance look swapped"
        yield row.finding(f"{column} against the interval", column, verdict, why, expected)


def significance(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the word on significance with whether the interval leaves out no effect."""
    word = {"yes": True, "true": True, "no": False, "false": False}.get(
        row.words.get("significant", "").lower()
    )
    if word is None or (interval := _interval(row)) is None or row.scale in {None, "proportion"}:
        return
    _, low, high = interval
    null = 1.0 if row.scale == "ratio" else 0.0
    if low.low <= null <= low.high or high.low <= null <= high.high:
        verdict: Verdict = "cannot tell"
        why = f"the interval ends at {null:g} to the printed digits"
    else:
        outside = low.low > null or high.high < null
        verdict = "agrees" if outside == word else "disagrees"
        why = f"the interval {'leaves out' if outside else 'holds'} {null:g}"
    yield row.finding("significance", "significant", verdict, why)


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


def _fisher(x: float) -> float:
    return math.atanh(x) if -1 < x < 1 else math.copysign(math.inf, x)


def _same(x: float) -> float:
    return x


_TRANSFORM: Mapping[Scale, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "difference": (_same, _same),
    "ratio": (_log, math.exp),
    "correlation": (_fisher, math.tanh),
    "proportion": (_same, _same),
}
_SCALE_WORDS: Mapping[Scale, str] = {
    "difference": "on its own scale",
    "ratio": "on the log scale",
    "correlation": "on the scale of Fisher's z",
    "proportion": "on its own scale",
}
_RANK: Mapping[Verdict, int] = {"agrees": 0, "cannot tell": 1, "disagrees": 2}


def _best(
    row: PrintedRow, check: str, column: str, readings: list[Reading]
) -> Iterator[AuditFinding]:
    """Keep the most favourable of several readings, the first of equals."""
    if readings:
        verdict, recomputed, why = min(readings, key=lambda reading: _RANK[reading[0]])
        yield row.finding(check, column, verdict, why, recomputed)


def _interval(row: PrintedRow) -> tuple[Printed, Printed, Printed] | None:
    """Estimate and bounds, where they can be an interval at all."""
    estimate, low, high = (row.numbers.get(name) for name in ("estimate", "ci_low", "ci_high"))
    if estimate is None or low is None or high is None or row.measure in SUBGROUP_TESTS:
        return None
    if row.scale == "ratio" and min(estimate.high, low.high, high.high) <= 0:
        return None
    if row.scale == "correlation" and max(abs(low.value), abs(high.value)) > 1:
        return None
    if 0 in {estimate.unit, low.unit, high.unit} or low.low > high.high:
        return None
    return estimate, low, high


def _scales(row: PrintedRow) -> tuple[Scale, ...]:
    """List the scales to try: both usual ones where the measure is not known."""
    if row.scale is not None:
        return (row.scale,)
    positive = all(row.numbers[name].low > 0 for name in ("estimate", "ci_low", "ci_high"))
    return ("difference", "ratio") if positive else ("difference",)


def _estimate_over_half_width(row: PrintedRow) -> list[Range]:
    """|estimate| over half the width of its interval, once for each scale that may apply."""
    interval = _interval(row)
    if interval is None or row.scale == "proportion":
        return []
    estimate, low, high = interval
    ratios = []
    for scale in _scales(row):
        forth, _ = _TRANSFORM[scale]
        near, far = sorted((abs(forth(estimate.low)), abs(forth(estimate.high))))
        if forth(estimate.low) <= 0 <= forth(estimate.high):
            near = 0.0
        widest = (forth(high.high) - forth(low.low)) / 2
        narrowest = (forth(high.low) - forth(low.high)) / 2
        if widest > 0:
            ratios.append((near / widest, far / narrowest if narrowest > 0 else math.inf))
    return ratios


def _quantile(level: float) -> float:
    """Half-width of an interval in standard errors, by the normal distribution."""
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _absolute(number: Printed | None) -> Printed | None:
    """Turn a negative statistic to the positive side: printed signs follow no rule."""
    if number is None or number.value >= 0:
        return number
    return Printed(number.text, -number.value, -number.high, -number.low, number.unit)
