"""Read: a document with its findings; proposed ones to keep or reject, new ones made of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.errors import ReviewError
from themeweave.findings.extract import Candidate
from themeweave.findings.records import Finding
from themeweave.review.candidates import keep
from themeweave.review.library import Shelved
from themeweave.review.log import Entry
from themeweave.review.made import correct, make, one_row
from themeweave.review.reading import Span, blocks, parts
from themeweave.review.session import Session
from themeweave.web.pages import (
    Screen,
    body,
    coder,
    desk,
    new_id,
    now,
    page,
    session,
    text_of,
    writable,
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed finding that the reader has neither kept nor rejected."""

    id: str
    candidate: Candidate


def show_all(request: Request) -> Response:
    """List the documents."""
    here, library = session(request), desk(request).library
    coder(request)
    placed = [f.passage.document_id for f in here.findings.values() if f.passage]
    listed = [(held, placed.count(held.id)) for held in library.held()]
    loose = len(here.findings) - len(placed)
    return page(request, "read.html.j2", documents=listed, loose=loose)


def show(request: Request) -> Response:
    """Show one document, or a part of a long one."""
    here, library, who = session(request), desk(request).library, coder(request)
    shelved = library.open(request.path_params["document"])
    document = shelved.document
    cut = parts(document)
    number = request.query_params.get("part", "1")
    place = int(number) if number.isdigit() and 0 < int(number) <= len(cut) else 1
    start, end = cut[place - 1]
    found, proposed = _findings(here, document.id), _proposed(here, shelved, who)
    spans = [Span(f.passage.start, f.passage.end, f.id, "finding") for f in found if f.passage]
    spans += [Span(p.candidate.start, p.candidate.end, p.id, "proposed") for p in proposed]
    spans += [Span(c.start, c.end, ", ".join(c.references), "citation") for c in shelved.citations]
    inside = [f for f in found if f.passage and start <= f.passage.start < end]
    return page(
        request,
        "read_document.html.j2",
        document=document,
        blocks=blocks(document, spans, start, end),
        findings=inside,
        proposed=[p for p in proposed if start <= p.candidate.start < end],
        sections=[s for s in document.sections if start <= s.start < end],
        labels=here.labels,
        part=place,
        parts=len(cut),
        strands=sorted({f.strand for f in here.findings.values() if f.strand}),
        pages=len({span.page for span in document.places}),
    )


def _findings(here: Session, document: str) -> list[Finding]:
    """Give the findings that stand in a document, in the order of the text."""
    found = [f for f in here.findings.values() if f.passage and f.passage.document_id == document]
    return sorted(found, key=lambda f: (f.passage.start if f.passage else 0, f.id))


def _proposed(here: Session, shelved: Shelved, who: str) -> list[Proposed]:
    return [
        Proposed(identity, candidate)
        for identity, candidate in shelved.proposed
        if identity not in here.findings and here.rulings.statuses(identity).get(who) != "rejected"
    ]


async def make_finding(request: Request) -> Response:
    """Make a finding of a selected span, or give one that is there the words of another."""
    writable(request)
    return await run_in_threadpool(_make, request, await body(request))


def _make(request: Request, found: Mapping[str, Any]) -> Response:
    here, who = session(request), coder(request)
    document, said = text_of(found, "document", 100), text_of(found, "text", 20_000)
    start, end = found.get("start"), found.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        raise ReviewError("the page sent something that is not understood", "", "Load it again.")
    instead = text_of(found, "instead", 1000)
    place: dict[str, object] = {"document": document, "start": start, "end": end}
    with here.writing:
        if instead:
            was = correct(here.path, instead, document, start, end, said)
            event: dict[str, object] = {"finding": instead, "did": "corrected", "was": was, **place}
        else:
            instead = make(here.path, document, start, end, said, text_of(found, "strand", 200))
            event = {"finding": instead, "did": "made", **place}
        here.write(who, [Entry(f"{new_id()}-1", now(), "finding", event)])
    here.refresh()
    return JSONResponse({"finding": instead})


async def rule(request: Request) -> Response:
    """Keep a proposed finding, or reject it."""
    writable(request)
    return await run_in_threadpool(_rule, request, await body(request))


def _rule(request: Request, found: Mapping[str, Any]) -> Response:
    here, who = session(request), coder(request)
    shelved = desk(request).library.open(text_of(found, "document", 100))
    identity = text_of(found, "proposed", 100)
    candidate = dict(shelved.proposed).get(identity)
    if candidate is None:
        raise ReviewError(f"no finding '{identity}' is proposed here", "", "Load the page again.")
    act = new_id()
    if found.get("keep") is True:
        with here.writing:
            sheet = one_row(identity, shelved.document.id, candidate, text_of(found, "strand", 200))
            keep(here.path, sheet, everything=True)
            event: dict[str, object] = {"finding": identity, "did": "kept"}
            here.write(who, [Entry(f"{act}-1", now(), "finding", event)])
        here.refresh()
    else:
        event = {"finding": identity, "status": "rejected"}
        here.write(who, [Entry(f"{act}-1", now(), "status", event)])
    return JSONResponse({"finding": identity})


SCREEN = Screen(
    "read",
    "Read",
    (
        Route("/read", show_all),
        Route("/read/make", make_finding, methods=["POST"]),
        Route("/read/rule", rule, methods=["POST"]),
        Route("/read/{document}", show),
    ),
    key="r",
)
