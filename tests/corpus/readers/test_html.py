import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themeweave.corpus.readers.canonical import canonical
from themeweave.corpus.readers.html import read
from themeweave.errors import ReviewError


def text_of(body):
    return read(f"<html><body>{body}</body></html>".encode(), "a.html").text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Peers  <b>helped</b>\n them.<p>Staff", "Peers helped them.\n\nStaff\n"),
        ("<p>one<br>two</p>", "one\ntwo\n"),
        ("<ul><li>a<li>b</ul>c", "a\nb\n\nc\n"),
        ("<ol start=4><li>a<li value=9>b</ol>", "4. a\n9. b\n"),
        ("<ol><li>1. a<li>[2] b</ol>", "1. a\n[2] b\n"),
        ("<ol><li><p>a</p><p>b</p></li><li></li><li>c</ol>", "1. a\n\nb\n\n3. c\n"),
        ("<table><tr><th>A<th>B<tr><td><p>x<p>y<td>z</table>", "A | B\nx y | z\n"),
        ("<table><tr><td><h2>A</h2><p>x</table>", "A\n\nx\n"),
        (
            "<p>10<sup>-6</sup>, I<sup>2</sup>, 1<sup>st</sup>, x<sup>[4]</sup>",
            "10⁻⁶, I², 1st, x[4]\n",
        ),
        ("<p>caf<b>e</b><i>&#769;</i>", "caf\u00e9\n"),
        ("<p>&#x93;a&#x94;&nbsp;b &lt;i&gt;", "“a”\u00a0b <i>\n"),
        ("<pre>a\n  b</pre>", "a\n  b\n"),
        ("<p>kept</p><p hidden>h</p><p style='display: none'>h</p>", "kept\n"),
    ],
)
def test_a_page_reads_as_a_person_sees_it(body, text):
    assert text_of(body) == text


def test_what_is_left_out_is_counted():
    page = read(
        b"<nav>x</nav><script>y</script><script>z</script><style>w</style><img><p>Peers", "a.html"
    )
    assert page.text == "Peers\n"
    assert page.notes == (
        "skipped 1 menu",
        "skipped 1 picture",
        "skipped 2 scripts",
        "skipped 1 style sheet",
    )


def test_a_page_that_marks_its_article_is_read_there():
    page = read(f"<p>Advert</p><article><p>{'Peers. ' * 50}</article>".encode(), "a.html")
    assert "Advert" not in page.text
    assert page.notes == ("read the page's <article>; what stands around it is left out",)


CITED = b"""<h1>Peers</h1><p>They helped<sup><a href="#r1">1</a>, <a href="#r3">3</a></sup>; see
<a href="#r1"> 1</a>&#8211;<a href="#r3">3</a>, <a href="#top">top</a> and <a href="#no">9</a>.</p>
<h2>References</h2><ol><li id="r1">Roe A. Peers. 2019.</li><li><p id="r2">Lee B. 2020.</p></li>
<li><span id="r3">3.</span> Poe C. 2021. <a href="#top">back</a></li></ol>"""


def test_links_to_the_reference_list_are_citations():
    page = read(CITED, "a.html")
    assert [r.id for r in page.references] == ["1", "2", "3"]
    assert [(page.text[k.start : k.end], k.references) for k in page.links] == [
        ("¹", ("1",)),
        ("³", ("3",)),
        ("1–3", ("1", "2", "3")),
    ]
    assert [(s.heading, s.level) for s in page.sections] == [("Peers", 1), ("References", 2)]
    assert all(page.text.startswith(s.heading, s.start) for s in page.sections)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_in_paragraphs_comes_back(paragraphs):
    paragraphs = ["Peers", *paragraphs]
    body = "".join(f"<p>{html.escape(part)}</p>" for part in paragraphs)
    seen = [re.sub("[ \t\n]+", " ", canonical(part)).strip(" ") for part in paragraphs]
    assert text_of(body).rstrip() == "\n\n".join(part for part in seen if part).rstrip()


def test_the_encoding_is_utf_8_or_what_the_page_says():
    page = "<meta charset='iso-8859-1'><p>“é”"
    assert read(page.encode(), "a.html").text == "“é”\n"
    legacy = read(page.encode("cp1252"), "a.html")
    assert legacy.text == "“é”\n"
    assert legacy.notes == ("read as cp1252: the page says 'iso-8859-1'",)
    with pytest.raises(ReviewError, match="not in UTF-8"):
        read("<p>“é”".encode("cp1252"), "a.html")
    assert read("<p>“é”".encode("cp1252"), "a.html", "cp1252").text == "“é”\n"


def test_nothing_below_a_depth_is_lost_in_silence():
    with pytest.raises(ReviewError, match="nested deeper than 250 levels"):
        read(b"<p>a" + b"<div>" * 100_000 + b"lost", "a.html")


def test_a_page_has_a_cap_on_bytes(monkeypatch):
    monkeypatch.setattr("themeweave.corpus.readers.html.MOST_BYTES", 10)
    with pytest.raises(ReviewError, match="the page is larger than"):
        read(b"<p>Peers helped", "a.html")


@pytest.mark.parametrize("page", [b"<html></html>", b"\xef\xbb\xbf", b"<script>x</script>", b"<p>"])
def test_a_page_without_a_word_is_refused(page):
    with pytest.raises(ReviewError, match="no text found"):
        read(page, "a.html")


def test_a_page_cannot_reach_out(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    page = f"<!DOCTYPE html [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><p>Peers &x;</p>"
    assert "secret" not in read(page.encode(), "a.html").text.replace("secret.txt", "")
