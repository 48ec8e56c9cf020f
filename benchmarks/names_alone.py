"""How often the right theme is suggested from what themes are called, and how far that is believed.

A codebook that holds the names of a study's themes and nothing else, one a study, read by the
engine that ships: the theme of each finding against the author's, the mean share of belief, and
how many are not marked unclear and wrong. Every finding is read by itself, as nothing was decided.

* tuned on: 28 sets of codebooks/examples/experiences.csv, among the 108 on which the weights were
  chosen (the other 80 are not kept);
* studies: 24 sets as authors of interview studies and syntheses would publish them, in
  study_themes.csv, by a writer who knew neither the program nor the other sets;
* unseen: two sets in unseen_themes.csv.

    python benchmarks/names_alone.py
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from themeweave.codes import reader
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.suggest import choose
from themeweave.review.settings import MARGIN

ROOT = Path(__file__).parents[1]
SETS = {
    "tuned on": ROOT / "codebooks" / "examples" / "experiences.csv",
    "studies": ROOT / "benchmarks" / "study_themes.csv",
    "unseen": ROOT / "benchmarks" / "unseen_themes.csv",
}
Row = Mapping[str, str]


def by_topic(path: Path) -> list[list[Row]]:
    """Read a sheet, one list of findings a topic."""
    topics: defaultdict[str, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            topics[row["topic"]].append(row)
    return list(topics.values())


def names(rows: Sequence[Row]) -> Codebook:
    """Make a codebook of what themes and subthemes are called."""
    themes = {row["theme"]: f"T{row['theme']}" for row in rows}
    pairs = {(row["theme"], row["subtheme"]) for row in rows if row["subtheme"] != row["theme"]}
    codes = [Code(code_id, name, level="theme") for name, code_id in themes.items()]
    codes += [Code(f"{theme}: {name}", name, parent=themes[theme]) for theme, name in sorted(pairs)]
    return Codebook("names", "Names", tuple(codes), exclusive=True)


def judged(rows: Sequence[Row]) -> Iterator[tuple[bool, float, bool]]:
    """Say of each finding whether its theme is right, how far believed, and whether it is sure."""
    book = names(rows)
    for row, reading in zip(rows, reader.read([row["text"] for row in rows], book), strict=True):
        choice = choose(reading, book)
        right = book.name(choice.branch) == row["theme"]
        yield right, choice.score, choice.margin >= MARGIN


def main() -> None:
    print(f"{'':10}{'findings':>10}{'right':>8}{'believed':>10}{'sure':>8}{'right of them':>15}")
    for name, path in SETS.items():
        found = [one for rows in by_topic(path) for one in judged(rows)]
        right = sum(one[0] for one in found) / len(found)
        believed = sum(one[1] for one in found) / len(found)
        sure = [one for one in found if one[2]]
        of_sure = sum(one[0] for one in sure) / max(1, len(sure))
        print(
            f"{name:10}{len(found):10}{right:8.2f}{believed:10.2f}"
            f"{len(sure) / len(found):8.2f}{of_sure:15.2f}"
        )


if __name__ == "__main__":
    main()
