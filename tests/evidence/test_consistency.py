"""Rules on a manuscript's numbers: each on sentences of our own, then on the worked example."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themeweave.corpus.readers import read_document
from themeweave.evidence.consistency.check import between, check_document
from themeweave.evidence.consistency.counts import number, read_sentences
from themeweave.evidence.consistency.effects import Printed

ROOT = Path(__file__).parents[2]
TEXTS = ROOT.parent / "shared" / "example" / "corpus"


def document(text, name="a.md"):
    return read_document(f"# Results\n\n{text}\n".encode(), name)


def found(text, same=None, printed=()):
    checked = check_document(document(text), same, printed)
    return [(one.rule, one.why) for one in checked.contradictions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Four trials took place in prisons [ 1 , 2 , 3 ].",
            [("count and list", "says 4, the list has 3 references")],
            id="a list that is too short",
        ),
        pytest.param("Four trials took place in prisons [ 1 , 2 , 3 , 4 ].", [], id="that fits"),
        pytest.param(
            "Three trials followed people up at 3 [ 1 ], 6 [ 2 ] and 12 months [ 3 ].",
            [], id="lists that together fit",
        ),
        pytest.param("At least four trials agreed [ 1 , 2 , 3 ].", [], id="about"),
        pytest.param("Four trials agreed (e.g. [ 1 , 2 , 3 ]).", [], id="examples"),
        pytest.param("Forty trials used this tool [ 1 , 2 ].", [], id="a list of something else"),
        pytest.param(
            "Three reviews [ 1 , 2 ] and [ 3 ] agreed, two reviews [ 4 , 5 ] did not.",
            [], id="a list belongs to the count before it",
        ),
        pytest.param(
            "Of the 49 trials, 27 added helpers, 3 placed them in teams, 13 ran apart, 5 online.",
            [("parts and whole", "the parts 27 + 3 + 13 + 5 are 48, the whole is 49")],
            id="parts that miss the whole",
        ),
        pytest.param(
            "Of the 48 trials, 27 added helpers, 3 placed them in teams, 13 ran apart, 5 online.",
            [], id="parts that make the whole",
        ),
        pytest.param(
            "We used a 16-item tool. It has 7 critical items and 6 non-critical items.",
            [("parts and whole", "the parts are 13, but line 3 says 16-item (16)")],
            id="a kind and its opposite",
        ),
        pytest.param(
            "We included 49 trials, of which 34 had data. Authors of the remaining 14 were asked.",
            [("remainder", "49 less 34 leaves 15, not 14")], id="what remains",
        ),
        pytest.param(
            "Three trials measured sleep. Follow-up in the two trials was short.",
            [("reference back", "speaks of the 2, but the paragraph names 3 before")],
            id="a reference back",
        ),
        pytest.param(
            "Three trials measured sleep. Two trials measured pain, and the two trials ended.",
            [], id="a reference back that fits",
        ),
        pytest.param(
            "Of the 40 reviews, 30 were rated low. Pooling was done in 21 reviews (50% of all).",
            [("percentage", "21 of 40 is 52.5%, not 50%")], id="a percentage",
        ),
        pytest.param("It was in 2 of 3 trials (67%) and 1/8 reviews (12.5%).", [], id="shares"),
        pytest.param("It was found in 2 of 3 trials (66%).",
            [("percentage", "2 of 3 is 66.7%, not 66%")], id="rounded wrongly"),
        pytest.param(
            "Two reviews looked at group visits alone [ 1 , 2 ]. "
            "One review covered group and home visits [ 2 ].",
            [("one kind and two", ("reference 2 is 'group and home' here and 'group visits "
              "alone' in line 3"))],
            id="one kind and two",
        ),
    ],
)  # fmt: skip
def test_a_rule_finds_what_cannot_be_and_nothing_else(text, expected):
    assert found(text) == expected


def test_reports_of_one_review_may_be_counted_as_one_or_apart():
    text = "Three reviews agreed [ 1 , 2 , 3 , 4 ]."
    assert found(text) == [("count and list", "says 3, the list has 4 references")]
    assert found(text, {"4": "3"}) == []
    assert found("Four reviews agreed [ 1 , 2 , 3 , 4 ].", {"4": "3"}) == []
    assert found("Two reviews agreed [ 1 , 2 , 3 , 4 ].", {"4": "3"}) == [
        ("count and list", "says 2, the list has 4 references, 3 with reports of one joined")
    ]


def test_a_kind_that_is_counted_has_a_list_of_that_length():
    text = (
        "Of the 9 reviews, 4 were reviews with meta-analyses and 5 were without pooling.\n\n"
        "Results came from meta-analysis [ 1 , 2 , 3 ] and from other reviews [ 4 , 5 , 6 ]."
    )
    assert found(text) == [
        ("kind and list", "line 3 says 4 were reviews with meta-analyses; this list has 3")
    ]


def test_what_is_listed_for_a_part_is_cited_in_its_sections():
    text = (
        "Views came from staff [ 8 ] and mixed samples of staff and patients [ 1 , 2 , 3 , 4 ].\n\n"
        "### Perspective of mixed samples\n\nPay was low [ 1 , 2 ]. Trust grew [ 4 ]."
    )
    assert found(text) == [
        ("list and sections", "lists 3 for mixed samples, but no section of that name cites it")
    ]


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("Visits reduced hospitalisation [ 5 ].", True),
        ("Visits did not reduce hospitalisation [ 5 ].", False),
        ("Visits reduced hospitalisation [ 6 ].", False),
        ("Visits improved sleep [ 5 ].", False),
    ],
)
def test_a_claim_is_held_against_the_review_s_own_interval(text, claimed):
    effect = Printed("5", "Ng 2020", "hospitalised at follow-up", "RR 0.86 (0.66 to 1.13)", True)
    why = (
        "claims an effect of Ng 2020 on hospitalised at follow-up, whose own interval includes "
        "none: RR 0.86 (0.66 to 1.13)"
    )
    printed = [effect, Printed("6", "Po 2021", "hospitalised", "RR 0.5 (0.3 to 0.8)", False)]
    assert found(text, printed=printed) == ([("claim and effect", why)] if claimed else [])


def test_two_texts_on_one_review_are_held_against_each_other():
    paper = document("We found 3 systematic reviews with a qualitative synthesis. Six reviews of "
                     "people accessing mental health services were found.")  # fmt: skip
    blog = document("There were 6 reviews with qualitative synthesis.", "b.md")
    preprint = document("Five reviews of people accessing mental health services.", "c.md")
    texts = [("paper", paper), ("blog", blog), ("preprint", preprint)]
    assert [one.why for one in between(texts)] == [
        "paper says 3, blog says 6 (line 3)",
        "paper says 6, preprint says 5 (line 3)",
    ]
    assert list(between([("paper", paper), ("again", paper)])) == []


def test_numbers_are_read_in_words_and_figures():
    assert [number(n) for n in ("Twelve", "forty-nine", "1,204", "0")] == [12, 49, 1204, 0]
    (one,) = read_sentences("The two trials and about three reviews; five of these papers.")
    assert [(c.n, c.noun, c.definite, c.about, c.within) for c in one.counts] == [
        (2, "trial", True, False, False),
        (3, "review", False, True, False),
        (5, "paper", False, False, True),
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "Of",
                "the",
                "9",
                "three",
                "trials",
                "reviews",
                ",",
                ".",
                "(",
                ")",
                "[",
                "1",
                ",",
                "2",
                "]",
                "%",
                "50%",
                "remaining",
                "non-critical",
                "alone",
                "only",
                "and",
                "both",
                "former",
                "latter",
                "studies\n\n##",
                "were",
                "with",
                "16-item",
                "e.g.",
                "of",
                "total",
            ]
        ),
        max_size=60,
    )
)
def test_no_text_makes_the_check_stumble(words):
    check_document(document(" ".join(["x", *words])))


@pytest.mark.skipif(not TEXTS.exists(), reason="the published texts are not beside the tree")
def test_the_known_contradictions_of_the_worked_example_are_found_and_no_others():
    from themeweave.review import evidence

    paper, trial_review = str(TEXTS / "cooper-2024.md"), str(TEXTS / "white-2020.md")
    checked = {
        **evidence.consistency([paper], ROOT).checked,
        **evidence.consistency([trial_review], TEXTS).checked,
    }
    assert [(one.rule, one.line) for one in checked["cooper-2024.md"].contradictions] == [
        ("parts and whole", 133),  # 16 items, but 7 critical and 6 others
        ("kind and list", 169),  # the list of meta-analyses lacks one review of 13
        ("claim and effect", 179),  # an effect on hospitalisation, whose interval includes none
        ("one kind and two", 187),  # a review of individual support alone, and of both
        ("list and sections", 233),  # listed for mixed samples, never cited there
    ]
    assert [(one.rule, one.line) for one in checked["white-2020.md"].contradictions] == [
        ("reference back", 280)  # three trials, then "the two trials"
    ]
    alone = check_document(read_document(Path(paper).read_bytes(), "cooper-2024.md"))
    assert "says 13, the list has 14 references" in [one.why for one in alone.contradictions]
