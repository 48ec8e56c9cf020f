"""The decision trail: who decided what, when and why, with what was withdrawn again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from themeweave.report.page.records import TrailRow
from themeweave.review.folder import THEMES, ReviewFolder
from themeweave.review.synthesis import Synthesis
from themeweave.review.united import withdrawn
from themeweave.themes.acts import said


def trail_rows(synthesis: Synthesis) -> Iterator[TrailRow]:
    """Give the decisions on findings that stand, those withdrawn, then the acts on themes."""
    folder = synthesis.folder
    for d in folder.decisions:
        yield ruling_row(
            folder, d.finding_id, d.codebook, d.code_id, d.accepted, d.coder, d.decided_at, d.reason
        )
    for event in (one.event for one in withdrawn(folder.logs)):
        body = event.body
        yield replace(
            ruling_row(
                folder,
                str(body["finding"]),
                str(body["codebook"]),
                str(body["code"]),
                bool(body["accepted"]),
                event.coder,
                event.at,
                str(body.get("reason", "")),
            ),
            withdrawn=True,
        )
    yield from act_rows(folder)


def act_rows(folder: ReviewFolder, theme: str = "") -> Iterator[TrailRow]:
    """Give what people did to the themes, or to one of them."""
    names = folder.book(THEMES).by_id
    for act in folder.revision.applied:
        moved = act.kind in ("split", "place")  # findings, which stand above, each by itself
        if theme not in (act.theme, act.target) if theme else moved:
            continue
        name = names[act.theme].name if act.theme in names and act.kind != "new" else ""
        who = coder_name(folder, act.coder)
        yield TrailRow(_when(act.at), who, said(act, name), act.reason, "", "The themes themselves")


def ruling_row(
    folder: ReviewFolder,
    finding: str,
    codebook: str,
    code_id: str,
    accepted: bool,
    coder: str,
    at: str,
    reason: str,
) -> TrailRow:
    """Put one ruling on a finding in words."""
    book = folder.codebooks.get(codebook)
    code = book.name(code_id) if book and code_id in book.by_id else code_id
    title = book.title if book else codebook
    verb = "is" if accepted else "is not"
    what = f"{finding} {verb} '{code}' ({title})"
    return TrailRow(_when(at), coder_name(folder, coder), what, reason, finding, title)


def coder_name(folder: ReviewFolder, coder: str) -> str:
    """Give a coder's name as the settings have it."""
    known = folder.settings.coders.get(coder)
    return known.name or coder if known else coder


def _when(at: str) -> str:
    return at.replace("T", " ").removesuffix("Z")
