"""Whose need, capability, opportunity or motivation a finding speaks of."""

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.roles import people, roles
from themeweave.codes.suggest import Choice

VOICES = Codebook(
    "perspectives",
    "Perspectives",
    (
        Code("peer_workers", "Peer workers", cues=("peer workers", "peers")),
        Code("service_users", "Service users", cues=("patients",)),
    ),
    exclusive=True,
)
FRAME = Codebook(
    "frame",
    "Frame",
    (
        Code("capability", "Capability"),
        Code("need", "Need"),
        Code("funding", "Funding"),
        Code("innovation_deliverers", "Deliverers"),
        Code("innovation_recipients", "Recipients"),
    ),
)
WHO = people(
    {
        "innovation_deliverers": ["peer_workers", "befrienders"],
        "innovation_recipients": ["patients"],
    },
    VOICES,
    "peer support",
)


def role(text, code="capability", book=FRAME, who=WHO):
    return [one.code_id for one in roles([text], [Choice(code, code, 0.9, 0.8)], book, who)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peer workers felt untrained for crises.", ["innovation_deliverers"]),
        ("Befrienders did not feel up to it.", ["innovation_deliverers"]),
        ("Patients feared that peer workers would leave.", ["innovation_recipients"]),
        ("Peer workers were trained to calm patients.", ["innovation_deliverers"]),
        ("Nobody felt up to it.", []),
    ],
)
def test_the_role_is_that_of_the_group_that_holds_the_view(text, expected):
    assert role(text) == expected


def test_only_characteristics_have_a_role():
    assert role("Peer workers were not paid.", code="funding") == []


def test_a_framework_without_the_role_gets_none():
    older = Codebook("older", "Older", (Code("capability", "Capability"),))
    assert role("Peer workers felt untrained.", book=older) == []


def test_where_nobody_is_named_in_the_settings_there_is_no_role():
    assert role("Peer workers felt untrained.", who=people({}, VOICES)) == []


def test_the_reason_names_the_words():
    (one,) = roles(
        ["Peers said that they lacked skills."], [Choice("need", "need", 0.9, 0.8)], FRAME, WHO
    )[0]
    assert one.reason == "need of those who deliver peer support: 'Peers said'"
