"""The narrative: a draft of the results in plain sentences that only combine what the data say.

Findings stand as they are, one a sentence, each with the reviews that state it. What the program
adds is who says it, how many say it, what stands against it, and what is not known. It interprets
nothing: what the findings mean is for people to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from themeweave.evidence.support import Support
from themeweave.report.coded import MARK, Answer, CodedFinding
from themeweave.report.prose import Block, Prose
from themeweave.report.references import References
from themeweave.report.theme_detail_table import Contrast
from themeweave.report.words import counted

_UNHEARD = "Perspective unclear"
_VOICES_MOST = 6  # subthemes named when voices are compared; the others are in theme_detail


@dataclass(frozen=True, slots=True)
class Section:
    """A theme or a domain with its findings and what is known of them."""

    name: str
    members: tuple[CodedFinding, ...]
    support: Support
    quality: str  # "9 critically low"
    confidence: str = ""  # a sentence on what people judged; empty for domains
    contrasts: tuple[Contrast, ...] = ()
    silent: tuple[str, ...] = ()  # perspectives that are heard elsewhere and not here


@dataclass(frozen=True, slots=True)
class Story:
    """What the narrative is made of."""

    title: str
    question: str
    methods: tuple[str, ...]  # paragraphs
    themes: tuple[Section, ...]
    themes_base: str  # a sentence on the findings of all themes
    domains: tuple[Section, ...]
    domains_base: str
    framework: str  # its title
    voices: Mapping[str, int]  # perspective code -> its place in the codebook


def narrative(story: Story, refs: References) -> Prose:
    """Write the draft: methods, themes perspective by perspective, domains side by side."""
    cited = [
        review
        for section in (*story.themes, *story.domains)
        for c in section.members
        for review in c.finding.cited
    ]
    entries = refs.bibliography(cited)
    return Prose(
        "narrative",
        f"Draft of methods and results: {story.title}",
        (
            *_notice(story),
            Block("Methods", 1),
            *(Block(paragraph) for paragraph in story.methods),
            *_themes(story, refs),
            *_domains(story, refs),
            *([Block("References", 1)] if entries else []),
            *(Block(entry) for entry in entries),
        ),
    )


def _notice(story: Story) -> Iterator[Block]:
    yield Block(
        "This draft was written by a program from the coded findings of this review. Every "
        "sentence on a finding is the finding itself, with the reviews that state it; nothing is "
        "interpreted, and no weight is given. Read each sentence against its sources, and write "
        "what it means.",
        lead="DRAFT, not for publication.",
    )
    yield Block(
        f"{MARK} after a name: suggested by the program, not confirmed by a person. The ids below "
        "a paragraph are its findings.",
        quiet=True,
    )
    if story.question:
        yield Block(story.question, lead="Question.")


def _themes(story: Story, refs: References) -> Iterator[Block]:
    if not story.themes:
        return
    yield Block("Results: themes", 1)
    yield Block(story.themes_base)
    for section in story.themes:
        yield Block(section.name, 2)
        yield Block(" ".join(_rests(section, "theme")))
        if story.voices:
            for voice, members in _by_voice(section.members, story.voices):
                yield from _voice(voice, members, refs)
            yield from _compared(section)
        else:
            yield from _voice("All perspectives, which were not coded", section.members, refs)
        yield from _contrasts(section, refs)


def _domains(story: Story, refs: References) -> Iterator[Block]:
    if not story.domains:
        return
    yield Block(f"Results: barriers and facilitators ({story.framework})", 1)
    yield Block(story.domains_base)
    for section in story.domains:
        yield Block(section.name, 2)
        yield Block(" ".join(_rests(section, "domain")))
        for side, heading in (("barrier", "Barriers"), ("facilitator", "Facilitators")):
            members = [c for c in section.members if c.valence.code_id == side]
            if members:
                yield from _grouped(_marked(heading, [c.valence for c in members]), members, refs)
        rest = [c for c in section.members if c.valence.code_id not in ("barrier", "facilitator")]
        if rest:
            yield from _grouped("Neither side, both, or unclear", rest, refs)


def _rests(section: Section, what: str) -> Iterator[str]:
    """Say in sentences what a section rests on, how sure that is, and what is unknown."""
    found = section.support
    reviews = f" from {counted(len(found.reviews), 'review')}" if found.reviews else ""
    yield f"This {what} rests on {counted(found.findings, 'finding')}{reviews}; {_placed(found)}."
    yield from studies_sentences(found)
    if found.reviews:
        yield f"Quality of the reviews (AMSTAR 2): {section.quality}."
    if section.confidence:
        yield section.confidence


def _placed(found: Support) -> str:
    if not found.confirmed:
        return "no person has confirmed that they belong here"
    if found.confirmed == found.findings:
        return "a person placed it here" if found.findings == 1 else "a person placed all of them"
    return f"a person placed {found.confirmed} of them here, the others are suggested"


def studies_sentences(found: Support) -> Iterator[str]:
    """Say how many primary studies stand behind reviews, and what their overlap leaves.

    Examples
    --------
    >>> from themeweave.evidence.support import support
    >>> print(*studies_sentences(support(["R1", "R2"], {})))
    How many primary studies stand behind the 2 reviews is unknown: none of their inclusion lists \
is known.
    """
    if not found.reviews:
        yield "No review is cited for any of them."
        return
    of = counted(len(found.reviews), "review")
    if not found.known:
        lists = "its inclusion list is not known"
        if len(found.reviews) > 1:
            lists = "none of their inclusion lists is known"
        yield f"How many primary studies stand behind the {of} is unknown: {lists}."
        return
    studies = counted(found.studies, "distinct primary study")
    if found.exact:
        verb = "includes" if len(found.reviews) == 1 else "include"
        yield f"The {of} {verb} {studies}."
    else:
        yield (
            f"Inclusion lists are known for {len(found.known)} of the {of} and hold {studies}; "
            "what the others hold is unknown."
        )
    if len(found.known) > 1 and found.independent is not None:
        yield (
            f"Once the studies that they share are taken off, the {len(found.known)} reviews with "
            f"known lists are worth {found.independent:.1f} independent ones"
            + (", so that the support collapses." if found.collapses else ".")
        )


def _by_voice(
    members: Sequence[CodedFinding], order: Mapping[str, int]
) -> Iterator[tuple[str, list[CodedFinding]]]:
    groups: dict[str, list[CodedFinding]] = {}
    for c in members:
        groups.setdefault(c.perspective.code_id if c.perspective.told else "", []).append(c)
    for code in sorted(groups, key=lambda v: (not v, order.get(v, len(order)), v)):
        found = groups[code]
        name = _marked(found[0].perspective.text, [c.perspective for c in found])
        yield (name if code else _UNHEARD), found


def _marked(name: str, answers: Iterable[Answer]) -> str:
    return name + MARK * any(answer.basis == "suggested" for answer in answers)


def _voice(voice: str, members: Sequence[CodedFinding], refs: References) -> Iterator[Block]:
    """Tell what one perspective says, subtheme by subtheme."""
    groups: dict[str, list[CodedFinding]] = {}
    for c in members:
        groups.setdefault(c.subtheme.marked if c.subtheme.told else "", []).append(c)
    said = []
    for name in sorted(groups, key=lambda name: not name):
        sentences = " ".join(sentence(c, refs) for c in groups[name])
        if name:
            said.append(f"On ‘{name}’: {sentences}")
        else:
            said.append(f"Under no clear subtheme: {sentences}" if len(groups) > 1 else sentences)
    reviews = {review for c in members for review in c.finding.cited}
    base = f"{counted(len(members), 'finding')}, {counted(len(reviews), 'review')}"
    yield Block(" ".join(said), lead=f"{voice} ({base}).")
    yield _sources(members)


def _grouped(heading: str, members: Sequence[CodedFinding], refs: References) -> Iterator[Block]:
    """Tell the findings of one side, construct by construct."""
    groups: dict[str, list[CodedFinding]] = {}
    for c in members:
        groups.setdefault(c.construct.marked if c.construct.told else "", []).append(c)
    said = []
    for name in sorted(groups, key=lambda name: not name):
        sentences = " ".join(sentence(c, refs) for c in groups[name])
        if name:
            said.append(f"On ‘{name}’: {sentences}")
        else:
            lead = "Under no single construct: " if len(groups) > 1 else ""
            said.append(f"{lead}{sentences}")
    reviews = {review for c in members for review in c.finding.cited}
    base = f"{counted(len(members), 'finding')}, {counted(len(reviews), 'review')}"
    yield Block(" ".join(said), lead=f"{heading} ({base}).")
    yield _sources(members)


def sentence(c: CodedFinding, refs: References) -> str:
    """Write a finding as a sentence that ends with the reviews that state it.

    Examples
    --------
    >>> from themeweave.findings.records import Finding
    >>> from themeweave.report.coded import NO_ANSWER
    >>> from themeweave.report.references import BY_ID
    >>> none = [NO_ANSWER] * 6
    >>> sentence(CodedFinding(Finding("F1", "Pay was low.", ("Ng 2020",)), (), *none), BY_ID)
    'Pay was low (Ng 2020).'
    """
    text = " ".join(c.finding.text.split())
    text, end = (text[:-1], text[-1]) if text[-1:] in (".", "!", "?") else (text, ".")
    cited = refs.cite(c.finding.cited) or "no review cited"
    return f"{text} {cited if cited.startswith('[') else f'({cited})'}{end}"


def _sources(members: Iterable[CodedFinding]) -> Block:
    return Block(", ".join(c.finding.id for c in members), quiet=True)


def _compared(section: Section) -> Iterator[Block]:
    """Say which subthemes several perspectives speak to, which one alone, and who is not heard."""
    voices: dict[str, dict[str, None]] = {}
    for c in section.members:
        if c.subtheme.told and c.perspective.told:
            voices.setdefault(c.subtheme.marked, {})[c.perspective.marked] = None
    shared = [name for name in voices if len(voices[name]) > 1]
    said = []
    said += [
        f"Findings on ‘{name}’ come from {_listed(list(voices[name]))}."
        for name in shared[:_VOICES_MOST]
    ]
    alone: dict[str, list[str]] = {}
    for name, heard in voices.items():
        if len(heard) == 1:
            alone.setdefault(next(iter(heard)), []).append(name)
    for voice, names in alone.items():
        quoted = _listed([f"‘{name}’" for name in names[:_VOICES_MOST]])
        more = len(names) - _VOICES_MOST
        further = f" and {more} more" if more > 0 else ""
        said.append(f"Findings on {quoted}{further} come from {_lower(voice)} only.")
    if open_ := sum(not (c.perspective.told and c.subtheme.told) for c in section.members):
        said.append(f"Perspective or subtheme is unclear for {counted(open_, 'finding')}.")
    if section.silent:
        said.append(
            f"Not heard in this theme, though heard elsewhere: {_listed(list(section.silent))}."
        )
    if said:
        yield Block(" ".join(said), lead="Perspectives compared.")


def _contrasts(section: Section, refs: References) -> Iterator[Block]:
    """Name the pairs that point in opposite directions, and count the directions."""
    by_id = {c.finding.id: c for c in section.members}
    sides: dict[str, int] = {}
    for c in section.members:
        if c.valence.told:
            sides[c.valence.text.lower()] = sides.get(c.valence.text.lower(), 0) + 1
    open_ = sum(not c.valence.told for c in section.members)
    sure = sum(c.valence.confirmed for c in section.members)
    pairs = [p for p in section.contrasts if p.against in by_id and p.for_it in by_id]
    counts = [f"{number} as {side}" for side, number in sorted(sides.items())]
    counts += [f"{open_} unclear"] if open_ else []
    if not sides:
        unknown = "No finding of this theme has a clear direction, so what contrasts is not known."
        yield Block(unknown, lead="Contrasts.")
        return
    said = [f"Read by direction: {', '.join(counts)}; a person confirmed {sure} of these readings."]
    if not pairs:
        said.append("No two findings were found to point in opposite directions.")
        yield Block(" ".join(said), lead="Contrasts.")
        return
    said.append(
        "The program read the findings of each pair below as pointing in opposite directions; "
        "whether they contradict each other is for a person to judge."
    )
    yield Block(" ".join(said), lead="Contrasts.")
    for pair in pairs:
        one, other = by_id[pair.against], by_id[pair.for_it]
        told = (
            f"{sentence(one, refs)} Read as {_lower(other.valence.marked)}: {sentence(other, refs)}"
        )
        yield Block(told, lead=f"Read as {_lower(one.valence.marked)}:")
        yield _sources([one, other])


def _listed(names: Sequence[str]) -> str:
    lowered = [_lower(name) for name in names]
    if len(lowered) < 2:
        return "".join(lowered)
    return f"{', '.join(lowered[:-1])} and {lowered[-1]}"


def _lower(name: str) -> str:
    """Write a name in the middle of a sentence: abbreviations keep their capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
