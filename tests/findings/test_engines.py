"""The engines that ship: what they answer, and that nothing but the shipped files is trusted."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from themeweave.codes.files import read_codebook
from themeweave.errors import ReviewError
from themeweave.findings import encoder, table
from themeweave.findings.answers import softmax, units

CODEBOOKS = Path(__file__).parents[2] / "codebooks"
TEXTS = [
    "Staff had no time to attend the training.",
    "Peer workers said that the job gave them hope.",
    "",
    "Funding ran out after a year. " * 40,
]
ENGINES = [
    pytest.param(encoder.shipped, id="reader"),
    pytest.param(table.shipped, id="table"),
]


def codes(name):
    return read_codebook((CODEBOOKS / f"{name}.yaml").read_bytes(), name).codes


@pytest.mark.parametrize("shipped", ENGINES)
def test_heads_answer_with_the_codes_of_the_shipped_codebooks(shipped):
    heads = {head.question: head.codes for head in shipped().description.heads}
    for book, leaves, tops in (
        ("cfir-2022", "construct", "domain"),
        ("cfir-2009", "construct_2009", "domain_2009"),
    ):
        assert set(heads[leaves]) == {code.id for code in codes(book) if code.parent}
        assert set(heads[tops]) == {code.id for code in codes(book) if not code.parent}
    assert set(heads["valence"]) == {code.id for code in codes("valence")}
    assert set(heads["perspective"]) == {code.id for code in codes("perspectives")}


@pytest.mark.parametrize("shipped", ENGINES)
def test_shares_add_up_to_one_and_vectors_have_length_one(shipped):
    answers = shipped()(TEXTS)
    for shares in answers.shares.values():
        assert shares.shape[0] == len(TEXTS)
        assert shares.sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert np.linalg.norm(answers.vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


@pytest.mark.parametrize("shipped", ENGINES)
def test_an_answer_does_not_depend_on_the_texts_beside_it(shipped):
    together = shipped()(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = shipped()([text])
        for question, shares in together.shares.items():
            assert alone.shares[question][0] == pytest.approx(shares[row], abs=1e-5)


@pytest.mark.parametrize("shipped", ENGINES)
def test_the_same_texts_give_the_same_bytes(shipped):
    texts = [f"{text} {n}" for n in range(200) for text in TEXTS[:2]]
    first = shipped()(texts)
    shipped()(["something else"] * 3)
    again = type(shipped())()(texts)
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert all(first.shares[q].tobytes() == again.shares[q].tobytes() for q in first.shares)


@pytest.mark.parametrize("shipped", ENGINES)
def test_no_text_gives_no_row(shipped):
    assert len(shipped()([]).vectors) == 0


@pytest.mark.parametrize(
    ("folder", "network", "engine"),
    [
        pytest.param(encoder.SHIPPED, "network.onnx", encoder.Encoder, id="reader"),
        pytest.param(table.SHIPPED, "network.npz", table.Table, id="table"),
    ],
)
def test_a_changed_engine_is_refused(tmp_path, folder, network, engine):
    copy = tmp_path / "engine"
    shutil.copytree(folder, copy)
    raw = bytearray((copy / network).read_bytes())
    raw[len(raw) // 2] ^= 1
    (copy / network).write_bytes(raw)
    with pytest.raises(ReviewError) as caught:
        engine(copy)
    assert str(caught.value) == (
        "the engine is not the one that its description names: the file was changed or cut\n"
        f"  in {copy / network}\n"
        "  Install themeweave again."
    )


def test_a_missing_engine_says_what_a_folder_must_hold(tmp_path):
    with pytest.raises(ReviewError) as caught:
        encoder.Encoder(tmp_path)
    assert str(caught.value) == (
        "the engine cannot be read: No such file or directory\n"
        f"  in {tmp_path / 'description.json'}\n"
        "  Install themeweave again, or name a folder that holds description.json and network.onnx."
    )


def test_without_onnxruntime_the_message_names_the_other_engine(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ReviewError) as caught:
        encoder.Encoder()
    assert caught.value.what.startswith("the reader needs onnxruntime, which cannot be loaded here")
    assert caught.value.next_step == (
        "Install it with: python3 -m pip install onnxruntime; or code with the engine 'fast'."
    )


def test_descriptions_name_version_source_and_licence():
    for folder in (encoder.SHIPPED, table.SHIPPED):
        data = json.loads((folder / "description.json").read_text("utf-8"))
        assert data["version"]
        assert "Apache-2.0" in data["source"]


def test_softmax_and_units_keep_their_promises_at_the_edges():
    assert softmax(np.array([[1000.0, 0.0]])).tolist() == [[1.0, 0.0]]
    assert units(np.array([[0.0, 0.0], [3.0, 4.0]], np.float32)).tolist() == [
        [0.0, 0.0],
        pytest.approx([0.6, 0.8]),
    ]
