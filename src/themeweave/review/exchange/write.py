"""Writing an import: texts, codebooks, sheets, and last the decisions.

Whatever stops it, the files are put back as they were. Each step leaves a folder that opens, so
that even after a power cut the same import, repeated, goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.files import read_codebook
from themeweave.codes.written import code_lines, write_codebook
from themeweave.corpus.sheets import Sheet, read_sheet, write_sheet
from themeweave.errors import ReviewError
from themeweave.exchange.merge import NewFinding
from themeweave.review import documents as stored
from themeweave.review.exchange.prepare import MEMO_COLUMNS, MEMOS, Preview
from themeweave.review.exchange.records import FOLDER
from themeweave.review.files import write_file
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.kept import add_rows, findings_sheet, sheet_named, write_rows
from themeweave.review.log import append


def write(preview: Preview, at: str) -> None:
    """Write an import, or nothing of it.

    Raises
    ------
    ReviewError
        Where the folder would have faults afterwards, or cannot be written to. Every file is then
        as it was before.
    """
    path = preview.folder.path
    undo: list[tuple[Path, bytes | None]] = []
    logs: list[tuple[Path, bytes | None, bytes]] = []
    try:
        _write_texts(preview, undo)
        for file, content in _codebook_files(preview):
            _replace(file, content, undo)
        cited = _write_reviews(preview, undo)
        _write_findings(preview, cited, undo)
        _write_memos(preview, undo)
        record = path / FOLDER / f"{preview.digest[:12]}.json"
        if not record.is_file():  # the same file again brings nothing new
            _replace(record, _record(preview, at), undo)
        open_folder(path)
        for coder, entries in sorted(preview.entries.items()):
            if entries:
                log = path / "decisions" / f"{coder}.jsonl"
                before = log.read_bytes() if log.is_file() else None
                append(log, coder, entries)
                logs.append((log, before, log.read_bytes()))
    except BaseException:
        for log, before, after in logs:
            if log.read_bytes() == after:  # what somebody else decided meanwhile stays
                _put_back(log, before)
        for file, before in reversed(undo):
            _put_back(file, before)
        raise


def _replace(file: Path, content: bytes, undo: list[tuple[Path, bytes | None]]) -> None:
    undo.append((file, file.read_bytes() if file.is_file() else None))
    write_file(file, content)


def _put_back(file: Path, before: bytes | None) -> None:
    """Bring a file to what it was; a folder that was made for it is taken away again."""
    if before is not None:
        write_file(file, before)
        return
    file.unlink(missing_ok=True)
    lock = file.with_name(f".{file.stem}.lock")
    if file.suffix == ".jsonl":
        lock.unlink(missing_ok=True)
    if file.parent.is_dir() and not any(file.parent.iterdir()):
        file.parent.rmdir()


def _write_texts(preview: Preview, undo: list[tuple[Path, bytes | None]]) -> None:
    folder = preview.folder.path
    for document in preview.plan.documents:
        file = folder / stored.FOLDER / document.id
        undo += [(file.with_suffix(suffix), None) for suffix in (".txt", ".json")]
        digest = hashlib.sha256(document.text.encode("utf-8")).hexdigest()
        stored.store(folder, document, digest, "")


def _codebook_files(preview: Preview) -> Iterator[tuple[Path, bytes]]:
    """Give each codebook's file anew; codes are put behind those that people wrote."""
    folder = preview.folder
    for own, book in sorted(preview.plan.new_books.items()):
        file = _file_of(folder, own)
        comments = b""
        if file.is_file():
            lines = file.read_bytes().splitlines(keepends=True)
            head = next((n for n, line in enumerate(lines) if not line.startswith(b"#")), 0)
            comments = b"".join(lines[:head])
        yield file, _checked(comments + write_codebook(book), file, book)
    for own, codes in sorted(preview.plan.new_codes.items()):
        file = _file_of(folder, own)
        before = file.read_bytes()
        dash = re.findall(rb"^( *)- +id:", before, re.MULTILINE)
        added = "\n".join(code_lines(codes, len(dash[-1]) if dash else 2)) + "\n"
        held = folder.codebooks[own]
        book = replace(held, codes=(*held.codes, *codes))
        whole = before.rstrip(b"\n") + b"\n" + added.encode("utf-8")
        yield file, _checked(whole, file, book)


def _checked(raw: bytes, file: Path, book: Codebook) -> bytes:
    """Give a codebook's bytes, made sure of that they read as what they should."""
    try:
        if read_codebook(raw, file.name) == book:
            return raw
    except ReviewError:
        pass
    raise ReviewError(
        "codes cannot be put behind those of this codebook as it is written",
        f"codebooks/{file.name}",
        "Nothing was changed. Take the codes into a codebook of their own with --into NAME.",
    )


def _file_of(folder: ReviewFolder, own: str) -> Path:
    """Find the file of a codebook; one that is not there yet gets the codebook's id as name."""
    for file in sorted((folder.path / "codebooks").glob("*.y*ml")):
        try:
            if read_codebook(file.read_bytes(), file.name).id == own:
                return file
        except ReviewError:
            continue
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in own)
    return folder.path / "codebooks" / f"{safe or 'imported'}.yaml"


def _write_reviews(preview: Preview, undo: list[tuple[Path, bytes | None]]) -> dict[str, str]:
    """Add rows to the sheet of reviews; give the review of each source."""
    folder = preview.folder
    cited = {str(row.get("source")): row["id"] for row in preview.reviews}
    names = {review.label.casefold(): review.id for review in folder.reviews}
    names |= {review.title.casefold(): review.id for review in folder.reviews if review.title}
    names |= {review.id.casefold(): review.id for review in folder.reviews}
    for source in preview.plan.project.sources:
        if (own := names.get(source.name.casefold())) and source.id not in cited:
            cited[source.id] = own
    rows = [{k: v for k, v in row.items() if k != "source"} for row in preview.reviews]
    if rows:
        file = sheet_named(folder.path, "reviews") or folder.path / "corpus" / "reviews.csv"
        shown = f"corpus/{file.name}"
        there = Sheet(shown, ("id", "label", "role"), ())
        if file.is_file():
            there = read_sheet(file.read_bytes(), shown, file.suffix)
        more = dict.fromkeys(column for row in rows for column in row)
        columns = [*there.columns, *(c for c in more if c not in there.columns)]
        undo.append((file, file.read_bytes() if file.is_file() else None))
        write_rows(file, [*(row.cells for row in there.rows), *rows], columns)
    return cited


def _write_findings(
    preview: Preview, cited: Mapping[str, str], undo: list[tuple[Path, bytes | None]]
) -> None:
    if not preview.plan.findings:
        return
    file, there = findings_sheet(preview.folder.path)
    undo.append((file, file.read_bytes() if file.is_file() else None))
    listed = {review.id for review in preview.folder.reviews} or set(cited.values())
    listed |= {row["id"] for row in preview.reviews}
    rows = [_finding_row(f, cited, listed) for f in preview.plan.findings]
    columns = dict.fromkeys(c for c in ("comment", "page") if any(row.get(c) for row in rows))
    wider = replace(
        there, columns=(*there.columns, *(c for c in columns if c not in there.columns))
    )
    add_rows(file, wider, rows)


def _finding_row(
    finding: NewFinding, cited: Mapping[str, str], listed: set[str]
) -> dict[str, object]:
    own = [review for review in finding.cited if review in listed]
    reviews = own or [cited[source] for source in [finding.source] if source in cited]
    return {
        "id": finding.id,
        "text": finding.text,
        "strand": finding.strand,
        "cited": ";".join(reviews),
        "section": finding.section,
        "document": finding.document,
        "start": "" if finding.start is None else finding.start,
        "end": "" if finding.end is None else finding.end,
        "comment": finding.comment,
        "page": finding.page,
    }


def _write_memos(preview: Preview, undo: list[tuple[Path, bytes | None]]) -> None:
    if preview.memos:
        file = preview.folder.path / MEMOS
        there = read_sheet(file.read_bytes(), MEMOS, ".csv").rows if file.is_file() else ()
        rows = [*(row.cells for row in there), *preview.memos]
        _replace(file, write_sheet(rows, MEMO_COLUMNS, ".csv"), undo)


def _record(preview: Preview, at: str) -> bytes:
    """Write down under which ids things came, so that they go back under the same."""
    project, made = preview.plan.project, preview.plan
    record = {
        "file": preview.file,
        "sha256": preview.digest,
        "at": at,
        "name": project.name,
        "origin": project.origin,
        "users": {own: coder for own, coder in preview.coders.items() if own},
        "codes": {f"{book}={code}": own for own, (book, code) in made.code_of.items()},
        "findings": dict(made.finding_of),
        "sources": {document: own for own, document in made.document_of.items()},
        "branches": {book: own for own, book in made.branch_of.items()},
        "names": {s.name: s.id for s in project.sources if s.id not in made.document_of},
        "looks": {
            f"{book}={code}": [node.color, node.codable]
            for node in project.codes
            for book, code in (made.code_of.get(node.id, ("", "")),)
            if code and (node.color or not node.codable)
        },
        "groups": [[g.id, g.name, list(g.members), g.description] for g in project.groups],
        "ties": [[t.id, t.origin, t.target, t.name, t.direction] for t in project.ties],
        "pictures": [[p.id, p.name, p.points, p.lines] for p in project.pictures],
    }
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
