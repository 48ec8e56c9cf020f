import io

import pytest

from themeweave.corpus import streams
from themeweave.errors import ReviewError
from themeweave.review import survey as module
from themeweave.review.survey import survey


@pytest.fixture(autouse=True)
def three_rows_together(monkeypatch):
    monkeypatch.setattr(streams, "_TOGETHER", 3)


def surveyed(text):
    return survey(io.BytesIO(text.encode()), "in.csv", ".csv")


def sizes(texts, size):
    found = surveyed("id,text\n" + "".join(f"F{n},{text}\n" for n, text in enumerate(texts)))
    return [len(chunk.findings) for chunk in found.chunks(size)]


def test_ids_that_stand_twice_are_found_over_the_whole_sheet():
    rows = "".join(f"F{n},text\n" for n in range(10))
    with pytest.raises(ReviewError) as error:
        surveyed(f"id,text\n{rows}F1,again\n,nameless\nF9,\n")
    assert str(error.value) == (
        "rows that cannot be told apart\n"
        "  in in.csv\n"
        "  - in.csv, row 12, column 'id': 'F1' already stands in row 3\n"
        "  - in.csv, row 13, column 'id': empty\n"
        "  - in.csv, row 14, column 'id': 'F9' already stands in row 11\n"
        "  Nothing was written."
    )


def test_of_very_many_faults_the_first_are_listed_and_the_others_counted():
    with pytest.raises(ReviewError) as error:
        surveyed("id,text\n" + "F1,again\n" * 100)
    assert len(error.value.faults) == 51
    assert error.value.faults[-1] == "and 49 more"


def test_ids_that_only_look_alike_by_their_marks_are_told_apart(monkeypatch):
    monkeypatch.setattr(module, "_mark", lambda finding_id: len(finding_id))
    assert surveyed("id,text\nF1,a\nF2,b\n").findings == 2


def test_rows_without_a_text_are_set_aside():
    found = surveyed("id,text\nF1,\nF2,b\n")
    assert (found.findings, found.set_aside) == (1, ("in.csv, row 2, column 'text': empty",))


def test_ids_that_are_made_are_those_of_the_sheet_read_whole():
    from themeweave.review.batch import findings_of

    raw = "Finding,Review\n" + "Low pay,R1\n" * 5 + "Hope,R2\n"
    found = surveyed(raw)
    made = [finding.id for chunk in found.chunks(2) for finding in chunk.findings]
    assert made == [f.id for f in findings_of(raw.encode(), "in.csv", ".csv")[0]]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["a"] * 5, [2, 2, 1], id="even"),
        pytest.param(["a", "a", "They", "a"], [3, 1], id="one goes on"),
        pytest.param(["a"] + ["They"] * 6, [4, 3], id="too many go on"),
        pytest.param(["a"] * 2, [2], id="the end is a border"),
    ],
)
def test_chunks_end_where_a_thought_ends(texts, expected):
    assert sizes(texts, 2) == expected


def test_a_chunk_holds_no_more_than_so_many_characters(monkeypatch):
    monkeypatch.setattr(module, "_LONGEST_CHUNK", 10)
    assert sizes(["a" * 11, "a", "a"], 2) == [1, 2]


def test_a_full_temporary_folder_is_said(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_lay_down", full)
    with pytest.raises(ReviewError) as error:
        surveyed("id,text\nF1,a\n")
    assert str(error.value) == (
        "the findings could not be laid down in a temporary file: No space left on device\n"
        f"  in {module.tempfile.gettempdir()}\n"
        "  Make room there, or name another folder in the environment variable TMPDIR."
    )
