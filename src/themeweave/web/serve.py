"""Serving: one process a folder, on this computer alone unless a network is said to be trusted."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.review.decide import check_coder
from themeweave.review.documents import review_folder
from themeweave.review.files import sweep
from themeweave.review.held_folder import hold
from themeweave.review.session import Session
from themeweave.review.synced import told_once
from themeweave.web.app import make_app
from themeweave.web.background import Background
from themeweave.web.encryption import Certificate, fingerprint
from themeweave.web.visits import Visits

PORT = 8740


@dataclass(frozen=True, slots=True)
class Place:
    """Where the workbench can be reached, and who gets a link."""

    host: str = "127.0.0.1"
    port: int | None = None  # PORT, or a free one where that is taken
    trusted: bool = False  # others on the network may be let in, though nothing is encrypted
    coders: tuple[str, ...] = ()
    certificate: Certificate | None = None  # what is sent is encrypted with it

    @property
    def only_here(self) -> bool:
        """Whether only this computer can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def serve(folder: Path, place: Place, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve a folder until it is stopped.

    Raises
    ------
    ReviewError
        Where another program keeps the folder open, the address cannot be had, or others could
        reach it without having been given a link.
    """
    check_place(place)
    shown = fingerprint(place.certificate) if place.certificate else ""
    path = review_folder(folder)
    with listening(place) as listener:
        port = listener.getsockname()[1]
        visits = Visits(place.coders, port, encrypted=bool(shown))
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        address = f"http{'s' if shown else ''}://{_in_url(place.host)}:{port}"
        with hold(path, f"since {since}, at {address}") as closed:
            if not closed:
                sweep(path)
            say(f"Reading {path} ...")
            session = Session(path)
            background = Background(session)
            app = make_app(session, visits, hosts(place, port), background, closed)
            links = [(coder, f"{address}/start?token={token}") for coder, token in visits.links()]
            for coder, link in links:
                say(f"{coder or 'Open'}: {link}")
            if shown:
                say(f"Certificate's SHA-256 fingerprint, as browsers show it:\n  {shown}")
            say("Ctrl-C ends it. Every decision is on disk once the page says 'saved'.")
            if closed:
                say(f"Nothing can be decided: {closed}.")
            elif kept := told_once(path):
                say(f"Note: {kept}.")
            with background:
                if browser:
                    webbrowser.open(links[0][1])
                _run(app, listener, place.certificate)
    say("Stopped.")


def check_place(place: Place) -> None:
    """Refuse to be reachable for others who were given no link of their own."""
    for coder in place.coders:
        check_coder(coder)
    if place.only_here:
        return
    if place.host in ("0.0.0.0", "::"):
        raise ReviewError(
            f"{place.host} is no address that a browser could ask for",
            "",
            "Give --host the address or the name that this computer has on the network.",
        )
    if not place.trusted and not place.certificate:
        raise ReviewError(
            f"with --host {place.host} others on the network could reach the review",
            "",
            "What is sent is not encrypted. Give --certificate and --key, or add --trusted-network "
            "if only people whom you trust are on it; otherwise leave out --host.",
        )
    if not place.coders:
        raise ReviewError(
            "nobody could be told from anybody else on the network",
            "",
            "Give the name of each coder, --coder ana --coder ben: each gets a link of their own.",
        )


def hosts(place: Place, port: int) -> frozenset[str]:
    """Give the names, with the port, under which requests may ask for the workbench."""
    here = ("127.0.0.1", "localhost", "[::1]")
    names = here if place.only_here else (*here, _in_url(place.host))
    return frozenset(f"{name}:{port}" for name in names)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def listening(place: Place) -> socket.socket:
    """Open the socket that is listened at.

    Raises
    ------
    ReviewError
        Where the address or the port that was asked for cannot be had.
    """
    asked: Sequence[int] = (PORT, 0) if place.port is None else (place.port,)
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    for port in asked:
        # said to be TCP, or asyncio lets answers wait for acknowledgements, 40 ms each
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((place.host, port))
            listener.listen(128)  # a browser that comes before the server is up waits
        except OSError as error:
            listener.close()
            if port == asked[-1]:
                raise ReviewError(
                    f"the address {_in_url(place.host)}:{port} cannot be had: {error.strerror}",
                    "",
                    "Another program may use it: give another --port, or none.",
                ) from None
            continue
        return listener
    raise AssertionError("a port is always tried")


def _run(app: object, listener: socket.socket, certificate: Certificate | None) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="error",
        access_log=False,  # it would hold the start token
        server_header=False,
        timeout_keep_alive=75,  # a person reads between two requests
        timeout_graceful_shutdown=3,
        ssl_certfile=certificate.file if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    with suppress(KeyboardInterrupt):  # that is how it is stopped, and what it hands on
        uvicorn.Server(config).run(sockets=[listener])
