"""The folder step: documents are added once, kept as canonical text, and found again.

``corpus/documents/<id>.txt`` holds the text that every offset counts in, ``<id>.json`` what the
reader learned about it; of a PDF the file itself is kept too, to show its pages. The .json is
written last, so a document is there as a whole or not at all, and adding again goes on where it was
stopped. Nothing is ever taken out: a new version of a document stands beside the old one and says
which it replaces.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from themeweave.corpus.readers import TEXT, read_document
from themeweave.corpus.readers.canonical import unmarked_utf16
from themeweave.corpus.readers.sniff import sniff
from themeweave.corpus.records import Document, Link, PageSpan, Reference, Section
from themeweave.corpus.segments import sentences
from themeweave.errors import ReviewError
from themeweave.review.files import Progress, quiet, write_file

FORMAT = 1
FOLDER = "corpus/documents"
_SAME = 0.2  # of its sentences recur: a file of the same name is a new version, not another paper
_LONG = 5  # words of a sentence that is compared; headings recur in every paper


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the folder, without its text."""

    id: str
    name: str
    sha256: str  # of the canonical text
    file_sha256: str
    reader: str
    sections: int
    references: int
    characters: int
    notes: tuple[str, ...]
    replaces: str = ""  # the id of the version before


@dataclass(slots=True)
class Added:
    """What an adding did, file by file."""

    stored: list[Held] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # files that were there already
    duplicates: list[str] = field(default_factory=list)  # other files with the same text, in words
    failed: list[str] = field(default_factory=list)  # files that could not be read, in words


def review_folder(path: Path) -> Path:
    """Give the folder's full path.

    Raises
    ------
    ReviewError
        Where it is not a review folder.
    """
    path = path.resolve()
    if not (path / "review.toml").is_file():
        raise ReviewError(
            "this is not a review folder: it has no review.toml",
            str(path),
            "Start one with 'themeweave init FOLDER', or change into the folder that has it.",
        )
    return path


def files_in(paths: Iterable[Path]) -> list[Path]:
    """List the files that are named, and those in folders that are named, hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [
            file
            for file in inside
            if file == path
            or (
                file.is_file()
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        ]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person says of files that do not say it themselves."""

    encoding: str = ""  # of text that is not in UTF-8; such as are, stay as they are
    password: str = ""  # of PDFs that are locked; not kept
    name: str = ""  # of the one file that stands under another name meanwhile


def read_file(
    path: Path, said: Reading = Reading(), progress: Progress = quiet, doing: str = ""
) -> tuple[bytes, Document]:
    """Read a document from a file.

    Parameters
    ----------
    path, said
        The file, and what is known of it.
    progress, doing
        Told of each page of a PDF, behind the words ``doing``.

    Raises
    ------
    ReviewError
        Where there is no such file, or no reader can make a text of it.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ReviewError(
            f"the file could not be read: {error.strerror}", str(path), "Check its name and place."
        ) from None
    name = said.name or path.name
    encoding = said.encoding if said.encoding and _needs_encoding(raw, name, said) else ""
    document = read_document(
        raw,
        name,
        encoding,
        password=said.password,
        progress=lambda page, pages: progress(f"{doing}, page {page} of {pages}"),
    )
    return raw, document


def _needs_encoding(raw: bytes, name: str, said: Reading) -> bool:
    """Tell whether a file is text that is neither in UTF-8 nor marked as something else."""
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    if sniff(raw, name, said.encoding).kind not in TEXT:
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return bool(unmarked_utf16(raw))


def add(path: Path, files: Iterable[Path], progress: Progress, said: Reading = Reading()) -> Added:
    """Add documents to the folder; each is stored whole before the next is read.

    A file that is there already is skipped unread, so an adding that was stopped is taken up by
    giving the same command again. Files that cannot be read are listed and the others go on.

    Raises
    ------
    ReviewError
        Where this is not a review folder, no file was found, or the folder cannot be written to.
    """
    folder = review_folder(path)
    listed = files_in(files)
    if not listed:
        raise ReviewError("there are no files to add", "", "Name documents, or folders of them.")
    held = {document.id: document for document in documents(folder)}
    of_file = {document.file_sha256: document for document in held.values()}
    added = Added()
    for number, file in enumerate(listed, start=1):
        name = said.name or file.name
        doing = f"reading {number} of {len(listed)}: {name}"
        progress(doing)
        try:
            digest = _digest(file)
            if digest in of_file:
                _keep_file(folder, of_file[digest], file)
                _note_known(added, name, of_file[digest])
                continue
            raw, document = read_file(file, said, progress, doing)
        except ReviewError as error:
            added.failed.append(one_line(error, name))
            continue
        if document.id in held:
            _note_known(added, name, held[document.id])
            continue
        before = _version_before(folder, document, held)
        stored = store(folder, document, hashlib.sha256(raw).hexdigest(), before, raw)
        held[stored.id] = of_file[stored.file_sha256] = stored
        added.stored.append(stored)
    return added


def documents(path: Path) -> list[Held]:
    """List the documents of the folder, by name; those of which only the text was written, not.

    Raises
    ------
    ReviewError
        Where a record is damaged.
    """
    folder = review_folder(path)
    found = [_held(file) for file in sorted((folder / FOLDER).glob("*.json"))]
    return sorted(found, key=lambda document: (document.name.casefold(), document.id))


def current(held: Sequence[Held]) -> list[Held]:
    """Leave out the documents that a newer version replaces."""
    replaced = {document.replaces for document in held}
    return [document for document in held if document.id not in replaced]


def newest(document_id: str, held: Sequence[Held]) -> str:
    """Follow the versions of a document to the newest."""
    by_before = {document.replaces: document.id for document in held if document.replaces}
    seen = {document_id}
    while (after := by_before.get(document_id)) and after not in seen:
        document_id = after
        seen.add(after)
    return document_id


def load(path: Path, document_id: str) -> Document:
    """Load a document of the folder.

    Raises
    ------
    ReviewError
        Where there is no such document, or its text is not the one that was stored.
    """
    folder = review_folder(path)
    shown = f"{FOLDER}/{document_id}.txt"
    try:
        text = (folder / shown).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ReviewError(
            "the document's text is missing or damaged",
            shown,
            "Restore it from a copy, or delete its .json and add the document again.",
        ) from None
    record = _record(folder / FOLDER / f"{document_id}.json")
    if hashlib.sha256(text.encode("utf-8")).hexdigest() != record["sha256"]:
        raise ReviewError(
            "the stored text was changed, so offsets no longer hold",
            shown,
            "Restore it from a copy; texts of documents are not edited.",
        )
    return Document(
        document_id,
        record["name"],
        text,
        record["sha256"],
        record["reader"],
        tuple(Section(**section) for section in record["sections"]),
        tuple(
            Reference(**{**reference, "authors": tuple(reference["authors"])})
            for reference in record["references"]
        ),
        tuple(Link(s, e, tuple(references)) for s, e, references in record["links"]),
        tuple(PageSpan(s, e, page, (a, b, c, d)) for s, e, page, a, b, c, d in record["places"]),
        tuple(record["notes"]),
    )


def one_line(error: ReviewError, name: str) -> str:
    """Put an error into one line for a list of files."""
    where = error.where if name in error.where else f"{name}, {error.where}".rstrip(", ")
    faults = f" ({'; '.join(error.faults)})" if error.faults else ""
    return f"{where}: {error.what}{faults}. {error.next_step}".rstrip()


def _note_known(added: Added, name: str, held: Held) -> None:
    if name == held.name:
        added.known.append(name)
    else:
        added.duplicates.append(f"{name} has the same text as {held.name} ({held.id})")


def has_pages(held: Held) -> bool:
    """Tell whether a document was printed on pages, as a PDF is."""
    return held.reader.startswith("pdf@")


def file_of(folder: Path, document_id: str) -> Path:
    """Give the place of the PDF that a document was read from; it may not be there."""
    return folder / FOLDER / f"{document_id}.pdf"


def _keep_file(folder: Path, held: Held, file: Path) -> None:
    """Keep the PDF of a document that was added before such files were kept."""
    kept = file_of(folder, held.id)
    if has_pages(held) and not kept.exists():
        write_file(kept, file.read_bytes())


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise ReviewError(
            f"the file could not be read: {error.strerror}", str(file), "Check its name and place."
        ) from None


def _version_before(folder: Path, document: Document, held: dict[str, Held]) -> str:
    """Find the stored document that this one is a new version of: same name, much the same text."""
    same_name = [one for one in current(list(held.values())) if one.name == document.name]
    own = _sentence_set(document.text)
    shares = [
        (len(own & _sentence_set(load(folder, one.id).text)) / max(1, len(own)), one.id)
        for one in same_name
    ]
    share, best = max(shares, default=(0.0, ""))
    return best if share >= _SAME else ""


def _sentence_set(text: str) -> set[tuple[str, ...]]:
    """Give the sentences that are long enough to be this document's own."""
    words = (tuple(text[start:end].lower().split()) for start, end in sentences(text))
    return {sentence for sentence in words if len(sentence) >= _LONG}


def store(
    folder: Path, document: Document, file_sha256: str, replaces: str, file: bytes = b""
) -> Held:
    """Write a document into the folder, its record last; of a PDF the file too."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "name": document.name,
        "sha256": document.sha256,
        "file_sha256": file_sha256,
        "reader": document.reader,
        "replaces": replaces,
        "characters": len(document.text),
        "notes": document.notes,
        "sections": [asdict(section) for section in document.sections],
        "references": [asdict(reference) for reference in document.references],
        "links": [(link.start, link.end, link.references) for link in document.links],
        "places": [(place.start, place.end, place.page, *place.box) for place in document.places],
    }
    target = folder / FOLDER
    write_file(target / f"{document.id}.txt", document.text.encode("utf-8"))
    if file and document.reader.startswith("pdf@"):
        write_file(file_of(folder, document.id), file)
    content = json.dumps(record, ensure_ascii=False, indent=0) + "\n"
    write_file(target / f"{document.id}.json", content.encode("utf-8"))
    return _held(target / f"{document.id}.json")


def _held(file: Path) -> Held:
    record = _record(file)
    return Held(
        file.stem,
        record["name"],
        record["sha256"],
        record["file_sha256"],
        record["reader"],
        len(record["sections"]),
        len(record["references"]),
        record["characters"],
        tuple(record["notes"]),
        record["replaces"],
    )


def _record(file: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(file.read_bytes())
        if record["format"] > FORMAT:
            raise ReviewError(
                f"the document has format {record['format']}, this version reads up to {FORMAT}",
                f"{FOLDER}/{file.name}",
                "Install a newer themeweave; nothing was changed.",
            )
        _ = [record[key] for key in ("name", "sha256", "file_sha256", "reader", "replaces")]
        _ = [record[key] for key in ("characters", "notes", "sections", "references", "links")]
    except (OSError, ValueError, KeyError, TypeError):
        raise ReviewError(
            "the record of a document is damaged",
            f"{FOLDER}/{file.name}",
            "Restore it from a copy, or delete it and add the document again.",
        ) from None
    return record
