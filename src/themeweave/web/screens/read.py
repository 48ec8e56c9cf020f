"""Read: a document with its findings; proposed ones to keep or reject, new ones made of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.errors import ReviewError
from themeweave.review.arriving import LARGEST
from themeweave.review.candidates import keep
from themeweave.review.log import Entry
from themeweave.review.made import correct, make, one_row
from themeweave.review.reading import Span, blocks, parts
from themeweave.web.noted import findings_in, number_of, proposed_in
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
from themeweave.web.screens.read_add import add
from themeweave.web.screens.read_pages import ROUTES


def show_all(request: Request) -> Response:
    """List the documents."""
    here, library = session(request), desk(request).library
    coder(request)
    placed = [f.passage.document_id for f in here.findings.values() if f.passage]
    listed = [(held, placed.count(held.id)) for held in library.held()]
    loose = len(here.findings) - len(placed)
    printed = {held.id for held, _ in listed if desk(request).printed.is_there(held.id)}
    return page(
        request,
        "read.html.j2",
        documents=listed,
        loose=loose,
        printed=printed,
        largest=LARGEST,
    )


def show(request: Request) -> Response:
    """Show one document, or a part of a long one."""
    here, library, who = session(request), desk(request).library, coder(request)
    shelved = library.open(request.path_params["document"])
    document = shelved.document
    cut = parts(document)
    at = number_of(request, "at", len(document.text))
    part_at = next((n for n, (_, end) in enumerate(cut, start=1) if at < end), 1)
    place = number_of(request, "part", len(cut)) or part_at
    start, end = cut[place - 1]
    found, proposed = findings_in(here, document.id), proposed_in(here, shelved, who)
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
        printed=desk(request).printed.is_there(document.id),
        at=at or start,
    )


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
            was, place = correct(here.path, instead, document, start, end, said)
            event: dict[str, object] = {"finding": instead, "did": "corrected", "was": was, **place}
        else:
            instead = make(here.path, document, start, end, said, text_of(found, "strand", 200))
            event = {"finding": instead, "did": "made", **place}
        (made,) = here.write(who, [Entry(f"{new_id()}-1", now(), "finding", event)])
    here.refresh()
    return JSONResponse({"finding": instead, "event": made.id})


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
    return JSONResponse({"finding": identity, "event": f"{act}-1"})


SCREEN = Screen(
    "read",
    "Read",
    (
        Route("/read", show_all),
        Route("/read/make", make_finding, methods=["POST"]),
        Route("/read/rule", rule, methods=["POST"]),
        Route("/read/add", add, methods=["POST"]),
        Route("/read/{document}", show),
        *ROUTES,
    ),
    key="r",
)
