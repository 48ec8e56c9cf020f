"""Home: how far the review has come, and what needs the visitor next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themeweave.review.standing import standing
from themeweave.web.pages import Screen, desk, page, session, visit


def home(request: Request) -> Response:
    """Show the first page."""
    who = visit(request).coder
    if not who:
        return RedirectResponse("/who", 303)
    found = standing(session(request), who)
    return page(request, "home.html.j2", standing=found)


def doing(request: Request) -> Response:
    """Say what is being done in the background."""
    here = desk(request).background
    return JSONResponse({"doing": here.doing, "fault": here.fault})


SCREEN = Screen("home", "Home", (Route("/", home), Route("/doing", doing)), key="h")
