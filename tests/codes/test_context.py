"""What is known of a finding besides its words: headings, samples, the finding before."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.context import carried_on, under_headings, with_samples
from themeweave.codes.reading import Reading

VOICES = Codebook(
    "perspectives",
    "Perspectives",
    (
        Code("users", "Users", cues=("patients",)),
        Code("staff", "Staff", cues=("nurses", "non-peer staff")),
        Code("mixed", "Mixed"),
    ),
    exclusive=True,
)
TREE = Codebook(
    "frame",
    "Framework",
    (
        Code("inner", "Inner Setting"),
        Code("money", "Available Resources", parent="inner"),
        Code("culture", "Culture", parent="inner"),
        Code("outer", "Outer Setting"),
        Code("law", "Policies", parent="outer", cues=("resources",)),
    ),
)
WORDS = Reading({"users": 0.2, "staff": 0.5, "mixed": 0.3}, {"staff": ("nurses",)})


def sampled(samples, spoken="", reading=WORDS):
    return with_samples([reading], [samples], [spoken], VOICES)[0]


def test_what_all_cited_reviews_sampled_stays_possible_and_who_speaks_decides_within_it():
    reading = sampled([["users", "mixed"], ["mixed", "users", "staff"]], spoken="users")
    # users and mixed share 0.9 as 0.2 to 0.3, and every group keeps a tenth of its belief
    assert reading.shares == pytest.approx({"users": 0.38, "staff": 0.05, "mixed": 0.57})
    assert reading.notes == {
        "users": "both reviews cited asked users and several groups together; "
        "the words name who speaks"
    }
    assert reading.phrases == WORDS.phrases


def test_where_several_were_asked_and_nobody_speaks_all_of_them_are_equally_likely():
    reading = sampled([["users", "mixed"]])
    assert reading.shares == pytest.approx({"users": 0.47, "staff": 0.05, "mixed": 0.48})
    assert reading.notes == dict.fromkeys(
        ["users", "mixed"],
        "the review cited asked users and several groups together; the words do not say who speaks",
    )
    other = sampled([["users", "mixed"], []])  # nor is it known better for another review
    assert other.shares == reading.shares


def test_one_group_that_all_reviews_sampled_takes_nine_tenths():
    reading = sampled([["users"], ["users", "staff"]])
    assert reading.shares == pytest.approx({"users": 0.92, "staff": 0.05, "mixed": 0.03})
    assert reading.notes == {
        "users": "both reviews cited asked users, the only group that they share"
    }


def test_a_review_whose_sample_is_not_known_takes_from_what_the_others_say():
    reading = sampled([["users"], []])
    assert reading.shares == pytest.approx({"users": 0.56, "staff": 0.275, "mixed": 0.165})
    assert reading.notes == {
        "users": "of the 2 reviews cited, the one whose sample is known asked only users"
    }


def test_a_speaker_whom_nobody_sampled_is_contested_and_both_sides_are_told():
    sure = Reading({"users": 0.02, "staff": 0.96, "mixed": 0.02}, {"staff": ("nurses said",)})
    reading = sampled([["users"]], spoken="staff", reading=sure)
    assert reading.shares == pytest.approx({"users": 0.51, "staff": 0.48, "mixed": 0.01})
    assert reading.notes == {
        "users": "the review cited asked only users, though the words speak for staff"
    }


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([["mixed"]], "the review cited asked several groups together"),
        ([["mixed"]] * 3, "all 3 reviews cited asked several groups together"),
        (
            [["users"], ["users"], []],
            "of the 3 reviews cited, the 2 whose sample is known asked only users",
        ),
    ],
)
def test_whom_the_reviews_asked_is_said_in_words(samples, words):
    assert set(sampled(samples).notes.values()) == {words}


def test_what_was_only_inferred_is_no_reason_beside_a_sample():
    inferred = Reading({"users": 0.5, "staff": 0.5}, notes={"users": "by its wording as a whole"})
    assert sampled([["users"]], reading=inferred).notes == {
        "users": "the review cited asked only users"
    }


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param([], id="nothing is cited"),
        pytest.param([[], []], id="nothing is known"),
        pytest.param([["users"], ["staff"]], id="reviews have no group in common"),
        pytest.param([["carers"]], id="a group that the codebook lacks"),
    ],
)
def test_where_samples_leave_nothing_the_words_stand(samples):
    assert sampled(samples) == WORDS


def test_a_heading_that_names_a_group_takes_nine_tenths():
    (reading,) = under_headings([WORDS], ["Results > Perspective of patients"], VOICES)
    assert reading.shares == pytest.approx({"users": 0.92, "staff": 0.05, "mixed": 0.03})
    assert reading.notes == {"users": "stands under the heading 'Perspective of patients'"}


def test_a_heading_that_names_a_domain_keeps_the_order_of_the_codes_below_it():
    words = Reading({"inner": 0.0, "money": 0.1, "culture": 0.3, "outer": 0.0, "law": 0.6})
    (reading,) = under_headings([words], ["Inner setting"], TREE)
    assert reading.shares == pytest.approx(
        {"inner": 0.0, "money": 0.235, "culture": 0.705, "outer": 0.0, "law": 0.06}
    )


def test_the_lowest_heading_that_names_one_code_speaks():
    words = Reading({"inner": 0.0, "money": 0.5, "culture": 0.1, "outer": 0.0, "law": 0.4})
    (reading,) = under_headings([words], ["Outer setting > Culture > Sites"], TREE)
    assert max(reading.shares, key=reading.shares.get) == "culture"


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param("", id="none"),
        pytest.param("Results", id="names nothing"),
        pytest.param("Patients and nurses", id="names two groups"),
    ],
)
def test_a_heading_that_names_no_single_code_says_nothing(heading):
    assert under_headings([WORDS], [heading], VOICES) == [WORDS]


def test_cue_phrases_of_a_tree_are_no_names_in_headings():
    words = Reading({"inner": 0.0, "money": 0.5, "culture": 0.1, "outer": 0.0, "law": 0.4})
    assert under_headings([words], ["Human resources"], TREE) == [words]


WAYS = Codebook(
    "valence",
    "Direction",
    (
        Code("barrier", "Barrier or challenge", cues=("confusion", "challenges")),
        Code("facilitator", "Facilitator or benefit", cues=("support",)),
        Code("mixed", "Mixed"),
    ),
    exclusive=True,
)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        pytest.param("Barriers to implementation", "barrier", id="it begins with a name"),
        pytest.param("Perceived benefits", "facilitator", id="it ends with a name"),
        pytest.param("Challenges", "barrier", id="a name is all of it"),
        pytest.param("Peer support", "", id="a cue that names the subject"),
        pytest.param("Perspective of mixed samples", "", id="a name that is said of others"),
        pytest.param("Organisational challenges and their causes", "", id="a name in the middle"),
        pytest.param("Barriers and facilitators", "", id="two names"),
    ],
)
def test_a_heading_tells_a_direction_only_where_it_begins_or_ends_with_its_name(heading, code):
    words = Reading({"barrier": 0.4, "facilitator": 0.3, "mixed": 0.3})
    (reading,) = under_headings([words], [heading], WAYS)
    assert set(reading.notes) == ({code} if code else set())
    assert (reading == words) == (not code)


def test_a_heading_that_names_one_group_and_speaks_of_others_names_none():
    heading = "Views of staff, nurses and patients"
    book = Codebook("p", "P", (Code("staff", "Staff"), Code("users", "Users", cues=("patients",))))
    words = Reading({"staff": 0.5, "users": 0.5})
    assert under_headings([words], [heading], book) == [words]


NURSES = Reading({"users": 0.1, "staff": 0.8, "mixed": 0.1})
EVEN = Reading({"users": 0.5, "staff": 0.3, "mixed": 0.2})


def test_they_go_on_with_the_group_before_and_it_is_said():
    texts = ["Nurses feared for their jobs.", "They asked for training.", "Theirs was a hard lot."]
    first, second, third = carried_on([NURSES, EVEN, EVEN], texts, ["A", "A", "A"])
    assert first == NURSES
    assert second.shares == pytest.approx({"users": 0.15, "staff": 0.79, "mixed": 0.06})
    assert second.notes == {"staff": "goes on from the finding before, which is theirs"}
    assert max(third.shares, key=third.shares.get) == "staff"


@pytest.mark.parametrize(
    ("before", "reading", "texts", "headings"),
    [
        pytest.param(NURSES, EVEN, ["x", "They left."], ["A", "B"], id="another heading"),
        pytest.param(
            Reading({"users": 0.4, "staff": 0.3, "mixed": 0.3}),
            EVEN,
            ["x", "They left."],
            ["A", "A"],
            id="the group before is unsure",
        ),
        pytest.param(NURSES, EVEN, ["x", "The theyre left."], ["A", "A"], id="no pronoun"),
        pytest.param(
            NURSES,
            Reading({"users": 0.6, "staff": 0.2, "mixed": 0.2}, {"users": ("patients",)}),
            ["x", "They, the patients, left."],
            ["A", "A"],
            id="names a group itself",
        ),
    ],
)
def test_a_finding_that_does_not_go_on_keeps_its_reading(before, reading, texts, headings):
    assert carried_on([before, reading], texts, headings)[1] == reading
