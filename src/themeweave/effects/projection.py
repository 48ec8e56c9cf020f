"""The residual projection P(t), which every estimator of tau2 is written in.

With weights W = diag(1 / (v + t)), P(t) = W - W X (X'WX)^-1 X'W takes the part of the effects that
the design X explains out of them. Because dP/dt = -P P, each of ::

    y'Py    y'PPy    y'PPPy    tr P    tr PP

falls as t rises, being a sum of positive terms c / (m + t)^n with m the eigenvalues of V between
contrasts; such sums are also log-convex, so that the ratios y'PPPy / y'PPy and tr PP / tr P fall
too. The solver's guarantee rests on these facts: values at both ends of an interval bound
everything in between.

Arrays have shape (datasets, k); rows that are absent carry weight 0. Without X the design is an
intercept and sums are enough. With X of shape (k, p) a QR decomposition does the same work.
"""

# ruff: noqa: N803, N806  # Y, V and X are matrices, written as the field writes them

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from themeweave.effects.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Studies:
    """Padded data sets made ready: absent rows have y = 0, v = 1 and ``on`` = 0."""

    y: Floats
    v: Floats
    on: Floats
    origin: Floats  # what was taken off every effect, per data set
    df: Floats  # rows present minus columns of the design, per data set
    v_min: Floats  # smallest sampling variance present, per data set
    v_max: Floats
    X: Floats | None  # (k, p), or None for an intercept

    def take(self, rows: np.ndarray) -> Studies:
        """Return some of the data sets, in the given order and as often as given."""
        return Studies(
            self.y[rows],
            self.v[rows],
            self.on[rows],
            self.origin[rows],
            self.df[rows],
            self.v_min[rows],
            self.v_max[rows],
            self.X,
        )


def studies(Y: Floats, V: Floats, X: Floats | None = None) -> Studies:
    """Make padded data sets ready; for an intercept, y is measured from its most precise study.

    That shift leaves tau2 as it is and spares the cancellation in y - mean that a dominant study
    would otherwise cause.
    """
    if not Y.shape[1]:
        Y = V = np.full((len(Y), 1), np.nan)
    present = np.isfinite(Y) & np.isfinite(V)
    v = np.where(present, V, np.inf)
    v_min = v.min(axis=1)
    origin = np.zeros(len(Y))
    if X is None:
        most_precise = np.take_along_axis(Y, v.argmin(axis=1)[:, None], axis=1)[:, 0]
        origin = np.where(np.isfinite(v_min), most_precise, np.nan)
    return Studies(
        y=np.where(present, Y - origin[:, None], 0.0),
        v=np.where(present, V, 1.0),
        on=present.astype(np.float64),
        origin=origin,
        df=present.sum(axis=1) - (1.0 if X is None else float(X.shape[1])),
        v_min=np.where(np.isfinite(v_min), v_min, 1.0),
        v_max=np.where(present, V, 0.0).max(axis=1),
        X=X,
    )


def dot(a: Floats, b: Floats) -> Floats:
    """Row by row, the sum of a * b."""
    result: Floats = np.vecdot(a, b)
    return result


def weights(s: Studies, t: Floats) -> Floats:
    """Return 1 / (v + t), and 0 for absent rows."""
    return s.on / (s.v + t[:, None])


def residuals(s: Studies, w: Floats, z: Floats) -> Floats:
    """Return z minus its weighted least squares fit on the design."""
    if s.X is None:
        mean: Floats = dot(w, z) / dot(w, s.on)
        return z - mean[:, None]
    root = np.sqrt(w)
    q = np.linalg.qr(root[:, :, None] * s.X).Q
    fit = np.einsum("nij,nj->ni", q, np.einsum("nij,ni->nj", q, root * z))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(w > 0, z - fit / root, 0.0)


def generalised_q(s: Studies, t: Floats) -> tuple[Floats, Floats]:
    """Return y'Py, the generalised Q statistic, and y'PPy, minus its slope in t."""
    w = weights(s, t)
    r = residuals(s, w, s.y)
    u = w * r
    return dot(u, r), dot(u, u)


def leverage(s: Studies, w: Floats) -> Floats:
    """Return the diagonal of W^(1/2) X (X'WX)^-1 X' W^(1/2)."""
    if s.X is None:
        share: Floats = w / dot(w, s.on)[:, None]
        return share
    q = np.linalg.qr(np.sqrt(w)[:, :, None] * s.X).Q
    result: Floats = np.einsum("nij,nij->ni", q, q)
    return result


def trace(s: Studies, w: Floats) -> Floats:
    """Return tr P."""
    return dot(w, 1.0 - leverage(s, w))


def trace_product(s: Studies, w: Floats, a: Floats, b: Floats) -> Floats:
    """Return tr(P A P B) for diagonal A and B, given by their diagonals of shape (datasets, k)."""
    if s.X is None:
        h = leverage(s, w)
        within = dot(w * w * (1.0 - 2.0 * h), a * b)
        return within + dot(w * h, a) * dot(w * h, b)
    root = np.sqrt(w)
    q = np.linalg.qr(root[:, :, None] * s.X).Q
    p = (np.eye(w.shape[1]) - q @ q.transpose(0, 2, 1)) * root[:, :, None] * root[:, None, :]
    result: Floats = np.einsum("nij,ni,nj->n", p * p, a, b)
    return result


def slopes(s: Studies, t: Floats, restricted: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what the (restricted) likelihood's slope is made of: y'PPy, tr P, y'PPPy, tr PP.

    Twice the slope is the first minus the second; twice its own slope is the fourth minus twice
    the third. The full likelihood has W in place of P in the two traces.
    """
    w = weights(s, t)
    u = w * residuals(s, w, s.y)
    a, c = dot(u, u), dot(w * residuals(s, w, u), u)
    if not restricted:
        return a, dot(w, s.on), c, dot(w, w)
    if s.X is None:
        # The same sums as in `trace` and `trace_product`, written out: this is the inner loop.
        total = dot(w, s.on)
        wh = w * (w / total[:, None])
        second = dot(wh, s.on)
        return a, total - second, c, dot(w, w - 2.0 * wh) + second * second
    one = np.ones_like(w)
    return a, trace(s, w), c, trace_product(s, w, one, one)


def log_likelihood(s: Studies, t: Floats, restricted: bool) -> Floats:
    """Return the log-likelihood of t with the coefficients at their best for that t.

    The restricted one carries the constant ``log det(X'X) / 2``, as metafor's does.
    """
    w = weights(s, t)
    r = residuals(s, w, s.y)
    log_w = dot(np.log(w + (1.0 - s.on)), s.on)
    value: Floats = 0.5 * (log_w - dot(w * r, r))
    constant = float(np.log(2.0 * np.pi))
    if not restricted:
        return value - 0.5 * dot(s.on, s.on) * constant
    return value + 0.5 * (_log_det(s, s.on) - _log_det(s, w) - s.df * constant)


def _log_det(s: Studies, w: Floats) -> Floats:
    """Return log det(X'WX)."""
    if s.X is None:
        return np.log(dot(w, s.on))
    result: Floats = np.linalg.slogdet(np.einsum("ni,ij,il->njl", w, s.X, s.X))[1]
    return result
