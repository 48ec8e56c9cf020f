"""Engines of somebody else: in a folder, or installed under a name, from the sheet to the tables.

The folder's engine is tiny: a row of numbers a piece of a word, their mean over a text as its
vector, and a matrix from there to the answers. Its network is written byte by byte, so that no
package for writing ONNX is needed.
"""

import csv
import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from themeweave.cli import main
from themeweave.findings.encoder import Encoder

PIECES = {"slow": [4.0, 0.0], "wage": [0.0, 4.0], "delay": [4.0, 0.0], "salary": [0.0, 4.0]}
HEADS = {"burden": {"pace": [9.0, 0.0], "money": [0.0, 9.0]}}
BOOK = """\
codebook: burden
title: What weighs on people
codes:
- {id: pace, name: Pace, definition: Things go slow.}
- {id: money, name: Money, definition: The wage is low.}
"""
SHEET = "id,text\nF1,The salary\nF2,Such a delay\n"


def call(*arguments):
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    return SimpleNamespace(status=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def here(tmp_path):
    """A folder with a sheet and a codebook."""
    (tmp_path / "burden.yaml").write_text(BOOK, "utf-8")
    (tmp_path / "sheet.csv").write_text(SHEET, "utf-8")
    return tmp_path


def coded(here, *options):
    done = call("code", here / "sheet.csv", "--codebook", here / "burden.yaml", *options)
    assert done.status == 0, done.err
    return {row["id"]: row for row in csv.DictReader(io.StringIO(done.out))}


def test_an_engine_answers_with_its_own_heads_and_vectors(here):
    engine = Encoder(write(here / "tiny", PIECES, HEADS))
    answers = engine(["Slow, slow wage", "?"])
    # a mean over six pieces: the marks of start and end, and a comma that it does not know
    assert answers.vectors == pytest.approx(np.array([[2, 1], [0, 0]]) / [[5**0.5], [1]])
    logit = 9 * 4 / 6
    assert answers.shares["burden"][0, 0] == pytest.approx(1 / (1 + np.exp(-logit)))
    assert answers.shares["burden"][1].tolist() == [0.5, 0.5]


def test_a_sheet_is_coded_by_the_heads_of_an_engine_in_a_folder(here):
    rows = coded(here, "--model-dir", write(here / "tiny", PIECES, HEADS))
    assert {id_: row["cfir_construct"] for id_, row in rows.items()} == {
        "F1": "money",
        "F2": "pace",
    }


def test_an_engine_without_heads_likens_findings_to_the_codebook(here):
    rows = coded(here, "--model-dir", write(here / "tiny", PIECES, {}))
    assert {id_: row["cfir_construct"] for id_, row in rows.items()} == {
        "F1": "money",
        "F2": "pace",
    }
    assert float(rows["F1"]["cfir_score"]) > 0.99


def test_several_workers_load_the_engine_of_a_folder_themselves(here):
    folder = write(here / "tiny", PIECES, HEADS)
    assert coded(here, "--model-dir", folder, "--workers", "2") == coded(
        here, "--model-dir", folder
    )


def named(here, engine):
    for name, text in {
        "review.toml": "[review]\ntitle = 'Burden'\nframework = 'burden'\n"
        f"[codebooks.burden]\nsuggester = 'folder:{engine}'\n",
        "corpus/findings.csv": SHEET,
        "codebooks/burden.yaml": BOOK,
    }.items():
        (here / "review" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "review" / name).write_text(text, "utf-8")
    return here / "review"


def test_a_review_names_an_engine_in_a_folder_and_its_tables_say_so(here):
    review = named(here, write(here / "tiny", PIECES, HEADS))
    done = call("run", "-C", review)
    assert done.status == 0, done.err
    with (review / "outputs/codings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["codebook"] == "burden"]
    assert [(row["finding"], row["code"]) for row in rows] == [("F1", "money"), ("F2", "pace")]
    explained = call("codes", "explain", "F1", "-C", review).out
    assert "tiny@7" in explained


@pytest.mark.parametrize(
    ("engine", "fault"),
    [
        pytest.param(
            "{here}/nowhere",
            "the engine cannot be read: No such file or directory. Install themeweave again, or "
            "name a folder that holds description.json and network.onnx.",
            id="no folder",
        ),
        pytest.param(
            "engines/tiny",
            "the path of the engine 'engines/tiny' does not begin at the root. Write it whole, "
            f"such as folder:{Path('engines/large').resolve()}.",
            id="a path from here",
        ),
    ],
)
def test_a_review_that_names_no_engine_is_refused_before_anything_is_written(here, engine, fault):
    review = named(here, engine.format(here=here))
    done = call("run", "-C", review)
    assert done.status == 1
    assert (
        done.err
        == f"""\
Error: the review folder has faults
  in {review}
  - review.toml, codebooks.burden.suggester: {fault}
  Nothing was written. Mend the places above, then run the command again.
"""
    )


def test_a_suggester_that_another_package_installs_is_named_like_ours(here, monkeypatch):
    site = here / "site"
    (site / "loud-1.0.dist-info").mkdir(parents=True)
    (site / "loud-1.0.dist-info" / "METADATA").write_text("Name: loud\nVersion: 1.0\n", "utf-8")
    (site / "loud-1.0.dist-info" / "entry_points.txt").write_text(
        "[themeweave.suggesters]\nloud = loud:read\n", "utf-8"
    )
    (site / "loud.py").write_text(
        "from themeweave.codes.reading import Reading\n"
        "VERSION = 'loud@3'\n"
        "def read(texts, book):\n"
        "    ids = [code.id for code in book.suggestible()]\n"
        "    return [Reading({id_: float(id_ == ids[len(text) % 2]) for id_ in ids})\n"
        "            for text in texts]\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(site)
    rows = coded(here, "--engine", "loud")
    assert {id_: row["cfir_construct"] for id_, row in rows.items()} == {"F1": "pace", "F2": "pace"}
    assert coded(here, "--engine", "loud", "--workers", "2") == rows


FLOAT, INT64 = 1, 7  # onnx.TensorProto


def write(folder: Path, pieces: dict[str, list[float]], heads: dict[str, dict[str, list[float]]]):
    """Write an engine.

    pieces: by piece its row of d numbers; heads: by question and code the weights of d numbers.
    """
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *pieces]
    width = len(next(iter(pieces.values())))
    table = np.array([*[[0.0] * width] * 4, *pieces.values()], np.float32)
    codes = [weights for head in heads.values() for weights in head.values()]
    raw = network(table, np.array(codes, np.float32).reshape(-1, width).T)
    (folder / "network.onnx").write_bytes(raw)
    (folder / "vocabulary.txt").write_text("\n".join(words), "utf-8")
    np.save(folder / "centre.npy", np.zeros(width, np.float32))
    description = {
        "name": "tiny",
        "version": "7",
        "source": "written for a test",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "heads": [
            {"question": question, "codes": list(head), "temperature": 1.0}
            for question, head in heads.items()
        ],
    }
    (folder / "description.json").write_text(json.dumps(description), "utf-8")
    return folder


def network(table: np.ndarray, weights: np.ndarray) -> bytes:
    """The ONNX file: field numbers are those of onnx.proto3."""
    nodes = [
        node("Gather", ["table", "ids"], "rows"),
        node("Cast", ["mask"], "seen", integer("to", FLOAT)),
        node("Unsqueeze", ["seen", "last"], "weights"),
        node("Mul", ["rows", "weights"], "kept"),
        node("ReduceSum", ["kept", "middle"], "total", integer("keepdims", 0)),
        node("ReduceSum", ["seen", "middle"], "count", integer("keepdims", 1)),
        node("Div", ["total", "count"], "mean"),
        node("MatMul", ["mean", "heads"], "answers"),
        node("Identity", ["mean"], "vector"),
    ]
    constants = [
        tensor("table", table, FLOAT),
        tensor("heads", np.ascontiguousarray(weights), FLOAT),
        tensor("last", np.array([2]), INT64),
        tensor("middle", np.array([1]), INT64),
    ]
    graph = b"".join(
        [
            *(part(1, one) for one in nodes),
            part(2, b"tiny"),
            *(part(5, one) for one in constants),
            *(part(11, value(name, INT64)) for name in ("ids", "mask")),
            *(part(12, value(name, FLOAT)) for name in ("answers", "vector")),
        ]
    )
    return number(1, 10) + part(7, graph) + part(8, number(2, 20))


def node(kind, inputs, output, *attributes):
    sent = [*(part(1, name.encode()) for name in inputs), part(2, output.encode())]
    return b"".join([*sent, part(4, kind.encode()), *(part(5, one) for one in attributes)])


def integer(name, value):
    return part(1, name.encode()) + number(3, value) + number(20, 2)


def tensor(name, array, kind):
    shape = b"".join(number(1, size) for size in array.shape)
    return shape + number(2, kind) + part(8, name.encode()) + part(9, array.tobytes())


def value(name, kind):
    shape = part(1, part(2, b"n")) + part(1, part(2, name.encode()))
    return part(1, name.encode()) + part(2, part(1, number(1, kind) + part(2, shape)))


def part(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def number(field, content):
    return varint(field << 3) + varint(content)


def varint(rest):
    made = bytearray()
    while rest > 127:
        made.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*made, rest])
