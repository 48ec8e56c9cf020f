"""What does not count, and how to mend it: damaged logs, decisions on what is no longer there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from themeweave import plugins
from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision, at_odds
from themeweave.errors import ReviewError
from themeweave.evidence.overlap import overlap_bounds
from themeweave.findings.answers import describe
from themeweave.findings.encoder import NETWORK
from themeweave.findings.records import Finding
from themeweave.report.words import counted
from themeweave.review.copies import Copy, copy_of
from themeweave.review.events import KINDS, Log
from themeweave.review.nearest import nearest
from themeweave.review.readings import FOLDER
from themeweave.review.settings import Settings
from themeweave.review.team import WITHHELD
from themeweave.themes.acts import said
from themeweave.themes.revise import Revision

MOST_HINTS = 20  # names that a nearest one is sought for: each search looks at every known name
MOST_PLACES = 3  # named for one fault
_PARTS = ("corpus", "corpus/documents", "codebooks", "decisions", "outputs")
_RUN_WHEN_LOADED = (".pkl", ".pickle", ".joblib", ".pt", ".pth")


def warnings(
    logs: Sequence[Log],
    decisions: Sequence[Decision],
    revision: Revision,
    findings: Sequence[Finding],
    codebooks: Mapping[str, Codebook],
    settings: Settings,
    copies: Iterable[Copy] = (),
) -> Iterator[str]:
    """Say what does not count, one sentence or two a fault; decisions are kept in any case."""
    if not findings:
        yield "there are no findings yet: put them into corpus/findings.csv (columns: id, text)"
    for log in logs:
        yield from _of_log(log)
    yield from _of_copied_logs(logs)
    for copy in copies:
        yield (
            f"{copy.name} looks like a copy of {copy.of}, as {copy.maker} makes it; it is not "
            "read. Put into the original what only the copy has, then delete the copy"
        )
    yield from _at_odds(decisions, codebooks)
    yield from _orphans(decisions, {finding.id for finding in findings}, codebooks)
    yield from _of_revision(revision)
    strands = {finding.strand for finding in findings}
    for name, book in settings.codebooks.items():
        if findings and book.strand and book.strand not in strands:
            yield (
                f"review.toml, codebooks.{name}.strand: no finding is in the strand "
                f"'{book.strand}'{nearest(book.strand, strands)}"
            )


def choices(settings: Settings, reviews: int) -> Iterator[str]:
    """Say which names and numbers of review.toml nothing answers to, so that `run` would stop."""
    from themeweave.effects.pool import METHODS
    from themeweave.effects.presets import PRESETS
    from themeweave.effects.sizes.catalogue import measures
    from themeweave.effects.solver import choose

    effects, totals = settings.effects, settings.review.studies_in_reviews
    tries: list[tuple[str, Callable[[], object]]] = [
        ("effects.preset", lambda: choose(effects.preset, PRESETS, "preset")),
        ("effects.measure", lambda: choose(effects.measure, measures(), "measure")),
        ("effects.method", lambda: choose(effects.method or "REML", METHODS, "method")),
        ("themes.embedder", lambda: plugins.load("embedders", settings.themes.embedder)),
        ("review.studies_in_reviews", lambda: totals and overlap_bounds(totals, reviews)),
    ]
    for name, book in settings.codebooks.items():
        tries.append((f"codebooks.{name}.suggester", partial(_suggester, book.suggester)))
    for key, attempt in tries:
        try:
            attempt()
        except ReviewError as error:
            said = "; ".join(error.faults) or error.next_step
            yield f"review.toml, {key}: {error.what}. {said}".strip()


def never_read(folder: Path) -> Iterator[str]:
    """Name the files that run as programs in whoever loads them; here nobody does."""
    for place in (folder, *(folder / part for part in _PARTS)):
        for file in sorted(place.glob("*.*")):
            if file.suffix.lower() in _RUN_WHEN_LOADED:
                yield (
                    f"{file.relative_to(folder).as_posix()} is not read: a file of this kind runs "
                    "as a program when it is loaded. Open it only if you trust whoever made it"
                )


def _suggester(name: str) -> None:
    """Look whether a suggester is there; an engine in a folder is not loaded for that."""
    if not name.startswith(FOLDER):
        plugins.load("suggesters", name)
        return
    path = Path(name.removeprefix(FOLDER))
    if not path.is_absolute():
        raise ReviewError(
            f"the path of the engine '{path}' does not begin at the root",
            next_step=f"Write it whole, such as {FOLDER}{Path('engines/large').resolve()}.",
        )
    describe(path, NETWORK)


def _of_log(log: Log) -> Iterator[str]:
    name = f"decisions/{log.path.name}"
    if log.damage:
        yield (
            f"{name}, {log.damage}. The {len(log.events)} events before it count, it and those "
            "after it do not. Restore the file from a copy, or move that line and all "
            "after it into a file of their own and decide those again"
        )
    if log.torn:
        yield (
            f"{name}: the last line was cut short and never acknowledged; it does not count. "
            "The next decision sets it aside in a file of its own"
        )
    unknown = Counter(event.kind for event in log.events if event.kind not in (*KINDS, WITHHELD))
    for kind, count in sorted(unknown.items()):
        yield f"{name}: events of the unknown kind '{kind}' ({count}) are kept and do not count"


def _of_copied_logs(logs: Sequence[Log]) -> Iterator[str]:
    """Say which files hold a log under another name, and whether its events are elsewhere too."""
    stems = {log.path.stem: log for log in logs}
    for log in logs:
        if log.path.stem == log.coder or not log.events:
            continue
        name, own = f"decisions/{log.path.name}", f"{log.coder}.jsonl"
        found = copy_of(log.path.name)
        made = f", as {found[1]} makes it" if found and found[0] == own else ""
        there = stems[log.coder].events if log.coder in stems else ()
        more = len({e.hash for e in log.events} - {e.hash for e in there})
        if more:
            yield (
                f"{name} is a copy of {own}{made}: {counted(more, 'event')} that {own} lacks "
                f"{'counts' if more == 1 else 'count'} too. 'themeweave merge' takes them in"
            )
        else:
            yield f"{name} is a copy of {own}{made}; all its events are there, so you may delete it"


def _at_odds(decisions: Sequence[Decision], codebooks: Mapping[str, Codebook]) -> Iterator[str]:
    """Say where a coder, on two computers, ruled what cannot both be."""
    for one, other in at_odds(decisions, codebooks):
        book = codebooks[one.codebook]
        rulings = " and ".join(
            f"'{book.name(d.code_id)}' {'accepted' if d.accepted else 'rejected'} "
            f"({d.decided_at.replace('T', ' ').removesuffix('Z')})"
            for d in (one, other)
        )
        yield (
            f"{one.coder} ruled on {one.finding_id} in two places, neither knowing of the other: "
            f"{rulings}. Both are kept as a dispute; {one.coder} decides once more"
        )


def _of_revision(revision: Revision) -> Iterator[str]:
    """Say which acts on themes do not count, and where coders said different things."""
    for lost in revision.unapplied:
        act = lost.act
        yield (
            f"decisions/{act.coder}.jsonl, event {act.sequence}: {said(act)}: {lost.why}. It is "
            "kept and does not count"
        )
    for contest in revision.contests:
        one, other = contest.stands, contest.other
        yield (
            f"{one.coder} and {other.coder} differ on the {contest.of} of '{one.theme}': "
            f"{said(one)} (stands); {said(other)}. Whoever is right says it once more, or an "
            "adjudicator does"
        )


def _orphans(
    decisions: Iterable[Decision], findings: set[str], codebooks: Mapping[str, Codebook]
) -> Iterator[str]:
    """Say which findings, codebooks and codes decisions name in vain, each once."""
    lost: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    known: dict[str, Iterable[str]] = {"finding": findings, "codebook": codebooks}
    for decision in decisions:
        place = f"decisions/{decision.coder}.jsonl, event {decision.sequence}"
        book = codebooks.get(decision.codebook)
        if decision.finding_id not in findings:
            lost["finding", decision.finding_id].append(place)
        if book is None:
            lost["codebook", decision.codebook].append(place)
        elif decision.code_id not in book.by_id:
            known[f"code of '{book.id}'"] = book.by_id
            lost[f"code of '{book.id}'", decision.code_id].append(place)
    for number, ((what, name), places) in enumerate(sorted(lost.items())):
        hint = nearest(name, known[what]) if number < MOST_HINTS else ""
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        yield (
            f"there is no {what} with the id '{name}'{hint or '.'} Decisions that name it are kept "
            f"and do not count: {'; '.join(places[:MOST_PLACES])}{more}"
        )
