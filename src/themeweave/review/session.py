"""The session: a review folder kept open for several people, and up to date at every moment.

Opening a folder and suggesting codes takes seconds; a person who codes waits for neither. The
folder is read once; each decision is appended to its coder's log first, and then changes what is
known of its finding alone. What other programs do to the folder is noticed and read. Everything
that is shown is asked for in the name of a viewer, since coders who work blind must not see each
other's rulings.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, Decision, Suggestion, rejections, settle
from themeweave.codes.suggest import suggestions
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.beliefs import Beliefs
from themeweave.review.decide import (
    Ruling,
    check_coder,
    check_not_submitted,
    check_open,
    ruling_entries,
)
from themeweave.review.events import FIRST, TEAM_KINDS, Event, Log, command_of, read_log
from themeweave.review.explain import Belief
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import (
    PERSPECTIVES,
    THEMES,
    VALENCE,
    ReviewFolder,
    open_folder,
    with_logs,
)
from themeweave.review.log import Entry
from themeweave.review.nearest import nearest
from themeweave.review.open_log import OpenLog
from themeweave.review.rulings import Rulings
from themeweave.review.suggesting import Suggested, suggest
from themeweave.review.tally import Tally
from themeweave.review.team import EVERYBODY, WITHHELD
from themeweave.review.theme_stage import Placing
from themeweave.review.united import Standing, acts, unite
from themeweave.review.watch import Watch
from themeweave.themes.acts import said
from themeweave.themes.carry import carried, followed

OFFERS = 5  # codes that a panel shows
UNDONE = ("decision", "theme", "memo", "status")  # kinds of events that can be taken back


@dataclass(frozen=True, slots=True)
class Panel:
    """One codebook's part in the coding of a finding, as a viewer may see it."""

    book: Codebook
    offers: tuple[Belief, ...]  # the most believed codes, the one suggested first
    suggested: Suggestion | None  # what is suggested beside or below what people said
    margin: float | None  # between the two most believed branches, 0 to 1; None where unknown
    codings: tuple[Coding, ...]  # what stands: people's and suggested
    own: tuple[Decision, ...]  # the viewer's rulings, in their order
    others: tuple[Decision, ...]  # other people's, as far as the viewer may see them


@dataclass(frozen=True, slots=True)
class View:
    """A finding as a viewer sees it."""

    finding: Finding
    panels: tuple[Panel, ...]
    status: str  # that the viewer gave it: done, unsure, or empty
    memo: str  # the viewer's
    memos: tuple[tuple[str, str], ...]  # other coders' that may be seen: coder, text
    seen: int  # the viewer's latest event on the finding: what a decision says it was made on


class Conflict(ReviewError):  # noqa: N818
    """What somebody was looking at has changed since: nothing is lost, and they look again."""


class Session:
    """A review folder kept open.

    Parameters
    ----------
    path
        The review folder.

    Raises
    ------
    ReviewError
        As `open_folder` does.
    """

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()  # whoever reads or changes what is known holds it
        self.writing = threading.Lock()  # whoever writes to sheets or codebooks holds it
        self.fault: ReviewError | None = None  # why the folder, as it is now, cannot be read
        self.version = 0  # counts every change: what is kept for a version is true for it only
        self.findings: Mapping[str, Finding] = {}
        self.books: Mapping[str, Codebook] = {}  # that findings are coded against
        self.beliefs: Mapping[str, Beliefs] = {}
        self._placed: Mapping[str, Suggestion] = {}
        self._placed_as_made: Sequence[Suggestion] = ()  # before the themes changed since
        self.placing: Placing | None = None  # what was said last of findings without a theme
        self.suggested: Suggested | None = None  # None: it was not, or for another folder
        self.suggested_at = 0  # the version that was suggested for
        self._watch = Watch(path)
        self._open(open_folder(path, None))

    # The folder, as it is read and kept up

    def _open(self, folder: ReviewFolder) -> None:
        """Take over a folder as it was just read."""
        self.path = folder.path
        findings = {finding.id: finding for finding in folder.findings}
        if findings != self.findings:
            self.beliefs, self.suggested, self._placed_as_made, self.placing = {}, None, (), None
        self.findings = findings
        self.labels = {review.id: review.label for review in folder.reviews}
        self._logs = {
            log.coder: OpenLog(log.coder, log) for log in folder.logs if log.path.stem == log.coder
        }
        self._events = {log.path.stem: list(log.events) for log in folder.logs}
        self._by_id = {(e.coder, e.id): e for log in folder.logs for e in log.events}
        self._said = {log.path.stem: log for log in folder.logs}
        self._unite()
        self._take(folder)

    def _unite(self) -> None:
        """Find what stands of all events, whatever file they came in."""
        united = unite(self._all_logs())
        self.rulings = Rulings(united)
        self._tangled = {one.event.coder for one in united if one.branch}

    def _all_logs(self) -> list[Log]:
        return [
            replace(self._said[name], events=tuple(events))
            for name, events in sorted(self._events.items())
        ]

    def _take(self, folder: ReviewFolder) -> None:
        """Take over codebooks and decisions as they count after the revision of themes."""
        self.version += 1
        self._folder = self.version, folder
        self._seen = 0, folder
        self.sees = folder.team.may_see  # viewer, coder, finding, codebook: whether it is shown
        wanted = (PERSPECTIVES, folder.framework.id, VALENCE, THEMES)
        books = {name: folder.codebooks[name] for name in wanted if name in folder.codebooks}
        if books != self.books:
            self.books, self.suggested = books, None
            self._believe(self.beliefs, folder)
        self._of_strand: dict[str, list[Codebook]] = {}
        self._counted: defaultdict[str, list[Decision]] = defaultdict(list)
        for decision in folder.decisions:
            self._counted[decision.finding_id].append(decision)
        self.tally = Tally()
        for finding in {*self._counted, *self.rulings.findings()}:
            self._count(finding)

    def _believe(self, beliefs: Mapping[str, Beliefs], folder: ReviewFolder) -> None:
        """Take over beliefs as far as the codebooks are still those that they are about."""
        self.beliefs = {n: b for n, b in beliefs.items() if b.book == self.books.get(n)}
        placed = followed(self._placed_as_made, folder.revision)
        self._placed = {suggestion.finding_id: suggestion for suggestion in placed}

    def _count(self, finding_id: str) -> None:
        finding = self.findings.get(finding_id)
        if finding is None:  # it is no longer in the sheet; `check` lists what was said of it
            return
        books = [book.id for book in self.books_of(finding)]
        statuses = self.rulings.statuses(finding_id)
        self.tally.count(finding_id, self._counted[finding_id], statuses, books)

    @property
    def whole(self) -> ReviewFolder:
        """The folder as it stands now with every decision: nobody is shown it as it is."""
        with self.lock:
            version, folder = self._folder
            if version != self.version:
                folder = with_logs(folder, self._all_logs(), None)
                self._folder = self.version, folder
            return folder

    @property
    def folder(self) -> ReviewFolder:
        """The folder as it stands now, as everybody may see it."""
        with self.lock:
            whole = self.whole
            if not whole.team.is_blind:
                return whole
            if self._seen[0] != self.version:
                self._seen = self.version, with_logs(whole, whole.logs, EVERYBODY)
            return self._seen[1]

    def seen_by(self, viewer: str) -> ReviewFolder:
        """Give the folder as it stands now, as somebody may see it."""
        with self.lock:
            whole = self.whole
            return with_logs(whole, whole.logs, viewer) if whole.team.is_blind else whole

    def refresh(self) -> bool:
        """Notice what other programs did to the folder; tells whether anything changed.

        A folder that has faults now stays as it was read last; ``fault`` says what is wrong.
        """
        with self.lock:
            changed = {name for name in self._watch.changed() if not self._own(name)}
            replaced = any(log.replaced for log in self._logs.values())
            if not changed and not replaced:
                return False
            try:
                if all(name.startswith("decisions/") for name in changed):
                    files = sorted((self.path / "decisions").glob("*.jsonl"))
                    logs = [read_log(file) for file in files]
                    self._open(with_logs(self._folder[1], logs, None))
                else:
                    self._open(open_folder(self.path, None))
                self.fault = None
            except ReviewError as error:
                self.fault = error
            return True

    def _own(self, name: str) -> bool:
        """Tell whether a changed file is a log that is known to its end."""
        folder, _, file = name.partition("/")
        log = self._logs.get(file.removesuffix(".jsonl")) if folder == "decisions" else None
        return log is not None and log.is_known()

    # What is shown

    def finding(self, finding_id: str) -> Finding:
        """Give a finding.

        Raises
        ------
        ReviewError
            Where there is none with that id.
        """
        if finding_id not in self.findings:
            raise ReviewError(
                f"there is no finding '{finding_id}'{nearest(finding_id, self.findings)}",
                "corpus/",
                "'themeweave findings list' shows every finding.",
            )
        return self.findings[finding_id]

    def view(self, finding_id: str, viewer: str) -> View:
        """Give all that a viewer may see of a finding.

        Raises
        ------
        ReviewError
            Where there is no such finding.
        """
        finding = self.finding(finding_id)
        with self.lock:
            seen = [
                made
                for made in self._counted[finding_id]
                if self.sees(viewer, made.coder, finding_id, made.codebook)
            ]
            memos = self.rulings.memos(finding_id)
            return View(
                finding,
                tuple(self._panel(finding, book, seen, viewer) for book in self.books_of(finding)),
                self.rulings.statuses(finding_id).get(viewer, ""),
                memos.pop(viewer, ""),
                tuple((c, m) for c, m in memos.items() if self.sees(viewer, c, finding_id)),
                self.rulings.latest[viewer, finding_id],
            )

    def books_of(self, finding: Finding) -> list[Codebook]:
        """Give the codebooks that a finding is coded against, by its strand."""
        books = self._of_strand.get(finding.strand)
        if books is None:
            settings = self._folder[1].settings
            books = self._of_strand[finding.strand] = [
                book
                for book in self.books.values()
                if settings.book(book.id).strand in ("", finding.strand)
            ]
        return books

    def _panel(
        self, finding: Finding, book: Codebook, seen: Sequence[Decision], viewer: str
    ) -> Panel:
        settings = self._folder[1].settings
        here = [decision for decision in seen if decision.codebook == book.id]
        guess = self._guess(finding.id, book, here)
        beliefs = self.beliefs.get(book.id)
        choice = beliefs.choice(finding.id) if beliefs else None
        return Panel(
            book,
            tuple(o for o in beliefs.offers(finding.id, OFFERS) if o.code_id in book.by_id)
            if beliefs
            else (),
            guess,
            choice.margin if choice else None,
            tuple(settle([guess] if guess else [], here, {book.id: book}, settings.adjudicators())),
            tuple(decision for decision in here if decision.coder == viewer),
            tuple(decision for decision in here if decision.coder != viewer),
        )

    def _guess(self, finding: str, book: Codebook, here: Sequence[Decision]) -> Suggestion | None:
        """Give what is suggested for a finding beside or below what people said of it."""
        if book.id == THEMES and finding in self._placed:
            return self._placed[finding]
        beliefs = self.beliefs.get(book.id)
        reading = beliefs.reading(finding) if beliefs else None
        if beliefs is None or reading is None:
            return None
        settings = self._folder[1].settings
        accepted = [
            coding.code_id for coding in settle([], here, {book.id: book}, settings.adjudicators())
        ]
        rejected = rejections(here, book, settings.adjudicators())
        made = suggestions(
            [finding],
            [reading],
            book,
            beliefs.suggester,
            settings.book(book.id).margin,
            {finding: accepted},
            rejected,
        )
        return made[0] if made else None

    def suggest(self, progress: Progress = quiet) -> None:
        """Suggest codes for all findings, as `run` does; takes seconds, and stops nobody meanwhile.

        What is suggested was learned from the decisions as they stood when it began.
        """
        folder = self.folder
        version, books = self.version, self.books
        made = suggest(folder, books, progress)
        with self.lock:
            self.suggested_at = version
            if folder.findings == self._folder[1].findings:
                self._placed_as_made, self.placing = tuple(made.placed.values()), made.placing
                self._believe(made.beliefs, self._folder[1])
                self.suggested = made if books == self.books else None
                self.version += 1

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents that findings stand in, by id."""
        return self._folder[1].documents

    @property
    def title(self) -> str:
        """The review's title."""
        return self._folder[1].settings.review.title

    def events(self, viewer: str) -> list[Event]:
        """Give every event that a viewer may see, the latest first."""
        with self.lock:
            every = {e.hash: e for events in self._events.values() for e in events}
            found = [seen for event in every.values() if (seen := self._shown(event, viewer))]
        return sorted(found, key=lambda e: (e.at, e.sequence, e.coder), reverse=True)

    def _shown(self, event: Event, viewer: str) -> Event | None:
        """Give an event as a viewer may see it; None where they may not."""
        team = self._folder[1].team
        if event.kind == "withdrawal":  # it is told with what it takes back
            taken = self._by_id.get((event.coder, str(event.body["event"])))
            return None if taken and team.seen(taken, viewer, THEMES) is not taken else event
        seen = team.seen(event, viewer, THEMES)
        return None if seen.kind == WITHHELD else seen

    def event(self, coder: str, event_id: str) -> Event | None:
        """Give one event of a coder's log; None where it is not there."""
        with self.lock:
            return self._by_id.get((coder, event_id))

    def share(self, coder: str) -> set[str]:
        """Give the findings that a coder was given and has not submitted."""
        return self._folder[1].team.share(coder)

    def coders(self) -> list[str]:
        """Give everybody who has a log."""
        with self.lock:
            return sorted({*self._logs, *(log.coder for log in self._said.values())})

    def themes_shown(self) -> dict[str, str]:
        """Give the theme that each finding is in or suggested for, candidate themes included."""
        with self.lock:
            placing = self.suggested.placing if self.suggested else None
            candidates = placing.candidates.placements if placing and placing.candidates else ()
            held = {placed.id: placed.theme for placed in candidates}
            held.update({finding: made.code_id for finding, made in self._placed.items()})
            for finding, decisions in self._counted.items():
                themes = [
                    made.code_id
                    for made in decisions
                    if made.accepted
                    and made.codebook == THEMES
                    and self.sees(EVERYBODY, made.coder, finding, THEMES)
                ]
                if themes:
                    held[finding] = themes[-1]
            return held

    def knows(self, coder: str, event_id: str) -> bool:
        """Tell whether a coder's log holds an event."""
        with self.lock:
            return (coder, event_id) in self._by_id

    def placed(self) -> dict[str, Suggestion]:
        """Give the theme suggested for each finding, as far as the themes are there still."""
        with self.lock:
            return dict(self._placed)

    def margin(self, codebook: str) -> float:
        """Give the margin below which a suggestion is unclear, 0 to 1."""
        return self._folder[1].settings.book(codebook).margin

    # What people do

    def write(self, coder: str, entries: Sequence[Entry]) -> list[Event]:
        """Append events to a coder's log; when this returns, they are on disk and known.

        Returns
        -------
        list of Event
            Those written; an entry whose id the log holds already is passed over.

        Raises
        ------
        ReviewError
            As `log.append` does.
        """
        check_coder(coder)
        with self.lock:
            if coder not in self._logs:
                path = self.path / "decisions" / f"{coder}.jsonl"
                empty = Log(path, ())
                self._logs[coder], self._said[coder] = OpenLog(coder, empty), empty
                self._events[coder] = []
            log = self._logs[coder]
        made = log.append(entries)  # not under the lock: others go on while the disk is busy
        wanted = {entry.id for entry in entries}
        with self.lock:
            self._know(coder, made)
        return [event for event in made if event.id in wanted]

    def _know(self, coder: str, made: Sequence[Event]) -> None:
        """Take in events that are on disk: what they are about changes, and nothing else.

        The folder may have been read anew since they were written; then some are known already.
        """
        made = [event for event in made if (event.coder, event.id) not in self._by_id]
        end = self._events[coder][-1].hash if self._events[coder] else FIRST
        straight = all(
            now.previous == before and not now.joins
            for before, now in zip([end, *(e.hash for e in made)], made, strict=False)
        )
        self._events[coder] += made
        self._by_id.update({(event.coder, event.id): event for event in made})
        self.version += 1
        if (
            coder in self._tangled or not straight
        ):  # the places of all their events depend on one another
            self._unite()
            self._take(self.whole)
            return
        changed = {self.rulings.apply(Standing(event, event.sequence)) for event in made}
        if "" in changed and any(e.kind in ("theme", "withdrawal", *TEAM_KINDS) for e in made):
            self._take(self.whole)
            return
        for finding in changed - {""}:
            raw = self.rulings.decisions(finding)
            now = self._folder[1].team.as_coded(carried(raw, self._folder[1].revision))
            self._counted[finding] = [one for one in now if one.finding_id == finding]
            self._count(finding)

    def decide(
        self,
        coder: str,
        rulings: Sequence[Ruling],
        at: str,
        ids: Sequence[str],
        further: Sequence[Entry] = (),
    ) -> list[str]:
        """Append rulings to a coder's log, with further events, all of them or none.

        Returns
        -------
        list of str
            Each ruling in words.

        Raises
        ------
        ReviewError
            As `decide.decide` does.
        """
        with self.lock:
            folder = self._folder[1]
            made = [made for ruling in rulings for made in self._counted.get(ruling.finding, ())]
        entries, words = ruling_entries(folder, self.findings, rulings, at, ids)
        new = [entry for entry in entries if not self.knows(coder, entry.id)]
        check_open(folder, coder, new, made)
        self.write(coder, [*entries, *further])
        return words

    def undo(self, coder: str, at: str, command: str) -> tuple[list[str], str]:
        """Take back the latest act of a coder that stands, with all its events.

        Returns
        -------
        said, finding
            Each event in words, and the finding that they were about, empty for acts on themes.

        Raises
        ------
        ReviewError
            Where nothing of the coder's stands.
        """
        with self.lock:
            last = self._last_act(coder)
        if not last:
            raise ReviewError(
                f"'{coder}' has done nothing that could be undone",
                f"decisions/{coder}.jsonl",
                "Each coder can undo their own acts only.",
            )
        check_not_submitted(self._folder[1], coder, last)
        entries = [
            Entry(f"{command}-{number}", at, "withdrawal", {"event": event.id})
            for number, event in enumerate(last, start=1)
        ]
        self.write(coder, entries)
        return [self.words(event) for event in reversed(last)], str(last[0].body.get("finding", ""))

    def withdraw(self, coder: str, event_id: str, at: str, command: str) -> str:
        """Take back one event of a coder's, whatever came after it; gives it in words.

        Raises
        ------
        ReviewError
            Where it is not there, was taken back already, or others may rest on it, as on an act on
            themes.
        """
        with self.lock:
            found = self._by_id.get((coder, event_id))
        if found is None or found.kind not in UNDONE or self.rulings.is_withdrawn(found):
            raise ReviewError(
                "there is nothing of yours to take back here", "", "Load the page again."
            )
        if found.kind == "theme":
            raise ReviewError(
                "later acts may rest on an act on themes",
                "",
                "Undo takes acts on themes back one after another, the latest first.",
            )
        check_not_submitted(self._folder[1], coder, [found])
        self.write(coder, [Entry(f"{command}-1", at, "withdrawal", {"event": event_id})])
        return self.words(found)

    def _last_act(self, coder: str) -> list[Event]:
        """Give the events of a coder's latest act that stand, the last one first."""
        found: list[Event] = []
        logs = [log for log in self._all_logs() if log.coder == coder]
        for event in reversed([one.event for one in unite(logs)]):
            if event.kind not in UNDONE:
                continue
            if self.rulings.is_withdrawn(event):
                continue
            if found and command_of(event.id) != command_of(found[0].id):
                break
            found.append(event)
        return found

    def words(self, event: Event) -> str:
        """Say an event in words."""
        body = event.body
        if event.kind == "theme":
            (act,) = acts([Log(self.path, (event,))])
            themes = self.books.get(THEMES)
            name = themes.name(act.theme) if themes and act.theme in themes.by_id else ""
            return said(act, name)
        if event.kind == "memo":
            return f"memo on {body['finding']}: {body['text']}"
        if event.kind == "status":
            return f"{body['finding']} is {body['status'] or 'open again'}"
        if event.kind == "decision":
            book = self.books.get(str(body["codebook"]))
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
            names = {one.id: one.name for one in self._folder[1].team.assignments}
            name = names.get(str(body["assignment"]), str(body["assignment"]))
            return (
                f"'{name}' submitted"
                if event.kind == "submission"
                else (f"'{name}' given back to {body['coder']}")
            )
        return event.kind
