"""Scores agree with scikit-learn, and a person's several codes all count."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

from themeweave.codes.score import Judged, score


def test_accuracy_macro_f1_and_kappa_are_those_of_scikit_learn():
    chance = np.random.default_rng(4)
    codes = np.array(["pay", "time", "trust", "rare"])
    gold = codes[chance.integers(0, 3, 300)]
    coded = np.where(chance.random(300) < 0.6, gold, codes[chance.integers(0, 4, 300)])
    found = score([Judged((str(g),), str(c)) for g, c in zip(gold, coded, strict=True)])
    assert found.findings == 300
    assert found.accuracy == pytest.approx(accuracy_score(gold, coded), abs=1e-12)
    assert found.macro_f1 == pytest.approx(f1_score(gold, coded, average="macro"), abs=1e-12)
    assert found.kappa.value == pytest.approx(cohen_kappa_score(gold, coded), abs=1e-12)
    assert found.alpha.statistic == "Krippendorff's alpha, nominal"


def test_of_several_codes_that_hold_any_is_right():
    found = score([Judged(("pay", "time"), "time"), Judged(("pay", "time"), "trust")])
    assert found.accuracy == 0.5
    assert found.confusion == (("pay", "trust", 1),)


def test_the_second_choice_counts_only_where_there_are_seconds():
    assert score([Judged(("a",), "b")]).within_two is None
    found = score([Judged(("a",), "b", "a"), Judged(("a",), "b", "c"), Judged(("a",), "a", "b")])
    assert found.within_two == pytest.approx(2 / 3)


def test_what_is_not_marked_unsure_is_scored_apart():
    found = score([Judged(("a",), "a"), Judged(("a",), "b", unsure=True)])
    assert (found.accuracy, found.sure, found.accuracy_of_sure) == (0.5, 1, 1.0)
    assert score([Judged(("a",), "b", unsure=True)]).accuracy_of_sure is None


def test_groups_are_scored_in_order_and_findings_without_one_are_left_out():
    hiv = [Judged(("a",), "a", group="hiv"), Judged(("a",), "b", group="hiv")]
    found = score([*hiv, Judged(("a",), "a", group="dementia"), Judged(("a",), "a")])
    assert [(one.group, one.findings, one.accuracy) for one in found.groups] == [
        ("dementia", 1, 1.0),
        ("hiv", 2, 0.5),
    ]
    assert found.groups[1].macro_f1 == pytest.approx(1 / 3)  # a: 2/3, b: 0
    assert found.groups[1].alpha.value == 0.0
    assert found.groups[0].alpha.value is None  # one code throughout


def test_the_commonest_confusion_comes_first():
    found = score([Judged(("a",), "c"), Judged(("b",), "a"), Judged(("b",), "a")])
    assert found.confusion == (("b", "a", 2), ("a", "c", 1))
