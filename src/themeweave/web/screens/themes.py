"""Themes: the board, where findings stand in themes as cards, moved by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themeweave.codes.codebook import Codebook
from themeweave.errors import ReviewError
from themeweave.review.folder import PERSPECTIVES, VALENCE
from themeweave.review.places import place_words
from themeweave.review.revise import Who, Wish
from themeweave.review.session import Session
from themeweave.review.theme_board import (
    SHOWS,
    Board,
    Place,
    act_on_themes,
    board_of,
    keeping,
    undo_on_themes,
)
from themeweave.review.theme_doubts import Doubts, Hold, doubts
from themeweave.review.views import Panel
from themeweave.themes.acts import KINDS
from themeweave.web.pages import (
    Screen,
    body,
    coder,
    new_id,
    now,
    page,
    part,
    session,
    text_of,
    writable,
)

FIRST = 6  # cards of a theme that are there from the beginning
MORE = 30  # cards that are added at a time
FEW = 150  # findings up to which no theme is folded at first
LONGEST = 10_000  # characters of a description or a reason


@dataclass(frozen=True, slots=True)
class Told:
    """What a codebook says of a finding, on a card."""

    words: str
    basis: str  # confirmed, disputed, suggested or empty
    code: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A finding on the board."""

    place: Place
    text: str
    where: str  # in which document it stands
    reviews: tuple[str, ...]
    perspective: Told
    valence: Told
    above: str  # the name of the theme above that people confirmed
    perhaps: str  # the name of the theme where it may belong
    loosely: bool = False


def show(request: Request) -> Response:
    """Show the board."""
    here, who = session(request), coder(request)
    board = board_of(here, who, _show(request))
    return page(
        request,
        "themes.html.j2",
        html=_board(here, who, board),
        shows={"all": "all findings", "open": "not confirmed", "disputed": "disputed"},
        show=_show(request),
        themes=_choices(board.book),
    )


def board(request: Request) -> Response:
    """Give the board as it stands now, and the themes to choose from."""
    here, who = session(request), coder(request)
    found = board_of(here, who, _show(request))
    return JSONResponse({"html": _board(here, who, found), "themes": _choices(found.book)})


def cards(request: Request) -> Response:
    """Give further cards of a theme or a candidate."""
    here, who, query = session(request), coder(request), request.query_params
    places = board_of(here, who, _show(request)).places(query.get("theme", ""))
    start = int(query["from"]) if query.get("from", "").isdigit() else 0
    shown = places[start : start + MORE]
    html = part("themes_cards.html.j2", cards=_cards(here, who, shown))
    return JSONResponse({"html": html, "left": len(places) - start - len(shown)})


def evidence(request: Request) -> Response:
    """Say how well each theme holds together, and what speaks against what."""
    here, who = session(request), coder(request)
    found = board_of(here, who)
    return JSONResponse(_in_words(here, found.book, doubts(here, who, found)))


async def act(request: Request) -> Response:
    """Do something to themes; answers once it is on disk."""
    writable(request)
    return await run_in_threadpool(_act, request, await body(request))


def _act(request: Request, found: Mapping[str, Any]) -> Response:
    here, name = session(request), coder(request)
    who = Who(
        name,
        now(),
        text_of(found, "id", LONGEST) or new_id(),
        text_of(found, "reason", LONGEST).strip(),
    )
    kind, theme, text = (
        text_of(found, "kind", LONGEST),
        text_of(found, "theme", LONGEST),
        text_of(found, "text", LONGEST),
    )
    target, findings = text_of(found, "target", LONGEST), _findings(found)
    if kind == "keep":
        board = board_of(here, name)
        wishes = keeping(board, theme, text, target, confirm=found.get("confirm") is True)
    elif kind in KINDS:
        wishes = [Wish(kind, theme, text, target, findings)]
    else:
        raise ReviewError(f"'{kind}' is nothing that can be done to a theme", "", "Load it again.")
    if kind in ("place", "split") and not findings:
        raise ReviewError("no finding was chosen", "", "Choose findings first, with space or x.")
    return JSONResponse({"said": act_on_themes(here, who, wishes)})


async def undo(request: Request) -> Response:
    """Take back the coder's latest act on themes."""
    writable(request)
    found = await body(request)
    command = text_of(found, "id", LONGEST) or new_id()
    said = await run_in_threadpool(undo_on_themes, session(request), coder(request), now(), command)
    return JSONResponse({"said": said})


def _findings(found: Mapping[str, Any]) -> tuple[str, ...]:
    named = found.get("findings") or []
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise ReviewError("the page sent something that is not understood", "", "Load it again.")
    return tuple(dict.fromkeys(named))


def _show(request: Request) -> str:
    asked = request.query_params.get("show", "all")
    return asked if asked in SHOWS else "all"


def _choices(book: Codebook) -> list[dict[str, object]]:
    """Give the themes that findings can go to, in the order of the board."""
    paths = [(code, book.path(code.id)) for code in book.codes]
    order = {code.id: number for number, code in enumerate(book.codes)}
    paths.sort(key=lambda pair: [order[up] for up in pair[1]])
    return [
        {
            "id": code.id,
            "name": code.name,
            "depth": len(path) - 1,
            "about": code.definition,
            "retired": code.retired,
        }
        for code, path in paths
    ]


def _board(here: Session, who: str, board: Board) -> str:
    columns = [*board.columns.values()]
    total = len({p.finding for column in columns for p in column.places})
    first = {c.code.id: _cards(here, who, c.places[:FIRST]) for c in columns}
    loose = {c.theme.id: _cards(here, who, c.places[:FIRST], c.loosely) for c in board.candidates}
    return part(
        "themes_board.html.j2",
        board=board,
        cards=first | loose | {"": _cards(here, who, board.without[:FIRST])},
        total=total,
        folded=total > FEW,
        first=FIRST,
        waiting=here.suggestions.made is None,
    )


def _cards(
    here: Session, who: str, places: Sequence[Place], loosely: frozenset[str] = frozenset()
) -> list[Card]:
    return [_card(here, who, place, place.finding in loosely) for place in places]


def _card(here: Session, who: str, place: Place, loosely: bool) -> Card:
    view = here.view(place.finding, who)
    told = {panel.book.id: _told(panel) for panel in view.panels}
    themes = here.folder.book("themes").by_id
    nothing = Told("", "")
    return Card(
        place,
        view.finding.text,
        place_words(view.finding, here.documents),
        tuple(here.labels.get(review, review) for review in view.finding.cited),
        told.get(PERSPECTIVES, nothing),
        told.get(VALENCE, nothing),
        themes[place.above].name if place.above in themes else "",
        themes[place.perhaps].name if place.perhaps in themes else "",
        loosely,
    )


def _told(panel: Panel) -> Told:
    coding = next((coding for coding in panel.codings if not coding.unsure), None)
    if coding is None:
        return Told("unclear" if panel.codings else "", "")
    return Told(panel.book.name(coding.code_id), coding.basis, panel.book.top(coding.code_id))


def _in_words(here: Session, book: Codebook, found: Doubts) -> dict[str, object]:
    """Put doubts into words, by theme and by finding."""
    pairs: dict[str, list[str]] = {}
    against: dict[str, str] = {}
    for pair in found.pairs:
        pairs.setdefault(pair.theme, []).append(f"{pair.against} against {pair.for_it}")
        against |= {pair.against: pair.for_it, pair.for_it: pair.against}
    themes = {
        theme: {"words": _held(here, hold, len(found.holds) > 1), "against": pairs.get(theme, [])}
        for theme, hold in found.holds.items()
    }
    nearer = {finding: book.name(theme) for finding, theme in found.nearer.items()}
    return {"themes": themes, "against": against, "nearer": nearer}


def _held(here: Session, hold: Hold, others: bool) -> str:
    """Say what a theme rests on, and how well it holds together."""
    sure, number = hold.sure, len(hold.sure.findings)
    reviews = f"{len(sure.reviews)} review{'' if len(sure.reviews) == 1 else 's'}"
    words = [reviews if sure.reviews else "no review cited"]
    if number > 1 and others:
        words.append(
            f"{hold.inside} of {number} findings are worded nearer to it than to any other theme, "
            f"{hold.across} of them whichever review is left out"
        )
    weakest = here.labels.get(sure.weakest, sure.weakest)
    if sure.alone:
        words.append(f"without {weakest} nothing of it is left")
    elif sure.weakest and sure.left < 1:
        words.append(f"without {weakest} {sure.left:.0%} of its findings are left")
    return "; ".join(words)


SCREEN = Screen(
    "themes",
    "Themes",
    (
        Route("/themes", show),
        Route("/themes/board", board),
        Route("/themes/cards", cards),
        Route("/themes/evidence", evidence),
        Route("/themes/act", act, methods=["POST"]),
        Route("/themes/undo", undo, methods=["POST"]),
    ),
    key="b",
)
