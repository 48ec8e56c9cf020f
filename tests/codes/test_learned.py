"""Learning from decisions: only where it does better on reviews that were left out."""

import numpy as np
import pytest

from themeweave.codes.learned import FEWEST, Decided, teach
from themeweave.codes.reading import Reading


def case(n=60, seed=0):
    """Findings in two groups of vectors; the engine is blind and says the same of all."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 2
    vectors = rng.normal(0, 0.2, (n, 6))
    vectors[:, 0] += np.where(kind == 0, 1.0, -1.0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    readings = [Reading({"a": 0.6, "b": 0.4}) for _ in range(n)]
    return readings, vectors.astype(np.float32), ["ab"[k] for k in kind]


NAMES = {"a": "Apples", "b": "Bread"}


def learned(readings, vectors, decided, groups):
    rows = sorted(decided)
    ids = [f"F{n}" for n in range(len(readings))]
    of = Decided(
        [ids[row] for row in rows],
        [decided[row] for row in rows],
        vectors[rows],
        [groups[row] for row in rows],
        NAMES,
    )
    lesson, trial = teach([readings[row] for row in rows], of)
    return (lesson.read(readings, vectors, ids) if lesson else readings), trial


def reviews(n, size=6):
    return [f"R{row // size}" for row in range(n)]


def test_what_a_team_decides_is_learned_and_used_where_it_is_better():
    readings, vectors, truth = case()
    decided = dict(enumerate(truth[:40]))
    found, trial = learned(readings, vectors, decided, reviews(60))
    assert trial.used
    assert (trial.decided, trial.reviews, trial.engine_right) == (40, 7, 0.5)
    assert trial.learned_right == 1.0
    best = [max(reading.shares, key=reading.shares.get) for reading in found[40:]]
    assert best == truth[40:]
    near = vectors[:40] @ vectors[50]
    first, second = (f"F{n}" for n in sorted(range(0, 40, 2), key=lambda n: -near[n])[:2])
    assert found[50].notes == {
        "a": f"like {first} and {second}, which your team placed in Apples (tried on "
        "reviews left out: 100% right, without it 50%)"
    }
    assert str(trial) == (
        "learned from 40 decisions: right for 100% of findings of left-out reviews, the engine "
        "for 50%; used"
    )


def test_decisions_without_a_pattern_change_nothing():
    readings, vectors, _ = case()
    rng = np.random.default_rng(5)
    decided = {row: str(rng.choice(["a", "a", "b"])) for row in range(40)}
    found, trial = learned(readings, vectors, decided, reviews(60))
    assert not trial.used
    assert found == readings
    assert str(trial).endswith("; not used, as it is not better")


def test_a_pattern_that_holds_within_reviews_only_is_not_taken_for_knowledge():
    # each review has a direction of its own, and its coders always chose one code
    n = 60
    vectors = np.eye(10, dtype=np.float32)[np.arange(n) // 6]
    readings = [Reading({"a": 0.55, "b": 0.45}) for _ in range(n)]
    decided = {row: "ab"[(row // 6) % 2] for row in range(n)}
    _, trial = learned(readings, vectors, decided, reviews(n))
    assert not trial.used


def test_a_gain_that_chance_alone_would_give_is_not_used():
    # one finding more right of forty, and no more belief in what is right than in what is not
    _, vectors, truth = case()
    told = [Reading({"a": 0.9, "b": 0.1} if t == "a" else {"a": 0.1, "b": 0.9}) for t in truth]
    told[0] = Reading({"a": 0.45, "b": 0.55})
    noise = np.random.default_rng(3).normal(0, 1, vectors.shape).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    _, trial = learned(told, noise, dict(enumerate(truth[:40])), reviews(60))
    assert not trial.used


@pytest.mark.parametrize(
    ("decisions", "groups"),
    [
        pytest.param(FEWEST - 1, reviews(60), id="too few decisions"),
        pytest.param(40, ["R1"] * 60, id="one review"),
    ],
)
def test_nothing_is_learned_from_too_little(decisions, groups):
    readings, vectors, truth = case()
    assert learned(readings, vectors, dict(enumerate(truth[:decisions])), groups) == (
        readings,
        None,
    )


def test_decisions_on_codes_that_are_not_suggested_are_passed_over():
    readings, vectors, _ = case()
    assert learned(readings, vectors, dict.fromkeys(range(40), "retired"), reviews(60))[1] is None


def test_learning_twice_gives_the_same():
    readings, vectors, truth = case()
    decided = dict(enumerate(truth[:40]))
    first = learned(readings, vectors, decided, reviews(60))
    assert learned(readings, vectors, decided, reviews(60)) == first
