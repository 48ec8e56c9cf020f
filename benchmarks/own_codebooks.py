"""How far a team's own codebook leads to the right theme, and how far that is believed.

Findings of 24 studies (study_themes.csv, as authors of interview studies and syntheses would
publish them) are read against a codebook of their themes by the engines that ship: what the themes
are called, and then what study_codebooks.csv adds, a definition, cues and two made-up findings for
each, which somebody wrote who saw the names alone. Two sets more have names only
(unseen_themes.csv). Every finding is read by itself, as if nothing was decided.

    python benchmarks/own_codebooks.py

Columns, for overarching themes and then for subthemes: the share of findings whose theme is right,
the mean share of belief in it, and *calib*, the mean gap between the two over ten bands of belief;
then, of themes, the share not marked unclear and how often these are right. The weights and the
temperature of likeness were chosen on the 24 studies by the reader with definitions and cues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from coding_examples import calibration, rows_of

from themeweave.codes import fast, reader
from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.reading import Reading, Suggester
from themeweave.codes.suggest import choose, is_unsure
from themeweave.review.settings import MARGINS

HERE = Path(__file__).parent
PARTS = ("names", "definition", "cues", "examples")
Row = Mapping[str, str]


def main() -> None:
    print(f"{'':34}{'themes':^25}{'subthemes':^24}{'themes':^15}")
    titles = ("right", "believed", "calib", "right", "believed", "calib", "sure", "right")
    print(f"{'':33}" + "".join(f"{title:>9}" for title in titles))
    told = by_topic(HERE / "study_codebooks.csv")
    studies = by_topic(HERE / "study_themes.csv")
    for engine, name in ((reader.read, "reader"), (fast.read, "fast")):
        for parts in range(1, len(PARTS) + 1):
            label = f"24 studies, {name}: " + ("names" if parts == 1 else f"and {PARTS[parts - 1]}")
            show(label, [(rows, told[topic]) for topic, rows in studies.items()], parts, engine)
    unseen = by_topic(HERE / "unseen_themes.csv").values()
    show("2 unseen sets, reader: names", [(rows, rows) for rows in unseen], 1, reader.read)


def by_topic(path: Path) -> dict[str, list[Row]]:
    """Read a sheet, the rows of each topic."""
    topics: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of(path):
        topics[row["topic"]].append(row)
    return dict(topics)


def codebook(rows: Sequence[Row], parts: int) -> Codebook:
    """Make a codebook of themes and subthemes, of what is called names and the parts after it."""
    tops = {row["theme"]: Code(row["theme"], row["theme"], level="theme") for row in rows}
    below: dict[str, Code] = {}
    for row in rows:
        code_id = key(row)
        shown = [Example(row[column]) for column in ("example", "another")] if parts > 3 else []
        below[code_id] = Code(
            code_id,
            row["subtheme"],
            parent=row["theme"],
            definition=row["definition"] if parts > 1 else "",
            cues=tuple(row["cues"].split("|")) if parts > 2 else (),
            examples=tuple(shown),
        )
    return Codebook("own", "Own", (*tops.values(), *below.values()), exclusive=True)


def key(row: Row) -> str:
    return f"{row['theme']}: {row['subtheme']}"


def show(
    label: str,
    sets: Sequence[tuple[Sequence[Row], Sequence[Row]]],
    parts: int,
    suggester: Suggester,
) -> None:
    """Print one line."""
    found: list[tuple[float, ...]] = []
    for rows, told in sets:
        book = codebook(told, parts)
        readings = suggester([row["text"] for row in rows], book)
        found += [judged(row, reading, book) for row, reading in zip(rows, readings, strict=True)]
    right, believed, own, share, sure = np.array(found).T
    numbers = [right.mean(), believed.mean(), calibration(believed, right)]
    numbers += [
        own.mean(),
        share.mean(),
        calibration(share, own),
        sure.mean(),
        right[sure == 1].mean(),
    ]
    print(f"{label:33}" + "".join(f"{number:9.2f}" for number in numbers))


def judged(row: Row, reading: Reading, book: Codebook) -> tuple[float, ...]:
    """Say whether theme and subtheme are right, how far believed, and whether the theme is sure."""
    choice = choose(reading, book)
    return (
        float(choice.branch == row["theme"]),
        choice.score,
        float(choice.code_id == key(row)),
        reading.shares[choice.code_id],
        float(not is_unsure(choice, MARGINS["themes"])),
    )


if __name__ == "__main__":
    main()
