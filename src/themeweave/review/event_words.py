"""Events in words: what a person did, as the trail and every answer to an act say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.review.events import Event, Log
from themeweave.review.folder import THEMES
from themeweave.review.team import Team
from themeweave.review.united import acts
from themeweave.themes.acts import said


def event_words(event: Event, books: Mapping[str, Codebook], team: Team) -> str:
    """Say an event in words, with the names that codes and assignments have now."""
    body = event.body
    if event.kind == "theme":
        (act,) = acts([Log(Path(), (event,))])
        themes = books.get(THEMES)
        name = themes.name(act.theme) if themes and act.theme in themes.by_id else ""
        return said(act, name)
    if event.kind == "memo":
        return f"memo on {body['finding']}: {body['text']}"
    if event.kind == "status":
        return f"{body['finding']} is {body['status'] or 'open again'}"
    if event.kind == "decision":
        book = books.get(str(body["codebook"]))
        code = str(body["code"])
        name = book.name(code) if book and code in book.by_id else code
        return f"{body['finding']} {'is' if body['accepted'] else 'is not'} '{name}'"
    if event.kind == "finding":
        return f"{body['finding']} {body['did']}"
    if event.kind == "codebook":
        return f"code '{body['code']}' of {body['codebook']} {body['did']}"
    if event.kind == "assignment":
        return f"'{body['name']}' assigned to {', '.join(body['shares'])}"  # type: ignore[arg-type]
    if event.kind in ("submission", "reopening"):
        names = {one.id: one.name for one in team.assignments}
        name = names.get(str(body["assignment"]), str(body["assignment"]))
        if event.kind == "submission":
            return f"'{name}' submitted"
        return f"'{name}' given back to {body['coder']}"
    return event.kind
