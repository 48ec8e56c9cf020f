"""Preparing an import: a file is read, merged with the review in thought, and shown.

Nothing is written here. What the preview holds is exactly what `write.write` writes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.readers.text import read as read_text
from themeweave.corpus.records import Document
from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.exchange.formats import read_any
from themeweave.exchange.losses import Losses
from themeweave.exchange.merge import Plan, There, path_key, plan, reasons
from themeweave.exchange.project import Project, Source
from themeweave.review import documents as stored
from themeweave.review.decide import check_coder
from themeweave.review.exchange.records import Record, records
from themeweave.review.files import read_input
from themeweave.review.folder import THEMES, ReviewFolder, open_folder
from themeweave.review.log import Entry

LARGEST_FILE = 1_000_000_000  # bytes; it is read into memory
MEMOS = "corpus/memos.csv"
MEMO_COLUMNS = ("id", "title", "text", "about", "by", "at")
_AT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z?")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; nothing is written yet."""

    folder: ReviewFolder
    file: str
    digest: str  # of the file
    plan: Plan
    coders: Mapping[str, str]  # user id -> coder
    entries: Mapping[str, tuple[Entry, ...]]  # coder -> decisions to add
    reviews: tuple[Mapping[str, str], ...]  # rows to add to the sheet of reviews
    memos: tuple[Mapping[str, str], ...]
    missing: int  # decisions on the file's findings and codes that the file does not have

    @property
    def losses(self) -> Losses:
        """What became of every element of the file."""
        return self.plan.losses

    def words(self) -> Iterator[str]:
        """Say in lines what would be written."""
        p = self.plan
        texts = len(set(p.document_of.values()))
        yield f"{_counted(texts, 'text')}, {len(p.documents)} of them new"
        places = len(set(p.finding_of.values()))
        yield (
            f"{_counted(len(p.finding_of), 'quotation')} at {_counted(places, 'place')}: "
            f"{_counted(len(p.findings), 'new finding')}, {places - len(p.findings)} known"
        )
        new = Counter({own: len(codes) for own, codes in p.new_codes.items()})
        for own, book in p.new_books.items():
            held = self.folder.codebooks.get(own)
            new[own] += len(book.codes) - (len(held.codes) if held else 0)
        into = ", ".join(f"{n} new in '{own}'" for own, n in sorted(new.items())) or "none new"
        yield f"{_counted(len(p.project.codes), 'code')}: {into}"
        for coder, entries in sorted(self.entries.items()):
            yield f"{_counted(len(entries), 'new decision')} by {coder}"
        if self.memos:
            yield f"{_counted(len(self.memos), 'memo')} for {MEMOS}"
        if self.reviews and p.project.works:
            yield f"{_counted(len(self.reviews), 'study', 'studies')} for corpus/reviews"
        elif self.reviews:
            yield (
                f"{_counted(len(self.reviews), 'source')} for corpus/reviews: take out what is "
                "no review"
            )
        if self.missing:
            yield (
                f"{_counted(self.missing, 'decision')} of the review not in the file: kept; "
                "'themeweave decide --undo' or --reject takes one back"
            )


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def file_of(name: str) -> tuple[bytes, str]:
    """Read a file to import; of a folder, as QualCoder keeps a project, the database inside.

    Raises
    ------
    ReviewError
        Where it cannot be read, is larger than a gigabyte, or is another folder.
    """
    path = Path(name)
    file = path / "data.qda" if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        raise ReviewError(
            "this is a folder without a data.qda, as QualCoder has it",
            name,
            "Name the file to import. Articles go in with 'themeweave corpus add'.",
        )
    if file.is_file() and file.stat().st_size > LARGEST_FILE:
        raise ReviewError(
            f"the file is larger than {LARGEST_FILE // 1_000_000:,} MB",
            name,
            "Export the project without its media: only texts are read.",
        )
    return read_input(str(file))[0], name


def prepare(
    path: Path,
    raw: bytes,
    name: str,
    at: str,
    *,
    coder: str = "",
    into: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Preview:
    """Read a file and plan its import; nothing is written.

    Parameters
    ----------
    path
        The review folder.
    raw, name
        The file's bytes and its name.
    at
        The time in UTC, ISO 8601, for codings that state none.
    coder
        Who all codings are by; without it each of the file's users gets a log of their own.
    into
        The codebook for codes that are nowhere in the review; 'themes' while that is empty,
        otherwise one named after the file.
    mapping
        For plain sheets: our columns, each with the name that it has there.

    Raises
    ------
    ReviewError
        Where the folder has faults, the file cannot be read or holds nothing, or codings name
        nobody and ``coder`` is not given.
    """
    if coder:
        check_coder(coder)
    folder = open_folder(path)
    project, losses = read_any(raw, name, mapping)
    if not (project.codes or project.selections or project.sources or project.works):
        raise ReviewError(
            "there is nothing in the file to import: no codes, texts, quotations or studies",
            name,
            "Export it again, with its content.",
        )
    earlier = list(records(folder.path))
    target, title = _target(folder, project, name, into, earlier)
    made = plan(project, losses, _there(folder, earlier), _texts(project, losses), target, title)
    coders = _coders(made, coder, name)
    return Preview(
        folder,
        Path(name).name,
        hashlib.sha256(raw).hexdigest(),
        made,
        coders,
        _entries(folder, made, coders, at),
        tuple(_reviews(folder, made)),
        tuple(_memos(folder, made, coders)),
        _missing(folder, made, coders),
    )


def _there(folder: ReviewFolder, earlier: Sequence[Record]) -> There:
    codes: dict[str, tuple[str, str]] = {}
    findings: dict[str, str] = {}
    known = {finding.id for finding in folder.findings}
    for record in earlier:
        for pair, own in record["codes"].items():
            book, _, code = pair.partition("=")
            codes[own] = book, code
        came = record["findings"].items()
        findings |= {own: finding for own, finding in came if finding in known}
    held = {one.id: one.name for one in stored.documents(folder.path)}
    return There(folder.codebooks, folder.findings, held, codes, findings)


def _target(
    folder: ReviewFolder,
    project: Project,
    name: str,
    into: str,
    earlier: Sequence[Record],
) -> tuple[str, str]:
    """Choose the codebook for codes that are nowhere in the review: its id and title."""
    if into:
        held = folder.codebooks.get(into)
        return into, held.title if held else into
    came = Counter(
        pair.partition("=")[0]
        for record in earlier
        for pair, own in record["codes"].items()
        if own in project.paths and pair.partition("=")[0] in folder.codebooks
    )
    paths = {path_key(path) for path in project.paths.values()}
    alike = Counter(
        {
            own: sum(path_key(map(book.name, book.path(c.id))) in paths for c in book.codes)
            for own, book in folder.codebooks.items()
        }
    )
    for found in (came, alike):  # as the last time, or where most of them stand
        for own, times in found.most_common(1):
            if 2 * times >= len(project.codes) > 0:
                return own, folder.book(own).title
    themes = folder.codebooks.get(THEMES)
    if themes is not None and not themes.codes:
        return THEMES, themes.title
    stem = Path(name).stem
    slug = "".join(sign if sign.isalnum() else "-" for sign in stem.casefold()).strip("-")
    return slug or "imported", project.name or stem


def _texts(project: Project, losses: Losses) -> dict[str, Document]:
    """Make a document of every source that has a text."""
    made: dict[str, Document] = {}
    for source in project.sources:
        if source.text:
            try:
                made[source.id] = read_text(source.text.encode("utf-8"), source.name)
            except ReviewError as error:
                losses.dropped("source", source.name, error.what)
    return made


def _coders(made: Plan, coder: str, name: str) -> dict[str, str]:
    """Give each user of the file the name of a log."""
    used = {ruling.user for ruling in made.rulings}
    if coder:
        return dict.fromkeys(used, coder)
    if "" in used:
        raise ReviewError(
            "the file does not say who coded", name, "Say it with --as and a coder's name."
        )
    coders: dict[str, str] = {}
    for user in made.project.users:
        if user.id in used:
            slug = re.sub(r"[^\w .-]+", "-", user.name).strip(" .-")[:36].strip(" .-")
            try:
                check_coder(slug)
            except ReviewError:
                slug = f"coder-{user.id[:8]}"
            taken = {name.casefold() for name in coders.values()}
            number, own = 1, slug
            while own.casefold() in taken:
                number += 1
                own = f"{slug}-{number}"
            if own != user.name:
                made.losses.repaired("User", user.name, f"the coder's log is named '{own}'")
            coders[user.id] = own
    return coders


def _entries(
    folder: ReviewFolder, made: Plan, coders: Mapping[str, str], at: str
) -> dict[str, tuple[Entry, ...]]:
    """Turn codings into decisions, leaving out what the coder's log says already."""
    standing = {
        (d.coder, d.finding_id, d.codebook, d.code_id): d.accepted
        for d in sorted(folder.decisions, key=lambda d: d.sequence)
    }
    known = {(log.path.stem, event.id) for log in folder.logs for event in log.events}
    entries: dict[str, dict[str, Entry]] = {coder: {} for coder in coders.values()}
    for r in made.rulings:
        coder = coders[r.user]
        said = "\x1f".join((r.finding, r.codebook, r.code, str(r.accepted)))
        own = hashlib.sha256(f"import\x1f{said}".encode()).hexdigest()[:24]
        there = standing.get((coder, r.finding, r.codebook, r.code))
        if there == r.accepted or (coder, own) in known:
            continue
        body: dict[str, object] = {
            "finding": r.finding,
            "codebook": r.codebook,
            "code": r.code,
            "accepted": r.accepted,
            "reason": r.reason,
        }
        stated = _AT.fullmatch(r.at)
        entries[coder].setdefault(
            own, Entry(own, f"{stated[1]}Z" if stated else at, "decision", body)
        )
    return {coder: tuple(made.values()) for coder, made in entries.items()}


def _missing(folder: ReviewFolder, made: Plan, coders: Mapping[str, str]) -> int:
    """Count decisions of the same coders on the file's findings and codes that it does not have."""
    said = {(coders[r.user], r.finding, r.codebook, r.code) for r in made.rulings}
    findings, codes = set(made.finding_of.values()), set(made.code_of.values())
    standing = {
        (d.coder, d.finding_id, d.codebook, d.code_id)
        for d in folder.decisions
        if d.accepted
        and d.coder in set(coders.values())
        and d.finding_id in findings
        and (d.codebook, d.code_id) in codes
    }
    return len(standing - said)


def _reviews(folder: ReviewFolder, made: Plan) -> Iterator[Mapping[str, str]]:
    """List sources as reviews where the folder has no list, and works that the file lists."""
    labels = {review.label.casefold() for review in folder.reviews}
    ids = {review.id for review in folder.reviews}
    rows: list[Mapping[str, str]] = list(made.project.works)
    if not folder.reviews and not rows:
        used = {finding.source for finding in made.findings}
        rows = [_listed(s) for s in made.project.sources if s.id in used]
    for row in rows:
        label, number = row["label"], 1
        if label.casefold() in labels and made.project.works:
            made.losses.repaired("study", label, "listed in the review already")
            continue
        while label.casefold() in labels:
            number += 1
            label = f"{row['label']} ({number})"
        labels.add(label.casefold())
        own = row.get("id") or "R" + hashlib.sha256(label.encode()).hexdigest()[:6]
        while own in ids:
            own += "x"
        ids.add(own)
        yield {**row, "id": own, "label": label, "role": "included"}


def _listed(source: Source) -> Mapping[str, str]:
    held = {re.sub(r"\s+", " ", key).strip().casefold(): v for key, v in source.values.items()}
    return {**held, "id": "", "label": source.name, "title": source.name, "source": source.id}


def _memos(
    folder: ReviewFolder, made: Plan, coders: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    file = folder.path / MEMOS
    there = read_sheet(file.read_bytes(), MEMOS, ".csv").rows if file.is_file() else ()
    known = {row["id"] for row in there}
    users = {user.id: coders.get(user.id, user.name) for user in made.project.users}
    things = {own: f"finding {finding}" for own, finding in made.finding_of.items()}
    things |= {own: f"code {book}={code}" for own, (book, code) in made.code_of.items()}
    things |= {own: f"document {document}" for own, document in made.document_of.items()}
    coded = {a.id: things.get(a.selection, "") for a in made.project.applied}
    why = {memo.id for memo in reasons(made.project).values()}
    for memo in made.project.memos:
        if memo.id not in known | why:
            about = (things.get(x) or coded.get(x) or x for x in memo.about)
            yield {
                "id": memo.id,
                "title": memo.name,
                "text": memo.text,
                "about": "; ".join(about),
                "by": users.get(memo.user, ""),
                "at": memo.at,
            }
