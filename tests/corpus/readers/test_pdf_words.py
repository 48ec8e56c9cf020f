"""Words that a line's end broke, joined by what the rest of the text says."""

import pytest

from themeweave.corpus.readers.pdf_words import clean, join, vocabulary

TEXT = [
    "peer-led and self-reported, the interventions",
    "a co-produced plan and its coproduction by peers, led by one",
]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(["an inter-", "vention"], "an intervention", id="a broken word"),
        pytest.param(["a peer-", "led arm"], "a peer-led arm", id="a compound of the text"),
        pytest.param(["by one-", "peers"], "by one-peers", id="both parts in the text"),
        pytest.param(["the inter-", "ventions"], "the interventions", id="whole in the text"),
        pytest.param(["Lloyd-", "Evans"], "Lloyd-Evans", id="a capital follows"),
        pytest.param(["COVID-", "19 wards"], "COVID-19 wards", id="a figure follows"),
        pytest.param(["pre-", "and post-test"], "pre- and post-test", id="a suspended hyphen"),
        pytest.param(["2003;46:503–", "13."], "2003;46:503–13.", id="a range"),
        pytest.param(["bene\u00ad", "fit"], "benefit", id="a soft hyphen"),
        pytest.param(["https://a.org/peer-", "work"], "https://a.org/peer-work", id="an address"),
        pytest.param(
            ["https://a.org/?", "id=1"], "https://a.org/?id=1", id="an address, no hyphen"
        ),
        pytest.param(["a gap -", "or not"], "a gap - or not", id="a dash"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line(lines, joined):
    run, gap = join(*lines, vocabulary(TEXT))
    assert run + gap + lines[1] == joined


def test_a_printer_who_breaks_no_words_keeps_every_hyphen():
    text = ["one-to-one and peer-led support", "all of it peer-", "led, with one-to-", "one talks"]
    assert join("a mixed-", "methods study", vocabulary(text)) == ("a mixed-", "")


def test_a_sign_that_stands_only_at_line_ends_breaks_words_and_other_hyphens_stay():
    words = vocabulary(["in this long-term inter\u2010", "vention"])
    assert join("of inter\u2010", "vention", words) == ("of inter", "")
    assert join("a coun-", "ter", words) == ("a coun-", "")


def test_ligatures_are_unified_and_soft_hyphens_go():
    assert clean("e\ufb00ects of o\ufb03ces, \ufb01rst\u00adly") == "effects of offices, firstly"
