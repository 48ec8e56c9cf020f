"""The one path from findings to belief: context narrows it, and decisions correct it."""

from dataclasses import replace

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import choose, suggestions
from themeweave.corpus.records import Review
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review import readings
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
    assert taught.suggester == "reader@6+learned@2"
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


WAYS = Codebook("ways", "Ways", (Code("bad", "Barrier"), Code("good", "Facilitator")), True)


@pytest.fixture
def stub(monkeypatch):
    """A suggester that finds a barrier where it reads *harm*; gives the lists that it was asked."""
    asked = []

    def harmed(texts, book):
        asked.append(list(texts))
        shares = [0.8 if "harm" in text else 0.1 for text in texts]
        first, second = [code.id for code in book.suggestible()][:2]
        return [Reading({first: share, second: 1 - share}) for share in shares]

    monkeypatch.setattr(readings, "suggester_of", lambda name, where="": ("stub@1", harmed))
    return asked


HARM = Finding("F1", "They said that the job could harm them, and left.", section="Results")


def test_a_finding_is_read_again_without_each_phrase_by_the_same_suggester(stub):
    found = read("stub", [HARM, Finding("F2", "Cost")], WAYS, weighed=["F1", "F2"])
    whole, cut = stub
    assert whole == [HARM.text, "Cost"]
    assert len(found.readings[0].without) == 4  # three phrases, one pair
    assert cut[4:] == ["They said", "the job could harm them", "left"]  # and each by itself
    assert all(text != HARM.text for text in cut)
    without = {one.phrase: one.shares["bad"] for one in found.readings[0].without}
    assert without["the job could harm them"] == 0.1
    assert without["left"] == 0.8
    alone = {one.phrase: one.alone.get("bad") for one in found.readings[0].without}
    assert alone == {
        "They said": 0.1,
        "the job could harm them": 0.8,
        "left": 0.1,
        "They said that the job could harm them": None,
    }
    assert found.readings[1].without == ()  # it is one phrase
    assert choose(found.readings[0], WAYS).reason == (
        "rests on 'the job could harm them': without it, its share falls from 80% to 10%, "
        "and Facilitator would be first"
    )


def test_only_the_findings_asked_for_are_read_again(stub):
    found = read("stub", [HARM, replace(HARM, id="F2")], WAYS, weighed=["F2"])
    assert [bool(reading.without) for reading in found.readings] == [False, True]
    assert read("stub", [HARM], WAYS) == read("stub", [HARM], WAYS, weighed=["F9"])


def test_what_is_read_without_a_phrase_stands_under_the_same_heading_and_a_phrase_under_none(stub):
    finding = replace(HARM, section="Results > Barrier")
    (reading,) = read("stub", [finding], WAYS, weighed=["F1"]).readings
    assert min(one.shares["bad"] for one in reading.without) == pytest.approx(0.91)
    assert choose(reading, WAYS).reason == (
        "'the job could harm them' says so by itself (80%); stands under the heading 'Barrier'"
    )


def test_one_that_goes_on_from_the_finding_before_has_that_for_its_reason(stub):
    before = Finding("F0", "Nurses feared harm.", section="Results")
    (_, heard) = read("stub", [before, HARM], VOICES, weighed=["F0", "F1"]).readings
    assert heard.without == ()
    assert choose(heard, VOICES).reason == "goes on from the finding before, which is theirs"


def test_each_strand_is_read_again_at_once(stub):
    both = [HARM, replace(HARM, id="F2", strand="other"), replace(HARM, id="F3")]
    read("stub", both, WAYS, weighed=["F1", "F2", "F3"])
    assert [len(texts) for texts in stub] == [3, 8 + 6, 4 + 3]


def test_what_was_learned_is_learned_for_a_finding_without_a_phrase_too():
    findings, decided = team()
    taught = read("reader", findings, CFIR, decided=decided, weighed=["Q"])
    assert taught.trial.used
    reading = taught.readings[-1]
    plain = read("reader", findings, CFIR, weighed=["Q"]).readings[-1]
    assert [one.phrase for one in reading.without] == [one.phrase for one in plain.without]
    assert reading.without[0].shares != plain.without[0].shares
    assert all(sum(one.shares.values()) == pytest.approx(1, abs=1e-3) for one in reading.without)
