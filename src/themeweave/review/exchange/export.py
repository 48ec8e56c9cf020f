"""Exporting a review: to other programs as a project, to everybody in open formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import themeweave
from themeweave.codes.coding import Suggestion, settle
from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.exchange.content import Content
from themeweave.exchange.losses import Losses
from themeweave.exchange.open.writers import FORMATS
from themeweave.exchange.outgoing import Origin, project_of
from themeweave.exchange.project import Group, Picture, Project, Tie
from themeweave.exchange.refi.write import write_qdc, write_qdpx
from themeweave.exchange.unnamed import people_of, without_people
from themeweave.review import documents as stored
from themeweave.review.exchange.prepare import MEMOS
from themeweave.review.exchange.records import Record, records
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import PERSPECTIVES, THEMES, VALENCE, ReviewFolder, open_folder
from themeweave.review.nearest import nearest
from themeweave.review.places import page_of
from themeweave.review.synthesis import suggest_all

PROJECTS = {
    "qdpx": "a REFI-QDA project for NVivo, ATLAS.ti, MAXQDA, QualCoder and others",
    "qdc": "a REFI-QDA codebook",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made; nothing is written yet."""

    files: Mapping[str, bytes]  # by what stands behind the name, the asked for first
    base: str  # what it holds, in words
    losses: Losses
    stem: str  # what the file is called if nobody says


def formats() -> dict[str, str]:
    """Give every format by name, in words."""
    return {**PROJECTS, **{name: made.words for name, made in FORMATS.items()}}


def export(
    path: Path,
    name: str,
    program: str = "standard",
    *,
    suggested: bool = False,
    people: bool = True,
    progress: Progress = quiet,
) -> Exported:
    """Export a review.

    Parameters
    ----------
    path
        The review folder.
    name
        A format, of `formats`.
    program
        For ``qdpx``: who reads it, ``standard`` or ``nvivo``.
    suggested
        Whether codings that no person confirmed go along; they are marked as such.
    people
        Whether it says who coded; if not, see `themeweave.exchange.unnamed`.
    progress
        Told what is being done.

    Raises
    ------
    ReviewError
        For a format that there is not, a folder with faults, or one without findings.
    """
    known = formats()
    if name not in known:
        raise ReviewError(
            f"there is no format '{name}'{nearest(name, known)}",
            "",
            f"Choose one of: {', '.join(known)}.",
        )
    folder = open_folder(path)
    content = content_of(folder, suggested=suggested, progress=progress)
    kept, losses = origin(list(records(folder.path))), Losses()
    stem = folder.path.resolve().name or "review"
    if not people:
        coders = people_of(_coders(folder, content), content.decisions)
        content, kept = without_people(content, kept, coders, losses)
        stem = "review" if coders.names(stem) else stem
    if name in FORMATS:
        if not content.findings:
            raise ReviewError(
                "there are no findings to export", "corpus/", "Import or extract some first."
            )
        progress(f"writing {name}")
        return Exported(FORMATS[name].write(content), content.base(), losses, stem)
    project = project_of(content, kept, losses, everything=name == "qdc")
    if name == "qdc":
        return Exported({".qdc": write_qdc(project, losses)}, content.base(), losses, stem)
    made = {".qdpx": write_qdpx(project, losses, program)}
    return Exported(made, content.base(), losses, stem)


def _coders(folder: ReviewFolder, content: Content) -> set[str]:
    """Gather who takes part: who wrote, who is named in settings, shares and memos."""
    wrote = {event.coder for log in folder.logs for event in log.events}
    wrote |= {log.coder for log in folder.logs} | {one.coder for one in content.decisions}
    shared = {coder for one in folder.team.assignments for coder in one.shares}
    noted = {row.get("by", "") for row in content.memos}
    return (wrote | shared | noted | set(folder.settings.coders)) - {""}


def content_of(
    folder: ReviewFolder, *, suggested: bool = False, progress: Progress = quiet
) -> Content:
    """Gather what a review gives out."""
    decided = {decision.codebook for decision in folder.decisions}
    wanted = dict.fromkeys((THEMES, PERSPECTIVES, folder.framework.id, VALENCE))
    wanted |= dict.fromkeys(own for own in folder.codebooks if own in decided)
    wanted |= dict.fromkeys(own for own in folder.codebooks if not own.startswith("cfir"))
    books = {own: folder.codebooks[own] for own in wanted if own in folder.codebooks}
    guesses: list[Suggestion] = []
    if suggested:
        read = (THEMES, PERSPECTIVES, folder.framework.id, VALENCE)
        asked = {own: books[own] for own in read if own in books and books[own].codes}
        guesses, _, _ = suggest_all(folder, asked, progress)
    known = {finding.id for finding in folder.findings}
    codings = settle(guesses, folder.decisions, books, folder.settings.adjudicators())
    documents = dict(folder.documents)
    for held in stored.current(stored.documents(folder.path)):
        if held.id not in documents:
            documents[held.id] = stored.load(folder.path, held.id)
    file = folder.path / MEMOS
    memos = read_sheet(file.read_bytes(), MEMOS, ".csv").rows if file.is_file() else ()
    return Content(
        folder.settings.review.title,
        folder.findings,
        dict(sorted(documents.items(), key=lambda pair: (pair[1].name, pair[0]))),
        folder.reviews,
        folder.citations,
        books,
        tuple(c for c in codings if c.finding_id in known and not c.unsure),
        folder.decisions,
        folder.settings.adjudicators(),
        tuple(row.cells for row in memos),
        {f.id: str(page_of(f, documents) or "") for f in folder.findings},
        f"themeweave {themeweave.__version__}",
    )


def origin(made: Sequence[Record]) -> Origin:
    """Gather under which ids things came; the first import of a thing names it."""
    codes: dict[str, str] = {}
    findings: dict[str, str] = {}
    sources: dict[str, str] = {}
    users: dict[str, str] = {}
    branches: dict[str, str] = {}
    names: dict[str, str] = {}
    looks: dict[str, tuple[str, bool]] = {}
    groups: dict[str, Group] = {}
    ties: dict[str, Tie] = {}
    pictures: dict[str, Picture] = {}
    for record in reversed(made):
        codes |= record["codes"]
        sources |= record["sources"]
        branches |= record["branches"]
        names |= record["names"]
        looks |= {
            code: (str(color), given is True) for code, (color, given) in record["looks"].items()
        }
        users |= {coder: own for own, coder in record["users"].items()}
        first: dict[str, str] = {}
        for own, finding in record["findings"].items():
            first.setdefault(finding, own)
        findings |= first
        groups |= {g.id: g for g in (Group(o, n, tuple(m), d) for o, n, m, d in record["groups"])}
        ties |= {t.id: t for t in (Tie(*fields) for fields in record["ties"])}
        for own, name, points, lines in record["pictures"]:
            drawn = tuple((p, x, y) for p, x, y in points)
            between = tuple((a, b, way) for a, b, way in lines)
            pictures[own] = Picture(own, name, drawn, between)
    return Origin(
        codes,
        findings,
        sources,
        users,
        branches,
        names,
        looks,
        tuple(groups.values()),
        tuple(ties.values()),
        tuple(pictures.values()),
    )


def outgoing(path: Path, losses: Losses) -> Project:
    """Give a review as the project that an export writes."""
    folder = open_folder(path)
    return project_of(content_of(folder), origin(list(records(folder.path))), losses)
