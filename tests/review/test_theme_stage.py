"""The stage of themes: people's findings teach, and what is left is grouped."""

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Suggestion
from themeweave.review.folder import open_folder
from themeweave.review.revise import Who, Wish, act, move
from themeweave.review.synthesis import place_in_themes, suggest_themes
from themeweave.review.theme_stage import LEARNER, combined, peoples_themes

BOOK = Codebook(
    "themes", "Themes", (Code("T1", "Pay"), Code("T2", "Low pay", parent="T1"), Code("T3", "Hope"))
)


def who(coder="ana", command="c"):
    return Who(coder, "2026-01-02T03:04:05Z", command)


def guess(code, unsure=False, by="blend@1"):
    return Suggestion("F1", "themes", code, 0.5, by, unsure=unsure)


NAMED = """codebook: themes
title: Themes
exclusive: true
codes:
  - id: T01
    name: Peer workers
  - id: T02
    name: Hope through a living example
    parent: T01
  - id: T03
    name: Pay and workload of staff
"""


def test_without_people_all_findings_are_grouped_and_nothing_is_learned(review):
    placing = place_in_themes(open_folder(review))
    assert (placing.learned, placing.taken_in) == ((), 0)
    assert len(placing.candidates.placements) == len(placing.remainder) == 8


def test_a_codebook_that_only_names_its_themes_is_told_by_the_names(review, write):
    write("codebooks/themes.yaml", NAMED)
    text = (review / "corpus" / "findings.csv").read_text("utf-8")
    write("corpus/findings.csv", text + "F9,Their example gave others hope.,R1,experiences\n")
    placing = place_in_themes(open_folder(review))
    learned = {s.finding_id: s for s in placing.learned}
    assert (len(learned), placing.taken_in, len(placing.remainder)) == (9, 0, 9)
    assert learned["F9"].code_id == "T02"
    assert learned["F9"].reason == (
        "nearest to what 'Hope through a living example' is called and said to be about"
    )
    assert {s.code_id for s in placing.learned} <= {"T02", "T03"}  # T01 has a theme below it
    move(review, who(), ["F9"], "T03")
    taught = place_in_themes(open_folder(review))
    assert taught.taken_in + len(taught.remainder) == 9
    assert "F9" not in {s.finding_id for s in taught.learned}


def test_themes_with_findings_teach_and_the_decided_are_not_suggested_again(review, write):
    text = (review / "corpus" / "findings.csv").read_text("utf-8")
    more = "F9,Sharing their own story gave peer workers and others hope.,R1,experiences\n"
    write("corpus/findings.csv", text + more)
    move(review, who(), ["F1"], "mixed")
    move(review, who(command="d"), ["F2", "F6"], "T02")
    folder = open_folder(review)
    placing = place_in_themes(folder)
    learned = {s.finding_id: s for s in placing.learned}
    assert {"F1", "F2", "F6"}.isdisjoint(learned)
    assert (learned["F9"].code_id, learned["F9"].suggester) == ("mixed", LEARNER)
    assert learned["F9"].reason == (
        "nearest to the findings that people put in 'Mixed feelings', such as F1"
    )
    assert not learned["F9"].unsure
    assert placing.taken_in + len(placing.remainder) == 9
    every = suggest_themes(folder, placing)
    assert len({s.finding_id for s in every}) == 6


def test_a_theme_for_what_is_left_over_draws_no_other_findings(review, write):
    text = (review / "codebooks" / "themes.yaml").read_text("utf-8")
    mixed = "name: Mixed feelings\n    level: overarching"
    assert mixed in text
    write("codebooks/themes.yaml", text.replace(mixed, "name: Other\n    level: residual"))
    more = "F9,Sharing their own story gave peer workers and others hope.,R1,experiences\n"
    sheet = (review / "corpus" / "findings.csv").read_text("utf-8")
    write("corpus/findings.csv", sheet + more)
    move(review, who(), ["F1"], "mixed")
    move(review, who(command="d"), ["F2", "F6"], "T02")
    placing = place_in_themes(open_folder(review))
    assert "mixed" not in {guess.code_id for guess in placing.learned}
    assert "F1" not in placing.remainder  # it has its place


def test_a_persons_theme_is_the_lowest_undisputed_one_in_use(review):
    move(review, who(), ["F1"], "T01")
    move(review, who(command="d"), ["F1", "F2"], "T02")
    move(review, who("ben", "e"), ["F2"], "mixed")  # against ana: disputed
    act(
        review,
        who("ben", "f"),
        [
            Wish("new", text="Fear", findings=("F3",)),
            Wish("place", "mixed", findings=("F4",)),
            Wish("retire", "mixed"),
        ],
    )
    folder = open_folder(review)
    fear = next(c.id for c in folder.book("themes").codes if c.name == "Fear")
    assert peoples_themes(folder) == {"F1": "T02", "F3": fear}


def test_what_is_learned_goes_before_what_is_read_unless_that_refines_it_or_is_surer():
    near, unsure = guess("T1", by=LEARNER), guess("T1", unsure=True, by=LEARNER)
    assert combined([guess("T3")], [near], BOOK) == [near]
    assert combined([guess("T2", unsure=True)], [near], BOOK) == [guess("T2", unsure=True)]
    assert combined([guess("T3")], [unsure], BOOK) == [guess("T3")]
    assert combined([guess("T3", unsure=True)], [unsure], BOOK) == [unsure]
    assert combined([], [near], BOOK) == [near]
    assert combined([guess("T3")], [], BOOK) == [guess("T3")]
