"""The review folder, opened: everything that people keep in it, read and checked at once.

The folder is the project. `open_folder` reads all of it and either gives the whole or says
everything that is wrong with it. It writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision
from themeweave.codes.files import by_id, read_codebook
from themeweave.corpus.extraction import open_sheet
from themeweave.corpus.records import Citation, Document, PrimaryStudy, Review
from themeweave.corpus.reviews import (
    CITATION_COLUMNS,
    REVIEW_COLUMNS,
    read_citations,
    read_reviews,
)
from themeweave.corpus.sheets import SUFFIXES, Sheet, read_sheet
from themeweave.effects.sheets import check_effects
from themeweave.errors import ReviewError
from themeweave.evidence.flow import Flow
from themeweave.evidence.matrix import merge_threads
from themeweave.findings.records import Finding
from themeweave.findings.sheets import findings_sheet, read_findings
from themeweave.review import shipped
from themeweave.review.appraisals import Appraised, read_folder
from themeweave.review.check import choices, warnings
from themeweave.review.confidence import Judgements, read_confidence
from themeweave.review.copies import Copy, copies_in
from themeweave.review.documents import FOLDER, load
from themeweave.review.events import Log, parse_log, read_log
from themeweave.review.flow import COLUMNS as FLOW_COLUMNS
from themeweave.review.flow import read_flow
from themeweave.review.nearest import nearest
from themeweave.review.settings import Settings, read_settings
from themeweave.review.shipped import PERSPECTIVES as PERSPECTIVES
from themeweave.review.shipped import THEMES as THEMES
from themeweave.review.shipped import VALENCE as VALENCE
from themeweave.review.team import EVERYBODY, WITHHELD, Team, read_team
from themeweave.review.united import acts, decisions
from themeweave.themes.carry import carried
from themeweave.themes.revise import Revision, revise


@dataclass(frozen=True, slots=True)
class ReviewFolder:
    """All that the folder holds, verified; ``warnings`` are faults that stop nothing."""

    path: Path
    settings: Settings
    codebooks: Mapping[str, Codebook]
    reviews: tuple[Review, ...]
    citations: tuple[Citation, ...]  # publications of one study merged
    studies: tuple[PrimaryStudy, ...]  # likewise
    findings: tuple[Finding, ...]
    effects: Sheet | None
    documents: Mapping[str, Document]  # those that findings stand in, by id
    logs: tuple[Log, ...]
    decisions: tuple[Decision, ...]  # as they count after the themes were revised
    revision: Revision  # of the themes: what people did to them, and what that made of the codebook
    themes_as_written: Codebook  # in the file, before the revision
    inputs: Mapping[str, str]  # path inside the folder -> SHA-256 of the file
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what was read otherwise than it stands in a sheet
    merged: int = 0  # publications of primary studies that were merged into others
    appraisals: Mapping[str, Appraised] = field(default_factory=dict)  # by the profile's name
    confidence: Judgements = field(default_factory=Judgements)
    flow: Flow | None = None  # of records, with its sums checked
    copies: tuple[Copy, ...] = ()  # that sync programs made of files, and that are not read
    viewer: str | None = EVERYBODY  # whose view this is: what they may not see is not in it
    team: Team = field(default_factory=Team)

    @property
    def withheld(self) -> int:
        """How many rulings this view leaves out, because they are blind still."""
        return sum(event.kind == WITHHELD for log in self.logs for event in log.events)

    @property
    def framework(self) -> Codebook:
        """The codebook of the implementation framework that the settings name."""
        return self.book(self.settings.review.framework)

    def book(self, codebook: str) -> Codebook:
        """Give a codebook; one that the folder lacks is empty."""
        return self.codebooks.get(codebook) or Codebook(codebook, codebook, ())


class _Reading:
    """Read files one by one, collecting faults and hashes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[str] = []
        self.inputs: dict[str, str] = {}
        self.notes: list[str] = []

    def bytes(self, file: Path) -> bytes:
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise ReviewError(
                f"the file could not be read: {error.strerror}", self.shown(file)
            ) from None
        self.inputs[self.shown(file)] = hashlib.sha256(raw).hexdigest()
        return raw

    def shown(self, file: Path) -> str:
        return file.relative_to(self.path).as_posix()

    def sheet(
        self, name: str, required: tuple[str, ...], settings: Settings | None
    ) -> Sheet | None:
        """Read one sheet of corpus/ by its stem, whatever its suffix; None where there is none."""
        found = [
            file
            for suffix in (*SUFFIXES, *([".json"] if name == "findings" else []))
            if (file := self.path / "corpus" / f"{name}{suffix}").exists()
        ]
        if len(found) > 1:
            names = " and ".join(self.shown(file) for file in found)
            self.faults.append(f"{names} both exist; keep one of them")
        if not found:
            return None
        columns = settings.columns.get(name) if settings else None
        encoding = settings.encodings.get(name, "") if settings else ""
        try:
            shown, suffix = self.shown(found[0]), found[0].suffix
            raw = self.bytes(found[0])
            if name == "findings":
                sheet = findings_sheet(raw, shown, suffix, columns, encoding)
            elif name in ("effects", "flow"):
                sheet = read_sheet(raw, shown, suffix, required, encoding=encoding)
            else:
                sheet = open_sheet(raw, shown, suffix, name, required, columns, encoding)
        except ReviewError as error:
            self.note(error)
            return None
        self.notes += sheet.notes
        return sheet

    def settings(self) -> Settings | None:
        """Read review.toml."""
        try:
            return read_settings(self.bytes(self.path / "review.toml"))
        except ReviewError as error:
            self.note(error)
            return None

    def codebooks(self) -> dict[str, Codebook]:
        """Read every codebook, by its id."""
        books: list[tuple[str, Codebook]] = []
        for file in sorted((self.path / "codebooks").iterdir() if self.has("codebooks") else ()):
            if not _is_codebook(file):
                continue
            try:
                books.append((self.shown(file), read_codebook(self.bytes(file), self.shown(file))))
            except ReviewError as error:
                self.note(error)
        of = {self.shown(self.path / copy.name): copy.of for copy in copies_in(self.path)}
        ids = {shown: book.id for shown, book in books}
        # one that looks like a copy and is a codebook of its own stays
        books = [(name, book) for name, book in books if ids.get(of.get(name, "")) != book.id]
        try:
            return by_id(books)
        except ReviewError as error:
            self.note(error)
            return {book.id: book for _, book in books}

    def documents(self, findings: Iterable[Finding]) -> dict[str, Document]:
        """Read the documents that findings stand in, and check that they stand there."""
        found: dict[str, Document] = {}
        for finding in findings:
            if finding.passage is None:
                continue
            place = finding.passage
            try:
                if place.document_id not in found:
                    found[place.document_id] = load(self.path, place.document_id)
                    file = self.path / FOLDER / f"{place.document_id}.txt"
                    self.bytes(file)
            except ReviewError as error:
                self.note(error)
                return found
            text = found[place.document_id].text[place.start : place.end]
            if text.split() != finding.text.split():
                self.faults.append(
                    f"corpus/findings, '{finding.id}': the text is not what stands at "
                    f"{place.start} to {place.end} of the document {place.document_id}; keep the "
                    "text verbatim, or empty the columns document, start and end"
                )
        return found

    def flow(self, reviews: Iterable[Review], settings: Settings | None) -> Flow | None:
        """Read the flow of records and check its sums; None where there is none."""
        sheet = self.sheet("flow", FLOW_COLUMNS, settings)
        try:
            return read_flow(sheet, reviews) if sheet else None
        except ReviewError as error:
            self.note(error)
            return None

    def has(self, name: str) -> bool:
        """Tell whether the review has a folder of that name."""
        return (self.path / name).is_dir()

    def log(self, file: Path) -> Log | None:
        """Read one decision log."""
        try:
            return parse_log(file, self.bytes(file))
        except ReviewError as error:
            self.note(error)
            return None

    def note(self, error: ReviewError) -> None:
        """Keep an error's words as faults of this folder."""
        place = f"{error.where}: " if error.where else ""
        hint = f" ({error.next_step})" if error.next_step and not error.faults else ""
        self.faults += [f"{place}{fault}" for fault in error.faults] or [
            f"{place}{error.what}{hint}"
        ]


def open_folder(path: Path, viewer: str | None = EVERYBODY) -> ReviewFolder:
    """Open a review folder, as somebody may see it.

    Parameters
    ----------
    viewer
        The coder who will see what is made of it, who sees their own blind codings too; else
        what everybody may see, as for outputs. None for the whole, which nobody may be shown
        before asking `Team.may_see`.

    Raises
    ------
    ReviewError
        Where the folder is not one, or listing every fault in its files by file, row and column.
    """
    path = path.resolve()
    if not (path / "review.toml").is_file():
        raise ReviewError(
            "this is not a review folder: it has no review.toml",
            str(path),
            "Start one with 'themeweave init FOLDER', or change into the folder that has it.",
        )
    reading = _Reading(path)
    codebooks = reading.codebooks()
    whole = not reading.faults
    settings = reading.settings()
    perspectives = codebooks.get(PERSPECTIVES)
    reviews: list[Review] = []
    citations: list[Citation] = []
    studies: list[PrimaryStudy] = []
    findings: list[Finding] = []
    review_sheet = reading.sheet("reviews", REVIEW_COLUMNS, settings)
    if review_sheet:
        reviews, faults = read_reviews(review_sheet, perspectives.by_id if perspectives else ())
        reading.faults += faults
    if citation_sheet := reading.sheet("citations", CITATION_COLUMNS, settings):
        if not review_sheet and not reading.faults:
            reading.faults.append(f"{citation_sheet.name} is there, but no corpus/reviews.csv")
        citations, studies, faults = read_citations(citation_sheet, reviews)
        reading.faults += faults if review_sheet else []
    if finding_sheet := reading.sheet("findings", (), settings):
        known = {review.id for review in reviews} if review_sheet else None
        findings, faults = read_findings(finding_sheet, known)
        reading.faults += faults
    if effects := reading.sheet("effects", ("id", "level", "outcome"), settings):
        reading.faults += check_effects(effects, {review.id: review for review in reviews})
    documents = reading.documents(findings)
    ticks, rows = merge_threads(citations, studies)
    appraisals, faults = read_folder(path, {r.id: r for r in reviews}, reading.bytes)
    reading.faults += faults
    themes = codebooks[THEMES].by_id if THEMES in codebooks else {}
    known_findings = {finding.id for finding in findings}
    confidence, faults = read_confidence(path, themes, known_findings, reading.bytes)
    reading.faults += faults
    flow = reading.flow(reviews, settings)
    log_files = sorted((path / "decisions").glob("*.jsonl"))
    logs = [log for file in log_files if (log := reading.log(file))]
    if settings and whole:
        reading.faults += [
            f"review.toml: there is no codebook '{name}' in codebooks/{_help(name, codebooks)}"
            for name in _named(settings)
            if name not in codebooks
        ]
    if settings:
        included = sum(review.role == "included" for review in reviews)
        reading.faults += choices(settings, included)
    if reading.faults or settings is None:
        raise ReviewError(
            "the review folder has faults",
            str(path),
            "Nothing was written. Mend the places above, then run the command again.",
            faults=reading.faults,
        )
    written = codebooks.get(THEMES) or Codebook(THEMES, "Themes", (), exclusive=True)
    opened = ReviewFolder(
        path,
        settings,
        codebooks,
        tuple(reviews),
        tuple(ticks),
        tuple(rows),
        tuple(findings),
        effects,
        documents,
        (),
        (),
        Revision(written),
        written,
        dict(sorted(reading.inputs.items())),
        (),
        tuple(reading.notes),
        len(studies) - len(rows),
        appraisals,
        confidence,
        flow,
        tuple(copies_in(path)),
    )
    return with_logs(opened, logs, viewer)


def with_logs(
    folder: ReviewFolder, every_log: Sequence[Log], viewer: str | None = EVERYBODY
) -> ReviewFolder:
    """Give a folder as it stands with these logs, in a viewer's sight, as for `open_folder`.

    Themes are revised, and decisions are those that then count.
    """
    written, settings = folder.themes_as_written, folder.settings
    team = read_team(every_log)
    logs = [team.sight(log, viewer, THEMES) for log in every_log]
    revision = revise(written, acts(logs), settings.adjudicators())
    codebooks = {**folder.codebooks}
    if revision.applied:
        codebooks[THEMES] = revision.book
    elif THEMES in codebooks:
        codebooks[THEMES] = written
    made = tuple(team.as_coded(carried(decisions(logs), revision)))
    said = warnings(logs, made, revision, folder.findings, codebooks, settings, folder.copies)
    return replace(
        folder,
        codebooks=codebooks,
        logs=tuple(logs),
        decisions=made,
        revision=revision,
        warnings=tuple(said),
        viewer=viewer,
        team=team,
    )


def reread(folder: ReviewFolder, changed: Collection[str]) -> ReviewFolder:
    """Read a folder again of which some files changed, in the same sight.

    Raises
    ------
    ReviewError
        As `open_folder` does.
    """
    if all(name.startswith("decisions/") for name in changed):
        files = sorted((folder.path / "decisions").glob("*.jsonl"))
        return with_logs(folder, [read_log(file) for file in files], folder.viewer)
    return open_folder(folder.path, folder.viewer)


def coded_books(folder: ReviewFolder) -> dict[str, Codebook]:
    """Give the codebooks that findings are coded against, by id, in the order of the panels."""
    wanted = (PERSPECTIVES, folder.framework.id, VALENCE, THEMES)
    return {name: folder.codebooks[name] for name in wanted if name in folder.codebooks}


def _is_codebook(file: Path) -> bool:
    """Tell codebooks from the crosswalks that stand beside them."""
    return file.suffix in (".yaml", ".yml") and not file.name.startswith(("crosswalk", "."))


def _help(name: str, codebooks: Iterable[str]) -> str:
    """Say where a codebook that the folder lacks may be had, or which is meant."""
    if name not in shipped.names():
        return nearest(name, codebooks)
    return f"; it comes with themeweave: copy {shipped.folder() / name}.yaml there"


def _named(settings: Settings) -> list[str]:
    """Give the codebooks that review.toml itself names; defaults need not be there."""
    stated = {"framework"} & settings.review.model_fields_set
    named = [*settings.codebooks, *([settings.review.framework] if stated else ())]
    return list(dict.fromkeys(named))
