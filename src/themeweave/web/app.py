"""The app: screens behind the guard, and one shape for everything that goes wrong."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from themeweave.errors import NotAllowed, NothingToUndo, ReviewError
from themeweave.review.library import Library
from themeweave.review.printed import Printed
from themeweave.review.queue import Queues
from themeweave.review.session import Session
from themeweave.review.views import Conflict
from themeweave.web.background import Background
from themeweave.web.guard import Guard, Refused
from themeweave.web.pages import Desk, failure
from themeweave.web.screens import SCREENS
from themeweave.web.visits import Visits

STATIC = Path(__file__).parent / "static"
_STATUS: dict[type, int] = {Conflict: 409, NotAllowed: 403}  # of what a person can mend


def make_app(
    session: Session,
    visits: Visits,
    hosts: Iterable[str],
    background: Background,
    closed: str = "",
) -> ASGIApp:
    """Make the app of an open folder.

    Parameters
    ----------
    hosts
        Names with port that requests may ask for.
    closed
        Why nothing can be written; empty where it can.
    """
    routes = [route for screen in SCREENS for route in screen.routes]
    app = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        exception_handlers={
            ReviewError: _mendable,
            NothingToUndo: _nothing,
            HTTPException: _not_there,
            Exception: _bug,
        },
    )
    app.state.desk = Desk(
        session,
        background,
        Queues(session),
        Library(session.path),
        visits,
        SCREENS,
        Printed(session.path),
        closed,
    )

    def refuse(scope: Scope, refused: Refused) -> ASGIApp:
        scope["app"] = app
        return failure(Request(scope), ReviewError(refused.why), refused.status)

    return Guard(app, refuse, visits, hosts)


def _mendable(request: Request, error: Exception) -> Response:
    """Answer with what a person can mend."""
    assert isinstance(error, ReviewError)
    return failure(request, error, _STATUS.get(type(error), 422))


def _nothing(_request: Request, error: Exception) -> Response:
    """Answer who pressed undo once too often: with words, as to any act."""
    assert isinstance(error, NothingToUndo)
    return JSONResponse({"said": [], "nothing": f"Nothing to undo: {error.what}."})


def _not_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "there is no such page", 405: "the page cannot be used in this way"}
    what = said.get(error.status_code, error.detail)
    return failure(request, ReviewError(what, request.url.path), error.status_code)


def _bug(request: Request, error: Exception) -> Response:
    """Keep the traceback for whoever started the program; the page says that it is there."""
    traceback.print_exception(error)
    return failure(
        request,
        ReviewError(
            "the workbench has a fault of its own",
            "",
            "Nothing that was saved is lost. The window where it was started says more.",
        ),
        500,
    )
