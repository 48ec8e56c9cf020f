"""Changing codes: what a change would recode, the change itself, and every change that was made.

A change is written into the codebook's file, where people may go on editing it, and told in the
log of whoever made it: what stood there before, what stands there now, and why. Themes are named
and arranged on their board; here they get what they are recognised by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from themeweave.codes.codebook import Code, Codebook, Example
from themeweave.codes.coding import Suggestion
from themeweave.codes.edited import FIELDS, add_code, edit_code
from themeweave.codes.files import read_codebook
from themeweave.errors import ReviewError
from themeweave.review.files import write_file
from themeweave.review.folder import THEMES, ReviewFolder, with_logs
from themeweave.review.log import Entry
from themeweave.review.session import Session
from themeweave.review.synthesis import place_in_themes, suggest, suggest_themes
from themeweave.review.theme_board import in_sight
from themeweave.review.views import Conflict

LOOKED_AT = 5_000  # findings that a preview looks at, at most
ON_THE_BOARD = ("name", "parent", "definition", "retired")  # fields of themes that are set there


@dataclass(frozen=True, slots=True)
class Recoded:
    """A finding whose suggested code a change would change."""

    finding: str
    text: str
    before: str  # the code's name; empty for none
    after: str
    unclear_before: bool  # below the margin, so that it is no answer
    unclear_after: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do."""

    recoded: tuple[Recoded, ...]
    findings: int  # that were looked at
    of: int  # that are coded against the codebook
    ruled: int  # findings of which people accepted the code: nothing changes for them


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody made to a code."""

    id: str
    coder: str
    at: str
    codebook: str
    code: str
    did: str  # added or changed
    before: Mapping[str, Any]  # the fields that changed, as they were
    after: Mapping[str, Any]
    reason: str
    taken_back: bool


def file_of(folder: Path, codebook: str) -> Path:
    """Find a codebook's file.

    Raises
    ------
    ReviewError
        Where no file of the folder holds it.
    """
    for file in sorted((folder / "codebooks").glob("*.y*ml")):
        if file.name.startswith(("crosswalk", ".")):
            continue
        try:
            if read_codebook(file.read_bytes(), file.name).id == codebook:
                return file
        except ReviewError:
            continue
    raise ReviewError(
        f"there is no codebook '{codebook}'", "codebooks/", "Load the page again: it was renamed."
    )


def written(folder: ReviewFolder, codebook: str) -> Codebook:
    """Give a codebook as it stands in its file, without what was done to themes since.

    Raises
    ------
    ReviewError
        Where there is none.
    """
    if codebook not in folder.codebooks:
        known = ", ".join(sorted(folder.codebooks)) or "none"
        raise ReviewError(
            f"there is no codebook '{codebook}'", "codebooks/", f"There are: {known}."
        )
    return folder.themes_as_written if codebook == THEMES else folder.codebooks[codebook]


def wished(book: Codebook, code_id: str, said: Mapping[str, Any], new_id: str) -> Code:
    """Make a code of what a page says of it: texts, and lists of texts.

    Parameters
    ----------
    code_id
        Empty for a new code, which then gets an id made of ``new_id``.

    Raises
    ------
    ReviewError
        Where the code is not there, has no name, or its parent is not one that it can have.
    """
    if code_id and code_id not in book.by_id:
        raise ReviewError(
            f"the code '{code_id}' is not in the file of this codebook",
            "",
            "Themes that were added on the board are changed there.",
        )
    if not code_id and book.id == THEMES:
        raise ReviewError("themes are added on the board", "", "Open Themes and press New theme.")
    was = (
        book.by_id[code_id] if code_id else Code(f"c{sha256(new_id.encode()).hexdigest()[:6]}", "")
    )
    fields = dict(_said(was, said))
    if book.id == THEMES:
        fields = {name: value for name, value in fields.items() if name not in ON_THE_BOARD}
    code = replace(was, **fields)
    if not code.name:
        raise ReviewError("a code needs a name", "", "Give it one.")
    if code.parent and (
        code.parent not in book.by_id or (code_id and book.is_below(code.parent, code_id))
    ):
        raise ReviewError(
            f"'{code.name}' cannot stand below '{code.parent}'", "", "Choose another parent."
        )
    if not code_id:
        kin = [one.level for one in book.codes if one.parent == code.parent]
        code = replace(code, level=kin[0] if kin else "")
    return code


def _said(was: Code, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the fields that a page names, as a code holds them."""
    for field in ("name", "definition", "parent"):
        if isinstance(said.get(field), str):
            yield field, " ".join(said[field].split())
    for field in ("include", "exclude", "cues"):
        if isinstance(said.get(field), list):
            yield field, tuple(_lines(said[field]))
    if isinstance(said.get("examples"), list):
        known = {example.text: example for example in was.examples}
        yield "examples", tuple(known.get(t, Example(t)) for t in _lines(said["examples"]))
    if isinstance(said.get("retired"), bool):
        yield "retired", said["retired"]


def _lines(texts: Sequence[object]) -> Iterator[str]:
    for text in texts:
        if line := " ".join(str(text).split()):
            yield line


def outlook(session: Session, viewer: str, codebook: str, code: Code) -> Outlook:
    """Say what a change to a code would recode; nothing is written.

    Suggestions are made twice for the findings as they are, with the codebook as it is and as it
    would be. Beyond `LOOKED_AT` findings the first of them are looked at.

    Raises
    ------
    ReviewError
        Where the change could not be written.
    """
    with session.lock:
        folder = in_sight(session, viewer)
    file = file_of(folder.path, codebook)
    raw = changed_file(file, codebook, written(folder, codebook), code)
    edited = with_book(folder, read_codebook(raw, file.name))
    strand = folder.settings.book(codebook).strand
    findings = [f for f in folder.findings if not strand or f.strand == strand]
    looked = tuple(findings[:LOOKED_AT])
    before = _suggested(replace(folder, findings=looked), codebook)
    after = _suggested(replace(edited, findings=looked), codebook)
    recoded = []
    for finding in looked:
        was, now = before.get(finding.id), after.get(finding.id)
        if _answer(was) != _answer(now):
            recoded.append(
                Recoded(
                    finding.id,
                    finding.text,
                    folder.book(codebook).name(was.code_id) if was else "",
                    edited.book(codebook).name(now.code_id) if now else "",
                    bool(was and was.unsure),
                    bool(now and now.unsure),
                )
            )
    ruled = {
        made.finding_id
        for made in folder.decisions
        if made.codebook == codebook and made.code_id == code.id and made.accepted
    }
    return Outlook(tuple(recoded), len(looked), len(findings), len(ruled))


def _suggested(folder: ReviewFolder, codebook: str) -> dict[str, Suggestion]:
    if codebook == THEMES:
        made = suggest_themes(folder, place_in_themes(folder), weighs=False)
    else:
        made, _ = suggest(folder, folder.book(codebook), weighs=False)
    return {guess.finding_id: guess for guess in made}


def _answer(guess: Suggestion | None) -> tuple[str, bool]:
    return (guess.code_id, guess.unsure) if guess else ("", False)


def with_book(folder: ReviewFolder, book: Codebook) -> ReviewFolder:
    """Give a folder with another version of a codebook, themes revised anew."""
    edited = replace(
        folder,
        codebooks={**folder.codebooks, book.id: book},
        themes_as_written=book if book.id == THEMES else folder.themes_as_written,
    )
    return with_logs(edited, folder.logs, folder.viewer) if book.id == THEMES else edited


def changed_file(file: Path, codebook: str, known: Codebook, code: Code) -> bytes:
    """Give a codebook's file with a code changed, or added where it is new.

    Raises
    ------
    Conflict
        Where the file was changed since it was read.
    ReviewError
        Where the change cannot be written.
    """
    raw, shown = file.read_bytes(), f"codebooks/{file.name}"
    if read_codebook(raw, shown) != known:
        raise Conflict(
            f"the codebook '{codebook}' was changed meanwhile",
            shown,
            "Nothing was lost: load the page again and look at what stands there now.",
        )
    return (edit_code if code.id in known.by_id else add_code)(raw, shown, code)


def apply(
    session: Session,
    coder: str,
    codebook: str,
    code: Code,
    reason: str,
    at: str,
    command: str,
    seen: str = "",
) -> list[str]:
    """Write a change into the codebook's file, and into the coder's log; gives it in words.

    Parameters
    ----------
    seen
        The mark (`mark_of`) of the code that was looked at while it was changed; empty for any.

    Raises
    ------
    Conflict
        Where the code is not as it was looked at: somebody changed it here, or in the file.
    ReviewError
        As for `changed_file`, and where nothing would change.
    """
    if session.knows(coder, f"{command}-1"):
        return []
    with session.writing:
        if seen:  # then the rest of the file may have changed
            session.refresh()
        known = written(session.folder, codebook)
        was = known.by_id.get(code.id)
        if seen and seen != mark_of(was):
            raise Conflict(
                f"somebody changed '{was.name if was else code.name}' meanwhile",
                "",
                "Both are shown. Nothing was lost, and nothing is saved of yours yet: take over "
                "what you want to keep, then apply again.",
            )
        if was == code:
            raise ReviewError("nothing was changed", "", "Change something first.")
        file = file_of(session.path, codebook)
        write_file(file, changed_file(file, codebook, known, code))
        old, new = fields_of(was), fields_of(code)
        differ = [name for name in FIELDS if old.get(name) != new.get(name)]
        body: dict[str, object] = {
            "codebook": codebook,
            "code": code.id,
            "did": "changed" if was else "added",
            "before": {name: old[name] for name in differ if name in old},
            "after": {name: new[name] for name in differ if name in new},
        }
        if reason:
            body["reason"] = reason
        made = session.write(coder, [Entry(f"{command}-1", at, "codebook", body)])
    session.refresh()
    return [session.words(event) for event in made]


def mark_of(code: Code | None) -> str:
    """Give a mark that another version of a code does not have."""
    return sha256(repr(fields_of(code)).encode()).hexdigest()[:16]


def fields_of(code: Code | None) -> dict[str, Any]:
    """Give the fields of a code that say something, as a log writes them."""
    if code is None:
        return {}
    found = {name: getattr(code, name) for name in FIELDS if getattr(code, name)}
    if code.examples:
        found["examples"] = [
            {"text": e.text, "valence": e.valence} if e.valence else e.text for e in code.examples
        ]
    return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()}


def changes(folder: ReviewFolder, codebook: str) -> list[Change]:
    """Give the changes that were made to a codebook here, the latest first."""
    events = [event for log in folder.logs for event in log.events]
    back = {(e.coder, e.body.get("event")) for e in events if e.kind == "withdrawal"}
    found = {}
    for event in events:
        body: Mapping[str, Any] = event.body
        if event.kind == "codebook" and body["codebook"] == codebook:
            found[event.coder, event.id] = Change(
                event.id,
                event.coder,
                event.at,
                codebook,
                str(body["code"]),
                str(body["did"]),
                dict(body.get("before") or {}),
                dict(body.get("after") or {}),
                str(body.get("reason", "")),
                (event.coder, event.id) in back,
            )
    return sorted(found.values(), key=lambda change: (change.at, change.id), reverse=True)


def take_back(session: Session, coder: str, codebook: str, at: str, command: str) -> list[str]:
    """Take back the coder's latest change to a codebook; gives it in words.

    A code that was added is retired, since a code that somebody may have used stays.

    Raises
    ------
    ReviewError
        Where there is none, or somebody changed the same since.
    """
    with session.writing:
        folder = session.folder
        own = [c for c in changes(folder, codebook) if c.coder == coder and not c.taken_back]
        if not own:
            raise ReviewError(
                f"'{coder}' has changed nothing in '{codebook}' that could be taken back",
                "",
                "Each coder can take back their own changes only.",
            )
        last, known = own[0], written(folder, codebook)
        now = known.by_id.get(last.code)
        fields = fields_of(now)
        names = {*last.before, *last.after}
        if now is None or any(fields.get(name) != last.after.get(name) for name in names):
            raise Conflict(
                f"'{last.code}' was changed again since",
                "",
                "Change it as it should be; the history shows what stood there.",
            )
        code = replace(now, retired=True) if last.did == "added" else _with(now, names, last.before)
        file = file_of(session.path, codebook)
        write_file(file, changed_file(file, codebook, known, code))
        session.write(coder, [Entry(f"{command}-1", at, "withdrawal", {"event": last.id})])
    session.refresh()
    return [f"'{code.name}' retired" if last.did == "added" else f"'{code.name}' as it was before"]


def _with(code: Code, names: set[str], before: Mapping[str, Any]) -> Code:
    """Give a code with some fields as they were."""
    fields: dict[str, Any] = {}
    for name in names:
        value = before.get(name)
        if name == "examples":
            fields[name] = tuple(
                Example(**one) if isinstance(one, dict) else Example(one) for one in value or ()
            )
        elif name == "retired":
            fields[name] = bool(value)
        else:
            fields[name] = tuple(value) if isinstance(value, list) else value or _EMPTY[name]
    return replace(code, **fields)


_EMPTY: Mapping[str, Any] = dict.fromkeys(("include", "exclude", "cues"), ()) | dict.fromkeys(
    ("name", "level", "parent", "definition"), ""
)
