"""Candidate themes against themes that authors chose, beside what a user would pick instead.

    python benchmarks/themes_example.py [EXAMPLE] [--placing] [--embedder NAME] [--sizes 1000,10000]

Sets of findings with known themes, each grouped by itself:

* tuned on: 14 of the 28 sets of 30 findings in codebooks/examples/experiences.csv, means over
  sets, and *left out*: the other 14. Weights of names and overarching themes were chosen on the
  first, with the second in sight; those of the vectors earlier, on all 28;
* unseen: two sets in unseen_themes.csv, whose themes were fixed before any grouping and on which
  nothing was tuned;
* studies: 24 sets in study_themes.csv, as authors of interview studies and syntheses would publish
  them; nothing was tuned on them either. They are harder than what was published, as they were
  written to be told apart by meaning;
* published: EXAMPLE, the folder with inputs/experiences_text.csv and gold/cooper_findings.csv.

Agreement is the adjusted Rand index / normalised mutual information: 0 is chance for the first,
and the second rises with the number of groups. Means of three seeds where chance enters. *Told*
means that the number of groups was given; otherwise it is found by the method, for scikit-learn's
by the highest silhouette in the range that themeweave searches.

*All names* places by the names of themes and subthemes, *top names* by those of overarching themes
only; the subthemes of the published set were named after its findings, so there it says little.

1,000,000 made-up findings take 4.5 times the processor time of 100,000, and 3.0 GB at the peak.

BERTopic 0.17.4 on all-MiniLM-L6-v2 vectors of 63 findings of the same published review, three
seeds: 0.05 to 0.12 / 0.08 to 0.14, two topics, 6 to 32 per cent of the findings in no topic. On the
vectors used here, topics of five findings and more, means of three seeds: left out 0.05 / 0.06,
unseen 0.09 / 0.04, studies 0.03 / 0.03, published 0.09 / 0.06 (overarching themes / subthemes),
with 33, 22, 57 and 31 per cent in no topic.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_score,
)

from themeweave import plugins
from themeweave.findings.vectors import centred
from themeweave.themes.place import nearest_theme
from themeweave.themes.propose import Proposal, propose

ROOT = Path(__file__).parents[1]
SEEDS, DRAWS, FEW = (0, 1, 2), 30, (3, 5, 10)
PLACED_BY = ("all names", "top names", "regression", "on TF-IDF", "commonest")
Floats = Any
Labels = Sequence[object]
Embedder = Callable[[Sequence[str]], Floats]
Set = tuple[list[str], list[str], list[str]]  # texts, overarching themes, subthemes
WORDS = """
training pay hope stigma role support supervision trust recovery funding policy friendship boundary
disclosure workload hierarchy contract peer worker service user ward clinic carer manager staff
nurse team family community improved reduced lacked gained feared valued lost shared needed blocked
helped changed slowly often rarely early together alone openly
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("example", nargs="?", type=Path)
    parser.add_argument("--embedder", default="reader")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--placing", action="store_true", help="only findings placed from a few")
    given = parser.parse_args(arguments)
    embedder = plugins.load("embedders", given.embedder)
    for name, sets in data_sets(given.example):
        print(f"\n{name}: {sum(len(texts) for texts, _, _ in sets)} findings in {len(sets)} sets")
        if not given.placing:
            group(sets, embedder)
        place(sets, embedder)
    if not given.placing:
        grow(int(word) for word in given.sizes.split(",") if word)


def grow(sizes: Iterable[int]) -> None:
    """Print the time and memory that proposing themes takes."""
    print("\nmade-up findings, vectors of letters: time, and peak memory of the process so far")
    before = 0.0
    for size in sizes:
        texts = made_up(size)
        start, before_it = time.process_time(), time.perf_counter()
        found = propose([f"F{row}" for row in range(size)], texts)
        busy, seconds = time.process_time() - start, time.perf_counter() - before_it
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        growth = f", {busy / before:.1f} times the last" if before else ""
        took = f"{seconds:7.1f} s, {busy:6.1f} s of processor"
        print(f"{size:>9,} findings {took} {peak:5.2f} GB {len(found.themes)} themes{growth}")
        before = busy


def group(sets: Sequence[Set], embedder: Embedder) -> None:
    """Print every method's agreement on both levels, and what an edit moves."""
    print(f"  {'':34}{'overarching':>15}{'subthemes':>16}")
    table: defaultdict[str, list[list[tuple[float, float]]]] = defaultdict(list)
    for texts, tops, subs in sets:
        for method, on_tops, on_subs in methods(texts, tops, subs, embedder):
            table[method].append([agreement(tops, on_tops), agreement(subs, on_subs)])
    for method, found in table.items():
        means = np.array(found).mean(axis=0)
        print(f"  {method:34}" + "".join(f"{ari:9.3f} /{nmi:6.3f}" for ari, nmi in means))
    print(f"  {edited(sets, embedder)}")


def place(sets: Sequence[Set], embedder: Embedder) -> None:
    """Print how well findings are placed from a few labels."""
    print("  labelled of each overarching theme, and the share of the rest that is placed right:")
    print(f"  {'':12}" + "".join(f"{method:>13}" for method in PLACED_BY))
    for line in seeded(sets, embedder):
        print(f"  {line}")


def methods(
    texts: Sequence[str], tops: Sequence[str], subs: Sequence[str], embedder: Embedder
) -> Iterator[tuple[str, list[Labels], list[Labels]]]:
    """Give each method's groups, a list of runs, for overarching themes and for subthemes."""
    ids, few, many = names(texts), len(set(tops)), len(set(subs))
    itself = propose(ids, texts, embedder=embedder)
    told = [propose(ids, texts, number=n, embedder=embedder) for n in (few, many)]
    yield "themeweave", [levels(itself)[1]], [levels(itself)[0]]
    yield "themeweave, told", [levels(told[0])[0]], [levels(told[1])[0]]
    vectors = centred(embedder(texts))
    weights = TfidfVectorizer(stop_words="english").fit_transform(texts)
    for what, rows, cluster in (
        ("Ward, same vectors", vectors, ward),
        ("k-means, same vectors", vectors, k_means),
        ("k-means, TF-IDF", weights, k_means),
    ):
        own = [by_itself(rows, cluster, seed) for seed in SEEDS]
        yield what, own, own
        yield (
            f"{what}, told",
            [cluster(rows, few, seed) for seed in SEEDS],
            [cluster(rows, many, seed) for seed in SEEDS],
        )


def ward(rows: Floats, number: int, _seed: int) -> Labels:
    return list(AgglomerativeClustering(number).fit_predict(rows))


def k_means(rows: Floats, number: int, seed: int) -> Labels:
    return list(KMeans(number, n_init=10, random_state=seed).fit_predict(rows))


def by_itself(rows: Floats, cluster: Callable[..., Labels], seed: int) -> Labels:
    size = rows.shape[0]
    low = max(2, round(size**0.5))
    tried = {n: cluster(rows, n, seed) for n in range(low, max(low, size // 4) + 1)}
    return tried[max(tried, key=lambda n: silhouette_score(rows, tried[n]))]


def seeded(sets: Sequence[Set], embedder: Embedder) -> Iterator[str]:
    """Say how many findings join the right overarching theme with a few of each labelled.

    Means of 30 random draws, for sets whose themes have more findings than are labelled. With
    names alone nothing is labelled; *all* labels every finding but the one that is placed, which
    is what could be reached.
    """
    read = [embedded(*one, embedder) for one in sets]
    for few in (0, *FEW):
        shares = [
            np.mean([placed(one, drawn(one.tops, few, d)) for d in range(DRAWS)], axis=0)
            for one in read
            if min(Counter(one.tops).values()) > few
        ]
        if shares:
            yield f"{few:3} labelled{shown(shares)}"
    every = [range(len(one.tops)) for one in read]
    shares = [
        np.mean([placed(one, [r for r in rows if r != row]) for row in rows], axis=0)
        for one, rows in zip(read, every, strict=True)
    ]
    yield f"all labelled{shown(shares)}"


def shown(shares: Sequence[Floats]) -> str:
    means = "".join(f"{share:13.2f}" for share in np.mean(shares, axis=0))
    return f"{means}   ({len(shares)} sets)"


@dataclass(frozen=True)
class Read:
    """A set with its vectors."""

    tops: Sequence[str]
    above: dict[str, str]  # from subtheme to overarching theme
    vectors: Floats
    called: dict[str, Floats]  # vectors of the overarching themes' names
    called_below: dict[str, Floats]  # and of the subthemes'
    weights: Floats  # TF-IDF


def embedded(
    texts: Sequence[str], tops: Sequence[str], subs: Sequence[str], embedder: Embedder
) -> Read:
    above = dict(zip(subs, tops, strict=True))
    themes, below = sorted(set(tops)), sorted(above)
    said = [*texts, *themes, *(sub.split(": ", 1)[1] for sub in below)]
    rows = iter(centred(embedder(said)))
    vectors = np.array([next(rows) for _ in texts])
    weights = TfidfVectorizer(stop_words="english").fit_transform(texts)
    return Read(
        tops,
        above,
        vectors,
        {theme: next(rows) for theme in themes},
        {sub: next(rows) for sub in below},
        weights,
    )


def drawn(tops: Sequence[str], few: int, draw: int) -> list[int]:
    chance = random.Random(draw)
    return [
        row
        for theme in sorted(set(tops))
        for row in chance.sample([r for r, top in enumerate(tops) if top == theme], few)
    ]


def placed(one: Read, labelled: Sequence[int]) -> list[float]:
    """Give the shares that each method of `PLACED_BY` places right of those not labelled."""
    seeds = {row: one.tops[row] for row in labelled}
    rest = [row for row in range(len(one.tops)) if row not in seeds]
    commonest = Counter(one.tops).most_common(1)[0][0]
    found = [
        nearest(one, seeds, one.called | one.called_below, one.above),
        nearest(one, seeds, one.called, {}),
        regression(one.vectors, seeds),
        regression(one.weights, seeds),
        [commonest] * len(one.tops),
    ]
    return [sum(by[row] == one.tops[row] for row in rest) / len(rest) for by in found]


def nearest(
    one: Read, seeds: dict[int, str], called: dict[str, Floats], above: dict[str, str]
) -> list[str]:
    near = nearest_theme(one.vectors, seeds, called, above)
    return [above.get(near.titles[theme], near.titles[theme]) for theme in near.theme]


def regression(rows: Floats, seeds: dict[int, str]) -> list[str]:
    if not seeds:
        return [""] * rows.shape[0]
    fitted = LogisticRegression(C=10, max_iter=300).fit(rows[list(seeds)], list(seeds.values()))
    return list(fitted.predict(rows))


def edited(sets: Sequence[Set], embedder: Embedder) -> str:
    """Say how many other findings change their theme when one loses its last word."""
    moved, findings = [], []
    for texts, _, _ in sets:
        ids = names(texts)
        before = levels(propose(ids, texts, embedder=embedder))[0]
        for row in range(0, len(texts), max(1, len(texts) // 4)):
            changed = list(texts)
            changed[row] = changed[row].rsplit(" ", 1)[0]
            after = levels(propose(ids, changed, embedder=embedder))[0]
            moved.append(others_moved(before, after, row))
            findings.append(len(texts) - 1)
    none = sum(count == 0 for count in moved)
    return (
        f"one finding loses its last word: {np.mean(moved):.1f} of {np.mean(findings):.0f} others "
        f"change theme; none in {none} of {len(moved)} edits"
    )


def others_moved(before: Labels, after: Labels, row: int) -> int:
    """Count findings outside the best matching of two groupings, the edited one left out."""
    both = Counter(pair for n, pair in enumerate(zip(before, after, strict=True)) if n != row)
    left, right = sorted({a for a, _ in both}), sorted({b for _, b in both})
    counts = np.array([[both[a, b] for b in right] for a in left])
    return int(counts.sum() - counts[linear_sum_assignment(-counts)].sum())


def names(texts: Sequence[str]) -> list[str]:
    return [f"F{row:04}" for row in range(len(texts))]


def levels(found: Proposal) -> tuple[list[str], list[str]]:
    places = found.placements
    return [place.theme for place in places], [place.overarching for place in places]


def agreement(gold: Sequence[str], runs: Sequence[Labels]) -> tuple[float, float]:
    return (
        float(np.mean([adjusted_rand_score(gold, labels) for labels in runs])),
        float(np.mean([normalized_mutual_info_score(gold, labels) for labels in runs])),
    )


def data_sets(example: Path | None) -> Iterator[tuple[str, list[Set]]]:
    own = ROOT / "codebooks" / "examples" / "experiences.csv"
    ours = by_topic(own)
    yield "tuned on", ours[::2]
    yield "left out", ours[1::2]
    yield "unseen", by_topic(Path(__file__).parent / "unseen_themes.csv")
    yield "studies", by_topic(Path(__file__).parent / "study_themes.csv")
    if example:
        yield "published", [published(example)]


def by_topic(path: Path) -> list[Set]:
    topics: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            topics[row["topic"]].append(row)
    return [as_set(rows) for rows in topics.values()]


def as_set(rows: Sequence[dict[str, str]]) -> Set:
    return (
        [row["text"] for row in rows],
        [row["theme"] for row in rows],
        [f"{row['theme']}: {row['subtheme']}" for row in rows],
    )


def published(example: Path) -> Set:
    with (example / "gold" / "cooper_findings.csv").open(encoding="utf-8") as file:
        gold = {row["finding_id"]: row for row in csv.DictReader(file)}
    with (example / "inputs" / "experiences_text.csv").open(encoding="utf-8") as file:
        rows = [(row["text"], gold[row["id"]]) for row in csv.DictReader(file)]
    return as_set(
        [
            {
                "text": text,
                "theme": found["section_path"].split(" > ")[-2],  # the authors' heading
                "subtheme": found["subtheme"].replace("_", " "),
            }
            for text, found in rows
            if found["overarching_theme"] != "other"
        ]
    )


def made_up(size: int) -> list[str]:
    """Make statements of 12 to 24 words, two in three of them from one of 40 vocabularies."""
    chance, words = random.Random(1), WORDS.split()
    subjects = [[f"{chance.choice(words)}{letter}" for letter in "abcdefgh"] for _ in range(40)]
    texts = []
    for _ in range(size):
        own = chance.choice(subjects)
        length = chance.randint(12, 24)
        texts.append(
            " ".join(chance.choice(chance.choice((own, own, words))) for _ in range(length))
        )
    return texts


if __name__ == "__main__":
    main(sys.argv[1:])
