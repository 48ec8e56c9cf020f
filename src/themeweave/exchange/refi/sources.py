"""The sources of a REFI-QDA project: texts, their selections, and the codes these were given.

A PDF's text is its Representation, a recording's its Transcript. Selections are read first as they
are stated; once all are there, `positions.detect` finds what their numbers count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from themeweave.corpus.readers.canonical import canonical
from themeweave.errors import ReviewError
from themeweave.exchange.guids import plain
from themeweave.exchange.losses import Losses
from themeweave.exchange.positions import Dialect, Mark, Stored, detect, is_quoted, span
from themeweave.exchange.project import Applied, Selection, Source
from themeweave.exchange.refi.archive import Container
from themeweave.exchange.refi.elements import children, identity, tag, whole, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_TEXT = {
    "PictureSelection": "an area of a picture holds no text",
    "AudioSelection": "a stretch of sound holds no text; code its transcript",
    "VideoSelection": "a stretch of film holds no text; code its transcript",
}
_KINDS = {
    "TextSource": "text",
    "PDFSource": "pdf",
    "PictureSource": "picture",
    "AudioSource": "audio",
    "VideoSource": "video",
}
_OF_SOURCE = (
    *("Description", "PlainTextContent", "PlainTextSelection", "PDFSelection", "Representation"),
    *("TextDescription", "Transcript", "Coding", "NoteRef", "VariableValue", *_NO_TEXT),
)
_SURE = 12  # characters of a name that is looked for in the text where the place does not fit


@dataclass(slots=True)
class Found:
    """What the sources hold."""

    sources: list[Source] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    about: dict[str, list[str]] = field(default_factory=dict)  # memo -> what refers to it


@dataclass(frozen=True, slots=True)
class _Raw:
    """A selection before its numbers are understood."""

    element: _Element
    id: str
    source: str
    start: int
    end: int


class _Reading:
    def __init__(self, container: Container, codes: set[str], losses: Losses) -> None:
        self.container = container
        self.codes = codes
        self.losses = losses
        self.found = Found()
        self.texts: dict[str, Stored] = {}
        self.raw: list[_Raw] = []
        self.seen: set[str] = set()  # ids of sources and selections
        self.coded: set[str] = set()  # ids of codings
        self.pages: dict[str, tuple[_Element, str]] = {}  # PDF areas by id, until a text has them


def read_sources(
    container: Container,
    parts: Mapping[str, _Element],
    origin: str,
    codes: set[str],
    losses: Losses,
) -> Found:
    """Read the sources of a project.

    Parameters
    ----------
    container
        For texts that lie beside the XML.
    parts
        The children of the project by name.
    origin
        The program that the project names.
    codes
        The ids of its codes; a coding with another is dropped.
    losses
        Told of every element.
    """
    reading = _Reading(container, codes, losses)
    for element in parts.get("Sources", ()):
        if tag(element) not in _KINDS:
            losses.dropped(tag(element), str(element.get("name") or ""), "unknown inside Sources")
            continue
        _source(reading, element)
    _areas(reading)
    _place(reading, origin)
    values, names = _values(parts, losses), dict(_variable_names(parts))
    found = reading.found
    for n, source in enumerate(found.sources):
        held = {**source.values, **values.get(source.id, {})}
        told = {names[key]: value for key, value in held.items() if names.get(key) and value}
        found.sources[n] = replace(source, values=told)
    return found


def _source(reading: _Reading, element: _Element) -> None:
    """Read one source with all that hangs on it."""
    losses = reading.losses
    kind = _KINDS[tag(element)]
    own = identity(element, reading.seen, losses)
    path = str(element.get("plainTextPath") or element.get("path") or "")
    name = " ".join(str(element.get("name") or "").split())
    name = name or path.rpartition("/")[2].rsplit(".", 1)[0] or f"source {own[:8]}"
    _left(element, own, name, losses)
    texts = [element] if kind == "text" else []
    texts += list(children(element, "Representation", "TextDescription"))[:1]
    text = _stored(reading, texts[0], name) if texts else None
    if kind in ("picture", "audio", "video") and text is None:
        losses.dropped(tag(element), name, "holds no text; media are not carried")
        for transcript in children(element, "Transcript"):
            _transcript(reading, transcript, name)
        return
    losses.read(tag(element), name)
    described = canonical(words(element, "Description"))
    made = _about(element)
    values = _inline_values(element)
    reading.found.sources.append(
        Source(own, name, text.text if text else "", described, kind, *made, values)
    )
    if text is not None:
        reading.texts[own] = text
    for area in children(element, "PDFSelection"):
        known = plain(str(area.get("guid") or "")) or f"area {len(reading.pages)}"
        reading.pages[known] = (area, own)
    for holder in dict.fromkeys((element, *texts)):
        for selection in children(holder, "PlainTextSelection"):
            _selection(reading, selection, own)
        for _ in children(holder, "Coding"):
            losses.dropped("Coding", name, "a code of a whole source, which is no quotation")
        _refers(reading, holder, own)


def _left(element: _Element, own: str, name: str, losses: Losses) -> None:
    """Note what is not read of a source: areas and stretches without text, formatted text."""
    for child in element:
        kind, shown = tag(child), str(child.get("name") or own)
        codings = sum(1 for _ in children(child, "Coding"))
        more = f" ({codings} codings)" if codings else ""
        if kind not in _OF_SOURCE:
            losses.dropped(kind, name, f"unknown inside {tag(element)}")
        elif kind in _NO_TEXT:
            losses.dropped(kind, f"{shown}{more}", _NO_TEXT[kind])
    if element.get("richTextPath"):
        losses.dropped("richTextPath", name, "the plain text is read, the formatted one is not")


def _stored(reading: _Reading, element: _Element, name: str) -> Stored | None:
    """Give the text of a source, beside the XML or inside it."""
    losses = reading.losses
    inside = next(children(element, "PlainTextContent"), None)
    path = str(element.get("plainTextPath") or "")
    stored: Stored | str
    try:
        if path:
            stored = reading.container.text(path)
            if isinstance(stored, str) and inside is not None:
                losses.repaired("plainTextPath", name, f"{stored}; the text in the XML is read")
                stored = Stored(str(inside.text or ""))
        elif inside is not None:
            stored = Stored(str(inside.text or ""))
        else:
            stored = "it names no text"
    except ReviewError as error:
        stored = f"its text cannot be read: {error.what}"
    if isinstance(stored, str):
        losses.dropped("text of source", name, stored)
        return None
    for note in stored.notes:
        losses.repaired("text of source", name, note)
    if not any(sign.isalnum() for sign in stored.text):
        losses.dropped("text of source", name, "it holds no letter or digit")
        return None
    return stored


def _selection(reading: _Reading, element: _Element, source: str) -> None:
    start, end = whole(element.get("startPosition")), whole(element.get("endPosition"))
    name = _shown(element)
    if start is None or end is None:
        reading.losses.dropped("PlainTextSelection", name, "its positions are no whole numbers")
        return
    given = plain(str(element.get("guid") or ""))
    if reading.pages.pop(given, None):
        reading.losses.dropped("PDFSelection", name, "the same selection stands in the text")
    own = identity(element, reading.seen, reading.losses, source, str(start), str(end))
    reading.raw.append(_Raw(element, own, source, start, end))


def _transcript(reading: _Reading, element: _Element, media: str) -> None:
    """Read a transcript whose stretches were coded; the points of its clock give their places."""
    losses = reading.losses
    chosen = list(children(element, "TranscriptSelection"))
    name = " ".join(str(element.get("name") or f"transcript of {media}").split())
    if not chosen:
        losses.dropped("Transcript", name, "nothing in it is coded")
        return
    text = _stored(reading, element, name)
    own = identity(element, reading.seen, losses)
    losses.read("Transcript", name)
    made = _about(element)
    reading.found.sources.append(
        Source(own, name, text.text if text else "", "", "transcript", *made)
    )
    if text is not None:
        reading.texts[own] = text
    points = {
        plain(str(p.get("guid"))): whole(p.get("position")) for p in children(element, "SyncPoint")
    }
    for selection in chosen:
        ends = [
            points.get(plain(str(selection.get(k) or ""))) for k in ("fromSyncPoint", "toSyncPoint")
        ]
        if ends[0] is None or ends[1] is None:
            losses.dropped("TranscriptSelection", _shown(selection), "its points have no place")
            continue
        made_id = identity(selection, reading.seen, losses)
        reading.raw.append(_Raw(selection, made_id, own, ends[0], ends[1]))


def _areas(reading: _Reading) -> None:
    """Keep the words of PDF areas that no selection of the text repeats."""
    for area, source in reading.pages.values():
        holder = next(children(area, "Representation"), None)
        quoted = canonical(words(holder, "PlainTextContent")) if holder is not None else ""
        if not any(sign.isalnum() for sign in quoted):
            codings = sum(1 for _ in children(area, "Coding"))
            reading.losses.dropped(
                "PDFSelection", f"{_shown(area)} ({codings} codings)", "an area without words"
            )
            continue
        page = whole(area.get("page"))
        own = identity(area, reading.seen, reading.losses)
        shown = "" if page is None else str(page + 1)
        reading.losses.repaired(
            "PDFSelection", _shown(area), "read by its words; its place in the text is not known"
        )
        _keep(reading, area, Selection(own, source, quoted, page=shown))


def _place(reading: _Reading, origin: str) -> None:
    """Find how the project counts, and give every selection its place."""
    marks = {
        raw.id: Mark(
            reading.texts[raw.source], raw.start, raw.end, str(raw.element.get("name") or "")
        )
        for raw in reading.raw
        if raw.source in reading.texts
    }
    fit = detect(list(marks.values()), origin)
    if marks:
        reading.losses.read(
            "positions",
            origin or "unknown program",
            f"{fit.dialect}: {fit.at_words} of {fit.scored} selections start and end at words, "
            f"{fit.named} repeat their name",
        )
        if fit.doubtful:
            reading.losses.repaired(
                "positions",
                origin or "unknown program",
                f"another way of counting fits as well and would place {fit.doubtful} selections "
                "otherwise; look at a few of them",
            )
    for raw in reading.raw:
        mark = marks.get(raw.id)
        made = _placed(raw, mark, fit.dialect, reading.losses) if mark else _unplaced(raw, reading)
        if made is not None:
            _keep(reading, raw.element, made)


def _unplaced(raw: _Raw, reading: _Reading) -> Selection:
    """Keep a selection whose text is not there; its name may hold the words."""
    name = canonical(str(raw.element.get("name") or "")).strip()
    units = len(name.encode("utf-16-le", "surrogatepass")) // 2
    quoted = name if raw.end - raw.start in (len(name), units) else ""
    why = "its words are taken from its name" if quoted else "its words are not known"
    reading.losses.repaired(tag(raw.element), _shown(raw.element), f"its text is not there; {why}")
    return Selection(raw.id, raw.source, quoted)


def _placed(raw: _Raw, mark: Mark, dialect: Dialect, losses: Losses) -> Selection | None:
    kind, shown = tag(raw.element), _shown(raw.element)
    if mark.end < mark.start:
        losses.repaired(kind, shown, f"it ends before it starts ({raw.start}, {raw.end}); turned")
        mark = replace(mark, start=mark.end, end=mark.start)
    text = mark.stored.text
    start, end, between = span(mark, dialect)
    again = _by_name(mark, text, start, end)
    if again is not None and (start, end) != again:
        losses.repaired(kind, shown, "its name stands elsewhere in the text, once; placed there")
        start, end = again
    elif start >= len(text) or mark.end < 0:
        losses.dropped(kind, shown, f"{raw.start} to {raw.end} lies outside the text")
        return None
    elif start >= end:
        losses.dropped(kind, shown, f"it holds no character ({raw.start} to {raw.end})")
        return None
    elif not between:
        losses.repaired(
            kind, shown, f"{raw.start} to {raw.end} is no place between characters; moved to one"
        )
    return Selection(raw.id, raw.source, text[start:end], start, end)


def _by_name(mark: Mark, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Find the words that the name repeats, where they are not at the place and stand only once."""
    name = canonical(mark.name).strip()
    alike = abs(len(name) - (mark.end - mark.start)) <= 2
    if len(name) < _SURE or not alike or is_quoted(name, text[start:end]):
        return None
    at = text.find(name)
    return (at, at + len(name)) if at >= 0 and text.find(name, at + 1) < 0 else None


def _keep(reading: _Reading, element: _Element, selection: Selection) -> None:
    """Add a selection with who made it, its comment and its codes."""
    losses = reading.losses
    user, at = _about(element)
    comment = canonical(words(element, "Description"))
    reading.found.selections.append(replace(selection, comment=comment, user=user, at=at))
    losses.read(tag(element), selection.id)
    _refers(reading, element, selection.id)
    for child in element:
        if tag(child) not in ("Description", "Coding", "NoteRef", "Representation"):
            losses.dropped(tag(child), selection.id, f"unknown inside {tag(element)}")
    given: set[tuple[str, str]] = set()
    for coding in children(element, "Coding"):
        code = next(
            (plain(str(c.get("targetGUID") or "")) for c in children(coding, "CodeRef")), ""
        )
        who, when = _about(coding)
        if code not in reading.codes:
            losses.dropped("Coding", selection.id, "it names a code that is not in the project")
            continue
        if (code, who) in given:
            losses.dropped("Coding", selection.id, "the same code by the same person a second time")
            continue
        given.add((code, who))
        own = identity(coding, reading.coded, losses, selection.id, code)
        reading.found.applied.append(Applied(own, selection.id, code, who or user, when))
        losses.read("Coding", own)
        _refers(reading, coding, own)


def _about(element: _Element) -> tuple[str, str]:
    """Give who made an element, and when."""
    user = element.get("creatingUser") or element.get("modifyingUser") or ""
    return plain(str(user)), str(element.get("creationDateTime") or "").strip()


def _shown(element: _Element) -> str:
    name = " ".join(str(element.get("name") or "").split())
    return f"'{name[:40]}'" if name else str(element.get("guid") or "without a GUID")


def _refers(reading: _Reading, element: _Element, own: str) -> None:
    for reference in children(element, "NoteRef"):
        note = plain(str(reference.get("targetGUID") or ""))
        reading.found.about.setdefault(note, []).append(own)


def _inline_values(element: _Element) -> dict[str, str]:
    """Give the variables that stand in the source itself, by the variable's GUID."""
    found: dict[str, str] = {}
    for value in children(element, "VariableValue"):
        variable = next(children(value, "VariableRef"), None)
        if variable is not None:
            held = [str(c.text or "").strip() for c in value if tag(c) != "VariableRef"]
            found[plain(str(variable.get("targetGUID") or ""))] = " ".join(filter(None, held))
    return found


def _values(parts: Mapping[str, _Element], losses: Losses) -> dict[str, dict[str, str]]:
    """Give the variables of each source, which stand in cases that refer to it, by GUID."""
    values: dict[str, dict[str, str]] = {}
    for variable in parts.get("Variables", ()):
        losses.read(tag(variable), str(variable.get("name") or ""))
    for case in children(parts["Cases"], "Case") if "Cases" in parts else ():
        held = _inline_values(case)
        sources = [plain(str(s.get("targetGUID") or "")) for s in children(case, "SourceRef")]
        name = str(case.get("name") or case.get("guid") or "")
        for source in sources:
            values.setdefault(source, {}).update(held)
        if held and not sources:
            losses.dropped("Case", name, "its variables belong to no source")
        else:
            losses.read("Case", name)
    return values


def _variable_names(parts: Mapping[str, _Element]) -> Iterator[tuple[str, str]]:
    """Iterate the variables: GUID and name."""
    for variable in parts.get("Variables", ()):
        yield plain(str(variable.get("guid") or "")), str(variable.get("name") or "").strip()
