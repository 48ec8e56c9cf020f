"""Read, adding: a document that a browser sends becomes one of the folder's."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from themeweave.errors import ReviewError
from themeweave.review.arriving import Arrival, arriving, check_size, name_of, take_in
from themeweave.web.pages import coder, desk, session, writable

PAUSE = 20.0  # seconds that may pass between two parts of a file


async def add(request: Request) -> Response:
    """Take in one file, whose name the address says and whose bytes the request is."""
    writable(request)
    coder(request)
    name = name_of(request.query_params.get("name", ""))
    stated = request.headers.get("content-length", "")
    check_size(int(stated) if stated.isdigit() else 0, name)
    with arriving(session(request).path, name) as arrival:
        await _receive(request, arrival)
        async with desk(request).adding:
            done = await run_in_threadpool(take_in, session(request), arrival)
    return JSONResponse(
        {
            "name": done.name,
            "how": done.how,
            "words": done.words,
            "notes": list(done.notes),
            "document": done.document,
        }
    )


async def _receive(request: Request, arrival: Arrival) -> None:
    """Lay down what comes, as it comes.

    Raises
    ------
    ReviewError
        Where it stops coming, or `Arrival.take` refuses it.
    """
    stopped = ReviewError(
        "the file did not come whole", arrival.name, "Nothing was added. Add it again."
    )
    parts = request.stream()
    while True:
        try:
            async with asyncio.timeout(PAUSE):
                part = await anext(parts, None)
        except (TimeoutError, ClientDisconnect):
            raise stopped from None
        if part is None:
            return
        if part:
            await run_in_threadpool(arrival.take, part)
