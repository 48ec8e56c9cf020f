"""Whose view a finding reports: who holds it, against whom it is about."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.voice import holders, read

BOOK = Codebook(
    "perspectives",
    "Perspectives",
    (
        Code("users", "Users", cues=("patients", "service users")),
        Code("peers", "Peers", cues=("peer workers",)),
        Code("staff", "Staff", cues=("nurses", "staff", "other staff")),
        Code("mixed", "Mixed", cues=("stakeholders", "patients and staff")),
        Code("unclear", "Unclear", cues=("it was thought",)),
    ),
    exclusive=True,
)


def voice(text, book=BOOK):
    (reading,) = read([text], book)
    return max(reading.shares, key=reading.shares.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Patients felt that nurses were kind.", "users", id="the first speaks"),
        pytest.param("Nurses feared for patients.", "staff", id="one is spoken about: for"),
        pytest.param("Support from nurses: patients valued it.", "users", id="from, then a verb"),
        pytest.param("Trust between staff grew; peer workers said so.", "peers", id="between"),
        pytest.param(
            "Unlike what some of the other staff had, peer workers found support.",
            "peers",
            id="words between of and the group",
        ),
        pytest.param("When nurses had time, patients were at ease.", "users", id="in a condition"),
        pytest.param("What nurses could do, patients had seen.", "users", id="in a question"),
        pytest.param("Non-peer posts: staff welcomed peer workers.", "staff", id="said of"),
        pytest.param("For most patients, nurses were a relief.", "users", id="for whom it is so"),
        pytest.param("Nurses came. For patients, it was a relief.", "users", id="in a sentence"),
        pytest.param("For patients in need, nurses were sent.", "staff", id="for, and no more"),
    ],
)
def test_the_holder_of_a_view_is_told_from_whom_it_is_about(text, expected):
    assert voice(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Patients found the wait long, according to nurses.",
        "The wait was long for patients, as voiced by nurses.",
        "In the view of nurses patients had recovered.",
        "According to nurses, patients wanted more.",
        "Patients were left alone for hours, as was reported by some nurses.",
        '"They ring the bell and nobody comes for the patients" (night nurse).',
        "Nurse 4: the patients were not told.",
        "The patients were not told - nurse on the ward.",
        "Patients were described by both nurses as tired.",
    ],
)
def test_a_group_named_as_the_source_holds_the_view(text):
    assert voice(text) == "staff"


@pytest.mark.parametrize(
    "text",
    [
        "Nurses and peer workers thought the role vague.",
        "Peer workers, nurses and patients agreed.",
        "Peer workers as well as nurses were unsure.",
        "Patients and staff found the form confusing.",
        "Stakeholders agreed that visits help.",
    ],
)
def test_groups_that_are_joined_or_named_together_are_a_mixed_sample(text):
    assert voice(text) == "mixed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Nurses reported that patients wanted pills.", "staff", id="says of another"),
        pytest.param("Patients waited, and nurses thought it wrong.", "staff", id="not the first"),
        pytest.param("Staff in small wards said that it helped.", "staff", id="words between"),
        pytest.param("Patients, who had waited, felt lost.", "users", id="a clause between"),
        pytest.param("Patients could feel lost.", "users", id="could feel"),
        pytest.param("Patients and nurses felt lost.", "mixed", id="two who say so"),
        pytest.param("Patients and porters alike felt lost.", "mixed", id="one of them unknown"),
        pytest.param("A patient and a nurse met, according to peer workers.", "peers", id="source"),
        pytest.param("Nurses were hired.", "", id="named, and says nothing"),
        pytest.param("Support for patients felt thin.", "", id="spoken about"),
        pytest.param("It was thought that it helped.", "", id="nobody"),
        pytest.param("", "", id="empty"),
    ],
)
def test_who_holds_a_view_in_so_many_words_is_told_from_who_is_named(text, expected):
    assert holders([text], BOOK) == [expected]


def test_who_speaks_of_my_doctor_or_our_patients_is_heard_where_the_codebook_says_so():
    users = Code("users", "Users", cues=("patients", "my doctor"))
    staff = Code("staff", "Staff", cues=("doctor", "our patients"))
    book = Codebook("p", "P", (users, staff), exclusive=True)
    assert holders(["Our patients sleep by then.", "My doctor rang."], book) == ["staff", "users"]


def test_a_word_that_two_groups_share_names_neither():
    users, carers = (Code(name, name, cues=("mothers",)) for name in ("users", "carers"))
    book = Codebook("p", "P", (users, carers), exclusive=True)
    assert holders(["Mothers felt lost."], book) == [""]
    (reading,) = read(["Mothers felt lost."], book)
    assert reading.shares == pytest.approx({"users": 0.5, "carers": 0.5})


def test_where_nobody_is_named_and_somebody_says_i_it_is_not_said_that_there_is_no_speaker():
    (reading,) = read(["I was never told."], BOOK)
    assert reading.notes == {}


def test_groups_joined_as_those_spoken_about_are_not_a_mixed_sample():
    assert voice("Peer workers wrote about nurses and patients.") == "peers"


def test_a_word_for_several_groups_with_whom_something_was_done_is_no_speaker():
    codes = (*BOOK.codes[:2], Code("mixed", "Mixed", cues=("stakeholders",)), BOOK.codes[-1])
    book = Codebook("p", "P", codes, exclusive=True)

    def phrases(text):
        return read([text], book)[0].phrases

    assert phrases("Planning with the town and other stakeholders was vital.") == {}
    assert phrases("Stakeholders found it vital.") == {"mixed": ("Stakeholders",)}
    assert phrases("It was vital according to stakeholders.") == {"mixed": ("stakeholders",)}


@pytest.mark.parametrize("text", ["", "Clear signs helped.", "It was thought that signs helped."])
def test_where_no_group_is_named_the_view_is_unclear_and_says_so(text):
    (reading,) = read([text], BOOK)
    assert max(reading.shares, key=reading.shares.get) == "unclear"
    assert reading.notes == {"unclear": "no group is named"}


def test_a_group_that_is_only_spoken_of_is_no_reason_and_the_reading_says_that_nobody_speaks():
    (reading,) = read(["There was no certificate for peer workers."], BOOK)
    assert reading.phrases == {}
    assert reading.notes == {"unclear": "no group is said to hold the view"}
    (reading,) = read(["I saw no certificate for peer workers."], BOOK)
    assert reading.notes == {}


def test_of_a_group_that_only_does_something_it_is_said_that_nobody_thinks_or_feels():
    (reading,) = read(["Nurses were drawn into it."], BOOK)
    assert reading.phrases == {"staff": ("Nurses",)}
    assert reading.notes == {"unclear": "no group is said to think or feel so"}
    (reading,) = read(["Nurses were drawn into it, and felt proud (nurse)."], BOOK)
    assert reading.notes == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nurses who were cold stood in the way.", "Nurses who were cold stood in the way"),
        ("Staff were not trusted at first.", "Staff were not trusted"),
        ("Patients were seen as a barrier.", "Patients were seen"),
        ("Patients were expected to keep a diary.", "Patients were expected"),
        ("Nurses are an obstacle to this.", "Nurses are an obstacle"),
    ],
)
def test_a_group_on_which_judgement_is_passed_does_not_speak(text, words):
    (reading,) = read([text], BOOK)
    group = "users" if text.startswith("Patients") else "staff"
    assert reading.notes == {
        group: f"yet it passes judgement on them, '{words}'",
        "unclear": "no group is said to hold the view",
    }
    assert group not in reading.phrases


def test_whoever_judges_them_speaks():
    assert voice("Patients were seen by nurses as a barrier.") == "staff"


def test_a_reading_shows_the_phrases_as_they_stand_and_what_joins_them():
    (reading,) = read(["Nurses and peer workers thought so; nurses said it."], BOOK)
    assert reading.phrases == {
        "staff": ("Nurses", "nurses said"),
        "peers": ("peer workers thought",),
    }
    assert reading.notes == {"mixed": "two groups joined, 'Nurses and peer workers'"}


def test_shares_add_up_to_one():
    for reading in read(["Nurses said so.", "", "Patients and nurses spoke."], BOOK):
        assert sum(reading.shares.values()) == pytest.approx(1.0)


def test_a_codebook_without_mixed_and_unclear_is_read_too():
    plain = Codebook("p", "P", BOOK.codes[:3], exclusive=True)
    assert voice("Nurses and patients agreed.", plain) == "users"  # next to what is said
    assert read([""], plain)[0].shares == pytest.approx(
        dict.fromkeys(["users", "peers", "staff"], 1 / 3)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peer workers said the job gave them confidence.", "peer_workers"),
        ("Service users saw peer workers as role models.", "service_users"),
        ("Members of peer support groups felt less alone.", "group_members"),
        ("Non-peer staff feared that peer workers would replace them.", "staff"),
        ("Patients and nurses alike found the form confusing.", "mixed"),
        ("Stakeholders across the programme agreed that home visits built trust.", "mixed"),
    ],
)
def test_the_shipped_codebook_hears_plain_cases(shipped, text, expected):
    assert voice(text, shipped["perspectives"]) == expected
