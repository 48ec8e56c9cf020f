"""The reader's network: one encoder, its mean over a text's pieces, and a linear head a question.

torch and transformers enter here and in no module that users run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from examples import Targets
from torch import nn
from torch.nn import functional
from transformers import AutoModel

from themeweave.findings.wordpiece import WordPiece

LONGEST = 96  # pieces; the longest example has some 80
# How much each question counts in the loss: constructs carry most of what is known.
WEIGHTS = {
    "construct": 1.0,
    "domain": 1.0,
    "construct_2009": 0.3,
    "domain_2009": 0.3,
    "valence": 1.6,
    "perspective": 1.2,
    "kind": 0.3,
}
# Processors without the instructions take six times longer with these short numbers.
_BF16 = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))
KEEP = 1.0  # of coming near the vectors of a network that was not fine-tuned


class Network(nn.Module):
    """An encoder with heads; ``sizes`` gives the number of answers by question."""

    def __init__(self, weights: Path, sizes: Mapping[str, int], *, embeds: bool) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleDict({name: nn.Linear(width, size) for name, size in sizes.items()})
        self.embedding = nn.Linear(width, width) if embeds else None

    def pooled(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Give one vector a text: the mean of its pieces' last states."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_BF16):
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return _mean(states, mask)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor
    ) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        """Give the logits by question, and the pooled vectors."""
        return self._answers(self.pooled(ids, mask))

    def _answers(self, vectors: torch.Tensor) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        kept = self.drop(vectors)
        return {name: head(kept) for name, head in self.heads.items()}, vectors


def _mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weight = mask[..., None].float()
    return (states.float() * weight).sum(1) / weight.sum(1)


@dataclass(frozen=True)
class Batch:
    """Padded pieces of some texts, and which texts they are."""

    rows: np.ndarray
    ids: torch.Tensor
    mask: torch.Tensor


def batches(
    pieces: Sequence[Sequence[int]], size: int, pad: int, order: np.ndarray | None = None
) -> Iterator[Batch]:
    """Cut texts into batches of like length; ``order`` shuffles them, None keeps them sorted."""
    length = np.array([len(piece) for piece in pieces])
    if order is None:
        rows = np.argsort(length, kind="stable")
        groups = [rows[i : i + size] for i in range(0, len(rows), size)]
    else:
        groups = []
        for start in range(0, len(order), size * 32):  # alike in length within a stretch
            stretch = order[start : start + size * 32]
            stretch = stretch[np.argsort(length[stretch], kind="stable")]
            groups += [stretch[i : i + size] for i in range(0, len(stretch), size)]
        shuffled = np.random.default_rng(int(order[0])).permutation(len(groups))
        groups = [groups[i] for i in shuffled]
    for rows in groups:
        ids = torch.full((len(rows), int(length[rows].max())), pad)
        for i, row in enumerate(rows):
            ids[i, : length[row]] = torch.tensor(pieces[row])
        places = torch.arange(ids.shape[1])[None, :]
        yield Batch(rows, ids, (places < torch.tensor(length[rows])[:, None]).long())


def cut(texts: Sequence[str], words: WordPiece) -> list[list[int]]:
    """Cut texts into pieces."""
    return [words.ids(text, LONGEST) for text in texts]


def fit(
    network: Network,
    pieces: Sequence[Sequence[int]],
    targets: Targets,
    *,
    pad: int,
    epochs: int,
    rate: float,
    seed: int,
    still: bool = False,
    frozen: int = 0,
    heads: float = 20.0,
    first: np.ndarray | None = None,
    teacher: Mapping[str, np.ndarray] | None = None,
    trust: float = 0.5,
) -> None:
    """Fine-tune a network.

    Parameters
    ----------
    rate
        Learning rate of the encoder.
    heads
        How many times faster heads and embedding learn.
    still
        Whether the encoder's vectors of pieces stay as they came, which spares a fifth of a large
        network's training.
    frozen
        How many of the lowest layers stay as they came.
    first
        Shape (n, width): the vectors that the embedding should come near, unit rows; a row of
        zeros asks nothing.
    teacher
        Shares by question, each of shape (n, answers): what a larger network says of the texts.
    trust
        From 0 to 1: how far the teacher counts beside the labels.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network.encoder.embeddings.requires_grad_(not still)
    for layer in network.encoder.encoder.layer[:frozen]:
        layer.requires_grad_(False)
    slow = [p for n, p in network.named_parameters() if n.startswith("encoder") and p.requires_grad]
    fast = [p for n, p in network.named_parameters() if not n.startswith("encoder")]
    optimiser = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": fast, "lr": heads * rate}],
        weight_decay=0.01,
        fused=True,
    )
    size = 32
    steps = epochs * -(-len(pieces) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        [rate, heads * rate],
        total_steps=steps + epochs * 2,
        pct_start=0.1,
        anneal_strategy="linear",
        cycle_momentum=False,
    )
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for batch in batches(pieces, size, pad, rng.permutation(len(pieces))):
            logits, vectors = network(batch.ids, batch.mask)
            loss = torch.zeros(())
            for name, answer in logits.items():
                truth = torch.tensor(targets.shares[name][batch.rows], dtype=torch.float32)
                counts = torch.tensor(targets.known[name][batch.rows], dtype=torch.float32)
                if teacher is not None and name in teacher:
                    said = torch.tensor(teacher[name][batch.rows], dtype=torch.float32)
                    truth = (1 - trust) * truth + trust * said
                missed = -(truth * functional.log_softmax(answer, 1)).sum(1)
                loss = loss + WEIGHTS[name] * (missed * counts).mean()
            if first is not None and network.embedding is not None:
                kept = torch.tensor(first[batch.rows], dtype=torch.float32)
                near = functional.cosine_similarity(network.embedding(vectors), kept)
                loss = loss + KEEP * (1 - near).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            total += float(loss.detach()) * len(batch.rows)
        print(f"  epoch {epoch + 1} of {epochs}: loss {total / len(pieces):.3f}", flush=True)
    network.eval()


@torch.no_grad()
def answer(
    network: Network, pieces: Sequence[Sequence[int]], pad: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Give the logits by question and the pooled vectors of texts."""
    logits: dict[str, np.ndarray] = {}
    vectors: np.ndarray | None = None
    for batch in batches(pieces, 64, pad):
        said, pooled = network(batch.ids, batch.mask)
        if vectors is None:
            vectors = np.zeros((len(pieces), pooled.shape[1]), np.float32)
            logits = {n: np.zeros((len(pieces), v.shape[1]), np.float32) for n, v in said.items()}
        vectors[batch.rows] = pooled.numpy()
        for name, value in said.items():
            logits[name][batch.rows] = value.numpy()
    assert vectors is not None
    return logits, vectors


@torch.no_grad()
def embed_as(network: Network, pooled: np.ndarray, wanted: np.ndarray) -> None:
    """Fit a network's embedding to wanted vectors, shape (n, width), by least squares."""
    assert network.embedding is not None
    rows = np.hstack([pooled, np.ones((len(pooled), 1))]).astype(np.float64)
    fitted = np.linalg.solve(rows.T @ rows + np.eye(rows.shape[1]), rows.T @ wanted)
    network.embedding.weight.copy_(torch.tensor(fitted[:-1].T))
    network.embedding.bias.copy_(torch.tensor(fitted[-1]))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn logits into shares, row by row."""
    shares = np.exp(logits - logits.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)
