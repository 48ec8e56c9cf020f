"""How good suggestions are on findings that no engine was taught, beside what one would pick else.

Two sets. The left-out topics of codebooks/examples: whole topics that the engines never saw, by
the people who wrote what they did see. And unseen_findings.csv: 421 findings in the manner of
24 published articles, written by somebody who knew neither and after the engines were built;
there a domain counts as right if it is the one where such an article's authors would file the
finding or its place in CFIR 2022. Printed are shares that are right, the calibration error of the
domain (mean gap between belief and truth over ten bands), and for the answers that are not marked
unsure how many they are and how often they are right.

    python benchmarks/coding_examples.py
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from themeweave.codes import blend, fast, reader, valence, voice
from themeweave.codes.codebook import Codebook
from themeweave.codes.heads import shares
from themeweave.codes.likeness import nearness
from themeweave.codes.reading import Reading, shares_below
from themeweave.codes.suggest import choose
from themeweave.findings.encoder import shipped
from themeweave.review.shipped import codebook

ROOT = Path(__file__).parents[1]
MARGIN = 0.2
Row = Mapping[str, str]
Read = Callable[[Sequence[str], Codebook], list[Reading]]


def sheet(path: Path) -> list[dict[str, str]]:
    """Read a sheet."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def likeness(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Liken the encoder's vectors to the codebook's sentences, and nothing else."""
    codes = list(book.suggestible())
    near = nearness(shipped()(texts).vectors, codes, shipped(), shipped().centre)
    found = np.exp(12 * near)
    found /= found.sum(1, keepdims=True)
    ids = [code.id for code in codes]
    return [Reading(dict(zip(ids, row.tolist(), strict=True))) for row in found]


def encoder_alone(texts: Sequence[str], book: Codebook) -> list[Reading]:
    """Read with the encoder's heads, without the codebook's words."""
    codes = list(book.suggestible())
    found = shares(shipped()(texts), shipped().description, book, codes)
    assert found is not None
    ids = [code.id for code in codes]
    return [Reading(dict(zip(ids, row.tolist(), strict=True))) for row in found]


def regression(taught: Sequence[Row], question: str) -> Read:
    """Logistic regression on TF-IDF, taught the same examples."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    known = [row for row in taught if row.get(question)]
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2),
        LogisticRegression(C=10, max_iter=200),
    )
    model.fit([row["text"] for row in known], [row[question] for row in known])

    def read(texts: Sequence[str], book: Codebook) -> list[Reading]:
        found = model.predict_proba(texts)
        known = {code.id for code in book.codes}
        kept = [(i, str(c)) for i, c in enumerate(model.classes_) if str(c) in known]
        return [Reading({code: float(row[i]) for i, code in kept}) for row in found]

    return read


def frame_row(read: Read, rows: Sequence[Row], book: Codebook) -> str:
    """Score a framework: domain, within two, construct, calibration, and what is not unsure."""
    rows = [row for row in rows if row["construct"] in book.by_id]
    readings = read([row["text"] for row in rows], book)
    tops = [code.id for code in book.roots()]
    hits: Counter[str] = Counter()
    belief, right = [], []
    for reading, row in zip(readings, rows, strict=True):
        own = {book.top(row["construct"]), row.get("domain") or book.top(row["construct"])}
        choice = choose(reading, book)
        sums = shares_below(reading, book, tops)
        first_two = sorted(tops, key=lambda top: -sums[top])[:2]
        hits["domain"] += choice.branch in own
        hits["two"] += bool(own & set(first_two))
        hits["construct"] += choice.code_id == row["construct"]
        hits["sure"] += choice.margin >= MARGIN
        hits["sure and right"] += choice.margin >= MARGIN and choice.branch in own
        belief.append(choice.score)
        right.append(choice.branch in own)
    n = len(rows)
    gap = calibration(np.array(belief), np.array(right))
    return (
        f"{hits['domain'] / n:8.3f}{hits['two'] / n:8.3f}{hits['construct'] / n:10.3f}{gap:8.3f}"
        f"{hits['sure'] / n:8.0%}{hits['sure and right'] / max(hits['sure'], 1):8.3f}"
    )


def calibration(belief: np.ndarray, right: np.ndarray) -> float:
    """Give the expected calibration error over ten bands (Guo C et al. 2017, ICML)."""
    bands = np.minimum((belief * 10).astype(int), 9)
    return float(
        sum(
            (bands == band).mean() * abs(right[bands == band].mean() - belief[bands == band].mean())
            for band in np.unique(bands)
        )
    )


def share_right(read: Read, rows: Sequence[Row], book: Codebook, question: str) -> float:
    """Share of findings whose first code is the one given."""
    readings = read([row["text"] for row in rows], book)
    first = [max(reading.shares, key=lambda code: reading.shares[code]) for reading in readings]
    return float(np.mean([a == row[question] for a, row in zip(first, rows, strict=True)]))


def main() -> None:
    """Print the tables."""
    out = set((ROOT / "training" / "left_out.txt").read_text("utf-8").splitlines())
    examples = [
        row
        for name in ("cfir", "experiences")
        for row in sheet(ROOT / "codebooks" / "examples" / f"{name}.csv")
    ]
    taught = [row for row in examples if row["topic"] not in out]
    sets = {
        "left-out topics": [row for row in examples if row["topic"] in out],
        "unseen articles": sheet(ROOT / "benchmarks" / "unseen_findings.csv"),
    }
    frame, ways, voices = (codebook(n) for n in ("cfir-2022", "valence", "perspectives"))
    framework = {
        "reader (ships)": reader.read,
        "  encoder alone": encoder_alone,
        "fast (ships)": fast.read,
        "regression on TF-IDF": regression(taught, "construct"),
        "likeness of vectors": likeness,
        "blend: words and cues": blend.read,
    }
    sides = {
        "reader (ships)": reader.read,
        "  encoder alone": encoder_alone,
        "fast (ships)": fast.read,
        "regression on TF-IDF": None,
        "words only": None,
    }
    for name, rows in sets.items():
        coded = [row for row in rows if row.get("construct")]
        print(f"\n{name}: {len(coded)} findings placed in CFIR 2022")
        print(f"{'':<24}  domain  in two construct   calib   sure   right")
        for label, read in framework.items():
            print(f"{label:<24}{frame_row(read, coded, frame)}")
        clear = [row for row in rows if row["valence"] in ("barrier", "facilitator")]
        # whose view it is: where both readers say the same, and it is somebody's
        named = [
            row
            for row in rows
            if row["perspective"] not in ("", "unclear")
            and row.get("perspective_2", row["perspective"]) in ("", row["perspective"])
        ]
        print(f"{'':<24} barrier or facilitator ({len(clear)})  whose view ({len(named)})")
        for label, engine in sides.items():
            way = engine or (
                valence.read if label == "words only" else regression(taught, "valence")
            )
            who = engine or (
                voice.read if label == "words only" else regression(taught, "perspective")
            )
            print(
                f"{label:<24}{share_right(way, clear, ways, 'valence'):12.3f}"
                f"{share_right(who, named, voices, 'perspective'):24.3f}"
            )


if __name__ == "__main__":
    main()
