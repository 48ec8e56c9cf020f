"""Articles printed by Chromium and saved by LibreOffice: the same sentences, each in its place."""

import html
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from themeweave.corpus.readers import docx, pdf
from themeweave.corpus.segments import sentences

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLES = {
    "one column": "body{font:10pt serif}",
    "two columns": "body{font:9pt serif;column-count:2;text-align:justify} h1{column-span:all}",
    "indented paragraphs": (
        "body{font:9.5pt/1.2 serif;column-count:2;column-gap:6mm;text-align:justify}"
        "p{margin:0;text-indent:1.2em} h1{column-span:all}"
    ),
    "headings across": "body{font:9pt sans-serif;column-count:2} h1,h2{column-span:all}",
}
SHARED = Path(__file__).parents[3].parent / "shared" / "example" / "corpus"
ARTICLES = ["own", "white-2020", "cooper-2024", "shalaby-2020"]
OWN = """
# What keeps peers in post: a short made-up review

## Background

Peer workers draw on what they have lived through. Their colleagues often say so^1,2^. Yet the role
stays unclear: job descriptions differ, and so do hopes.

We ask two things. What helps a peer to stay? And what makes a well-meant scheme fail?

## Results

### Support from the team

Supervision mattered most [ 1 , 2 ]. In one service (n = 12) the effect was small, d = 0.21 (95% CI
0.02 to 0.40); in another it was not seen at all [ 3 - 5 ].

- time with a supervisor who knows the work;
- a clear, shared description of the role;
- pay that is more than a token.

### Contact with others in the same role

Meeting other peers off­ered relief, as one of them put it: “You need some­body who gets it.” Staff
who had never worked beside a peer were the least certain of the benefits.

**Table 1.** Not shown here

## Conclusions

The first con­clu­sion is simple. Long-term schemes need long-term money, and self-reported gains
need more than self-report.

## References

1. Roe A, Lee B. Peers at work. J Made Up Stud. 2019;3:12–20.
2. Moss C. Who supports the supporters, and for how long, when money is short? London: Own; 2020.
3. Dean D. A trial. https://example.org/a-long/address/of-a-page/that-may-break . Accessed 2023.
4. Hill E, Park F. Staying on. Own J. 2021;1(2):3–9.
5. Wood G. Leaving. Own J. 2022;2:1.
"""


def paragraphs(markdown):
    """The blocks of a Markdown text without its marks: (kind, words)."""
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    body = re.sub(r"(?<=[^\n])\n(?=[^\n#*-])(?!\d+\. )", " ", body)  # wrapped lines
    for line in filter(None, (line.strip() for line in body.split("\n"))):
        heading = re.match(r"(#+) (.*)", line)
        item = re.match(r"(-|\d+\.) (.*)", line)
        if heading:
            yield f"h{len(heading[1])}", heading[2]
        elif item:
            yield "ul" if item[1] == "-" else "ol", item[2]
        else:
            yield "p", line


def as_html(markdown, style):
    out, open_list = [], ""
    for kind, words in paragraphs(markdown):
        if open_list and kind != open_list:
            out.append(f"</{open_list}>")
        if kind in ("ul", "ol") and kind != open_list:
            out.append(f"<{kind}>")
        open_list = kind if kind in ("ul", "ol") else ""
        tag = "li" if open_list else kind
        shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(words, quote=False))
        shown = re.sub(r"\^(.+?)\^", r"<sup>\1</sup>", shown)
        out.append(f"<{tag}>{shown}</{tag}>")
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Article</title>"
        f"<style>{style}</style><body>" + "\n".join(out) + (open_list and f"</{open_list}>")
    )


def printed(markdown, style, folder: Path) -> bytes:
    """A PDF as Chromium prints the text; with its running heads if it takes several pages."""
    page, out = folder / "article.html", folder / "article.pdf"
    page.write_text(as_html(markdown, style), "utf-8")
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={out}",
            *(["--no-pdf-header-footer"] if len(markdown) < 4000 else []),
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out.read_bytes()


def article(name):
    if name == "own":
        return OWN
    path = SHARED / f"{name}.md"
    if not path.exists():
        pytest.skip(f"needs ../shared/example/corpus/{name}.md")
    return path.read_text("utf-8")


def normalised(blocks):
    """Every sentence of the blocks, with how often it stands there."""
    found = Counter()
    for block in blocks:
        for start, end in sentences(block):
            found[" ".join(block[start:end].split())] += 1
    return found


@pytest.fixture(scope="module")
def printing(tmp_path_factory):
    """Print an article in a style, once, and read it."""
    if not CHROMIUM:
        pytest.skip("needs chromium, to print PDFs")
    done = {}

    def get(name, style):
        if (name, style) not in done:
            raw = printed(article(name), STYLES[style], tmp_path_factory.mktemp("print"))
            done[name, style] = raw, pdf.read(raw, "article.pdf")
        return done[name, style]

    return get


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ARTICLES)
def test_a_printed_article_has_the_sentences_of_its_markdown(printing, name, style):
    _, document = printing(name, style)
    assert_same_sentences(document, name)


def assert_same_sentences(document, name):
    plain = (
        re.sub(r"\*\*|\u00ad", "", words).replace("^1,2^", "¹,²")
        for _, words in paragraphs(article(name))
    )
    wanted = normalised(plain)
    blocks = (re.sub(r"^(•|-|\d+\.) ", "", line) for line in document.text.split("\n"))
    found = normalised(blocks)
    same = (wanted & found).total()
    assert same / wanted.total() >= 0.99, [*(wanted - found), *(found - wanted)]
    assert same / found.total() >= 0.985, [*(found - wanted)]


@pytest.mark.skipif(not OFFICE, reason="needs LibreOffice, to make Word files")
@pytest.mark.parametrize("name", ARTICLES)
def test_a_word_file_has_the_sentences_of_its_markdown(tmp_path, name):
    page = tmp_path / "article.html"
    page.write_text(as_html(article(name), ""), "utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to_word = [
        "--headless",
        "--infilter=HTML (StarWriter)",
        "--convert-to",
        "docx:MS Word 2007 XML",
    ]
    subprocess.run(
        [OFFICE, profile, *to_word, "--outdir", str(tmp_path), str(page)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    raw = (tmp_path / "article.docx").read_bytes()
    assert_same_sentences(docx.read(raw, "article.docx"), name)


@pytest.mark.parametrize("style", STYLES)
def test_headings_and_references_are_those_of_the_article(printing, style):
    _, document = printing("own", style)
    wanted = [words for kind, words in paragraphs(OWN) if kind.startswith("h")]
    assert [section.heading for section in document.sections] == wanted
    assert [section.level for section in document.sections] == [1, 2, 2, 3, 3, 2, 2]
    assert [reference.id for reference in document.references] == ["1", "2", "3", "4", "5"]
    for section in document.sections:
        assert document.text[section.start :].startswith(section.heading)


def test_running_heads_of_the_browser_are_dropped_and_counted(printing):
    _, document = printing("white-2020", "two columns")
    assert "article.html" not in document.text
    assert any("of running heads and page numbers dropped" in note for note in document.notes)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["own", "white-2020"])
def test_the_box_of_every_run_holds_its_words(printing, name, style):
    import pypdfium2

    raw, document = printing(name, style)
    pages = [page.get_textpage() for page in pypdfium2.PdfDocument(raw)]

    def letters(text):
        return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))

    wrong = []
    for place in document.places:
        words = document.text[place.start : place.end]
        inside = letters(pages[place.page - 1].get_text_bounded(*place.box))
        if inside != letters(words):
            wrong.append((words, inside))
    # An address too long for its column is printed over words of the next one.
    assert len(wrong) <= 0.005 * len(document.places), wrong


def test_runs_follow_each_other_and_leave_only_white_space_between(printing):
    _, document = printing("white-2020", "two columns")
    text, end = document.text, 0
    for place in document.places:
        assert text[end : place.start].strip() == ""
        assert "\n" not in text[place.start : place.end]
        end = place.end
    assert text[end:] == "\n"
