"""Home: how far the review has come, and what needs the visitor next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themeweave.review.arriving import LARGEST
from themeweave.review.outputs_there import there
from themeweave.review.standing import standing
from themeweave.web.pages import Screen, coder, desk, label_of, page, session, visit


def home(request: Request) -> Response:
    """Show the first page."""
    who = visit(request).coder
    if not who:
        return RedirectResponse("/who", 303)
    here = session(request)
    return page(
        request,
        "home.html.j2",
        standing=standing(here, who),
        question=here.folder.settings.review.question,
        labels={book.id: label_of(book)[0] for book in here.books.values()},
        outputs=there(here.folder),
        documents=len(desk(request).library.held()),
        doing=desk(request).background.doing,
        failed=desk(request).background.fault,
        largest=LARGEST,
    )


def doing(request: Request) -> Response:
    """Say what is being done in the background."""
    coder(request)
    here = desk(request).background
    return JSONResponse({"doing": here.doing, "fault": here.fault})


SCREEN = Screen("home", "Home", (Route("/", home), Route("/doing", doing)), key="h")
