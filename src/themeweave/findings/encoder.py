"""The encoder: a small transformer that was fine-tuned to read findings, run by onnxruntime.

onnxruntime's one door. One pass over a text answers every question and gives a vector. Texts
are cut into blocks in the order given, so the same list gives the same bytes on any machine
with any number of processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themeweave.errors import ReviewError
from themeweave.findings.answers import Answers, describe, units
from themeweave.findings.form import without_form
from themeweave.findings.wordpiece import WordPiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "engines" / "reader"
NETWORK = "network.onnx"  # the file of an engine in its folder
LONGEST = 128  # pieces of a text that are read
_BLOCK = 512  # texts that are sorted by length together
_TOGETHER = 16  # texts of one pass: small passes waste little on padding
_SAID = {"construct": 0.5}  # weight of what is said, beside what it is about
_REMEMBERED = 8  # lists of texts whose answers are kept: a finding is read for several codebooks


class Encoder:
    """A network that answers questions on texts.

    Parameters
    ----------
    folder
        Holds description.json, network.onnx, centre.npy (the mean vector of findings in
        general) and vocabulary.txt.

    Raises
    ------
    ReviewError
        Where one of them is missing or damaged, or onnxruntime cannot be loaded.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        import numpy as np

        self.description, raw = describe(folder, NETWORK)
        self._words = WordPiece((folder / "vocabulary.txt").read_text("utf-8").splitlines())
        self._session = _session(raw)
        self.centre: NDArray[np.float32] = np.load(folder / "centre.npy", allow_pickle=False)
        self._kept: dict[tuple[str, ...], Answers] = {}

    def __call__(self, texts: Sequence[str]) -> Answers:
        """Answer for each text; an empty text is answered like any other, from nothing."""
        key = tuple(texts)
        answers = self._kept.pop(key, None) or self._answer(key)
        while len(self._kept) >= _REMEMBERED:  # the one that was asked for longest ago goes
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = answers
        return answers

    def _answer(self, texts: Sequence[str]) -> Answers:
        import numpy as np

        answers = sum(len(head.codes) for head in self.description.heads)
        logits = np.zeros((len(texts), answers), np.float32)
        vectors: NDArray[np.float32] | None = None
        for start in range(0, len(texts), _BLOCK):
            pieces = [self._words.ids(text, LONGEST) for text in texts[start : start + _BLOCK]]
            order = sorted(range(len(pieces)), key=lambda row: len(pieces[row]))
            for first in range(0, len(order), _TOGETHER):
                rows = order[first : first + _TOGETHER]
                said, found = self._session.run(None, _padded([pieces[row] for row in rows]))
                if vectors is None:
                    vectors = np.zeros((len(texts), found.shape[1]), np.float32)
                places = [start + row for row in rows]
                logits[places], vectors[places] = said, found
        if vectors is None:
            vectors = np.zeros((0, len(self.centre)), np.float32)
        return Answers(self.description.split(logits), units(vectors))


def _padded(pieces: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    import numpy as np

    ids = np.zeros((len(pieces), max(len(piece) for piece in pieces)), np.int64)
    mask = np.zeros_like(ids)
    for row, piece in enumerate(pieces):
        ids[row, : len(piece)] = piece
        mask[row, : len(piece)] = 1
    return {"ids": ids, "mask": mask}


def why_not() -> str:
    """Say why onnxruntime cannot be loaded; empty where it can."""
    try:
        import onnxruntime  # noqa: F401
    except ImportError as error:
        return str(error)
    return ""


def _session(raw: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ReviewError(
            f"the reader needs onnxruntime, which cannot be loaded here ({error})",
            "",
            "Install it with: python3 -m pip install onnxruntime; or code with the engine 'fast'.",
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # processes share the work, see --workers
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def shipped() -> Encoder:
    """Load the encoder that comes with the program, once."""
    return Encoder()


def embed(texts: Sequence[str]) -> NDArray[np.float64]:
    """Embed texts by what they are about and what is said of it: the embedder named ``reader``.

    Beside the vector of a text stand its shares over constructs, as square roots (Hellinger's
    distance), each less its mean and less what it owes to how the text is told. The weight was
    chosen on 28 sets of findings of our own with known themes, where the constructs doubled the
    agreement with them. Directions have no part: a theme holds what speaks for and against, and
    leaving them out agreed better with the themes of 15 published studies, in each half of them.

    Returns
    -------
    shape (len(texts), 384 and one a construct)
        Unit rows, rounded to 6 digits, which drops what the last bits owe to the machine.
    """
    import numpy as np

    answers = shipped()(texts)
    parts = [(1.0, answers.vectors.astype(np.float64))]
    parts += [(w, np.sqrt(answers.shares[q].astype(np.float64))) for q, w in _SAID.items()]
    joined = np.hstack([weight * (part - part.mean(axis=0)) for weight, part in parts])
    joined = without_form(joined, texts) if len(texts) else joined
    lengths = np.linalg.norm(joined, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.round(joined / np.maximum(lengths, 1e-9), 6)
    return unit
