"""Read, as printed: a document's pages as pictures, with words and findings at their places."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.corpus.readers.pdf_layer import Placed, boxes
from themeweave.corpus.readers.pdf_pictures import WIDTHS
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.review.printed import pages_of
from themeweave.web.noted import findings_in, number_of, proposed_in
from themeweave.web.pages import coder, desk, page, session

AT_ONCE = 40  # pages that one address shows


def show(request: Request) -> Response:
    """Show a document as its pages, or a part of a long one."""
    here, library, who = session(request), desk(request).library, coder(request)
    shelved = library.open(request.path_params["document"])
    document = shelved.document
    sizes = desk(request).printed.bound(document.id).sizes
    at = number_of(request, "at", len(document.text))
    wanted = number_of(request, "page", len(sizes)) or next(iter(pages_of(document, at, at + 1)), 1)
    first = (wanted - 1) // AT_ONCE * AT_ONCE + 1
    last = min(first + AT_ONCE - 1, len(sizes))
    starts = first_words(document)

    def on_these(start: int, end: int) -> int:
        """Give the page where a stretch begins, 0 where it is none of these."""
        page = next(iter(pages_of(document, start, end)), 0)
        return page if first <= page <= last else 0

    found = [f for f in findings_in(here, document.id) if f.passage]
    proposed = proposed_in(here, shelved, who)
    on = {f.id: on_these(f.passage.start, f.passage.end) for f in found if f.passage}
    on |= {p.id: on_these(p.candidate.start, p.candidate.end) for p in proposed}
    return page(
        request,
        "read_pages.html.j2",
        document=document,
        sheets=[(n, *sizes[n - 1], starts.get(n, -1)) for n in range(first, last + 1)],
        first=first,
        last=last,
        pages=len(sizes),
        wanted=wanted,
        at=at,
        widths=WIDTHS,
        findings=[f for f in found if on[f.id]],
        proposed=[p for p in proposed if on[p.id]],
        on=on,
        labels=here.labels,
        strands=sorted({f.strand for f in here.findings.values() if f.strand}),
        sections=[(s, on_these(s.start, s.start + 1)) for s in document.sections],
    )


def first_words(document: Document) -> dict[int, int]:
    """Give the offset at which the words of each page begin."""
    found: dict[int, int] = {}
    for place in document.places:
        found[place.page] = min(found.get(place.page, place.start), place.start)
    return found


async def picture(request: Request) -> Response:
    """Give the picture of a page; a browser that holds it is told that it is still true."""
    document, number = await run_in_threadpool(_asked, request)
    width = number_of(request, "width", max(WIDTHS))
    width = width if width in WIDTHS else WIDTHS[1]
    printed = desk(request).printed
    tag = f'"{await run_in_threadpool(printed.tag, document.id, number, width)}"'
    kept = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=kept)
    async with desk(request).drawing:
        png = await run_in_threadpool(printed.picture, document, number, width)
    return Response(png, media_type="image/png", headers=kept)


async def layer(request: Request) -> Response:
    """Give the words of a page with their places, and the boxes of what is found among them."""
    document, number = await run_in_threadpool(_asked, request)
    async with desk(request).drawing:
        words = await run_in_threadpool(desk(request).printed.words, document, number)
    marks = await run_in_threadpool(lambda: list(_marks(request, document, words)))
    shown = [[w.start, w.end, w.text, *w.box, w.turn, w.line] for w in words]
    return JSONResponse({"words": shown, "marks": marks})


def _asked(request: Request) -> tuple[Document, int]:
    """Give the document and the page that are asked for."""
    coder(request)
    document = desk(request).library.open(request.path_params["document"]).document
    named = request.path_params["page"]
    pages = len(desk(request).printed.bound(document.id).sizes)
    if not (named.isascii() and named.isdigit() and 0 < int(named[:9]) <= pages):
        raise ReviewError(
            f"there is no page '{named[:20]}'", document.name, f"It has pages 1 to {pages}."
        )
    return document, int(named)


def _marks(
    request: Request, document: Document, words: list[Placed]
) -> Iterator[dict[str, object]]:
    here, who = session(request), coder(request)
    shelved = desk(request).library.open(document.id)
    spans = [
        (f.id, "kept", f.text, f.passage.start, f.passage.end)
        for f in findings_in(here, document.id)
        if f.passage
    ]
    spans += [
        (p.id, "proposed", p.candidate.text, p.candidate.start, p.candidate.end)
        for p in proposed_in(here, shelved, who)
    ]
    for identity, kind, text, start, end in spans:
        if found := boxes(words, start, end):
            yield {
                "id": identity,
                "kind": kind,
                "text": text,
                "start": start,
                "end": end,
                "boxes": found,
            }


ROUTES = (
    Route("/read/{document}/pages", show),
    Route("/read/{document}/pages/{page}", layer),
    Route("/read/{document}/pages/{page}/picture", picture),
)
