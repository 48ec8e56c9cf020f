"""Further: the shipped reader, taught more examples in minutes, and held near what it said before.

Building the readers anew takes hours. A few thousand examples of a kind that the reader stumbles
over need less: it hears them twice, beside a share of the others, whose answers lie halfway between
their labels and what the reader said of them. Whose view an example is stays as the reader said:
bare statements mostly name nobody, and learning that from them cost four points elsewhere. What
ships is the mean of the weights before and after, which forgets least (Wortsman M et al. 2022,
Robust fine-tuning of zero-shot models, CVPR:7959-7971).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import network as net
import numpy as np
import onnx
import torch
from examples import Targets
from onnx import numpy_helper
from task import PAD, Task, cut, texts_of, vocabulary, weights
from write import ENGINES, shipped_pieces

from themeweave.findings.answers import units
from themeweave.findings.wordpiece import WordPiece

NEW = "pe"  # how the ids of examples begin that the reader has not been taught
OTHERS = 14_000  # examples beside them, drawn by chance
OF_OTHERS, OF_NEW = 0.5, 0.15  # how far the reader counts beside labels
AS_SAID = ("perspective", "kind")  # questions on which nothing new is learned
BEFORE = 0.5  # of the weights that ship, those before


def further(task: Task, folder: Path, words: WordPiece, work: Path) -> None:
    """Teach the shipped reader the new examples; leave what `write` needs in the work folder."""
    network = shipped_network(folder, task.sizes)
    network.eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    new = [row for row in task.taught if row["id"].startswith(NEW)]
    old = [row for row in task.taught if not row["id"].startswith(NEW)]
    drawn = np.random.default_rng(0).choice(len(old), OTHERS, replace=False)
    rows = [*(old[i] for i in drawn), *new]
    pieces = cut(texts_of(rows), words, "minilm")
    said, _ = net.answer(network, pieces, PAD["minilm"])
    net.fit(
        network,
        pieces,
        between(task.targets(rows), said, len(drawn)),
        pad=PAD["minilm"],
        epochs=2,
        rate=5e-5,
        seed=0,
        still=True,
        heads=5.0,
    )
    after = network.state_dict()
    network.load_state_dict(
        {name: torch.lerp(after[name].float(), before[name].float(), BEFORE) for name in before}
    )
    plain = net.Network(weights(folder, "minilm"), {}, embeds=False)
    plain.eval()
    _, wanted = net.answer(plain, pieces, PAD["minilm"])
    _, now = net.answer(network, pieces, PAD["minilm"])
    net.embed_as(network, now, units(wanted))
    torch.save(network.state_dict(), work / "reader.pt")
    left_out = cut(texts_of(task.left_out), words, "minilm")
    said, _ = net.answer(network, left_out, PAD["minilm"])
    np.savez(work / "reader_left_out.npz", **said)


def between(labels: Targets, said: Mapping[str, np.ndarray], others: int) -> Targets:
    """Put targets between labels and what was said; the first ``others`` rows are not new."""
    shares: dict[str, np.ndarray] = {}
    for question, logits in said.items():
        count = len(logits)
        trust = np.where(np.arange(count) < others, OF_OTHERS, OF_NEW)
        if question in AS_SAID:
            trust = np.ones(count)
        trust = np.where(labels.known[question] > 0, trust, 1.0)[:, None]
        shares[question] = (1 - trust) * labels.shares[question] + trust * net.softmax(logits)
    return Targets(shares, {name: np.ones(len(shares[name])) for name in shares})


def shipped_network(folder: Path, sizes: Mapping[str, int]) -> net.Network:
    """Load the reader that ships from its file of eight-bit weights.

    Parameters
    ----------
    folder
        MiniLM's: the pieces that did not ship keep the vectors that they came with.
    """
    raw = onnx.load(ENGINES / "reader" / "network.onnx")
    kept = {one.name: numpy_helper.to_array(one) for one in raw.graph.initializer}
    network = net.Network(weights(folder, "minilm"), sizes, embeds=True)
    state = network.state_dict()
    pieces = shipped_pieces(vocabulary(folder))
    state["encoder.embeddings.word_embeddings.weight"][pieces] = _tensor(
        kept["pieces"] * kept["pieces.scale"]
    )
    places = kept["places"]
    state["encoder.embeddings.position_embeddings.weight"][: len(places)] = _tensor(places)
    state["encoder.embeddings.token_type_embeddings.weight"].zero_()
    for name in state:
        if name.startswith(("encoder.encoder.", "encoder.embeddings.LayerNorm.")):
            own = name.removeprefix("encoder.").replace(".dense.", ".")
            state[name] = _tensor(_whole(kept, own))
    start = 0
    for question, size in sizes.items():
        part = slice(start, start + size)
        state[f"heads.{question}.weight"] = _tensor(kept["answers.weight"][:, part].T)
        state[f"heads.{question}.bias"] = _tensor(kept["answers.bias"][part])
        start += size
    state["embedding.weight"] = _tensor(kept["vector.weight"].T)
    state["embedding.bias"] = _tensor(kept["vector.bias"])
    network.load_state_dict(state)
    return network


def _whole(kept: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Give a matrix as torch keeps it, (out, in); other arrays as they are."""
    if f"{name}.scale" not in kept:
        return kept[name]
    return (kept[name] * kept[f"{name}.scale"]).T


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.ascontiguousarray(array, dtype=np.float32))
