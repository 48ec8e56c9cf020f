"""The theme table and the framework table: rows, spans, counts and notes."""

from themeweave.codes.codebook import Code, Codebook
from themeweave.findings.records import Finding
from themeweave.report.cfir_table import cfir_table
from themeweave.report.coded import NO_ANSWER, Answer, CodedFinding
from themeweave.report.tables import grid
from themeweave.report.theme_table import theme_table

THEMES = Codebook(
    "themes",
    "Themes",
    (
        Code("T1", "Hope", "overarching"),
        Code("T2", "Role models", "subtheme", "T1"),
        Code("T3", "Trust", "subtheme", "T1"),
        Code("T9", "Other", "residual"),
    ),
)
FRAME = Codebook(
    "cfir", "CFIR", (Code("inner", "Inner setting"), Code("culture", "Culture", parent="inner"))
)
STAFF = Answer("staff", "Staff", "confirmed")


def coded(
    name, *, theme=NO_ANSWER, subtheme=NO_ANSWER, view=STAFF, strand="", cited=("R1",), **more
):
    finding = Finding(name, f"Text of {name}", cited, strand)
    fields = {"domain": NO_ANSWER, "construct": NO_ANSWER, "valence": NO_ANSWER} | more
    return CodedFinding(finding, cited, view, theme=theme, subtheme=subtheme, **fields)


HOPE = Answer("T1", "Hope", "confirmed")
MODELS = Answer("T2", "Role models", "suggested")
TRUST = Answer("T3", "Trust", "confirmed")
UNCLEAR = Answer("unclear", "Unclear", "unclear")


def studies(reviews):
    return f"{len(list(reviews))} lists"


def texts(table):
    return [[cell.text for cell in row] for row in grid(table)]


def test_rows_follow_the_codebook_and_spans_cover_their_groups():
    table = theme_table(
        [
            coded("F2", theme=HOPE, subtheme=TRUST),
            coded("F1", theme=HOPE, subtheme=MODELS, cited=("R1", "R2")),
            coded("F3", theme=HOPE, subtheme=MODELS, view=Answer("users", "Users", "suggested")),
        ],
        [THEMES],
        studies,
    )
    assert [row[:4] for row in texts(table)] == [
        ["Hope\n3 findings (3 confirmed), 2 reviews", "Role models*", "Staff", "1 (0 confirmed)"],
        ["Hope\n3 findings (3 confirmed), 2 reviews", "Role models*", "Users*", "1 (0 confirmed)"],
        ["Hope\n3 findings (3 confirmed), 2 reviews", "Trust", "Staff", "1 (1 confirmed)"],
    ]
    assert [len(row) for row in table.rows] == [7, 5, 6]


def test_every_cell_knows_its_findings_and_the_example_is_what_most_reviews_state():
    table = theme_table(
        [
            coded("F1", theme=HOPE, subtheme=TRUST),
            coded("F2", theme=HOPE, subtheme=TRUST, cited=("R1", "R2")),
        ],
        [THEMES],
        studies,
    )
    (row,) = table.rows
    assert row[3].sources == ("F1", "F2")
    assert row[-1].text == "Text of F2 [F2]"
    assert row[5].text == "2 lists"


def test_an_unclear_subtheme_is_never_shown_as_an_answer():
    table = theme_table([coded("F1", theme=HOPE, subtheme=UNCLEAR)], [THEMES], studies)
    assert table.rows[0][1].text == "Subtheme unclear"
    assert any(note.startswith("Subtheme unclear: 1 finding ") for note in table.notes)


def test_the_notes_state_base_and_what_is_left_out_and_count_no_residual_theme():
    other = Answer("T9", "Other", "confirmed")
    table = theme_table(
        [
            coded("F1", theme=HOPE, subtheme=TRUST, strand="experiences"),
            coded("F2", theme=other, strand="experiences"),
            coded("F3", strand="experiences"),
            coded("F4", theme=HOPE, strand="implementation"),
        ],
        [THEMES],
        studies,
        "experiences",
    )
    assert table.notes[0].startswith(
        "Base: 2 findings of the strand 'experiences' in 1 theme, from 1 review; 2 placed in "
        "their theme by a person."
    )
    assert "Not shown: 1 finding without a theme." in table.notes


def test_findings_stand_on_the_side_of_their_direction_with_reviews_and_id():
    inner = Answer("inner", "Inner setting", "confirmed")
    culture = Answer("culture", "Culture", "suggested")
    sides = {
        "F1": Answer("barrier", "Barrier", "confirmed"),
        "F2": Answer("facilitator", "Facilitator", "suggested"),
        "F3": Answer("neutral", "Neutral", "confirmed"),
        "F4": UNCLEAR,
    }
    table = cfir_table(
        [coded(n, domain=inner, construct=culture, valence=v) for n, v in sides.items()],
        FRAME,
        studies,
    )
    assert texts(table) == [
        [
            "Inner setting\n4 findings (4 confirmed)",
            "Culture*",
            "Text of F1 (R1) [F1]",
            "Text of F2* (R1) [F2]",
            "Neutral: Text of F3 (R1) [F3]\nUnclear: Text of F4 (R1) [F4]",
            "4 (0 confirmed)",
            "1",
            "1 lists",
        ]
    ]


def test_an_empty_review_gives_a_table_without_rows():
    assert cfir_table([], FRAME, studies).rows == ()
    assert theme_table([], [THEMES], studies).rows == ()
