"""What a pooled effect rests on: subgroups, moderators, small studies, single studies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from themeweave.corpus.sheets import Sheet
from themeweave.effects.bias.asymmetry import begg, egger, fail_safe
from themeweave.effects.bias.excess import ioannidis_trikalinos, tess_psst
from themeweave.effects.bias.trimfill import trim_and_fill
from themeweave.effects.influence import baujat, cumulative, influence, leave_one_out
from themeweave.effects.moderators import meta_regression, subgroups
from themeweave.effects.multilevel.three_level import multilevel
from themeweave.review.effects.sheet import (
    Pooling,
    Results,
    composites,
    moderator,
    need_column,
    open_results,
    plain,
    split,
)

CAUTION = (
    "An asymmetric funnel can come from missing studies, and as well from differences between "
    "small and large studies or from chance. With fewer than 10 studies these tests see little."
)


def subgroup_sheet(
    sheet: Sheet, how: Pooling, by: str, tau2: Literal["separate", "common"] = "separate"
) -> dict[str, Any]:
    """Pool each level of a column and test whether the levels differ.

    Returns
    -------
    dict
        The fields of `Subgroups`, each group with its participants ``n``, then ``by`` and
        ``measure``.
    """
    results = open_results(sheet, how)
    parts, notes = split(results, sheet, by)
    made = {name: composites(part, sheet, how) for name, part in parts.items()}
    names = [name for name, part in made.items() for _ in part.names]
    found = subgroups(
        _joined([part.yi for part in made.values()]),
        _joined([part.vi for part in made.values()]),
        names,
        tau2=tau2,
        method=how.method,
        ci=how.ci,
        level=how.level,
    )
    record = plain(found)
    record["groups"] = [
        {**group, "n": made[group["level"]].participants} for group in record["groups"]
    ]
    clusters = [name for part in made.values() for name in part.names]
    if how.cluster and len(set(clusters)) < len(clusters):
        notes.append(
            f"a {how.cluster} stands in several groups; the test between groups takes them as "
            "independent"
        )
    if found.pval != found.pval and how.ci in ("knha", "adhoc", "t") and len(made) > 1:
        notes.append("a test between groups with one study each needs --tau2 common or --ci z")
    return {
        **record,
        "by": by,
        "measure": results.measure,
        "notes": [*results.notes, *notes, *found.notes],
    }


def regress_sheet(sheet: Sheet, how: Pooling, on: tuple[str, ...]) -> dict[str, Any]:
    """Regress the effects on columns of their sheet.

    With a cluster the model has three levels (effects within clusters, sampling errors correlated
    by ``rho``) and the tests of its coefficients are cluster-robust (CR2, Satterthwaite).

    Returns
    -------
    dict
        ``model``, ``coefficients``, their heterogeneity and, without a cluster, all other fields
        of `MetaRegression`.
    """
    results = open_results(sheet, how)
    for column in on:
        need_column(sheet, column)
    moderators = {column: moderator(results, column) for column in on}
    shared = {"measure": results.measure, "on": list(on)}
    notes = list(results.notes)
    if how.cluster:
        need_column(sheet, how.cluster)
        labels = [row[how.cluster] for row in results.rows]
        fit = multilevel(
            results.yi, results.vi, labels, moderators=moderators, rho=how.rho, level=how.level
        )
        record = plain(replace(fit, coefficients=fit.cr2, cr0=(), cr1=(), cr2=()))
        for name in ("cr0", "cr1", "cr2"):
            del record[name]
        model = "three-level, REML, CR2 tests"
    else:
        single = meta_regression(
            results.yi, results.vi, moderators, method=how.method, ci=how.ci, level=how.level
        )
        record = plain(single)
        model = f"mixed-effects, {single.method}, tests by {single.ci}"
    terms = len(record["coefficients"]) - 1
    if terms > 0 and record["k"] < 10 * terms:
        notes.append(f"fewer than 10 results for each of {terms} terms: read with caution")
    return {**record, **shared, "model": model, "notes": [*notes, *record["notes"]]}


def bias_sheet(sheet: Sheet, how: Pooling) -> dict[str, Any]:
    """Test for small-study effects and excess significance, each named variant.

    Returns
    -------
    dict
        ``egger_classic egger_mixed begg trim_and_fill`` (a list: L0 and R0, each under a common
        effect and under the method) ``fail_safe excess_significance tess_psst caution notes``.
    """
    results = composites(open_results(sheet, how), sheet, how)
    y, v, method = results.yi, results.vi, how.method
    models = dict.fromkeys(("FE", method))
    fills = [
        trim_and_fill(y, v, estimator=estimator, method=model, level=how.level)
        for estimator in ("L0", "R0")
        for model in models
    ]
    return {
        "measure": results.measure,
        "k": len(results.names),
        "egger_classic": plain(egger(y, v, level=how.level)),
        "egger_mixed": plain(egger(y, v, model="mixed", method=method, level=how.level)),
        "begg": plain(begg(y, v)),
        "trim_and_fill": [plain(fill) for fill in fills],
        "fail_safe": plain(fail_safe(y, v)),
        "excess_significance": plain(ioannidis_trikalinos(y, v, alternative="two-sided")),
        "tess_psst": plain(tess_psst(y, v, method=method)),
        "caution": CAUTION,
        "notes": list(results.notes),
    }


def influence_sheet(sheet: Sheet, how: Pooling, order: str = "") -> dict[str, Any]:
    """Pool without each result in turn, and say which results move the pooled effect.

    Returns
    -------
    dict
        ``rows``, one a result: ``without`` (estimate and interval of the rest), the diagnostics of
        `Influence` and the place in a Baujat plot; with ``order``, a column to sort by, also
        ``cumulative``: the pooled effect as results are added.
    """
    results = composites(open_results(sheet, how), sheet, how)
    y, v = results.yi, results.vi
    rest = leave_one_out(y, v, method=how.method, ci=how.ci, level=how.level)
    found = influence(y, v, method=how.method)
    place = baujat(y, v, method=how.method)
    diagnostics = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "QE_del", "hat", "dfbs")
    rows = [
        {
            "study": results.names[i],
            "estimate": float(y[i]),
            "weight": float(found.weight[i]),
            "without": {
                name: float(getattr(rest.pooled, name)[i])
                for name in ("estimate", "ci_lb", "ci_ub", "pval", "tau2", "I2")
            },
            **{name: float(getattr(found, name)[i]) for name in diagnostics},
            "baujat_x": float(place.x[i]),
            "baujat_y": float(place.y[i]),
            "influential": found.influential[i],
        }
        for i in range(len(found.kept))
    ]
    record = {"measure": results.measure, "k": len(results.names), "rows": rows}
    if order:
        need_column(sheet, order)
        record["cumulative"] = _cumulative(results, how, order)
    return {**record, "notes": list(dict.fromkeys([*results.notes, *found.notes]))}


def _cumulative(results: Results, how: Pooling, order: str) -> list[dict[str, Any]]:
    keys = moderator(results, order)
    steps = cumulative(
        results.yi, results.vi, order=keys, method=how.method, ci=how.ci, level=how.level
    )
    return [
        {
            "added": results.names[at],
            order: results.rows[at][order],
            **{
                name: float(getattr(steps.pooled, name)[step])
                for name in ("estimate", "ci_lb", "ci_ub", "tau2")
            },
        }
        for step, at in enumerate(steps.order.tolist())
    ]


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.empty(0)
