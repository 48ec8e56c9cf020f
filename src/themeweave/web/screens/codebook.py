"""Codebook: what each code means, changed with what that would recode in sight, and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.lint import Advice
from themeweave.errors import ReviewError
from themeweave.review.codebook_changes import (
    apply,
    changes,
    fields_of,
    mark_of,
    outlook,
    take_back,
    wished,
    written,
)
from themeweave.review.codebooks import look_through
from themeweave.review.folder import THEMES
from themeweave.review.theme_board import in_sight
from themeweave.review.views import Conflict
from themeweave.web.pages import (
    Screen,
    body,
    coder,
    new_id,
    now,
    page,
    part,
    session,
    text_of,
    writable,
)

LONGEST = 20_000  # characters of one field
SHOWN = 200  # findings of a preview


@dataclass(frozen=True, slots=True)
class Line:
    """One code in the tree."""

    code: Code
    depth: int
    accepted: int  # findings for which somebody accepted it


def first(request: Request) -> Response:
    """Go to the first codebook that findings are coded against."""
    coder(request)
    books = session(request).books or session(request).folder.codebooks
    if not books:
        raise ReviewError(
            "there are no codebooks yet", "codebooks/", "Start the review with 'themeweave init'."
        )
    return RedirectResponse(f"/codebook/{next(iter(books))}", 303)


def show(request: Request) -> Response:
    """Show a codebook, and one of its codes."""
    here, who, name = session(request), coder(request), request.path_params["book"]
    folder = in_sight(here, who)
    in_file = written(folder, name)
    book = folder.book(name)
    asked = request.query_params.get("code", "")
    new = asked == "new"
    code = book.by_id.get(asked) or next(iter(book.codes), None)
    if new:
        code = Code("", "", parent=request.query_params.get("under", ""))
    accepted = [d.code_id for d in folder.decisions if d.codebook == name and d.accepted]
    below = {one.id for one in book.codes if code and not new and book.is_below(one.id, code.id)}
    history = changes(folder, name)
    return page(
        request,
        "codebook.html.j2",
        book=book,
        used=set(here.books),
        books=sorted(folder.codebooks.values(), key=lambda one: one.id not in here.books),
        lines=_lines(book, Counter(accepted)),
        code=code,
        seen=mark_of(in_file.by_id.get(code.id)) if code else "",
        new=new,
        parents=[one for one in in_file.codes if one.id not in below],
        themes=name == THEMES,
        fixed=code is not None and not new and code.id not in in_file.by_id,
        history=history,
        own=next((c for c in history if c.coder == who and not c.taken_back), None),
        names={one.id: one.name for one in book.codes},
    )


def _lines(book: Codebook, accepted: Mapping[str, int]) -> list[Line]:
    """Give the codes in the order of the tree."""
    below: dict[str, list[Code]] = {}
    for code in book.codes:
        below.setdefault(code.parent, []).append(code)
    lines: list[Line] = []

    def under(parent: str, depth: int) -> None:
        for code in below.get(parent, ()):
            lines.append(Line(code, depth, accepted.get(code.id, 0)))
            under(code.id, depth + 1)

    under("", 0)
    return lines


def advice(request: Request) -> Response:
    """Say, by code, what keeps it from being told apart from others."""
    coder(request)
    book = written(session(request).folder, request.path_params["book"])
    found: dict[str, list[str]] = {}
    for one in _advice(book):
        found.setdefault(one.code_id, []).append(one.words)
    return JSONResponse(found)


@lru_cache(maxsize=8)
def _advice(book: Codebook) -> list[Advice]:
    return look_through(book)


async def preview(request: Request) -> Response:
    """Say what a change would recode; nothing is written, though it is for somebody who could."""
    writable(request)
    return await run_in_threadpool(_preview, request, await body(request))


def _preview(request: Request, found: Mapping[str, Any]) -> Response:
    here, who, book = session(request), coder(request), request.path_params["book"]
    code = _wished(request, found)
    seen = outlook(here, who, book, code)
    html = part("codebook_outlook.html.j2", outlook=seen, shown=seen.recoded[:SHOWN])
    return JSONResponse({"html": html, "recoded": len(seen.recoded)})


async def change(request: Request) -> Response:
    """Write a change; answers once the file and the coder's log are on disk."""
    writable(request)
    return await run_in_threadpool(_change, request, await body(request))


def _change(request: Request, found: Mapping[str, Any]) -> Response:
    here, who, book = session(request), coder(request), request.path_params["book"]
    code, reason = _wished(request, found), text_of(found, "reason", LONGEST).strip()
    command, seen = text_of(found, "id", 100) or new_id(), text_of(found, "seen", 100)
    try:
        said = apply(here, who, book, code, reason, now(), command, seen)
    except Conflict as conflict:
        there = written(here.folder, book).by_id.get(code.id)
        wrong = {"what": conflict.what, "where": "", "next": conflict.next_step, "faults": []}
        there_now = {"error": wrong, "now": _texts(there), "seen": mark_of(there)}
        return JSONResponse(there_now, 409)
    return JSONResponse({"said": said, "code": code.id})


def _texts(code: Code | None) -> dict[str, str]:
    """Give the fields of a code as the form holds them, lists one a line."""
    return {
        name: "\n".join(str(one["text"]) if isinstance(one, dict) else str(one) for one in value)
        if isinstance(value, list)
        else str(value)
        for name, value in fields_of(code).items()
    }


async def undo(request: Request) -> Response:
    """Take back the coder's latest change to the codebook."""
    writable(request)
    found = await body(request)
    command = text_of(found, "id", 100) or new_id()
    book = request.path_params["book"]
    said = await run_in_threadpool(
        take_back, session(request), coder(request), book, now(), command
    )
    return JSONResponse({"said": said})


def _wished(request: Request, found: Mapping[str, Any]) -> Code:
    said = found.get("said")
    if not isinstance(said, dict) or len(str(said)) > 10 * LONGEST:
        raise ReviewError("the page sent something that is not understood", "", "Load it again.")
    book = written(session(request).folder, request.path_params["book"])
    return wished(book, text_of(found, "code", 200), said, text_of(found, "id", 100) or new_id())


SCREEN = Screen(
    "codebook",
    "Codebook",
    (
        Route("/codebook", first),
        Route("/codebook/{book}", show),
        Route("/codebook/{book}/advice", advice),
        Route("/codebook/{book}/preview", preview, methods=["POST"]),
        Route("/codebook/{book}/change", change, methods=["POST"]),
        Route("/codebook/{book}/undo", undo, methods=["POST"]),
    ),
    key="k",
)
