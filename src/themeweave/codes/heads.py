"""Heads: an engine's answers, as shares of belief over a codebook's codes.

A head speaks for a codebook whose codes it was trained to answer, whatever the codebook is
called: a team may copy, rename or trim one. Where another head answers with the codebook's tops
(domains), the two are asked together: how much a top gets is what both say of it on average,
how it is divided below is what the head of the lower codes says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from themeweave.codes.codebook import Code, Codebook
from themeweave.findings.answers import Answers, Description, Head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEWEST_KNOWN = 0.5  # of a codebook's codes that a head must know to speak for it


def head_for(book: Codebook, description: Description) -> Head | None:
    """Find the head that was trained on a codebook's codes: on half of them at least.

    Examples
    --------
    >>> head = Head("valence", ("barrier", "facilitator"), 1.0)
    >>> about = Description("reader", "1", (head,), "", "")
    >>> book = Codebook("direction", "Direction", (Code("barrier", "Hindered by"),))
    >>> head_for(book, about).question
    'valence'
    """
    wanted = {code.id for code in _leaves(book)}
    if not wanted:
        return None
    known = {head: len(wanted.intersection(head.codes)) for head in description.heads}
    best = max(known, key=lambda head: known[head], default=None)
    return best if best and known[best] >= _FEWEST_KNOWN * len(wanted) else None


def head_of_tops(book: Codebook, description: Description) -> Head | None:
    """Find the head that answers with the codes at the top of a codebook, all of them."""
    tops = {code.id for code in book.roots() if not code.retired and code.level != "residual"}
    if not any(code.parent for code in book.codes):
        return None
    return next((head for head in description.heads if set(head.codes) == tops), None)


def shares(
    answers: Answers, description: Description, book: Codebook, codes: list[Code]
) -> NDArray[np.float64] | None:
    """Give what an engine believes of a codebook's codes.

    Parameters
    ----------
    codes
        The codes that may be suggested, in the order of the columns.

    Returns
    -------
    shape (n, len(codes)) or None
        Rows add up to 1; 0 for codes that the engine does not know. None where no head speaks
        for the codebook.
    """
    import numpy as np

    head = head_for(book, description)
    if head is None:
        return None
    place = {code.id: column for column, code in enumerate(codes)}
    kept = [(column, place[code]) for column, code in enumerate(head.codes) if code in place]
    found = np.zeros((len(answers.vectors), len(codes)))
    found[:, [to for _, to in kept]] = answers.shares[head.question][:, [at for at, _ in kept]]
    found /= np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
    above = head_of_tops(book, description)
    if above is not None:
        tops = answers.shares[above.question].astype(np.float64)
        for column, top in enumerate(above.codes):
            below = [at for code, at in place.items() if book.top(code) == top]
            own = found[:, below].sum(axis=1, keepdims=True)
            wanted = (own + tops[:, [column]]) / 2
            found[:, below] *= np.divide(wanted, own, out=np.zeros_like(own), where=own > 1e-12)
        found /= np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
    return found


def _leaves(book: Codebook) -> list[Code]:
    """Give the codes that may be suggested, without the tops of a tree."""
    tree = any(code.parent for code in book.codes)
    return [code for code in book.suggestible() if code.parent or not tree]
