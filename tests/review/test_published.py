"""What a review publishes: the tables, the narrative and the checklists, of hard data too."""

import csv
import io
import re
import zipfile

import docx
import openpyxl
import pytest
from lxml import html as lxml_html

from themeweave.errors import ReviewError
from themeweave.report.addresses import addresses, cell_at
from themeweave.report.checklist_items import CHECKLISTS
from themeweave.report.checklist_table import UNKNOWN
from themeweave.report.tables import grid
from themeweave.review.decide import Ruling, decide
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.outputs import render, tables_of
from themeweave.review.steps import run
from themeweave.review.synthesis import synthesise

LONG = "Peer workers gave hope to others. " * 1200  # 40,800 characters
TRAP = "<script>alert(1)</script>"
HARD = {
    "formula": "=cmd()|' /C calc'!A0",
    "script": f"{TRAP} hope",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd",
    "emoji": "🎉 👩🏽‍⚕️ gave others hope",
    "long": LONG,
}


def tables(review):
    return {table.name: table for table in tables_of(synthesise(open_folder(review), quiet))}


def files(review):
    return render(synthesise(open_folder(review), quiet), quiet)


def rows(table):
    return [[cell.text for cell in row] for row in grid(table)]


def sheet(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def rule(review, coder, pairs):
    rulings = [Ruling(finding, code) for finding, code in pairs]
    decide(review, coder, rulings, "2026-01-02T03:04:05Z", [f"{f} {c}" for f, c in pairs])


def settings(review, more):
    path = review / "review.toml"
    path.write_text(f"{path.read_text('utf-8')}\n{more}", "utf-8")


# tables


def test_characteristics_tell_not_stated_from_unknown_and_from_none(review, write):
    write(
        "corpus/reviews.csv",
        "id,label,role,type,sampled,amstar2,country,searched\n"
        "R1,Ng 2020,included,scoping_review,staff,critically_low,Peru,\n"
        "R2,Ode 2021,included,,,,,\n"
        "R3,Pal 2022,included,scoping_review,users,,,\n"
        "R4,Quo 2023,included,,,,,\n"
        "R5,Old 1999,background,,,,,\n",
    )
    table = tables(review)["characteristics"]
    assert [column.key for column in table.columns] == [
        *("review", "type", "country", "sampled", "studies", "findings", "quality")
    ]
    assert rows(table) == [
        ["Ng 2020", "scoping review", "Peru", "Staff", "2", "4", "critically low"],
        ["Ode 2021", "not stated", "not stated", "not stated", "1", "3", "unknown"],
        ["Pal 2022", "scoping review", "not stated", "Service users", "unknown", "4", "unknown"],
        ["Quo 2023", "not stated", "not stated", "not stated", "unknown", "0", "unknown"],
    ]
    assert table.notes[0] == (
        "Base: 4 included reviews (2 scoping_review); 1 background source left out. As the sheet "
        "of reviews states it; nothing here is suggested by the program."
    )
    assert table.notes[-1] == (
        "Not stated for any review, so without a column: Population, Last search, Strands."
    )
    assert cell_at(table, "characteristics:R1:findings").sources == ("F1", "F2", "F6", "F8")


def test_key_findings_are_those_that_most_reviews_state_and_say_how_they_were_chosen(review, write):
    settings(review, "[report]\nkey_findings = 1\n")
    table = tables(review)["key_findings"]
    shown = {row[1].split("\n")[0]: row[2] for row in rows(table)}
    assert (
        shown["What the role brings*"] == "Meeting a role model made recovery seem possible. [F8]"
    )
    assert "They are chosen by counting, not by weight; people may want others." in table.notes[0]
    assert "Confidence (CERQual): nobody has judged it yet." in table.notes
    assert "confidence" not in [column.key for column in table.columns]


def test_the_coding_frame_gives_agreement_and_says_where_there_is_none(review):
    rule(review, "ana", [("F1", "T02"), ("F4", "T02")])
    rule(review, "ben", [("F1", "T02"), ("F4", "themes=mixed")])
    table = tables(review)["coding_frame"]
    themes = {row[1]: row[2:] for row in rows(table) if row[0] == "Themes"}
    # 4 labels of two pairs: 3 of T01, of which 2 meet; by hand 2*1 / (2*1 + 1)
    assert themes["What the role brings"][1:] == ["2", "1", "0.67", "1"]
    assert themes["Mixed feelings"][1:4] == ["1", "0", "0.00"]
    notes = " ".join(table.notes)
    assert "Themes: 2 coders, percent agreement 50.0% (2 units), Krippendorff's alpha" in notes
    assert "Whose voice: no decision by a person, so agreement is unknown." in notes


def test_the_codebook_names_the_codes_that_its_rules_point_to(review, write):
    write(
        "codebooks/themes.yaml",
        "codebook: themes\ntitle: Themes\nexclusive: true\ncodes:\n"
        "  - id: T01\n    name: Gains\n    exclude:\n      - Losses -> T02\n"
        "  - id: T02\n    name: Losses\n",
    )
    table = tables(review)["codebook_themes"]
    assert cell_at(table, "codebook_themes:T01:exclude").text == "Losses → Losses"
    assert cell_at(table, "codebook_themes:T02:definition").text == "not defined"


# settings of tables


def test_settings_choose_order_and_word_columns_and_addresses_stay(review, write):
    before = tables(review)
    settings(
        review,
        '[tables.theme_table]\ntitle = "Table 6"\ncolumns = ["findings", "theme"]\n'
        '[tables.theme_table.headings]\nfindings = "n"\n'
        "[tables.cfir_table]\nshow = false\n"
        '[tables.characteristics]\nsort = "-findings"\n',
    )
    after = tables(review)
    table = after["theme_table"]
    assert (table.title, [c.heading for c in table.columns]) == (
        "Table 6",
        ["n", "Overarching theme"],
    )
    assert "cfir_table" not in after
    for name in ("theme_table", "characteristics"):
        for place, cell in addresses(after[name]).items():
            assert cell_at(before[name], place).text == cell.text, place
    numbers = [row[-2] for row in rows(after["characteristics"])]
    assert numbers == sorted(numbers, reverse=True)


def test_what_a_table_does_not_have_is_refused_with_all_faults(review, write):
    settings(
        review,
        '[tables.theme_table]\ncolumns = ["theem", "findings", "findings"]\nsort = "findings"\n',
    )
    with pytest.raises(ReviewError) as fault:
        tables(review)
    assert str(fault.value) == (
        "tables cannot be arranged as the settings say\n"
        "  in review.toml\n"
        "  - tables.theme_table.columns: no column 'theem'; did you mean 'theme'?\n"
        "  - tables.theme_table.columns: 'findings' stands twice\n"
        "  - tables.theme_table.sort: its rows are grouped, so they keep their order\n"
        "  docs/tables.md lists the columns of every table."
    )


def test_unknown_tables_and_a_base_where_there_is_none_to_choose_are_refused(review, write):
    settings(
        review,
        '[tables.them_table]\nshow = false\n[tables.theme_table]\nbase = "reviews"\n',
    )
    with pytest.raises(ReviewError) as fault:
        open_folder(review)
    said = str(fault.value)
    assert "unknown key 'tables.them_table'; did you mean 'theme_table'?" in said
    assert "'tables.theme_table.base': this table states every base it counts in; only " in said


def test_reviews_are_cited_by_the_numbers_of_the_manuscript(review, write):
    write(
        "corpus/reviews.csv",
        "id,label,role,reports,title,journal\nR1,Ng 2020,included,21,Hope on wards,J Care\n"
        "R2,Ode 2021,included,4;5,,\nR3,Pal 2022,included,30,,\n",
    )
    settings(review, '[report]\nreferences = "numbered"\n')
    table = tables(review)["theme_table"]
    assert cell_at(table, "theme_table:T01+T02+staff:reviews").text == "[4, 5, 21, 30]"
    assert table.references[-2:] == ("[21] Ng 2020. Hope on wards. J Care.", "[30] Pal 2022.")
    told = files(review)["narrative.md"].decode()
    assert r"\[21\] Ng 2020. Hope on wards. J Care." in told
    assert r"recovery seem possible \[21, 30\]." in told


# narrative and checklists


def test_the_narrative_holds_every_placed_finding_word_for_word_and_is_marked_a_draft(review):
    synthesis = synthesise(open_folder(review), quiet)
    told = render(synthesis, quiet)["narrative.md"].decode()
    assert told.split("\n")[2].startswith("**DRAFT, not for publication.**")
    placed = [c for c in synthesis.coded if c.theme.told]
    assert placed
    for c in placed:
        assert c.finding.text.rstrip(".") in told
    assert "no person has confirmed that they belong here" in told
    assert "Nobody has judged the confidence in this theme (GRADE-CERQual) yet." in told


def test_the_narrative_in_word_has_the_words_of_the_one_in_markdown(review):
    made = files(review)
    word = docx.Document(io.BytesIO(made["narrative.docx"]))
    plain = re.sub(r"[*#\\]", "", made["narrative.md"].decode())
    for paragraph in word.paragraphs:
        assert re.sub(r"[*#\\]", "", paragraph.text) in plain


def test_checklists_say_what_is_known_and_leave_the_rest_to_people(review):
    made = tables(review)
    for name, checklist in CHECKLISTS.items():
        table = made[f"checklist_{name.replace('-', '_')}"]
        assert len(table.rows) == len(checklist.items)
    prior = {row[1]: row[3] for row in rows(made["checklist_prior"])}
    assert prior["24"] == UNKNOWN
    assert prior["16"] == "3 included reviews."
    assert prior["17"].startswith("Inclusion lists known for 2 of 3 reviews; CCA 50.0%")
    numbers = {
        name: len({i.number.rstrip("ab") for i in c.items}) for name, c in CHECKLISTS.items()
    }
    assert numbers == {"prior": 27, "entreq": 21, "prisma-2020": 27, "swim": 9}


def test_no_item_of_a_checklist_points_to_a_kind_of_knowledge_that_nothing_gives():
    from themeweave.review import reported

    source = reported.__loader__.get_source(reported.__name__)
    asked = {item.asks for checklist in CHECKLISTS.values() for item in checklist.items} - {""}
    assert {kind for kind in asked if f'"{kind}"' not in source} == set()


# hard data


@pytest.fixture
def hard(review, write):
    """A review whose every field holds something that could do harm."""
    findings = [("id", "text", "cited", "strand")]
    findings += [(f"F{n}", text, "R1;R2", "") for n, text in enumerate(HARD.values(), start=1)]
    write("corpus/findings.csv", sheet(findings))
    trap = f"=cmd() {TRAP}"
    columns = ("id", "label", "role", "type", "population", "title", "journal", "country")
    listed = [(one, trap, "included", *[trap] * 5) for one in ("R1", "R2")]
    write("corpus/reviews.csv", sheet([columns, *listed]))
    write("corpus/citations.csv", f"review,study,label\nR1,S1,{trap}\nR2,S1,{trap}\n")
    (review / "corpus" / "effects.csv").unlink()
    write(
        "codebooks/themes.yaml",
        f"codebook: themes\ntitle: '{trap}'\nexclusive: true\ncodes:\n"
        f"  - id: T01\n    name: '{trap}'\n    definition: '{trap}'\n    cues: [hope]\n"
        f"    include: ['{trap}']\n    exclude: ['{trap}']\n"
        "  - id: T09\n    name: Nobody speaks of it\n"
        "    definition: Journeys to the moon and back, in rockets.\n",
    )
    write(
        "review.toml", f"[review]\ntitle = '{trap}'\nquestion = '{trap}'\nframework = 'cfir-mini'\n"
    )
    return review


def test_hard_text_stands_in_every_output_and_none_of_it_can_run(hard):
    made = files(hard)
    for name, data in made.items():
        if name.endswith(".html") and name not in ("report.html", "theme_graph.html"):
            page = lxml_html.fromstring(data.decode())
            assert not page.xpath("//script | //@onerror"), name
        elif name.endswith(".xlsx"):
            cells = [c for row in openpyxl.load_workbook(io.BytesIO(data)).active.rows for c in row]
            assert all(cell.data_type != "f" for cell in cells), name
        elif name.endswith(".md"):
            assert TRAP not in data.decode(), name
        elif name.endswith(".docx"):
            docx.Document(io.BytesIO(data))
    told = docx.Document(io.BytesIO(made["narrative.docx"]))
    words = "\n".join(paragraph.text for paragraph in told.paragraphs)
    assert all(" ".join(text.split()).rstrip(".") in words for text in HARD.values())
    assert "=cmd()" in made["theme_table.csv"].decode("utf-8-sig").replace("'=", "=")


def test_a_quotation_of_40000_characters_is_whole_in_excel_and_noted(hard):
    book = openpyxl.load_workbook(io.BytesIO(files(hard)["theme_detail.xlsx"])).active
    column = next(c.column for c in book[2] if c.value == "Findings by perspective")
    whole = "".join(book.cell(row, column).value or "" for row in range(3, book.max_row + 1))
    assert LONG.strip() in whole
    notes = [book.cell(row, 1).value or "" for row in range(3, book.max_row + 1)]
    assert any("column 'Findings by perspective'" in note and "continues" in note for note in notes)


def test_a_theme_without_findings_is_named_and_no_row_is_made_up_for_it(hard):
    made = tables(hard)
    for name in ("theme_table", "theme_detail"):
        assert "Without a finding: Nobody speaks of it." in made[name].notes
        assert "T09" not in " ".join(made[name].keys)
    assert (
        cell_at(made["codebook_themes"], "codebook_themes:T09:findings").text == "0 (0 confirmed)"
    )


def test_300_subthemes_have_their_rows_and_every_format_holds_them(review, write):
    words = [f"word{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{n}" for n in range(300)]
    codes = "".join(
        f"  - id: S{n}\n    name: Subtheme {n}\n    parent: T01\n    cues: [{word}]\n"
        for n, word in enumerate(words)
    )
    write(
        "codebooks/themes.yaml",
        "codebook: themes\ntitle: Themes\nexclusive: true\ncodes:\n  - id: T01\n    name: "
        f"All\n{codes}",
    )
    found = [
        ("id", "text", "cited"),
        *[(f"F{n}", f"They spoke of {w}.", "R1") for n, w in enumerate(words)],
    ]
    write("corpus/findings.csv", sheet(found))
    rule(review, "ana", [(f"F{n}", f"S{n}") for n in range(300)])
    made = tables(review)
    assert len(made["theme_table"].rows) == len(made["theme_detail"].rows) == 300
    assert made["theme_table"].rows[0][0].rows == 300


def test_documents_ask_for_one_font_that_every_reader_can_replace(review):
    made = files(review)
    for name in ("theme_table.docx", "narrative.docx", "checklist_prior.docx"):
        with zipfile.ZipFile(io.BytesIO(made[name])) as parts:
            body = parts.read("word/document.xml").decode()
            styles = parts.read("word/styles.xml").decode()
        assert "w:rFonts" not in body
        ours = re.findall(r'<w:style [^>]*w:styleId="(\w+)".*?</w:style>', styles, re.S)
        assert ours
        for style in (
            "Normal",
            "Caption",
            "Tabletext",
            "BodyText",
            "Title",
            "Heading1",
            "Heading2",
        ):
            of = re.search(rf'w:styleId="{style}".*?</w:style>', styles, re.S)[0]
            assert set(re.findall(r'w:(?:ascii|hAnsi|eastAsia|cs)="([^"]+)"', of)) == {"Arial"}, (
                style
            )
            assert (
                "Theme="
                not in of.partition("</w:rPr>")[0].partition("<w:rFonts")[2].partition("/>")[0]
            )


def test_a_second_run_changes_no_byte_of_narrative_and_checklists(hard):
    run(hard)
    names = ["narrative.docx", "narrative.md", "checklist_swim.docx", "key_findings.xlsx"]
    before = {name: (hard / "outputs" / name).read_bytes() for name in names}
    for name in names:
        (hard / "outputs" / name).unlink()
    run(hard)
    assert {name: (hard / "outputs" / name).read_bytes() for name in names} == before
