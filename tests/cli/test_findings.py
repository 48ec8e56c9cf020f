"""The commands `corpus` and `findings`, from documents to rows of the review."""

import csv

import pytest

ARTICLE = """\
# Night work

## Results

Nurses felt alone with decisions at night [1]. A shared meal kept teams together [2, 7].

## References

1. Adler P. Rotas. 2011.
2. Brand K. Night nurses. 2012.
"""


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "night.md"
    path.write_text(ARTICLE, "utf-8")
    return path


def test_extract_writes_the_columns_that_scripts_rely_on(call, article, tmp_path):
    out = tmp_path / "c.csv"
    assert call("findings", "extract", article, "-o", out).status == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("id", "document", "section", "text", "start", "end", "cited", "score"),
        *("cited_basis", "kind", "speaker", "display", "reason"),
        *("likely", "reads_like"),
    ]
    assert all(ARTICLE[int(r["start"]) : int(r["end"])] == r["text"] for r in rows)
    assert [row["document"] for row in rows] == ["night.md"] * 2


def test_a_broken_document_is_listed_and_the_others_go_on(call, article, tmp_path):
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 nothing")
    result = call("findings", "extract", bad, tmp_path / "gone.md", article)
    assert result.status == 3
    assert result.out.count("\n") == 3
    assert "Set aside: bad.pdf" in result.err
    assert "gone.md" in result.err


def test_a_citation_without_an_entry_is_counted(call, article):
    assert "Unresolved: night.md" in call("findings", "extract", article).err


def test_two_documents_of_one_name_are_told_apart(call, article, tmp_path):
    other = tmp_path / "more" / "night.md"
    other.parent.mkdir()
    other.write_text(ARTICLE.replace("alone", "lonely"), "utf-8")
    out = call("findings", "extract", article, other).out
    names = {row["document"] for row in csv.DictReader(out.splitlines())}
    assert names == {str(article), str(other)}


def test_an_output_of_another_kind_is_refused_before_the_work(call, article):
    assert call("findings", "extract", article, "-o", "out.docx").status == 2


def test_from_documents_to_findings_of_the_review(call, review, article, tmp_path):
    assert "Added night.md" in call("corpus", "add", article, "-C", review).out
    assert "Already there: night.md" in call("corpus", "add", article, "-C", review).out
    assert "night.md" in call("corpus", "list", "-C", review).out
    out = tmp_path / "c.csv"
    call("findings", "extract", "-C", review, "-o", out)
    assert "2 findings added" in call("findings", "keep", out, "--all", "-C", review).out
    assert "2 there already" in call("findings", "keep", out, "--all", "-C", review).out
    found = call("findings", "search", "shared", "meal", "-C", review).out
    assert "(night.md, " in found
    assert call("findings", "list", "-C", review).out.count("\n") == 8
    assert call("findings", "search", "--like", "F6", "-C", review).status == 0


def test_keeping_asks_for_a_mark(call, review, article, tmp_path):
    call("corpus", "add", article, "-C", review)
    out = tmp_path / "c.csv"
    call("findings", "extract", "-C", review, "-o", out)
    result = call("findings", "keep", out, "-C", review)
    assert (result.status, "no candidate is marked" in result.err) == (1, True)


def test_a_new_version_says_what_no_longer_matches(call, review, article, tmp_path):
    call("corpus", "add", article, "-C", review)
    out = tmp_path / "c.csv"
    call("findings", "extract", "-C", review, "-o", out)
    call("findings", "keep", out, "--all", "-C", review)
    article.write_text(ARTICLE.replace("A shared meal kept teams together", "Dusk"), "utf-8")
    result = call("corpus", "add", article, "-C", review)
    assert "1 findings tied to their place" in result.out
    assert "No longer matches" in result.err


def test_adding_lists_what_cannot_be_read(call, review, tmp_path):
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04nothing")
    result = call("corpus", "add", bad, "-C", review)
    assert result.status == 3
    assert "Set aside: bad.docx" in result.err


def test_a_search_for_nothing_is_a_usage_error(call, review):
    assert call("findings", "search", "-C", review).status == 2


def test_the_best_come_first_and_what_is_asked_for_beside_them_says_what_it_is(
    call, article, tmp_path
):
    text = ARTICLE.replace("\n## References", "Rotas changed at noon.\n\n## References")
    article.write_text(text, "utf-8")
    out = call("findings", "extract", article, "--include", "rest", "--best", "3").out
    rows = list(csv.DictReader(out.splitlines()))
    assert [row["kind"] for row in rows] == ["finding", "finding", "rest"]
    assert rows[2]["reason"] == "passed over: little speaks for it"
    assert [float(row["likely"]) for row in rows] == sorted(
        (float(row["likely"]) for row in rows), reverse=True
    )
    assert call("findings", "extract", article, "--best", "1").out.count("\n") == 2
    assert call("findings", "extract", article, "--least", "1").out.count("\n") == 1


def test_a_finding_that_no_review_states_is_named_when_it_is_kept(call, tmp_path):
    review = tmp_path / "r"
    assert "Or add articles: themeweave corpus add ARTICLE..." in call("init", review).out
    paper = tmp_path / "own.md"
    paper.write_text("# T\n\n## Results\n\nNurses felt rushed by their managers.\n", "utf-8")
    out = tmp_path / "c.csv"
    call("corpus", "add", paper, "-C", review)
    call("findings", "extract", "-C", review, "-o", out)
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    done = call("findings", "keep", out, "--all", "-C", review)
    assert done.out == (
        f"1 findings added, 0 there already.\nNo review cited: {row['id']}. Write the review that "
        "states it into the column 'cited' of corpus/findings, or leave it empty.\n"
    )
    call("run", "-C", review)
    table = (review / "outputs" / "cfir_table.csv").read_text("utf-8")
    assert f"rushed by their managers.* (no review cited) [{row['id']}]" in table
