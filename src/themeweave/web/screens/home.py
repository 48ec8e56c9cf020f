"""Home: how far the review has come, and what needs the visitor next."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themeweave.review.arriving import LARGEST
from themeweave.review.folder import THEMES
from themeweave.review.outputs_there import there
from themeweave.review.session import Session
from themeweave.review.standing import standing
from themeweave.review.team import Assignment
from themeweave.review.teamwork.compare import Share, differences_of, progress_of
from themeweave.web.pages import Screen, coder, desk, label_of, page, session, visit


@dataclass(frozen=True, slots=True)
class Together:
    """What coding in a team asks of the visitor."""

    shares: tuple[tuple[Assignment, Share], ...]  # the visitor's
    to_code: int  # findings of shares that are not submitted
    to_submit: int  # shares that are coded and not submitted
    to_settle: int  # differences that the visitor may settle


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
        together=_together(here, who),
        no_themes=THEMES in here.books and not here.books[THEMES].codes,
        doing=desk(request).background.doing,
        failed=desk(request).background.fault,
        largest=LARGEST,
    )


def _together(here: Session, who: str) -> Together:
    """Say how far the visitor's shares have come; numbers only, since much of it is blind."""
    with here.lock:
        everybody, progress = here.folder, progress_of(here.whole)
    own = tuple((p.assignment, share) for p in progress for share in p.shares if share.coder == who)
    mine = [share for _, share in own if not share.submitted]
    judges = everybody.settings.adjudicators()
    open_ = 0
    if any(one.revealed for one in progress) and (who in judges or not judges):
        found = [one for one in differences_of(everybody) if one.is_open]
        open_ = sum(who in judges or who in {w.coder for w in one.words} for one in found)
    return Together(
        own, sum(share.left for share in mine), sum(not share.left for share in mine), open_
    )


def doing(request: Request) -> Response:
    """Say what is being done in the background."""
    coder(request)
    here = desk(request).background
    ready = session(request).suggestions.made is not None
    return JSONResponse({"doing": here.doing, "fault": here.fault, "ready": ready})


SCREEN = Screen("home", "Home", (Route("/", home), Route("/doing", doing)), key="h")
