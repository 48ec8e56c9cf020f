"""Explaining suggestions: why a finding got its codes, and which findings to look at next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Decision, Suggestion, rejections
from themeweave.codes.reading import Reading, shares_among
from themeweave.codes.reasons import percent, speaks_for
from themeweave.codes.roles import people, roles
from themeweave.codes.suggest import (
    Choice,
    Further,
    choose,
    runner_up,
    stands_out,
    suggestions,
)
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.folder import (
    PERSPECTIVES,
    THEMES,
    ReviewFolder,
    coded_books,
    open_folder,
)
from themeweave.review.nearest import nearest
from themeweave.review.readings import also, decided_rows
from themeweave.review.synthesis import (
    accepted,
    in_strand,
    place_in_themes,
    read_book,
    suggest_themes,
)

_SHOWN = 3  # codes of a codebook that are explained
_SEEN = 0.005  # share from which one that is not chosen is among them


@dataclass(frozen=True, slots=True)
class Belief:
    """One code, how much it is believed, and what speaks for it."""

    code_id: str
    name: str
    share: float  # 0 to 1; below a code that people accepted, of the codes there
    reason: str  # empty where nothing speaks for it that can be pointed at


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one codebook's suggester makes of a finding, and what people said of it."""

    book: Codebook
    suggester: str
    beliefs: tuple[Belief, ...]  # the strongest first
    margin: float  # between the two most believed branches; below what people accepted, codes
    needed: float  # margin that a suggestion has at least, 0 to 1
    lead: str  # how much the branch or code chosen is believed, and the next one, in words
    within: str  # in words, what people accepted and the choice is made below; empty: nothing
    unsure: bool
    suggested: str  # the name of the code suggested, or of the best guess; empty where none is
    means: str  # how the codebook defines it; empty where it does not, or it is hardly a guess
    why: str  # what tables, report and workbench say of it
    trial: str  # how learning from decisions did, in words; empty where it was not tried
    decisions: tuple[Decision, ...]
    further: tuple[Further, ...] = ()  # codes that the finding may bear beside the first


@dataclass(frozen=True, slots=True)
class Cited:
    """A review that a finding comes from, and whose views it sampled."""

    review: str
    label: str  # as a table cites it: first author and year
    sampled: tuple[str, ...]  # names of perspectives; empty where that is not known


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding, the reviews that it comes from, and what is suggested for it."""

    finding: Finding
    cited: tuple[Cited, ...]
    books: tuple[Explanation, ...]  # one a codebook that is suggested from


def explain(path: Path, finding_id: str) -> Explained:
    """Explain what is suggested for a finding of a review folder.

    Raises
    ------
    ReviewError
        Where there is no such finding; the message names the nearest.
    """
    folder = open_folder(path)
    found = next((f for f in folder.findings if f.id == finding_id), None)
    if found is None:
        raise ReviewError(
            f"there is no finding '{finding_id}'"
            f"{nearest(finding_id, [f.id for f in folder.findings])}",
            "corpus/",
            "'themeweave findings list' shows every finding.",
        )
    books = coded_books(folder)
    made = [_explained(folder, book, found) for book in books.values()]
    groups = books[PERSPECTIVES].by_id if PERSPECTIVES in books else {}
    cited = tuple(
        Cited(one.id, one.label, tuple(groups[code].name for code in one.sampled if code in groups))
        for one in folder.reviews
        if one.id in found.cited
    )
    return Explained(found, cited, tuple(one for one in made if one is not None))


def _explained(folder: ReviewFolder, book: Codebook, finding: Finding) -> Explanation | None:
    settings = folder.settings.book(book.id)
    findings = in_strand(folder.findings, settings.strand)
    if finding not in findings:
        return None
    # themes are learned in another way
    read = read_book(folder, book, learn=book.id != THEMES, weighed=[finding.id])
    reading = read.readings[findings.index(finding)]
    decided = accepted(folder, book)
    said = decided.get(finding.id, ())
    taught = {findings[row].strand for row in decided_rows(findings, book, decided)}
    refused = rejections(folder.decisions, book, folder.settings.adjudicators())
    without = {finding.id: refused.get(finding.id, set())}
    choice = choose(reading, book, said, without[finding.id])
    rulings = [d for d in folder.decisions if (d.finding_id, d.codebook) == (finding.id, book.id)]
    by_words = suggestions(
        [finding.id], [reading], book, read.suggester, settings.margin, {finding.id: said}, without
    )
    made = _placed(folder, finding.id, by_words) if book.id == THEMES else by_words
    return Explanation(
        book,
        read.suggester,
        _beliefs(reading, book, choice),
        choice.margin,
        settings.margin,
        _lead(reading, book, choice) if made == by_words else percent(made[0].score),
        _within(book, said, rulings) if choice.among else "",
        any(one.unsure for one in made),
        "".join(book.name(one.code_id) for one in made),
        "".join(_means(book, one, choice) for one in made),
        "".join(one.reason for one in made),
        str(read.trial) if read.trial and finding.strand in taught else "",
        tuple(rulings),
        _further(folder, book, finding, reading, said),
    )


def _means(book: Codebook, made: Suggestion, choice: Choice) -> str:
    """Give the definition of what is suggested, on one line; nothing where it is hardly a guess."""
    if made.code_id == choice.code_id and not stands_out(choice.score, choice.margin):
        return ""
    return " ".join(book.by_id[made.code_id].definition.split())


def _placed(
    folder: ReviewFolder, finding: str, by_words: Sequence[Suggestion]
) -> Sequence[Suggestion]:
    """Give the theme that is suggested for a finding, as people's findings may place it."""
    made = suggest_themes(folder, place_in_themes(folder), by_words)
    return [one for one in made if one.finding_id == finding]


def _beliefs(reading: Reading, book: Codebook, choice: Choice) -> tuple[Belief, ...]:
    """Give the codes that are most believed of those still open."""
    if not choice.code_id:
        return ()
    among = choice.among
    shares = shares_among(reading.shares, among) if among else reading.shares
    ranked = sorted(shares, key=lambda code: -shares[code])
    return tuple(
        Belief(
            code,
            book.name(code),
            shares[code],
            choice.reason
            if code == choice.code_id
            else "; ".join(speaks_for(reading, book, code, among, choice.reason)),
        )
        for code in ranked[:_SHOWN]
        if code == choice.code_id or shares[code] >= _SEEN
    )


def _lead(reading: Reading, book: Codebook, choice: Choice) -> str:
    """Say how surely a branch is chosen, below what people accepted a code, and what comes next."""
    if not choice.code_id:
        return ""
    first, second = choice.branch, choice.second_branch
    if choice.among:
        first, second = choice.code_id, choice.second_code
    next_ = runner_up(choice, reading)
    rest = f", next {book.name(second)} {percent(next_)}" if second else ""
    name = "" if first == choice.code_id else f"{book.name(first)} "
    share = min(choice.score, 0.9999) if second else choice.score  # it is rounded
    return f"{name}{percent(share)}{rest}"


def _within(book: Codebook, said: Collection[str], rulings: Sequence[Decision]) -> str:
    """Say what people accepted, and who."""
    lowest = book.lowest(said)
    who = dict.fromkeys(d.coder for d in rulings if d.accepted and d.code_id in lowest)
    names = " and ".join(book.name(code) for code in lowest)
    return f"{names}, which {' and '.join(who)} accepted" if who else names


def _further(
    folder: ReviewFolder,
    book: Codebook,
    finding: Finding,
    reading: Reading,
    said: Collection[str],
) -> tuple[Further, ...]:
    """Give the codes that a finding may bear beside the first: by its parts, and the role.

    In the framework any, of themes further ones below what people accepted. What they have said
    themselves is not said again.
    """
    if book.id not in (folder.framework.id, THEMES):
        return ()
    settings = folder.settings.book(book.id)
    texts = [finding.text]
    under = said if book.id == THEMES else ()
    by_part = also(settings.suggester, texts, [reading], book, settings.margin, under)[0]
    if book.id == THEMES:
        return tuple(one for one in by_part if one.code_id not in said)
    innovation = folder.settings.innovation
    tops = {book.top(code) for code in said}
    by_part = tuple(one for one in by_part if book.top(one.code_id) not in tops)
    who = people(innovation.roles(), folder.codebooks.get(PERSPECTIVES), innovation.name)
    return (*by_part, *roles(texts, [choose(reading, book)], book, who)[0])


@dataclass(frozen=True, slots=True)
class Open:
    """A finding on which nobody has ruled in a codebook."""

    finding: Finding
    choice: Choice
    name: str  # of the code suggested
    second: str  # of the best code of the next branch, empty where there is none


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far one codebook's coding has come, and what to look at next."""

    book: Codebook
    decided: int  # findings
    undecided: int
    agreed: int  # decided findings for which the program's first choice was the team's
    compared: int  # decided findings with one code, on which that can be said
    expected_wrong: float  # undecided findings whose suggestion is likely wrong, by their shares
    next: tuple[Open, ...]  # in the order in which deciding teaches most


def outlook(path: Path, codebook: str = "", number: int = 10) -> list[Outlook]:
    """Say for each codebook what remains, how much of it is likely wrong, and what to decide next.

    Parameters
    ----------
    codebook
        One codebook's id; empty for all that findings are coded against.
    number
        How many findings to name at most.

    Raises
    ------
    ReviewError
        Where there is no such codebook.

    Notes
    -----
    ``expected_wrong`` adds up 1 minus the share of each suggested branch. Shares are calibrated
    on topics that the engine was not trained on, not on this review: ``agreed`` of ``compared``
    says how the program did here. The program's choice is compared as it would be without the
    decisions. Next come findings with the smallest margin; one whose two codes were named
    already waits, so that the list does not ask the same question ten times.
    """
    folder = open_folder(path)
    books = [book for book in coded_books(folder).values() if codebook in ("", book.id)]
    if not books:
        known = [book.id for book in coded_books(folder).values()]
        raise ReviewError(
            f"there is no codebook '{codebook}'{nearest(codebook, known)}",
            "",
            f"There are: {', '.join(known)}.",
        )
    return [_outlook(folder, book, number) for book in books]


def _outlook(folder: ReviewFolder, book: Codebook, number: int) -> Outlook:
    findings = in_strand(folder.findings, folder.settings.book(book.id).strand)
    plain = read_book(folder, book, learn=False)
    taught = read_book(folder, book, learn=book.id != THEMES)
    said = accepted(folder, book)
    undecided: list[Open] = []
    agreed = compared = 0
    for finding, before, now in zip(findings, plain.readings, taught.readings, strict=True):
        if finding.id not in said:
            choice = choose(now, book)
            if choice.code_id:
                second = book.name(choice.second_code) if choice.second_code else ""
                undecided.append(Open(finding, choice, book.name(choice.code_id), second))
        elif len({book.top(code) for code in said[finding.id]}) == 1:
            compared += 1
            agreed += choose(before, book).branch == book.top(said[finding.id][0])
    return Outlook(
        book,
        sum(finding.id in said for finding in findings),
        len(undecided),
        agreed,
        compared,
        sum(1 - one.choice.score for one in undecided),
        tuple(_ordered(undecided, number)),
    )


def _ordered(undecided: Sequence[Open], number: int) -> list[Open]:
    """Order by margin, putting off those whose two codes have been named already."""
    named: Counter[tuple[str, str]] = Counter()
    rest = sorted(undecided, key=lambda one: one.choice.margin)
    chosen: list[Open] = []
    while rest and len(chosen) < number:
        best = min(rest, key=lambda one: one.choice.margin + 0.1 * named[_pair(one)])
        named[_pair(best)] += 1
        rest.remove(best)
        chosen.append(best)
    return chosen


def _pair(one: Open) -> tuple[str, str]:
    first, second = sorted((one.choice.branch, one.choice.second_branch))
    return first, second
