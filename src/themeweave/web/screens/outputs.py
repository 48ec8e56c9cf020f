"""Outputs: run the review, look at what it made, take it along."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.errors import ReviewError
from themeweave.review.outputs_there import all_outputs, read_output, there
from themeweave.web.pages import Screen, body, coder, desk, failure, page, session, writable

# A page that a run made brings its own policy and its own scripts. It is shown as if it came from
# nowhere, so that it can neither ask the workbench for anything nor send anything out.
SANDBOX = (
    "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
_LOOKS = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "md": "text/plain; charset=utf-8",
    "csv": "text/plain; charset=utf-8",
    "json": "text/plain; charset=utf-8",
}
WORDS = {
    "page": "To read",
    "table": "Tables",
    "picture": "Pictures",
    "data": "Data",
}


def show(request: Request) -> Response:
    """List the outputs."""
    coder(request)
    found = there(session(request).folder)
    kinds = [
        (words, [group for group in found.groups if group.kind == kind])
        for kind, words in WORDS.items()
    ]
    job = desk(request).background.job
    return page(
        request, "outputs.html.j2", there=found, kinds=kinds, looks=set(_LOOKS), job=job.record()
    )


async def run(request: Request) -> Response:
    """Begin a run."""
    writable(request)
    await body(request)
    coder(request)
    desk(request).background.run()
    return JSONResponse(desk(request).background.job.record())


async def stop(request: Request) -> Response:
    """Stop the run; what was there before stays."""
    await body(request)
    coder(request)
    desk(request).background.stop_run()
    return JSONResponse(desk(request).background.job.record())


def job(request: Request) -> Response:
    """Say how far the run has come."""
    coder(request)
    return JSONResponse(desk(request).background.job.record())


def give(request: Request) -> Response:
    """Give a file, to look at or to keep."""
    coder(request)
    name = request.path_params["name"]
    outputs = session(request).path / "outputs"
    try:
        content = read_output(outputs, name)
    except ReviewError as error:
        return failure(request, error, 404)
    look = _LOOKS.get(name.rpartition(".")[2]) if "look" in request.query_params else None
    if look:
        headers = {"content-security-policy": SANDBOX}
        return Response(content, media_type=look, headers=headers)
    return _attached(content, name)


def give_all(request: Request) -> Response:
    """Give every file in one archive."""
    coder(request)
    return _attached(all_outputs(session(request).path / "outputs"), "outputs.zip")


def _attached(content: bytes, name: str) -> Response:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    named = {"content-disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type="application/octet-stream", headers=named)


SCREEN = Screen(
    "outputs",
    "Outputs",
    (
        Route("/outputs", show),
        Route("/outputs/run", run, methods=["POST"]),
        Route("/outputs/stop", stop, methods=["POST"]),
        Route("/outputs/job", job),
        Route("/outputs/all", give_all),
        Route("/outputs/file/{name}", give),
    ),
    key="o",
)
