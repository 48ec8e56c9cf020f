"""Umbrella: one table of meta-analyses in, one row of evidence each out.

Every meta-analysis (a factor, such as an outcome or an exposure) is pooled again from its studies,
with one set of choices for all, and described by what umbrella reviews report: prediction interval,
largest study, small-study effects, excess significance, and a class of evidence. Estimates that are
pooled themselves share studies, so pooling them counts people twice: they are refused unless the
overlap of their studies is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from themeweave.effects.audit.printed import Table, is_empty, rows_of
from themeweave.effects.bias.asymmetry import Egger, egger
from themeweave.effects.bias.excess import (
    ExcessSignificance,
    TessPsst,
    ioannidis_trikalinos,
    tess_psst,
)
from themeweave.effects.classes import (
    Evidence,
    EvidenceClass,
    Profile,
    classify,
    shipped_profile,
)
from themeweave.effects.influence import leave_one_out
from themeweave.effects.pool import pool
from themeweave.effects.records import PooledEffect
from themeweave.errors import ReviewError

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "factor": ("meta_analysis",),
    "study": ("slab", "author"),
    "yi": ("effect",),
    "vi": ("var", "variance"),
    "se": ("sei", "standard_error"),
    "n_cases": ("cases",),
    "n_total": ("n", "participants"),
    "k": ("studies",),
    "result_type": (),
}
_SMALL_STUDY_ALPHA = 0.10  # the usual level of the flag; classes have a level of their own


@dataclass(frozen=True, slots=True)
class LargestStudy:
    """The study that knows most."""

    row: int  # in the table, 1 is the first row below the header
    study: str
    estimate: float
    ci_lb: float  # Wald
    ci_ub: float
    by: str  # "participants", or "standard error" where they are not known


@dataclass(frozen=True, slots=True, eq=False)
class UmbrellaRow:
    """One meta-analysis, pooled again and judged; on the analysis scale."""

    factor: str
    k: int  # studies with an effect and a variance
    n_cases: float  # nan where a study does not tell
    n_total: float
    pooled: PooledEffect  # with the prediction interval by t(k - 2)
    largest: LargestStudy
    egger: Egger  # classic
    small_study_effect: bool  # Egger p < 0.10, and the largest study is nearer to no effect
    excess: TessPsst
    excess_chi2: ExcessSignificance  # two-sided, as published
    leave_one_out_max_p: float  # the least favourable p when one study is left out
    evidence_class: EvidenceClass
    notes: tuple[str, ...]

    def flat(self) -> dict[str, str | float]:
        """Give the numbers that a table of an umbrella review shows, by column name."""
        return {
            "factor": self.factor,
            "k": self.k,
            "n_cases": self.n_cases,
            "n_total": self.n_total,
            "estimate": self.pooled.estimate,
            "ci_lb": self.pooled.ci_lb,
            "ci_ub": self.pooled.ci_ub,
            "pval": self.pooled.pval,
            "tau2": self.pooled.tau2,
            "I2": self.pooled.I2,
            "pi_lb": self.pooled.pi_lb,
            "pi_ub": self.pooled.pi_ub,
            "largest_study": self.largest.study,
            "largest_estimate": self.largest.estimate,
            "largest_ci_lb": self.largest.ci_lb,
            "largest_ci_ub": self.largest.ci_ub,
            "egger_p": self.egger.pval,
            "small_study_effect": "yes" if self.small_study_effect else "no",
            "observed_significant": self.excess.observed,
            "expected_significant": self.excess.expected,
            "excess_p": self.excess.p_smaller,
            "leave_one_out_max_p": self.leave_one_out_max_p,
            "class": self.evidence_class.name,
            "missed": "; ".join(self.evidence_class.missed),
            "profile": self.evidence_class.profile,
            "notes": "; ".join(self.notes),
        }


@dataclass(frozen=True, slots=True)
class _Study:
    """One row of the table, read."""

    row: int
    factor: str
    name: str
    y: float
    v: float
    cases: float
    total: float
    pooled: bool  # a pooled estimate itself


def umbrella(
    table: Table,
    *,
    profile: Profile | None = None,
    overlap: Mapping[str, float] | None = None,
    level: float = 0.95,
    where: str = "the table",
) -> list[UmbrellaRow]:
    """Pool and judge each meta-analysis of a table.

    Parameters
    ----------
    table
        One study a row: ``factor``, ``yi`` on the analysis scale (log odds ratios, not odds
        ratios), ``vi`` or ``se``; and, as far as known, ``study``, ``n_cases`` and ``n_total``. A
        row is a pooled estimate itself when its ``k`` is above 1 or its ``result_type`` says
        ``pooled`` or ``subgroup``. `effect_sizes` makes ``yi`` and ``vi`` from reported numbers.
    profile
        Rules of the evidence classes and the choices of pooling; ``observational`` by default.
    overlap
        Factor -> corrected covered area in percent, needed to pool pooled estimates.
    level
        Coverage of all intervals.
    where
        The name of the table, for messages.

    Returns
    -------
    list of UmbrellaRow
        In the order in which the factors appear. With few studies some numbers are nan; ``notes``
        says which and why.

    Raises
    ------
    ReviewError
        For missing columns; with all faults at once for cells that are no number, variances not
        above 0, and factors without any effect; and for pooled estimates without their overlap.

    Notes
    -----
    The largest study is the one with most participants, of equals the one with the smallest
    absolute effect; where numbers are missing, the one with the smallest standard error.

    Examples
    --------
    >>> table = [{"factor": "hope", "yi": y, "vi": v, "n_total": n}
    ...          for y, v, n in [(0.2, 0.01, 400), (0.3, 0.02, 200), (0.1, 0.02, 210)]]
    >>> row = umbrella(table, profile=shipped_profile("trials"))[0]
    >>> row.k, row.n_total, row.evidence_class.name
    (3, 810.0, 'IV')
    """
    chosen = profile or shipped_profile("observational")
    studies = _read(table, where)
    _refuse_pooled(studies, overlap or {}, where)
    groups: dict[str, list[_Study]] = {}
    for study in studies:
        groups.setdefault(study.factor, []).append(study)
    return [
        _judge(factor, group, chosen, (overlap or {}).get(factor), level)
        for factor, group in groups.items()
    ]


def _judge(
    factor: str, group: Sequence[_Study], profile: Profile, overlap: float | None, level: float
) -> UmbrellaRow:
    """Pool one meta-analysis and describe it."""
    used = [study for study in group if math.isfinite(study.y) and math.isfinite(study.v)]
    y, v = [study.y for study in used], [study.v for study in used]
    pooled = pool(y, v, profile.method, profile.ci, level, "k-2")
    largest = _largest(used, level)
    test = egger(y, v, level=level)
    effect = largest.estimate if profile.excess_effect == "largest" else None
    excess = tess_psst(y, v, effect=effect)
    chi2 = ioannidis_trikalinos(y, v, effect=effect, alternative="two-sided")
    without = leave_one_out(y, v, method=profile.method, ci=profile.ci, level=level).pooled
    cases, total = (math.fsum(n) for n in ([s.cases for s in used], [s.total for s in used]))
    p_of = {"smaller": excess.p_smaller, "TESS": excess.p_tess, "PSST": excess.p_psst}
    evidence = Evidence(
        estimate=pooled.estimate,
        p=pooled.pval,
        amount=cases if profile.count == "cases" else total,
        i2=pooled.I2,
        pi_lb=pooled.pi_lb,
        pi_ub=pooled.pi_ub,
        largest_lb=largest.ci_lb,
        largest_ub=largest.ci_ub,
        small_study_p=test.pval,
        excess_p=p_of.get(profile.excess_test, chi2.pval_chi2),
    )
    notes = [*pooled.notes, *(f"Egger's test: {note}" for note in test.notes)]
    if len(used) < len(group):
        notes.append(f"{len(group) - len(used)} of {len(group)} rows have no effect or no variance")
    if overlap is not None:
        notes.append(f"pools pooled estimates; their studies overlap by {overlap:g}% (CCA)")
    nearer = abs(largest.estimate) < abs(pooled.estimate)
    return UmbrellaRow(
        factor=factor,
        k=pooled.k,
        n_cases=cases,
        n_total=total,
        pooled=pooled,
        largest=largest,
        egger=test,
        small_study_effect=test.pval < _SMALL_STUDY_ALPHA and nearer,
        excess=excess,
        excess_chi2=chi2,
        leave_one_out_max_p=float(without.pval.max()) if len(without.pval) else math.nan,
        evidence_class=classify(evidence, profile),
        notes=tuple(notes),
    )


def _largest(used: Sequence[_Study], level: float) -> LargestStudy:
    """Find the largest study of a meta-analysis."""
    from scipy.special import ndtri

    known = not any(math.isnan(study.total) for study in used)
    study = min(used, key=lambda s: (-s.total if known else s.v, abs(s.y), s.row))
    reach = float(ndtri((1 + level) / 2)) * math.sqrt(study.v)
    by = "participants" if known else "standard error"
    return LargestStudy(study.row, study.name, study.y, study.y - reach, study.y + reach, by)


def _refuse_pooled(studies: Sequence[_Study], overlap: Mapping[str, float], where: str) -> None:
    """Refuse to pool pooled estimates of a factor whose overlap is not given."""
    count: dict[str, int] = {}
    for study in studies:
        count[study.factor] = count.get(study.factor, 0) + study.pooled
    wrong = [f for f, value in overlap.items() if not (0 <= value <= 100)]
    if wrong:
        raise ReviewError(
            f"an overlap of {overlap[wrong[0]]:g} is no percentage",
            f"factor '{wrong[0]}'",
            "Give the corrected covered area in percent, between 0 and 100.",
        )
    faults = [
        f"'{factor}': {number} pooled estimates"
        for factor, number in count.items()
        if number and factor not in overlap
    ]
    if faults:
        raise ReviewError(
            "these rows are pooled estimates, which may rest on the same primary studies",
            where,
            "Pool the primary studies instead, or measure their overlap (corrected covered area) "
            "and give it for each of these factors.",
            faults=faults,
        )


def _read(table: Table, where: str) -> list[_Study]:
    """Read the table, or raise with every fault in it."""
    raw = rows_of(table)
    own = {str(name).strip().lower(): name for row in raw for name in row}
    names = {
        name: own[candidate]
        for name, synonyms in _COLUMNS.items()
        for candidate in (*reversed(synonyms), name)
        if candidate in own
    }
    missing = [name for name in ("factor", "yi") if name not in names]
    missing += ["vi (or se)"] if not {"vi", "se"} & set(names) else []
    if missing or not raw:
        raise ReviewError(
            "the table has no rows" if not raw else f"columns are missing: {', '.join(missing)}",
            where,
            "Give one study a row with factor, yi and vi (or se); effect_sizes makes yi and vi.",
        )
    faults: list[str] = []
    studies = [_study(i, row, names, faults) for i, row in enumerate(raw, start=1)]
    usable = {s.factor for s in studies if math.isfinite(s.y) and math.isfinite(s.v)}
    factors = dict.fromkeys(s.factor for s in studies if s.factor)
    faults += [
        f"'{f}' has no row with an effect and a variance" for f in factors if f not in usable
    ]
    if faults:
        raise ReviewError(
            f"the table of meta-analyses has {len(faults)} faults",
            where,
            "Mend these cells; leave a cell empty where a number is not known.",
            faults=faults,
        )
    return studies


def _study(
    number: int, row: Mapping[str, Any], names: Mapping[str, Any], faults: list[str]
) -> _Study:
    """Read one row and add what is wrong with it to ``faults``."""

    def read(name: str) -> float:
        cell = row.get(names[name]) if name in names else None
        if is_empty(cell):
            return math.nan
        try:
            return float(str(cell))
        except ValueError:
            faults.append(f"row {number}, column '{names[name]}': '{cell}' is not a number")
            return math.nan

    factor = row.get(names["factor"])
    if is_empty(factor):
        faults.append(f"row {number}, column '{names['factor']}': empty")
    variance, se = read("vi"), read("se")
    spread = "vi" if math.isfinite(variance) or "se" not in names else "se"
    if math.isnan(variance):
        variance = se * abs(se)
    if variance <= 0:
        faults.append(
            f"row {number}, column '{names[spread]}': {row[names[spread]]} is not above 0"
        )
    kind = "" if "result_type" not in names else str(row.get(names["result_type"])).strip().lower()
    study = row.get(names["study"]) if "study" in names else None
    return _Study(
        row=number,
        factor="" if is_empty(factor) else str(factor).strip(),
        name=f"row {number}" if is_empty(study) else str(study).strip(),
        y=read("yi"),
        v=variance,
        cases=read("n_cases"),
        total=read("n_total"),
        pooled=read("k") > 1 or kind in {"pooled", "subgroup"},
    )
