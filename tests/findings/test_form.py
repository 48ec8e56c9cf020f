"""The form of a text is told apart from what it says."""

import numpy as np

from themeweave.findings.form import form, without_form


def test_length_and_person_are_what_is_measured():
    measured = form(["We were told", "low pay", ""])
    np.testing.assert_allclose(measured, [[np.log(3), 1 / 3], [np.log(2), 0], [0, 0]])


def test_what_goes_with_the_form_is_taken_off_and_the_rest_stays():
    chance = np.random.default_rng(4)
    subject = np.repeat([1.0, -1.0, 1.0, -1.0], 50)
    texts = ["I felt we were heard"] * 100 + ["heard"] * 100
    spoken = np.repeat([1.0, -1.0], 100)
    rows = np.column_stack([subject, spoken]) + chance.normal(scale=0.01, size=(200, 2))
    left = without_form(rows, texts)
    assert abs(left[:, 1]).max() < 0.1
    np.testing.assert_allclose(left[:, 0], rows[:, 0], atol=0.02)


def test_texts_of_one_form_keep_their_vectors():
    rows = np.random.default_rng(1).normal(size=(4, 3))
    np.testing.assert_array_equal(without_form(rows, ["low pay"] * 4), rows)
