"""The guard: what every request passes before any page sees it, and what every answer carries.

A web page that the researcher visits meanwhile can send requests to this computer too. So a
request must name a host that is ours, come with the cookie of a browser that was let in, and, where
it changes anything, from our own pages and with their token; and it may not be endless.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from themeweave.web.visits import Visit, Visits

MOST = 1_000_000  # bytes of a request
STREAMED = ("/read/add",)  # pages that take in and count the bytes of a request themselves
SLOWEST = 20.0  # seconds that a request may take to arrive
_READS = ("GET", "HEAD")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


class Refused(Exception):  # noqa: N818
    """A request that is not let through: the status, and why, in words."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Guard:
    """Lets through what is ours.

    Parameters
    ----------
    app
        What answers. It finds the visit in ``scope["visit"]``.
    refuse
        Makes the answer to a request that is not let through.
    hosts
        Names with port that requests may ask for.
    """

    def __init__(
        self,
        app: ASGIApp,
        refuse: Callable[[Scope, Refused], ASGIApp],
        visits: Visits,
        hosts: Iterable[str],
    ) -> None:
        self.app = app
        self.refuse = refuse
        self.visits = visits
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        scope["visit"] = visit = self._visit(headers)
        answer = self.app
        try:
            self._check_host(headers)
            self._check_visit(scope, visit)
            if scope["method"] not in _READS:
                receive = await self._check_write(scope, headers, receive, visit)
        except Refused as refused:
            answer = self.refuse(scope, refused)
        await answer(scope, receive, guarded)

    def _visit(self, headers: Headers) -> Visit | None:
        try:
            jar = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        held = jar.get(self.visits.cookie)
        return self.visits.visit(held.value) if held else None

    def _check_host(self, headers: Headers) -> None:
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            raise Refused(400, "This address is not the workbench's. Use the link it printed.")

    def _check_visit(self, scope: Scope, visit: Visit | None) -> None:
        path = scope["path"]
        if visit is None and path != "/start" and not path.startswith("/static/"):
            raise Refused(
                401,
                "You are not let in: the workbench was started anew. Use the link it printed.",
            )

    def _check_origin(self, headers: Headers) -> None:
        """Refuse what does not come from our own pages.

        A form of a page that sends no referrer has the origin "null"; then the browser itself must
        say that it comes from here, which no page can make it say.
        """
        origin, site = headers.get("origin", ""), headers.get("sec-fetch-site", "")
        scheme = "https" if self.visits.encrypted else "http"
        ours = origin in {f"{scheme}://{host}" for host in self.hosts}
        if not (ours and site in ("", "same-origin")) and (origin, site) != ("null", "same-origin"):
            raise Refused(403, "The request did not come from a page of the workbench.")

    async def _check_write(
        self, scope: Scope, headers: Headers, receive: Receive, visit: Visit | None
    ) -> Receive:
        """Check where a writing request comes from, and take it in, up to a limit."""
        self._check_origin(headers)
        streamed = scope["path"] in STREAMED
        body = b"" if streamed else await _body(headers, receive)
        given = headers.get("x-themeweave-token", "")
        if not given and headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            given = "".join(parse_qs(body.decode("latin-1")).get("token", [])[:1])
        if visit is None or not secrets.compare_digest(
            given.encode("utf-8", "replace"), visit.form_token.encode()
        ):
            raise Refused(403, "The page is from an earlier visit. Load it again.")
        if streamed:
            return receive
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again


async def _body(headers: Headers, receive: Receive) -> bytes:
    """Take in a request's body, refusing one that is too long or takes too long."""
    too_long = Refused(413, f"The request is longer than {MOST:,} bytes.")
    stated = headers.get("content-length", "0")
    if not stated.isdigit() or int(stated) > MOST:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False) and message["type"] == "http.request"
                if len(body) > MOST:
                    raise too_long
    except TimeoutError:
        raise Refused(408, "The request took too long to arrive.") from None
    return bytes(body)
