"""Batch work: coding sheets and proposing themes for them, outside any review folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from themeweave import plugins
from themeweave.codes.codebook import Codebook
from themeweave.codes.files import read_codebook
from themeweave.codes.reading import Reading
from themeweave.codes.suggest import Choice, between, choose, doubt, is_open, is_unsure
from themeweave.corpus.records import Review
from themeweave.corpus.reviews import REVIEW_COLUMNS, read_reviews
from themeweave.corpus.sheets import Sheet, read_sheet
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.findings.sheets import findings_sheet, read_findings
from themeweave.review.files import quiet
from themeweave.review.readings import also, read
from themeweave.review.settings import MARGIN, MARGINS
from themeweave.review.shipped import PERSPECTIVES, VALENCE, codebook, names, source
from themeweave.themes.propose import propose

CODE_COLUMNS = (
    "id",
    "perspective",
    "perspective_score",
    "cfir_domain",
    "cfir_construct",
    "cfir_score",
    "cfir_margin",
    "cfir_domain_second",
    "cfir_construct_second",
    "valence",
    "valence_score",
    "unsure",
    "why",
)
ALSO = "cfir_also"  # further codes, separated by semicolons
THEME_COLUMNS = ("id", "theme", "theme_label", "overarching", "overarching_label", "stability")
LONGEST = 20_000  # characters of a finding that are read: ten pages
MOST_FOR_READER = 20_000  # findings that the reader codes or groups unless a person asks for more


def findings_of(
    raw: bytes, name: str, suffix: str, say: Callable[[str], None] = quiet
) -> tuple[list[Finding], list[str]]:
    """Read findings from a sheet with the columns id and text, by whatever names.

    Parameters
    ----------
    raw, name, suffix
        As for `findings_sheet`.
    say
        Told in words what was read otherwise than it stands there.

    Returns
    -------
    findings, set_aside
        Rows without a text are set aside, in words; they are not findings.

    Raises
    ------
    ReviewError
        Listing rows without an id, or with an id that another row has.
    """
    sheet = findings_sheet(raw, name, suffix)
    for note in sheet.notes:
        say(note)
    findings, faults = read_findings(sheet)
    no_text = {f"{sheet.place(row, 'text')}: empty" for row in sheet.rows if not row["text"]}
    empty = [fault for fault in faults if fault in no_text]
    rest = [fault for fault in faults if fault not in empty]
    if rest:
        raise ReviewError(
            "rows that cannot be told apart", name, "Nothing was written.", faults=rest
        )
    return [finding for finding in findings if finding.text], empty


@dataclass(frozen=True, slots=True)
class Coder:
    """How findings are coded in a batch: by which engine, against which codebooks."""

    engine: str = "reader"  # the name of a suggester
    framework: str = "cfir-2022"  # a shipped codebook, or the path of one
    reviews: tuple[Review, ...] = ()  # whose views they sampled narrows the perspective
    own: bytes = b""  # the codebook's file where it is none of the shipped; see `sent`
    several: bool = False  # say also which further codes of the framework a finding may bear
    reasons: bool = False  # look for the phrase that each suggestion rests on

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of what `rows` gives."""
        return (*CODE_COLUMNS, ALSO) if self.several else CODE_COLUMNS

    def sent(self) -> Coder:
        """Take the codebook's file along, so that other processes and machines need not have it.

        Raises
        ------
        ReviewError
            Where there is no such codebook.
        """
        return self if self.framework in names() else replace(self, own=source(self.framework)[0])

    def fingerprint(self) -> str:
        """Hash the files of all codebooks that are read.

        Raises
        ------
        ReviewError
            Where there is no such codebook.
        """
        files = (source(name)[0] for name in (self.framework, PERSPECTIVES, VALENCE))
        return hashlib.sha256(b"\0".join(files)).hexdigest()

    def rows(self, findings: Sequence[Finding]) -> list[dict[str, object]]:
        """Code findings: one row of `columns` a finding.

        What is said of a finding depends on it, on its context and on the codebooks. Of one that
        is longer than `LONGEST` characters the first ones are read, and all fields are unsure.

        Raises
        ------
        ReviewError
            Where there is no such engine or codebook.
        """
        book = _framework(self.framework, self.own)
        voices, ways = _framework(PERSPECTIVES, b""), _framework(VALENCE, b"")
        cut = [replace(finding, text=finding.text[:LONGEST]) for finding in findings]
        weighed = {finding.id for finding in findings if self.reasons}
        heard, framed, turned = (
            read(self.engine, cut, one, self.reviews, weighed=weighed).readings
            for one in (voices, book, ways)
        )
        rows = [
            _row(
                finding, *(_told(*pair) for pair in ((frame, book), (voice, voices), (turn, ways)))
            )
            for finding, voice, frame, turn in zip(findings, heard, framed, turned, strict=True)
        ]
        if self.several:
            more = also(self.engine, [f.text for f in cut], framed, book, MARGIN)
            for row, found in zip(rows, more, strict=True):
                row[ALSO] = ";".join(one.code_id for one in found)
        return rows


@lru_cache(maxsize=8)
def _framework(name: str, own: bytes) -> Codebook:
    """Read a codebook once a process."""
    return read_codebook(own, Path(name).name) if own else codebook(name)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is suggested in one codebook, and how surely."""

    choice: Choice
    unsure: bool
    open: bool  # the branch is sure and the code within it is not
    why: str


def _told(reading: Reading, book: Codebook) -> _Told:
    choice, margin = choose(reading, book), MARGINS.get(book.id, MARGIN)
    if is_unsure(choice, margin):
        return _Told(choice, True, False, doubt(choice, reading, book))
    if is_open(choice, margin):
        return _Told(choice, False, True, f"{choice.reason}. {between(choice, book)}")
    return _Told(choice, False, False, choice.reason)


def _row(finding: Finding, frame: _Told, voice: _Told, turn: _Told) -> dict[str, object]:
    too_long = len(finding.text) > LONGEST
    fields = {"cfir": frame, "perspective": voice, "valence": turn}
    unsure = [field for field, told in fields.items() if told.unsure or too_long]
    if frame.open and not too_long:
        unsure.insert(0, "cfir_construct")
    what, who, how = frame.choice, voice.choice, turn.choice
    why = f"cfir: {frame.why} | perspective: {voice.why} | valence: {turn.why}"
    if len(finding.text) > LONGEST:
        why = f"only the first {LONGEST:,} of {len(finding.text):,} characters were read | {why}"
    return {
        "id": finding.id,
        "perspective": who.code_id,
        "perspective_score": who.score,
        "cfir_domain": what.branch,
        "cfir_construct": what.code_id,
        "cfir_score": what.score,
        "cfir_margin": what.margin,
        "cfir_domain_second": what.second_branch,
        "cfir_construct_second": what.second_code,
        "valence": how.code_id,
        "valence_score": how.score,
        "unsure": ";".join(unsure),
        "why": why,
    }


def sampled_reviews(raw: bytes, name: str, suffix: str) -> tuple[Review, ...]:
    """Read a sheet of reviews with whose views they sampled.

    Raises
    ------
    ReviewError
        Listing the rows that cannot be read.
    """
    listed, faults = read_reviews(
        read_review_sheet(raw, name, suffix), codebook(PERSPECTIVES).by_id
    )
    if faults:
        raise ReviewError("rows that cannot be read", name, faults=faults)
    return tuple(listed)


def read_review_sheet(raw: bytes, name: str, suffix: str) -> Sheet:
    """Read a sheet of reviews for `code`; the column of ids may be called id or review."""
    return read_sheet(raw, name, suffix, REVIEW_COLUMNS, {"review": "id"})


def propose_themes(
    findings: Sequence[Finding],
    number: int | Literal["auto"] = "auto",
    seeds: Mapping[str, str] | None = None,
    seed: int = 0,
) -> tuple[list[Mapping[str, object]], str]:
    """Propose candidate themes: one row of `THEME_COLUMNS` a finding, and the reason in words.

    Up to `MOST_FOR_READER` findings are grouped by what the reader makes of them, more by words.
    """
    name = "reader" if len(findings) <= MOST_FOR_READER else "letters"
    embedder = plugins.load("embedders", name)
    ids, texts = [f.id for f in findings], [f.text for f in findings]
    proposal = propose(ids, texts, number, seeds, seed, embedder)
    rows: list[Mapping[str, object]] = [asdict(placement) for placement in proposal.placements]
    return rows, proposal.reason


def read_seeds(sheet: Sheet, findings: Sequence[Finding]) -> dict[str, str]:
    """Read labelled findings: the columns id and theme; ids that are not findings are refused."""
    known = {finding.id for finding in findings}
    faults = [
        f"row {row.number}, column 'id': '{row['id']}' is not among the findings"
        for row in sheet.rows
        if row["id"] not in known
    ]
    if faults:
        raise ReviewError("seeds that name unknown findings", sheet.name, faults=faults)
    return {row["id"]: row["theme"] for row in sheet.rows if row["theme"]}
