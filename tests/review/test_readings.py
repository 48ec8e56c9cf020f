"""The one path from findings to belief: context narrows it, and decisions correct it."""

from dataclasses import replace

import pytest

from themeweave.codes.suggest import choose, suggestions
from themeweave.corpus.records import Review
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.readings import read
from themeweave.review.shipped import codebook

CFIR = codebook("cfir-2022")
VOICES = codebook("perspectives")


def branch(found, row, book=CFIR):
    return choose(found.readings[row], book).branch


def team():
    """Findings of eight reviews, and a team that files pay where the program would not."""
    findings, decided = [], {}
    for n in range(24):
        review = (f"R{n // 3}",)
        findings += [
            Finding(f"P{n}", f"Pay was too low to keep nurses on ward {n}.", review),
            Finding(f"T{n}", f"The tool was easy to use on ward {n}.", review),
        ]
        decided |= {f"P{n}": ["outer_setting"], f"T{n}": ["innovation"]}
    return [
        *findings,
        Finding("Q", "Pay was too low to keep porters in the clinic.", ("R9",)),
    ], decided


def test_a_team_that_files_otherwise_is_followed_and_it_is_said():
    findings, decided = team()
    plain = read("reader", findings, CFIR)
    assert branch(plain, -1) != "outer_setting"
    assert plain.trial is None
    taught = read("reader", findings, CFIR, decided=decided)
    assert taught.suggester == "reader@3+learned@2"
    assert taught.trial.used
    assert (taught.trial.decided, taught.trial.reviews) == (48, 8)
    assert branch(taught, -1) == "outer_setting"
    assert "which your team placed in Outer Setting (tried on reviews left out: " in (
        choose(taught.readings[-1], CFIR).reason
    )


def test_what_was_learned_in_one_strand_is_not_carried_to_another():
    findings, decided = team()
    elsewhere = [*findings[:-1], replace(findings[-1], strand="experiences")]
    plain = read("reader", elsewhere, CFIR)
    taught = read("reader", elsewhere, CFIR, decided=decided)
    assert taught.trial.used
    assert taught.readings[-1] == plain.readings[-1]


def test_learning_a_domain_keeps_the_order_of_the_codes_below_it():
    findings, decided = team()
    plain = read("reader", findings, CFIR).readings[-1].shares
    taught = read("reader", findings, CFIR, decided=decided).readings[-1].shares
    below = [code for code in plain if CFIR.top(code) == "outer_setting" and plain[code] > 1e-3]
    assert sorted(below, key=plain.get) == sorted(below, key=taught.get)
    assert sum(taught.values()) == pytest.approx(1, abs=1e-3)


def test_what_reviews_sampled_narrows_perspectives():
    finding = Finding("F1", "They felt that nobody listened.", ("R1",))
    reviews = [Review("R1", "Ng 2020", sampled=("carers",))]
    heard = read("reader", [finding], VOICES, reviews)
    assert branch(heard, 0, VOICES) == "carers"
    assert choose(heard.readings[0], VOICES).reason == (
        "the review cited asked only carers and family"
    )


def test_a_speaker_whom_the_cited_review_did_not_ask_is_left_to_people_and_both_sides_are_told():
    finding = Finding("F1", "Nurses reported that families pressed for antibiotics.", ("R1",))
    reviews = [Review("R1", "Ng 2020", sampled=("service_users",))]
    reading = read("reader", [finding], VOICES, reviews).readings[0]
    (made,) = suggestions(["F1"], [reading], VOICES, "reader", 0.3, {}, {})
    assert made.unsure
    assert "says 'Nurses reported'" in made.reason
    assert "the review cited asked only service users, though the words speak for staff" in (
        made.reason
    )


def test_samples_narrow_no_other_codebook():
    finding = Finding("F1", "They felt that nobody listened.", ("R1",))
    reviews = [Review("R1", "Ng 2020", sampled=("carers",))]
    assert read("reader", [finding], CFIR, reviews) == read("reader", [finding], CFIR)


def test_a_heading_is_heard():
    finding = Finding("F1", "It was never mentioned.", section="Results > Inner Setting")
    assert branch(read("reader", [finding], CFIR), 0) == "inner_setting"


def test_a_suggester_that_is_not_installed_is_refused_with_where_it_is_named():
    with pytest.raises(ReviewError) as caught:
        read("raeder", [Finding("F1", "x")], CFIR, where="review.toml, codebooks.cfir-2022")
    assert str(caught.value) == (
        "there is no suggester named 'raeder'\n"
        "  in review.toml, codebooks.cfir-2022\n"
        "  Did you mean 'reader'? Installed: blend, fast, reader, valence, voice."
    )
