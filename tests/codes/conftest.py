"""The codebooks that people edit, read once."""

from pathlib import Path

import numpy as np
import pytest

from themeweave.codes.files import read_codebook
from themeweave.findings.answers import Answers, Description, Head, units

FOLDER = Path(__file__).parents[2] / "codebooks"


@pytest.fixture(scope="session")
def shipped():
    """Every shipped codebook by its id."""
    names = ("cfir-2009", "cfir-2022", "com-b", "perspectives", "tdf", "themes", "valence")
    return {
        name: read_codebook((FOLDER / f"{name}.yaml").read_bytes(), f"codebooks/{name}.yaml")
        for name in names
    }


@pytest.fixture(scope="session")
def crosswalk_file():
    """The bytes of the shipped crosswalk."""
    return (FOLDER / "crosswalk-cfir-2009-2022.yaml").read_bytes()


_LEAVES = ("money", "culture", "law")
_TOPS = ("inner", "outer")
_WORDS = ("money", "culture", "law", "staff", "patients")


class Toy:
    """An engine for tests: its vectors count words, a leaf is as likely as its word is present."""

    description = Description(
        "toy",
        "1",
        (Head("construct", _LEAVES, 1.0), Head("domain", _TOPS, 1.0)),
        "",
        "made up",
    )
    centre = np.zeros(len(_WORDS), np.float32)

    def __call__(self, texts):
        counts = np.array(
            [[text.lower().count(word) for word in _WORDS] for text in texts], np.float32
        ).reshape(len(texts), len(_WORDS))
        leaves = np.exp(2 * counts[:, :3])
        tops = np.stack([counts[:, 0] + counts[:, 1] + 1, counts[:, 2] + 1], axis=1)
        shares = {
            "construct": leaves / leaves.sum(1, keepdims=True),
            "domain": tops / tops.sum(1, keepdims=True),
        }
        return Answers(shares, units(counts))


@pytest.fixture(scope="session")
def toy():
    """An engine that knows five words."""
    return Toy()


class Hearing:
    """An engine for tests that believes the same of every text: of a voice and of a direction."""

    description = Description(
        "hearing",
        "1",
        (
            Head("perspective", ("users", "staff", "mixed", "unclear"), 1.0),
            Head("valence", ("barrier", "facilitator", "mixed", "neutral"), 1.0),
        ),
        "",
        "made up",
    )
    centre = np.zeros(2, np.float32)

    voice, way = (0.7, 0.1, 0.1, 0.1), (0.8, 0.1, 0.05, 0.05)

    def __call__(self, texts):
        shares = {
            "perspective": np.array([self.voice] * len(texts)).reshape(len(texts), 4),
            "valence": np.array([self.way] * len(texts)).reshape(len(texts), 4),
        }
        return Answers(shares, units(np.ones((len(texts), 2), np.float32)))


@pytest.fixture(scope="session")
def hearing():
    """An engine that takes every finding for a barrier that users speak of."""
    return Hearing()
