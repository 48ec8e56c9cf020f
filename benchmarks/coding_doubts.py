"""How often a suggestion is wrong and does not say so, and how many right ones are marked unclear.

The first is what suggestions are to be judged by: a person looks again at what is marked, and may
not at the rest. The second is its price. Two sets that no engine was taught, without cited
reviews: the left-out topics of codebooks/examples, on which margins and weights were chosen, and
unseen_findings.csv. Counted are findings on which both human readers agree; nearest examples are
those of topics that the engine was taught, as with a new review.

    python benchmarks/coding_doubts.py
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from themeweave.codes import reader
from themeweave.codes.codebook import Codebook
from themeweave.codes.heads import head_for
from themeweave.codes.nearest import Stock, with_examples
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import choose, is_open, is_unsure
from themeweave.findings.encoder import shipped
from themeweave.review.settings import MARGIN, MARGINS
from themeweave.review.shipped import codebook, stock

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "codebooks" / "examples"
Row = Mapping[str, str]


def sheet(path: Path) -> list[dict[str, str]]:
    """Read a sheet."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def agreed(row: Row, question: str) -> str:
    """Give the code on which both readers of a finding agree, or its only one; else nothing."""
    code = row.get(question, "")
    return code if row.get(f"{question}_2", code) in ("", code) else ""


def taught(out: set[str]) -> Stock:
    """Give the examples of the topics that the engine was taught."""
    whole = stock()
    topics = {row["id"]: row["topic"] for row in sheet(EXAMPLES / "cfir.csv")}
    kept = [at for at, one in enumerate(whole.examples) if topics[one.id] not in out]
    examples = tuple(whole.examples[at] for at in kept)
    return Stock(examples, whole.vectors[kept], whole.directions)


def readings(texts: Sequence[str], book: Codebook, question: str, known: Stock) -> list[Reading]:
    """Read findings as a review folder does, without headings and cited reviews."""
    found = reader.read(texts, book)
    if question != "construct":
        return found
    return with_examples(found, shipped()(texts).vectors, known, question, book)


def lines(rows: Sequence[Row], book: Codebook, known: Stock) -> list[str]:
    """Give the lines of a codebook's fields."""
    head = head_for(book, shipped().description)
    assert head is not None
    question, margin = head.question, MARGINS.get(book.id, MARGIN)
    found = readings([row["text"] for row in rows], book, question, known)
    judged = [
        (choose(reading, book), code)
        for reading, row in zip(found, rows, strict=True)
        if (code := agreed(row, question)) in book.by_id
    ]
    sure = np.array([not is_unsure(choice, margin) for choice, _ in judged])
    exact = np.array([choice.code_id == code for choice, code in judged])
    if not any(code.parent for code in book.codes):
        return [line(question, exact, sure)]
    closed = np.array([not is_open(choice, margin) for choice, _ in judged])
    branch = np.array([choice.branch == book.top(code) for choice, code in judged])
    return [line("domain", branch, sure), line("construct", exact, sure & closed)]


def line(field: str, right: np.ndarray, shown: np.ndarray) -> str:
    """Say how often a field is right, wrong and not marked, marked, and right and marked."""
    return (
        f"  {field:<14}{len(right):8}{right.mean():8.3f}{(shown & ~right).mean():17.3f}"
        f"{(~shown).mean():9.3f}{(~shown & right).mean():15.3f}"
    )


def main() -> None:
    """Print the table."""
    out = set((ROOT / "training" / "left_out.txt").read_text("utf-8").splitlines())
    known = taught(out)
    written = [row for name in ("cfir", "experiences") for row in sheet(EXAMPLES / f"{name}.csv")]
    sets = {
        "left-out topics": [row for row in written if row["topic"] in out],
        "unseen articles": sheet(ROOT / "benchmarks" / "unseen_findings.csv"),
        "ordinary wording": sheet(ROOT / "benchmarks" / "ordinary_findings.csv"),
    }
    for name, rows in sets.items():
        print(f"{name:<16}findings   right  wrong, unmarked   marked  right, marked")
        for book in ("perspectives", "cfir-2022", "valence"):
            print("\n".join(lines(rows, codebook(book), known)))


if __name__ == "__main__":
    main()
