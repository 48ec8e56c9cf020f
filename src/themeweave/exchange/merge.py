"""Merging a project into a review: what is the same already, and what would be new.

Nothing is written here. Codes are the same by GUID or by their path of names, documents by their
text, findings by their place or their words; ids that decisions name never change. What a plan
holds is what a person sees before anything is written.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themeweave.codes.codebook import Code, Codebook
from themeweave.corpus.records import Document
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.ours import codebook_of, table
from themeweave.exchange.outgoing import REASON, SUGGESTER
from themeweave.exchange.project import CodeNode, Memo, Project, Selection, Source
from themeweave.findings.records import Finding


@dataclass(frozen=True, slots=True)
class There:
    """What the review holds, and under which ids of other programs it came or went."""

    codebooks: Mapping[str, Codebook]
    findings: Sequence[Finding]
    documents: Mapping[str, str]  # id -> name
    codes_by_guid: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings_by_guid: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A row for the sheet of findings."""

    id: str
    text: str
    document: str = ""
    start: int | None = None
    end: int | None = None
    section: str = ""
    comment: str = ""
    page: str = ""
    source: str = ""  # id of the project's source
    strand: str = ""
    cited: tuple[str, ...] = ()  # as our own sidecar says


@dataclass(frozen=True, slots=True)
class Ruling:
    """A coding to become a decision."""

    finding: str
    codebook: str
    code: str
    user: str  # id of the project's user; empty where the file names none
    at: str = ""
    accepted: bool = True
    reason: str = ""


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    project: Project
    losses: Losses
    documents: list[Document] = field(default_factory=list)  # new ones
    document_of: dict[str, str] = field(default_factory=dict)  # source id -> document id
    findings: list[NewFinding] = field(default_factory=list)  # new ones
    finding_of: dict[str, str] = field(default_factory=dict)  # selection id -> finding id
    code_of: dict[str, tuple[str, str]] = field(default_factory=dict)  # code id -> codebook, code
    branch_of: dict[str, str] = field(default_factory=dict)  # code id -> codebook it stands for
    new_books: dict[str, Codebook] = field(default_factory=dict)  # whole; there were none, or empty
    new_codes: dict[str, list[Code]] = field(default_factory=dict)  # to stand behind those there
    rulings: list[Ruling] = field(default_factory=list)


def plan(
    project: Project,
    losses: Losses,
    there: There,
    documents: Mapping[str, Document],
    into: str,
    title: str,
) -> Plan:
    """Plan an import.

    Parameters
    ----------
    project, losses
        As read.
    there
        The review.
    documents
        For each source with a text, by its id, the document that it becomes.
    into, title
        The codebook that takes the codes which are nowhere in the review.

    Returns
    -------
    Plan
        Losses are added to ``losses``.
    """
    made = Plan(project, losses)
    _documents(made, there, documents)
    _findings(made, there, documents)
    _restore(made, there)
    _codes(made, there, into, title)
    _rulings(made, there)
    return made


def path_key(names: Iterable[str]) -> tuple[str, ...]:
    """Bring a path of names into the form in which paths are compared.

    Examples
    --------
    >>> path_key(["Hope ", "A living  example"])
    ('hope', 'a living example')
    """
    return tuple(" ".join(name.split()).casefold() for name in names)


def _documents(made: Plan, there: There, documents: Mapping[str, Document]) -> None:
    new: dict[str, str] = {}
    for source in made.project.sources:
        document = documents.get(source.id)
        if document is None:
            continue
        made.document_of[source.id] = document.id
        if document.id in new:
            made.losses.repaired("source", source.name, f"the same text as '{new[document.id]}'")
        elif document.id not in there.documents:
            new[document.id] = source.name
            made.documents.append(document)


class _Held:
    """The findings of the review, by GUID, by their place and by their words."""

    def __init__(self, there: There) -> None:
        self.by_guid = there.findings_by_guid
        self.by_place: dict[tuple[str, int, int], str] = {}
        self.by_words: dict[tuple[str, str], str] = {}
        for f in there.findings:
            name = ""
            if f.passage is not None:
                name = there.documents.get(f.passage.document_id, "")
                self.by_place[f.passage.document_id, f.passage.start, f.passage.end] = f.id
            self.by_words.setdefault((name, one_line(f.text)), f.id)

    def find(self, chosen: Sequence[Selection], document: str, source: str) -> str:
        """Find the finding that some selections of one place are; empty where there is none."""
        for selection in chosen:
            if selection.id in self.by_guid:
                return self.by_guid[selection.id]
        first, words = chosen[0], one_line(chosen[0].text)
        place = document, first.start or 0, first.end or 0
        return (
            self.by_place.get(place, "")
            or self.by_words.get((source, words), "")
            or self.by_words.get(("", words), "")  # of a sheet, tied to no document
        )


def _findings(made: Plan, there: There, documents: Mapping[str, Document]) -> None:
    """Group selections by place; give each place the finding that it is, or a new one."""
    known = _Held(there)
    sources = {source.id: source for source in made.project.sources}
    texts = {document.id: document for document in documents.values()}
    extras = table(made.project.extras, "findings")
    taken = Counter(f.id for f in there.findings)
    for place, chosen in _places(made):
        first = chosen[0]
        source, document = sources.get(first.source), texts.get(place)
        own = known.find(chosen, document.id if document else "", source.name if source else "")
        if not own:
            extra = extras.get(first.id, {})
            own = str(extra.get("id") or "")
            if not own or own in taken:
                own = _new_id(place, one_line(first.text), taken)
            made.findings.append(_new(own, chosen, document, source, extra))
        taken[own] += 1
        made.finding_of.update(dict.fromkeys((s.id for s in chosen), own))


def _places(made: Plan) -> list[tuple[str, list[Selection]]]:
    """Group selections that are one quotation: of a place in a document, or of the same words."""
    groups: dict[tuple[str, int, int, str], list[Selection]] = defaultdict(list)
    for selection in made.project.selections:
        document, words = made.document_of.get(selection.source), one_line(selection.text)
        if not any(sign.isalnum() for sign in words):
            made.losses.dropped("selection", selection.id, "it holds no letter or digit")
        elif document and selection.start is not None and selection.end is not None:
            groups[document, selection.start, selection.end, ""].append(selection)
        else:
            groups[selection.source, 0, 0, words].append(selection)
    return [(key[0], groups[key]) for key in sorted(groups)]


def one_line(text: str) -> str:
    """Join the lines into which a text is broken."""
    return " ".join(text.split())


def _new_id(document: str, words: str, taken: Mapping[str, int]) -> str:
    """Make an id from the document and the words, as extracting findings does."""
    digest = hashlib.sha256(f"{document}\n{words}".encode()).hexdigest()[:10]
    number, own = 1, f"F{digest}"
    while own in taken:
        number += 1
        own = f"F{digest}-{number}"
    return own


def _new(
    own: str,
    chosen: Sequence[Selection],
    document: Document | None,
    source: Source | None,
    extra: Mapping[str, object],
) -> NewFinding:
    first = chosen[0]
    comments = dict.fromkeys(s.comment for s in chosen if s.comment)
    section = str(extra.get("section") or "")
    if document is not None and not section and first.start is not None:
        under = [s.heading for s in document.sections if s.start <= first.start < s.end]
        section = under[-1] if under else ""
    cited = extra.get("cited")
    return NewFinding(
        own,
        first.text.strip() if document else one_line(first.text),
        document.id if document else "",
        first.start if document else None,
        first.end if document else None,
        section,
        "\n".join(comments),
        first.page,
        source.id if source else "",
        str(extra.get("strand") or ""),
        tuple(str(c) for c in cited) if isinstance(cited, list) else (),
    )


def _restore(made: Plan, there: There) -> None:
    """Take codebooks of our own sidecar that the review has not, or has empty."""
    for own, record in table(made.project.extras, "codebooks").items():
        held = there.codebooks.get(own)
        if held is None or not held.codes:
            book = codebook_of(own, record)
            if book is None:
                made.losses.dropped("codebook", own, "its record in the sidecar is damaged")
            else:
                made.new_books[own] = book


class _Known:
    """The codes of the review, by GUID and by their path of names."""

    def __init__(self, books: Mapping[str, Codebook], by_guid: Mapping[str, tuple[str, str]]):
        self.by_path = {
            (book.id, path_key(book.name(up) for up in book.path(code.id))): code.id
            for book in books.values()
            for code in reversed(book.codes)
        }
        self.by_guid = {
            guid("code", book.id, code.id): (book.id, code.id)
            for book in books.values()
            for code in book.codes
        }
        there = {(book.id, code.id) for book in books.values() for code in book.codes}
        self.by_guid |= {own: code for own, code in by_guid.items() if code in there}
        self.titles = {path_key([book.title]): book.id for book in books.values()}
        self.branches = {guid("codebook", own): own for own in books}
        self.given: set[tuple[str, str]] = set()

    def branch(self, node: CodeNode) -> str:
        """Give the codebook that a code at the top stands for; empty for any other code."""
        if node.parent:
            return ""
        named = "" if node.codable else self.titles.get(path_key([node.name]), "")
        return self.branches.get(node.id, "") or named

    def find(self, own: str, book: str, path: Sequence[str]) -> tuple[str, str] | None:
        """Find a code that no other code of the project was found to be."""
        found = self.by_guid.get(own)
        if found is None and (book, path_key(path)) in self.by_path:
            found = book, self.by_path[book, path_key(path)]
        return found if found not in self.given else None


def _codes(made: Plan, there: There, into: str, title: str) -> None:
    """Find each code in the review, or plan it new."""
    books = {**there.codebooks, **made.new_books}
    told = {
        own: (str(pair.get("codebook")), str(pair.get("code")))
        for own, pair in table(made.project.extras, "codes").items()
    }
    known = _Known(books, {**told, **there.codes_by_guid})
    used = {code.id for book in books.values() for code in book.codes}
    branch_of = made.branch_of
    root_of: dict[str, str] = {}
    new: dict[str, list[Code]] = defaultdict(list)
    for node in made.project.codes:
        root = root_of[node.id] = root_of.get(node.parent, node.id)
        if branch := known.branch(node):
            branch_of[node.id] = branch
            continue
        above = made.code_of.get(node.parent)
        book = above[0] if above else branch_of.get(root, into)
        path = made.project.paths[node.id][root in branch_of :]
        found = known.find(node.id, book, path)
        if found is None:
            found = book, _code_id(node.id, used)
            parent = above[1] if above else ""
            level = _level(made.project, node.id, parent)
            new[book].append(Code(found[1], node.name, level, parent, node.description))
        made.code_of[node.id] = found
        known.given.add(found)
    for own, codes in new.items():
        held = made.new_books.get(own) or there.codebooks.get(own)
        if held is not None and held.codes and own not in made.new_books:
            made.new_codes[own] = codes
            continue
        shown = held or Codebook(own, title, ())
        # A passage may have several codes in other programs.
        exclusive = shown.exclusive and bool(shown.codes)
        made.new_books[own] = replace(shown, codes=(*shown.codes, *codes), exclusive=exclusive)


def _level(project: Project, own: str, parent: str) -> str:
    if parent:
        return "subtheme"
    return "overarching" if any(True for _ in project.children(own)) else ""


def _code_id(own: str, used: set[str]) -> str:
    """Make a short id that holds no name: the beginning of the GUID, longer where it is taken."""
    digest = own if own[:8].isalnum() and len(own) > 30 else guid("code", own)
    digest = digest.replace("-", "")
    length = 8
    while f"C{digest[:length]}" in used and length < len(digest):
        length += 1
    made = f"C{digest[:length]}"
    while made in used:
        made += "x"
    used.add(made)
    return made


def reasons(project: Project) -> dict[str, Memo]:
    """Give the memos that say why a coding was made, by the coding's id."""
    codings = {applied.id for applied in project.applied}
    named = (memo for memo in project.memos if memo.name == REASON)
    return {thing: memo for memo in named for thing in memo.about if thing in codings}


def _rulings(made: Plan, there: There) -> None:
    why = reasons(made.project)
    suggested = 0
    for applied in made.project.applied:
        finding, code = made.finding_of.get(applied.selection), made.code_of.get(applied.code)
        if applied.user == SUGGESTER:
            suggested += 1
        elif finding is None:
            made.losses.dropped("coding", applied.id, "its quotation is not taken over")
        elif code is None:
            made.losses.dropped("coding", applied.id, "its code stands for a whole codebook")
        else:
            said = why[applied.id].text if applied.id in why else ""
            made.rulings.append(Ruling(finding, *code, applied.user, applied.at, reason=said))
    if suggested:
        why_not = "suggestions of the program, which no person confirmed; they are made anew"
        made.losses.dropped("codings", str(suggested), why_not)
    made.rulings += _rejections(made)
    _several(made, there)


def _several(made: Plan, there: There) -> None:
    """Say where an exclusive codebook cannot keep all codings of a finding."""
    several: Counter[str] = Counter()
    books = {**there.codebooks, **made.new_books}
    told: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for r in made.rulings:
        book = books.get(r.codebook)
        if book is not None and book.exclusive and r.accepted and r.code in book.by_id:
            told[r.codebook, r.user, r.finding].add(book.top(r.code))
    for (own, _, _), tops in told.items():
        several[own] += len(tops) > 1
    for own, findings in several.items():
        if findings:
            made.losses.repaired(
                "codebook",
                own,
                f"a finding takes one of its codes; of {findings} findings with several branches "
                "the last coding counts. Say 'exclusive: false' in the codebook to keep all",
            )


def _rejections(made: Plan) -> Iterable[Ruling]:
    """Take the rejections and reasons that our own sidecar keeps."""
    listed = made.project.extras.get("rejections")
    users = {user.name: user.id for user in made.project.users}
    for record in listed if isinstance(listed, list) else ():
        if not isinstance(record, dict):
            continue
        finding = made.finding_of.get(str(record.get("selection")))
        book, code = str(record.get("codebook")), str(record.get("code"))
        if finding is not None:
            user = users.get(str(record.get("coder")), "")
            at, reason = str(record.get("at") or ""), str(record.get("reason") or "")
            yield Ruling(finding, book, code, user, at, accepted=False, reason=reason)
