"""Outputs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themeweave.web.pages import Screen, page


def show(request: Request) -> Response:
    """Show the screen."""
    return page(request, "outputs.html.j2")


SCREEN = Screen("outputs", "Outputs", (Route("/outputs", show),), key="o")
