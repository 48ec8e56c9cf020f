"""Poison: findings that stop whoever reads them are found, set aside, and the others coded.

A chunk whose worker died is tried once more, for workers die of other causes too. Then it is
halved until the findings are found that fail alone; what remains is coded together again, so that
the rows of the others do not depend on how the search went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.survey import Chunk
from themeweave.review.workers import Attempt, Failed, Said

MOST = 20  # findings of one chunk that may fail, before it is the engine that fails


@dataclass(frozen=True, slots=True)
class Settled:
    """The lines of a chunk, and which of its findings were set aside, in words."""

    lines: bytes
    set_aside: tuple[str, ...] = ()


def settle(chunk: Chunk, said: Said, attempt: Attempt, name: str) -> Settled:
    """Settle what was said of a chunk.

    Parameters
    ----------
    said
        Its lines, or why there are none.
    attempt
        Codes some findings, and gives their lines or why there are none.
    name
        The sheet's, for messages.

    Raises
    ------
    ReviewError
        Where more than `MOST` findings fail, or all of several: then it is not the findings.
    """
    if isinstance(said, Failed) and said.died:
        said = attempt(chunk.findings)
    if isinstance(said, bytes):
        return Settled(said)
    bad: dict[int, str] = {}
    pieces = _pieces(chunk, range(len(chunk.findings)), said, attempt, name, bad)
    rest = [finding for place, finding in enumerate(chunk.findings) if place not in bad]
    whole = attempt(rest) if rest else b""
    aside = tuple(
        f"{name}, row {chunk.rows[place]}, finding '{chunk.findings[place].id}': {reason}"
        for place, reason in bad.items()
    )
    return Settled(pieces if isinstance(whole, Failed) else whole, aside)


def _pieces(
    chunk: Chunk,
    places: Sequence[int],
    failed: Failed,
    attempt: Attempt,
    name: str,
    bad: dict[int, str],
) -> bytes:
    """Code findings that fail together in smaller parts; note those that fail alone."""
    if len(places) == 1:
        said = attempt([chunk.findings[places[0]]]) if failed.died else failed
        if isinstance(said, bytes):
            return said
        bad[places[0]] = said.reason
        if len(bad) > MOST or 1 < len(bad) == len(chunk.findings):
            raise ReviewError(
                f"the engine fails on many findings, the last time with: {said.reason}",
                f"{name}, rows {chunk.rows[0]} to {chunk.rows[-1]}",
                "Try another engine, such as --engine fast.",
            )
        return b""
    made = b""
    for half in (places[: len(places) // 2], places[len(places) // 2 :]):
        said = attempt(_those(chunk, half))
        if isinstance(said, Failed):
            said = _pieces(chunk, half, said, attempt, name, bad)
        made += said
    return made


def _those(chunk: Chunk, places: Sequence[int]) -> list[Finding]:
    return [chunk.findings[place] for place in places]
