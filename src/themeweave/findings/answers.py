"""Answers: what an engine makes of texts, before any codebook is looked at.

An engine is a trained network with one head a question; a head's answers are codes. What the
shipped engines were trained to answer stands beside them in a description, a JSON file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themeweave.errors import ReviewError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Head:
    """One question, its possible answers, and how far the network overstates its certainty."""

    question: str  # such as construct, domain, valence, perspective
    codes: tuple[str, ...]
    temperature: float  # above 0; logits are divided by it, fitted on left-out topics


@dataclass(frozen=True, slots=True)
class Answers:
    """What an engine says of n texts."""

    shares: Mapping[str, NDArray[np.float32]]  # question -> shape (n, codes), rows adding up to 1
    vectors: NDArray[np.float32]  # shape (n, d), unit rows: their products are likeness


Engine = Callable[[Sequence[str]], Answers]


@dataclass(frozen=True, slots=True)
class Description:
    """What stands beside a network: its heads, its version, and where it came from."""

    name: str
    version: str
    heads: tuple[Head, ...]
    sha256: str  # of the network's file
    source: str  # the weights it started from, with their licence

    def split(self, logits: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Turn the logits of all heads, side by side, into shares by question."""
        shares: dict[str, NDArray[np.float32]] = {}
        start = 0
        for head in self.heads:
            own = logits[:, start : start + len(head.codes)] / head.temperature
            shares[head.question] = softmax(own)
            start += len(head.codes)
        return shares


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn logits into shares, row by row.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.log(np.array([[1.0, 3.0]]))).tolist()
    [[0.25, 0.75]]
    """
    import numpy as np

    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    total: NDArray[np.float32] = shares / shares.sum(axis=1, keepdims=True)
    return total


def units(vectors: NDArray[Any]) -> NDArray[Any]:
    """Scale rows of numbers to length 1; a row of zeros stays one."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[Any] = np.divide(
        vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0
    )
    return scaled


def describe(folder: Path, network: str) -> tuple[Description, bytes]:
    """Read a network's description and its file, and hold the one against the other.

    Raises
    ------
    ReviewError
        Where a file is missing or is not the one that the description names.
    """
    try:
        data = json.loads((folder / "description.json").read_text("utf-8"))
        raw = (folder / network).read_bytes()
    except OSError as error:
        raise ReviewError(
            f"the engine cannot be read: {error.strerror}",
            str(error.filename),
            "Install themeweave again, or name a folder that holds description.json "
            f"and {network}.",
        ) from None
    if hashlib.sha256(raw).hexdigest() != data["sha256"]:
        raise ReviewError(
            "the engine is not the one that its description names: the file was changed or cut",
            str(folder / network),
            "Install themeweave again.",
        )
    heads = tuple(
        Head(head["question"], tuple(head["codes"]), head["temperature"]) for head in data["heads"]
    )
    description = Description(data["name"], data["version"], heads, data["sha256"], data["source"])
    return description, raw
