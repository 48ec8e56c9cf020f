"""Whose view a finding reports: who holds it, against whom it is about."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.voice import read

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
        pytest.param("Non-peer posts: staff welcomed peer workers.", "staff", id="said of"),
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


def test_groups_joined_as_those_spoken_about_are_not_a_mixed_sample():
    assert voice("Peer workers wrote about nurses and patients.") == "peers"


@pytest.mark.parametrize("text", ["", "Clear signs helped.", "It was thought that signs helped."])
def test_where_no_group_is_named_the_view_is_unclear_and_says_so(text):
    (reading,) = read([text], BOOK)
    assert max(reading.shares, key=reading.shares.get) == "unclear"
    assert reading.notes == {"unclear": "no group is named"}


def test_a_reading_shows_the_phrases_as_they_stand_and_what_joins_them():
    (reading,) = read(["Nurses and peer workers thought so; nurses said it."], BOOK)
    assert reading.phrases == {"staff": ("Nurses", "nurses"), "peers": ("peer workers",)}
    assert reading.notes == {"mixed": "two groups joined: 'Nurses and peer workers'"}


def test_shares_add_up_to_one():
    for reading in read(["Nurses said so.", "", "Patients and nurses spoke."], BOOK):
        assert sum(reading.shares.values()) == pytest.approx(1.0)


def test_a_codebook_without_mixed_and_unclear_is_read_too():
    plain = Codebook("p", "P", BOOK.codes[:3], exclusive=True)
    assert voice("Nurses and patients agreed.", plain) == "staff"
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
