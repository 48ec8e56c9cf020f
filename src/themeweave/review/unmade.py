"""Taking back what was done to findings while reading: made, kept or given other words.

The sheet of findings goes back to what it was, and the withdrawal in the coder's log holds the row
as it stood, so nothing is lost. What people said of a finding that is gone waits in their logs:
made of the same words again it has the same id. A finding that others work on stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from themeweave.errors import ReviewError
from themeweave.review.events import Event
from themeweave.review.files import write_file
from themeweave.review.kept import findings_sheet, write_rows
from themeweave.review.log import Entry
from themeweave.review.session import Session

_PLACE = ("document", "start", "end")


def take_back(session: Session, coder: str, event_id: str, at: str, command: str) -> str:
    """Take back one event of a coder's, whatever came after it; gives it in words.

    Raises
    ------
    ReviewError
        As `Session.withdraw` does; of a finding, where others work on it, it is no longer there,
        or was changed since.
    """
    found = session.own_event(coder, event_id)
    if found.kind != "finding":
        return session.withdraw(coder, event_id, at, command)
    _take_back(session, found, at, command)
    return session.words(found)


def take_back_last(session: Session, coder: str, at: str, command: str) -> list[str]:
    """Take back the latest act of a coder that stands, what was done to findings among them.

    Raises
    ------
    ReviewError
        As `Session.undo` and `take_back` do.
    """
    last = session.last_act(coder, findings=True)
    if last[0].kind != "finding":
        said, _ = session.undo(coder, at, command)
        return said
    _take_back(session, last[0], at, command)
    return [session.words(last[0])]


def _take_back(session: Session, event: Event, at: str, command: str) -> None:
    """Bring the sheet back, then write the withdrawal: where it cannot be written, neither is."""
    finding = str(event.body["finding"])
    if event.body["did"] != "corrected":
        _check_nobody_else(session, event.coder, finding)
    with session.writing:
        file, sheet = findings_sheet(session.path)
        rows = [dict(row.cells) for row in sheet.rows]
        number = next((n for n, row in enumerate(rows) if row["id"] == finding), None)
        if number is None:
            raise ReviewError(
                f"the finding '{finding}' is not in the sheet any more",
                sheet.name,
                "There is nothing to take back; what was said of it stays in the trail.",
            )
        row = rows.pop(number)
        if event.body["did"] == "corrected":
            rows.insert(number, row | _words_before(event, row, sheet.name))
        entry = Entry(f"{command}-1", at, "withdrawal", {"event": event.id, "row": row})
        stood = file.read_bytes()
        write_rows(file, rows, sheet.columns)
        try:
            session.write(event.coder, [entry])
        except ReviewError:
            write_file(file, stood)
            raise
    session.refresh()


def _words_before(event: Event, row: Mapping[str, str], name: str) -> dict[str, str]:
    """Give what a correction replaced, as long as the row says what the correction made it say.

    Raises
    ------
    ReviewError
        Where it was changed since.
    """
    if any(row.get(key, "") != str(event.body[key]) for key in _PLACE):
        raise ReviewError(
            f"the finding '{row['id']}' was changed since",
            name,
            "Take the later change back first.",
        )
    was: Mapping[str, object] = event.body["was"]  # type: ignore[assignment]
    return {key: str(value) for key, value in was.items()}


def _check_nobody_else(session: Session, coder: str, finding: str) -> None:
    """Refuse to take a finding from others.

    What they said of it blind is not given away: blind findings are shared out, and everybody may
    know that they are.

    Raises
    ------
    ReviewError
        Where it was shared out, or others have said something of it.
    """
    team = session.whole.team
    shared = [one.name for one in team.assignments if one.coders(finding)]
    if shared:
        raise ReviewError(
            f"the finding '{finding}' was shared out in '{shared[0]}'",
            "",
            "It stays, so that nobody loses their work. Correct its words, or mark it as unsure.",
        )
    others = {made.coder for made in session.rulings.decisions(finding)}
    others |= {*session.rulings.memos(finding), *session.rulings.statuses(finding)}
    if others := others - {coder}:
        raise ReviewError(
            f"{' and '.join(sorted(others))} worked on the finding '{finding}' meanwhile",
            "",
            "It stays, so that nobody loses their work. Talk to them; they can take theirs back.",
        )
