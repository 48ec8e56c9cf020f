"""What Q and the number of studies fix: degrees of freedom, I2, p of Q, tests of subgroups."""

from __future__ import annotations

from collections.abc import Iterator

from themeweave.effects.audit.printed import CUT_OFF, Range, Verdict
from themeweave.effects.audit.printed_rows import SUBGROUP_TESTS, AuditFinding, PrintedRow


def k_against_df(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the degrees of freedom with k - 1."""
    k, df = row.numbers.get("k"), row.numbers.get("q_df")
    if k is None or df is None or row.measure in SUBGROUP_TESTS:
        return
    expected = k.value - 1
    verdict: Verdict = "agrees" if df.value == expected else "disagrees"
    why = f"{k.text} studies give {expected:g} degrees of freedom"
    if df.value > expected:
        why += f"; {df.text} means {df.value + 1:g} results, so some studies may give several"
    yield row.finding("k against df", "q_df", verdict, why, (expected, expected))


def i2_from_q(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare I2 with (Q - df) / Q (Higgins and Thompson 2002, Statistics in Medicine 21:1539)."""
    i2, q, df = row.numbers.get("i2"), row.numbers.get("q"), _df(row)
    if i2 is None or q is None or df is None:
        return
    low, high = (100 * max(0.0, 1 - df / x) if x > 0 else 0.0 for x in q.range)
    verdict, why = i2.judge((low, high)), f"Q {q.text} with {df:g} degrees of freedom"
    if verdict == "cannot tell":
        why += CUT_OFF
    elif verdict == "disagrees" and i2.judge((low / 100, high / 100)) == "agrees":
        verdict, why = "cannot tell", why + "; fits as a fraction instead of per cent"
    elif verdict == "disagrees":
        why += "; a program that takes I2 from tau2 may print another value"
    yield row.finding("I2 from Q", "i2", verdict, why, (low, high))


def p_of_q(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the p value of heterogeneity with the one of Q, or of the Q that I2 implies."""
    p, q, i2 = (row.numbers.get(name) for name in ("q_p", "q", "i2"))
    df = _df(row)
    if p is None or df is None:
        return
    if q is not None:
        check, why, span = "p of Q", f"Q {q.text} with {df:g} degrees of freedom", q.range
    elif i2 is not None and i2.unit and 0 <= i2.value < 100:
        # I2 of 0 says only that Q is not above its degrees of freedom
        low = df / (1 - i2.low / 100) if i2.low > 0 else 0.0
        high = df / (1 - i2.high / 100) if i2.high < 100 else float("inf")
        check, span = "p of Q from I2", (low, high)
        why = f"I2 {i2.text} with {df:g} degrees of freedom means Q {low:.2f} to {high:.2f}"
    else:
        return
    recomputed = _upper_tail(span, df)
    verdict = p.judge(recomputed)
    if verdict == "cannot tell":
        why += CUT_OFF
    yield row.finding(check, "q_p", verdict, why, recomputed)


def subgroup_test(row: PrintedRow, _level: float) -> Iterator[AuditFinding]:
    """Compare the p value of a test of subgroup differences: groups - 1 degrees of freedom."""
    statistic, p = row.numbers.get("estimate"), row.numbers.get("p")
    if row.measure not in SUBGROUP_TESTS or statistic is None or p is None:
        return
    groups = row.words.get("subgroup", "").lower().replace(" versus ", " vs ").count(" vs ") + 1
    df = row.numbers["q_df"].value if "q_df" in row.numbers else float(groups - 1)
    if df < 1:
        why = "degrees of freedom unknown: give q_df, or the groups as 'a vs b' in subgroup"
        yield row.finding("subgroup test", "p", "cannot tell", why)
        return
    recomputed = _upper_tail(statistic.range, df)
    why = f"chi-squared {statistic.text} with {df:g} degrees of freedom"
    yield row.finding("subgroup test", "p", p.judge(recomputed), why, recomputed)


def _upper_tail(statistic: Range, df: float) -> Range:
    """P values of the chi-squared distribution over a range of its statistic."""
    from scipy.special import chdtrc

    low, high = (float(chdtrc(df, max(0.0, x))) for x in reversed(statistic))
    return low, high


def _df(row: PrintedRow) -> float | None:
    """Degrees of freedom of Q: as printed, else k - 1; none below 1."""
    if row.measure in SUBGROUP_TESTS:
        return None
    df = 0.0
    if "q_df" in row.numbers:
        df = row.numbers["q_df"].value
    elif "k" in row.numbers:
        df = row.numbers["k"].value - 1
    return df if df >= 1 else None
