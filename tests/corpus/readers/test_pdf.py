"""The PDF reader on files made here by hand, sound and hostile."""

import sys
import threading

import pytest

from themeweave.corpus.readers import pdf as reader
from themeweave.corpus.readers import pdf_pipe
from themeweave.errors import ReviewError

from .made_pdf import (
    LEFT,
    PROSE,
    RIGHT,
    bomb,
    column,
    copies,
    doubling_forms,
    encrypted,
    pdf,
    placed,
)


def read(*pages, **limits):
    return reader.read(pdf(placed(*pages)), "a.pdf", **limits)


def test_columns_are_read_one_after_the_other_whatever_order_they_are_drawn_in():
    left = column(LEFT, 700, PROSE)
    right = column(RIGHT, 700, [line.upper() for line in PROSE])
    drawn = [line for pair in zip(right, left, strict=True) for line in pair]
    text = read(drawn).text
    assert text == " ".join(PROSE) + " " + " ".join(PROSE).upper() + "\n"


def test_a_heading_across_the_columns_parts_what_stands_above_from_what_stands_below():
    page = [
        *column(LEFT, 700, PROSE),
        *column(RIGHT, 700, PROSE),
        (LEFT, 590, "Results", 16, True),
        *column(LEFT, 560, [line.lower() for line in PROSE]),
        *column(RIGHT, 560, [line.lower() for line in PROSE]),
    ]
    document = read(page)
    one = " ".join(PROSE)
    assert document.text == f"{one} {one}\n\nResults\n\n{one.lower()} {one.lower()}\n"
    (section,) = document.sections
    assert (section.heading, section.level, section.end) == ("Results", 1, len(document.text))


def test_a_table_is_kept_row_by_row():
    rows = [("Study", "n", "Effect"), ("Roe 2019", "12", "0.21"), ("Lee 2020", "40", "0.35")]
    cells = [
        (LEFT + 120 * place, 600 - 12 * row, cell)
        for row, line in enumerate(rows)
        for place, cell in enumerate(line)
    ]
    text = read([*column(LEFT, 700, PROSE), *cells]).text
    assert text.endswith("\n\nStudy\tn\tEffect\nRoe 2019\t12\t0.21\nLee 2020\t40\t0.35\n")


def test_running_heads_and_page_numbers_go_and_are_counted_and_other_lines_stay():
    pages = [
        [
            (LEFT, 770, "Journal of Made Up Studies"),
            *column(LEFT, 700, [f"{word} {line}" for line in PROSE]),
            (300, 30, f"Page {number} of 4"),
        ]
        for number, word in enumerate(("First", "Second", "Third", "Fourth"), start=1)
    ]
    document = read(*pages)
    assert "Journal" not in document.text
    assert "Page" not in document.text
    assert document.text.count("Peer workers") == 4
    assert document.notes == ("8 lines of running heads and page numbers dropped",)


def test_pages_that_are_copies_of_each_other_keep_their_lines():
    assert read(*[column(LEFT, 700, PROSE * 2)] * 5).text.count("Peer workers") == 10


def test_a_paragraph_goes_on_past_a_table_and_onto_the_next_page():
    start = [*column(LEFT, 700, PROSE[:3]), (LEFT, 664, "had explained the role to those who had")]
    after = column(LEFT, 700, ["then to take it up, which was a pity since", "it costs little."])
    text = read(start, [(LEFT, 760, "Fig. 1. A picture", 7), *after]).text
    assert "to those who had then to take it up" in text


def test_an_indent_and_a_line_left_short_start_paragraphs():
    page = [
        *column(LEFT, 700, [*PROSE[:2], "them."]),
        (LEFT, 664, PROSE[3]),
        (LEFT, 652, PROSE[4]),
        (LEFT + 14, 640, PROSE[0]),
        (LEFT, 628, PROSE[1]),
    ]
    assert [len(block) for block in read(page).text.strip().split("\n\n")] == [90, 84, 84]


def test_raised_figures_are_written_as_superscripts():
    page = [*column(LEFT, 700, PROSE), (LEFT, 628, "so they said"), (113.5, 632, "2,3", 6)]
    assert "so they said²,³" in read(page).text


def test_text_that_runs_upwards_is_read_after_the_page():
    page = [*column(LEFT, 700, PROSE), (20, 300, "Stamp of a server", 10, False, True)]
    document = read(page)
    assert document.text.endswith("\n\nStamp of a server\n")
    left, bottom, right, top = document.places[-1].box
    assert 10 < left < right < 25
    assert 295 < bottom < top < 400


def test_pages_without_text_are_named_and_ocr_is_pointed_to():
    with pytest.raises(ReviewError) as error:
        read(None, None, None)
    assert str(error.value) == (
        "the PDF has no text layer on pages 1-3\n  in a.pdf\n"
        "  Give the scan a text layer first, for example with ocrmypdf: "
        "ocrmypdf scan.pdf with-text.pdf"
    )
    (note,) = read(None, column(LEFT, 700, PROSE)).notes
    assert note == (
        "no text layer on page 1: pictures or a scan; give the scan a text layer first, "
        "for example with ocrmypdf: ocrmypdf scan.pdf with-text.pdf"
    )


def test_an_encrypted_pdf_asks_for_its_password_and_never_shows_it():
    raw = encrypted("s3cret-words", column(LEFT, 700, PROSE))
    with pytest.raises(ReviewError, match="the PDF is encrypted and opens only with its password"):
        reader.read(raw, "a.pdf")
    with pytest.raises(ReviewError, match="the password given does not open it") as error:
        reader.read(raw, "a.pdf", password="wr0ng-words")
    assert "wr0ng" not in str(error.value)
    document = reader.read(raw, "a.pdf", password="s3cret-words")
    assert document.text.startswith("Peer workers")
    assert "s3cret" not in repr(document)


def test_the_password_stands_in_no_command_line(monkeypatch):
    started = []
    start = pdf_pipe.subprocess.Popen

    def watched(command, **options):
        started.append((command, options))
        return start(command, **options)

    monkeypatch.setattr(pdf_pipe.subprocess, "Popen", watched)
    raw = encrypted("s3cret-words", column(LEFT, 700, PROSE))
    reader.read(raw, "a.pdf", password="s3cret-words")
    assert "s3cret" not in repr(started)


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"%PDF-1.7\n%%EOF", pdf(placed([(60, 700, "Text")]))[:200]],
    ids=["empty", "no PDF", "no pages", "cut short"],
)
def test_a_broken_pdf_is_named_in_clear_words(raw):
    with pytest.raises(ReviewError) as error:
        reader.read(raw, "a.pdf")
    assert str(error.value).startswith(
        "the file is not a PDF that can be opened: it is damaged, cut short or no PDF at all\n"
        "  in a.pdf\n"
    )


def test_encryption_that_is_not_known_is_named():
    raw = encrypted("s3cret-words", column(LEFT, 700, PROSE)).replace(b"/Standard", b"/Unknown1")
    with pytest.raises(ReviewError, match="the PDF is encrypted in a way that is not read"):
        reader.read(raw, "a.pdf")


def test_a_damaged_page_is_noted_and_the_others_are_read():
    objects = placed([(60, 700, "Lost words")], column(LEFT, 700, PROSE))
    objects[4] = b"null"
    document = reader.read(pdf(objects), "a.pdf")
    assert document.text == " ".join(PROSE) + "\n"
    assert document.places[0].page == 2
    assert document.notes == ("page 1 could not be read: the file is damaged there",)


def test_a_pdf_that_never_ends_is_ended_at_its_time_limit():
    with pytest.raises(ReviewError) as error:
        reader.read(doubling_forms(12), "a.pdf", seconds=2)
    assert str(error.value) == (
        "the PDF could not be read safely: it took more than 2 seconds\n  in a.pdf\n"
        "  Nothing was taken from it. Open it in a PDF viewer and print it to a new PDF, "
        "or split it into smaller files."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit a process's memory so")
def test_a_pdf_that_eats_memory_is_ended_at_its_memory_limit():
    with pytest.raises(ReviewError, match=r"could not be read safely: (it needs|the program)"):
        reader.read(bomb(), "a.pdf", seconds=60, megabytes=300)


@pytest.mark.parametrize("child", ["this", "no_such_module"])
def test_a_child_that_says_anything_else_is_not_believed(monkeypatch, child):
    monkeypatch.setattr(pdf_pipe, "CHILD", child)
    with pytest.raises(ReviewError, match="could not be read safely"):
        read(column(LEFT, 700, PROSE))


def test_a_child_that_never_stops_talking_is_cut_off(monkeypatch):
    monkeypatch.setattr(pdf_pipe, "MOST", 200)
    with pytest.raises(ReviewError, match="more text than a document can hold"):
        read(column(LEFT, 700, PROSE))


def test_two_thousand_pages_are_read_in_bounded_memory_with_progress():
    seen = []
    document = reader.read(
        copies(2000), "a.pdf", megabytes=400, progress=lambda *pages: seen.append(pages)
    )
    assert seen[0] == (1, 2000)
    assert seen[-1] == (2000, 2000)
    assert document.text.count("Peer workers") == 8_000
    assert document.places[-1].page == 2000


def test_the_time_limit_grows_with_pages_that_are_read_and_not_for_ever(monkeypatch):
    raw = copies(300)
    monkeypatch.setattr(pdf_pipe, "A_PAGE", 0)
    with pytest.raises(ReviewError, match=r"it took more than 0\.2 seconds"):
        reader.read(raw, "a.pdf", seconds=0.2)
    monkeypatch.setattr(pdf_pipe, "A_PAGE", 0.2)
    monkeypatch.setattr(pdf_pipe, "AT_MOST", 1)
    with pytest.raises(ReviewError, match=r"it took more than 0\.2 seconds"):
        reader.read(raw, "a.pdf", seconds=0.2)


def test_a_page_that_was_read_makes_the_time_longer_up_to_the_most(monkeypatch):
    monkeypatch.setattr(pdf_pipe, "A_PAGE", 30)
    ended = threading.Event()
    clock = pdf_pipe._Clock(0.1, most=100)
    clock.page_read()
    clock.start(ended.set)
    assert not ended.wait(0.3)
    for _ in range(9):
        clock.page_read()
    clock.stop()
    assert (clock.limit, clock.late) == (100, False)
    without = pdf_pipe._Clock(0.1, most=100)
    without.start(ended.set)
    assert ended.wait(5)
    assert without.late


def test_reading_can_be_stopped_between_pages():
    def stop(done, _):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader.read(copies(50), "a.pdf", progress=stop)


def test_the_same_file_gives_the_same_document():
    assert read(column(LEFT, 700, PROSE)) == read(column(LEFT, 700, PROSE))
