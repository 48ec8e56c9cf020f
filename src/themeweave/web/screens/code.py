"""Code."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themeweave.web.pages import Screen, page


def show(request: Request) -> Response:
    """Show the screen."""
    return page(request, "code.html.j2")


SCREEN = Screen("code", "Code", (Route("/code", show),), key="c")
