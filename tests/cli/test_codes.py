import re

import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.findings.records import Finding
from themeweave.review import explain as explaining


def test_the_codes_of_the_review_are_listed_as_a_tree(call, review):
    done = call("codes", "list", "-C", review)
    assert (done.status, done.err) == (0, "")
    assert done.out == ("themes: Themes (2 codes)\n  T01  What the role brings\n    T02  Hope\n")


def test_a_retired_code_is_marked(call, review):
    path = review / "codebooks" / "themes.yaml"
    path.write_text("codebook: themes\ncodes:\n- {id: old, name: Old, retired: true}\n")
    assert "  old  Old (retired)\n" in call("codes", "list", "-C", review).out


def test_outside_a_review_the_shipped_codebooks_are_listed(call, tmp_path):
    done = call("codes", "list", "perspectives", "-C", tmp_path)
    assert done.status == 0
    assert "  peer_workers  " in done.out


def test_a_codebook_that_is_not_there_is_status_1(call, review):
    done = call("codes", "list", "theme", "-C", review)
    assert done.status == 1
    assert done.err.startswith("Error: there is no codebook 'theme'\n")


def test_lint_lists_what_to_look_at_with_status_1(call, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("codebook: mine\ncodes:\n- {id: no, name: Pay, definition: D., cues: [a]}\n")
    done = call("codes", "lint", path)
    assert done.status == 1
    assert done.out == (
        "- no: other programs that read YAML would not take this id as text; choose one with more "
        "letters\nmine: 1 codes, 1 things to look at.\n"
    )
    path.write_text("codebook: mine\ncodes:\n- {id: pay, name: Pay, definition: D., cues: [a]}\n")
    done = call("codes", "lint", path)
    assert (done.status, done.out) == (0, "mine: 1 codes, 0 things to look at.\n")


GOLD = """\
id,construct,valence,topic
F1,pay;time,barrier,hiv
F2,time,,hiv
F3,time,facilitator,dementia
F9,time,barrier,dementia
"""
CODED = """\
id,cfir_construct,cfir_construct_second,valence,unsure
F1,pay,time,barrier,
F2,pay,time,barrier,cfir
F3,time,pay,barrier,valence
F4,time,pay,barrier,
"""


def sheets(tmp_path, gold=GOLD, coded=CODED):
    for name, text in (("gold.csv", gold), ("coded.csv", coded)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / "gold.csv", tmp_path / "coded.csv"


def test_score_says_of_each_field_on_how_many_findings_it_rests(call, tmp_path):
    gold, coded = sheets(tmp_path)
    done = call("codes", "score", gold, coded, "--by", "topic", "-o", tmp_path / "wrong.csv")
    assert done.status == 0
    assert done.out == (
        "cfir_construct: 3 findings, accuracy 0.67, within the first two 1.00\n"
        "  macro-F1: 0.67; Cohen's kappa: 0.400; Krippendorff's alpha, nominal: 0.444\n"
        "  not marked unsure: 2, accuracy 1.00\n"
        "  1 x decided time, suggested pay\n"
        "  topic dementia: 1 findings, accuracy 1.00, macro-F1 1.00, alpha undefined\n"
        "  topic hiv: 2 findings, accuracy 0.50, macro-F1 0.33, alpha 0.00\n"
        "valence: 2 findings, accuracy 0.50\n"
        "  macro-F1: 0.33; Cohen's kappa: 0.000; Krippendorff's alpha, nominal: 0.000\n"
        "  not marked unsure: 1, accuracy 1.00\n"
        "  1 x decided facilitator, suggested barrier\n"
        "  topic dementia: 1 findings, accuracy 0.00, macro-F1 0.00, alpha 0.00\n"
        "  topic hiv: 1 findings, accuracy 1.00, macro-F1 1.00, alpha undefined\n"
    )
    assert done.err == (
        f"Note: 1 findings of {gold} are not in {coded}: F9\n"
        f"Note: 1 findings of {coded} are not in {gold}\n"
    )
    assert (tmp_path / "wrong.csv").read_text("utf-8") == (
        "field,decided,suggested,findings\n"
        "cfir_construct,time,pay,1\nvalence,facilitator,barrier,1\n"
    )


def test_a_construct_that_is_open_within_a_sure_domain_counts_as_unsure_for_itself_alone(
    call, tmp_path
):
    gold, coded = sheets(
        tmp_path,
        "id,cfir_domain,cfir_construct\nF1,inner,pay\nF2,inner,time\n",
        "id,cfir_domain,cfir_construct,unsure\nF1,inner,time,cfir_construct\nF2,inner,time,\n",
    )
    said = call("codes", "score", gold, coded).out
    assert "cfir_domain: 2 findings, accuracy 1.00" in said
    assert said.count("not marked unsure") == 1
    assert "  not marked unsure: 1, accuracy 1.00\n" in said


@pytest.mark.parametrize(
    ("gold", "coded", "more", "message"),
    [
        pytest.param(
            "id,theme\nF1,a\n",
            CODED,
            (),
            "the two sheets have no field in common\n  in {gold} and {coded}\n"
            "  Both need one of these columns: perspective, cfir_domain, cfir_construct, valence.",
            id="no field",
        ),
        pytest.param(
            "id,valence\nX1,barrier\n",
            CODED,
            (),
            "no finding can be scored\n  in {gold} and {coded}\n"
            "  Compare the ids of the two sheets, and see that the first has codes.",
            id="no finding",
        ),
        pytest.param(
            "id,valence\nF1,barrier\nF1,barrier\n",
            CODED,
            (),
            "rows that cannot be told apart\n  in {gold}\n"
            "  - row 3, column 'id': 'F1' stands in row 2 too",
            id="twice",
        ),
        pytest.param(
            "id,valence\nF1,barrier\n",
            CODED,
            ("--by", "topic"),
            "there is no column 'topic' to score by\n  in {gold}\n  The header has: id, valence.",
            id="no column",
        ),
    ],
)
def test_sheets_that_cannot_be_scored_are_status_1(call, tmp_path, gold, coded, more, message):
    paths = sheets(tmp_path, gold, coded)
    done = call("codes", "score", *paths, *more)
    assert done.status == 1
    assert done.err == f"Error: {message.format(gold=paths[0], coded=paths[1])}\n"


OLD = """\
finding,code,coder
F1,relative_advantage,ana
F2,networks_and_communications,ana
F3,,ben
"""


def test_crosswalk_moves_what_is_certain_and_lists_the_rest_with_status_3(call, tmp_path):
    path = tmp_path / "old.csv"
    path.write_text(OLD, "utf-8")
    done = call("codes", "crosswalk", path, "-o", tmp_path / "new.csv")
    assert done.status == 3
    lines = (tmp_path / "new.csv").read_text("utf-8").splitlines()
    assert lines[0] == "finding,code,coder,code_before,candidates,note"
    assert lines[1].startswith(
        'F1,innovation_relative_advantage,ana,relative_advantage,,"Same idea'
    )
    heirs = "relational_connections;communications"
    assert lines[2].startswith(f"F2,,ana,networks_and_communications,{heirs},")
    assert lines[3] == "F3,,ben,,,no code"
    said = done.err.splitlines()
    assert said[0] == "Moved 1 of 3 rows from cfir-2009 to cfir-2022."
    assert said[1].startswith(
        f"To decide: {path}, row 3, column 'code': 'networks_and_communications' (one of "
        "relational_connections, communications): "
    )
    assert said[2] == f"To decide: {path}, row 4, column 'code': '': no code"


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        pytest.param(
            "finding,theme\nF1,a\n",
            (),
            "there is no column of codes: 'code' or 'cfir_construct' or 'construct'\n  in {path}\n"
            "  The header has: finding, theme. Name one with --column.",
            id="none",
        ),
        pytest.param(
            "finding,theme\nF1,a\n",
            ("--column", "them"),
            "there is no column of codes: 'them'\n  in {path}\n"
            "  The header has: finding, theme. Name one with --column.",
            id="another",
        ),
        pytest.param(
            "finding,code,note\nF1,cost,a\n",
            (),
            "the sheet has a column 'note' already, which the crosswalk adds\n  in {path}\n"
            "  It may have been moved before. Rename or delete the column.",
            id="moved before",
        ),
        pytest.param(
            OLD,
            ("--to", "valence"),
            "there is no crosswalk from 'cfir-2009' to 'valence'\n"
            "  One comes with themeweave: from cfir-2009 to cfir-2022.",
            id="no crosswalk",
        ),
    ],
)
def test_a_sheet_that_cannot_be_moved_is_status_1(call, tmp_path, text, more, message):
    path = tmp_path / "old.csv"
    path.write_text(text, "utf-8")
    done = call("codes", "crosswalk", path, *more)
    assert (done.status, done.out) == (1, "")
    assert done.err == f"Error: {message.format(path=path)}\n"


def test_explain_shows_shares_reasons_and_decisions(call, review):
    call("decide", "F1", "T02", "--because", "it says so", "--coder", "ana", "-C", review)
    done = call("codes", "explain", "F1", "-C", review)
    assert done.status == 0
    text = "Peer workers felt that sharing their story gave others hope."
    assert done.out.startswith(f"F1: {text}\n\nThemes (reader@")
    assert "  ana accepted Hope [T02]: it says so\n" in done.out
    done = call("codes", "explain", "F2", "-C", review)
    assert re.search(r"\n  (suggested|unclear, best guess): .+ \(.*\d%", done.out)
    assert "margin" not in done.out


@pytest.mark.parametrize(
    ("share", "unsure", "said"),
    [
        pytest.param(
            0.8,
            False,
            "  suggested: Hope (80%, next Pay 9%)\n        by the codebook: Looking ahead.\n",
            id="suggested",
        ),
        pytest.param(
            0.4,
            True,
            "  unclear, best guess: Hope (80%, next Pay 9%; a suggestion takes half, and 30 points "
            "more than the next)\n        by the codebook: Looking ahead.\n",
            id="unclear, with the rule",
        ),
    ],
)
def test_explain_says_how_sure_a_suggestion_is(call, monkeypatch, share, unsure, said):
    book = Codebook("b", "Themes", (Code("hope", "Hope"), Code("pay", "Pay")))
    one = explaining.Explanation(
        book,
        "stub@1",
        (explaining.Belief("hope", "Hope", share, "says 'hope'"),),
        margin=0.1,
        needed=0.3,
        lead="80%, next Pay 9%",
        within="",
        unsure=unsure,
        suggested="Hope",
        means="Looking ahead.",
        why="says 'hope'",
        trial="",
        decisions=(),
    )
    made = explaining.Explained(Finding("F1", "They had hope."), (), (one,))
    monkeypatch.setattr(explaining, "explain", lambda *_: made)
    assert call("codes", "explain", "F1").out == (
        f"F1: They had hope.\n\nThemes (stub@1)\n{said}        says 'hope'\n"
        f"  {share:4.0%}  Hope [hope]\n"
    )


def test_next_says_how_far_coding_has_come(call, review):
    done = call("codes", "next", "themes", "-n", "1", "-C", review)
    assert done.status == 0
    assert done.out.startswith("Themes: 0 findings decided, ")
    assert "likely wrong\n" in done.out
