"""What comes out of a file of references: the references, and every record that is not one."""

from __future__ import annotations

from dataclasses import dataclass

from themeweave.corpus.records import Reference


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be read."""

    number: int  # of the record in its file, from 1
    line: int  # where it begins, from 1; 0 where the format has no lines that count
    why: str
    text: str  # the record as it stands


@dataclass(frozen=True, slots=True)
class Conflict:
    """References with one identifier and titles that differ: never merged, for a person to see."""

    identifier: str  # "doi 10.1234/abc" or "pmid 123456"
    references: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True)
class Records:
    """What the reader of one format found; ``found`` is counted before any record is parsed."""

    found: int
    references: tuple[Reference, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A file of references: ``found == len(references) + len(failures)``, always."""

    name: str
    format: str
    found: int
    references: tuple[Reference, ...]
    failures: tuple[Failure, ...]
    conflicts: tuple[Conflict, ...]
