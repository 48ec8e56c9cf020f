"""Readings of findings: a suggester's word, the context of each finding, and people's decisions.

The one path from findings to shares of belief, for a review folder and for batch work alike.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from themeweave import plugins
from themeweave.codes.codebook import Codebook
from themeweave.codes.context import carried_on, goes_on, under_headings, with_samples
from themeweave.codes.heads import head_for
from themeweave.codes.learned import Decided, Lesson, Trial, teach
from themeweave.codes.nearest import with_examples
from themeweave.codes.parts import further
from themeweave.codes.phrases import shortened
from themeweave.codes.reader import in_folder
from themeweave.codes.reading import Reading, Suggester, Without, shares_below
from themeweave.codes.suggest import Further
from themeweave.codes.voice import holders
from themeweave.corpus.records import Review
from themeweave.findings.records import Finding
from themeweave.review.shipped import PERSPECTIVES, codebook, stock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER = "folder:"  # before the path of an engine that somebody else built
VOICE = "perspective"  # an example shows nothing here: it is alike in what it is about
DIRECTION = "valence"  # an example shows something only where no phrase does
READER = "reader"  # the suggester whose encoder the example findings were read with
FAST = "fast"  # the suggester for very many findings
LEARNED = "+learned@2"  # behind the name of a suggester whose word was learned on
MOST_WEIGHED = 2_000  # findings that are read again without each phrase, unless one asks for more
BEFORE = 20  # findings before one that its reading may go on from


@dataclass(frozen=True, slots=True)
class Read:
    """What is believed of findings in one codebook, and on whose word."""

    readings: tuple[Reading, ...]
    suggester: str  # name and version, such as "reader@4"
    trial: Trial | None = None  # how learning from decisions did; None where it was not tried


def read(
    suggester: str,
    findings: Sequence[Finding],
    book: Codebook,
    reviews: Iterable[Review] = (),
    decided: Mapping[str, Collection[str]] | None = None,
    where: str = "",
    weighed: Collection[str] = (),
) -> Read:
    """Read findings against a codebook.

    Parameters
    ----------
    suggester
        The name of a plug-in.
    reviews
        Those that the findings cite: whose views they sampled narrows a codebook of perspectives.
    decided
        By finding: the codes that people accepted. Given in a review folder, they are learned
        from where that is better: which branch (domain, perspective) a finding of the strands
        that they decided in belongs to.
    where
        Where the suggester's name stands, for a message.
    weighed
        Ids of findings that are also read without each of their phrases; see `weigh`.

    Raises
    ------
    ReviewError
        Where there is no such suggester.
    """
    found = as_read(suggester, findings, book, reviews, where)
    again = partial(weigh, suggester, findings, book=book, reviews=reviews, weighed=weighed)
    decisions = decided_rows(findings, book, decided or {})
    if not decisions:
        return replace(found, readings=tuple(again(found.readings)))
    vectors = vectors_of(suggester, [finding.text for finding in findings])
    rows = list(decisions)
    lesson, trial = lesson_of(
        [findings[row] for row in rows],
        [found.readings[row] for row in rows],
        vectors[rows],
        [*decisions.values()],
        book,
    )
    if lesson is None:
        return Read(tuple(again(found.readings)), found.suggester, trial)
    strands = {findings[row].strand for row in rows}
    learned = partial(with_lesson, lesson, strands, book=book)
    taught = again(learned(findings, found.readings, vectors), learned=learned)
    return Read(tuple(taught), found.suggester + LEARNED, trial)


def as_read(
    suggester: str,
    findings: Sequence[Finding],
    book: Codebook,
    reviews: Iterable[Review] = (),
    where: str = "",
    *,
    in_order: bool = True,
) -> Read:
    """Read findings against a codebook as if nobody had decided anything; see `read`.

    What is read of a finding depends on it, the `BEFORE` findings before it, the codebook, and
    whose views the reviews that it cites sampled. Where they are not ``in_order``, none goes on
    from the one before.
    """
    name, plugin = suggester_of(suggester, where)
    texts = [finding.text for finding in findings]
    readings = plugin(texts, book)
    if suggester == READER or suggester.startswith(FOLDER):
        readings = _with_examples(readings, texts, book, plugin)
    headings = [finding.section for finding in findings]
    readings = under_headings(readings, headings, book)
    if book.id == PERSPECTIVES:
        readings = carried_on(readings, texts, headings) if in_order else readings
        spoken = holders(texts, book)
        readings = with_samples(readings, samples(findings, reviews), spoken, book)
    return Read(tuple(readings), name)


Learned = Callable[[Sequence[Finding], Sequence[Reading], "NDArray[np.float32]"], list[Reading]]


def weigh(
    suggester: str,
    findings: Sequence[Finding],
    readings: Sequence[Reading],
    book: Codebook,
    reviews: Iterable[Review] = (),
    weighed: Collection[str] = (),
    learned: Learned | None = None,
) -> list[Reading]:
    """Add to readings what is believed of the findings without each phrase, and of it by itself.

    They are read as the whole findings were, context and lesson included, so that the shares can
    be held against each other; phrases by themselves without heading and reviews. A finding that
    goes on from the one before is left as it is.

    Parameters
    ----------
    findings, readings
        One reading a finding.
    weighed
        Ids of the findings that are read again.
    learned
        Reads findings with what was learned, from their vectors; see `with_lesson`.
    """
    made = list(readings)
    strands: dict[str, list[int]] = {}  # each read at once: some codebooks are of one strand
    for row, finding in enumerate(findings):
        carried = book.id == PERSPECTIVES and goes_on(finding.text)
        if finding.id in weighed and not carried:
            strands.setdefault(finding.strand, []).append(row)
    for rows in strands.values():
        left_out = [(row, *one) for row in rows for one in shortened(findings[row].text)]
        texts = [(row, text) for row, _, _, text in left_out]
        alone = dict.fromkeys((row, phrase) for row, phrase, pair, _ in left_out if not pair)
        cut = [replace(findings[row], text=text) for row, text in texts]
        cut += [replace(findings[row], text=text, section="", cited=()) for row, text in alone]
        found: Sequence[Reading] = as_read(suggester, cut, book, reviews, in_order=False).readings
        if learned and cut:
            found = learned(cut, found, vectors_of(suggester, [one.text for one in cut]))
        shares = [reading.shares for reading in found]
        by_itself = dict(zip(alone, shares[len(texts) :], strict=True))
        without: dict[int, list[Without]] = {}
        for (row, phrase, pair, _), left in zip(left_out, shares[: len(texts)], strict=True):
            own = {} if pair else by_itself[row, phrase]
            without.setdefault(row, []).append(Without(phrase, left, pair, own))
        for row, several in without.items():
            made[row] = replace(made[row], without=tuple(several))
    return made


def decided_rows(
    findings: Sequence[Finding], book: Codebook, decided: Mapping[str, Collection[str]]
) -> dict[int, str]:
    """Give the findings that people put into one branch, by their row, and that branch."""
    return {
        row: tops.pop()
        for row, finding in enumerate(findings)
        if len(tops := {book.top(code) for code in decided.get(finding.id, ())}) == 1
    }


def lesson_of(
    findings: Sequence[Finding],
    readings: Sequence[Reading],
    vectors: NDArray[np.float32],
    branches: Sequence[str],
    book: Codebook,
) -> tuple[Lesson | None, Trial | None]:
    """Learn the branches of a codebook from decided findings; see `learned.teach`."""
    whole = [_by_top(reading, book) for reading in readings]
    ids = [finding.id for finding in findings]
    names = {code.id: code.name for code in book.codes}
    return teach(whole, Decided(ids, branches, vectors, groups(findings), names))


def with_lesson(
    lesson: Lesson,
    strands: Collection[str],
    findings: Sequence[Finding],
    readings: Sequence[Reading],
    vectors: NDArray[np.float32],
    book: Codebook,
) -> list[Reading]:
    """Read findings with what was learned: which branch, divided below as it was before.

    Only findings of the strands that people decided in: of others nothing was learned.
    """
    whole = [_by_top(reading, book) for reading in readings]
    taught = lesson.read(whole, vectors, [finding.id for finding in findings])
    return [
        _divided(reading, old, new, book) if finding.strand in strands else reading
        for finding, reading, old, new in zip(findings, readings, whole, taught, strict=True)
    ]


def also(
    suggester: str,
    texts: Sequence[str],
    readings: Sequence[Reading],
    book: Codebook,
    margin: float,
    under: Collection[str] = (),
) -> list[tuple[Further, ...]]:
    """Give the further codes of findings by their parts; see `parts.further`.

    Raises
    ------
    ReviewError
        Where there is no such suggester.
    """
    return further(texts, readings, book, suggester_of(suggester)[1], margin, under)


def _by_top(reading: Reading, book: Codebook) -> Reading:
    """Add up a reading's shares by the codes at the top of the tree."""
    tops = [code.id for code in book.roots() if any(book.top(c) == code.id for c in reading.shares)]
    return Reading(shares_below(reading, book, tops))


def _divided(reading: Reading, old: Reading, new: Reading, book: Codebook) -> Reading:
    """Give each branch what was learned of it, divided below as it was before."""
    shares = {}
    for code, share in reading.shares.items():
        top = book.top(code)
        shares[code] = round(share * new.shares[top] / max(old.shares[top], 1e-9), 6)
    notes = {**reading.notes}
    for top, note in new.notes.items():
        notes[top] = "; ".join(filter(None, (note, notes.get(top))))
    return Reading(shares, reading.phrases, notes)


def _with_examples(
    readings: Sequence[Reading], texts: Sequence[str], book: Codebook, suggester: Suggester
) -> list[Reading]:
    """Show examples of what the encoder learned, where it learned this codebook's codes.

    What is like a finding speaks of the same and in its direction, in anybody's voice.
    """
    from themeweave.findings.encoder import shipped

    head = head_for(book, shipped().description)
    if head is None or head.question in (VOICE, DIRECTION):
        return list(readings)
    believed = [read.shares for read in suggester(texts, codebook(DIRECTION))]
    directions = [max(shares, key=lambda code: shares[code]) for shares in believed]
    vectors = vectors_of(READER, texts)
    return with_examples(readings, vectors, stock(), head.question, book, directions)


def vectors_of(suggester: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Give the vectors that are learned from: the fast engine's own, else the encoder's.

    Returns
    -------
    shape (len(texts), d)
        Unit rows; the row of a text depends on that text.
    """
    if suggester == FAST:
        from themeweave.findings.table import shipped as table

        return table()(texts).vectors
    from themeweave.findings.encoder import shipped

    return shipped()(texts).vectors


def groups(findings: Sequence[Finding]) -> list[str]:
    """Give for each finding what is left out together with it: its first review, or section."""
    return [
        finding.cited[0] if finding.cited else finding.section or f"finding {finding.id}"
        for finding in findings
    ]


def samples(findings: Sequence[Finding], reviews: Iterable[Review]) -> list[list[tuple[str, ...]]]:
    """Give for each finding whose views each cited review sampled; nothing where not known."""
    sampled = {review.id: review.sampled for review in reviews if review.sampled}
    return [[sampled.get(review, ()) for review in finding.cited] for finding in findings]


def suggester_of(suggester: str, where: str = "") -> tuple[str, Suggester]:
    """Give a suggester, and its name with the version that its module or engine states.

    Parameters
    ----------
    suggester
        The name of a plug-in, or ``folder:`` and the path of an engine like the reader's.

    Raises
    ------
    ReviewError
        Where there is no such suggester, or the folder does not hold one.
    """
    if suggester.startswith(FOLDER):
        return in_folder(Path(suggester.removeprefix(FOLDER)))
    plugin: Suggester = plugins.load("suggesters", suggester, where)
    module = sys.modules[getattr(plugin, "__module__", __name__)]
    version = str(getattr(module, "VERSION", "?")).rpartition("@")[2]
    return f"{suggester}@{version}", plugin
