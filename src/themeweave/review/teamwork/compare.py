"""Comparing: where coders differ first, how far they agree, and what was settled on whose word.

Only what is revealed is compared, as it was submitted: what a coder rules after the reveal is no
longer independent. Whether a difference is still open is read from what stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision
from themeweave.codes.double import BookAgreement, compare, differ, said
from themeweave.errors import ReviewError
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.readings import groups
from themeweave.review.team import Assignment, when_submitted
from themeweave.review.teamwork.assign import coded_against, find_assignment
from themeweave.review.teamwork.submit import uncoded


@dataclass(frozen=True, slots=True)
class Share:
    """How far a coder has come with a share; numbers say nothing of what was coded."""

    coder: str
    findings: int
    left: int  # without a ruling in some codebook
    submitted: str  # when, UTC; empty where it is not


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an assignment has come."""

    assignment: Assignment
    shares: tuple[Share, ...]

    @property
    def doubles(self) -> int:
        """How many findings several coders have."""
        return len(self.assignment.doubles)

    @property
    def revealed(self) -> int:
        """How many of them all their coders have submitted."""
        return len(self.assignment.revealed)


@dataclass(frozen=True, slots=True)
class Word:
    """What one coder said of a finding in one codebook."""

    coder: str
    codes: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What ended a difference."""

    by: str
    at: str
    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Coders said different things of a finding in one codebook."""

    finding: str
    book: Codebook
    words: tuple[Word, ...]  # as submitted
    kind: str  # 'code'; or 'depth' where one only says it more exactly than the other
    settled: Settled | None = None
    moved: tuple[str, ...] = ()  # coders whose later ruling ended it, without a verdict

    @property
    def is_open(self) -> bool:
        """Whether the team still has to settle it."""
        return self.settled is None and not self.moved


def progress(path: Path) -> list[Progress]:
    """Say how far every assignment has come; tells nobody what was coded."""
    return progress_of(open_folder(path, None))


def progress_of(folder: ReviewFolder) -> list[Progress]:
    """Give the progress in a folder that is whole."""
    return [
        Progress(
            one,
            tuple(
                Share(
                    coder,
                    len(findings),
                    len(uncoded(folder, one, coder)),
                    one.submitted[coder].event.at if coder in one.submitted else "",
                )
                for coder, findings in one.shares.items()
            ),
        )
        for one in folder.team.assignments
    ]


def differences(path: Path, name: str = "") -> list[Difference]:
    """List where coders differ, open ones first; of one assignment, or of all."""
    return differences_of(open_folder(path), name)


def differences_of(folder: ReviewFolder, name: str = "") -> list[Difference]:
    """List the differences of a folder in anybody's sight: what is blind still is not in it."""
    found: dict[tuple[str, str], Difference] = {}
    place = {finding.id: number for number, finding in enumerate(folder.findings)}
    for assignment in _asked(folder, name):
        submitted = when_submitted(folder.decisions, assignment)
        for book in _books(folder, assignment):
            words = said(submitted, book)
            for finding in assignment.revealed.keys() & place:
                kind = differ(words.get(finding, {}).values(), book)
                if kind:
                    found[finding, book.id] = _difference(
                        folder, finding, book, submitted, words[finding], kind
                    )
    books = list(coded_against(folder))
    return sorted(
        found.values(),
        key=lambda one: (
            not one.is_open,
            one.kind == "depth",
            books.index(one.book.id),
            place[one.finding],
        ),
    )


def _difference(
    folder: ReviewFolder,
    finding: str,
    book: Codebook,
    submitted: list[Decision],
    words: dict[str, tuple[str, ...]],
    kind: str,
) -> Difference:
    here = [d for d in folder.decisions if (d.finding_id, d.codebook) == (finding, book.id)]
    now = said([made for made in here if made.rank != "final"], book).get(finding, {})
    moved = not differ([now.get(coder, ()) for coder in words], book)
    return Difference(
        finding,
        book,
        tuple(
            Word(coder, codes, _reason(submitted, finding, book, coder))
            for coder, codes in words.items()
        ),
        kind,
        settled(here, book),
        tuple(coder for coder in words if now.get(coder) != words[coder]) if moved else (),
    )


def _reason(made: list[Decision], finding: str, book: Codebook, coder: str) -> str:
    reasons = [
        one.reason
        for one in made
        if (one.finding_id, one.codebook, one.coder) == (finding, book.id, coder) and one.reason
    ]
    return reasons[-1] if reasons else ""


def settled(made: list[Decision], book: Codebook) -> Settled | None:
    """Give what a finding was settled as in a codebook, from the decisions on it."""
    final = [one for one in made if one.rank == "final"]
    if not final:
        return None
    last = max(final, key=lambda one: (one.decided_at, one.coder, one.sequence))
    codes = said([one for one in final if one.coder == last.coder], book)
    agreed = codes.get(last.finding_id, {}).get(last.coder, ())
    return Settled(last.coder, last.decided_at, agreed, last.reason)


def consensus(path: Path) -> list[tuple[str, Codebook, Settled]]:
    """List everything that was settled: finding, codebook, and on whose word; oldest first."""
    return consensus_of(open_folder(path))


def consensus_of(folder: ReviewFolder) -> list[tuple[str, Codebook, Settled]]:
    """List what was settled in a folder."""
    found = []
    places = {(d.finding_id, d.codebook) for d in folder.decisions if d.rank == "final"}
    for finding, name in sorted(places):
        book = folder.codebooks.get(name)
        here = [d for d in folder.decisions if (d.finding_id, d.codebook) == (finding, name)]
        if book and (end := settled(here, book)):
            found.append((finding, book, end))
    return sorted(found, key=lambda one: (one[2].at, one[0], one[1].id))


CONSENSUS_COLUMNS = ("finding", "codebook", "codes", "names", "by", "at", "reason")


def consensus_rows(
    found: Iterable[tuple[str, Codebook, Settled]],
) -> Iterator[dict[str, object]]:
    """Give the consensus log as rows of `CONSENSUS_COLUMNS`."""
    for finding, book, end in found:
        names = ";".join(book.name(code) for code in end.codes)
        cells = (finding, book.id, ";".join(end.codes), names, end.by, end.at, end.reason)
        yield dict(zip(CONSENSUS_COLUMNS, cells, strict=True))


def agreement(path: Path, name: str = "", *, draws: int = 1000) -> list[BookAgreement]:
    """Compute how far coders agree, in every codebook that was coded twice.

    Parameters
    ----------
    name
        An assignment; empty for all, where of a finding that was assigned twice the later counts.
    draws
        Samples for each interval.

    Raises
    ------
    ReviewError
        Where review.toml does without statistics, or nothing is revealed yet.
    """
    return agreement_of(open_folder(path), name, draws=draws)


def agreement_of(folder: ReviewFolder, name: str = "", *, draws: int = 1000) -> list[BookAgreement]:
    """Compute the agreement in a folder in anybody's sight, as for `agreement`."""
    if not folder.settings.team.statistics:
        raise ReviewError(
            "this review does without statistics of agreement",
            "review.toml, team.statistics",
            "'themeweave team disagreements' lists where readings differ.",
        )
    shared: dict[str, dict[str, list[str]]] = {}
    words: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    for assignment in _asked(folder, name):
        submitted = when_submitted(folder.decisions, assignment)
        for book in _books(folder, assignment):
            strand = folder.settings.book(book.id).strand
            of_strand = {f.id for f in folder.findings if strand in ("", f.strand)}
            here = {f: c for f, c in assignment.revealed.items() if f in of_strand}
            coded = said(submitted, book)
            shared.setdefault(book.id, {}).update(here)
            words.setdefault(book.id, {}).update({f: coded.get(f, {}) for f in here})
    if not any(shared.values()):
        raise ReviewError(
            "nothing was coded by several people and revealed yet",
            "",
            "Agreement is known once all coders of an assignment have submitted it: "
            "'themeweave team status'.",
        )
    documents = dict(zip((f.id for f in folder.findings), groups(folder.findings), strict=True))
    return [
        compare(words[name], shared[name], book, documents, draws=draws)
        for name, book in coded_against(folder).items()
        if shared.get(name)
    ]


def _asked(folder: ReviewFolder, name: str) -> list[Assignment]:
    return [find_assignment(folder.team, name)] if name else list(folder.team.assignments)


def _books(folder: ReviewFolder, assignment: Assignment) -> Iterator[Codebook]:
    known = coded_against(folder)
    return (known[name] for name in assignment.codebooks if name in known)
