import pytest

from themeweave.errors import ReviewError
from themeweave.review.settings import read_settings

TITLE = "[review]\ntitle = 'Peer support'\n"


def refused(raw):
    with pytest.raises(ReviewError) as caught:
        read_settings(raw.encode() if isinstance(raw, str) else raw)
    return caught.value


def test_unknown_keys_at_every_level_are_named_all_at_once():
    raw = """
paint = "red"
[review]
titel = "Peer support"
[coders.ana]
age = 40
[codebooks.themes]
margins = 0.1
[themes]
seeds = 1
[effects]
rho = 0.6
"""
    assert str(refused(raw)) == (
        "settings that are not understood\n"
        "  in review.toml\n"
        "  - the key 'review.title' is missing\n"
        "  - unknown key 'review.titel'; did you mean 'title'?\n"
        "  - unknown key 'coders.ana.age'\n"
        "  - unknown key 'codebooks.themes.margins'; did you mean 'margin'?\n"
        "  - unknown key 'themes.seeds'; did you mean 'seed'?\n"
        "  - unknown key 'effects.rho'\n"
        "  - unknown key 'paint'\n"
        "  Mend the keys above. docs/settings.md lists every key."
    )


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        pytest.param(
            "[review]\ntitle = 3", "'review.title' is 3, it should be text in quotes", id="number"
        ),
        pytest.param("review = 3", "'review' is 3, it should be a table", id="no table"),
        pytest.param("[themes]\nnumber = 2", "the key 'review' is missing", id="no review"),
        pytest.param(
            TITLE + "[coders]\nana = 'x'", "'coders.ana' is 'x', it should be a table", id="coder"
        ),
        pytest.param(
            TITLE + "studies_in_reviews = 3",
            "'review.studies_in_reviews' is 3, it should be a table",
            id="number for a table",
        ),
        pytest.param(
            TITLE + "[coders.ana]\nrole = 'boss'",
            "'coders.ana.role' is 'boss', it should be 'coder' or 'adjudicator'",
            id="unknown role",
        ),
        pytest.param(
            TITLE + "[codebooks.themes]\nmargin = 2",
            "'codebooks.themes.margin' is 2, it should be less than or equal to 1",
            id="margin too large",
        ),
        pytest.param(
            TITLE + "[codebooks.themes]\nmargin = nan",
            "'codebooks.themes.margin' is nan, it should be a finite number",
            id="margin that is no number",
        ),
        pytest.param(
            TITLE + "[themes]\nnumber = 'many'",
            "'themes.number' is 'many', it should be a whole number or 'auto'",
            id="word for a number",
        ),
        pytest.param(
            TITLE + "[themes]\nnumber = 0",
            "'themes.number' is 0, it should be greater than or equal to 1 or 'auto'",
            id="no theme",
        ),
        pytest.param(
            TITLE + "[themes]\nseed = 1.5",
            "'themes.seed' is 1.5, it should be a whole number",
            id="half a seed",
        ),
        pytest.param(
            TITLE + "[effects]\nlevel = 95",
            "'effects.level' is 95, it should be less than 1",
            id="percent",
        ),
        pytest.param(
            TITLE + "[effects]\nlevel = true",
            "'effects.level' is True, it should be a number",
            id="truth for a number",
        ),
        pytest.param(
            TITLE + "[effects]\nci = 'wald'",
            "'effects.ci' is 'wald', it should be 'z', 't', 'knha' or 'adhoc'",
            id="unknown interval",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_be(raw, fault):
    assert refused(raw).faults == (fault,)


def test_a_newer_format_is_refused_with_both_numbers_before_its_new_keys():
    assert str(refused(TITLE + "format = 7\nnew_key = 1\n")) == (
        "the folder has format 7, this version reads up to 1\n"
        "  in review.toml\n"
        "  Install a newer themeweave; nothing was changed."
    )


@pytest.mark.parametrize("raw", [b"", b"  \n", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_named_as_empty(raw):
    assert str(refused(raw)) == (
        "the settings file is empty\n"
        "  in review.toml\n"
        "  Restore it from a copy, or write: [review] and below it: title = 'Your review'."
    )


def test_text_that_is_no_toml_is_named_with_its_line():
    assert str(refused(TITLE + "question = what works\n")) == (
        "the settings file is not valid TOML: Invalid value (at line 3, column 12)\n"
        "  in review.toml\n"
        "  Text needs quotes, and every table starts with its name in brackets."
    )


def test_a_merge_conflict_mark_is_named_with_its_line():
    assert "(at line 3, column 1)" in str(refused(TITLE + "<<<<<<< HEAD\n"))


def test_another_encoding_is_named_with_its_line():
    assert str(refused("[review]\ntitle = 'Größe'".encode("cp1252"))) == (
        "the settings file is not in UTF-8\n"
        "  in review.toml, line 2\n"
        "  Open it in an editor and save it with the encoding UTF-8."
    )


def test_a_byte_order_mark_and_crlf_change_nothing():
    raw = (TITLE + "[themes]\nnumber = 4\n").encode()
    assert read_settings(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")) == read_settings(raw)


def test_every_codebook_is_read_by_the_reader_unless_the_settings_name_another():
    settings = read_settings((TITLE + "[codebooks.valence]\nsuggester = 'blend'\n").encode())
    named = [settings.book(book).suggester for book in ("perspectives", "valence", "themes")]
    assert named == ["reader", "blend", "reader"]


def test_adjudicators_are_the_coders_of_that_role():
    raw = "[coders.ana]\n[coders.eve]\nrole = 'adjudicator'\n"
    assert read_settings((TITLE + raw).encode()).adjudicators() == {"eve"}


def test_a_key_of_effects_changes_one_choice_of_the_preset():
    plain = read_settings(TITLE.encode()).pooling()
    changed = read_settings((TITLE + "[effects]\nmethod = 'DL'\nci = 'z'\n").encode()).pooling()
    assert (changed.method, changed.ci, changed.ci_fallback) == ("DL", "z", "z")
    assert (changed.prediction, changed.level) == (plain.prediction, plain.level)


def test_columns_and_encodings_of_sheets_are_read():
    read = read_settings(
        (
            TITLE + "[columns.findings]\ntext = 'Key finding'\n[encodings]\neffects = 'cp1252'"
        ).encode()
    )
    assert read.columns == {"findings": {"text": "Key finding"}}
    assert read.encodings == {"effects": "cp1252"}


def test_sheets_columns_and_encodings_that_there_are_not_are_all_named_with_the_nearest():
    raw = """
[columns.finding]
text = "x"
[columns.findings]
texts = "x"
[columns.reviews]
labels = "x"
[encodings]
review = "cp1252"
findings = "klingon"
"""
    said = str(refused(TITLE + raw)).splitlines()
    assert said[2:6] == [
        "  - unknown key 'columns.finding'; did you mean 'findings'?",
        "  - unknown key 'columns.findings.texts'; did you mean 'text'?",
        "  - unknown key 'columns.reviews.labels'; did you mean 'label'?",
        "  - unknown key 'encodings.review'; did you mean 'reviews'?",
    ]
    assert said[6].startswith("  - 'encodings.findings' is 'klingon', it should be one of utf-8, ")


def test_margins_have_defaults_by_codebook_and_what_is_written_stands():
    settings = read_settings(f"{TITLE}[codebooks.valence]\nmargin = 0.1\n".encode())
    assert settings.book("valence").margin == 0.1
    written = read_settings(f"{TITLE}[codebooks.valence]\nlearn = false\n".encode())
    assert (written.book("valence").margin, written.book("valence").learn) == (0.4, False)
    found = [written.book(name).margin for name in ("perspectives", "cfir-2022", "mine", "themes")]
    assert found == [0.3, 0.3, 0.3, 0.2]
