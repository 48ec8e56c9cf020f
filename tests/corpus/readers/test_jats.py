import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.readers.canonical import canonical
from themeweave.corpus.readers.jats import read
from themeweave.errors import ReviewError

TOP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE article PUBLIC '
    '"-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.3//EN" "JATS-archivearticle1-3.dtd">'
)
ARTICLE = (
    TOP
    + """<article><front><article-meta><title-group><article-title>Peer <italic>support</italic>
</article-title></title-group><abstract><sec><title>Aim</title><p>Peers&nbsp;matter.</p></sec>
</abstract></article-meta></front><body><sec><label>1</label><title>Results</title>
<p>Peers helped [<xref ref-type="bibr" rid="B1">1</xref>&#x2013;<xref ref-type="bibr"
rid="B3">3</xref>, <xref ref-type="bibr" rid="B9">9</xref>] (<xref ref-type="table" rid="T1">Table
1</xref>).<fn><p>A note.</p></fn> Staff too<sup><xref ref-type="bibr" rid="B2 B3">2,3</xref></sup>.
<list><list-item><label>a</label><p>First</p></list-item><list-item><p>Next</p></list-item></list>
so.</p><sec><title>Themes</title><disp-quote><p>They listened.</p></disp-quote></sec>
<boxed-text><label>Box 1</label><caption><title>Key points</title></caption><p>Hope.</p>
</boxed-text>
<table-wrap id="T1"><label>Table 1</label><caption><title>Studies</title></caption><table><tr><th>A
</th><th>B</th></tr><tr><td>x</td><td>5 m<sup>2</sup></td></tr></table></table-wrap></sec></body>
<back><ack><p>Thanks.</p></ack><ref-list>
<ref id="B1"><label>1.</label><mixed-citation><person-group person-group-type="author"><name>
<surname>Roe</surname><given-names>A</given-names></name></person-group>. <article-title>Peers
</article-title>. <source>J</source>. <year>2019</year>. <pub-id pub-id-type="doi">10.1000/ABC
</pub-id> <pub-id pub-id-type="pmid">123</pub-id></mixed-citation></ref>
<ref id="B2"><label>2</label><element-citation><person-group person-group-type="author"><name>
<surname>Lee</surname><given-names>B</given-names></name></person-group><person-group
person-group-type="editor"><name><surname>Kay</surname></name></person-group><article-title>Staff
</article-title><year>2020a</year></element-citation></ref>
<ref id="B3"><label>[3]</label><mixed-citation>Poe C. Third. 2021. doi:10.1000/x.</mixed-citation>
</ref></ref-list></back></article>"""
)
TEXT = """Peer support

Abstract

Aim

Peers\u00a0matter.

1 Results

Peers helped [1–3, 9] (Table 1). Staff too²,³.

a First

Next

so.

Themes

They listened.

Box 1 Key points

Hope.

Table 1 Studies

A | B
x | 5 m²

Acknowledgements

Thanks.

References

1. Roe A. Peers . J. 2019. 10.1000/ABC 123
2. Lee B Kay Staff 2020a
3. Poe C. Third. 2021. doi:10.1000/x.
"""


@pytest.fixture(scope="module")
def article():
    return read(ARTICLE.encode(), "a.xml")


def test_an_article_reads_as_it_is_printed(article):
    assert article.text == TEXT


def test_titles_are_sections_in_their_depth(article):
    assert [(s.heading, s.level) for s in article.sections] == [
        ("Peer support", 1),
        ("Abstract", 2),
        ("Aim", 3),
        ("1 Results", 2),
        ("Themes", 3),
        ("Box 1 Key points", 3),
        ("Acknowledgements", 2),
        ("References", 2),
    ]
    assert all(article.text.startswith(s.heading, s.start) for s in article.sections)


def test_citation_links_stand_on_their_markers_and_hold_the_whole_range(article):
    assert [(article.text[k.start : k.end], k.references) for k in article.links] == [
        ("1–3", ("1", "2", "3")),
        ("²,³", ("2", "3")),
    ]


def test_references_keep_what_the_file_knows(article):
    assert [(r.id, r.authors, r.year, r.title, r.doi, r.pmid) for r in article.references] == [
        ("1", ("Roe",), "2019", "Peers", "10.1000/abc", "123"),
        ("2", ("Lee",), "2020a", "Staff", "", ""),
        ("3", (), "2021", "", "10.1000/x", ""),
    ]


def test_what_is_skipped_or_leads_nowhere_is_said(article):
    assert article.notes == (
        "skipped 1 footnote",
        "citations name 'B9', which is not in the list",
    )


def test_entries_without_a_number_go_by_their_id():
    body = '<article><body><p>Peers (<xref ref-type="bibr" rid="roe">Roe 2019</xref>)</p></body>'
    back = '<back><ref-list><ref id="roe"><mixed-citation>Roe. 2019.</mixed-citation></ref>'
    page = read(f"{body}{back}</ref-list></back></article>".encode(), "a.xml")
    assert [r.id for r in page.references] == ["roe"]
    assert [(page.text[k.start : k.end], k.references) for k in page.links] == [
        ("Roe 2019", ("roe",))
    ]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
def test_any_text_comes_back(paragraphs):
    paragraphs = ["Peers", *(p.replace("\ufffe", "").replace("\uffff", "") for p in paragraphs)]
    escaped = (
        p.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for p in paragraphs
    )
    body = "".join(f"<p>{part}</p>" for part in escaped)
    text = read(f"<article><body>{body}</body></article>".encode(), "a.xml").text
    seen = [" ".join(filter(None, canonical(p).replace("\n", " ").split(" "))) for p in paragraphs]
    assert text.rstrip() == "\n\n".join(part for part in seen if part).rstrip()


@pytest.mark.parametrize(("count", "said"), [(0, "holds no articles"), (2, "holds 2 articles")])
def test_a_file_holds_one_article(count, said):
    articles = "<article><body><p>Peers</p></body></article>" * count
    with pytest.raises(ReviewError, match=said):
        read(f"<pmc-articleset>{articles}</pmc-articleset>".encode(), "a.xml")


def test_an_article_without_a_word_is_refused():
    with pytest.raises(ReviewError, match="no text found"):
        read(b"<article><body/></article>", "a.xml")


def test_a_range_from_one_to_a_hundred_thousand_is_not_filled_in():
    refs = "".join(
        f'<ref id="B{n}"><label>{n}</label><mixed-citation>Roe.</mixed-citation></ref>'
        for n in range(1, 1001)
    )
    cited = '<xref ref-type="bibr" rid="B1">1</xref>-<xref ref-type="bibr" rid="B1000">1000</xref>'
    page = read(
        f"<article><body><p>{cited}</p></body><back><ref-list>{refs}</ref-list></back></article>"
        .encode(),
        "a.xml",
    )  # fmt: skip
    assert [k.references for k in page.links] == [("1",), ("1000",)]
