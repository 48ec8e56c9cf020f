"""Trail: everything that people did, with filters; one's own acts can be taken back."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.corpus.sheets import write_sheet
from themeweave.review.trail import KINDS, Filter, sheet, trail
from themeweave.review.unmade import take_back, take_back_last
from themeweave.web.pages import Screen, body, coder, new_id, now, page, session, text_of, writable

LINES = 100  # a page
COLUMNS = ("at", "coder", "kind", "what", "why", "finding", "taken_back")


def show(request: Request) -> Response:
    """Show a page of the trail."""
    query = request.query_params
    wanted = Filter(*(query.get(key, "")[:200] for key in ("coder", "kind", "finding", "words")))
    start = int(query["from"]) if query.get("from", "").isdigit() and len(query["from"]) < 9 else 0
    lines, total = trail(session(request), coder(request), wanted, start, LINES)
    chosen = {key: query[key] for key in ("coder", "kind", "finding", "words") if query.get(key)}
    return page(
        request,
        "trail.html.j2",
        lines=lines,
        total=total,
        start=start,
        number=LINES,
        wanted=wanted,
        kinds=KINDS,
        coders=session(request).coders(),
        rest=urlencode(chosen),
    )


def download(request: Request) -> Response:
    """Give the whole trail as a sheet."""
    content = write_sheet(sheet(session(request), coder(request)), COLUMNS, ".csv")
    named = {"content-disposition": 'attachment; filename="trail.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=named)


async def undo(request: Request) -> Response:
    """Take back the visitor's latest act, or one event that is named."""
    writable(request)
    found = await body(request)
    here, who, event = session(request), coder(request), text_of(found, "event", 200)
    if event:
        said = [await run_in_threadpool(take_back, here, who, event, now(), new_id())]
    else:
        said = await run_in_threadpool(take_back_last, here, who, now(), new_id())
    return JSONResponse({"said": said})


SCREEN = Screen(
    "trail",
    "Trail",
    (
        Route("/trail", show),
        Route("/trail/trail.csv", download),
        Route("/trail/undo", undo, methods=["POST"]),
    ),
    key="t",
)
