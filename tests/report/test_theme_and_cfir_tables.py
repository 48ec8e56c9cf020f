"""The theme table and the framework table: rows, spans, counts and notes."""

from themeweave.codes.codebook import Code, Codebook
from themeweave.corpus.records import Citation
from themeweave.evidence.overlap import citation_overlap
from themeweave.evidence.support import support
from themeweave.findings.records import Finding
from themeweave.report.cfir_table import cfir_table
from themeweave.report.coded import NO_ANSWER, Answer, CodedFinding
from themeweave.report.framework_matrix import framework_matrix
from themeweave.report.overlap_table import Scope, overlap_table
from themeweave.report.references import BY_ID
from themeweave.report.support_table import support_table
from themeweave.report.support_words import COLLAPSE_NOTE
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


def studies(reviews, findings, confirmed):
    """R1 and R2 include the same two studies; all other lists are unknown."""
    return support(reviews, dict.fromkeys(("R1", "R2"), frozenset("ab")), findings, confirmed)


HEAD = (
    "Hope\n3 findings (3 confirmed), 2 reviews, 2 primary studies, independent reviews 1.0 of 2 ▼"
)


MODELS_HEAD = (
    "Role models*\n2 findings (0 confirmed), 2 reviews, 2 primary studies, "
    "independent reviews 1.0 of 2 ▼"
)


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
        [HEAD, MODELS_HEAD, "Staff", "1 (0 confirmed)"],
        [HEAD, MODELS_HEAD, "Users*", "1 (0 confirmed)"],
        [HEAD, "Trust", "Staff", "1 (1 confirmed)"],
    ]
    assert [len(row) for row in table.rows] == [8, 6, 7]


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
    assert [cell.text for cell in row[5:7]] == ["2", "1.0 of 2 ▼"]


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
            "Inner setting\n4 findings (4 confirmed), 1 review, 2 primary studies",
            "Culture*",
            "Text of F1 (R1) [F1]",
            "Text of F2* (R1) [F2]",
            "Neutral: Text of F3 (R1) [F3]\nUnclear: Text of F4 (R1) [F4]",
            "4 (0 confirmed)",
            "1",
            "2",
            "1 of 1",
        ]
    ]


def test_what_is_not_known_is_called_unknown_in_every_base():
    table = theme_table(
        [coded("F1", theme=HOPE, subtheme=TRUST, cited=("R8", "R9"))], [THEMES], studies
    )
    row = texts(table)[0]
    assert row[0].endswith("2 reviews, primary studies unknown (0 of 2 lists known)")
    assert row[5:7] == ["unknown (0 of 2 lists known)", "unknown"]
    assert COLLAPSE_NOTE not in table.notes


def test_a_list_of_two_gives_a_lower_bound_and_no_worth():
    table = theme_table(
        [coded("F1", theme=HOPE, subtheme=TRUST, cited=("R1", "R9"))], [THEMES], studies
    )
    assert texts(table)[0][5:7] == ["2+ (1 of 2 lists known)", "unknown"]


def test_a_collapse_is_marked_and_explained():
    coded_so = [
        coded("F1", theme=HOPE, subtheme=TRUST, cited=("R1", "R2", "R9")),
        coded("F2", domain=Answer("inner", "Inner setting", "confirmed"), cited=("R1", "R2")),
    ]
    themes, frame = theme_table(coded_so, [THEMES], studies), cfir_table(coded_so, FRAME, studies)
    assert texts(themes)[0][6] == "1.0 of 2 known ▼"
    assert texts(frame)[0][8] == "1.0 of 2 ▼"
    assert COLLAPSE_NOTE in themes.notes
    assert COLLAPSE_NOTE in frame.notes


def test_the_table_of_support_goes_down_to_the_cell():
    inner = Answer("inner", "Inner setting", "confirmed")
    culture = Answer("culture", "Culture", "suggested")
    barrier = Answer("barrier", "Barrier", "confirmed")
    aid = Answer("facilitator", "Facilitator", "suggested")
    table = support_table(
        [
            coded("F1", theme=HOPE, subtheme=TRUST, cited=("R1", "R2")),
            coded("F2", theme=HOPE, subtheme=UNCLEAR, cited=("R9",)),
            coded("F3", domain=inner, construct=culture, valence=barrier),
            coded("F4", domain=inner, construct=culture, valence=aid, cited=("R2",)),
        ],
        [THEMES, FRAME],
        studies,
        {"R1": "Ng 2020"},
    )
    same = "100.0%, very high"
    close = "Ng 2020 and R2: 2 of 2 studies\nAdds no study of its own: R2"
    assert texts(table) == [
        ["theme", "Hope", "2 (2 confirmed)", "3", "2+ (2 of 3 lists known)",
         f"{same}, 2 known lists", close, "1.0 of 2 known ▼"],
        ["subtheme", "Trust", "1 (1 confirmed)", "2", "2", same, close, "1.0 of 2 ▼"],
        ["domain", "Inner setting", "2 (2 confirmed)", "2", "2", same, close, "1.0 of 2 ▼"],
        ["construct", "Culture*", "2 (0 confirmed)", "2", "2", same, close, "1.0 of 2 ▼"],
        ["cell", "Culture*: barrier", "1 (1 confirmed)", "1", "2",
         "undefined: one review", "", "1 of 1"],
        ["cell", "Culture*: facilitator*", "1 (0 confirmed)", "1", "2",
         "undefined: one review", "", "1 of 1"],
    ]  # fmt: skip


def test_the_table_of_overlap_gives_scopes_then_pairs():
    ticks = [Citation("R1", "a"), Citation("R1", "b"), Citation("R2", "b"), Citation("R3", "c")]
    scopes = [
        Scope("All reviews", "all", 4, citation_overlap(ticks)),
        Scope("Strand: x", "strand+x", 2, citation_overlap(ticks, [])),
    ]
    table = overlap_table(scopes, {"R1": "Ng 2020"}, ["Chosen so."])
    assert texts(table) == [
        ["All reviews", "4", "3", "3", "4", "16.7%", "16.7%", "very high", "2.2 of 3"],
        ["Strand: x", "2", "0", "unknown", "unknown", "undefined", "undefined",
         "unknown: no list is known", "unknown"],
        ["Ng 2020 and R2: 1 shared", "2", "2", "2", "3", "50.0%", "", "very high", "1.3 of 2"],
    ]  # fmt: skip
    assert table.notes[0] == "Chosen so."
    assert table.notes[-1] == "Pairs that share a study: 1 of 3."


def test_an_empty_review_gives_a_table_without_rows():
    assert cfir_table([], FRAME, studies).rows == ()
    assert theme_table([], [THEMES], studies).rows == ()


def test_a_table_of_another_framework_is_not_headed_cfir_and_a_flat_one_has_no_constructs():
    flat = Codebook("tdf", "Fourteen domains", (Code("goals", "Goals"),))
    table = cfir_table([coded("F1", domain=Answer("goals", "Goals", "confirmed"))], flat, studies)
    assert table.title == "Barriers and facilitators by domain: Fourteen domains"
    assert [column.heading for column in table.columns][:2] == ["Domain", "Construct"]
    assert texts(table)[0][:2] == [
        "Goals\n1 finding (1 confirmed), 1 review, 2 primary studies",
        "",
    ]
    ours = cfir_table([], FRAME, studies)
    assert ours.title == "Barriers and facilitators by CFIR domain and construct"
    assert ours.columns[0].heading == "CFIR domain"


def test_the_matrix_tells_looked_and_not_found_from_not_clear_yet():
    trust = Answer("T4", "Costs", "suggested")
    voices = Codebook("perspectives", "Voices", (Code("users", "Users"), Code("staff", "Staff")))
    table = framework_matrix(
        [
            coded("F1", theme=HOPE, cited=("R1", "R2")),
            coded("F2", theme=trust, cited=("R1",), view=Answer("users", "Users", "suggested")),
            coded("F3", theme=UNCLEAR, cited=("R2",), view=UNCLEAR),
        ],
        THEMES,
        voices,
        ["R1", "R2", "R3"],
        BY_ID,
    )
    assert [column.heading for column in table.columns] == [
        *("Review", "Perspective", "Hope", "Costs")
    ]
    assert texts(table) == [
        ["R1", "Users*", "none", "Text of F2* [F2]"],
        ["R1", "Staff", "Text of F1 [F1]", "none"],
        ["R2", "Staff", "Text of F1 [F1]", "none"],
        ["R2", "Perspective unclear", "–", "–"],
    ]
    assert table.keys == ("R1+users", "R1+staff", "R2+staff", "R2+-")
    assert (
        "Without a finding in this table: 1 included review. That they say nothing of these "
        "themes is not known."
    ) in table.notes


def test_a_side_without_a_finding_is_none_only_where_every_direction_is_clear():
    inner = Answer("inner", "Inner setting", "confirmed")
    barrier = Answer("barrier", "Barrier", "confirmed")
    clear = [coded("F1", domain=inner, valence=barrier)]
    assert [cell.text for cell in cfir_table(clear, FRAME, studies).rows[0][3:5]] == ["none"] * 2
    open_ = [*clear, coded("F2", domain=inner)]
    assert cfir_table(open_, FRAME, studies).rows[0][3].text == "–"
    notes = cfir_table(clear, FRAME, studies).notes
    assert any(
        note.startswith("No finding under 1 further construct of the framework.") for note in notes
    )
