"""The door: a link with a token lets a browser in; then people say who they are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from themeweave.errors import NotAllowed, ReviewError
from themeweave.review.decide import check_coder
from themeweave.web.pages import Screen, desk, failure, page, session, visit


def start(request: Request) -> Response:
    """Let a browser in that has a link's token.

    The page that answers goes on by itself: a browser that came from another program, such as a
    mail, sends the cookie only with requests that our own page makes.
    """
    visits = desk(request).visits
    cookie = visits.enter(request.query_params.get("token", ""))
    if not cookie:
        error = ReviewError(
            "this link does not let you in", "", "Use the one that 'themeweave serve' printed last."
        )
        return failure(request, error, 401)
    request.scope["visit"] = visits.visit(cookie)
    answer = page(request, "start.html.j2")
    answer.set_cookie(
        visits.cookie, cookie, httponly=True, samesite="strict", path="/", secure=visits.encrypted
    )
    return answer


def who(request: Request) -> Response:
    """Ask who is there."""
    known = sorted({*session(request).coders(), *session(request).folder.settings.coders})
    return page(request, "who.html.j2", known=known, fixed=visit(request).fixed)


async def say_who(request: Request) -> Response:
    """Take the name in which the visitor decides from now on."""
    here = visit(request)
    form = dict(await _form(request))
    name = (form.get("name", "") or form.get("known", "")).strip()
    if here.fixed and name != here.coder:
        raise NotAllowed(
            f"your link is that of '{here.coder}'", "", "Ask for a link of your own name."
        )
    check_coder(name)
    here.coder = name
    return RedirectResponse("/", 303)


async def _form(request: Request) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    sent = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qsl(sent, max_num_fields=100)
    except ValueError:
        return []


SCREEN = Screen(
    "door",
    "",
    (
        Route("/start", start),
        Route("/who", who, methods=["GET"]),
        Route("/who", say_who, methods=["POST"]),
    ),
)
