"""Visits: who is at the workbench. A link with a token lets a browser in; a cookie keeps it in.

Tokens and cookies are chance of this process alone: after a new start everybody uses a new link.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Visit:
    """One browser that was let in."""

    coder: str  # in whose name it decides; empty until chosen
    fixed: bool  # the link was that coder's own, so the name cannot be changed
    form_token: str = field(
        default_factory=secrets.token_urlsafe
    )  # stands in every writing request


class Visits:
    """Everybody who was let in.

    Parameters
    ----------
    coders
        Each gets a link of their own; without any there is one link, and who opens it says who
        they are.
    port
        Where it is listened at: browsers keep one cookie for all ports of a host, so its name
        holds the port.
    encrypted
        Whether links and cookies are sent by https alone.
    """

    def __init__(self, coders: tuple[str, ...], port: int, encrypted: bool = False) -> None:
        self.encrypted = encrypted
        self.cookie = f"themeweave-{port}"
        self._tokens = {secrets.token_urlsafe(32): coder for coder in coders or ("",)}
        self._visits: dict[str, Visit] = {}

    def links(self) -> list[tuple[str, str]]:
        """Give coders and their tokens; the coder is empty where who comes says who they are."""
        return [(coder, token) for token, coder in self._tokens.items()]

    def coders(self) -> set[str]:
        """Give everybody who has a link or came in and said who they are."""
        came = {visit.coder for visit in self._visits.values()}
        return {coder for coder in (*self._tokens.values(), *came) if coder}

    def enter(self, token: str) -> str:
        """Let a browser in: its cookie; empty where the token is none of ours."""
        found = ""
        for known in self._tokens:  # all are compared, each in constant time
            if secrets.compare_digest(known.encode(), token.encode("utf-8", "replace")):
                found = known
        if not found:
            return ""
        cookie = secrets.token_urlsafe(32)
        coder = self._tokens[found]
        self._visits[cookie] = Visit(coder, bool(coder))
        return cookie

    def visit(self, cookie: str) -> Visit | None:
        """Give the visit of a cookie."""
        return self._visits.get(cookie)
