"""What the report says, as records: everything that the page shows, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from themeweave.report.figures.theme_map import Edge, Node
from themeweave.report.graph_view import Thread
from themeweave.report.tables import Table

Basis = Literal["confirmed", "suggested", "disputed"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A headline number; the note says in which base it counts and how much is confirmed."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One code that a finding carries, and on whose word."""

    code: str  # the code's id
    label: str  # its name, as shown
    basis: Basis = "suggested"
    unsure: bool = False
    reason: str = ""  # why, in words: phrases found, a coder's remark
    by: str = ""  # who or what read it so


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with all its readings; a field without a reading is an empty tuple."""

    id: str
    text: str
    strand: str = ""
    reviews: tuple[str, ...] = ()  # labels
    perspective: tuple[Reading, ...] = ()
    domain: tuple[Reading, ...] = ()
    construct: tuple[Reading, ...] = ()
    valence: tuple[Reading, ...] = ()
    theme: tuple[Reading, ...] = ()
    subtheme: tuple[Reading, ...] = ()
    quotation: str = ""  # in its context, where the finding came from a document
    place: str = ""  # document and section


@dataclass(frozen=True, slots=True)
class Bases:
    """What findings rest on, in words, in every base."""

    findings: int
    confirmed: int  # of these findings
    reviews: int
    studies: str  # distinct primary studies, as far as they are known
    independent: str = ""  # what the reviews are worth once their overlap is taken off
    known: int | None = None  # distinct primary studies; None where no list is known
    exact: bool = False  # all inclusion lists are known


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme or subtheme; it may have no finding."""

    code: str
    label: str
    parent: str = ""  # the code of the theme that it is a subtheme of
    description: str = ""
    bases: Bases = Bases(0, 0, 0, "no review cited")
    stability: str = ""  # how surely its findings belong together; empty where unknown
    confidence: str = ""  # as people judged it; empty where nobody did
    candidate: bool = False  # proposed by the program, kept by nobody yet
    takes_in: str = ""  # what coders put here, as the codebook has it
    residual: bool = False  # for what fits nowhere else, such as Other


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review with what is known of it."""

    id: str
    label: str
    title: str = ""
    type: str = ""
    doi: str = ""
    rating: str = ""  # of its quality; empty where it is not known
    note: str = ""
    studies: tuple[str, ...] = ()  # labels of its primary studies; empty where not known


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two findings of one theme that point in opposite directions."""

    theme: str  # code
    against: str  # id of the barrier
    for_it: str  # id of the facilitator
    likeness: float  # of their wording, -1 to 1


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture of the evidence, with what it says in words."""

    name: str
    title: str
    text: str
    svg: bytes


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A pooled effect, in words and as a forest plot."""

    label: str
    text: str
    svg: bytes = b""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry of the decision trail."""

    when: str
    who: str
    what: str
    why: str = ""
    finding: str = ""  # the finding's id, which the row links to
    about: str = ""  # the codebook, or what kind of act it was
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The theme graph: what is drawn, and the findings that run through it."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True, slots=True)
class PageData:
    """All that the report says."""

    title: str
    question: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    graph: Graph = Graph()
    themes: tuple[ThemeRow, ...] = ()  # each theme before its subthemes
    domains: tuple[tuple[str, str], ...] = ()  # of the framework: code and name, in its order
    constructs: tuple[tuple[str, str], ...] = ()  # likewise
    framework: str = "Framework"  # its title
    board: str = "Framework board"  # what the section is called
    findings: tuple[FindingRow, ...] = ()
    contrasts: tuple[Contrast, ...] = ()  # for the themes: each finding in one pair
    opposing: tuple[Contrast, ...] = ()  # for the findings: those nearest to each
    reviews: tuple[ReviewRow, ...] = ()
    pictures: tuple[PictureRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    trail: tuple[TrailRow, ...] = ()
    methods: tuple[str, ...] = ()
