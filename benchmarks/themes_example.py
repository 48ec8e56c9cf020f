"""Candidate themes against published ones, beside k-means and Ward; seeds; and how time grows.

    python benchmarks/themes_example.py [EXAMPLE FINDINGS_JSONL] [--embedder NAME]

EXAMPLE is the folder with inputs/experiences_text.csv and gold/cooper_findings.csv;
FINDINGS_JSONL holds statements with text, construct, domain and topic, none of which the method was
tuned on. Without them only the time is measured. Agreement is the adjusted Rand index / normalised
mutual information: 0 is chance for the first, and depends on the number of groups for the second.
BERTopic 0.17.4 on all-MiniLM-L6-v2 vectors of 63 findings of the same published review, three
seeds: 0.05 to 0.12 / 0.08 to 0.14, two topics, 6 to 32 per cent of the findings in no topic.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from themeweave import plugins
from themeweave.themes.place import nearest_theme
from themeweave.themes.propose import Proposal, propose

SEEDS, DRAWS = (0, 1, 2), 30
Floats = Any
Embedder = Callable[[Sequence[str]], Floats]
WORDS = """
training pay hope stigma role support supervision trust recovery funding policy friendship boundary
disclosure workload hierarchy contract peer worker service user ward clinic carer manager staff
nurse team family community improved reduced lacked gained feared valued lost shared needed blocked
helped changed slowly often rarely early together alone openly
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("example", nargs="?", type=Path)
    parser.add_argument("statements", nargs="?", type=Path)
    parser.add_argument("--embedder", default="reader")
    given = parser.parse_args(arguments)
    embedder = plugins.load("embedders", given.embedder)
    if given.statements:
        print("agreement (ARI / NMI); k-means: mean of three seeds, number of groups given")
        compare(given.example, given.statements, embedder)
    print("\ntime and peak memory of the process so far")
    for size in (1_000, 10_000, 100_000):
        texts = made_up(size)
        start = time.perf_counter()
        found = propose([f"F{row}" for row in range(size)], texts)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:>8} findings {seconds:6.1f} s {peak:6.0f} MB {len(found.themes)} themes")


def compare(example: Path, statements: Path, embedder: Embedder) -> None:
    for name, (texts, gold) in data_sets(example, statements).items():
        ids, groups = [f"F{row:04}" for row in range(len(texts))], len(set(gold))
        itself = propose(ids, texts, embedder=embedder)
        given = propose(ids, texts, number=groups, embedder=embedder)
        print(f"{name}: {len(texts)} findings, {groups} groups")
        for what, labels in (
            (f"themes, {len(itself.themes)} by itself", levels(itself)[0]),
            (f"overarching, {len(itself.overarching)} by itself", levels(itself)[1]),
            ("themes, number given", levels(given)[0]),
        ):
            print(f"  {what:32}{agreement(gold, [labels])}")
        vectors = embedder(texts)
        ward = AgglomerativeClustering(groups).fit_predict(vectors)
        print(f"  {'k-means on TF-IDF, number given':32}{agreement(gold, k_means(texts, groups))}")
        own = [KMeans(groups, n_init=10, random_state=s).fit_predict(vectors) for s in SEEDS]
        print(f"  {'k-means on the same vectors':32}{agreement(gold, own)}")
        print(f"  {'Ward on the same vectors':32}{agreement(gold, [ward])}")
        if groups <= 6:
            print(f"  {seeded(vectors, gold)}")
        print(f"  {edited(ids, texts, itself, embedder)}")


def seeded(vectors: Floats, gold: Sequence[str]) -> str:
    """Say how many findings join the right theme with a few of each labelled, 30 random draws."""
    said = []
    for few in (3, 5, 10):
        right = []
        for draw in range(DRAWS):
            chance = random.Random(draw)
            seeds = {
                row: theme
                for theme in sorted(set(gold))
                for row in chance.sample([r for r, g in enumerate(gold) if g == theme], few)
            }
            near = nearest_theme(vectors, seeds)
            rest = [row for row in range(len(gold)) if row not in seeds]
            hits = sum(near.titles[near.theme[row]] == gold[row] for row in rest)
            right.append(hits / len(rest))
        said.append(f"{few}: {sum(right) / DRAWS:.2f}")
    commonest = Counter(gold).most_common(1)[0][1] / len(gold)
    return f"accuracy by labelled findings a theme: {', '.join(said)}; commonest {commonest:.2f}"


def edited(ids: Sequence[str], texts: Sequence[str], before: Proposal, embedder: Embedder) -> str:
    """Say how far the themes stay when one finding loses its last word, ten findings in turn."""
    apart = []
    for row in list(range(0, len(texts), max(1, len(texts) // 10)))[:10]:
        changed = list(texts)
        changed[row] = changed[row].rsplit(" ", 1)[0]
        after = propose(ids, changed, embedder=embedder)
        apart.append(adjusted_rand_score(levels(before)[0], levels(after)[0]))
    return f"one finding edited: ARI with the themes before {sum(apart) / len(apart):.2f}"


def levels(found: Proposal) -> tuple[list[str], list[str]]:
    places = found.placements
    return [place.theme for place in places], [place.overarching for place in places]


def agreement(gold: Sequence[str], runs: Sequence[Sequence[object]]) -> str:
    ari = sum(adjusted_rand_score(gold, labels) for labels in runs) / len(runs)
    nmi = sum(normalized_mutual_info_score(gold, labels) for labels in runs) / len(runs)
    return f"{ari:6.3f} / {nmi:.3f}"


def k_means(texts: Sequence[str], groups: int) -> list[Sequence[object]]:
    weights = TfidfVectorizer(stop_words="english").fit_transform(texts)
    return [KMeans(groups, n_init=10, random_state=seed).fit_predict(weights) for seed in SEEDS]


def data_sets(example: Path, statements: Path) -> dict[str, tuple[list[str], list[str]]]:
    with (example / "gold" / "cooper_findings.csv").open(encoding="utf-8") as file:
        gold = {row["finding_id"]: row for row in csv.DictReader(file)}
    with (example / "inputs" / "experiences_text.csv").open(encoding="utf-8") as file:
        rows = [(row["text"], gold[row["id"]]) for row in csv.DictReader(file)]
    rows = [row for row in rows if row[1]["overarching_theme"] != "other"]
    sets = {
        f"published {level}": ([text for text, _ in rows], [found[level] for _, found in rows])
        for level in ("overarching_theme", "subtheme")
    }
    every = [json.loads(line) for line in statements.read_text(encoding="utf-8").splitlines()]
    sample = random.Random(20240229).sample(every, 300)
    for level in ("domain", "topic"):
        sets[f"not tuned on: {level}, 300 drawn"] = (
            [row["text"] for row in sample],
            [row[level] for row in sample],
        )
    often = {topic for topic, _ in Counter(row["topic"] for row in every).most_common(6)}
    rows = [row for row in every if row["topic"] in often]
    sets["not tuned on: the six topics stated most"] = (
        [row["text"] for row in rows],
        [row["topic"] for row in rows],
    )
    return sets


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
