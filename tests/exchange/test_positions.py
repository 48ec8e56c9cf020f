"""What the numbers of a selection count: each way is found again by trying, and ties are told."""

import itertools

import pytest

from themeweave.exchange.positions import DIALECTS, Dialect, Mark, Stored, detect, span

TEXT = "Peers gave hope 😀😀 to many.\r\nNurses 😀 had no time,\r\nand managers left.\r\n" * 3
WORDS = ("hope", "many", "Nurses", "time", "managers", "left")


def counted(index, dialect):
    """The position of an index as a program that counts so would write it: slowly and plainly."""
    head = TEXT[:index]
    if dialect.crlf == 1:
        head = head.replace("\r\n", "\n")
    wide = dialect.unit == "UTF-16 units"
    length = len(head.encode("utf-16-le")) // 2 if wide else len(head)
    return length + dialect.bom


def marks(dialect, names=False):
    stored = Stored("\ufeff" + TEXT)
    found = []
    for word in WORDS:
        at = TEXT.index(word, 5)
        start, end = counted(at, dialect), counted(at + len(word), dialect)
        found.append(Mark(stored, start, end - dialect.inclusive, word if names else ""))
    return found


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_every_way_of_counting_is_led_back_to_the_words(dialect):
    made = marks(dialect)
    texts = [m.stored.text[slice(*span(m, dialect)[:2])] for m in made]
    assert texts == list(WORDS)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
@pytest.mark.parametrize("names", [True, False], ids=["with the words as names", "without names"])
def test_the_way_of_counting_is_found_whatever_the_file_says_of_its_program(dialect, names):
    for origin in ("", "NVivo", "ATLAS.ti"):
        fit = detect(marks(dialect, names), origin)
        assert fit.dialect == dialect
        assert (fit.at_words, fit.scored) == (len(WORDS), len(WORDS))


def test_the_programs_name_decides_only_between_ways_that_fit_equally_well():
    plain = Stored("peers gave hope to many")
    assert detect([Mark(plain, 6, 10)], "NVivo 12").dialect.unit == "UTF-16 units"
    assert detect([Mark(plain, 6, 10)], "").dialect.unit == "code points"
    emoji = Stored("😀 peers gave hope")
    assert detect([Mark(emoji, 2, 7)], "NVivo 12").dialect.unit == "code points"


def test_places_that_two_ways_would_read_otherwise_are_counted():
    # Chinese has no spaces: no place stands at a word's edge more than any other.
    written = Stored("希望😀希望希望希望希望")
    fit = detect([Mark(written, 5, 7), Mark(written, 7, 9)], "NVivo")
    assert (fit.dialect.unit, fit.doubtful) == ("UTF-16 units", 2)
    assert detect([Mark(Stored("希望希望希望希望"), 5, 7)], "NVivo").doubtful == 0


def test_a_line_end_that_people_took_along_does_not_read_as_an_inclusive_end():
    stored = Stored("They spoke.\r\n7\r\nThey left.\r\n8\r\n")
    same = [Mark(stored, 0, 13), Mark(stored, 16, 28)]
    assert detect(same * 30).dialect == Dialect()


@pytest.mark.parametrize(
    ("position", "index", "exact"),
    [
        pytest.param(0, 0, True, id="start"),
        pytest.param(1, 0, False, id="inside a pair of surrogates"),
        pytest.param(2, 1, True, id="behind it"),
        pytest.param(9, 7, True, id="inside a line end"),
        pytest.param(10, 8, True, id="end"),
        pytest.param(11, 8, False, id="behind the end"),
        pytest.param(-1, 0, False, id="before the start"),
    ],
)
def test_a_position_is_led_to_a_place_between_characters(position, index, exact):
    assert Stored("😀 peers\r\n").place(position, Dialect("UTF-16 units")) == (index, exact)


def test_texts_that_change_in_canonical_form_keep_their_places():
    decoded = "cafe\u0301 au\x00 lait\r\nA\u030angstrom\x0b fin"
    stored = Stored(decoded)
    assert stored.text == "café au lait\nÅngstrom\n fin"
    places = [decoded.index(word) for word in ("au", "lait", "A\u030a", "fin")]
    for at, word in zip(places, ("au", "lait", "Ång", "fin"), strict=True):
        index, exact = stored.place(at, Dialect())
        assert stored.text[index:].startswith(word)
        assert exact


def test_places_in_a_long_text_rise_with_their_positions():
    stored = Stored(TEXT)
    for dialect in DIALECTS:
        last = counted(len(TEXT), dialect)
        places = [
            stored.place(p - (dialect.bom), Dialect(dialect.unit, dialect.crlf))[0]
            for p in range(last + 1)
        ]
        assert all(a <= b for a, b in itertools.pairwise(places))
