"""The likelihood of effects in clusters, and its global maximum over two variance components.

With sampling variances v, sampling correlation rho and components ``between`` and ``within``, the
marginal covariance of a cluster is a diagonal plus rank two, ::

    M = diag((1 - rho) v + within) + between 1 1' + rho sqrt(v) sqrt(v)'

so that likelihood and slope are exact sums over clusters and no matrix larger than 2 x 2 is ever
inverted. The likelihood can have several peaks, and peaks on the boundary: a grid over both
components finds them, Newton steps on the log scale finish each, and every boundary is tried as a
model of its own, which is why a component of 0 is exactly 0.
"""
# ruff: noqa: N803, N806  # matrices are written as the field writes them

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from themeweave.effects.design import Rows
from themeweave.effects.records import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The rows sorted by cluster, and the design made orthonormal (X = QR) for accuracy."""

    y: Floats
    v: Floats
    X: Floats  # as given
    Q: Floats
    R: Floats
    rho: float
    names: tuple[str, ...]  # clusters in order of first appearance
    starts: Ints  # where each cluster begins
    sizes: Ints
    member: Ints  # the cluster of each row, by number

    @classmethod
    def of(cls, rows: Rows, rho: float) -> Blocks:
        """Sort rows by cluster, clusters in order of first appearance."""
        names = tuple(dict.fromkeys(rows.labels))
        number = {name: j for j, name in enumerate(names)}
        member = np.array([number[label] for label in rows.labels], dtype=np.int64)
        order = np.argsort(member, kind="stable")
        sizes = np.bincount(member, minlength=len(names)).astype(np.int64)
        q, r = np.linalg.qr(rows.X[order])
        return cls(
            rows.y[order], rows.v[order], rows.X[order], q, r, rho, names,
            np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes, member[order],
        )  # fmt: skip

    def per_cluster(self, values: Floats) -> Floats:
        """Sum rows within clusters."""
        result: Floats = np.add.reduceat(values, self.starts, axis=0)
        return result

    def covariances(self, between: float, within: float) -> list[Floats]:
        """Return the marginal covariance of each cluster, in full."""
        blocks = []
        for start, size in zip(self.starts, self.sizes, strict=True):
            v = self.v[start : start + size]
            root = np.sqrt(v)
            shared = self.rho * np.outer(root, root) + between
            blocks.append(shared + np.diag((1 - self.rho) * v + within))
        return blocks

    def weigh(self, between: float, within: float) -> Inverse:
        """Invert the marginal covariance, cluster by cluster (Woodbury's identity)."""
        d = (1 - self.rho) * self.v + within
        root = np.sqrt(self.v)
        U = np.column_stack([np.ones_like(root), root])
        G = self.per_cluster(U[:, :, None] * U[:, None, :] / d[:, None, None])
        a, b, e = G[:, 0, 0], G[:, 0, 1], G[:, 1, 1]
        det = 1 + between * a + self.rho * e + between * self.rho * (a * e - b * b)
        K = np.empty_like(G)
        K[:, 0, 0] = between * (1 + self.rho * e) / det
        K[:, 1, 1] = self.rho * (1 + between * a) / det
        K[:, 0, 1] = K[:, 1, 0] = -between * self.rho * b / det
        log_det = float(np.log(d).sum() + np.log(det).sum())
        return Inverse(self, d, U, G, K, log_det)


@dataclass(frozen=True, slots=True, eq=False)
class BlockFit:
    """Generalised least squares at given components, on the orthonormal design."""

    gamma: Floats
    covariance: Floats
    residuals: Floats
    rss: float
    deviance: float  # -2 log-likelihood without its constant
    trace_p: float
    slope: Floats  # of the deviance, in (between, within)


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """W = M^-1 = 1/d - (U/d) K (U/d)' in each cluster."""

    blocks: Blocks
    d: Floats
    U: Floats
    G: Floats
    K: Floats
    log_det: float

    def times(self, A: Floats) -> Floats:
        """Return W A for A of shape (k, columns)."""
        B = A / self.d[:, None]
        inner = self.blocks.per_cluster(self.U[:, :, None] * B[:, None, :])
        back = np.einsum("jab,jbc->jac", self.K, inner)[self.blocks.member]
        result: Floats = B - np.einsum("ka,kac->kc", self.U, back) / self.d[:, None]
        return result

    def fit(self, restricted: bool) -> BlockFit:
        """Fit the coefficients, and the deviance with its slope in the two components."""
        blocks = self.blocks
        WQ = self.times(np.column_stack([blocks.Q, blocks.y]))
        WQ, Wy = WQ[:, :-1], WQ[:, -1]
        information = blocks.Q.T @ WQ
        covariance = np.linalg.inv(information).astype(np.float64)
        gamma: Floats = covariance @ (WQ.T @ blocks.y)
        residuals = blocks.y - blocks.Q @ gamma
        Wr = Wy - WQ @ gamma
        rss = float(residuals @ Wr)
        deviance = self.log_det + rss
        H = blocks.per_cluster(self.U[:, :, None] * self.U[:, None, :] / (self.d**2)[:, None, None])
        trace_w = float((1 / self.d).sum() - np.einsum("jab,jab->", self.K, H))
        G0 = self.G[:, 0, :]
        ones_w = float((self.G[:, 0, 0] - np.einsum("ja,jab,jb->j", G0, self.K, G0)).sum())
        S = blocks.per_cluster(WQ)
        trace_p = trace_w - float(np.einsum("ka,ab,kb->", WQ, covariance, WQ))
        ones_p = ones_w - float(np.einsum("ja,ab,jb->", S, covariance, S))
        if restricted:
            deviance += float(np.linalg.slogdet(information)[1])
        slope = np.array([ones_p if restricted else ones_w, trace_p if restricted else trace_w])
        slope -= [float((blocks.per_cluster(Wr) ** 2).sum()), float(Wr @ Wr)]
        return BlockFit(gamma, covariance, residuals, rss, deviance, trace_p, slope)


def components(blocks: Blocks, restricted: bool) -> tuple[float, float, list[str]]:
    """Maximise the likelihood over both components; boundaries compete on equal terms."""
    k, p = blocks.Q.shape
    notes = []
    free = [True, True]
    if k <= p:
        notes.append(f"heterogeneity is not estimable (k < {p + 1}): both components are set to 0")
        return 0.0, 0.0, notes
    if blocks.sizes.max() == 1:
        notes.append(
            "each cluster holds one effect, so the two levels cannot be told apart: all "
            "heterogeneity is given to the clusters"
        )
        free[1] = False
    elif len(blocks.names) == 1:
        notes.append("variance between clusters is not estimable (1 cluster): it is set to 0")
        free[0] = False
    residual = blocks.y - blocks.Q @ (blocks.Q.T @ blocks.y)
    scale = float(residual @ residual) / (k - p) + float(blocks.v.mean())

    def evaluate(point: Floats) -> BlockFit:
        return blocks.weigh(float(point[0]), float(point[1])).fit(restricted)

    grid = scale * np.concatenate([[0.0], 10.0 ** np.linspace(-5, 1.5, 14)])
    rows, columns = (grid if ok else grid[:1] for ok in free)
    height = np.array([[evaluate(np.array([a, b])).deviance for b in columns] for a in rows])
    best, lowest = np.zeros(2), height[0, 0]
    for face in ((False, True), (True, False), (True, True)):
        if any(on and not ok for on, ok in zip(face, free, strict=True)):
            continue
        for i, j in _valleys(height, face):
            start = np.array([rows[i], columns[j]])
            end = _descend(evaluate, start, np.array(face), 1e-9 * scale)
            if end is None:
                continue
            deviance = evaluate(end).deviance
            if deviance < lowest - 1e-11 * (1 + abs(lowest)):
                best, lowest = end, deviance
    return float(best[0]), float(best[1]), notes


def _valleys(height: Floats, face: tuple[bool, bool]) -> list[tuple[int, int]]:
    """Grid points of a face that lie no higher than their neighbours on it, lowest first."""
    rows = range(1, height.shape[0]) if face[0] else range(1)
    columns = range(1, height.shape[1]) if face[1] else range(1)
    found = []
    for i in rows:
        for j in columns:
            around = [
                height[a, b]
                for a in range(i - 1, i + 2)
                for b in range(j - 1, j + 2)
                if a in rows and b in columns
            ]
            if height[i, j] <= min(around):
                found.append((i, j))
    return sorted(found, key=lambda at: float(height[at]))[:4]


def _descend(
    evaluate: Callable[[Floats], BlockFit], start: Floats, face: np.ndarray, smallest: float
) -> Floats | None:
    """Newton steps in the logarithms of the free components; ``None`` if one runs into 0."""

    def slope(point: Floats) -> Floats:
        result: Floats = (evaluate(point).slope * point)[face]
        return result

    def moved(point: Floats, step: Floats) -> Floats:
        end = point.copy()
        end[face] *= np.exp(step)
        return end

    point, h = start, 1e-4
    n = int(face.sum())
    for _ in range(80):
        if (point[face] < smallest).any():
            return None
        curvature = np.column_stack(
            [(slope(moved(point, h * e)) - slope(moved(point, -h * e))) / (2 * h)
             for e in np.eye(n)]
        )  # fmt: skip
        values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
        # |curvature|: away from the peak a plain Newton step may climb.
        lengths = (vectors.T @ slope(point)) / np.maximum(np.abs(values), 1e-10)
        step = np.clip(-vectors @ lengths, -2.0, 2.0)
        here = evaluate(point).deviance
        while evaluate(moved(point, step)).deviance > here + 1e-12 * (1 + abs(here)):
            step = step / 2
            if np.abs(step).max() < 1e-13:
                break
        point = moved(point, step)
        if np.abs(step).max() < 1e-10:
            break
    return point
