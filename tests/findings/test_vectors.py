"""Vectors of findings."""

import numpy as np
import pytest

from themeweave.findings.vectors import embed, fit_pair

TEXTS = [
    "Peer workers were paid little.",
    "Low pay troubled peer workers.",
    "Service users found hope.",
    "Hope grew among service users.",
    "Supervision was missing.",
]


def test_a_texts_likeness_depends_on_that_text_and_the_prototypes_alone():
    alike = fit_pair(["low pay", "hope", "supervision"])
    together = alike(TEXTS)
    assert together.shape == (5, 3)
    for row, text in zip(together, TEXTS, strict=True):
        np.testing.assert_array_equal(alike([text])[0], row)


@pytest.mark.parametrize("characters", [False, True])
def test_likeness_is_a_cosine(characters):
    found = fit_pair(TEXTS, characters=characters)(TEXTS)
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-12
    np.testing.assert_allclose(np.diag(found), 1)


def test_words_of_one_stem_are_alike_by_letters_and_not_by_words():
    assert fit_pair(["funding"])(["funded"])[0, 0] == 0
    assert fit_pair(["funding"], characters=True)(["funded"])[0, 0] > 0.3


def test_prototypes_without_a_word_are_like_nothing():
    assert fit_pair(["the", "A"])(["the pay", ""]).tolist() == [[0, 0], [0, 0]]


def test_vectors_are_unit_rows_and_the_same_every_time():
    vectors = embed(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embed(TEXTS).tobytes() == vectors.tobytes()


def test_vectors_of_findings_on_one_matter_are_nearer():
    cosines = embed(TEXTS) @ embed(TEXTS).T
    assert cosines[0, 1] > cosines[0, 2]
    assert cosines[2, 3] > cosines[2, 4]


def test_the_order_of_findings_does_not_change_their_vectors():
    np.testing.assert_array_equal(embed(TEXTS[::-1]), embed(TEXTS)[::-1])


def test_findings_that_are_all_the_same_have_nothing_that_tells_them_apart():
    assert not embed(["Low pay."] * 3).any()


def test_no_findings_have_no_vectors():
    assert embed([]).shape == (0, 1)


def test_findings_without_a_letter_have_nothing_that_tells_them_apart():
    assert not embed(["", " ", "\n"]).any()
