"""Extraction on articles of our own: what is proposed, what is not, and what it cites."""

import importlib.util
import re
from pathlib import Path

import pytest

from themeweave.corpus.readers import read_document
from themeweave.findings.clauses import Cited, split
from themeweave.findings.extract import extract
from themeweave.findings.headings import role_of, stretches
from themeweave.findings.subjects import abbreviations, display

_spec = importlib.util.spec_from_file_location("articles", Path(__file__).with_name("articles.py"))
articles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(articles)


def marked(article):
    """The document without its braces, and the spans that stood in them."""
    text, spans, opened = "", [], 0
    for piece in re.split(r"([{}])", article):
        if piece == "{":
            opened = len(text)
        elif piece == "}":
            spans.append((opened, len(text)))
        else:
            text += piece
    return read_document(text.encode(), "article.md"), spans


def read(text):
    return extract(read_document(text.encode(), "article.md"))


def alike(one, other):
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, shared) / (max(one[1], other[1]) - min(one[0], other[0]))


@pytest.mark.parametrize("name", ["NURSING", "VACCINATION"])
def test_marked_findings_of_other_fields_are_found_and_nothing_else(name):
    document, spans = marked(getattr(articles, name))
    found = [(c.start, c.end) for c in extract(document)]
    missed = [document.text[a:b] for a, b in spans if max(alike((a, b), f) for f in found) < 0.8]
    extra = [document.text[a:b] for a, b in found if max(alike((a, b), s) for s in spans) < 0.8]
    assert (missed, extra) == ([], [])


@pytest.mark.parametrize("name", ["NURSING", "VACCINATION"])
def test_every_span_is_verbatim(name):
    document, _ = marked(getattr(articles, name))
    assert all(c.text == document.text[c.start : c.end] for c in extract(document))


def test_a_sentence_without_a_citation_takes_that_of_the_one_it_continues():
    document, _ = marked(articles.NURSING)
    found = {c.text[:4]: c for c in extract(document)}
    assert (found["This"].cited, found["This"].cited_basis) == (("3",), "inherited")
    assert found["Howe"].cited_basis == "explicit"


def test_a_sentence_that_the_next_one_takes_up_is_covered_by_the_citation_of_that():
    found = read(
        "# T\n\n## Results\n\nStaff were tired [1]. Patients felt the wards were loud. This kept "
        "them awake [2].\n\n## References\n\n1. A.\n2. B.\n"
    )
    assert [(c.cited, c.cited_basis) for c in found] == [
        (("1",), "explicit"),
        (("2",), "inherited"),
        (("2",), "explicit"),
    ]


def test_a_citation_that_the_list_lacks_stays_visible():
    found = read("# T\n\n## Results\n\nNurses felt unsafe [1, 9].\n\n## References\n\n1. A.\n")
    assert (found[0].cited, found[0].unresolved) == (("1",), ("9",))


def test_a_quotation_names_whom_it_quotes():
    document, _ = marked(articles.NURSING)
    quoted = [c for c in extract(document) if c.kind == "quotation"]
    assert [c.speaker for c in quoted] == ["Nurse 12, surgical ward"]
    assert quoted[0].text.startswith("You are the only one")


def test_quoted_words_without_a_speaker_are_no_quotation():
    text = "# T\n\n## Results\n\nStaff felt that the ward was “a place for all of us to be”.\n"
    assert [c.kind for c in read(text)] == ["finding"]


def test_the_section_is_the_path_of_headings_below_the_title():
    document, _ = marked(articles.NURSING)
    assert extract(document)[0].section == "Results > Themes > Alone on the ward"


def test_display_says_who_they_are_and_the_span_does_not():
    document, _ = marked(articles.NURSING)
    they = next(c for c in extract(document) if c.text.startswith("They feared"))
    assert they.display.startswith("They [Nurses] feared blame")


@pytest.mark.parametrize(
    ("sentence", "proposed"),
    [
        pytest.param("Barriers to uptake were examined in nine reviews [1].", 0, id="overview"),
        pytest.param("Lack of time was reported in four studies [1].", 1, id="a count of sources"),
        pytest.param("Table 5 shows what staff valued [1].", 0, id="table"),
        pytest.param("Supplements give women confidence [1].", 1, id="supplements that are pills"),
        pytest.param("We screened 90 papers on nurses' needs [1].", 0, id="method"),
        pytest.param("Nurses were interviewed or 3 of them refused to talk [1].", 1, id="or 3"),
        pytest.param("The reviews were rated as low quality [1].", 0, id="quality"),
        pytest.param("Quality of life mattered most to patients [1].", 1, id="quality of life"),
        pytest.param("Peer groups improved mood (SMD = 0.2, p = 0.01) [1].", 0, id="numbers"),
        pytest.param("Roles should be clearly defined and shared by staff [1].", 1, id="defined"),
        pytest.param("Burden is defined as the strain on carers [1].", 0, id="definition"),
        pytest.param("What do staff need [1]?", 0, id="question"),
    ],
)
def test_what_reads_like_a_finding_but_is_something_else(sentence, proposed):
    found = read(f"# T\n\n## Results\n\n{sentence}\n\n## References\n\n1. A.\n")
    assert len(found) == proposed


def test_under_a_heading_on_effectiveness_only_views_count():
    found = read(
        "# T\n\n## Results\n\n### Effectiveness of visits\n\nMood improved with visits [1]. "
        "Patients felt that visits improved their mood [1].\n\n## References\n\n1. A.\n"
    )
    assert [c.text[:13] for c in found] == ["Patients felt"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("4. RESULTS", "results"),
        ("Results and discussion", "results"),
        ("Findings", "results"),
        ("Abstract", "closed"),
        ("2.1 Data extraction", "closed"),
        ("Quality appraisal of included reviews", "about"),
        ("Quality of life", ""),
        ("Study selection", "about"),
        ("Barriers and facilitators", "themes"),
        ("Results of the meta-analyses", "effects"),
    ],
)
def test_what_a_heading_says(heading, role):
    assert role_of(heading) == role


def test_the_abstract_closes_even_a_part_named_results():
    document = read_document(b"# T\n\n## Abstract\n\n### Results\n\nStaff felt ill.\n", "a.md")
    assert [part.role for part in stretches(document.text, document.sections)][-1] == "closed"


def test_below_results_a_theme_may_have_any_name():
    text = "# T\n\n## Results\n\n### Future\n\nPatients feared the future.\n\n## Future research\n"
    assert len(read(text)) == 1


def test_themes_that_a_reader_put_beside_results_still_belong_to_them():
    text = (
        "# T\n\n## Methods\n\nx.\n\n## Results\n\nStaff felt ill.\n\n## On the ward\n\nNurses felt "
        "lost.\n\n## Discussion\n\nNurses felt lost and should be heard.\n"
    )
    assert len(read(text)) == 2


CITED = "Pay was low [1], managers were distant [2] and rotas kept changing [1]."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            CITED,
            ["Pay was low [1]", "managers were distant [2]", "rotas kept changing [1]"],
            id="three statements",
        ),
        pytest.param(
            "Wards in rural [1], urban [2] and suburban areas [3] were short of staff.",
            ["Wards in rural [1], urban [2] and suburban areas [3] were short of staff."],
            id="a list of places is one statement",
        ),
        pytest.param(
            "Pay was low [1], and managers were distant [1].",
            ["Pay was low [1], and managers were distant [1]."],
            id="the same source on both sides",
        ),
        pytest.param(
            "Brand and Holm [1] found that rotas kept changing [2].",
            ["Brand and Holm [1] found that rotas kept changing [2]."],
            id="a name before a citation is no statement",
        ),
    ],
)
def test_clauses_are_cut_where_their_sources_differ(text, parts):
    marks = [Cited(m.start(), m.end(), (m[1],)) for m in re.finditer(r"\[(\d)\]", text)]
    assert [text[p.start : p.end] for p in split(text, 0, len(text), marks)] == parts


def test_abbreviations_come_from_brackets_and_from_lists():
    text = "Community health workers (CHWs) met.\n\n- ICU: intensive care unit\n"
    assert abbreviations(text) == {
        "CHWs": "Community health workers",
        "ICU": "intensive care unit",
    }


def test_a_later_clause_is_shown_with_what_it_shares():
    assert display("a lack of beds", {}, first="However, barriers included low pay").startswith(
        "[barriers included] a lack"
    )


def test_a_document_without_anything_like_a_finding_gives_none():
    assert read("# T\n\n## Methods\n\nWe searched.\n") == []


def test_two_extractions_are_the_same():
    document, _ = marked(articles.NURSING)
    assert extract(document) == extract(document)


def kinds(text, *wider):
    found = extract(read_document(text.encode(), "article.md"), wider=wider)
    return [(c.kind, c.text) for c in found]


def test_effects_are_proposed_where_they_are_asked_for_and_counts_of_trials_never():
    text = (
        "# T\n\n## Results\n\n### Effects\n\nFive trials had 90 to 400 participants. "
        "Visits reduced falls (RR 0.8). Heterogeneity was high.\n"
    )
    assert kinds(text) == []
    assert kinds(text, "effects") == [("effect", "Visits reduced falls (RR 0.8).")]


def test_a_discussion_gives_what_the_review_found_and_no_advice_or_limits():
    text = (
        "# T\n\n## Results\n\nNurses felt rushed.\n\n## Discussion\n\nOur review shows that nurses "
        "need time. Managers should listen.\n\n### Limitations\n\nOur review shows few nurses.\n"
    )
    assert kinds(text) == [("finding", "Nurses felt rushed.")]
    assert kinds(text, "discussion")[1:] == [
        ("conclusion", "Our review shows that nurses need time.")
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| Level | Barriers |\n| --- | --- |\n| Ward | no time to rest at night [1] |\n",
        "Level | Barriers\nWard | no time to rest at night [1]\n",
        "Level\tBarriers\tSources\nWard\tno time to rest at night [1]\t3\n",
        "Table 1. Barriers to rest\n\nLevel | What\nWard | no time to rest at night [1]\n",
    ],
)
def test_cells_of_a_table_of_barriers_are_findings_where_they_are_asked_for(table):
    text = f"# T\n\n## Results\n\n{table}\n## References\n\n1. A.\n"
    assert kinds(text) == []
    assert kinds(text, "tables") == [("finding", "no time to rest at night [1]")]


def test_what_was_passed_over_is_shown_with_the_reason():
    text = "# T\n\n## Results\n\nTable 2 shows what staff valued. Nurses felt rushed.\n"
    found = extract(read_document(text.encode(), "article.md"), wider=("rest",))
    assert (found[0].kind, found[0].reason) == ("rest", "passed over: an overview")
    assert found[0].score < 0.4 < found[1].score


def test_a_lower_threshold_proposes_more():
    text = "# T\n\n## Results\n\nRotas changed at noon.\n"
    document = read_document(text.encode(), "article.md")
    assert (len(extract(document)), len(extract(document, least=0.3))) == (0, 1)


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("> We never had the time to sit down. (Nurse 4) [12]", "Nurse 4"),
        ("“We never had the time to sit down” (daughter; Ito, 2016).", "daughter"),
        ("“We never had the time to sit\ndown” (nurse,\nward 3).", "nurse, ward 3"),
    ],
)
def test_whom_a_quotation_names_however_it_is_set(paragraph, speaker):
    found = read(f"# T\n\n## Results\n\n{paragraph}\n")
    assert [(c.kind, c.speaker) for c in found] == [("quotation", speaker)]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("What we found", "results"),
        ("What the studies say", "results"),
        ("What we did", "closed"),
        ("Why this review", "closed"),
        ("5 Discussion", "discussion"),
        ("What this means", "discussion"),
        ("Effects", "effects"),
    ],
)
def test_what_a_heading_in_plain_words_says(heading, role):
    assert role_of(heading) == role


@pytest.mark.parametrize(
    ("sentence", "proposed"),
    [
        pytest.param("Some were held back by rules that nobody knew [1].", 1, id="held back"),
        pytest.param("Most were held in Spain [1].", 0, id="held in"),
        pytest.param("Some were led to believe that staff did not care [1].", 1, id="led to"),
        pytest.param("Most were led by fitness instructors [1].", 0, id="led by"),
        pytest.param("Consent was felt to be a burden by nurses [1].", 1, id="consent"),
        pytest.param("Some gave a false name to staff for fear of the police [1].", 1, id="gave"),
        pytest.param("Only three gave a list of excluded studies [1].", 0, id="gave a list"),
        pytest.param("Patients considered quality to be lacking [1].", 1, id="quality"),
        pytest.param("Managers were unsure what the role is meant to do [1].", 1, id="meant to"),
        pytest.param("The hardest hit are women who feel alone [1].", 1, id="are women who"),
        pytest.param("Lay workers are women who were trained [1].", 0, id="a definition of people"),
        pytest.param("Eight came from Europe [1].", 0, id="came from"),
        pytest.param("Our search yielded 410 records [1].", 0, id="records"),
        pytest.param("Others came to a like conclusion about staff [1].", 0, id="other work"),
    ],
)
def test_turns_of_phrase_bar_a_sentence_only_where_they_mean_it(sentence, proposed):
    assert len(read(f"# T\n\n## Results\n\n{sentence}\n\n## References\n\n1. A.\n")) == proposed
