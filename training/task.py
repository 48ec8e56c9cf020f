"""What the engines are asked and of which findings, and how texts are cut for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import examples as ex
import network as net
import numpy as np
from attribute import attributed
from decorate import decorated

from themeweave.findings.wordpiece import WordPiece
from themeweave.review.shipped import codebook, crosswalk

SHA256 = {
    "mpnet": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "minilm": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
PAD = {"mpnet": 1, "minilm": 0}
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
