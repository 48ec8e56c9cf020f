"""The review folder, opened: everything that people keep in it, read and checked at once.

The folder is the project. `open_folder` reads all of it and either gives the whole or says
everything that is wrong with it. It writes nothing.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision
from themeweave.codes.files import by_id, read_codebook
from themeweave.corpus.records import Citation, PrimaryStudy, Review
from themeweave.corpus.reviews import (
    CITATION_COLUMNS,
    REVIEW_COLUMNS,
    read_citations,
    read_reviews,
)
from themeweave.corpus.sheets import SUFFIXES, Sheet, read_sheet
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.findings.sheets import COLUMNS, read_findings
from themeweave.review.log import Log, decisions, read_log
from themeweave.review.settings import Settings, read_settings

PERSPECTIVES, VALENCE, THEMES = "perspectives", "valence", "themes"


@dataclass(frozen=True, slots=True)
class ReviewFolder:
    """All that the folder holds, verified; ``warnings`` are faults that stop nothing."""

    path: Path
    settings: Settings
    codebooks: Mapping[str, Codebook]
    reviews: tuple[Review, ...]
    citations: tuple[Citation, ...]
    studies: tuple[PrimaryStudy, ...]
    findings: tuple[Finding, ...]
    effects: Sheet | None
    logs: tuple[Log, ...]
    decisions: tuple[Decision, ...]
    inputs: Mapping[str, str]  # path inside the folder -> SHA-256 of the file
    warnings: tuple[str, ...]

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

    def bytes(self, file: Path) -> bytes:
        raw = file.read_bytes()
        self.inputs[self.shown(file)] = hashlib.sha256(raw).hexdigest()
        return raw

    def shown(self, file: Path) -> str:
        return file.relative_to(self.path).as_posix()

    def sheet(self, name: str, required: tuple[str, ...]) -> Sheet | None:
        """Read one sheet of corpus/ by its stem, whatever its suffix; None where there is none."""
        found = [
            file
            for suffix in SUFFIXES
            if (file := self.path / "corpus" / f"{name}{suffix}").exists()
        ]
        if len(found) > 1:
            names = " and ".join(self.shown(file) for file in found)
            self.faults.append(f"{names} both exist; keep one of them")
        if not found:
            return None
        try:
            shown = self.shown(found[0])
            return read_sheet(self.bytes(found[0]), shown, found[0].suffix, required)
        except ReviewError as error:
            self.note(error)
            return None

    def codebook(self, file: Path) -> tuple[str, Codebook] | None:
        """Read one codebook."""
        try:
            return self.shown(file), read_codebook(self.bytes(file), self.shown(file))
        except ReviewError as error:
            self.note(error)
            return None

    def log(self, file: Path) -> Log | None:
        """Read one decision log."""
        try:
            self.bytes(file)
            return read_log(file)
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


def open_folder(path: Path) -> ReviewFolder:
    """Open a review folder.

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
    settings = read_settings(reading.bytes(path / "review.toml"))
    files = sorted(f for f in (path / "codebooks").glob("*.yaml") if _is_codebook(f))
    books = [book for file in files if (book := reading.codebook(file))]
    codebooks = by_id(books)
    perspectives = codebooks.get(PERSPECTIVES)
    reviews: list[Review] = []
    citations: list[Citation] = []
    studies: list[PrimaryStudy] = []
    findings: list[Finding] = []
    review_sheet = reading.sheet("reviews", REVIEW_COLUMNS)
    if review_sheet:
        reviews, faults = read_reviews(review_sheet, perspectives.by_id if perspectives else ())
        reading.faults += faults
    if citation_sheet := reading.sheet("citations", CITATION_COLUMNS):
        citations, studies, faults = read_citations(citation_sheet, reviews)
        reading.faults += faults
    if finding_sheet := reading.sheet("findings", COLUMNS):
        known = {review.id for review in reviews} if review_sheet else None
        findings, faults = read_findings(finding_sheet, known)
        reading.faults += faults
    effects = reading.sheet("effects", ("id", "level", "outcome"))
    log_files = sorted((path / "decisions").glob("*.jsonl"))
    logs = [log for file in log_files if (log := reading.log(file))]
    for name in settings.codebooks:
        if name not in codebooks:
            reading.faults.append(f"review.toml: there is no codebook '{name}' in codebooks/")
    if reading.faults:
        raise ReviewError(
            "the review folder has faults",
            str(path),
            "Nothing was written. Mend the places above, then run the command again.",
            faults=reading.faults,
        )
    made = tuple(decisions(logs))
    return ReviewFolder(
        path,
        settings,
        codebooks,
        tuple(reviews),
        tuple(citations),
        tuple(studies),
        tuple(findings),
        effects,
        tuple(logs),
        made,
        dict(sorted(reading.inputs.items())),
        tuple(_warnings(logs, made, findings, codebooks)),
    )


def _is_codebook(file: Path) -> bool:
    """Tell codebooks from the crosswalks that stand beside them."""
    return not file.name.startswith(("crosswalk", "."))


def _warnings(
    logs: list[Log],
    made: tuple[Decision, ...],
    findings: list[Finding],
    codebooks: Mapping[str, Codebook],
) -> list[str]:
    """Say what does not count, and how to mend it; decisions are kept in any case."""
    from difflib import get_close_matches

    warnings: list[str] = []
    for log in logs:
        name = f"decisions/{log.path.name}"
        if log.damage:
            warnings.append(
                f"{name}, {log.damage}. The {len(log.events)} events before it count, it and those "
                "after it do not. Restore the file from a copy, or move that line and all "
                "after it into a file of their own and decide those again"
            )
        if log.torn:
            warnings.append(
                f"{name}: the last line was cut short and never acknowledged; it does not count. "
                "The next decision sets it aside in a file of its own"
            )
        unknown = sorted({event.kind for event in log.events} - {"decision", "withdrawal"})
        warnings += [f"{name}: events of the unknown kind '{kind}' are kept" for kind in unknown]
    known = {finding.id for finding in findings}
    for decision in made:
        who = f"decisions/{decision.coder}.jsonl, event {decision.sequence}"
        if decision.finding_id not in known:
            near = get_close_matches(decision.finding_id, known, 1)
            hint = f"; is it '{near[0]}' now?" if near else ""
            warnings.append(
                f"{who}: finding '{decision.finding_id}' is no longer in the corpus{hint}"
            )
        book = codebooks.get(decision.codebook)
        if book is None:
            warnings.append(f"{who}: there is no codebook '{decision.codebook}'")
        elif decision.code_id not in book.by_id:
            near = get_close_matches(decision.code_id, book.by_id, 1)
            hint = f"; the nearest is '{near[0]}'" if near else ""
            warnings.append(f"{who}: '{decision.code_id}' is not a code of '{book.id}'{hint}")
    return warnings


def read_input(name: str, stdin: bytes | None = None) -> tuple[bytes, str, str]:
    """Read a sheet that stands outside a review: its bytes, its name, its suffix.

    ``-`` takes the bytes from ``stdin``, as .csv.

    Raises
    ------
    ReviewError
        Where there is no such file.
    """
    if name == "-":
        return stdin or b"", "standard input", ".csv"
    path = Path(name)
    try:
        return path.read_bytes(), name, path.suffix.lower()
    except OSError as error:
        raise ReviewError(
            f"the file could not be read: {error.strerror}", name, "Check its name and place."
        ) from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, flushed, then put in its place.

    Raises
    ------
    ReviewError
        Where the folder is read-only, the disk is full or another program holds the file. What
        stood there before stays.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise ReviewError(
            f"the file could not be written: {error.strerror}",
            str(path),
            "Check that the folder may be written to, that the disk has space, and that no other "
            "program has the file open.",
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
