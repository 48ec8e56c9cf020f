"""The example findings as targets: what a network should answer to each question.

Two people read each example, one who wrote it and one who saw the bare text. Where they differ,
the target lies between them; a second choice takes a fifth of its reader's belief.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[1] / "codebooks" / "examples"
SECOND = 0.2  # of a reader's belief
SMOOTH = 0.03  # of belief spread evenly
VALENCE = ("barrier", "facilitator", "mixed", "neutral")
PERSPECTIVE = (
    "service_users",
    "peer_workers",
    "staff",
    "carers",
    "group_members",
    "managers_policy",
    "community",
    "mixed",
    "unclear",
)
KIND = ("finding", "method", "background", "overview", "numbers", "recommendation", "limitation")
DOMAINS = (
    "innovation",
    "outer_setting",
    "inner_setting",
    "individuals",
    "implementation_process",
)


@dataclass(frozen=True)
class Targets:
    """Answers by question, each of shape (n, answers), and for which rows they are known."""

    shares: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray]


def rows(name: str = "*.csv") -> list[dict[str, str]]:
    """Read example files, in the order of their names."""
    found: list[dict[str, str]] = []
    for path in sorted(FOLDER.glob(name)):
        with path.open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


@dataclass(frozen=True)
class Frame:
    """Two versions of a framework, and how the codes of one became those of the other."""

    constructs: tuple[str, ...]
    domain_of: Mapping[str, str]  # of each construct
    older: tuple[str, ...]  # the constructs of the earlier version
    older_domain_of: Mapping[str, str]  # by the later version's names of domains
    heirs: Sequence[tuple[str, Sequence[str]]]  # earlier construct -> later ones

    def up(self) -> np.ndarray:
        """Lead from constructs to domains, shape (constructs, domains)."""
        table = np.zeros((len(self.constructs), len(DOMAINS)))
        for i, code in enumerate(self.constructs):
            table[i, DOMAINS.index(self.domain_of[code])] = 1.0
        return table

    def back(self) -> np.ndarray:
        """Lead from constructs to earlier ones, shape (constructs, older); a row may be empty."""
        table = np.zeros((len(self.constructs), len(self.older)))
        for old, new in self.heirs:
            for code in new:
                if old in self.older:
                    table[self.constructs.index(code), self.older.index(old)] = 1.0
        total = table.sum(1, keepdims=True)
        return np.divide(table, total, out=np.zeros_like(table), where=total > 0)

    def older_up(self) -> np.ndarray:
        """Lead from earlier constructs to domains, shape (older, domains)."""
        table = np.zeros((len(self.older), len(DOMAINS)))
        for i, code in enumerate(self.older):
            table[i, DOMAINS.index(self.older_domain_of[code])] = 1.0
        return table


def targets(examples: Sequence[Mapping[str, str]], frame: Frame) -> Targets:
    """Make the targets of examples.

    Where authors who follow the earlier version file a finding comes from the example's own
    column where it has one, otherwise from the constructs' forerunners, otherwise from the domain.
    """
    construct, known = _shares(_constructs(examples, frame))
    older, has_older = _shares(construct @ frame.back())
    domain = construct @ frame.up()
    domain_2009 = np.where(has_older[:, None] > 0, older @ frame.older_up(), domain)
    for i, row in enumerate(examples):
        if row.get("domain_2009", "") in DOMAINS:
            stated = np.zeros(len(DOMAINS))
            stated[DOMAINS.index(row["domain_2009"])] = 1.0
            domain_2009[i] = (domain_2009[i] + 2 * stated) / 3
    shares = {
        "construct": construct,
        "domain": domain,
        "construct_2009": older,
        "domain_2009": domain_2009,
    }
    has = dict.fromkeys(shares, known) | {"construct_2009": has_older}
    for name, answers in (("valence", VALENCE), ("perspective", PERSPECTIVE), ("kind", KIND)):
        shares[name], has[name] = _shares(_votes(examples, name, answers))
    smooth = {k: (1 - SMOOTH) * v + SMOOTH / v.shape[1] for k, v in shares.items()}
    return Targets(smooth, has)


def _constructs(examples: Sequence[Mapping[str, str]], frame: Frame) -> np.ndarray:
    """Add up what both readers say, their second choices among it."""
    place = {code: i for i, code in enumerate(frame.constructs)}
    table = np.zeros((len(examples), len(place)))
    for i, row in enumerate(examples):
        for first, second in (("construct", "second"), ("construct_2", "second_2")):
            one, two = row.get(first, ""), row.get(second, "")
            if one in place:
                share = SECOND if two in place else 0.0
                table[i, place[one]] += 1 - share
                if share:
                    table[i, place[two]] += share
    return table


def _votes(
    examples: Sequence[Mapping[str, str]], question: str, answers: Sequence[str]
) -> np.ndarray:
    """Count what both readers answer to a question."""
    table = np.zeros((len(examples), len(answers)))
    for i, row in enumerate(examples):
        for column in (question, f"{question}_2"):
            if row.get(column, "") in answers:
                table[i, answers.index(row[column])] += 1
    return table


def _shares(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make rows add up to 1, and say which have anything in them."""
    total = table.sum(1, keepdims=True)
    return (
        np.divide(table, total, out=np.zeros_like(table), where=total > 0),
        (total[:, 0] > 0).astype(float),
    )
