"""The session: a review folder kept open for several people, and up to date at every moment.

Opening a folder and suggesting codes takes seconds; a person who codes waits for neither. The
folder is read once; each decision is appended to its coder's log first, and then changes what is
known of its finding alone. What other programs do to the folder is noticed and read. Everything
that is shown is asked for in the name of a viewer, since coders who work blind must not see each
other's rulings.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.counted import Counted
from themeweave.review.decide import Ruling, check_coder, check_open, ruling_entries
from themeweave.review.event_words import event_words
from themeweave.review.events import Event
from themeweave.review.files import Progress, quiet
from themeweave.review.folder import ReviewFolder, coded_books, open_folder, reread, with_logs
from themeweave.review.held_suggestions import HeldSuggestions
from themeweave.review.log import Entry
from themeweave.review.nearest import nearest
from themeweave.review.open_logs import OpenLogs
from themeweave.review.rulings import Rulings
from themeweave.review.suggesting import Suggested, Suggesting, sources_of
from themeweave.review.team import EVERYBODY
from themeweave.review.views import View, panel
from themeweave.review.watch import Watch
from themeweave.review.withdraw import FINDING, UNDONE, last_act, own_event, withdrawals


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
        self.suggestions = HeldSuggestions()
        self._suggesting = Suggesting()
        self._watch = Watch(path)
        self._open(open_folder(path, None))

    # The folder, as it is read and kept up

    def _open(self, folder: ReviewFolder) -> None:
        """Take over a folder as it was just read."""
        self.path = folder.path
        findings = {finding.id: finding for finding in folder.findings}
        if findings != self.findings:
            same = {one for one, finding in findings.items() if self.findings.get(one) == finding}
            self.suggestions.keep(same)
        self.findings = findings
        self.labels = {review.id: review.label for review in folder.reviews}
        self._logs = OpenLogs(folder.path, folder.logs)
        self._take(folder)

    def _take(self, folder: ReviewFolder) -> None:
        """Take over codebooks and decisions as they count after the revision of themes."""
        self.version += 1
        self._folder = self.version, folder  # its decisions are those of that version
        self._seen = 0, folder  # as everybody may see it, likewise
        books = coded_books(folder)
        if books != self.books:
            self.books = books
            self.suggestions.fit(books, folder.revision)
        self._counted = Counted(folder, self.findings, books, self.rulings)
        self.tally = self._counted.tally

    @property
    def rulings(self) -> Rulings:
        """What each coder said of each finding, as far as it stands."""
        return self._logs.rulings

    @property
    def whole(self) -> ReviewFolder:
        """The folder as it stands now with every decision: nobody is shown it as it is."""
        with self.lock:
            version, folder = self._folder
            if version != self.version:
                folder = with_logs(folder, self._logs.every(), None)
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
            changed = {name for name in self._watch.changed() if not self._logs.is_known(name)}
            if not changed and not self._logs.replaced:
                return False
            try:
                self._open(reread(self._folder[1], changed))
                self.fault = None
            except ReviewError as error:
                self.fault = error
            return True

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
            seen = self._counted.seen(finding_id, viewer)
            folder, held = self._folder[1], self.suggestions
            memos = self.rulings.memos(finding_id)
            return View(
                finding,
                tuple(
                    panel(finding_id, book, seen, viewer, held, folder.settings)
                    for book in self.books_of(finding)
                ),
                self.rulings.statuses(finding_id).get(viewer, ""),
                memos.pop(viewer, ""),
                tuple(
                    (c, m) for c, m in memos.items() if folder.team.may_see(viewer, c, finding_id)
                ),
                self.rulings.latest[viewer, finding_id],
            )

    def books_of(self, finding: Finding) -> list[Codebook]:
        """Give the codebooks that a finding is coded against, by its strand."""
        return self._counted.books_of(finding)

    def suggest(self, progress: Progress = quiet) -> None:
        """Suggest codes for all findings, as `run` does; takes seconds, and holds people up.

        What is suggested was learned from the decisions as they stood when it began.
        """
        version = self.version
        self.take(self._suggesting.suggest(self.folder, progress), version)

    def take(self, made: Suggested, version: int) -> None:
        """Take over what was suggested for the folder as it stood at a version or later.

        Where there are other findings meanwhile, what is suggested is made anew.
        """
        with self.lock:
            self.suggestions.made_at = version
            if made.sources == sources_of(self._folder[1]):
                self.suggestions.take(made, self.books, self._folder[1].revision)
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
            return self._logs.seen_by(viewer, self._folder[1].team)

    def event(self, coder: str, event_id: str) -> Event | None:
        """Give one event of a coder's log; None where it is not there."""
        with self.lock:
            return self._logs.event(coder, event_id)

    def share(self, coder: str) -> set[str]:
        """Give the findings that a coder was given and has not submitted."""
        return self._folder[1].team.share(coder)

    def coders(self) -> list[str]:
        """Give everybody who has a log."""
        with self.lock:
            return self._logs.coders()

    def themes_shown(self) -> dict[str, str]:
        """Give the theme that each finding is in or suggested for, candidate themes included."""
        with self.lock:
            return self.suggestions.themes() | self._counted.themes(EVERYBODY)

    def knows(self, coder: str, event_id: str) -> bool:
        """Tell whether a coder's log holds an event."""
        return self.event(coder, event_id) is not None

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
            log = self._logs.of(coder)
        try:
            return log.append(entries)  # not under the lock: others go on while the disk is busy
        finally:
            with self.lock:
                self._know(coder, log.news())

    def _know(self, coder: str, news: Sequence[Event]) -> None:
        """Take in events that are on disk: what they are about changes, and nothing else."""
        if not news:  # who wrote at the same time was quicker, and took in these too
            return
        self.version += 1
        changed = self._logs.take_in(coder, news)
        if changed is None:
            self._take(self.whole)
            return
        for finding in changed:
            self._counted.renew(finding)

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
            made = [made for ruling in rulings for made in self._counted.decisions(ruling.finding)]
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
        NothingToUndo
            Where nothing of the coder's stands.
        ReviewError
            Where it was submitted.
        """
        last = self.last_act(coder)
        self.write(coder, withdrawals(self._folder[1], coder, last, at, command))
        return [self.words(event) for event in reversed(last)], str(last[0].body.get("finding", ""))

    def last_act(self, coder: str, *, findings: bool = False) -> list[Event]:
        """Give a coder's latest act that stands, as `withdraw.last_act` does.

        Parameters
        ----------
        findings
            Whether what was done to findings themselves counts too.
        """
        with self.lock:
            kinds = (*UNDONE, FINDING) if findings else UNDONE
            return last_act(self._logs, coder, kinds)

    def own_event(self, coder: str, event_id: str) -> Event:
        """Give an event that its coder can take back, as `withdraw.own_event` does."""
        with self.lock:
            return own_event(self._logs, coder, event_id)

    def withdraw(self, coder: str, event_id: str, at: str, command: str) -> str:
        """Take back one event of a coder's, whatever came after it; gives it in words.

        Raises
        ------
        ReviewError
            As `withdraw.own_event` and `withdraw.withdrawals` do.
        """
        found = self.own_event(coder, event_id)
        self.write(coder, withdrawals(self._folder[1], coder, [found], at, command))
        return self.words(found)

    def words(self, event: Event) -> str:
        """Say an event in words."""
        return event_words(event, self.books, self._folder[1].team)
