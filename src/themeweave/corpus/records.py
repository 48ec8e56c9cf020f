"""Records of what was reviewed: reviews, the primary studies inside them, documents, passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["included", "background"]


@dataclass(frozen=True, slots=True)
class Review:
    """A review that findings cite."""

    id: str
    label: str  # as a table cites it: first author and year
    role: Role = "included"  # background: a source of numbers that the synthesis does not count
    type: str = ""
    population: str = ""
    amstar2: str = ""  # high, moderate, low, critically_low, or empty where it is not known
    sampled: tuple[str, ...] = ()  # perspective codes: whose views the review sampled
    title: str = ""
    year: str = ""
    doi: str = ""
    strands: tuple[str, ...] = ()  # a review may feed several
    searched: str = ""  # year or date of the last search
    reports: tuple[str, ...] = ()  # the papers that report it, as the manuscript numbers them
    authors: str = ""
    journal: str = ""
    more: tuple[tuple[str, str], ...] = ()  # further columns of the sheet: name, value


@dataclass(frozen=True, slots=True)
class PrimaryStudy:
    """A primary study that one or more reviews include."""

    id: str
    label: str
    year: str = ""
    thread: str = ""  # the id of the study that this is a further publication of
    title: str = ""
    doi: str = ""
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """One tick of the citation matrix: this review includes this primary study."""

    review_id: str
    study_id: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or above."""

    heading: str
    level: int  # 1 for the document's title
    start: int  # of the heading, in Document.text
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a reference list."""

    id: str  # as markers name it: its number, or a key that the file gives
    text: str = ""  # the entry as it stands
    authors: tuple[str, ...] = ()  # family names, in order
    year: str = ""
    title: str = ""
    doi: str = ""  # lower case, without a resolver in front
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A citation marker that the file itself ties to references, as JATS does."""

    start: int
    end: int
    references: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where a run of the text stands on a page: the run never crosses a line of print."""

    start: int
    end: int
    page: int  # from 1
    box: tuple[float, float, float, float]  # left, bottom, right, top, in points


@dataclass(frozen=True, slots=True)
class Document:
    """One canonical text: LF line ends, no byte-order mark, Unicode NFC, offsets into it."""

    id: str  # the first 12 digits of the hash of the canonical text
    name: str  # the file's name, which is data only
    text: str
    sha256: str  # of the canonical text in UTF-8
    reader: str = ""  # name and version, such as "markdown@1": offsets depend on it
    sections: tuple[Section, ...] = ()  # in the order of the text
    references: tuple[Reference, ...] = ()
    links: tuple[Link, ...] = ()
    places: tuple[PageSpan, ...] = ()  # in the order of the text; empty where there are no pages
    notes: tuple[str, ...] = ()  # what was skipped or repaired, in words


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document: ``text == document.text[start:end]``, in Python string indices."""

    document_id: str
    start: int
    end: int
    section: str = ""
