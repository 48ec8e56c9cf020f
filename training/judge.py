"""How good networks are on topics that they were not taught, from what they said of them.

    python training/judge.py WORK/teacher_left_out.npz WORK/reader_left_out.npz ...

A finding's label is its writer's; *either* counts a domain or construct that the blind reader or
a second choice names as well. Chance is the commonest label of the examples taught.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import examples as ex
import network as net
import numpy as np
from task import Task


def row(task: Task, logits: dict[str, np.ndarray]) -> list[float]:
    """Give the shares that are right, in the order of the table's columns."""
    said = {question: net.softmax(logits[question]) for question in logits}
    place = {code: i for i, code in enumerate(task.constructs)}
    domain = (said["domain"] + said["construct"] @ task.frame.up()) / 2
    hits: Counter[str] = Counter()
    asked: Counter[str] = Counter()

    def count(name: str, right: bool) -> None:
        asked[name] += 1
        hits[name] += right

    for i, example in enumerate(task.left_out):
        code = example.get("construct", "")
        if code in place:
            ranked = [ex.DOMAINS[j] for j in np.argsort(-domain[i], kind="stable")]
            own = task.frame.domain_of[code]
            named = {
                example.get(c, "") for c in ("construct", "second", "construct_2", "second_2")
            } & set(place)
            count("domain", ranked[0] == own)
            count("two", own in ranked[:2])
            count("either", ranked[0] in {task.frame.domain_of[c] for c in named})
            best = task.constructs[int(said["construct"][i].argmax())]
            count("construct", best == code)
            count("either construct", best in named)
        if example.get("valence") in ("barrier", "facilitator"):
            clear = ex.VALENCE[int(said["valence"][i].argmax())]
            count("valence", clear == example["valence"])
        one, two = example.get("perspective", ""), example.get("perspective_2", "")
        if one and (not two or one == two):
            count("perspective", ex.PERSPECTIVE[int(said["perspective"][i].argmax())] == one)
        count("finding", (said["kind"][i].argmax() == 0) == (not example.get("kind")))
    return [hits[name] / asked[name] for name in COLUMNS]


COLUMNS = (
    "domain",
    "two",
    "either",
    "construct",
    "either construct",
    "valence",
    "perspective",
    "finding",
)


def main() -> None:
    """Print the table."""
    task = Task()
    print(f"{len(task.left_out)} examples of topics that were left out")
    print(f"{'':<24}" + "".join(f"{name:>17}" for name in COLUMNS))
    for name in sys.argv[1:]:
        with np.load(name) as said:
            shares = row(task, dict(said))
        print(f"{Path(name).stem:<24}" + "".join(f"{share:17.3f}" for share in shares))


if __name__ == "__main__":
    main()
