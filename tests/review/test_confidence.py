"""Confidence sheets of a folder, directions, and the joint display."""

import csv
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from themeweave.corpus.sheets import read_sheet, write_sheet
from themeweave.errors import ReviewError
from themeweave.review import evidence, steps
from themeweave.review.folder import open_folder

ROOT = Path(__file__).parents[2]
GOLD = ROOT.parent / "shared" / "example" / "gold" / "effect_directions.csv"


@pytest.fixture
def teaching(tmp_path):
    return Path(shutil.copytree(ROOT / "docs" / "teaching", tmp_path / "teaching"))


def test_the_overlapping_theme_is_proposed_weaker_and_judged_by_people_alone(teaching):
    found = {one.theme: one for one in evidence.confidence(teaching).statements}
    assert found["A"].proposals["adequacy"].level == "moderate"
    assert found["A"].proposals["adequacy"].why == (
        "distinct studies: 4; 5 reviews worth 1.2 independent ones"
    )
    assert found["B"].proposals["adequacy"].level == "none or very minor"
    assert (found["A"].overall, found["B"].overall, found["C"].overall) == ("low", "high", "")


def test_the_worksheet_keeps_what_people_judged(teaching):
    rows, columns = evidence.cerqual_sheet(teaching)
    assert sum(bool(row["judgement"]) for row in rows) == 11
    (teaching / "confidence" / "cerqual.csv").write_bytes(write_sheet(rows, columns, ".csv"))
    again, _ = evidence.cerqual_sheet(teaching)
    assert again == rows


def test_a_run_shows_judgements_and_calls_proposals_what_they_are(teaching):
    steps.run(teaching)
    table = (teaching / "outputs" / "evidence_profile.md").read_text("utf-8")
    assert "| serious<br>Five reviews, but the same four small studies. |" in table
    assert "*not judged (proposed: moderate)*<br>*1 of 2 rated reviews low or worse*" in table
    joint = (teaching / "outputs" / "joint_display.md").read_text("utf-8")
    assert "| low<br>Small trials, nobody blinded. | Rest from pain and worry<br>" in joint
    directions = (teaching / "outputs" / "effect_directions.md").read_text("utf-8")
    assert "| **Independent reviews behind the votes** |  | 1.1 of 3 ▼ | 1 of 1 |" in directions


def test_a_judgement_without_explanation_is_refused_with_all_other_faults(teaching):
    (teaching / "confidence" / "cerqual.csv").write_text(
        "theme,component,judgement,explanation\nA,adequacy,minor,\nA,adequcy,minor,x\n"
        "Q,relevance,minor,x\nB,overall,high,x\nB,overall,high,y\nC,coherence,huge,x\n"
        "C,overall,serious,x\nA,relevance,,why not\n",
        "utf-8",
    )
    (teaching / "confidence" / "conqual.csv").write_text(
        "theme,finding,credibility,study,dependability,across\nB1,G99,U,S,3,best\n"
        "B1,G06,X,S,9,\nB1,G07,C,,,\n",
        "utf-8",
    )
    (teaching / "confidence" / "grade.csv").write_text(
        "outcome,certainty,explanation\npain,low,\n,low,x\nhope,good,x\nhope,low,x\nhope,low,x\n",
        "utf-8",
    )
    (teaching / "confidence" / "links.csv").write_text("outcome,theme\n,A\npain,Z\n", "utf-8")
    (teaching / "confidence" / "links.tsv").write_text("outcome\ttheme\npain\tA\n", "utf-8")
    with pytest.raises(ReviewError) as refused:
        open_folder(teaching)
    at = "confidence/cerqual.csv, row"
    assert refused.value.faults == (
        "confidence/links.csv and confidence/links.tsv both exist; keep one of them",
        f"{at} 2, column 'explanation': empty; a judgement needs its explanation",
        f"{at} 3, column 'component': 'adequcy' is no component; did you mean 'adequacy'?",
        f"{at} 4, column 'theme': 'Q' is no theme",
        f"{at} 6: overall of 'B' stands there twice",
        (
            f"{at} 7, column 'judgement': 'huge' must be one of none or very minor, minor, "
            "moderate, serious"
        ),
        f"{at} 8, column 'judgement': 'serious' must be one of high, moderate, low, very low",
        f"{at} 9, column 'judgement': empty, but there is an explanation",
        (
            "confidence/cerqual.csv, 'B': judged overall before methodological limitations, "
            "coherence, adequacy, relevance"
        ),
        "confidence/conqual.csv, row 2, column 'finding': 'G99' is no finding; did you mean 'G09'?",
        "confidence/conqual.csv, row 3, column 'credibility': 'X' must be U, C or NS",
        "confidence/conqual.csv, row 3, column 'dependability': '9' must be from 0 to 5",
        (
            "confidence/conqual.csv, row 4, column 'study': empty, and there is no dependability "
            "either"
        ),
        "confidence/conqual, column 'across': 'best' must be worst or majority",
        (
            "confidence/grade.csv, row 2, column 'explanation': empty; a judgement needs its "
            "explanation"
        ),
        "confidence/grade.csv, row 3, column 'outcome': empty",
        (
            "confidence/grade.csv, row 4, column 'certainty': 'good' must be one of high, "
            "moderate, low, very low"
        ),
        "confidence/grade.csv, row 6: 'hope' stands there twice",
        "confidence/links.csv, row 2, column 'outcome': empty",
        "confidence/links.csv, row 3, column 'theme': 'Z' is no theme",
    )


def test_conqual_takes_dependability_from_appraised_studies_and_else_says_unknown(teaching):
    items = "".join(f",{n}" for n in range(1, 11))
    (teaching / "appraisals" / "cal.csv").write_text(
        f"study,profile{items}\nN05,jbi-qualitative,yes,yes,yes,no,yes,yes,yes,no,yes,yes\n",
        "utf-8",
    )
    (teaching / "confidence" / "conqual.csv").write_text(
        "theme,finding,credibility,study\nB1,G06,U,N05\nB2,G08,U,N07\n", "utf-8"
    )
    found = {one.theme: one for one in evidence.confidence(teaching).aggregated}
    assert (found["B1"].score.level, found["B1"].score.dependability) == ("high", 0)
    assert (found["B2"].score, found["B2"].unknown) == (None, ("N07",))
    rows, _ = evidence.conqual_sheet(teaching)
    assert len(rows) == 12
    assert [row["credibility"] for row in rows if row["finding"] == "G06"] == ["U"]


def test_links_are_suggested_by_likeness_and_count_only_once_a_person_says_yes(teaching):
    (teaching / "confidence" / "links.csv").unlink()
    rows, columns = evidence.links_sheet(teaching)
    assert rows[0]["linked"] == ""
    best = next(row for row in rows if row["outcome"] == "pain")
    assert best["theme"] == "A1"
    (teaching / "confidence" / "links.csv").write_bytes(write_sheet(rows, columns, ".csv"))
    assert evidence.joint(teaching) == []
    best["linked"] = "yes"
    (teaching / "confidence" / "links.csv").write_bytes(write_sheet(rows, columns, ".csv"))
    (meeting,) = evidence.joint(teaching)
    assert (meeting.outcome, meeting.certainty) == ("pain", "low\nSmall trials, nobody blinded.")
    kept, _ = evidence.links_sheet(teaching)
    assert kept[0]["linked"] == "yes"


def test_without_themes_or_outcomes_there_is_nothing_to_judge_or_link(teaching, review, write):
    (review / "codebooks" / "themes.yaml").unlink()
    write("review.toml", "[review]\ntitle = 'x'\nframework = 'cfir-mini'\n")
    with pytest.raises(ReviewError) as themes:
        evidence.confidence(review)
    assert str(themes.value) == (
        "there are no themes to judge\n  in codebooks/themes.yaml\n"
        "  Write your themes there; candidate themes of the program are no statements."
    )
    (teaching / "confidence" / "links.csv").unlink()
    (teaching / "corpus" / "effects.csv").unlink()
    with pytest.raises(ReviewError) as outcomes:
        evidence.links_sheet(teaching)
    assert str(outcomes.value) == (
        "there is no outcome to link a theme to\n  in corpus/effects\n"
        "  Put what the reviews measured there (columns: id, level, outcome)."
    )
    with pytest.raises(ReviewError) as effects:
        evidence.direction(None, teaching, False)
    assert str(effects.value) == (
        "the folder has no effects\n  in corpus/effects\n"
        "  Put what the reviews report there, or name a sheet."
    )


@pytest.mark.skipif(not GOLD.exists(), reason="the worked example is not beside the tree")
@pytest.mark.parametrize("each", [False, True])
def test_directions_of_the_worked_example_are_counted_by_review(each):
    found = evidence.direction(read_sheet(GOLD.read_bytes(), GOLD.name, ".csv"), ROOT, each)
    with GOLD.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reviews"]]
    said = defaultdict(list)  # the rule by hand: 70 % of a review's results, else conflicting
    for row in rows:
        outcome = row["outcome" if each else "outcome_domain"]
        for name in row["reviews"].split(";"):
            said[outcome, name.strip()].append(row["direction"])
    votes = Counter()
    for (outcome, _), words in said.items():
        votes[outcome] += words.count("improvement") >= 0.7 * len(words) - 1e-9
    assert {name: vote.better for name, vote in found.data.votes.items()} == votes
    assert all(vote.worse == 0 for vote in found.data.votes.values())
    assert found.set_aside == ("row 55, column 'review': empty",)
    if not each:
        clinical = found.data.votes["clinical"]
        # scipy 1.17: binomtest(7, 7).pvalue, proportion_ci(method="exact")
        assert clinical.p_sign == pytest.approx(0.015625)
        assert clinical.exact_low == pytest.approx(0.5903836716)
