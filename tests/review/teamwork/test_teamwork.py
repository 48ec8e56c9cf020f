"""Assigning, submitting, comparing, settling: what each does, and every refusal in whole."""

import pytest

from themeweave.errors import ReviewError
from themeweave.review.decide import Ruling, decide
from themeweave.review.folder import THEMES, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.teamwork.assign import Act, Plan, assign
from themeweave.review.teamwork.compare import (
    agreement,
    consensus,
    consensus_rows,
    differences,
    progress,
)
from themeweave.review.teamwork.settle import Verdict, adjudicate, codebook_of
from themeweave.review.teamwork.submit import reopen, submit

AT = "2026-01-02T03:04:05Z"


def act(coder, number=0, because=""):
    return Act(coder, AT, f"{coder}{number}", because)


def rule(review, coder, **codes):
    for finding, code in codes.items():
        decide(review, coder, [Ruling(finding, code)], AT, [f"{coder} {finding} {code}"])


@pytest.fixture
def coded(review):
    """Four findings coded against themes by ana and ben, both submitted: T02 twice, two apart."""
    plan = Plan("pilot", ("ana", "ben"), ("F1", "F4", "F7", "F8"), (THEMES,))
    assign(review, act("eve"), plan)
    rule(review, "ana", F1="T02", F4="T02", F7="themes=mixed", F8="T02")
    rule(review, "ben", F1="T02", F4="themes=mixed", F7="themes=mixed", F8="T01")
    for coder in ("ana", "ben"):
        submit(review, act(coder, 1), "pilot")
    return review


def refusal(do, *arguments, **more):
    with pytest.raises(ReviewError) as caught:
        do(*arguments, **more)
    return str(caught.value)


@pytest.fixture
def without_adjudicator(review):
    toml = review / "review.toml"
    toml.write_text(toml.read_text("utf-8").replace('"adjudicator"', '"coder"'), "utf-8")


# Assigning


def test_all_findings_are_given_once_and_a_share_of_them_twice(review):
    made = assign(review, act("eve"), Plan("main", ("ana", "ben", "cem"), double=0.25))
    given = [finding for share in made.shares.values() for finding in share]
    assert (len(given), len(set(given))) == (10, 8)
    assert sorted(map(len, made.shares.values())) == [3, 3, 4]
    assert len(made.doubles) == 2
    assert made.codebooks == ("perspectives", "cfir-mini", "themes")
    # the next assignment gives what is left: nothing
    assert refusal(assign, review, act("eve", 1), Plan("more", ("ana", "ben"))) == (
        "there is no finding left to give\n"
        "  All stand in an assignment, or none is in the strand. Name those to give again."
    )


def test_a_pilot_gives_every_coder_the_same_findings_by_chance(review):
    made = assign(review, act("eve"), Plan("p", ("ana", "ben", "cem"), pilot=3, seed=1))
    shares = set(made.shares.values())
    assert [len(share) for share in shares] == [3]
    assert made.pilot
    other = assign(review, act("eve", 1), Plan("q", ("ana", "ben", "cem"), pilot=3, seed=2))
    assert not set(other.shares["ana"]) & set(made.shares["ana"])


def test_documents_are_given_as_a_whole(review):
    made = assign(review, act("eve"), Plan("m", ("ana", "ben"), double=0, by="review"))
    of = {f.id: f.cited[0] for f in open_folder(review).findings}
    reviews = [{of[finding] for finding in share} for share in made.shares.values()]
    assert not reviews[0] & reviews[1]


def test_only_findings_of_a_strand_are_given(review):
    made = assign(review, act("eve"), Plan("m", ("ana", "ben"), strand="experiences"))
    assert made.shares["ana"] == ("F1", "F4", "F7", "F8")


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (
            Plan(" ", ("ana", "ben")),
            "an assignment needs a name\n  Such as pilot, or round 1.",
        ),
        (
            Plan("x", ("ana", "ana")),
            "each coder is named once\n  Name all who are to code.",
        ),
        (Plan("x", ()), "each coder is named once\n  Name all who are to code."),
        (
            Plan("x", ("ana",)),
            "double coding needs two coders\n  Name a second one, or have nothing coded twice.",
        ),
        (
            Plan("x", ("ana",), pilot=2),
            "double coding needs two coders\n  Name a second one, or have nothing coded twice.",
        ),
        (
            Plan("x", ("ana", "ben"), double=20),
            "20 is no share of findings\n  Give a number from 0 to 1: 0.2 is a fifth.",
        ),
        (
            Plan("x", ("ana", "ben"), pilot=9),
            "a pilot of 9 findings cannot be drawn\n  Give a number from 1 to 8.",
        ),
        (
            Plan("x", ("ana", "ben"), by="page"),
            "findings are not given out by 'page'\n  By finding, document, review.",
        ),
        (
            Plan("x", ("ana", "ben"), codebooks=("theme",)),
            (
                "findings are not coded against 'theme'; did you mean 'themes'?\n"
                "  There are: perspectives, cfir-mini, themes."
            ),
        ),
        (
            Plan("x", ("ana", "ben"), ("F1", "F11")),
            (
                "findings that are not there\n"
                "  - there is no finding 'F11'; did you mean 'F1'?\n"
                "  Nothing was given."
            ),
        ),
        (
            Plan("x", ("ana", "../ben")),
            (
                "'../ben' cannot be a coder's name\n"
                "  Use up to 40 letters, digits, hyphens and underscores; it names the coder's log."
            ),
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(review, plan, message):
    assert refusal(assign, review, act("eve"), plan) == message
    assert not (review / "decisions" / "eve.jsonl").exists()


def test_a_name_is_given_once(coded):
    assert refusal(assign, coded, act("eve", 5), Plan("pilot", ("ana", "ben"))) == (
        "there is an assignment 'pilot' already\n  Give another name. There are: pilot."
    )


def test_two_assignments_of_one_name_from_two_folders_are_told_apart_by_id(review):
    for coder in ("eve", "ben"):
        body = {"name": "p", "shares": {coder: ["F1"]}, "codebooks": [THEMES], "blind": True}
        entry = Entry(f"{coder}-p", AT, "assignment", body)
        append(review / "decisions" / f"{coder}.jsonl", coder, [entry])
    assert refusal(submit, review, act("ben", 1), "p") == (
        "several assignments have the name 'p'\n  Give an id: ben-p, eve-p."
    )
    rule(review, "ben", F1="T02")
    assert submit(review, act("ben", 1), "ben-p").name == "p"


# Submitting


def test_a_share_is_submitted_whole_or_said_to_be_unfinished(review):
    assign(review, act("eve"), Plan("main", ("ana", "ben"), codebooks=(THEMES,)))
    assert refusal(submit, review, act("ana", 1), "main") == (
        "8 findings of 'main' are not coded yet\n"
        "  F1, F2, F3, F4, F5 and 3 more. Code them, or submit the share unfinished: "
        "they stay missing."
    )
    assert progress(review)[0].shares[0].left == 8
    rule(review, "ana", F1="T02")
    done = Entry("s", AT, "status", {"finding": "F2", "status": "done"})
    append(review / "decisions" / "ana.jsonl", "ana", [done])
    assert progress(review)[0].shares[0].left == 6
    made = submit(review, act("ana", 1), "main", unfinished=True)
    assert made.waits_for("ana") == ["ben"]


@pytest.mark.parametrize(
    ("coder", "name", "message"),
    [
        (
            "ana",
            "pilt",
            ("there is no assignment 'pilt'; did you mean 'pilot'?\n  There are: pilot."),
        ),
        ("cem", "pilot", "'cem' has no share of 'pilot'\n  It was given to ana, ben."),
        ("ana", "pilot", "'ana' has submitted 'pilot' already\n  All is revealed."),
    ],
)
def test_what_cannot_be_submitted_is_said(coded, coder, name, message):
    assert refusal(submit, coded, act(coder, 9), name) == message


def test_who_has_submitted_is_told_whom_it_waits_for(review):
    assign(review, act("eve"), Plan("p", ("ana", "ben"), ("F1",), (THEMES,)))
    submit(review, act("ana", 1), "p", unfinished=True)
    assert refusal(submit, review, act("ana", 2), "p") == (
        "'ana' has submitted 'p' already\n  It waits for ben."
    )


def test_giving_back_is_for_adjudicators_with_a_reason_before_the_reveal(coded):
    assign(coded, act("eve", 5), Plan("two", ("ana", "ben"), ("F2",), ("cfir-mini",)))
    assert refusal(reopen, coded, act("ben", 6, "sorry"), "two", "ben") == (
        "'ben' is no adjudicator, and only they give a share back\n"
        "  in review.toml\n"
        '  They are: eve. An adjudicator stands there as [coders.NAME] role = "adjudicator".'
    )
    assert refusal(reopen, coded, act("eve", 6), "two", "ben") == (
        "giving a share back needs a reason\n  Say why it is given back."
    )
    assert refusal(reopen, coded, act("eve", 6, "x"), "two", "ben") == (
        "'ben' has not submitted 'two'\n  It is open still."
    )
    assert refusal(reopen, coded, act("eve", 6, "x"), "pilot", "ben") == (
        "'pilot' is revealed: ben has seen what others said\n"
        "  Assign the findings to somebody else, under a new name."
    )
    submit(coded, act("ben", 7), "two", unfinished=True)
    assert reopen(coded, act("eve", 7, "x"), "two", "ben") == "ben codes 'two' again"


# Comparing


def test_differences_come_open_first_and_finer_codes_last(coded):
    found = differences(coded)
    assert [(one.finding, one.kind, one.is_open) for one in found] == [
        ("F4", "code", True),
        ("F8", "depth", True),
    ]
    assert [(word.coder, word.codes) for word in found[0].words] == [
        ("ana", ("T02",)),
        ("ben", ("mixed",)),
    ]


def test_agreement_is_that_of_what_was_submitted_whatever_is_ruled_later(coded):
    before = agreement(coded, draws=50)
    decide(coded, "ben", [Ruling("F4", "T02")], AT, ["later"])
    adjudicate(coded, act("eve", 5, "why"), Verdict("F8", THEMES, ("T02",)))
    assert agreement(coded, draws=50) == before
    (themes,) = before
    assert (themes.book.id, themes.findings, themes.one_only) == (THEMES, 4, 0)
    # by hand: two of four pairs are the same; branches: three of four
    assert [round(s.value, 3) for s in themes.exact][:1] == [0.5]
    assert [round(s.value, 3) for s in themes.branch][:1] == [0.75]
    # Cohen's kappa of the branches by hand: (0.75 - 0.5) / (1 - 0.5)
    assert round(themes.branch[1].value, 3) == 0.5


def test_agreement_never_counts_what_nobody_or_only_one_coded(review):
    assign(review, act("eve"), Plan("p", ("ana", "ben"), ("F1", "F4", "F7", "F8"), (THEMES,)))
    rule(review, "ana", F1="T02", F4="T02", F7="themes=mixed")
    rule(review, "ben", F1="T02")
    for coder in ("ana", "ben"):
        submit(review, act(coder, 1), "p", unfinished=True)
    (themes,) = agreement(review, draws=50)
    assert (themes.findings, themes.one_only) == (1, 2)  # and F8, which nobody coded, in neither
    assert themes.exact[0].value == 1.0
    assert themes.exact[1].value is None  # kappa of one label only
    # codes that nobody used are not listed as agreement: of mixed, only ana spoke
    assert [(c.code.id, c.all_gave, c.none_gave) for c in themes.codes] == [
        ("T01", 1, 0),
        ("T02", 1, 0),
    ]


def test_agreement_by_code_counts_a_code_with_those_below_it(coded):
    (themes,) = agreement(coded, draws=50)
    counts = [(c.code.id, c.all_gave, c.some_gave, c.none_gave) for c in themes.codes]
    assert counts == [("T01", 2, 1, 1), ("T02", 1, 2, 1), ("mixed", 1, 1, 2)]
    assert [s.statistic for s in themes.codes[0].statistics] == [
        "percent agreement",
        "Krippendorff's alpha, nominal",
    ]
    assert themes.codes[0].statistics[0].interval.documents == 2  # R1 and R3


def test_a_review_that_does_without_statistics_gives_none(coded):
    toml = coded / "review.toml"
    toml.write_text(toml.read_text("utf-8") + "\n[team]\nstatistics = false\n", "utf-8")
    assert refusal(agreement, coded) == (
        "this review does without statistics of agreement\n"
        "  in review.toml, team.statistics\n"
        "  'themeweave team disagreements' lists where readings differ."
    )
    assert len(differences(coded)) == 2


def test_before_the_reveal_there_is_no_agreement(review):
    assert refusal(agreement, review) == (
        "nothing was coded by several people and revealed yet\n"
        "  Agreement is known once all coders of an assignment have submitted it: 'themeweave "
        "team status'."
    )


# Settling


def test_a_verdict_ends_the_dispute_and_stands_in_the_consensus_log(coded):
    said = adjudicate(coded, act("eve", 5, "both sides gain"), Verdict("F4", THEMES, ("mixed",)))
    assert said == "F4 is 'Mixed feelings' (Themes), because both sides gain"
    (one,) = (d for d in differences(coded) if not d.is_open)
    assert (one.finding, one.settled.by, one.settled.codes) == ("F4", "eve", ("mixed",))
    ((finding, book, end),) = consensus(coded)
    assert (finding, book.id, end.reason) == ("F4", THEMES, "both sides gain")
    (row,) = consensus_rows(consensus(coded))
    assert row == {
        "finding": "F4",
        "codebook": "themes",
        "codes": "mixed",
        "names": "Mixed feelings",
        "by": "eve",
        "at": AT,
        "reason": "both sides gain",
    }


def test_none_of_the_codes_may_hold(coded):
    said = adjudicate(coded, act("eve", 5, "about staff"), Verdict("F4", THEMES, ()))
    assert said == "F4 is nothing of what was said (Themes), because about staff"
    assert [d.settled.codes for d in differences(coded) if d.settled] == [()]


def test_a_coder_who_comes_round_ends_a_difference_without_a_verdict(coded):
    decide(coded, "ben", [Ruling("F4", "T02")], AT, ["later"])
    (one,) = (d for d in differences(coded) if d.finding == "F4")
    assert (one.is_open, one.moved, one.settled) == (False, ("ben",), None)


@pytest.mark.usefixtures("without_adjudicator")
def test_without_an_adjudicator_the_coders_write_down_what_they_agreed_on(coded):
    verdict = Verdict("F4", THEMES, ("T02",))
    assert refusal(adjudicate, coded, act("cem", 5, "x"), verdict) == (
        "'cem' cannot settle F4: it is settled by those who coded it\n"
        "  They are: ana, ben. Or name an adjudicator in review.toml: [coders.NAME] role = "
        '"adjudicator".'
    )
    adjudicate(coded, act("ben", 5, "talked it over"), verdict)
    assert [end.by for _, _, end in consensus(coded)] == ["ben"]


@pytest.mark.parametrize(
    ("coder", "because", "verdict", "message"),
    [
        (
            "eve",
            "x",
            Verdict("F44", THEMES, ("T02",)),
            (
                "there is no finding 'F44'; did you mean 'F4'?\n"
                "  'themeweave findings list' shows every finding."
            ),
        ),
        (
            "eve",
            "x",
            Verdict("F4", "theme", ("T02",)),
            (
                "there is no codebook 'theme'; did you mean 'themes'?\n"
                "  'themeweave codes list' shows every codebook."
            ),
        ),
        (
            "eve",
            "x",
            Verdict("F4", THEMES, ("T2",)),
            (
                "there is no code 'T2' in 'Themes'; did you mean 'T02'?\n"
                "  'themeweave codes list' shows every code."
            ),
        ),
        (
            "eve",
            "",
            Verdict("F4", THEMES, ("T02",)),
            "settling a finding needs a reason\n  Say why the team settles on it.",
        ),
        (
            "ana",
            "x",
            Verdict("F4", THEMES, ("T02",)),
            (
                "'ana' is no adjudicator, and only they settle a finding\n"
                "  in review.toml\n"
                "  They are: eve. An adjudicator stands there as [coders.NAME] role = "
                '"adjudicator".'
            ),
        ),
        (
            "eve",
            "x",
            Verdict("F2", THEMES, ()),
            "nobody gave F2 a code in 'Themes'\n  Name one.",
        ),
    ],
)
def test_a_verdict_that_cannot_be_is_refused(coded, coder, because, verdict, message):
    assert refusal(adjudicate, coded, act(coder, 5, because), verdict) == message


def test_what_is_blind_cannot_be_settled(review):
    assign(review, act("eve"), Plan("p", ("ana", "ben"), ("F1",), (THEMES,)))
    assert refusal(adjudicate, review, act("eve", 5, "x"), Verdict("F1", THEMES, ("T02",))) == (
        "F1 is coded blind in 'p'\n  It can be settled once all its coders have submitted."
    )


def test_the_codebook_of_a_code_is_found(review):
    assert codebook_of(review, ["T02"]) == THEMES
    assert refusal(codebook_of, review, ["T2"]) == (
        "there is no code 'T2'; did you mean 'T02'?\n"
        "  Name one with --codebook: perspectives, cfir-mini, themes."
    )
    assert refusal(codebook_of, review, ["mixed"]) == (
        "no codebook alone has mixed\n  Name one with --codebook: perspectives, themes."
    )
