"""From effect sizes and what they pool to, to the record that a forest plot shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from themeweave.effects.outcomes import heterogeneity_words
from themeweave.report.figures.estimates import (
    RATIOS,
    Effect,
    back,
    measure_words,
    model_words,
    p_words,
)
from themeweave.report.figures.forest_rows import Forest, Group

if TYPE_CHECKING:
    from themeweave.effects.moderators import Subgroup, Subgroups
    from themeweave.effects.records import EffectSizes, PooledEffect

_NO_NULL = ("MN", "PR", "PLN", "PLO", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT")


def forest_of(
    sizes: EffectSizes,
    pooled: PooledEffect | None = None,
    *,
    title: str = "",
    common: PooledEffect | None = None,
    groups: Sequence[Any] | None = None,
    subgroups: Subgroups | None = None,
    n: Sequence[int | None] | None = None,
    bias: Sequence[Sequence[str]] | None = None,
    bias_domains: Sequence[str] = (),
    columns: Sequence[Literal["k", "p", "I2"]] = (),
    prediction: bool = False,
    favours: tuple[str, str] = ("", ""),
    level: float = 0.95,
) -> Forest:
    """Put effect sizes and what they pool to in the order of a forest plot.

    Parameters
    ----------
    sizes
        As `themeweave.effects.effect_sizes` gives them; log ratios become ratios. Rows that are
        not estimable stand in the plot and say so.
    pooled, common
        Pooled effects of all rows; the weights are those of ``pooled``.
    groups : shape (k,)
        The subgroup of each row; headings stand in code-point order.
    subgroups
        The analysis of these groups: a diamond for each, and their test at the foot.
    n, bias : shape (k,)
        Participants, and judgements of risk of bias in the order of ``bias_domains``.
    columns
        Further columns to show.
    prediction
        Whether to draw the prediction interval of ``pooled``.
    level
        Coverage of the studies' intervals, normal on the analysis scale.

    Examples
    --------
    >>> from themeweave.effects import effect_sizes, pool
    >>> sizes = effect_sizes({"ai": [4, 6], "n1i": [123, 306], "ci": [11, 29], "n2i": [139, 303]},
    ...                      "RR")
    >>> plot = forest_of(sizes, pool(sizes.yi, sizes.vi), groups=["ward", "home"])
    >>> [(group.heading, round(group.studies[0].estimate, 2)) for group in plot.groups]
    [('home', 0.2), ('ward', 0.41)]
    """
    ratio = sizes.measure in RATIOS
    z = NormalDist().inv_cdf((1 + level) / 2)
    studies = []
    for i, (y, se, label) in enumerate(zip(sizes.yi, sizes.se, sizes.slab, strict=True)):
        weight = float(pooled.weights[i]) if pooled else math.nan
        studies.append(
            Effect(
                label,
                float(y),
                float(y - z * se),
                float(y + z * se),
                weight=None if math.isnan(weight) else weight,
                n=n[i] if n else None,
                pval=math.erfc(abs(y / se) / math.sqrt(2)) if "p" in columns else None,
                bias=tuple(bias[i]) if bias else (),
            ).back(ratio)
        )

    def pooled_row(label: str, found: PooledEffect | Subgroup) -> Effect:
        return Effect(
            label,
            found.estimate,
            found.ci_lb,
            found.ci_ub,
            k=found.k if "k" in columns else None,
            pval=found.pval if "p" in columns else None,
            i2=found.I2 if "I2" in columns else None,
        ).back(ratio)

    found = {group.level: group for group in subgroups.groups} if subgroups else {}
    names = [str(name) for name in groups] if groups is not None else []
    return Forest(
        title=title,
        measure=measure_words(sizes.measure),
        studies=() if names else tuple(studies),
        common=pooled_row("Common effect", common) if common else None,
        random=pooled_row(model_words(pooled.method), pooled) if pooled else None,
        prediction=(back(pooled.pi_lb, ratio), back(pooled.pi_ub, ratio))
        if prediction and pooled and not math.isnan(pooled.pi_lb)
        else None,
        heterogeneity=heterogeneity_words(pooled) if pooled else "",
        favours=favours,
        ratio=ratio,
        groups=tuple(
            Group(
                name,
                tuple(s for s, own in zip(studies, names, strict=True) if own == name),
                pooled_row("Subtotal", found[name]) if name in found else None,
                _spread(found[name]) if name in found else "",
            )
            for name in sorted(set(names))
        ),
        difference=_difference(subgroups) if subgroups else "",
        bias_domains=tuple(bias_domains),
        level=level,
        null_line=sizes.measure not in _NO_NULL,
    )  # fmt: skip


def _spread(group: Subgroup) -> str:
    if group.k < 2:
        return "one study: heterogeneity is not estimable"
    test = f"k = {group.k}, Q = {group.Q:.2f} (df = {group.Q_df}, {p_words(group.Q_pval)})"
    return f"{test}, I² = {group.I2:.0f}%, τ² = {group.tau2:.3f}"


def _difference(found: Subgroups) -> str:
    if math.isnan(found.pval):
        return "Difference between subgroups: not estimable"
    name, df = ("Q", f"{found.df}") if found.df2 is None else ("F", f"{found.df}, {found.df2}")
    test = f"{name} = {found.Q_between:.2f} (df = {df}, {p_words(found.pval)})"
    return f"Test of differences between subgroups: {test}"
