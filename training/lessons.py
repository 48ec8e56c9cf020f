"""Lessons: what the reader hears, and what it should answer.

Examples come as they stand, twice, and in dresses (decorate.py, attribute.py): their answers lie
between their readers' labels and what the teachers say. The pool has no labels.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import examples as ex
import network as net
import numpy as np
from task import Task, dressed, texts_of

from themeweave.codes.phrases import phrases
from themeweave.findings.answers import units

POOL = 72_000  # statements
GENERAL = 12_000  # of them whose vectors are kept near the teacher's, beside the examples
PHRASED, PHRASES = 12_000, 20_000  # examples whose phrases the table hears; and how many of these
TEACHER, POOLED, VECTORS = "teacher_taught.npz", "teacher_pool.npz", "general.npy"


@dataclass(frozen=True)
class Lessons:
    """Texts, the labels of each, and what the teachers say of them, by question."""

    texts: list[str]
    targets: ex.Targets
    teacher: Mapping[str, np.ndarray]


def pool_of(work: Path) -> list[str]:
    """Give the pool that was made in a work folder."""
    found: list[str] = json.loads((work / "pool.json").read_text("utf-8"))
    return found


def phrases_of(task: Task) -> list[str]:
    """Give phrases of some examples, two of each: a sheet may hold findings of three words."""
    rng = random.Random(0)
    found: list[str] = []
    for row in rng.sample(task.taught, PHRASED):
        cut = [phrase.of(row["text"]) for phrase in phrases(row["text"])]
        rng.shuffle(cut)
        found += cut[:2]
    return list(dict.fromkeys(found))[:PHRASES]


def lessons(task: Task, work: Path) -> Lessons:
    """Put the lessons together, once the teachers were asked."""
    texts, rows = dressed(task.taught)
    pool, plain = pool_of(work), len(task.taught)
    with np.load(work / TEACHER) as said, np.load(work / POOLED) as of_pool:
        own = {name: net.softmax(said[name]) for name in task.sizes}
        pooled = {name: net.softmax(of_pool[name]) for name in task.sizes}
    labels = task.targets([*rows, *rows[:plain]])
    teacher = {n: np.concatenate([own[n], own[n][:plain], pooled[n]]) for n in task.sizes}
    shares = {n: np.concatenate([labels.shares[n], pooled[n]]) for n in task.sizes}
    known = {n: np.append(labels.known[n], np.ones(len(pool))) for n in task.sizes}
    return Lessons([*texts, *texts[:plain], *pool], ex.Targets(shares, known), teacher)


def near(task: Task, work: Path, width: int) -> np.ndarray:
    """Give the vectors that the reader's should be near: the teacher's, as they came.

    Returns
    -------
    shape (lessons, width)
        Unit rows, in the directions in which the teacher's differ most; rows of zeros where it
        was not asked.
    """
    vectors = np.load(work / VECTORS).astype(np.float32)
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    kept = units(vectors @ directions[:width].T)
    plain = len(task.taught)
    rest = len(dressed(task.taught)[0]) - plain
    own, pooled = kept[:plain], kept[plain:]
    nothing = np.zeros((rest, width), np.float32)
    after = np.zeros((len(pool_of(work)) - len(pooled), width), np.float32)
    return np.concatenate([own, nothing, own, pooled, after])


def asked_for_vectors(task: Task, work: Path) -> list[str]:
    """Give the texts whose vectors the teacher is asked for."""
    return [*texts_of(task.taught), *pool_of(work)[:GENERAL]]
