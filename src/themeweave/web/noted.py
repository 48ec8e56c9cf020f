"""What is noted of a document: its findings, and those that are proposed to whoever reads."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from themeweave.findings.extract import Candidate
from themeweave.findings.records import Finding
from themeweave.review.library import Shelved
from themeweave.review.session import Session


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed finding that the reader has neither kept nor rejected."""

    id: str
    candidate: Candidate


def findings_in(here: Session, document: str) -> list[Finding]:
    """Give the findings that stand in a document, in the order of the text."""
    found = [f for f in here.findings.values() if f.passage and f.passage.document_id == document]
    return sorted(found, key=lambda f: (f.passage.start if f.passage else 0, f.id))


def proposed_in(here: Session, shelved: Shelved, who: str) -> list[Proposed]:
    """Give the proposed findings of a document that are still open to a reader."""
    return [
        Proposed(identity, candidate)
        for identity, candidate in shelved.proposed
        if identity not in here.findings and here.rulings.statuses(identity).get(who) != "rejected"
    ]


def number_of(request: Request, name: str, most: int) -> int:
    """Give a number that an address names, from 1 to ``most``; 0 where it names none such."""
    said = request.query_params.get(name, "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    return number if number <= most else 0
