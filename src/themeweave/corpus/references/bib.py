"""BibTeX, read by bibtexparser; each block that it cannot read is kept as a failure."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from themeweave.corpus.records import Reference
from themeweave.corpus.references.identity import doi_in, last_name, pmid_in, year_in
from themeweave.corpus.references.records import Failure, Records

if TYPE_CHECKING:
    from bibtexparser.model import Block

_START = re.compile(r"[ \t\ufeff]*@[ \t]*(?!(?i:comment|string|preamble)\b)\w+\s*[{(]")
_AND = re.compile(r"[{}]|\sand(?=\s)")
_FIELDS = frozenset(("author", "editor", "title", "year", "date", "doi", "url", "pmid", "note"))
_BETWEEN = " ;; "  # between names while LaTeX's signs are decoded


def read(text: str) -> Records:
    r"""Read the entries of a BibTeX file.

    Entries are counted where a line begins one. What bibtexparser makes of each stretch of the
    file, up to the next beginning, is one reference or one failure, so that none can be lost.

    Examples
    --------
    >>> records = read("@article{a, title={Hope}, year=2019}\n@article{b, title={unclosed\n")
    >>> records.found, records.references[0].id, len(records.failures)
    (2, 'a', 1)
    """
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _START.match(line)]
    blocks: list[list[Block]] = [[] for _ in starts]
    for block in _blocks(text):
        place = bisect_right(starts, block.start_line or 0) - 1
        if place >= 0:
            blocks[place].append(block)
    references: list[Reference] = []
    failures: list[Failure] = []
    unread: list[Block | None] = [None]
    for place, start in enumerate(starts):
        following = starts[place + 1] if place + 1 < len(starts) else len(lines)
        raw = "\n".join(lines[start:following]).strip()
        for one in blocks[place] or unread:
            own = one.raw.strip() if one is not None and one.raw else raw
            reference, why = _reference(one, own)
            if reference:
                references.append(reference)
            else:
                number = len(references) + len(failures) + 1
                failures.append(Failure(number, start + 1, why, own))
    found = sum(max(1, len(group)) for group in blocks)
    return Records(found, tuple(references), tuple(failures))


def _blocks(text: str) -> list[Block]:
    """Give entries, LaTeX's signs made into letters, and the blocks that could not be read."""
    import logging

    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # we report failures ourselves
    library = parse_string(text)
    for entry in library.entries:
        entry.fields = [field for field in entry.fields if field.key.lower() in _FIELDS]
        for field in entry.fields:
            if field.key.lower() in ("author", "editor"):
                field.value = _BETWEEN.join(_families(field.value))
    failed = list(library.failed_blocks)
    known = {id(block) for block in failed}
    decoded = LatexDecodingMiddleware().transform(library)
    return [*decoded.entries, *failed, *(b for b in decoded.failed_blocks if id(b) not in known)]


def _families(printed: str) -> list[str]:
    """Give the family names of an author field; a name in braces is an organisation's."""
    depth, start, names = 0, 0, []
    for found in _AND.finditer(printed):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0 and found.group().strip() == "and":
            names.append(printed[start : found.start()])
            start = found.end()
    names.append(printed[start:])
    return [
        name if name.startswith("{") and name.endswith("}") else last_name(name)
        for name in (name.strip() for name in names)
        if name and name != "others"
    ]


def _reference(block: Block | None, raw: str) -> tuple[Reference | None, str]:
    """Make a reference of a block, or say why it is none."""
    from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

    if isinstance(block, DuplicateBlockKeyBlock):
        return None, f"the key '{block.key}' stands twice"
    if isinstance(block, ParsingFailedBlock):
        words = getattr(block.error, "abort_reason", "") or str(block.error)
        return None, words.strip() or "it could not be read"
    if not isinstance(block, Entry):
        return None, "it could not be read"
    if not block.key:
        return None, "it has no key"
    fields = {field.key.lower(): _one_line(str(field.value)) for field in block.fields}
    authors = fields.get("author") or fields.get("editor") or ""
    if not (fields.get("title") or authors):
        return None, "it has neither a title nor an author"
    return Reference(
        block.key,
        raw,
        tuple(name.strip() for name in authors.split(_BETWEEN.strip()) if name.strip()),
        year_in(fields.get("year") or fields.get("date") or ""),
        fields.get("title", ""),
        doi_in(fields.get("doi") or fields.get("url") or ""),
        _pmid(fields),
    ), ""


def _pmid(fields: dict[str, str]) -> str:
    given = fields.get("pmid", "")
    return given if given.isdigit() else pmid_in(fields.get("note", ""))


def _one_line(text: str) -> str:
    return " ".join(text.split())
