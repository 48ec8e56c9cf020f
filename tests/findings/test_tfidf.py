"""TF-IDF, held against scikit-learn's, whose weights it states it gives."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from themeweave.codes.blend import prototype
from themeweave.codes.files import read_codebook
from themeweave.findings import tfidf
from themeweave.findings.tfidf import TfIdf

CODEBOOKS = Path(__file__).parents[2] / "codebooks"
HARD = ["", "a", "won't", "12 x", "ÄRZTE É x\u2028y \x1c z", "no " * 300, "中文 text", "of the and"]
# scikit-learn 1.9.1
THEIRS = {
    True: {"analyzer": "char_wb", "ngram_range": (3, 5)},
    False: {
        "ngram_range": (1, 2),
        "stop_words": sorted(tfidf.STOP_WORDS),
        "token_pattern": r"(?u)\b[^\W\d_][\w'-]+\b",
    },
}
KINDS = [pytest.param(True, id="letters"), pytest.param(False, id="words")]


@pytest.fixture(scope="module")
def prototypes():
    raw = (CODEBOOKS / "cfir-2022.yaml").read_bytes()
    return [prototype(code) for code in read_codebook(raw, "cfir-2022.yaml").suggestible()]


@pytest.fixture(scope="module")
def texts():
    with (CODEBOOKS / "examples" / "cfir.csv").open(encoding="utf-8", newline="") as file:
        return [*HARD, *(row["text"] for row in list(csv.DictReader(file))[::20])]


@pytest.mark.parametrize("letters", KINDS)
def test_weights_are_those_of_scikit_learn_to_the_last_bit(prototypes, texts, letters):
    theirs = TfidfVectorizer(sublinear_tf=True, **THEIRS[letters]).fit(prototypes)
    ours = TfIdf(prototypes, letters=letters)
    assert ours.features == tuple(theirs.get_feature_names_out())
    for some in (prototypes, texts):
        expected, found = theirs.transform(some), ours(some)
        np.testing.assert_array_equal(found.indptr, expected.indptr)
        np.testing.assert_array_equal(found.indices, expected.indices)
        assert found.data.tobytes() == expected.data.tobytes()


@pytest.mark.parametrize("letters", KINDS)
@given(texts=st.lists(st.text(alphabet="ab É'-\n1_", max_size=12), max_size=5))
def test_any_text_is_cut_as_scikit_learn_cuts_it(letters, texts):
    analyse = TfidfVectorizer(**THEIRS[letters]).build_analyzer()
    assert TfIdf(texts, letters=letters).features == tuple(
        sorted({feature for text in texts for feature in analyse(text)})
    )


@pytest.mark.parametrize("letters", KINDS)
def test_a_texts_row_does_not_depend_on_the_texts_beside_it(prototypes, texts, letters):
    weights = TfIdf(prototypes, letters=letters)
    together = weights(texts)
    for row, text in list(enumerate(texts))[:40]:
        alone = weights([text])
        assert alone.indices.tolist() == together[row].indices.tolist()
        assert alone.data.tobytes() == together[row].data.tobytes()


def test_words_of_one_letter_and_numbers_do_not_count():
    assert TfIdf(["a peer, 12 x won't"]).features == ("peer", "peer won't", "won't")


@pytest.mark.parametrize("letters", KINDS)
def test_texts_without_a_feature_have_rows_of_zeros(letters):
    assert TfIdf([], letters=letters)(["pay"]).toarray().tolist() == [[]]
    assert TfIdf(["pay"], letters=letters)([]).shape[0] == 0
    assert not TfIdf(["pay"], letters=letters)(["", "hope"]).toarray().any()


def test_words_beyond_those_remembered_are_cut_anew(monkeypatch):
    monkeypatch.setattr(tfidf, "_CACHE", 1)
    weights = TfIdf(["pay and hope"], letters=True)
    first = weights(["hope", "pay", "hope"]).toarray()
    assert len(weights._known) == 1
    np.testing.assert_array_equal(first, weights(["hope", "pay", "hope"]).toarray())
