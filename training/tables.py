"""The table's training: vectors of pieces and pairs that answer as the reader does.

The pieces start as what the reader makes of each alone, in its strongest directions, weighed
down where they are common (Arora S et al. 2017, ICLR, in spirit); pairs start as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from examples import Targets
from network import WEIGHTS, Network
from torch import nn
from torch.nn import functional

from themeweave.findings.table import pair_rows

WIDTH, HIDDEN = 96, 192
PAIRS = 1 << 15  # rows that pairs share
TRUST = 0.7  # in the reader, beside the labels


class Tables(nn.Module):
    """Two tables and two matrices."""

    def __init__(self, pieces: np.ndarray, answers: int) -> None:
        super().__init__()
        self.pieces = nn.EmbeddingBag.from_pretrained(
            torch.tensor(pieces, dtype=torch.float32), freeze=False, mode="mean"
        )
        self.pairs = nn.EmbeddingBag(PAIRS, WIDTH, mode="mean")
        nn.init.zeros_(self.pairs.weight)
        self.drop = nn.Dropout(0.2)
        self.hidden = nn.Linear(WIDTH, HIDDEN)
        self.heads = nn.Linear(HIDDEN, answers)

    def forward(self, ids: Sequence[np.ndarray]) -> torch.Tensor:
        pieces, starts = _bags(ids)
        pairs, pair_starts = _bags([pair_rows(i[:-1], i[1:], PAIRS) for i in ids])
        vectors = self.pieces(pieces, starts) + self.pairs(pairs, pair_starts)
        turned = functional.relu(self.hidden(self.drop(vectors)))
        return self.heads(self.drop(turned))


def _bags(lists: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    starts = np.cumsum([0, *(len(ids) for ids in lists[:-1])])
    return torch.tensor(np.concatenate(lists)), torch.tensor(starts)


@torch.no_grad()
def first_pieces(network: Network, kept: Sequence[int], often: np.ndarray) -> np.ndarray:
    """Give each kept piece what the network makes of it alone, shape (len(kept), WIDTH)."""
    found = []
    for start in range(0, len(kept), 512):
        middle = torch.tensor(kept[start : start + 512])
        ids = torch.stack([torch.full_like(middle, 101), middle, torch.full_like(middle, 102)], 1)
        pooled = network.pooled(ids, torch.ones_like(ids))
        found.append(network.embedding(pooled).numpy() if network.embedding else pooled.numpy())
    vectors = np.concatenate(found)
    vectors = vectors - vectors.mean(0)
    _, _, directions = np.linalg.svd(vectors[often > 0], full_matrices=False)
    weight = 1e-3 / (1e-3 + often / often.sum())
    reduced = vectors @ directions[:WIDTH].T * weight[:, None]
    return reduced / np.linalg.norm(reduced, axis=1).mean()


def fit_table(
    network: Network,
    pieces: Sequence[Sequence[int]],
    targets: Targets,
    teacher: Mapping[str, np.ndarray],
    kept: Sequence[int],
    epochs: int = 9,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Fit the tables to the labels and to what the reader says of the same texts.

    Parameters
    ----------
    pieces
        Texts cut into the pieces that ship, numbered as they ship.
    kept
        The network's own id of each of these.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    ids = [np.array(piece) for piece in pieces]
    often = np.bincount(np.concatenate(ids), minlength=len(kept)).astype(float)
    sizes = {name: share.shape[1] for name, share in teacher.items()}
    model = Tables(first_pieces(network, kept, often), sum(sizes.values()))
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    truth = {
        name: torch.tensor(
            (1 - TRUST) * targets.shares[name] + TRUST * teacher[name], dtype=torch.float32
        )
        for name in sizes
    }
    known = {name: torch.tensor(targets.known[name], dtype=torch.float32) for name in sizes}
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for batch in np.array_split(rng.permutation(len(ids)), -(-len(ids) // 64)):
            said = model([ids[i] for i in batch]).split(list(sizes.values()), 1)
            loss = torch.zeros(())
            for name, answer in zip(sizes, said, strict=True):
                missed = -(truth[name][batch] * functional.log_softmax(answer, 1)).sum(1)
                loss = loss + WEIGHTS[name] * (missed * known[name][batch]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(batch)
        print(f"  epoch {epoch + 1} of {epochs}: loss {total / len(ids):.3f}", flush=True)
    return {
        "pieces": model.pieces.weight.detach().numpy(),
        "pairs": model.pairs.weight.detach().numpy(),
        "hidden": model.hidden.weight.detach().numpy().T.copy(),
        "hidden_bias": model.hidden.bias.detach().numpy(),
        "weight": model.heads.weight.detach().numpy().T.copy(),
        "bias": model.heads.bias.detach().numpy(),
    }
