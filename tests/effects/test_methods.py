"""The methods paragraph states what was done, and the scripts do it again."""

import math
import shutil
import subprocess

import pytest

from themeweave.effects import pool
from themeweave.effects.methods import methods_paragraph, python_script, r_script
from themeweave.effects.presets import CMA, COCHRANE2025, DEFAULT, PRESETS, REVMAN5, pool_as
from themeweave.errors import ReviewError

Y, V = [-0.9, -0.4, -0.1], [0.04, 0.02, 0.05]


def test_the_paragraph_of_a_cochrane_analysis():
    assert methods_paragraph(pool_as(COCHRANE2025, Y, V), COCHRANE2025, "SMD") == (
        "The standardised mean differences of 3 studies were pooled by inverse variance in a "
        "random-effects model. The between-study variance (tau²) was estimated by restricted "
        "maximum likelihood (REML). The 95% confidence interval is by the method of Knapp and "
        "Hartung, with 2 degrees of freedom. Heterogeneity is described by Cochran's Q, I² (from "
        "tau² and the typical within-study variance) and tau² with a 95% interval by the Q-profile "
        "method. The 95% prediction interval, for the effect in a further study, uses the t "
        "distribution on 2 degrees of freedom. Calculations were made with themeweave 0.1.0, with "
        "the choices of RevMan from January 2025 on."
    )


def test_what_a_preset_does_not_report_is_not_described():
    text = methods_paragraph(pool_as(REVMAN5, Y, V), REVMAN5)
    assert "DerSimonian and Laird" in text
    assert "I² (from Q)" in text
    assert "prediction" not in text
    assert "Q-profile" not in text


def test_what_could_not_be_estimated_is_not_described():
    text = methods_paragraph(pool(Y[:2], V[:2], prediction="k-2"))
    assert "prediction" not in text
    single = methods_paragraph(pool(Y[:1], V[:1]))
    assert "nothing was pooled" in single
    assert "eterogeneity" not in single
    assert "tau" not in single


def test_a_common_effect_has_no_between_study_variance():
    text = methods_paragraph(pool(Y, V, "FE"), measure="OR")
    assert "The log odds ratios of 3 studies were pooled" in text
    assert "common-effect model" in text
    assert "tau" not in text
    assert "prediction" not in text


def test_an_interval_that_gave_way_is_told():
    pooled = pool_as(COCHRANE2025, Y[:2], V[:2])
    text = methods_paragraph(pooled, COCHRANE2025)
    assert "of Wald type" in text
    assert "Wald's interval was used instead of Knapp and Hartung's, as there are fewer" in text


def test_rows_left_out_are_told():
    text = methods_paragraph(pool([*Y, math.nan], [*V, 0.1]))
    assert "Rows left out, as the effect or its variance is missing: 4." in text


@pytest.mark.parametrize("ci", ["z", "t", "knha", "adhoc"])
@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM", "EB", "HE", "HS", "SJ", "FE", "EE"])
def test_every_method_has_its_sentence(method, ci):
    text = methods_paragraph(pool(Y, V, method, ci))
    assert text.endswith("Calculations were made with themeweave 0.1.0.")
    assert "\n" not in text
    assert "{" not in text


def test_a_preset_that_was_not_used_is_not_named():
    with pytest.raises(ReviewError, match="not made with the preset 'cma'") as caught:
        methods_paragraph(pool(Y, V, level=0.9), CMA)
    assert caught.value.faults == (
        "estimator: REML in the result, DL by the preset",
        "level: 0.9 in the result, 0.95 by the preset",
        "prediction interval: k-1 in the result, k-2 by the preset",
    )


def test_the_r_script_holds_every_digit_and_checks_itself():
    y = [*Y, 1 / 3]
    v = [*V, math.nan]
    names = ['A "quoted"', "B\\slash", "Bé\nline", "left out"]
    pooled = pool(y, v, ci="knha", prediction="k-2", level=0.9)
    close = float(f"{1e-6 * pooled.se:.1e}")
    assert r_script(pooled, y, v, names) == (
        "# Pooled effect of 3 studies, made with themeweave 0.1.0.\n"
        '# Needs the package metafor, version 3.8 or later: install.packages("metafor")\n'
        "library(metafor)\n"
        "\n"
        "dat <- data.frame(\n"
        '  study = c("A \\"quoted\\"", "B\\\\slash", "Bé\\nline"),\n'
        "  yi = c(-0.9, -0.4, -0.1),\n"
        "  vi = c(0.04, 0.02, 0.05)\n"
        ")\n"
        "\n"
        'fit <- rma(yi, vi, data = dat, slab = study, method = "REML", test = "knha",\n'
        "           level = 90, control = list(threshold = 1e-12, maxiter = 10000))\n"
        "print(fit, digits = 6)\n"
        "confint(fit, digits = 6, control = list(tol = 1e-12))  # Q-profile\n"
        'cat("I2 from Q:", max(0, 100 * (fit$QE - (fit$k - 1)) / fit$QE), "\\n")\n'
        "interval <- coef(fit)[[1]] + c(-1, 1) * qt(0.95, fit$k - 2) * sqrt(fit$tau2 + fit$se^2)\n"
        'cat("Prediction interval:", interval, "\\n")\n'
        "\n"
        "# The same numbers as in the review, or the script stops here.\n"
        f"stopifnot(abs(coef(fit)[[1]] - ({pooled.estimate!r})) < {close})\n"
        f"stopifnot(abs(fit$ci.lb - ({pooled.ci_lb!r})) < {close})\n"
        f"stopifnot(abs(fit$ci.ub - ({pooled.ci_ub!r})) < {close})\n"
        f"stopifnot(abs(fit$tau2 - ({pooled.tau2!r})) < {close})\n"
    )


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("chosen", PRESETS.values(), ids=PRESETS)
def test_the_r_script_gives_the_same_numbers_in_r(chosen, tmp_path):
    script = tmp_path / "pool.R"
    script.write_text(r_script(pool_as(chosen, Y, V), Y, V), encoding="utf-8")
    asked = ["Rscript", "-e", 'quit(status = !requireNamespace("metafor", quietly = TRUE))']
    if subprocess.run(asked, check=False).returncode:
        pytest.skip("metafor is not installed")
    done = subprocess.run(["Rscript", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("chosen", PRESETS.values(), ids=PRESETS)
def test_the_python_script_runs_and_gives_the_same_number(chosen, capsys):
    y = [Y[0] + 1e-16 / 3, *Y[1:], math.nan]
    pooled = pool_as(chosen, y, [*V, 0.1])
    exec(python_script(pooled, y, [*V, 0.1]), {})
    printed = [float(number) for number in capsys.readouterr().out.split()]
    ours = [pooled.estimate, pooled.ci_lb, pooled.ci_ub, pooled.pval, pooled.tau2]
    assert printed[:5] == pytest.approx(ours, rel=1e-12)


def test_the_python_script_stops_when_a_number_was_changed():
    script = python_script(pool(Y, V), Y, V).replace("[-0.9,", "[-0.8,")
    with pytest.raises(AssertionError):
        exec(script, {})


def test_a_long_list_is_wrapped_between_numbers():
    script = python_script(pool(Y * 20, V * 20), Y * 20, V * 20)
    assert max(map(len, script.splitlines())) < 100
    assert script.count("-0.9") == 20


def test_effects_that_are_not_those_of_the_result_are_refused():
    with pytest.raises(ReviewError, match="2 usable effects cannot be those of a result from 3"):
        r_script(pool(Y, V), Y[:2], V[:2])
    with pytest.raises(ReviewError, match="3 effects, 3 variances and 1 names"):
        r_script(pool(Y, V), Y, V, ["A"])


def test_the_default_choices_are_called_so():
    text = methods_paragraph(pool_as(DEFAULT, Y, V), DEFAULT)
    assert text.endswith("themeweave 0.1.0, with its default choices.")
