"""Learned: how a team decides, learned from its decisions on top of what the engine believes.

A multinomial logistic regression that starts from the engine's shares and learns what to add:
with few decisions it says what the engine says, with many it says what the team says. It is fitted
anew at every run, in seconds, and never stored. Whether it is used is settled by leaving whole
reviews out: only where it is right more often than the engine *and* gives what is right more
belief, by more than chance alone would (one standard error over the decided findings).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themeweave.codes.reading import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 20  # decided findings from which learning is tried
_FOLDS = 5
_STRENGTHS = (0.3, 1.0, 3.0)  # of the pull towards the engine's word; the best by left-out reviews
_LEAST = 1e-4  # a share below this counts as this
_NAMED, _ALIKE = 2, 0.3  # decided findings that a reason names, and the cosine from which
_WORTH = 0.1  # share from which a code's reason is given


@dataclass(frozen=True, slots=True)
class Trial:
    """How learning did on findings of reviews that it had not seen, beside the engine."""

    decided: int  # findings that people ruled on, with one code each
    reviews: int  # groups of which each was left out in turn, by folds
    engine_right: float  # share of them, 0 to 1
    learned_right: float
    used: bool

    def __str__(self) -> str:
        """Say it in words."""
        verdict = "used" if self.used else "not used, as it is not better"
        return (
            f"learned from {self.decided} decisions: right for {self.learned_right:.0%} of "
            f"findings of left-out reviews, the engine for {self.engine_right:.0%}; {verdict}"
        )

    @property
    def stood(self) -> str:
        """Say briefly how learning stood, for a reason."""
        return (
            f"tried on reviews left out: {self.learned_right:.0%} right, "
            f"without it {self.engine_right:.0%}"
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned: how to read any finding as the team decides."""

    codes: tuple[str, ...]
    weight: NDArray[np.float64]  # shape (d + 1, codes): what vectors add to the engine's word
    trial: Trial
    decided: Decided  # the findings that it was learned from

    def read(
        self, readings: Sequence[Reading], vectors: NDArray[np.float32], ids: Sequence[str]
    ) -> list[Reading]:
        """Read findings, shape (n, d), with what was learned; each by itself.

        A code that gains by it is noted with the decided findings that are most alike.
        """
        import numpy as np

        placed = np.array(self.decided.codes)
        of = {code: np.flatnonzero(placed == code) for code in self.codes}
        base = _logits(readings, self.codes)
        shares = _softmax(base + _features(vectors) @ self.weight)
        alike = vectors @ self.decided.vectors.T
        made: list[Reading] = []
        for reading, row, near, own in zip(readings, shares.tolist(), alike, ids, strict=True):
            notes = dict(reading.notes)
            for code, share in zip(self.codes, row, strict=True):
                if share <= reading.shares[code] or share < _WORTH:
                    continue
                if taken := self.decided.nearest(of[code], near, own):
                    note = f"like {' and '.join(taken)}, which your team placed in "
                    note += self.decided.names.get(code, code)
                    note += f" ({self.trial.stood})" if share == max(row) else ""
                    notes[code] = "; ".join(filter(None, (note, notes.get(code))))
            given = dict(zip(self.codes, (round(share, 6) for share in row), strict=True))
            made.append(Reading(given, reading.phrases, notes))
        return made


@dataclass(frozen=True, slots=True)
class Decided:
    """Findings that people decided, with one code each."""

    ids: Sequence[str]
    codes: Sequence[str]
    vectors: NDArray[np.float32]  # shape (n, d), unit rows
    groups: Sequence[str]  # what is left out together: the review that a finding comes from
    names: Mapping[str, str]  # of the codes, for reasons

    def nearest(self, rows: NDArray[np.intp], cosines: NDArray[np.float32], but: str) -> list[str]:
        """Name those of some rows that are most alike, the finding itself left out."""
        first = rows[(-cosines[rows]).argsort(kind="stable")[: _NAMED + 1]].tolist()
        alike = [self.ids[row] for row in first if cosines[row] >= _ALIKE]
        return [finding for finding in alike if finding != but][:_NAMED]


def teach(readings: Sequence[Reading], decided: Decided) -> tuple[Lesson | None, Trial | None]:
    """Learn from the findings that people decided.

    Parameters
    ----------
    readings
        One a decided finding: what the engine believes.
    decided
        The findings; those with a code that the readings do not hold are passed over, and whole
        groups are left out together.

    Returns
    -------
    lesson, trial
        No lesson where too few findings are decided (`FEWEST`), where they come from one review
        only, or where learning is not better; no trial either in the first two cases.
    """
    import numpy as np

    rows = [row for row, code in enumerate(decided.codes) if code in readings[row].shares]
    groups = [decided.groups[row] for row in rows]
    if len(rows) < FEWEST or len(set(groups)) < 2:
        return None, None
    codes = tuple(readings[rows[0]].shares)
    given = _logits([readings[row] for row in rows], codes)
    truth = np.array([codes.index(decided.codes[row]) for row in rows])
    seen = _features(decided.vectors[rows])
    folds = _folds(groups)
    engine = _softmax(given)
    best_shares, best_strength = engine, 0.0
    for strength in _STRENGTHS:
        left_out = np.zeros_like(given)
        for fold in sorted(set(folds)):
            inside = folds != fold
            weight = _fit(seen[inside], given[inside], truth[inside], strength)
            left_out[~inside] = _softmax(given[~inside] + seen[~inside] @ weight)
        if best_strength == 0.0 or _loss(left_out, truth) < _loss(best_shares, truth):
            best_shares, best_strength = left_out, strength
    right, engine_right = _right(best_shares, truth), _right(engine, truth)
    gains = _losses(engine, truth) - _losses(best_shares, truth)
    better = right > engine_right and gains.mean() > gains.std(ddof=1) / np.sqrt(len(gains))
    trial = Trial(len(rows), len(set(groups)), engine_right, right, used=bool(better))
    if not better:
        return None, trial
    return Lesson(codes, _fit(seen, given, truth, best_strength), trial, decided), trial


def _logits(readings: Sequence[Reading], codes: Sequence[str]) -> NDArray[np.float64]:
    """Give what an engine believes on the log scale, shape (n, codes)."""
    import numpy as np

    shares = [[max(reading.shares[code], _LEAST) for code in codes] for reading in readings]
    found: NDArray[np.float64] = np.log(np.array(shares).reshape(len(readings), len(codes)))
    return found


def _features(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Put a constant beside the vectors, so that how often a code is used is learned too."""
    import numpy as np

    return np.hstack([vectors.astype(np.float64), np.ones((len(vectors), 1))])


def _folds(groups: Sequence[str]) -> NDArray[np.int64]:
    """Deal whole groups to folds, the largest first to the smallest fold."""
    import numpy as np

    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * min(_FOLDS, len(sizes))
    fold_of: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    return np.array([fold_of[group] for group in groups])


def _fit(
    features: NDArray[np.float64],
    base: NDArray[np.float64],
    truth: NDArray[np.int64],
    strength: float,
) -> NDArray[np.float64]:
    """Find the weights, shape (d + 1, codes), that add to the base logits what was decided."""
    import numpy as np
    from scipy.optimize import minimize

    shape = features.shape[1], base.shape[1]
    hit = np.zeros_like(base)
    hit[np.arange(len(truth)), truth] = 1.0

    def lost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight = flat.reshape(shape)
        shares = _softmax(base + features @ weight)
        loss = -np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-12)).sum()
        gradient = features.T @ (shares - hit) + strength * weight
        return float(loss + strength * (weight**2).sum() / 2), gradient.ravel()

    found = minimize(
        lost, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    weight: NDArray[np.float64] = found.x.reshape(shape)
    return weight


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    total: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return total


def _loss(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """Mean negative log share of what was decided: small where the right code gets much."""
    return float(_losses(shares, truth).mean())


def _losses(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    right = np.maximum(shares[np.arange(len(truth)), truth], 1e-12)
    lost: NDArray[np.float64] = -np.log(right)
    return lost


def _right(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return float((shares.argmax(axis=1) == truth).mean())
