"""Build the shipped engines from the example findings: teacher, reader, table.

    python training/build.py teach  --mpnet FOLDER --work FOLDER
    python training/build.py ask    --mpnet FOLDER --work FOLDER
    python training/build.py read   --minilm FOLDER --work FOLDER
    python training/build.py table  --minilm FOLDER --work FOLDER
    python training/build.py write  --minilm FOLDER --work FOLDER

    python training/build.py write-large --mpnet FOLDER --work FOLDER
    python training/build.py write-plain --minilm FOLDER --work FOLDER

The first five make the engines that ship. The last two write engines for --model-dir into the work
folder: the teacher itself, and MiniLM as it came, without heads, to compare with.

Each step leaves what it made in the work folder. The weights that it starts from are checked
against their hashes; README.md says where they come from. Topics in left_out.txt are never
trained on: temperatures are fitted and figures are stated on them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import examples as ex
import network as net
import numpy as np
import torch
from attribute import attributed
from decorate import decorated
from export import as_bert, bert, distances, eight_bits
from tables import fit_table

from themeweave.findings.answers import units
from themeweave.findings.wordpiece import WordPiece
from themeweave.review.shipped import codebook, crosswalk

ENGINES = Path(__file__).parents[1] / "src" / "themeweave" / "findings" / "engines"
SHA256 = {
    "mpnet": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "minilm": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
VERSION = "3"
SOURCE = (
    "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), fine-tuned on the project's example "
    "findings and on what all-mpnet-base-v2 (the same, fine-tuned likewise) says of them"
)
LARGE_SOURCE = (
    "all-mpnet-base-v2 (sentence-transformers, Apache-2.0), fine-tuned on the project's example "
    "findings"
)
PLAIN_SOURCE = "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), as it came"
PAD = {"mpnet": 1, "minilm": 0}
DIRECTIONS = 96  # of the examples' vectors that ship
DRESSED = 0.4  # of the examples come a second time, decorated
ATTRIBUTED = 0.3  # of those that name no speaker come once more, with one


class Task:
    """What is asked and of which findings: the same for every engine."""

    def __init__(self) -> None:
        rows = ex.rows()
        out = set((Path(__file__).parent / "left_out.txt").read_text("utf-8").splitlines())
        self.taught = [row for row in rows if row["topic"] not in out]
        self.left_out = [row for row in rows if row["topic"] in out]
        new, old = codebook("cfir-2022"), codebook("cfir-2009")
        self.constructs = tuple(code.id for code in new.codes if code.parent)
        self.older = tuple(code.id for code in old.codes if code.parent)
        self.sizes = {
            "construct": len(self.constructs),
            "domain": len(ex.DOMAINS),
            "construct_2009": len(self.older),
            "domain_2009": len(ex.DOMAINS),
            "valence": len(ex.VALENCE),
            "perspective": len(ex.PERSPECTIVE),
            "kind": len(ex.KIND),
        }
        tops = [code.id for code in old.roots()]
        self.codes = {
            "construct": self.constructs,
            "domain": ex.DOMAINS,
            "construct_2009": self.older,
            "domain_2009": tuple(tops),
            "valence": ex.VALENCE,
            "perspective": ex.PERSPECTIVE,
            "kind": ex.KIND,
        }
        self.frame = ex.Frame(
            self.constructs,
            {code: new.top(code) for code in self.constructs},
            self.older,
            {code: ex.DOMAINS[tops.index(old.top(code))] for code in self.older},
            [(row.old, row.new) for row in crosswalk("cfir-2009", "cfir-2022").rows],
        )

    def targets(self, rows: Sequence[Mapping[str, str]]) -> ex.Targets:
        """Make the targets of some examples."""
        return ex.targets(rows, self.frame)


def weights(folder: Path, name: str) -> Path:
    """Give a folder of weights once its hash is the one that is named here."""
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(f"{folder}: not the weights of {name} that this script starts from")
    return folder


def vocabulary(folder: Path) -> list[str]:
    """Give the pieces that MiniLM reads, in the order of their ids."""
    return (folder / "vocab.txt").read_text("utf-8").splitlines()


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


def cut(texts: Sequence[str], words: WordPiece, name: str) -> list[list[int]]:
    """Cut texts as a network reads them; mpnet counts the same pieces from 4 on."""
    pieces = net.cut(texts, words)
    if name == "minilm":
        return pieces
    return [[0, *(i + 4 for i in piece[1:-1]), 2] for piece in pieces]


def texts_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Give the texts of examples."""
    return [row["text"] for row in rows]


def dressed(
    rows: Sequence[Mapping[str, str]],
) -> tuple[list[str], list[Mapping[str, str]]]:
    """Give every example as it stands, some of them decorated too, and some with a speaker."""
    rng = np.random.default_rng(0)
    again = [row for row in rows if rng.random() < DRESSED]
    spoken = attributed([row for row in rows if rng.random() < ATTRIBUTED], seed=0)
    texts = [*texts_of(rows), *decorated(again, seed=0), *texts_of(spoken)]
    return texts, [*rows, *again, *spoken]


def teach(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Fine-tune the larger network on every example, plain and decorated."""
    network = net.Network(weights(folder, "mpnet"), task.sizes, embeds=False)
    texts, rows = dressed(task.taught)
    net.fit(
        network,
        cut(texts, words, "mpnet"),
        task.targets(rows),
        pad=PAD["mpnet"],
        epochs=2,
        rate=4e-5,
        seed=0,
        still=True,
    )
    torch.save(network.state_dict(), work / "teacher.pt")


def ask(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Keep what the larger networks say of all examples: the mean of their shares, as logits."""
    texts, _ = dressed(task.taught)
    teachers = sorted(work.glob("teacher*.pt"))
    for name, asked in (("taught", texts), ("left_out", texts_of(task.left_out))):
        pieces = cut(asked, words, "mpnet")
        shares = {question: np.zeros((len(asked), n)) for question, n in task.sizes.items()}
        for path in teachers:
            network = net.Network(folder, task.sizes, embeds=False)
            network.load_state_dict(torch.load(path))
            network.eval()
            said, _ = net.answer(network, pieces, PAD["mpnet"])
            for question, logits in said.items():
                shares[question] += net.softmax(logits) / len(teachers)
        kept = {question: np.log(share).astype(np.float32) for question, share in shares.items()}
        np.savez(work / f"teacher_{name}.npz", **kept)


def read(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Fine-tune the small network on the labels and on what the teacher says of the examples.

    Each is learned twice, plain and decorated.
    """
    network = net.Network(weights(folder, "minilm"), task.sizes, embeds=True)
    network.eval()
    texts, rows = dressed(task.taught)
    pieces = cut(texts, words, "minilm")
    _, first = net.answer(network, pieces, PAD["minilm"])
    with np.load(work / "teacher_taught.npz") as said:
        teacher = {name: net.softmax(said[name]) for name in task.sizes}
    net.fit(
        network,
        pieces,
        task.targets(rows),
        pad=PAD["minilm"],
        epochs=5,
        rate=1.2e-4,
        seed=0,
        first=units(first),
        teacher=teacher,
        trust=0.75,
    )
    torch.save(network.state_dict(), work / "reader.pt")
    for name, asked in (("taught", texts), ("left_out", texts_of(task.left_out))):
        said, _ = net.answer(network, cut(asked, words, "minilm"), PAD["minilm"])
        np.savez(work / f"reader_{name}.npz", **said)


def table(task: Task, folder: Path, work: Path) -> None:
    """Teach the table what the reader says of the examples."""
    network = net.Network(weights(folder, "minilm"), task.sizes, embeds=True)
    network.load_state_dict(torch.load(work / "reader.pt"))
    network.eval()
    with np.load(work / "reader_taught.npz") as said:
        teacher = {name: net.softmax(said[name]) for name in task.sizes}
    pieces = vocabulary(folder)
    kept = shipped_pieces(pieces)
    fewer = WordPiece([pieces[i] for i in kept])
    texts, rows = dressed(task.taught)
    made = fit_table(network, net.cut(texts, fewer), task.targets(rows), teacher, kept)
    np.savez(work / "table.npz", **made)


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
            "version": VERSION,
            "source": source,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "heads": heads,
        },
        indent=1,
    )


def write(task: Task, folder: Path, work: Path) -> None:
    """Write the engines that ship."""
    network = net.Network(folder, task.sizes, embeds=True)
    network.load_state_dict(torch.load(work / "reader.pt"))
    with np.load(work / "reader_left_out.npz") as said:
        engine = Engine("reader", SOURCE, said)
        vectors = write_engine(task, network, vocabulary(folder), engine, ENGINES / "reader", 1)
    write_examples(task, vectors, ENGINES / "reader")
    write_table(task, work)


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


def write_table(task: Task, work: Path) -> None:
    """Write the fast engine."""
    from themeweave.findings.table import Table

    target = ENGINES / "table"
    target.mkdir(parents=True, exist_ok=True)
    with np.load(work / "table.npz") as made:
        pieces, pieces_scale = eight_bits(made["pieces"], axis=1)
        pairs, pairs_scale = eight_bits(made["pairs"], axis=1)
        kept = {
            "pieces": pieces,
            "pieces_scale": pieces_scale,
            "pairs": pairs,
            "pairs_scale": pairs_scale,
            "weight": made["weight"],
            "bias": made["bias"],
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


def main() -> None:
    """Run one step."""
    asked = argparse.ArgumentParser(description=__doc__)
    steps = {
        "teach": teach,
        "ask": ask,
        "read": read,
        "table": table,
        "write": write,
        "write-large": write_large,
        "write-plain": write_plain,
    }
    asked.add_argument("step", choices=steps)
    asked.add_argument("--mpnet", type=Path)
    asked.add_argument("--minilm", type=Path)
    asked.add_argument("--work", type=Path, required=True)
    given = asked.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)
    task = Task()
    print(f"{len(task.taught)} examples to learn from, {len(task.left_out)} left out", flush=True)
    larger = given.step in ("teach", "ask", "write-large")
    folder = given.mpnet if larger else given.minilm
    # mpnet's file lists the same pieces behind four marks of its own
    words = WordPiece(vocabulary(folder)[4 if larger else 0 :])
    if given.step in ("teach", "ask", "read"):
        steps[given.step](task, folder, words, given.work)
    else:
        steps[given.step](task, folder, given.work)


if __name__ == "__main__":
    main()
