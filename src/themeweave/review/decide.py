"""Deciding: a person's rulings on findings and codes, checked and appended to the coder's log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision
from themeweave.corpus.sheets import Sheet
from themeweave.errors import ReviewError
from themeweave.review import shipped
from themeweave.review.events import Event
from themeweave.review.folder import ReviewFolder, open_folder
from themeweave.review.log import Entry, append
from themeweave.review.nearest import nearest
from themeweave.review.united import standing

COLUMNS = ("finding", "code")
_CODER = re.compile(r"[\w][\w .-]{0,39}(?<![ .])")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_ANSWERS = {
    **dict.fromkeys(("", "yes", "true", "1", "accept"), True),
    **dict.fromkeys(("no", "false", "0", "reject"), False),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person says: this finding speaks to this code, or does not."""

    finding: str
    code: str  # its id, with the codebook before an equals sign where two codebooks share the id
    accepted: bool = True
    reason: str = ""
    place: str = ""  # where it was read, for messages
    fault: str = ""  # why it cannot be read, whatever the review holds


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written."""

    log: Path
    written: int
    passed_over: int  # rulings that the log held already, withdrawn ones included
    said: tuple[str, ...]  # each ruling in words


def decide(
    path: Path, coder: str, rulings: Sequence[Ruling], at: str, ids: Sequence[str]
) -> Decided:
    """Append rulings to a coder's log, all of them or none.

    Parameters
    ----------
    path
        The review folder.
    coder
        The name of the log: letters, digits, space, dot, hyphen and underscore, 40 at most.
    rulings, ids
        One event id a ruling; an id that the log holds already is passed over.
    at
        The time in UTC, ISO 8601.

    Raises
    ------
    ReviewError
        Listing every ruling whose finding or code does not exist, or is closed; nothing is
        written then.
    """
    check_coder(coder)
    folder = open_folder(path, coder)
    findings = {finding.id for finding in folder.findings}
    entries, said = ruling_entries(folder, findings, rulings, at, ids)
    there = {e.id for log in folder.logs for e in log.events if e.coder == coder}
    new = [entry for entry in entries if entry.id not in there]
    check_open(folder, coder, new, folder.decisions)
    log = folder.path / "decisions" / f"{coder}.jsonl"
    written = append(log, coder, entries)
    return Decided(log, written, len(entries) - written, tuple(said))


def ruling_entries(
    folder: ReviewFolder,
    findings: Collection[str],
    rulings: Sequence[Ruling],
    at: str,
    ids: Sequence[str],
) -> tuple[list[Entry], list[str]]:
    """Check rulings against a folder and its findings' ids, and make events of them.

    Returns
    -------
    entries, said
        One each a ruling; ``said`` puts it in words.

    Raises
    ------
    ReviewError
        As for `decide`.
    """
    faults: list[str] = []
    entries: list[Entry] = []
    said: list[str] = []
    for ruling, event_id in zip(rulings, ids, strict=True):
        found = ruling.fault or _resolve(folder, findings, ruling)
        if isinstance(found, str):
            faults.append(f"{ruling.place}: {found}" if ruling.place else found)
            continue
        book, code_id = found
        body: dict[str, object] = {
            "finding": ruling.finding,
            "codebook": book.id,
            "code": code_id,
            "accepted": ruling.accepted,
            "reason": ruling.reason,
        }
        entries.append(Entry(event_id, at, "decision", body))
        verb = "is" if ruling.accepted else "is not"
        said.append(f"{ruling.finding} {verb} '{book.name(code_id)}' ({book.title})")
    if faults:
        raise ReviewError(
            "decisions that cannot be taken",
            "",
            "Nothing was written. 'themeweave codes list' shows every code.",
            faults=faults,
        )
    return entries, said


def check_open(
    folder: ReviewFolder, coder: str, entries: Iterable[Entry], made: Iterable[Decision]
) -> None:
    """Refuse rulings on what the coder has submitted and is blind still, or the team has settled.

    Parameters
    ----------
    made
        The decisions on these findings, others may be among them.

    Raises
    ------
    ReviewError
        Listing what is closed.
    """
    settled = {(d.finding_id, d.codebook): d.coder for d in made if d.rank == "final"}
    faults: list[str] = []
    for entry in entries:
        place = str(entry.body["finding"]), str(entry.body["codebook"])
        closed = folder.team.closed(coder, *place)
        if not closed and place in settled and coder not in folder.settings.adjudicators():
            title = folder.codebooks[place[1]].title
            closed = f"{place[0]} is settled in '{title}', as {settled[place]} wrote down"
        if closed:
            faults.append(closed)
    if faults:
        raise ReviewError(
            "findings that are closed to further rulings",
            "",
            "Nothing was written. What is submitted opens again once everybody has submitted; "
            "what is settled is settled anew with 'themeweave team adjudicate'.",
            faults=list(dict.fromkeys(faults)),
        )


def check_not_submitted(folder: ReviewFolder, coder: str, events: Iterable[Event]) -> None:
    """Refuse to withdraw what a coder submitted: agreement is that of what was submitted.

    Raises
    ------
    ReviewError
        Naming the first such ruling.
    """
    for event in events:
        if event.kind != "decision" or event.body.get("consensus"):
            continue
        finding, codebook = str(event.body["finding"]), str(event.body["codebook"])
        if name := folder.team.as_submitted(coder, finding, codebook):
            raise ReviewError(
                f"the ruling on {finding} was submitted in '{name}' and cannot be undone",
                f"decisions/{coder}.jsonl",
                "Rule on it once more instead: the later ruling counts.",
            )


def undo(path: Path, coder: str, at: str, event_id: str) -> str:
    """Withdraw a coder's latest decision that stands; gives it in words.

    Raises
    ------
    ReviewError
        Where the coder has no decision that stands.
    """
    check_coder(coder)
    folder = open_folder(path, coder)
    made = [one.event for one in standing(folder.logs, "decision") if one.event.coder == coder]
    if not made:
        raise ReviewError(
            f"'{coder}' has no decision to undo",
            f"decisions/{coder}.jsonl",
            "Each coder can undo their own decisions only, under their own name.",
        )
    last = made[-1]
    check_not_submitted(folder, coder, [last])
    log = folder.path / "decisions" / f"{coder}.jsonl"
    append(log, coder, [Entry(event_id, at, "withdrawal", {"event": last.id})])
    return f"{last.body['finding']} and '{last.body['code']}' ({last.body['codebook']})"


def read_rulings(sheet: Sheet) -> tuple[list[Ruling], list[str]]:
    """Read a sheet of decisions: columns finding and code; codebook, accepted, reason if there.

    Returns
    -------
    rulings, ids
        Rows that cannot be read carry their fault, so that `decide` lists all faults at once. The
        ids come from what the rows say, so importing a sheet twice changes nothing, even with
        rows sorted anew or put in between.
    """
    rulings: list[Ruling] = []
    ids: list[str] = []
    seen: Counter[str] = Counter()  # a sheet may say yes, no and yes again
    for row in sheet.rows:
        answer = _ANSWERS.get(row["accepted"].lower())
        fault = "; ".join(f"column '{column}': empty" for column in COLUMNS if not row[column])
        if answer is None and not fault:
            fault = f"column 'accepted': '{row['accepted']}' must be yes or no"
        code = f"{row['codebook']}={row['code']}" if row["codebook"] else row["code"]
        place = f"{sheet.name}, row {row.number}"
        rulings.append(Ruling(row["finding"], code, bool(answer), row["reason"], place, fault))
        content = "\x1f".join((row["finding"], code, str(answer), row["reason"]))
        seen[content] += 1
        ids.append(sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest()[:24])
    return rulings, ids


def check_coder(coder: str) -> None:
    """Refuse a coder's name that cannot be the name of a file everywhere."""
    if not _CODER.fullmatch(coder) or _RESERVED.fullmatch(coder):
        raise ReviewError(
            f"{coder!r} cannot be a coder's name",
            "",
            "Use up to 40 letters, digits, hyphens and underscores; it names the coder's log.",
        )


def _resolve(
    folder: ReviewFolder, findings: Collection[str], ruling: Ruling
) -> tuple[Codebook, str] | str:
    """Find the codebook and code that a ruling means, or say what is wrong with it."""
    if ruling.finding not in findings:
        return f"there is no finding '{ruling.finding}'{nearest(ruling.finding, findings)}"
    book_id, _, code = ruling.code.rpartition("=")
    if book_id and book_id not in folder.codebooks:
        return f"there is no codebook '{book_id}'{nearest(book_id, folder.codebooks)}"
    books = _used(folder) if not book_id else {book_id: folder.codebooks[book_id]}
    holders = [book for book in books.values() if code in book.by_id]
    if len(holders) > 1:
        names = " or ".join(f"'{book.id}={code}'" for book in holders)
        return f"several codebooks have a code '{code}': write {names}"
    if not holders:
        every = {code_id for book in books.values() for code_id in book.by_id}
        return f"there is no code '{code}'{nearest(code, every)}"
    return holders[0], code


def _used(folder: ReviewFolder) -> Mapping[str, Codebook]:
    """Give the codebooks that findings are coded against, other frameworks left out."""
    framework = folder.framework.id
    return {
        name: book
        for name, book in folder.codebooks.items()
        if name == framework or name not in shipped.frameworks()
    }
