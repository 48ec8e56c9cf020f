"""Compare: who codes what, where coders differ, what was settled, and how far they agree.

Everything here is made of what everybody may see: what is blind still is not in it, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from themeweave.codes.agreement import BANDS, Agreement, band
from themeweave.corpus.sheets import write_sheet
from themeweave.errors import ReviewError
from themeweave.review.places import around, place_words
from themeweave.review.session import Session
from themeweave.review.teamwork.assign import Act, Plan, assignment_entry, find_assignment
from themeweave.review.teamwork.compare import (
    CONSENSUS_COLUMNS,
    Difference,
    agreement_of,
    consensus_of,
    consensus_rows,
    differences_of,
    progress_of,
)
from themeweave.review.teamwork.settle import Verdict, verdict_entries
from themeweave.review.teamwork.submit import submission_entry
from themeweave.web.pages import (
    Screen,
    body,
    coder,
    desk,
    new_id,
    now,
    page,
    part,
    session,
    writable,
)

Doing = Callable[[Request, Act, Mapping[str, Any]], list[str]]
MOST = 200  # differences that a page shows; the others follow as these are settled


@dataclass(frozen=True, slots=True)
class Column:
    """What one coder said of a finding, as a card shows it."""

    coder: str
    codes: tuple[str, ...]
    names: tuple[tuple[str, str], ...]  # what stands above a code, its name
    reason: str


def show(request: Request) -> Response:
    """Show where coders differ, first those that are open."""
    here, who = session(request), coder(request)
    wanted = request.query_params.get("assignment", "")
    with here.lock:
        everybody, progress = here.folder, progress_of(here.whole)
    if wanted:
        find_assignment(everybody.team, wanted)
    found = differences_of(everybody, wanted)
    given = {f for one in progress for share in one.assignment.shares.values() for f in share}
    open_ = [one for one in found if one.is_open]
    ended = [one for one in found if not one.is_open]
    return page(
        request,
        "compare.html.j2",
        who=who,
        wanted=wanted,
        progress=progress,
        waits={one.assignment.id: one.assignment.waits_for(who) for one in progress},
        people=sorted({*here.coders(), *everybody.settings.coders, *desk(request).visits.coders()}),
        findings=len(everybody.findings),
        left=len(everybody.findings) - len(given),
        strands=sorted({finding.strand for finding in everybody.findings} - {""}),
        cards=[_card(here, one) for one in open_[:MOST]],
        ended=[(one, _columns(one)) for one in ended],
        open=len(open_),
        revealed=sum(one.revealed for one in progress),
        statistics=everybody.settings.team.statistics,
        consensus=consensus_of(everybody),
    )


def _card(here: Session, one: Difference) -> dict[str, object]:
    finding = here.findings[one.finding]
    return {
        "one": one,
        "finding": finding,
        "columns": _columns(one),
        "reviews": [here.labels.get(review, review) for review in finding.cited],
        "place": place_words(finding, here.documents),
        "around": around(finding, here.documents),
    }


def _columns(one: Difference) -> list[Column]:
    def above(code: str) -> str:
        return " › ".join(one.book.name(up) for up in one.book.path(code)[:-1])

    return [
        Column(
            word.coder,
            word.codes,
            tuple((above(code), one.book.name(code)) for code in word.codes),
            word.reason,
        )
        for word in one.words
    ]


def agreement(request: Request) -> Response:
    """Show how far coders agree; asked for by the page, since intervals take a moment."""
    coder(request)
    books = agreement_of(session(request).folder, request.query_params.get("assignment", ""))
    shown = [
        {
            "book": one,
            "rows": [
                (title, _row(found))
                for title, statistics in (("same code", one.exact), ("same branch", one.branch))
                for found in statistics
            ],
            "codes": [(code, [_row(found) for found in code.statistics]) for code in one.codes],
        }
        for one in books
    ]
    return HTMLResponse(part("compare_agreement.html.j2", books=shown, bands=BANDS))


def _row(found: Agreement) -> dict[str, str]:
    """Put a statistic into the cells of a table."""
    interval = found.interval
    between = ""
    if interval and interval.low is not None and interval.high is not None:
        between = f"{interval.low:.2f} to {interval.high:.2f}"
    is_share = found.statistic.startswith("percent")
    return {
        "name": found.statistic,
        "value": "undefined" if found.value is None else f"{found.value:.2f}",
        "interval": between or (interval.reason if interval and found.value is not None else ""),
        "band": found.reason if found.value is None else "" if is_share else band(found.value),
    }


def consensus_sheet(request: Request) -> Response:
    """Give the consensus log as a sheet."""
    coder(request)
    found = consensus_of(session(request).folder)
    content = write_sheet(consensus_rows(found), CONSENSUS_COLUMNS, ".csv")
    headers = {"content-disposition": 'attachment; filename="consensus.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def assign(request: Request) -> Response:
    """Give findings to coders."""
    return await _acted(request, _assign)


def _assign(request: Request, act: Act, found: Mapping[str, Any]) -> list[str]:
    here = session(request)
    names = found.get("coders")
    coders = tuple(map(str, names)) if isinstance(names, list) else ()
    plan = Plan(
        _text(found, "name").strip(),
        coders,
        strand=_text(found, "strand"),
        double=_number(found, "double", 100) / 100,
        pilot=int(_number(found, "pilot", 0)),
        seed=int(_number(found, "seed", 0)),
    )
    here.write(act.coder, [assignment_entry(here.seen_by(act.coder), act, plan)])
    made = find_assignment(here.folder.team, plan.name)
    return [f"{one} got {len(findings)} findings" for one, findings in made.shares.items()]


async def submit(request: Request) -> Response:
    """Hand in the coder's share of an assignment."""
    return await _acted(request, _submit)


def _submit(request: Request, act: Act, found: Mapping[str, Any]) -> list[str]:
    here = session(request)
    name, unfinished = _text(found, "assignment"), found.get("unfinished") is True
    entry = submission_entry(here.seen_by(act.coder), act, name, unfinished=unfinished)
    here.write(act.coder, [entry])
    waits = find_assignment(here.folder.team, name).waits_for(act.coder)
    return [f"It waits for {', '.join(waits)}." if waits else "All is revealed."]


async def settle(request: Request) -> Response:
    """Settle a finding where coders differ."""
    return await _acted(request, _settle)


def _settle(request: Request, act: Act, found: Mapping[str, Any]) -> list[str]:
    here, codes = session(request), found.get("codes")
    verdict = Verdict(
        _text(found, "finding"),
        _text(found, "codebook"),
        tuple(map(str, codes)) if isinstance(codes, list) else (),
    )
    if here.knows(act.coder, f"{act.id}-1"):
        return []
    here.write(act.coder, verdict_entries(here.seen_by(act.coder), act, verdict))
    return [f"{verdict.finding} is settled"]


async def _acted(request: Request, do: Doing) -> Response:
    """Do what a page asks for, and answer once it is on disk."""
    writable(request)
    found = await body(request)
    act_id = _text(found, "id") or new_id()
    act = Act(coder(request), now(), act_id, _text(found, "reason").strip())
    return JSONResponse({"said": await run_in_threadpool(do, request, act, found)})


def _text(found: Mapping[str, Any], key: str) -> str:
    text = str(found.get(key) or "")
    if len(text) > 10_000:
        raise ReviewError(f"the {key} is longer than 10,000 characters", "", "Shorten it.")
    return text


def _number(found: Mapping[str, Any], key: str, otherwise: float) -> float:
    try:
        return float(found.get(key) or otherwise)
    except (TypeError, ValueError):
        raise ReviewError(f"the {key} must be a number", "", "Such as 20.") from None


SCREEN = Screen(
    "compare",
    "Compare",
    (
        Route("/compare", show),
        Route("/compare/agreement", agreement),
        Route("/compare/consensus.csv", consensus_sheet),
        Route("/compare/assign", assign, methods=["POST"]),
        Route("/compare/submit", submit, methods=["POST"]),
        Route("/compare/settle", settle, methods=["POST"]),
    ),
    key="m",
)
