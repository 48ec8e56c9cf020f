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


@dataclass(frozen=True, slots=True)
class PrimaryStudy:
    """A primary study that one or more reviews include."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One tick of the citation matrix: this review includes this primary study."""

    review_id: str
    study_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """One canonical text: LF line ends, no byte-order mark, Unicode NFC."""

    id: str
    name: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document: ``text == document.text[start:end]``, in Python string indices."""

    document_id: str
    start: int
    end: int
    section: str = ""
