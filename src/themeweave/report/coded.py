"""Coded findings: each finding with what it settled to, as tables and pages show it.

A suggestion below its margin is *unclear* until a person decides: it is counted, and never
shown as an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themeweave.codes.codebook import Codebook
from themeweave.codes.coding import Coding, by_finding
from themeweave.corpus.records import Review
from themeweave.findings.records import Finding

UNCLEAR = "unclear"
MARK = "*"  # after whatever is suggested and not confirmed
SUGGESTED_NOTE = f"{MARK} suggested by the program, not confirmed by a person."


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of a finding: the code shown, on whose word."""

    code_id: str  # empty where nothing is said; 'unclear' for a suggestion below its margin
    text: str
    basis: str  # confirmed, disputed, suggested, unclear, or empty
    reason: str = ""
    by: tuple[str, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether a person settled it."""
        return self.basis == "confirmed"

    @property
    def told(self) -> bool:
        """Whether there is an answer to show: not unclear, and not nothing."""
        return bool(self.code_id) and self.basis != UNCLEAR

    @property
    def marked(self) -> str:
        """The text with the mark of what is not confirmed."""
        return self.text + (MARK if self.basis == "suggested" else "")


NO_ANSWER = Answer("", "", "")


@dataclass(frozen=True, slots=True)
class CodedFinding:
    """A finding and its answers."""

    finding: Finding
    reviews: tuple[str, ...]  # labels, in the order cited
    perspective: Answer
    domain: Answer
    construct: Answer
    valence: Answer
    theme: Answer
    subtheme: Answer


def coded_findings(
    findings: Sequence[Finding],
    reviews: Iterable[Review],
    codings: Sequence[Coding],
    books: Mapping[str, Codebook],
    framework: str,
    candidates: Mapping[str, tuple[str, str, str, str]],
) -> list[CodedFinding]:
    """Put each finding's answers together.

    Parameters
    ----------
    findings, reviews, codings
        As settled; codings of other codebooks are passed over.
    books
        By id: perspectives, valence, themes and the framework; an absent one gives no answers.
    candidates
        By finding: ids and labels (theme, its label, subtheme, its label) of the candidate
        themes, shown where the themes codebook says nothing of the finding.
    """
    labels = {review.id: review.label for review in reviews}
    groups = {name: by_finding(codings, name) for name in books}

    def answers(book: str, finding_id: str) -> tuple[Answer, Answer]:
        codings = groups.get(book, {}).get(finding_id, [])
        return _branch_and_code(codings, books[book]) if book in books else (NO_ANSWER, NO_ANSWER)

    coded: list[CodedFinding] = []
    for finding in findings:
        domain, construct = answers(framework, finding.id)
        theme, subtheme = answers("themes", finding.id)
        if not theme.code_id and finding.id in candidates:
            top, top_label, sub, sub_label = candidates[finding.id]
            theme = Answer(top, top_label, "suggested", "candidate theme: findings worded alike")
            subtheme = Answer(sub, sub_label, "suggested", theme.reason)
        coded.append(
            CodedFinding(
                finding,
                tuple(labels.get(review, review) for review in finding.cited),
                answers("perspectives", finding.id)[0],
                domain,
                construct,
                answers("valence", finding.id)[0],
                theme,
                subtheme,
            )
        )
    return coded


def _branch_and_code(codings: Sequence[Coding], book: Codebook) -> tuple[Answer, Answer]:
    """Give the answers at the top of the tree and below it; people's codings come first."""
    if not codings:
        return NO_ANSWER, NO_ANSWER
    people = [coding for coding in codings if coding.basis != "suggested"]
    machine = [coding for coding in codings if coding.basis == "suggested"]
    deepest = max(people, key=lambda c: len(book.path(c.code_id)), default=None)
    top = _answer(people, book, top=True) if people else _answer(machine, book, top=True)
    if deepest is not None and len(book.path(deepest.code_id)) > 1:
        rivals = [c for c in people if len(book.path(c.code_id)) > 1]
        return top, _answer(rivals, book, top=False)
    below = [c for c in machine if len(book.path(c.code_id)) > 1]
    if people:
        below = [c for c in below if book.top(c.code_id) == book.top(people[0].code_id)]
    return top, _answer(below, book, top=False)


def _answer(codings: Sequence[Coding], book: Codebook, *, top: bool) -> Answer:
    if not codings:
        return NO_ANSWER
    first = codings[0]
    code_id = book.top(first.code_id) if top else first.code_id
    if first.basis == "suggested" and first.unsure:
        guess = f"best guess {book.name(code_id)}: {first.reason}"
        return Answer(UNCLEAR, "Unclear", UNCLEAR, guess, first.by)
    ids = dict.fromkeys(book.top(c.code_id) if top else c.code_id for c in codings)
    names = " / ".join(book.name(code) for code in ids)
    disputed = any(c.basis == "disputed" for c in codings)
    basis = "disputed" if disputed else first.basis
    text = f"{names} (disputed)" if disputed else names
    return Answer(code_id, text, basis, first.reason, first.by)


def count_confirmed(answers: Iterable[Answer]) -> str:
    """Say how many of some answers a person confirmed.

    Examples
    --------
    >>> count_confirmed([Answer("a", "A", "confirmed"), Answer("b", "B", "suggested")])
    '2 (1 confirmed)'
    """
    listed = list(answers)
    return f"{len(listed)} ({sum(answer.confirmed for answer in listed)} confirmed)"
