"""Pages drawn as pictures, with the place of every word on them; hostile files are ended."""

import struct
import sys
import zlib

import pytest

from themeweave.corpus.readers import pdf as reader
from themeweave.corpus.readers import pdf_pictures
from themeweave.corpus.readers.pdf_layer import boxes, placed_words
from themeweave.corpus.readers.pdf_painter import png
from themeweave.corpus.readers.pdf_pictures import PNG, draw_page, page_sizes
from themeweave.errors import ReviewError

from .made_pdf import LEFT, PROSE, bomb, column, doubling_forms, encrypted, pdf, placed

NEXT = "  Read the document as text, which is kept apart."


def made(*pages, turn=0):
    objects = placed(*pages)
    if turn:
        objects[4] = objects[4].replace(b"/MediaBox", b"/Rotate %d/MediaBox" % turn)
    return pdf(objects)


def points(picture):
    """Read a PNG without a filter: its width, its height, its channels, its rows."""
    width, height, depth, colour = struct.unpack(">IIBB", picture[16:26])
    at, packed = 8, b""
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, content = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        (checked,) = struct.unpack(">I", picture[at + 8 + length : at + 12 + length])
        assert checked == zlib.crc32(kind + content)
        packed += content if kind == b"IDAT" else b""
        at += 12 + length
    assert depth == 8
    channels = {0: 1, 2: 3}[colour]
    rows = zlib.decompress(packed)
    assert len(rows) == height * (1 + width * channels)
    return width, height, channels, rows


def layer(raw, page=1):
    document = reader.read(raw, "a.pdf")
    picture = draw_page(raw, "a.pdf", page, 700)
    return document, placed_words(document, page, picture)


def test_a_page_is_drawn_as_wide_as_is_asked_and_grey_where_it_has_no_colour():
    raw = made(column(LEFT, 700, PROSE))
    assert page_sizes(raw, "a.pdf") == [(612.0, 792.0)]
    width, height, channels, rows = points(draw_page(raw, "a.pdf", 1, 700).png)
    assert (width, height, channels) == (700, 906, 1)
    assert sum(0 < point < 128 for point in rows) > 500  # ink; 0 is also the filter of each row
    assert points(draw_page(raw, "a.pdf", 1, 1700).png)[:2] == (1700, 2200)


def test_a_picture_with_colour_keeps_it():
    red, blue = b"\xff\0\0", b"\0\0\xff"
    assert points(png(2, [red + blue], 3)) == (2, 1, 3, b"\0" + red + blue)
    assert points(png(2, [red + b"x" + blue + b"x"], 4)) == (2, 1, 3, b"\0" + red + blue)
    assert points(png(2, [b"\x07" * 6], 3)) == (2, 1, 1, b"\0\x07\x07")


def test_a_page_of_any_shape_stays_within_the_limit_of_points(monkeypatch):
    raw = pdf([*placed([(60, 700, "Long")])])
    raw = raw.replace(b"[0 0 612 792]", b"[0 0 9 14000]")
    width, height, *_ = points(draw_page(raw, "a.pdf", 1, 2600).png)
    assert 0.9 * pdf_pictures.PIXELS < width * height < 1.1 * pdf_pictures.PIXELS


def test_every_word_stands_at_its_place_and_is_the_documents_own():
    document, words = layer(made(column(LEFT, 700, PROSE)))
    assert "".join(word.text for word in words) == document.text
    assert all(document.text[w.start : w.end] == w.text.strip() for w in words)
    first, second = words[:2]
    # Helvetica of 10 points: "Peer" is 21.12 wide, the space 2.78 (Adobe's metrics of the font)
    left, _, right, bottom = first.box
    assert left * 612 == pytest.approx(LEFT, abs=1)
    assert right * 612 == pytest.approx(LEFT + 21.12, abs=1)
    assert second.box[0] * 612 == pytest.approx(LEFT + 21.12 + 2.78, abs=1)
    assert (1 - bottom) * 792 == pytest.approx(
        700, abs=4
    )  # letters go below the line they stand on
    assert {word.line for word in words} == set(range(6))


def test_words_go_with_a_page_that_is_turned():
    flat = layer(made(column(LEFT, 700, PROSE)))[1][0]
    turned = layer(made(column(LEFT, 700, PROSE), turn=90))[1][0]
    left, top, right, bottom = flat.box
    assert turned.box == pytest.approx((1 - bottom, left, 1 - top, right), abs=1e-4)
    assert (flat.turn, turned.turn) == (0, 3)


def test_words_that_are_printed_otherwise_are_found_by_their_letters():
    lines = [
        "the inter-",
        "vention was kept by most of the peers who",
        "had been there from the very first day on, and",
        "an intervention it was",
    ]
    page = [*column(LEFT, 700, lines), (LEFT + 105, 668, "2,3", 6)]
    document, words = layer(made(page))
    at = document.text.index("intervention")
    halves = [w for w in words if at <= w.start < at + 12]
    assert [w.text for w in halves] == ["inter", "vention "]
    assert [w.line for w in halves] == [0, 1]
    assert halves[0].box[0] * 612 == pytest.approx(LEFT + 16.7, abs=1)  # behind "the "
    first, last = boxes(words, at, at + 12)
    assert first == halves[0].box
    assert last == halves[1].box
    raised = next(w for w in words if "²" in w.text)
    assert raised.box[2] * 612 == pytest.approx(LEFT + 105 + 8, abs=2)


def test_a_part_of_a_word_is_marked_along_the_way_it_is_read():
    stamped = [*column(LEFT, 700, PROSE), (20, 300, "Stamp of a server", 10, False, True)]
    _, words = layer(made(stamped))
    stamp = words[-4]
    assert (stamp.text, stamp.turn) == ("Stamp ", 1)
    ((left, top, right, bottom),) = boxes(words, stamp.start, stamp.start + 1)
    assert (left, right, bottom) == (stamp.box[0], stamp.box[2], stamp.box[3])  # it begins below
    assert (bottom - top) / (stamp.box[3] - stamp.box[1]) == pytest.approx(1 / 5, abs=0.01)


def test_a_line_whose_words_are_not_found_shares_out_its_width():
    document = reader.read(made(column(LEFT, 700, PROSE)), "a.pdf")
    picture = draw_page(made([(300, 100, "Elsewhere")]), "a.pdf", 1, 700)
    words = placed_words(document, 1, picture)
    assert "".join(word.text for word in words) == document.text
    left, _, right, _ = document.places[0].box
    assert words[0].box[0] == pytest.approx(left / 612, abs=1e-4)
    assert words[0].box[2] == pytest.approx((left + (right - left) * 4 / 40) / 612, abs=1e-3)


def test_a_page_that_never_ends_is_ended_at_its_time_limit():
    with pytest.raises(ReviewError) as error:
        # a quick computer fills the memory it may have in 2 seconds, which is another limit
        draw_page(doubling_forms(12), "a.pdf", 1, 700, seconds=1.2, megabytes=3000)
    assert str(error.value) == (
        f"the page cannot be shown: drawing it took more than 1.2 seconds\n  in a.pdf\n{NEXT}"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit a process's memory so")
def test_a_page_that_eats_memory_is_ended_at_its_memory_limit():
    with pytest.raises(ReviewError, match=r"cannot be shown: (drawing it needs|the program)"):
        draw_page(bomb(), "a.pdf", 1, 700, seconds=60, megabytes=300)


@pytest.mark.parametrize(
    ("raw", "page", "why"),
    [
        (
            encrypted("secret", column(LEFT, 700, PROSE)),
            1,
            "the PDF opens only with its password, which is not kept",
        ),
        (made(column(LEFT, 700, PROSE)), 2, "the PDF has no such page"),
        (b"no PDF at all", 1, "the file is damaged there"),
    ],
    ids=["locked", "too far", "damaged"],
)
def test_what_is_wrong_with_a_page_is_said(raw, page, why):
    with pytest.raises(ReviewError) as error:
        draw_page(raw, "a.pdf", page, 700)
    assert str(error.value) == f"the page cannot be shown: {why}\n  in a.pdf\n{NEXT}"


@pytest.mark.parametrize("child", ["this", "no_such_module"])
def test_a_child_that_says_anything_else_is_not_believed(monkeypatch, child):
    monkeypatch.setattr(pdf_pictures, "CHILD", child)
    with pytest.raises(ReviewError) as error:
        draw_page(made(column(LEFT, 700, PROSE)), "a.pdf", 1, 700)
    assert error.value.what == (
        "the page cannot be shown: "
        "the program that draws it stopped, as it does with a damaged file"
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"1\t0\t0\t1\t0\t0\t3\n0\t1\t1\t2\t2\tword\n",
        b"1\t0\t0\t1\t0\t0\t0\n<html>",
        b"1\t0\t0\t1\t0\tnan\t0\n" + PNG,
        b"1\t0\t0\t1\t0\t1e99\t0\n" + PNG,
    ],
    ids=["nothing", "fewer words than it says", "no picture", "no number", "a number too large"],
)
def test_an_answer_that_is_not_whole_is_not_believed(monkeypatch, answer):
    monkeypatch.setattr(pdf_pictures, "_ask", lambda *_: answer)
    with pytest.raises(ReviewError) as error:
        draw_page(b"", "a.pdf", 1, 700)
    assert error.value.what == "the page cannot be shown: the drawing went wrong"


def test_a_child_that_never_stops_talking_is_cut_off(monkeypatch):
    monkeypatch.setattr(pdf_pictures, "MOST", 200)
    with pytest.raises(ReviewError) as error:
        draw_page(made(column(LEFT, 700, PROSE)), "a.pdf", 1, 700)
    assert error.value.what == "the page cannot be shown: it is larger than a page can be"
