"""How a result was made: in words for the methods section, and as scripts that make it again.

The words state what was done to get this result and nothing else: a number that could not be
estimated, or that a preset does not report, has no sentence. The scripts hold the effects at full
precision and stop with an error if they do not give the same result.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from themeweave.effects.records import PooledEffect
from themeweave.errors import ReviewError

if TYPE_CHECKING:
    import numpy.typing as npt

    from themeweave.effects.presets import Preset

_ESTIMATORS: Mapping[str, str] = {
    "REML": "restricted maximum likelihood (REML)",
    "ML": "maximum likelihood",
    "DL": "the method of DerSimonian and Laird",
    "PM": "the method of Paule and Mandel",
    "EB": "empirical Bayes",
    "HE": "the method of Hedges",
    "HS": "the method of Hunter and Schmidt",
    "SJ": "the method of Sidik and Jonkman",
}
_INTERVALS: Mapping[str, str] = {
    "z": "of Wald type, with the normal distribution",
    "t": "of Wald type, with Student's t distribution on {df} degrees of freedom",
    "knha": "by the method of Knapp and Hartung, with {df} degrees of freedom",
    "adhoc": (
        "by the method of Knapp and Hartung, with {df} degrees of freedom and a standard error "
        "never below Wald's"
    ),
}
_PREDICTION: Mapping[str, str] = {"z": "normal", "k-1": "t", "k-2": "t"}
_MEASURES: Mapping[str, str] = {
    "SMD": "standardised mean differences",
    "SMDH": "standardised mean differences",
    "MD": "mean differences",
    "ROM": "log ratios of means",
    "OR": "log odds ratios",
    "PETO": "log odds ratios by Peto",
    "RR": "log risk ratios",
    "HR": "log hazard ratios",
    "RD": "risk differences",
    "ZCOR": "correlations (as Fisher's z)",
    "PLO": "proportions (as logits)",
}


def methods_paragraph(result: PooledEffect, preset: Preset | None = None, measure: str = "") -> str:
    """Write the methods paragraph of one pooled result.

    Parameters
    ----------
    result
        What `pool` or `pool_as` returned.
    preset
        The preset that was pooled with, if any; its program is named.
    measure
        The effect measure, such as ``SMD``; the paragraph speaks of effects where it is not known.

    Returns
    -------
    str
        Plain sentences, one paragraph, no line breaks.

    Raises
    ------
    ReviewError
        When the result was not made with the preset: its estimator, level or prediction differs.

    Examples
    --------
    >>> from themeweave.effects import pool
    >>> text = methods_paragraph(pool([-0.9, -0.4, -0.1], [0.04, 0.02, 0.05]), measure="SMD")
    >>> print(text.partition(". ")[0])
    The standardised mean differences of 3 studies were pooled by inverse variance in a
    random-effects model
    """
    _check_preset(result, preset)
    percent = f"{100 * result.level:g}%"
    common = result.method in {"FE", "EE"}
    model = "common-effect" if common else "random-effects"
    studies = f"{result.k} {'study' if result.k == 1 else 'studies'}"
    effects = _MEASURES.get(measure.upper(), "effects")
    sentences = [
        f"The {effects} of {studies} were pooled by inverse variance in a {model} model."
        if result.k > 1
        else "One study was available, so its effect stands alone and nothing was pooled."
    ]
    if not common and result.k > 1:
        estimator = _ESTIMATORS[result.method]
        sentences.append(f"The between-study variance (tau²) was estimated by {estimator}.")
    if math.isfinite(result.ci_lb):
        interval = _INTERVALS[result.ci].format(df=result.k - 1)
        sentences.append(f"The {percent} confidence interval is {interval}.")
        sentences += _told(result, "Wald's interval was used")
    sentences += _heterogeneity(result, preset, percent, common)
    if math.isfinite(result.pi_lb) and not common:
        reference = _PREDICTION[result.prediction]
        df = result.k - (2 if result.prediction == "k-2" else 1)
        on = "" if reference == "normal" else f" on {df} degrees of freedom"
        sentences.append(
            f"The {percent} prediction interval, for the effect in a further study, uses the "
            f"{reference} distribution{on}."
        )
    sentences += _told(result, "rows left out")
    choices = "" if preset is None else f", with the choices of {preset.program}"
    if preset is not None and preset.program == "themeweave":
        choices = ", with its default choices"
    sentences.append(f"Calculations were made with themeweave {_version()}{choices}.")
    return " ".join(sentences)


def _told(result: PooledEffect, start: str) -> list[str]:
    """Give the notes on something that was done as sentences."""
    return [f"{note[0].upper()}{note[1:]}." for note in result.notes if note.startswith(start)]


def _check_preset(result: PooledEffect, preset: Preset | None) -> None:
    """Refuse to name a preset that the result was not made with."""
    if preset is None:
        return
    pairs: list[tuple[str, tuple[object, ...], object]] = [
        ("estimator", (preset.method,), result.method),
        ("interval", (preset.ci, preset.ci_fallback), result.ci),
        ("level", (preset.level,), result.level),
        ("prediction interval", (preset.prediction,), result.prediction),
    ]
    faults = [
        f"{what}: {given} in the result, {wanted[0]} by the preset"
        for what, wanted, given in pairs
        if given not in wanted
    ]
    if faults:
        raise ReviewError(
            f"the result was not made with the preset '{preset.name}'",
            next_step="Pool with `pool_as` and this preset, or leave the preset out.",
            faults=faults,
        )


def _heterogeneity(
    result: PooledEffect, preset: Preset | None, percent: str, common: bool
) -> list[str]:
    """Say how heterogeneity is described, as far as it was estimated."""
    if result.k < 2:
        return []
    parts = ["Cochran's Q"]
    if not common:
        by_q = (preset is not None and preset.i2 == "Q") or result.method == "DL"
        source = "from Q" if by_q else "from tau² and the typical within-study variance"
        parts.append(f"I² ({source})")
        if math.isfinite(result.tau2_ub):
            parts.append(f"tau² with a {percent} interval by the Q-profile method")
        else:
            parts.append("tau²")
    elif math.isfinite(result.I2_Q):
        parts.append("I² (from Q)")
    return [f"Heterogeneity is described by {_listed(parts)}."]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def r_script(
    result: PooledEffect,
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    studies: Sequence[str] | None = None,
) -> str:
    """Write an R script that makes the result again with metafor (version 3.8 or later).

    Parameters
    ----------
    result
        What `pool` or `pool_as` returned for these effects.
    yi, vi : shape (k,)
        The effects and sampling variances that were pooled.
    studies
        Their names, as many as there are effects; numbers where none are given.

    Raises
    ------
    ReviewError
        When effects, variances and names differ in number, or the number of usable effects is not
        the result's k.

    Notes
    -----
    The iterations are tightened, since metafor stops by default at a change of tau2 below 1e-5.
    """
    names, effects, variances = _usable(result, yi, vi, studies)
    method = "EE" if result.method in {"FE", "EE"} else result.method
    control = _R_CONTROL.get(method, "")
    lines = [
        f"# Pooled effect of {result.k} studies, made with themeweave {_version()}.",
        '# Needs the package metafor, version 3.8 or later: install.packages("metafor")',
        "library(metafor)",
        "",
        "dat <- data.frame(",
        f"  study = c({_packed([json.dumps(name, ensure_ascii=False) for name in names])}),",
        f"  yi = c({_packed([repr(y) for y in effects])}),",
        f"  vi = c({_packed([repr(v) for v in variances])})",
        ")",
        "",
        f'fit <- rma(yi, vi, data = dat, slab = study, method = "{method}", test = "{result.ci}",',
        f"           level = {100 * result.level:.12g}{control})",
        "print(fit, digits = 6)",
    ]
    if math.isfinite(result.tau2_ub):
        lines.append("confint(fit, digits = 6, control = list(tol = 1e-12))  # Q-profile")
    if math.isfinite(result.I2_Q):
        lines.append('cat("I2 from Q:", max(0, 100 * (fit$QE - (fit$k - 1)) / fit$QE), "\\n")')
    if math.isfinite(result.pi_lb) and result.prediction in _R_QUANTILE:
        upper = f"{(1 + result.level) / 2:.12g}"
        quantile = _R_QUANTILE[result.prediction].format(upper=upper)
        lines += [
            f"interval <- coef(fit)[[1]] + c(-1, 1) * {quantile} * sqrt(fit$tau2 + fit$se^2)",
            'cat("Prediction interval:", interval, "\\n")',
        ]
    checks = [("coef(fit)[[1]]", result.estimate), ("fit$ci.lb", result.ci_lb)]
    checks += [("fit$ci.ub", result.ci_ub), ("fit$tau2", result.tau2)]
    lines += ["", "# The same numbers as in the review, or the script stops here."]
    lines += [
        f"stopifnot(abs({code} - ({value!r})) < {_tolerance(result)!r})"
        for code, value in checks
        if math.isfinite(value)
    ]
    return "\n".join(lines) + "\n"


def python_script(result: PooledEffect, yi: npt.ArrayLike, vi: npt.ArrayLike) -> str:
    """Write a Python script that makes the result again with themeweave.

    Parameters and errors are those of `r_script`, without names of studies.
    """
    _, effects, variances = _usable(result, yi, vi, None)
    reported = result.prediction in _R_QUANTILE
    last = f', prediction="{result.prediction}"' if reported else ""
    interval = ", result.pi_lb, result.pi_ub" if reported else ""
    lines = [
        f"# Pooled effect of {result.k} studies, made with themeweave {_version()}.",
        "from themeweave.effects import pool",
        "",
        f"yi = [{_packed([repr(y) for y in effects])}]",
        f"vi = [{_packed([repr(v) for v in variances])}]",
        f'choices = dict(method="{result.method}", ci="{result.ci}", level={result.level!r}{last})',
        "result = pool(yi, vi, **choices)",
        "print(result.estimate, result.ci_lb, result.ci_ub, result.pval)",
        f"print(result.tau2, result.Q, result.I2, result.I2_Q{interval})",
        "",
        "# The same number as in the review, or the script stops here.",
        f"assert abs(result.estimate - ({result.estimate!r})) < {_tolerance(result)!r}",
    ]
    return "\n".join(lines) + "\n"


_R_CONTROL: Mapping[str, str] = {
    **dict.fromkeys(("REML", "ML", "EB"), ", control = list(threshold = 1e-12, maxiter = 10000)"),
    "PM": ", control = list(tol = 1e-12)",
}
_R_QUANTILE: Mapping[str, str] = {
    "z": "qnorm({upper})",
    "k-1": "qt({upper}, fit$k - 1)",
    "k-2": "qt({upper}, fit$k - 2)",
}


_WIDTH = 88  # of a line of numbers


def _tolerance(result: PooledEffect) -> float:
    """Return a millionth of the standard error: far below rounding, far above floating point."""
    return float(f"{1e-6 * result.se:.1e}")


def _usable(
    result: PooledEffect, yi: npt.ArrayLike, vi: npt.ArrayLike, studies: Sequence[str] | None
) -> tuple[list[str], list[float], list[float]]:
    """Keep the rows that were pooled, and make sure that they can be the result's."""
    import numpy as np

    effects = np.atleast_1d(np.asarray(yi, dtype=float)).tolist()
    variances = np.atleast_1d(np.asarray(vi, dtype=float)).tolist()
    names = [str(i) for i in range(1, len(effects) + 1)] if studies is None else [*studies]
    if not len(effects) == len(variances) == len(names):
        raise ReviewError(
            f"{len(effects)} effects, {len(variances)} variances and {len(names)} names do not "
            "belong together",
            next_step="Give one variance and one name for each effect.",
        )
    rows = [
        (name.replace("\0", ""), y, v)
        for name, y, v in zip(names, effects, variances, strict=True)
        if math.isfinite(y) and math.isfinite(v)
    ]
    if len(rows) != result.k:
        raise ReviewError(
            f"{len(rows)} usable effects cannot be those of a result from {result.k} studies",
            next_step="Give the effects and variances that were pooled.",
        )
    return [name for name, _, _ in rows], [y for _, y, _ in rows], [v for _, _, v in rows]


def _packed(texts: Sequence[str]) -> str:
    """Write a long list over several lines of a script; no text is ever broken."""
    lines = [""]
    for text in texts:
        piece = f"{text}, "
        if lines[-1] and len(lines[-1]) + len(piece) > _WIDTH:
            lines.append("")
        lines[-1] += piece
    return "\n    ".join(line.rstrip() for line in lines).rstrip(",")


def _version() -> str:
    """Name the installed version of this program."""
    from importlib.metadata import version

    return version("themeweave")
