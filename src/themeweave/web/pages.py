"""Pages: templates to HTML, with escaping always on; and what every handler knows of its request.

A screen is a module of `web.screens`: it names itself, its place in the navigation and its routes.
A handler is a plain function that takes the request, asks the session, and gives a page or JSON.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute

import themeweave
from themeweave.codes.codebook import Codebook
from themeweave.errors import ReviewError
from themeweave.review.folder import PERSPECTIVES, THEMES, VALENCE
from themeweave.review.library import Library
from themeweave.review.printed import Printed
from themeweave.review.queue import Queues
from themeweave.review.session import Session
from themeweave.web.background import Background
from themeweave.web.visits import Visit, Visits

if TYPE_CHECKING:
    from jinja2 import Environment


_LABELS = {PERSPECTIVES: ("Whose view", "p"), VALENCE: ("Direction", "d"), THEMES: ("Theme", "t")}
_FRAMEWORK = ("Framework", "f")


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of the workbench."""

    name: str  # of its path and template
    label: str  # in the navigation; empty where it has no place there
    routes: tuple[BaseRoute, ...]
    key: str = ""  # pressed after g: go to this screen


@dataclass(frozen=True, slots=True)
class Desk:
    """What the workbench is made of, for all requests."""

    session: Session
    background: Background
    queues: Queues
    library: Library
    visits: Visits
    screens: tuple[Screen, ...]
    printed: Printed
    closed: str = ""  # why nothing can be written; empty where it can
    drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    adding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


def desk(request: Request) -> Desk:
    """Give what the workbench is made of."""
    found: Desk = request.app.state.desk
    return found


def session(request: Request) -> Session:
    """Give the open folder."""
    return desk(request).session


def visit(request: Request) -> Visit:
    """Give the visit that the request is part of; the guard let it in."""
    found: Visit = request.scope["visit"]
    return found


def coder(request: Request) -> str:
    """Give the name in which the visitor decides and looks.

    Raises
    ------
    ReviewError
        Where it was not chosen yet.
    """
    name = visit(request).coder
    if not name:
        raise ReviewError("who you are is not known yet", "", "Say so on the first page.")
    return name


def writable(request: Request) -> None:
    """Refuse to write where the folder cannot be written to."""
    if closed := desk(request).closed:
        raise ReviewError(closed, "", "Make the folder writable and start the workbench again.")


def now() -> str:
    """Give the time as logs write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_id() -> str:
    """Make the id of an act."""
    return uuid.uuid4().hex


async def body(request: Request) -> dict[str, Any]:
    """Read a JSON object that a page sent.

    Raises
    ------
    ReviewError
        Where it is none.
    """
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ReviewError("the page sent something that is not understood", "", "Load it again.")
    return found


def label_of(book: Codebook) -> tuple[str, str]:
    """Give a codebook's short name, and the key that opens its panel."""
    return _LABELS.get(book.id, _FRAMEWORK)


def text_of(found: Mapping[str, Any], key: str, longest: int) -> str:
    """Give a text that a page sent; empty where it is not there.

    Raises
    ------
    ReviewError
        Where it is too long.
    """
    text = str(found.get(key) or "")
    if len(text) > longest:
        raise ReviewError(f"the {key} is longer than {longest:,} characters", "", "Shorten it.")
    return text


def page(request: Request, template: str, status: int = 200, **data: object) -> HTMLResponse:
    """Render a template as a page."""
    here = desk(request)
    who: Visit | None = request.scope.get("visit")
    words = {
        "title": here.session.title,
        "coder": who.coder if who else "",
        "form_token": who.form_token if who else "",
        "screens": [screen for screen in here.screens if screen.label],
        "path": request.url.path,
        "version": themeweave.__version__,
        "closed": here.closed,
        "fault": str(here.session.fault or ""),
    }
    return HTMLResponse(environment().get_template(template).render(words | data), status)


def part(template: str, **data: object) -> str:
    """Render a template that is part of a page."""
    return environment().get_template(template).render(data)


def wants_json(request: Request) -> bool:
    """Tell whether a script asks, not a person."""
    return "application/json" in request.headers.get("accept", "")


def failure(request: Request, error: ReviewError, status: int) -> Response:
    """Say what is wrong: as JSON where a script asked, else as a page."""
    said = {
        "what": error.what,
        "where": error.where,
        "next": error.next_step,
        "faults": list(error.faults),
    }
    if wants_json(request):
        return JSONResponse({"error": said}, status)
    return page(request, "error.html.j2", status, **said)


@cache
def environment() -> Environment:
    """Load the templates, with escaping always on and undefined names refused."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("themeweave.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
