"""Context: what is known of a finding besides its words.

Three things, each of which says in the reason that it spoke: the heading that a finding stands
under, whose views the reviews that it cites had sampled, and, where it goes on with *they*, whom
the finding before it was about. Each narrows a reading; none adds a code that it did not hold.
What the words state is not overruled by a sample: where the two contradict each other, they share
the belief, so that the finding is unclear and a person sees both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.cues import compile_cues
from themeweave.codes.reading import AS_A_WHOLE, Reading

_TRUST = 0.9  # of belief goes to what the samples leave possible, or to what a heading names
_DISPUTED = 0.5  # to the samples where the words state that another group speaks
_FOLLOWS = 0.7  # where a finding goes on with a pronoun
_GOES_ON = re.compile(
    r"^\W*(?:they|them|their|theirs|these (?:participants|respondents|workers|groups?)|he|she|"
    r"the (?:former|same (?:group|participants)))\b",
    re.IGNORECASE,
)
_DIRECTIONS = {"barrier", "facilitator"}  # the codes by which a codebook of directions is known
_MIXED = "mixed"  # the perspective of several groups together
_FROM_SURE = 0.5  # belief from which a finding's group is carried on to the next


def with_samples(
    readings: Sequence[Reading],
    samples: Sequence[Sequence[Collection[str]]],
    spoken: Sequence[str],
    book: Codebook,
) -> list[Reading]:
    """Use whose views the cited reviews sampled: a finding can hardly report another's.

    Parameters
    ----------
    readings
        From the words alone.
    samples
        For each reading: the perspectives that each cited review sampled, nothing where that is
        not known. What all known ones sampled stays possible; where that is one group, it is
        taken for 0.9 of the belief, less by the share of reviews whose sample is not known.
    spoken
        For each reading the group that the words name as holding the view, empty where none. It
        decides between several that are possible; where there is none, they are equally likely.
    book
        Of perspectives: what groups are called.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> book = Codebook("p", "P", (Code("staff", "Staff"), Code("users", "Users")), True)
    >>> words = Reading({"staff": 0.6, "users": 0.4})
    >>> read = with_samples([words], [[["users"], ["users", "staff"]]], [""], book)[0]
    >>> read.shares["users"], read.notes["users"]
    (0.94, 'both reviews cited asked users, the only group that they share')
    """
    return [
        _sampled(reading, [set(sample) for sample in known], said, book)
        for reading, known, said in zip(readings, samples, spoken, strict=True)
    ]


def _sampled(reading: Reading, samples: Sequence[set[str]], said: str, book: Codebook) -> Reading:
    known = [sample for sample in samples if sample]
    possible = set.intersection(*known) & set(reading.shares) if known else set()
    if not possible:
        return reading
    trust = _TRUST * len(known) / len(samples)
    note = _asked(known, possible, len(samples), book)
    if said in possible:
        if len(possible) > 1:  # the words choose among them
            note = f"{note}; the words name who speaks"
        return _narrowed(reading, possible, note, trust, noted=(said,))
    if said:
        trust = min(trust, _DISPUTED)
        note = f"{note}, though the words speak for {_called(said, book)}"
    elif len(possible) > 1:  # nothing tells them apart, whoever else was asked
        trust, note = _TRUST, f"{note}; the words do not say who speaks"
    return _narrowed(reading, possible, note, trust, evenly=True)


def _asked(known: Sequence[set[str]], possible: Collection[str], cited: int, book: Codebook) -> str:
    """Say whom the cited reviews asked."""
    if len(known) < cited:
        some = "one" if len(known) == 1 else str(len(known))
        who = f"of the {cited} reviews cited, the {some} whose sample is known"
    else:
        who = {1: "the review cited", 2: "both reviews cited"}.get(
            cited, f"all {cited} reviews cited"
        )
    groups = [_called(code.id, book) for code in book.codes if code.id in possible]
    listed = " and ".join(filter(None, (", ".join(groups[:-1]), groups[-1])))
    if all(sample == set(possible) for sample in known):
        only = "" if len(groups) > 1 or _MIXED in possible else "only "
        return f"{who} asked {only}{listed}"
    rest = f", the only group{'s' if len(groups) > 1 else ''} that they share"
    return f"{who} asked {listed}{'' if _MIXED in possible else rest}"


def _called(code_id: str, book: Codebook) -> str:
    if code_id == _MIXED:
        return "several groups together"
    name = book.name(code_id)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def under_headings(
    readings: Sequence[Reading], headings: Sequence[str], book: Codebook
) -> list[Reading]:
    """Use the headings that findings stand under, where they name a code of the codebook.

    Parameters
    ----------
    headings
        One a reading, from the top down and joined by ``>``; empty where there is none. The
        lowest heading that names a code speaks; the codes below that code stay possible too.
        In a codebook without a tree, such as that of perspectives, cue phrases name a code as
        its name does; not so in one of directions, where *Peer support* is no facilitator and
        *Mixed samples* are no mixed finding: there a heading has to begin or end with a name.

    Examples
    --------
    >>> from themeweave.codes.codebook import Code
    >>> staff, users = Code("staff", "Staff", cues=("nurses",)), Code("users", "Users")
    >>> book = Codebook("p", "P", (staff, users))
    >>> words = Reading({"staff": 0.4, "users": 0.6})
    >>> under_headings([words], ["Results > Perspective of nurses"], book)[0].shares["staff"]
    0.94
    """
    if not any(headings):
        return list(readings)
    named: dict[str, tuple[str, str]] = {}  # headings -> the code and the heading that names it
    for path in {path for path in headings if path}:
        for heading in reversed([part.strip() for part in path.split(">")]):
            found = _named(heading, book)
            if len(found) == 1:
                named[path] = (found.pop(), heading)
                break
    return [
        _headed(reading, *named[path], book) if path in named else reading
        for reading, path in zip(readings, headings, strict=True)
    ]


def _headed(reading: Reading, code_id: str, heading: str, book: Codebook) -> Reading:
    possible = {code for code in reading.shares if book.is_below(code, code_id)}
    return _narrowed(reading, possible, f"stands under the heading '{heading}'", _TRUST)


def _named(heading: str, book: Codebook) -> set[str]:
    """Give the codes that a heading names."""
    codes = book.suggestible()
    if {code.id for code in codes} >= _DIRECTIONS:
        return {code.id for code in codes if any(_frames(heading, n) for n in _names_of(code))}
    found = {
        code.id
        for code in codes
        if re.search(rf"\b{re.escape(code.name)}\b", heading, re.IGNORECASE)
    }
    if any(code.parent for code in book.codes):
        return set(book.lowest(found))
    return found | {hit.code_id for hit in compile_cues(codes).hits([heading])[0]}


def _names_of(code: Code) -> list[str]:
    """Give the names of a direction: 'Barrier or challenge' has two."""
    return [code.id, *code.name.split(" or ")]


def _frames(heading: str, name: str) -> bool:
    """Tell whether a heading begins or ends with a name, in either number."""
    name = re.escape(name)
    return re.search(rf"^\W*{name}s?\b|\b{name}s?\W*$", heading, re.IGNORECASE) is not None


def carried_on(
    readings: Sequence[Reading], texts: Sequence[str], headings: Sequence[str]
) -> list[Reading]:
    """Use the finding before, where a finding goes on with *they* under the same heading.

    Examples
    --------
    >>> staff = Reading({"staff": 0.9, "users": 0.1})
    >>> even = Reading({"staff": 0.4, "users": 0.6})
    >>> texts = ["Nurses were worried.", "They feared for their jobs."]
    >>> carried_on([staff, even], texts, ["Results", "Results"])[1].shares["staff"]
    0.82
    """
    carried: list[Reading] = []
    for place, reading in enumerate(readings):
        follows = (
            place > 0
            and goes_on(texts[place])
            and headings[place] == headings[place - 1]
            and not reading.phrases
        )
        if follows and (before := carried[-1].shares):
            group = max(before, key=lambda code: before[code])
            if before[group] >= _FROM_SURE and group in reading.shares:
                note = "goes on from the finding before, which is theirs"
                carried.append(_narrowed(reading, {group}, note, _FOLLOWS))
                continue
        carried.append(reading)
    return carried


def goes_on(text: str) -> bool:
    """Tell whether a text begins with a word that stands for somebody named before it.

    Examples
    --------
    >>> goes_on("They feared for their jobs."), goes_on("Nurses said they were tired.")
    (True, False)
    """
    return _GOES_ON.match(text) is not None


def _narrowed(
    reading: Reading,
    possible: Collection[str],
    note: str,
    trust: float,
    *,
    evenly: bool = False,
    noted: Collection[str] = (),
) -> Reading:
    """Give most of the belief to what is possible, in the proportions of the reading or evenly."""
    belief = {code_id: 1.0 if evenly else reading.shares[code_id] for code_id in possible}
    total = sum(belief.values())
    even = 1 / len(belief) if belief else 0.0
    shares = {
        code_id: round(
            (1 - trust) * share
            + (trust * (belief[code_id] / total if total else even) if code_id in belief else 0.0),
            6,
        )
        for code_id, share in reading.shares.items()
    }
    notes = dict(reading.notes)
    for code_id in noted or possible:
        kept = notes.get(code_id, "")
        notes[code_id] = note if not kept or kept.endswith(AS_A_WHOLE) else f"{note}; {kept}"
    return replace(reading, shares=shares, notes=notes)
