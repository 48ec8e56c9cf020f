"""The narrative: findings word for word, who is heard, what contrasts, what is not known."""

from themeweave.corpus.records import Review
from themeweave.evidence.support import support
from themeweave.findings.records import Finding
from themeweave.report.coded import NO_ANSWER, Answer, CodedFinding
from themeweave.report.narrative import Section, Story, narrative, studies_sentences
from themeweave.report.references import references
from themeweave.report.theme_detail_table import Contrast

HOPE = Answer("T1", "Hope", "confirmed")
TRUST = Answer("T2", "Trust", "suggested")
USERS = Answer("users", "Service users", "confirmed")
STAFF = Answer("staff", "Staff", "suggested")
GAIN = Answer("facilitator", "Facilitator or benefit", "suggested")
COST = Answer("barrier", "Barrier or challenge", "confirmed")
UNCLEAR = Answer("unclear", "Unclear", "unclear")
REFS = references([Review("R1", "Ng 2020", title="Hope"), Review("R2", "Ode 2021")])


def coded(name, text, cited=("R1",), *, view=USERS, valence=GAIN, subtheme=TRUST, **more):
    fields = {"domain": NO_ANSWER, "construct": NO_ANSWER, "theme": HOPE} | more
    return CodedFinding(
        Finding(name, text, cited), (), view, valence=valence, subtheme=subtheme, **fields
    )


def section(members, **more):
    reviews = {review for c in members for review in c.finding.cited}
    found = support(reviews, {}, len(members), sum(c.theme.confirmed for c in members))
    return Section("Hope", tuple(members), found, "2 unknown", "Nobody judged it.", **more)


def told(themes=(), domains=(), voices=("users", "staff")):
    order = {voice: place for place, voice in enumerate(voices)}
    story = Story(
        "Peer support", "Does it help?", ("How it was done.",), tuple(themes), "All placed.",
        tuple(domains), "All placed.", "CFIR", order,
    )  # fmt: skip
    return [f"{b.lead} {b.text}".strip() for b in narrative(story, REFS).blocks]


MEMBERS = [
    coded("F1", "Users gained hope.", ("R1", "R2")),
    coded("F2", "Users felt judged", valence=COST),
    coded("F3", "Nurses saw trust grow.", view=STAFF, valence=UNCLEAR),
]


def test_a_theme_is_told_perspective_by_perspective_with_what_it_rests_on():
    blocks = told([section(MEMBERS, silent=("Carers",))])
    start = blocks.index("Hope")
    assert blocks[start + 1 : start + 6] == [
        (
            "This theme rests on 3 findings from 2 reviews; a person placed all of them. How "
            "many primary studies stand behind the 2 reviews is unknown: none of their inclusion "
            "lists is known. Quality of the reviews (AMSTAR 2): 2 unknown. Nobody judged it."
        ),
        (
            "Service users (2 findings, 2 reviews). On ‘Trust*’: Users gained hope (Ng 2020; Ode "
            "2021). Users felt judged (Ng 2020)."
        ),
        "F1, F2",
        "Staff* (1 finding, 1 review). On ‘Trust*’: Nurses saw trust grow (Ng 2020).",
        "F3",
    ]
    assert (
        "Perspectives compared. Findings on ‘Trust*’ come from service users and staff*. Not "
        "heard in this theme, though heard elsewhere: carers."
    ) in blocks
    assert blocks[-3:] == ["References", "Ng 2020. Hope.", "Ode 2021."]


def test_contrasts_are_named_as_readings_and_not_as_contradictions():
    blocks = told([section(MEMBERS, contrasts=(Contrast("F2", "F1"), Contrast("F2", "F99")))])
    place = next(n for n, block in enumerate(blocks) if block.startswith("Contrasts."))
    assert blocks[place : place + 3] == [
        (
            "Contrasts. Read by direction: 1 as barrier or challenge, 1 as facilitator or "
            "benefit, 1 unclear; a person confirmed 1 of these readings. The program read the "
            "findings of each pair below as pointing in opposite directions; whether they "
            "contradict each other is for a person to judge."
        ),
        (
            "Read as barrier or challenge: Users felt judged (Ng 2020). Read as facilitator or "
            "benefit*: Users gained hope (Ng 2020; Ode 2021)."
        ),
        "F2, F1",
    ]


def test_where_no_direction_is_clear_contrasts_are_not_known_rather_than_none():
    blocks = told([section([coded("F1", "Hope grew.", valence=UNCLEAR)])])
    assert (
        "Contrasts. No finding of this theme has a clear direction, so what contrasts is not known."
    ) in blocks


def test_without_a_codebook_of_perspectives_nobody_is_said_to_be_unclear():
    blocks = told([section(MEMBERS)], voices=())
    assert any(b.startswith("All perspectives, which were not coded (3 findings") for b in blocks)
    assert not any("Perspective unclear" in b or "compared" in b for b in blocks)


def test_a_domain_is_told_side_by_side():
    inner = Answer("training", "Training", "suggested")
    members = [
        coded("F4", "Pay was low.", valence=COST, construct=inner),
        coded("F5", "Nobody knows.", valence=UNCLEAR),
    ]
    blocks = told(domains=[section(members)])
    assert "Barriers (1 finding, 1 review). On ‘Training*’: Pay was low (Ng 2020)." in blocks
    assert "Neither side, both, or unclear (1 finding, 1 review). Nobody knows (Ng 2020)." in blocks
    assert not any(block.startswith("Facilitators") for block in blocks)


def test_overlap_is_taken_off_in_words_and_what_is_unknown_is_said():
    same = {"R1": frozenset("ab"), "R2": frozenset("ab")}
    assert " ".join(studies_sentences(support(["R1", "R2"], same))) == (
        "The 2 reviews include 2 distinct primary studies. Once the studies that they share are "
        "taken off, the 2 reviews with known lists are worth 1.0 independent ones, so that the "
        "support collapses."
    )
    assert list(studies_sentences(support(["R1", "R9"], same))) == [
        (
            "Inclusion lists are known for 1 of the 2 reviews and hold 2 distinct primary studies; "
            "what the others hold is unknown."
        )
    ]
    assert list(studies_sentences(support([], same))) == ["No review is cited for any of them."]


def test_labels_that_two_reviews_share_are_told_apart():
    refs = references([Review("R1", "Ng 2020"), Review("R2", "Ng 2020"), Review("R3", "Ode 2021")])
    assert refs.cite(["R3", "R2", "R1", "R2"]) == "Ng 2020a; Ng 2020b; Ode 2021"


def test_reviews_are_numbered_by_their_labels_where_the_manuscript_numbers_not_all_of_them():
    listed = [Review("R1", "Ode 2021", reports=("9",)), Review("R2", "Ng 2020")]
    refs = references(listed, "numbered")
    assert (refs.cite(["R1", "R2"]), refs.listed(["R1"])) == ("[1, 2]", ("[2] Ode 2021.",))
