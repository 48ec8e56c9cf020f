from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from themeweave.codes.agreement import (
    agreement,
    band,
    bootstrap,
    cohen,
    fleiss,
    gwet,
    krippendorff,
    percent,
    read_labels,
    scott,
    shares,
)
from themeweave.errors import ReviewError

# Four observers, twelve units, missing values: Krippendorff, "Computing Krippendorff's
# Alpha-Reliability" (2011), section C, who prints 0.743, 0.815 and 0.849.
FOUR = read_labels(
    list(
        zip(
            [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
            [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
            strict=True,
        )
    )
)
TWO = read_labels(
    list(
        zip(
            [1, 2, 3, 1, 2, 3, 3, 1, 2, 2, 1, 3, 2, 1, 4],
            [1, 2, 2, 1, 3, 3, 3, 2, 2, 1, 1, 4, 2, 1, 4],
            strict=True,
        )
    )
)
# Ten subjects, fourteen raters, five categories: the worked example of Fleiss' kappa that many
# textbooks print, 0.210.
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
ALL = (percent, cohen, scott, fleiss, krippendorff, gwet)

labels = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=2, max_size=2),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("level", "printed", "value"),
    [
        ("nominal", 0.743, 0.743421052631579),
        ("ordinal", 0.815, 0.8153875037548814),
        ("interval", 0.849, 0.8491071428571428),
    ],
)
def test_krippendorff_agrees_with_his_own_worked_example(level, printed, value):
    # value: Python package krippendorff 0.9.0
    found = krippendorff(FOUR, level)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert round(found.value, 3) == printed
    assert (found.units, found.coders) == (11, 4)


@pytest.mark.parametrize(
    ("weights", "value", "observed", "expected"),
    [
        ("identity", 0.77544, 0.81818, 0.19032),
        ("linear", 0.85874, 0.93939, 0.57096),
        ("quadratic", 0.91400, 0.97538, 0.71370),
    ],
)
def test_gwet_agrees_with_irrcac_where_labels_are_missing(weights, value, observed, expected):
    # irrCAC 0.4.4 (Python), CAC(..., weights=...).gwet(), to 5 places
    found = gwet(FOUR, weights)
    assert (found.value, found.observed, found.expected) == pytest.approx(
        (value, observed, expected), abs=6e-6
    )


def test_fleiss_agrees_with_statsmodels():
    # statsmodels 0.15.0, fleiss_kappa
    rows = [[k for k, count in enumerate(row) for _ in range(count)] for row in FOURTEEN]
    assert fleiss(read_labels(rows)).value == pytest.approx(0.20993070442195522, abs=1e-12)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_cohen_agrees_with_scikit_learn(weights):
    chance = np.random.default_rng(7)
    for _ in range(20):
        ratings = chance.integers(0, 5, size=(40, 2))
        ratings[:, 1] = np.where(chance.random(40) < 0.6, ratings[:, 0], ratings[:, 1])
        ours = cohen(read_labels(ratings.tolist(), range(5)), weights).value
        theirs = cohen_kappa_score(
            *ratings.T, labels=range(5), weights=None if weights == "identity" else weights
        )
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_statistics_of_two_coders_agree_with_other_programs():
    # irrCAC 0.4.4: fleiss() of two raters is Scott's pi; scikit-learn 1.9.1: cohen_kappa_score
    assert scott(TWO).value == pytest.approx(0.53271, abs=6e-6)
    assert gwet(TWO).value == pytest.approx(0.56268, abs=6e-6)
    assert gwet(TWO, "quadratic").value == pytest.approx(0.8817, abs=6e-5)
    assert cohen(TWO).value == pytest.approx(0.5341614906832299, abs=1e-12)


def test_a_rare_label_gives_high_percent_and_low_kappa_but_a_steady_ac1():
    rare = read_labels([["no", "no"]] * 94 + [["yes", "no"]] * 3 + [["no", "yes"]] * 3)
    assert percent(rare).value == pytest.approx(0.94)
    assert cohen(rare).value == pytest.approx(-0.030928, abs=1e-6)  # by hand: 1 - 0.06/0.0582
    assert gwet(rare).value == pytest.approx((0.94 - 2 * 0.03 * 0.97) / (1 - 2 * 0.03 * 0.97))
    assert shares(rare) == {"no": 0.97, "yes": 0.03}


@pytest.mark.parametrize("statistic", ALL[1:], ids=lambda f: f.__name__)
def test_one_label_only_is_undefined_not_perfect(statistic):
    found = statistic(read_labels([["a", "a"], ["a", "a"]], ["a", "b"]))
    assert found.value is None
    assert found.reason == "only the label 'a' was given, so chance alone would agree"
    assert str(found).endswith(f": undefined ({found.reason})")


@pytest.mark.parametrize("statistic", ALL, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param([["a"], ["b"]], "fewer than two coders", id="one coder"),
        pytest.param([], "fewer than two coders", id="nothing"),
        pytest.param(
            [["a", None], ["", "b"]], "no unit was labelled by two coders", id="no unit in common"
        ),
    ],
)
def test_what_cannot_be_compared_is_undefined_with_the_reason(statistic, rows, reason):
    assert (statistic(read_labels(rows)).value, statistic(read_labels(rows)).reason) == (
        None,
        reason,
    )


def test_statistics_of_two_coders_refuse_a_third_and_fleiss_refuses_gaps():
    three = read_labels([["a", "b", "a"], ["a", "a", None]])
    assert str(cohen(three)) == "Cohen's kappa: undefined (it is for exactly two coders)"
    assert str(scott(three)) == "Scott's pi: undefined (it is for exactly two coders)"
    assert str(fleiss(three)) == (
        "Fleiss' kappa: undefined (units have different numbers of labels; "
        "Krippendorff's alpha allows that)"
    )


def test_every_fitting_statistic_comes_at_once():
    names = [found.statistic for found in agreement(FOUR, "ordinal")]
    assert names == [
        "percent agreement",
        "Fleiss' kappa",
        "Krippendorff's alpha, ordinal",
        "Gwet's AC1",
        "Gwet's AC2, quadratic weights",
    ]
    two = [found.statistic for found in agreement(TWO, "ordinal")]
    assert "Cohen's kappa, quadratic weights" in two


def test_the_interval_draws_documents_and_not_units():
    # Two documents that each agree on everything or nothing: a draw holds one, both or the other.
    units = read_labels([["a", "a"], ["b", "b"]] * 10 + [["a", "b"], ["b", "a"]] * 10)
    documents = ["R1"] * 20 + ["R2"] * 20
    found = bootstrap(units, documents, percent, seed=3)
    assert (found.low, found.high, found.documents) == (0.0, 1.0, 2)
    assert found == bootstrap(units, documents, percent, seed=3)
    # two draws of two documents: half of the samples hold both, so the middle third is at 1/2
    middle = bootstrap(units, documents, percent, coverage=0.33, seed=3)
    assert (middle.low, middle.high) == (0.5, 0.5)
    by_unit = bootstrap(units, list(range(40)), percent, seed=3)
    assert by_unit.low > 0.3


def test_draws_in_which_a_statistic_is_undefined_are_counted():
    units = read_labels([["a", "a"], ["b", "b"], ["a", "b"]])
    found = bootstrap(units, ["R1", "R2", "R3"], partial(cohen, weights="linear"), draws=200)
    assert 0 < found.undefined_draws < 200
    alone = bootstrap(read_labels([["a", "a"]] * 2), ["R1", "R2"], cohen)
    assert (alone.low, alone.reason) == (None, "undefined in every draw")
    assert bootstrap(read_labels([]), [], percent).reason == "there are no units"
    with_intervals = agreement(units, documents=["R1", "R2", "R3"], draws=50)
    assert [found.interval.documents for found in with_intervals] == [3] * 5


@given(labels)
def test_agreement_is_at_most_one_and_does_not_depend_on_the_order_of_coders(rows):
    units, turned = read_labels(rows, "abc"), read_labels([row[::-1] for row in rows], "abc")
    for statistic in ALL:
        found, other = statistic(units).value, statistic(turned).value
        assert (found is None) == (other is None)
        if found is not None:
            assert found <= 1
            assert found == pytest.approx(other)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (-0.001, "poor"),
        (0.2, "slight"),
        (0.2001, "fair"),
        (0.6, "moderate"),
        (0.81, "almost perfect"),
    ],
)
def test_bands_go_by_the_value_that_is_not_rounded(value, name):
    assert band(value) == name


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ReviewError) as ragged:
        read_labels([["a", "b"], ["a"]])
    assert str(ragged.value) == (
        "units have labels of 1 to 2 coders\n  in table of labels\n"
        "  Give every unit one place for each coder, empty where a coder gave no label."
    )
    with pytest.raises(ReviewError) as unknown:
        read_labels([["a", "x"]], ["a", "b"])
    assert str(unknown.value) == (
        "labels are none of the categories\n  in table of labels\n  - 'x'\n"
        "  The categories are: a, b."
    )
    with pytest.raises(ReviewError) as words:
        krippendorff(read_labels([["a", "b"]]), "interval")
    assert str(words.value) == (
        "the interval level needs labels that are numbers\n  in table of labels\n"
        "  - 'a'\n  - 'b'\n  Give numbers, or take the ordinal or nominal level."
    )
    with pytest.raises(ReviewError) as homeless:
        bootstrap(read_labels([["a", "b"]]), [], percent)
    assert str(homeless.value) == (
        "0 documents are named for 1 units\n  in table of labels\n"
        "  Name the document of every unit."
    )
