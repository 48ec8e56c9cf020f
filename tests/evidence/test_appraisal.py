import csv
import json
from pathlib import Path

import pytest

from themeweave.evidence.appraisal import (
    Judgement,
    ahrq_rating,
    amstar_rating,
    appraisers_agree,
    rate,
    settle,
)
from themeweave.evidence.profiles import read_profile, shipped_text

GOLD = Path(__file__).parents[2].parent / "shared" / "example" / "gold"
needs_gold = pytest.mark.skipif(not GOLD.exists(), reason="the worked example is not beside")
AMSTAR = read_profile(shipped_text("amstar2"))
SUPPORT = """
name = "organisational-support"
tool = "Organisational support of peer workers"
version = "1"
of = "study"
expected = 3
reason = "Higher with at least two of three indicators."
citation = "White S et al. (2020). BMC Psychiatry 20:534."
[sets.yn]
yes = ["met"]
no = ["not met"]
[rule]
kind = "count"
at_least = 2
then = "higher"
otherwise = "lower"
[items.training]
topic = "Training"
set = "yn"
[items.theory]
topic = "Theory or processes"
set = "yn"
[items.support_structures]
topic = "Support structures"
set = "yn"
"""


def said(subject="R1", by="ana", profile=AMSTAR, **changed):
    """Answer yes to everything, but for what is changed (i7="no")."""
    answers = {item.id: next(iter(item.answers)) for item in profile.items}
    answers |= {key.removeprefix("i"): answer for key, answer in changed.items()}
    return [Judgement(subject, item, answer, by) for item, answer in answers.items()]


@needs_gold
def test_amstar_ratings_agree_with_the_vectors_of_the_worked_example():
    facts = json.loads((GOLD / "facts.json").read_text("utf-8"))
    for vector in facts["amstar2_rating_rule"]["test_vectors"]:
        found = amstar_rating(vector["critical"], vector["non_critical"])
        assert found == vector["rating"].replace("_", " ")


@needs_gold
def test_the_plain_rule_gives_47_of_49_published_ahrq_ratings_and_the_two_are_known():
    profile = read_profile(shipped_text("cochrane-rob-modified"))
    with (GOLD / "egmose_risk_of_bias.csv").open(encoding="utf-8") as file:
        rows = {
            f"{row['trial']} {row['year']}, {row['source_refs']}": row
            for row in csv.DictReader(file)
        }
    judgements = [
        Judgement(trial, item, row[item], "published")
        for trial, row in rows.items()
        for item in profile.by_id
    ]
    found = {one.subject: one.counts.overall for one in settle(profile, judgements)}
    assert len(found) == 49
    other = {trial: found[trial] for trial in found if found[trial] != rows[trial]["ahrq_standard"]}
    names = {trial.partition(",")[0]: rating for trial, rating in other.items()}
    assert names == {"Mahlke 2017": "fair", "Pfeiffer 2018": "poor"}
    # The published rating needed a judgement there; a team's own, with a reason, stands.
    own = [j for j in judgements if j.subject.startswith("Mahlke 2017")]
    own.append(Judgement(own[0].subject, "overall", "poor", "published", "judged to bias it"))
    rated = rate(profile, own)
    assert (rated.overall, rated.rule) == ("poor", "fair")


@needs_gold
def test_a_team_s_own_counting_profile_gives_19_of_19_ratings_of_support():
    profile = read_profile(SUPPORT)
    with (GOLD / "white_trials.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    right = 0
    for row in rows:
        answers = [Judgement(row["trial_ref"], item, row[item], "x") for item in profile.by_id]
        right += rate(profile, answers).overall == row["organisational_support"]
    assert (right, len(rows)) == (19, 19)


@pytest.mark.parametrize(
    ("changed", "rating", "critical", "weaknesses"),
    [
        pytest.param({}, "high", 0, 0, id="nothing weak"),
        pytest.param({"i3": "no"}, "high", 0, 1, id="one weakness"),
        pytest.param({"i3": "no", "i5": "no"}, "moderate", 0, 2, id="two weaknesses"),
        pytest.param({"i7": "no"}, "low", 1, 0, id="one critical flaw"),
        pytest.param({"i7": "no", "i2": "no"}, "critically low", 2, 0, id="two critical flaws"),
        pytest.param({"i7": "partial yes", "i2": "PY"}, "high", 0, 0, id="partly is no weakness"),
        pytest.param(
            {"i11": "no MA", "i12": "n/a", "i15": "no meta-analysis"},
            "high", 0, 0, id="no meta-analysis is no weakness",
        ),
    ],
)  # fmt: skip
def test_the_overall_rating_follows_the_rule(changed, rating, critical, weaknesses):
    found = rate(AMSTAR, said(**changed))
    assert (found.overall, found.critical, found.weaknesses) == (rating, critical, weaknesses)


def test_partly_may_be_set_to_count_as_a_weakness():
    strict = read_profile('extends = "amstar2"\nname = "strict"\n[rule]\npartly = "weakness"')
    assert rate(strict, said(i7="partial yes")).overall == "low"


def test_a_missing_item_or_one_not_applicable_where_that_is_not_allowed_leaves_no_grade():
    missing = rate(AMSTAR, said()[:-2])
    assert (missing.overall, missing.open) == ("", ("no answer on item 15, 16",))
    refused = rate(AMSTAR, said(i7="N/A"))
    assert (refused.overall, refused.open) == (
        "",
        ("item 7: 'N/A' is not allowed by the profile amstar2, which takes yes, partial yes, no",),
    )


def test_an_own_rating_needs_a_reason_and_keeps_what_the_rule_gives():
    weak = said(i3="no", i5="no", i6="no", i10="no")
    lowered = rate(AMSTAR, [*weak, Judgement("R1", "overall", "Low", "ana", "four weaknesses")])
    assert (lowered.overall, lowered.rule, lowered.reason) == (
        *("low", "moderate", "four weaknesses"),
    )
    bare = rate(AMSTAR, [*weak, Judgement("R1", "overall", "low", "ana")])
    assert (bare.overall, bare.open) == ("", ("an overall rating of one's own needs a reason",))


def test_robis_states_its_overall_risk():
    robis = read_profile(shipped_text("robis"))
    assert rate(robis, said(profile=robis, ioverall="high")).overall == "high"


def test_where_appraisers_differ_the_rating_is_open_until_a_consensus_and_both_answers_stay():
    both = [*said(), *said(by="ben", i7="no")]
    (before,) = settle(AMSTAR, both)
    assert (before.differ, before.counts.overall, before.basis) == (("7",), "", "not agreed")
    (after,) = settle(AMSTAR, [*both, Judgement("R1", "7", "no", "consensus")])
    assert (after.differ, after.counts.overall, after.basis) == ((), "low", "consensus")
    assert [(r.by, r.overall) for r in after.alone] == [("ana", "high"), ("ben", "low")]


def test_one_appraiser_alone_is_said():
    (one,) = settle(AMSTAR, said())
    assert (one.basis, one.counts.overall) == ("ana alone", "high")
    (two,) = settle(AMSTAR, [*said(), *said(by="ben")])
    assert (two.basis, two.counts.by) == ("agreed", "both")


def test_agreement_of_appraisers_leaves_the_consensus_out():
    judgements = [
        *said("R1"), *said("R2", i7="no"), *said("R1", "ben"), *said("R2", "ben"),
        Judgement("R2", "7", "no", "consensus"),
    ]  # fmt: skip
    found = dict(appraisers_agree(AMSTAR, judgements))
    assert found["7"][0].value == 0.5
    assert found["1"][1].reason == "only the label 'yes' was given, so chance alone would agree"
    assert found["all items"][0].value == 31 / 32
    assert found["overall rating"][0].value == 0.5


@pytest.mark.parametrize(
    ("high", "unclear", "rating"),
    [(0, 0, "good"), (1, 0, "fair"), (0, 1, "fair"), (0, 2, "fair"), (0, 3, "poor"),
     (1, 1, "poor"), (2, 0, "poor")],
)  # fmt: skip
def test_the_conversion_to_good_fair_and_poor(high, unclear, rating):
    assert ahrq_rating(high, unclear) == rating
