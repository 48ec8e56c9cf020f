"""Roles: whose need, capability, opportunity or motivation a finding speaks of.

CFIR 2022 codes a person's characteristic together with the role that the person has (Damschroder
LJ et al. 2022, Implementation Science 17:75). Who delivers an innovation and who receives it
differs from review to review, so review.toml says it, in words or by the ids of perspectives,
whose cues then count. The role is that of the group that holds the view, or is named first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.codes import voice
from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.suggest import Choice, Further

CHARACTERISTICS = ("need", "capability", "opportunity", "motivation")
_DO = {"innovation_deliverers": "deliver", "innovation_recipients": "receive"}


def people(
    named: Mapping[str, Sequence[str]], perspectives: Codebook | None, innovation: str = ""
) -> Codebook:
    """Make the codebook of the roles in one review.

    Parameters
    ----------
    named
        Role code -> words for the people who have it, or ids of perspectives.
    perspectives
        Whose cues stand for an id; None where the review has no such codebook.
    innovation
        What they deliver and receive, for the reasons.

    Examples
    --------
    >>> staff = Code("staff", "Staff", cues=("nurses", "doctors"))
    >>> book = people({"innovation_deliverers": ["staff", "coaches"]}, Codebook("p", "P", (staff,)))
    >>> book.codes[0].cues, book.codes[0].name
    (('nurses', 'doctors', 'coaches'), 'those who deliver the innovation')
    """
    groups = perspectives.by_id if perspectives else {}
    codes = []
    for role, words in named.items():
        cues = [cue for word in words for cue in (groups[word].cues if word in groups else (word,))]
        name = f"those who {_DO.get(role, 'bring about')} {innovation or 'the innovation'}"
        codes.append(Code(role, name, cues=tuple(dict.fromkeys(cues))))
    return Codebook("roles", "Roles", tuple(codes))


def roles(
    texts: Sequence[str], choices: Sequence[Choice], book: Codebook, who: Codebook
) -> list[tuple[Further, ...]]:
    """Give the role that goes with a characteristic, where the finding names it.

    Parameters
    ----------
    texts, choices
        Findings, and what is suggested for each in the framework.
    book
        The framework; a role that it does not have is not given.
    who
        As `people` makes it.

    Returns
    -------
    list of tuple of Further
        At most one a text.

    Examples
    --------
    >>> who = people({"innovation_deliverers": ["coaches"]}, None)
    >>> book = Codebook("f", "F", (Code("capability", ""), Code("innovation_deliverers", "Givers")))
    >>> sure = Choice("capability", "individuals", 0.9, 0.8)
    >>> roles(["Coaches felt unskilled."], [sure], book, who)[0][0].reason
    "capability of those who deliver the innovation: 'Coaches felt'"
    """
    known = [code for code in who.codes if code.id in book.by_id]
    asked = [row for row, choice in enumerate(choices) if choice.code_id in CHARACTERISTICS]
    made: list[tuple[Further, ...]] = [()] * len(texts)
    if not known or not asked:
        return made
    heard = voice.read([texts[row] for row in asked], Codebook(who.id, who.title, tuple(known)))
    for row, reading in zip(asked, heard, strict=True):
        role = max(reading.shares, key=lambda code: reading.shares[code])
        if words := reading.phrases.get(role):
            said = ", ".join(f"'{word}'" for word in words)
            reason = f"{choices[row].code_id} of {who.name(role)}: {said}"
            made[row] = (Further(role, round(reading.shares[role], 4), reason),)
    return made
