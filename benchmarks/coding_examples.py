"""How good suggestions are on example findings that the codebooks do not hold.

Rows: the suggester that ships, its likeness without cues, cues alone, and the commonest answer.
Reads ../shared where it is at hand; prints accuracy, never asserts it.

    python benchmarks/coding_examples.py
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import themeweave.codes.blend as blend
from themeweave.codes.codebook import Codebook
from themeweave.codes.reading import Reading, shares_below
from themeweave.codes.suggest import choose
from themeweave.codes.valence import read as read_valence
from themeweave.codes.voice import read as read_voice
from themeweave.review.shipped import codebook

EXAMPLES = Path(__file__).parents[2] / "shared" / "training" / "cfir_examples.jsonl"


def examples(book: Codebook) -> list[dict[str, str]]:
    """Example findings that are not in the codebook."""
    known = {example.text for code in book.codes for example in code.examples}
    rows = [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()]
    return [row for row in rows if row["text"] not in known]


def framework_row(name: str, readings: Sequence[Reading], rows: list, book: Codebook) -> str:
    """Accuracy of domain, domain within two, and construct; and of the answers not unsure."""
    tops = [code.id for code in book.roots()]
    hits = Counter()
    for reading, row in zip(readings, rows, strict=True):
        choice = choose(reading, book)
        shares = shares_below(reading, book, tops)
        first_two = sorted(tops, key=lambda top: -shares[top])[:2]
        hits["domain"] += choice.branch == row["domain"]
        hits["two"] += row["domain"] in first_two
        hits["construct"] += choice.code_id == row["construct"]
        if choice.margin >= 0.2:
            hits["sure"] += 1
            hits["sure and right"] += choice.branch == row["domain"]
    n = len(rows)
    sure = hits["sure and right"] / hits["sure"] if hits["sure"] else float("nan")
    return (
        f"{name:<28} {hits['domain'] / n:6.3f} {hits['two'] / n:6.3f} {hits['construct'] / n:9.3f}"
        f" {sure:8.3f} of {hits['sure'] / n:4.0%}"
    )


def variant(texts: Sequence[str], book: Codebook, letters: float, words: float, cues: float):
    """Read with other weights."""
    kept = blend._LETTERS, blend._WORDS, blend._CUES
    blend._LETTERS, blend._WORDS, blend._CUES = letters, words, cues
    try:
        return blend.read(texts, book)
    finally:
        blend._LETTERS, blend._WORDS, blend._CUES = kept


def share_right(readings: Sequence[Reading], gold: Sequence[str]) -> float:
    """Share of readings whose first code is the one given."""
    first = [max(reading.shares, key=lambda code: reading.shares[code]) for reading in readings]
    return sum(a == b for a, b in zip(first, gold, strict=True)) / len(gold)


def main() -> None:
    """Print the tables."""
    if not EXAMPLES.exists():
        print(f"skipped: {EXAMPLES} is not at hand")
        return
    book = codebook("cfir-2022")
    rows = examples(book)
    texts = [row["text"] for row in rows]
    common = Counter(row["domain"] for row in rows).most_common(2)
    print(f"{len(rows)} example findings, not in the codebook; CFIR 2022")
    print(f"{'':<28} domain    two construct  domain where not unsure")
    start = perf_counter()
    readings = blend.read(texts, book)
    seconds = perf_counter() - start
    print(framework_row("blend (ships)", readings, rows, book))
    print(framework_row("likeness, no cues", variant(texts, book, 30, 20, 0), rows, book))
    print(framework_row("likeness of words only", variant(texts, book, 0, 30, 0), rows, book))
    print(framework_row("cues only", variant(texts, book, 0, 0, 4), rows, book))
    print(
        f"{'commonest domain':<28} {common[0][1] / len(rows):6.3f} "
        f"{(common[0][1] + common[1][1]) / len(rows):6.3f}"
    )
    print(f"{len(rows) / seconds:,.0f} findings a second")
    clear = [row for row in rows if row["valence"] in ("barrier", "facilitator")]
    valence = read_valence([row["text"] for row in clear], codebook("valence"))
    print(f"\nvalence, barrier or facilitator, {len(clear)} findings")
    print(f"  ships {share_right(valence, [row['valence'] for row in clear]):.3f}", end="")
    print(
        f", commonest {Counter(r['valence'] for r in clear).most_common(1)[0][1] / len(clear):.3f}"
    )
    voices = read_voice(texts, codebook("perspectives"))
    print(f"perspective, {len(rows)} findings")
    print(f"  ships {share_right(voices, [row['speaker'] for row in rows]):.3f}", end="")
    print(f", commonest {Counter(r['speaker'] for r in rows).most_common(1)[0][1] / len(rows):.3f}")


if __name__ == "__main__":
    main()
