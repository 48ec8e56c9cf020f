"""Commands on evidence: what they print, write and refuse."""

import json
import re
from pathlib import Path

TEACHING = Path(__file__).parents[2] / "docs" / "teaching"


def test_overlap_prints_scopes_pairs_and_choices_in_80_columns(call):
    done = call("evidence", "overlap", "-C", TEACHING)
    assert done.status == 0
    lines = done.out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    (calm,) = [line.split() for line in lines if line.startswith("Theme: Calm")]
    assert calm == [
        *("Theme:", "Calm", "and", "company", "5", "of", "5", "4"),
        *("81.2%", "very", "high", "1.2", "of", "5"),
    ]
    assert "Alder 2017 and Birch 2018            3 of 3  100.0%" in lines


def test_overlap_writes_the_matrix_and_the_map(call, tmp_path):
    matrix, plot = tmp_path / "m.csv", tmp_path / "m.svg"
    done = call("evidence", "overlap", "-C", TEACHING, "--matrix", matrix, "--plot", plot, "--json")
    assert done.status == 0
    found = json.loads(done.out)
    assert found["unknown"] == ["M8"]
    assert found["scopes"][0]["overlap"]["impossible"] == 8
    rows = matrix.read_text("utf-8").splitlines()
    assert rows[4] == "N04,Lark 2017,2017,NA,0,1,1,1,0,0"
    assert plot.read_bytes().startswith(b"<?xml")
    refused = call("evidence", "overlap", "-C", TEACHING, "--plot", "m.jpg")
    assert (refused.status, refused.err) == (
        1,
        "Error: no picture can be written as '.jpg'\n  in m.jpg\n  Use one of .svg, .png.\n",
    )


def test_appraise_prints_ratings_with_their_basis_and_what_agreement_there_was(call):
    done = call("evidence", "appraise", "-C", TEACHING)
    assert done.status == 0
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
    assert "Alder 2017    critically low               2                 1  consensus" in done.out
    assert "on all items: percent agreement\n93.3% (104 units)" in done.out


def test_appraise_writes_a_blank_sheet_a_consensus_sheet_a_profile_and_lights(call, tmp_path):
    blank, consensus, plot = (tmp_path / name for name in ("b.csv", "c.csv", "l.png"))
    done = call("evidence", "appraise", "-C", TEACHING, "--profile", "robis", "--blank", blank,
                "--only", "M1")  # fmt: skip
    assert done.err == f"29 questions to answer in {blank}.\n"
    assert len(blank.read_text("utf-8").splitlines()) == 30
    done = call("evidence", "appraise", "-C", TEACHING, "--consensus", consensus)
    assert done.err == f"0 of 104 answers to settle in {consensus}.\n"
    assert call("evidence", "appraise", "-C", TEACHING, "--plot", plot).status == 0
    assert plot.read_bytes()[1:4] == b"PNG"
    shown = call("evidence", "appraise", "--show-profile", "--profile", "robis")
    assert 'tool = "ROBIS"' in shown.out


def test_agree_on_appraisers_and_on_any_labels(call, tmp_path):
    done = call("evidence", "agree", "-C", TEACHING)
    assert "all items         104   0.93" in done.out
    assert "undefined: only the label 'no' was given, so chance alone would agree" in done.out
    sheet = tmp_path / "labels.csv"
    sheet.write_text(
        "unit,coder,label,document\nu1,a,x,d1\nu1,b,x,d1\nu2,a,y,d2\nu2,b,x,d2\n", "utf-8"
    )
    done = call("evidence", "agree", sheet)
    assert done.out.startswith("2 units, 2 coders, 4 labels\nshares: x 75.0%, y 25.0%\n")
    assert re.search(r"Cohen's kappa +0\.000 +0\.000 to 0\.000 +2\n", done.out)


def test_confidence_and_joint_print_and_write_worksheets(call, tmp_path):
    done = call("evidence", "confidence", "-C", TEACHING)
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
    assert "  confidence: high (Three reviews that share no study agree.)" in done.out
    assert "ConQual, B1: low, by the worst study" in done.out
    for option, rows in (("--sheet", 45), ("--conqual", 12)):
        out = tmp_path / f"{option[2:]}.csv"
        done = call("evidence", "confidence", "-C", TEACHING, option, out)
        assert done.err == f"{rows} rows to judge in {out}.\n"
    done = call("evidence", "joint", "-C", TEACHING)
    assert "  directions 3 of 3 (0.29 to 1.00), p 0.250; certainty low, Small trials" in done.out
    done = call("evidence", "joint", "-C", TEACHING, "--suggest", tmp_path / "links.csv")
    assert done.err.endswith(f"suggested links to judge in {tmp_path / 'links.csv'}.\n")


def test_direction_lists_what_cannot_be_told_and_exits_with_3(call, tmp_path):
    sheet = tmp_path / "d.csv"
    sheet.write_text(
        "review,outcome,direction\nA 2020,hope,improvement\nB 2021,hope,increase\n", "utf-8"
    )
    plot, out = tmp_path / "d.png", tmp_path / "d.docx"
    done = call("evidence", "direction", sheet, "--plot", plot, "--table", out)
    assert (done.status, done.err) == (3, "Set aside: row 3, column 'better_when': not set\n")
    assert plot.exists()
    assert out.exists()
    assert call("evidence", "direction", "-C", TEACHING).status == 0


def test_flow_draws_what_adds_up(call, tmp_path):
    blank, plot = tmp_path / "flow.csv", tmp_path / "flow.docx"
    assert call("evidence", "flow", "--blank", blank).status == 0
    assert blank.read_text("utf-8").splitlines()[1].startswith("identified,,,Records identified")
    blank.write_text("box,label,n\nscreened,,9\nexcluded,,4\nsought,,5\n", "utf-8")
    done = call("evidence", "flow", blank, "-o", plot)
    assert done.out.endswith("Every sum that these numbers allow comes out.\n")
    assert plot.read_bytes().startswith(b"PK")
    blank.write_text("box,label,n\nscreened,,9\nexcluded,,4\nsought,,6\n", "utf-8")
    refused = call("evidence", "flow", blank)
    assert (refused.status, refused.err) == (
        1,
        (
            f"Error: the flow of records does not add up\n  in {blank}\n"
            "  - screened 9 less excluded 4 is 5, not 6\n"
            "  Correct the numbers; leave a number empty that is not reported.\n"
        ),
    )


def test_consistency_prints_what_clashes_with_line_and_words_and_exits_with_1(call, tmp_path):
    text = tmp_path / "paper.md"
    text.write_text("# Results\n\nThree reviews agreed [ 1 , 2 ].\n", "utf-8")
    done = call("evidence", "consistency", text, "-C", tmp_path)
    assert (done.status, done.out) == (
        1,
        (
            "paper.md: 1 counts and 1 citations in 2 sentences, 1 contradictions\n"
            "  line 3, count and list: says 3, the list has 2 references\n"
            "    “Three reviews agreed [ 1 , 2 ].”\n"
        ),
    )
    other = tmp_path / "b.md"
    other.write_text("# Results\n\nTwo large reviews with pooling agreed.\n", "utf-8")
    text.write_text("# Results\n\nThree large reviews with pooling agreed.\n", "utf-8")
    done = call("evidence", "consistency", text, other, "-C", tmp_path, "--same", "2=1")
    assert "Between the texts: 1 contradictions\n" in done.out
    assert call("evidence", "consistency", text, "--same", "2").status == 2


def test_studies_adds_an_inclusion_list_and_lists_what_is_doubtful(call, tmp_path):
    import shutil

    folder = shutil.copytree(TEACHING, tmp_path / "t")
    ris = tmp_path / "included.ris"
    ris.write_text("TY  - JOUR\nAU  - Inkwell, A\nPY  - 2010\nTI  - Songs\nER  - \n", "utf-8")
    done = call("evidence", "studies", "M8", ris, "-C", folder)
    assert (done.status, done.out) == (
        0,
        (
            "M8 includes 1 of 1 as new inclusions (0 studies new to the matrix), 0 stood there "
            "already.\n"
        ),
    )
    assert done.err == "By author and year only: 1 (Inkwell 2010) is taken to be Inkwell 2010\n"
