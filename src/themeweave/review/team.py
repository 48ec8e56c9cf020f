"""Who codes what, and who may see it: assignments, submissions, and what stays blind until when.

An assignment is an event in the log of whoever made it, a submission one in the coder's own, so
that teams need no server. Where two coders have the same finding in a blind assignment, neither's
rulings on it count or show anywhere else until both have submitted; their own they see. `sight`
is the one place that says so: every folder is opened through it, so every table, page, export and
suggestion is made of what its viewer may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from themeweave.codes.coding import Decision, came_before
from themeweave.review.events import Event, Log
from themeweave.review.united import Standing, standing

EVERYBODY = ""  # the viewer of what all may see: outputs, exports, checks
WITHHELD = "withheld"  # the kind that an event has for those who may not see it


@dataclass(frozen=True)
class Assignment:
    """Findings given to coders, and who has submitted."""

    id: str
    name: str
    by: str
    at: str  # UTC, ISO 8601
    codebooks: tuple[str, ...]
    shares: Mapping[str, tuple[str, ...]]  # coder -> findings
    blind: bool
    pilot: bool = False
    submitted: Mapping[str, Standing] = field(default_factory=dict)  # coder -> the submission

    def coders(self, finding: str) -> list[str]:
        """Give the coders who have a finding in their share."""
        return [coder for coder, findings in self.shares.items() if finding in findings]

    @cached_property
    def doubles(self) -> dict[str, list[str]]:
        """The findings that several coders have, with these coders."""
        held: defaultdict[str, list[str]] = defaultdict(list)
        for coder, findings in self.shares.items():
            for finding in findings:
                held[finding].append(coder)
        return {finding: coders for finding, coders in held.items() if len(coders) > 1}

    @cached_property
    def revealed(self) -> dict[str, list[str]]:
        """The doubles whose coders have all submitted."""
        return {
            finding: coders
            for finding, coders in self.doubles.items()
            if all(coder in self.submitted for coder in coders)
        }

    def waits_for(self, coder: str) -> list[str]:
        """Give the coders without whose submission a coder sees nothing of theirs."""
        shared = (coders for coders in self.doubles.values() if coder in coders)
        every = {other for coders in shared for other in coders}
        return sorted(every - self.submitted.keys() - {coder})


@dataclass(frozen=True)
class Team:
    """All assignments of a review."""

    assignments: tuple[Assignment, ...] = ()

    @cached_property
    def _blind(self) -> Mapping[str, Sequence[tuple[Assignment, Collection[str]]]]:
        """By finding: the assignments in which it is blind now, with its coders."""
        found: defaultdict[str, list[tuple[Assignment, Collection[str]]]] = defaultdict(list)
        for one in self.assignments:
            if one.blind:
                open_ = one.doubles.keys() - one.revealed.keys()
                for finding in open_:
                    found[finding].append((one, one.doubles[finding]))
        return found

    @property
    def is_blind(self) -> bool:
        """Whether anything is withheld from anybody now."""
        return bool(self._blind)

    def may_see(self, viewer: str, coder: str, finding: str, codebook: str = "") -> bool:
        """Tell whether a viewer may see what a coder said of a finding.

        In a codebook; or at all, as in a memo, which may be about any. A coder who is to code it
        blind sees nobody else's word, and nobody sees theirs. What everybody may see is what each
        one may, since blind coders read tables too.
        """
        return viewer == coder or not any(
            (not codebook or codebook in assignment.codebooks)
            and (coder in blind or viewer in (*blind, EVERYBODY))
            for assignment, blind in self._blind.get(finding, ())
        )

    def blind_in(self, finding: str, codebook: str) -> str:
        """Give the assignment in which a finding is coded blind now; empty where in none."""
        held = self._blind.get(finding, ())
        return next((one.name for one, _ in held if codebook in one.codebooks), "")

    def share(self, coder: str) -> set[str]:
        """Give the findings that a coder was given and has not submitted."""
        return {
            finding
            for one in self.assignments
            if coder not in one.submitted
            for finding in one.shares.get(coder, ())
        }

    def sight(self, log: Log, viewer: str | None, themes: str) -> Log:
        """Give a log as a viewer may see it, each event as `seen` gives it."""
        if viewer is None or not self._blind:
            return log
        return replace(log, events=tuple(self.seen(e, viewer, themes) for e in log.events))

    def seen(self, event: Event, viewer: str, themes: str) -> Event:
        """Give an event as a viewer may see it; itself where nothing of it is blind.

        Parameters
        ----------
        viewer
            A coder, or `EVERYBODY`.
        themes
            The codebook that acts on themes place findings in.

        Returns
        -------
        Event
            What is withheld keeps its place and says nothing; an act on themes keeps the findings
            that the viewer may see there.
        """
        body = event.body
        if event.kind in ("decision", "memo", "status"):
            place = str(body["finding"]), str(body.get("codebook", ""))
            if not self.may_see(viewer, event.coder, *place):
                return replace(event, kind=WITHHELD, body={})
        elif event.kind == "theme" and body.get("findings"):
            findings = body["findings"]
            assert isinstance(findings, list)
            seen = [f for f in findings if self.may_see(viewer, event.coder, f, themes)]
            if len(seen) < len(findings):
                return replace(event, body={**body, "findings": seen})
        return event

    def as_coded(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Rank what a coder ruled on their own share of double coding as any coder's ruling.

        An adjudicator who codes too does not end disputes by coding.
        """
        shares = {
            (coder, finding, codebook)
            for one in self.assignments
            for finding, coders in one.doubles.items()
            for coder in coders
            for codebook in one.codebooks
        }
        return [
            replace(made, rank="coder")
            if not made.rank and (made.coder, made.finding_id, made.codebook) in shares
            else made
            for made in decisions
        ]

    def closed(self, coder: str, finding: str, codebook: str) -> str:
        """Say why a coder cannot rule on a finding now: it is submitted; empty where they can."""
        for one, blind in self._blind.get(finding, ()):
            if coder in blind and coder in one.submitted and codebook in one.codebooks:
                waits = ", ".join(other for other in blind if other not in one.submitted)
                return f"{finding} is submitted in '{one.name}', which waits for {waits}"
        return ""

    def as_submitted(self, coder: str, finding: str, codebook: str) -> str:
        """Give the assignment in which a coder submitted a finding; empty where in none."""
        return next(
            (
                one.name
                for one in self.assignments
                if coder in one.submitted
                and codebook in one.codebooks
                and coder in one.doubles.get(finding, ())
            ),
            "",
        )


def read_team(logs: Sequence[Log]) -> Team:
    """Read the assignments from some logs, with what was submitted in them.

    A submission that an adjudicator reopened does not count.
    """
    reopened = {
        (str(one.event.body["coder"]), str(one.event.body["event"]))
        for one in standing(logs, "reopening")
    }
    submitted: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    for one in standing(logs, "submission"):
        event = one.event
        if (event.coder, event.id) not in reopened:
            submitted[str(event.body["assignment"])].setdefault(event.coder, one)
    made = [_assignment(one.event, submitted) for one in standing(logs, "assignment")]
    return Team(tuple(sorted(made, key=lambda one: (one.at, one.name, one.id))))


def _assignment(event: Event, submitted: Mapping[str, Mapping[str, Standing]]) -> Assignment:
    shares, codebooks = event.body["shares"], event.body["codebooks"]
    assert isinstance(shares, dict)
    assert isinstance(codebooks, list)
    given = {str(coder): tuple(map(str, findings)) for coder, findings in sorted(shares.items())}
    there = {coder: one for coder, one in submitted.get(event.id, {}).items() if coder in given}
    return Assignment(
        event.id,
        str(event.body["name"]),
        event.coder,
        event.at,
        tuple(map(str, codebooks)),
        given,
        event.body["blind"] is True,
        event.body.get("pilot") is True,
        there,
    )


def when_submitted(decisions: Iterable[Decision], assignment: Assignment) -> list[Decision]:
    """Give the rulings on an assignment's doubles as their coders submitted them.

    What a coder ruled later, after the reveal or the talk, is no longer independent.
    """
    revealed = assignment.revealed
    return [
        made
        for made in decisions
        if made.rank != "final"
        and made.codebook in assignment.codebooks
        and made.coder in revealed.get(made.finding_id, ())
        and came_before(made, assignment.submitted[made.coder])
    ]
