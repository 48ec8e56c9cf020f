"""Networks as the files of engines: those that ship, and two for --model-dir."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import network as net
import numpy as np
import torch
from export import as_bert, bert, distances, eight_bits
from task import PAD, Task, cut, texts_of, vocabulary, weights

from themeweave.findings.answers import units
from themeweave.findings.wordpiece import WordPiece

ENGINES = Path(__file__).parents[1] / "src" / "themeweave" / "findings" / "engines"
VERSIONS = {"reader": "6", "table": "5"}
SOURCE = (
    "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), fine-tuned on the project's example "
    "findings and on what all-mpnet-base-v2 (the same, fine-tuned likewise) says of them"
)
LARGE_SOURCE = (
    "all-mpnet-base-v2 (sentence-transformers, Apache-2.0), fine-tuned on the project's example "
    "findings"
)
PLAIN_SOURCE = "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), as it came"
DIRECTIONS = 96  # of the examples' vectors that ship


def shipped_pieces(pieces: Sequence[str]) -> list[int]:
    """Give the ids of the pieces that ship: those of Latin writing, signs and numbers.

    The other alphabets take a tenth of the file, and a text in them is said to be unreadable.
    """
    return [i for i, piece in enumerate(pieces) if _ships(piece)]


def _ships(piece: str) -> bool:
    if piece.startswith("[") and len(piece) > 1:
        return piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
    signs = piece.removeprefix("##")
    return all(s.isascii() or unicodedata.category(s)[0] in "PSN" for s in signs)


def temperature(logits: np.ndarray, truth: np.ndarray, known: np.ndarray) -> float:
    """Find by how much logits must be divided for shares to mean what they say.

    Guo C et al. (2017), ICML: the one number that makes the left-out labels likeliest.
    """
    rows = known > 0
    right = truth[rows].argmax(1)
    best = min(
        np.arange(0.4, 4.01, 0.02),
        key=lambda t: (
            -np.log(
                np.maximum(net.softmax(logits[rows] / t)[np.arange(rows.sum()), right], 1e-9)
            ).mean()
        ),
    )
    return round(float(best), 2)


def describe(
    task: Task, name: str, logits: Mapping[str, np.ndarray], raw: bytes, source: str = SOURCE
) -> str:
    """Write an engine's description; a question without logits has no head."""
    truth = task.targets(task.left_out)
    heads = [
        {
            "question": question,
            "codes": list(codes),
            "temperature": temperature(
                logits[question], truth.shares[question], truth.known[question]
            ),
        }
        for question, codes in task.codes.items()
        if question in logits
    ]
    return json.dumps(
        {
            "name": name,
            "version": VERSIONS.get(name, "1"),
            "source": source,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "heads": heads,
        },
        indent=1,
    )


def write(task: Task, folder: Path, work: Path) -> None:
    """Write the reader that ships."""
    network = net.Network(folder, task.sizes, embeds=True)
    network.load_state_dict(torch.load(work / "reader.pt"))
    with np.load(work / "reader_left_out.npz") as said:
        engine = Engine("reader", SOURCE, said)
        vectors = write_engine(task, network, vocabulary(folder), engine, ENGINES / "reader", 1)
    write_examples(task, vectors, ENGINES / "reader")


def write_large(task: Task, folder: Path, work: Path) -> None:
    """Write the teacher as an engine for --model-dir: right more often, some ten times as slow."""
    network = net.Network(weights(folder, "mpnet"), task.sizes, embeds=False)
    network.load_state_dict(torch.load(work / "teacher.pt"))
    network.eval()
    words = WordPiece(vocabulary(folder)[4:])
    said, _ = net.answer(network, cut(texts_of(task.left_out), words, "mpnet"), PAD["mpnet"])
    engine = Engine("large", LARGE_SOURCE, said)
    write_engine(task, network, vocabulary(folder)[4:], engine, work / "large", 10)


def write_plain(task: Task, folder: Path, work: Path) -> None:
    """Write MiniLM as it came: an engine that likens findings to a codebook's sentences."""
    network = net.Network(weights(folder, "minilm"), {}, embeds=False)
    engine = Engine("minilm", PLAIN_SOURCE, {})
    write_engine(task, network, vocabulary(folder), engine, work / "minilm", 10)


@dataclass(frozen=True)
class Engine:
    """What an engine's description says."""

    name: str
    source: str
    logits: Mapping[str, np.ndarray]  # of the left-out examples, by question


def write_engine(
    task: Task,
    network: net.Network,
    pieces: Sequence[str],
    engine: Engine,
    target: Path,
    every: int,
) -> np.ndarray:
    """Write an engine's folder; give the vectors of one in so many taught examples.

    Parameters
    ----------
    pieces
        Those of MiniLM; the network's own marks, where it has others, take the place of theirs.
    """
    network.eval()
    config = network.encoder.config
    state = {k: v.float().numpy() for k, v in network.encoder.state_dict().items()}
    kept = shipped_pieces(pieces)
    table = "embeddings.word_embeddings.weight"
    apart = None
    rows = kept
    if config.model_type == "mpnet":
        marks = {"[CLS]": 0, "[SEP]": 2, "[PAD]": 1}
        rows = [marks.get(pieces[i], i + 4) for i in kept]
        apart = distances(state.pop("encoder.relative_attention_bias.weight"))
        state = as_bert(state, config)
    state[table] = state[table][rows]
    embedding = network.embedding
    raw = bert(
        state,
        {name: (_array(head.weight), _array(head.bias)) for name, head in network.heads.items()},
        (_array(embedding.weight), _array(embedding.bias)) if embedding is not None else None,
        layers=config.num_hidden_layers,
        attention_heads=config.num_attention_heads,
        epsilon=config.layer_norm_eps,
        apart=apart,
    )
    target.mkdir(parents=True, exist_ok=True)
    (target / "network.onnx").write_bytes(raw)
    (target / "vocabulary.txt").write_text("".join(f"{pieces[i]}\n" for i in kept), "utf-8")
    text = describe(task, engine.name, engine.logits, raw, engine.source)
    (target / "description.json").write_text(text, "utf-8")
    from themeweave.findings.encoder import Encoder

    np.save(target / "centre.npy", np.zeros(config.hidden_size, np.float32))
    vectors = Encoder(target)(texts_of(task.taught)[::every]).vectors
    np.save(target / "centre.npy", vectors.mean(0).astype(np.float32))
    return vectors


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().numpy()


def write_examples(task: Task, vectors: np.ndarray, reader: Path) -> None:
    """Write the examples' vectors, in the directions in which they differ most."""
    rows = [i for i, row in enumerate(task.taught) if row.get("construct")]
    _, _, directions = np.linalg.svd(vectors[rows], full_matrices=False)
    kept = directions[:DIRECTIONS].T.astype(np.float32)
    whole, _ = eight_bits(units(vectors[rows] @ kept), axis=1)
    np.savez_compressed(
        reader / "examples.npz",
        ids=np.array([task.taught[i]["id"] for i in rows]),
        vectors=whole,
        directions=kept,
    )


def write_table(task: Task, made: Mapping[str, np.ndarray]) -> None:
    """Write the fast engine, of what `fit_table` made."""
    from themeweave.findings.table import Table

    target = ENGINES / "table"
    target.mkdir(parents=True, exist_ok=True)
    pieces, pieces_scale = eight_bits(made["pieces"], axis=1)
    pairs, pairs_scale = eight_bits(made["pairs"], axis=1)
    kept = {
        "pieces": pieces,
        "pieces_scale": pieces_scale,
        "pairs": pairs,
        "pairs_scale": pairs_scale,
        **{name: made[name] for name in ("hidden", "hidden_bias", "weight", "bias")},
        "centre": np.zeros(pieces.shape[1], np.float32),
    }

    def save(logits: Mapping[str, np.ndarray] | None) -> None:
        np.savez_compressed(target / "network.npz", **kept)
        raw = (target / "network.npz").read_bytes()
        if logits is None:
            flat = {q: np.zeros((len(task.left_out), n)) for q, n in task.sizes.items()}
            text = describe(task, "table", flat, raw)
            data = json.loads(text)
            for head in data["heads"]:
                head["temperature"] = 1.0
            text = json.dumps(data)
        else:
            text = describe(task, "table", logits, raw)
        (target / "description.json").write_text(text, "utf-8")

    save(None)
    engine = Table(target, ENGINES / "reader")
    kept["centre"] = engine(texts_of(task.taught)).vectors.mean(0).astype(np.float32)
    said = engine(texts_of(task.left_out)).shares
    save({question: np.log(np.maximum(shares, 1e-9)) for question, shares in said.items()})
