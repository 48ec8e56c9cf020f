"""The catalogue of measures: what each one needs, can fail on, and how it reads its columns.

The formulas stand in `continuous`, `binary` and `single_group`, the mending of what is reported
otherwise in `reported`; this page only says which goes with which name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from themeweave import plugins
from themeweave.effects.records import Floats
from themeweave.effects.sizes import binary, continuous, reported, single_group
from themeweave.effects.sizes.columns import Columns

Effect = tuple[Floats, Floats]
Arms = tuple[Floats, Floats, Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Options:
    """The choices a measure may depend on; see `effect_sizes`."""

    correction: str = "exact"
    variance: str = "LS"
    smdh_variance: str = "shrunk"
    md_variance: str = "separate"
    rom: str = "plain"
    add: float = 0.5
    to: str = "only0"
    drop00: bool = False
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it is, needs and can fail on, and how it is computed."""

    words: str
    needs: tuple[str, ...]
    compute: Callable[[Columns, Options, reported.Notes], Effect]
    contrast: bool  # two groups or two times compared, so that a direction makes sense
    lost: str  # why it is nan although every cell is there
    uses: tuple[str, ...] = ()  # the options that matter, for the definition in words
    or_else: tuple[tuple[str, ...], ...] = ()  # other sets of columns that serve as well
    also: tuple[str, ...] = ()  # columns that are read where they are there

    def columns(self) -> frozenset[str]:
        """Return every column that the measure may read."""
        return frozenset((*self.needs, *(c for group in self.or_else for c in group), *self.also))


def _arms(c: Columns, o: Options, notes: reported.Notes) -> Arms:
    return (
        *reported.group(c, "_1", o.level, notes),
        *reported.group(c, "_2", o.level, notes),
    )


def _smd(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    m1, sd1, n1, m2, sd2, n2 = _arms(c, o, notes)
    d = (m1 - m2) / continuous.pooled_sd(sd1, n1, sd2, n2)
    d = np.where(np.isnan(d), reported.d_without_means(c, notes, np.isnan(d)), d)
    return continuous.smd_from_d(d, n1, n2, o.correction, o.variance)


def _smdh(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    return continuous.smdh(*_arms(c, o, notes), o.correction, o.smdh_variance)


def _glass(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    m1, _, n1, m2, sd2, n2 = _arms(c, o, notes)
    return continuous.smd_glass(m1, n1, m2, sd2, n2, o.correction)


def _md(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    return continuous.mean_difference(*_arms(c, o, notes), o.md_variance == "pooled")


def _rom(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    return continuous.ratio_of_means(*_arms(c, o, notes), o.rom)


def _change(c: Columns, _o: Options, _notes: reported.Notes) -> Effect:
    return continuous.mean_change(c["mean_1"], c["sd_1"], c["mean_2"], c["sd_2"], c["n"], c["r"])


def _standardised(by: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    def compute(c: Columns, o: Options, _notes: reported.Notes) -> Effect:
        cells = c["mean_1"], c["sd_1"], c["mean_2"], c["sd_2"], c["n"], c["r"]
        return continuous.standardised_change(*cells, by, o.correction)

    return compute


def _mean(c: Columns, _o: Options, _notes: reported.Notes) -> Effect:
    return c["mean"], c["sd"] ** 2 / c["n"]


def _table(name: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    def compute(c: Columns, o: Options, _notes: reported.Notes) -> Effect:
        counts = c["events_1"], c["n_1"], c["events_2"], c["n_2"]
        return binary.effect(name, *counts, o.add, o.to, o.drop00)

    return compute


def _contrast_of_rates(name: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    def compute(c: Columns, o: Options, _notes: reported.Notes) -> Effect:
        counts = c["events_1"], c["time_1"], c["events_2"], c["time_2"]
        return single_group.rate_contrast(name, *counts, o.add, o.to)

    return compute


def _proportion(name: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    return lambda c, o, _: single_group.proportion(name, c["events"], c["n"], o.add, o.to)


def _rate(name: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    return lambda c, o, _: single_group.rate(name, c["events"], c["time"], o.add, o.to)


def _correlation(name: str) -> Callable[[Columns, Options, reported.Notes], Effect]:
    return lambda c, _, __: single_group.correlation(name, c["r"], c["n"])


def _ready(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    return reported.generic(c, o.level, False, notes)


def _ratio(c: Columns, o: Options, notes: reported.Notes) -> Effect:
    return reported.generic(c, o.level, True, notes)


_MEANS = ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")
_TABLE = ("events_1", "n_1", "events_2", "n_2")
_TABLE_BY_CELLS = ("events_1", "nonevents_1", "events_2", "nonevents_2")
_RATES = ("events_1", "time_1", "events_2", "time_2")
_TWICE = ("mean_1", "sd_1", "mean_2", "sd_2", "n", "r")
_SPREADS = (
    ("mean_1", "se_1", "n_1", "mean_2", "se_2", "n_2"),
    ("mean_1", "ci_lb_1", "ci_ub_1", "n_1", "mean_2", "ci_lb_2", "ci_ub_2", "n_2"),
    ("median_1", "q1_1", "q3_1", "n_1", "median_2", "q1_2", "q3_2", "n_2"),
    ("median_1", "min_1", "max_1", "n_1", "median_2", "min_2", "max_2", "n_2"),
)
_STATISTICS = (
    ("d", "n_1", "n_2"),
    ("t", "n_1", "n_2"),
    ("f", "sign", "n_1", "n_2"),
    ("p", "sign", "n_1", "n_2"),
)
_SMALL = "a group is too small, there is no spread, or nothing that leads to it is given"
_ZERO = "no events (or nothing else) in both groups, or a zero cell left as it is"
_NONE = "the count is 0 (or all) and nothing was added, or the group is too small"
_FLAT = "the correlation is 1 or the sample too small"
_NO_ERROR = "no variance, standard error, interval or p value that can be used"


def _binary_measures() -> dict[str, Measure]:
    words = {
        "OR": "log odds ratio",
        "RR": "log risk ratio",
        "RD": "risk difference",
        "AS": "arcsine risk difference",
        "PETO": "log odds ratio by Peto",
        "PHI": "phi coefficient",
        "YUQ": "Yule's Q",
        "YUY": "Yule's Y",
        "OR2DL": "SMD from the odds ratio, logistic",
        "OR2DN": "SMD from the odds ratio, normal (Cox-Snell)",
    }
    policy = ("add", "to", "drop00")
    return {
        name: Measure(
            text,
            _TABLE,
            _table(name),
            True,
            _ZERO,
            ("drop00",) if name in binary.UNCORRECTED else policy,
            (_TABLE_BY_CELLS,),
        )
        for name, text in words.items()
    }


def _one_group_measures() -> dict[str, Measure]:
    proportions = {
        "PR": "proportion",
        "PLN": "log proportion",
        "PLO": "logit proportion",
        "PAS": "arcsine proportion",
        "PFT": "double arcsine proportion (Freeman-Tukey)",
    }
    rates = {
        "IR": "rate",
        "IRLN": "log rate",
        "IRS": "square root of the rate",
        "IRFT": "rate by Freeman-Tukey",
    }
    correlations = {"COR": "correlation", "UCOR": "unbiased correlation", "ZCOR": "Fisher's z"}
    policy = ("add", "to")
    return {
        **{
            m: Measure(
                text,
                ("events", "n"),
                _proportion(m),
                False,
                _NONE,
                () if m in ("PAS", "PFT") else policy,
            )
            for m, text in proportions.items()
        },
        **{
            m: Measure(
                text,
                ("events", "time"),
                _rate(m),
                False,
                _NONE,
                () if m in ("IRS", "IRFT") else policy,
            )
            for m, text in rates.items()
        },
        **{
            m: Measure(text, ("r", "n"), _correlation(m), False, _FLAT)
            for m, text in correlations.items()
        },
        "MN": Measure("mean", ("mean", "sd", "n"), _mean, False, _SMALL),
    }


MEASURES: dict[str, Measure] = {
    "SMD": Measure(
        "standardised mean difference",
        _MEANS,
        _smd,
        True,
        _SMALL,
        ("correction", "variance"),
        _SPREADS + _STATISTICS,
    ),
    "SMDH": Measure(
        "standardised mean difference, unequal SDs",
        _MEANS,
        _smdh,
        True,
        _SMALL,
        ("correction", "smdh_variance"),
        _SPREADS,
    ),
    "SMD1": Measure(
        "Glass's delta, by the SD of group 2",
        ("mean_1", "n_1", "mean_2", "sd_2", "n_2"),
        _glass,
        True,
        _SMALL,
        ("correction",),
    ),
    "MD": Measure("mean difference", _MEANS, _md, True, _SMALL, ("md_variance",), _SPREADS),
    "ROM": Measure(
        "log ratio of means",
        _MEANS,
        _rom,
        True,
        "the means are not on the same side of 0, or there is no spread",
        ("rom",),
        _SPREADS,
    ),
    "MC": Measure("mean change", _TWICE, _change, True, _SMALL),
    "SMCC": Measure(
        "standardised mean change, by the SD of the change",
        _TWICE,
        _standardised("change"),
        True,
        _SMALL,
        ("correction",),
    ),
    "SMCR": Measure(
        "standardised mean change, by the SD of the first measurement",
        _TWICE,
        _standardised("raw"),
        True,
        _SMALL,
        ("correction",),
    ),
    **_binary_measures(),
    "IRR": Measure("log rate ratio", _RATES, _contrast_of_rates("IRR"), True, _NONE, ("add", "to")),
    "IRD": Measure(
        "rate difference", _RATES, _contrast_of_rates("IRD"), True, _NONE, ("add", "to")
    ),
    "IRSD": Measure("difference of root rates", _RATES, _contrast_of_rates("IRSD"), True, _NONE),
    **_one_group_measures(),
    "GEN": Measure(
        "effects as given",
        ("yi", "vi"),
        _ready,
        True,
        _NO_ERROR,
        (),
        (("yi", "se"), ("yi", "ci_lb", "ci_ub"), ("yi", "p"), ("estimate", "ci_lb", "ci_ub")),
        ("n", "n_1", "n_2"),
    ),
    **{
        name: Measure(
            words,
            ("estimate", "ci_lb", "ci_ub"),
            _ratio,
            True,
            _NO_ERROR,
            ("level",),
            (("estimate", "p"), ("estimate", "se"), ("yi", "vi"), ("yi", "se")),
            ("n", "n_1", "n_2"),
        )
        for name, words in (("HR", "log hazard ratio"), ("RATIO", "log ratio as printed"))
    },
}


@lru_cache(maxsize=1)
def measures() -> Mapping[str, Measure]:
    """Give every measure by name: ours, and those that plug-ins offer under other names.

    A plug-in's entry point in the group ``themeweave.measures`` gives such a mapping.

    Examples
    --------
    >>> "SMD" in measures()
    True
    """
    offered: dict[str, Measure] = {}
    for name in plugins.names("measures"):
        offered |= plugins.load("measures", name)
    return offered | MEASURES
