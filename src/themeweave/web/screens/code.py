"""Code: one finding at a time, with what is suggested and why; decided by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.codes.codebook import Code, Codebook
from themeweave.errors import ReviewError
from themeweave.review.code_finding import Act, code_finding, said_of, write_memo
from themeweave.review.places import around, place_words
from themeweave.review.queue import Ask, Order, Place, asked
from themeweave.review.session import Session
from themeweave.review.standing import left
from themeweave.review.views import Conflict, Panel, View
from themeweave.web.pages import (
    Screen,
    body,
    coder,
    desk,
    label_of,
    new_id,
    now,
    page,
    part,
    session,
    text_of,
    writable,
)

LONGEST = 10_000  # characters of a memo
ORDERS: Mapping[Order, tuple[str, str]] = {  # as the page calls it, and what it is good for
    "unsure": (
        "least certain first",
        "The two likeliest codes are closest first: what you say there teaches most.",
    ),
    "theme": (
        "by theme",
        "Theme by theme, each with what people or the program put there: like is judged by like.",
    ),
    "review": ("by review", "Review by review, by the first one that a finding cites."),
    "sheet": ("as in the sheet", "In the order in which the findings were written down."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One code that a panel offers."""

    code: Code
    above: str  # the names above it in the tree
    share: float | None  # of belief, 0 to 1; None where the program does not offer it
    reason: str
    chosen: bool
    basis: str  # own, others or suggested where it is chosen beforehand; empty otherwise
    by: str  # the other people who accepted it


@dataclass(frozen=True, slots=True)
class Box:
    """A panel as the page shows it."""

    panel: Panel
    label: str
    key: str
    rows: tuple[Row, ...]
    unclear: bool  # the suggestion is below its margin, so nothing is chosen beforehand
    waiting: bool  # for suggestions that are being made


def show(request: Request) -> Response:
    """Show the first finding of the queue, or the one that is asked for."""
    here, who, ask = desk(request), coder(request), _ask(request)
    wanted = request.query_params.get("finding", "")
    if wanted:
        place = here.queues.standing(who, ask, session(request).finding(wanted).id)
    else:
        place = here.queues.first(who, ask)
    return page(
        request,
        "code.html.j2",
        ask=ask,
        card=_card(session(request), who, place.finding),
        place=place,
        books=[(book, label_of(book)[0]) for book in session(request).books.values() if book.codes],
        shows={
            "open": "not finished",
            **({"share": "my share"} if session(request).share(who) else {}),
            "unsure": "marked unsure",
            "all": "all",
        },
        orders=ORDERS,
        estimate=_estimate(session(request), ask.codebook),
    )


def _estimate(here: Session, codebook: str) -> str:
    """Say how many suggestions are left, and how many of them are likely wrong."""
    told = [
        f"{label_of(book)[0].lower()} about {open_.wrong:.0f} of {open_.findings:,}"
        for book in here.books.values()
        if codebook in ("", book.id)
        and (open_ := left(here, book))
        and open_.wrong is not None
        and open_.findings
    ]
    return f"Likely wrong among the suggestions left: {', '.join(told)}." if told else ""


def card(request: Request) -> Response:
    """Give one finding: the next one, the one before, or the one that is named."""
    here, who, ask = desk(request), coder(request), _ask(request)
    query = request.query_params
    if query.get("finding"):
        place = here.queues.standing(who, ask, session(request).finding(query["finding"]).id)
    elif query.get("before"):
        place = here.queues.before(who, ask, query["before"])
    else:
        place = here.queues.next(who, ask, query.get("after", ""))
    return JSONResponse(_found(session(request), who, place))


def codes(request: Request) -> Response:
    """Give every code in use, for the search of codes."""
    coder(request)
    books = session(request).books.values()
    return JSONResponse(
        {
            book.id: [
                {"id": c.id, "name": c.name, "above": _above(book, c.id), "about": c.definition}
                for c in book.codes
                if not c.retired
            ]
            for book in books
        }
    )


async def decide(request: Request) -> Response:
    """Write what the coder says of a finding; answers once it is on disk."""
    writable(request)
    found = await body(request)
    return await run_in_threadpool(_decide, request, found)


def _decide(request: Request, found: Mapping[str, Any]) -> Response:
    here, who = session(request), coder(request)
    seen = found.get("seen")
    if not isinstance(seen, int):
        raise ReviewError("the page sent something that is not understood", "", "Load it again.")
    act = Act(
        text_of(found, "id", 100) or new_id(),
        text_of(found, "finding", 1000),
        seen,
        said_of(found.get("books", {})),
        text_of(found, "status", 20),
        text_of(found, "reason", LONGEST),
    )
    try:
        words = code_finding(here, who, act, now())
    except Conflict as conflict:
        place = desk(request).queues.standing(who, Ask(), act.finding)
        now_there = _found(here, who, place)
        said = {"what": conflict.what, "where": "", "next": conflict.next_step, "faults": []}
        return JSONResponse({"error": said, "now": now_there}, 409)
    place = desk(request).queues.standing(who, _ask(request))
    latest = here.rulings.latest[who, act.finding]
    return JSONResponse({"said": words, "seen": latest, "done": place.done, "total": place.total})


async def memo(request: Request) -> Response:
    """Write the coder's memo on a finding."""
    writable(request)
    found = await body(request)
    finding, text = text_of(found, "finding", 1000), text_of(found, "text", LONGEST)
    act_id = text_of(found, "id", 100) or new_id()
    here, who = session(request), coder(request)
    await run_in_threadpool(write_memo, here, who, finding, text, act_id, now())
    return JSONResponse({"seen": here.rulings.latest[who, finding]})


async def undo(request: Request) -> Response:
    """Take back the coder's latest act."""
    writable(request)
    found = await body(request)
    act_id = text_of(found, "id", 100) or new_id()
    said, finding = await run_in_threadpool(session(request).undo, coder(request), now(), act_id)
    there = finding if finding in session(request).findings else ""
    return JSONResponse({"said": said, "finding": there})


def _ask(request: Request) -> Ask:
    query = request.query_params
    return asked(
        query.get("order", "unsure"),
        query.get("show", "open"),
        query.get("codebook", ""),
        session(request),
    )


def _found(here: Session, who: str, place: Place) -> dict[str, object]:
    return {
        "finding": place.finding,
        "html": _card(here, who, place.finding),
        "done": place.done,
        "total": place.total,
    }


def _card(here: Session, who: str, finding: str) -> str:
    if not finding:
        return part("code_nothing.html.j2")
    view = here.view(finding, who)
    documents = here.documents
    return part(
        "code_card.html.j2",
        view=view,
        finding=view.finding,
        boxes=boxes(view, waiting=here.suggestions.made is None),
        reviews=[here.labels.get(review, review) for review in view.finding.cited],
        place=place_words(view.finding, documents),
        around=around(view.finding, documents),
    )


def boxes(view: View, *, waiting: bool) -> list[Box]:
    """Make the panels of a finding, with what is chosen beforehand.

    What the coder said stands first, then what others said, as far as it may be seen, then a
    suggestion that is sure enough.

    Parameters
    ----------
    waiting
        Suggestions are being made, so a panel without any may have some soon.
    """
    return [_box(panel, waiting) for panel in view.panels]


def _box(panel: Panel, waiting: bool) -> Box:
    book = panel.book
    own = [d.code_id for d in panel.own if d.accepted and d.code_id in book.by_id]
    standing = {coding.code_id: coding for coding in panel.codings}
    own = [code for code in book.lowest(own) if code in standing]
    ruled = any(not d.accepted for d in panel.own) and not own
    others = book.lowest(
        [c for c, coding in standing.items() if coding.basis == "confirmed" and c not in own]
    )
    guess = panel.suggested
    if own:
        chosen, basis = own, "own"
    elif ruled:
        chosen, basis = [], ""
    elif others:
        chosen, basis = others, "others"
    elif guess and not guess.unsure:
        chosen, basis = [guess.code_id], "suggested"
    else:
        chosen, basis = [], ""
    beliefs = {belief.code_id: belief for belief in panel.offers}
    by = {c: ", ".join(coding.by) for c, coding in standing.items() if coding.basis != "suggested"}
    listed = dict.fromkeys([*chosen, *([guess.code_id] if guess else []), *beliefs])
    rows = tuple(
        Row(
            book.by_id[code],
            _above(book, code),
            beliefs[code].share if code in beliefs else None,
            _why(panel, code),
            code in chosen,
            basis if code in chosen else "",
            by.get(code, ""),
        )
        for code in listed
        if code in book.by_id
    )
    label, key = label_of(book)
    unclear = not chosen and not ruled
    return Box(panel, label, key, rows, unclear, waiting and not panel.offers)


def _why(panel: Panel, code: str) -> str:
    if panel.suggested and panel.suggested.code_id == code:
        return panel.suggested.reason
    return next((b.reason for b in panel.offers if b.code_id == code), "")


def _above(book: Codebook, code: str) -> str:
    return " › ".join(book.name(up) for up in book.path(code)[:-1])


SCREEN = Screen(
    "code",
    "Code",
    (
        Route("/code", show),
        Route("/code/card", card),
        Route("/code/codes", codes),
        Route("/code/decide", decide, methods=["POST"]),
        Route("/code/memo", memo, methods=["POST"]),
        Route("/code/undo", undo, methods=["POST"]),
    ),
    key="c",
)
