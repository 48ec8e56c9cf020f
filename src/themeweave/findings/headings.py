"""Headings: what the words over a stretch of text say about what stands beneath.

An article is read by its headings first. Some close a part to findings, however deep a part named
"Results" may lie inside it (the abstract, the methods, the discussion). Below a heading that opens
results nothing closes any more, since themes have names of every kind; there the innermost heading
that says anything decides. The words are those of reporting guidelines for reviews and
for qualitative studies (PRISMA, ENTREQ, COREQ), not those of any one article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from themeweave.corpus.records import Section

Role = Literal["results", "themes", "effects", "about", "discussion", "closed", ""]
# results, themes   findings stand here
# effects           results in numbers: how well something works
# about             what the included studies are, how they were found, how good they are
# discussion        what the authors make of it
# closed            everything else that is not results
OPEN = ("results", "themes")

_NUMBER = r"^\W*(?:(?:\d+|[ivx]+|[a-z])[.):]\s*|\d+(?:\.\d+)*\s+)*"
_CLOSED = re.compile(
    _NUMBER + r"(?:(?:structured |plain.language |lay )?(?:abstract|summary$)|key ?(?:words|points)"
    r"|background|introduction|rationale|literature review$|theor(?:y|etical)\b|definitions?\b"
    r"|terminology|history\b|origins?\b|aims?\b|objectives?\b|purpose\b|review questions?"
    r"|(?:materials? and |patients and )?methods?\b|methodolog|study design|design$|search\b"
    r"|information sources|eligibility|inclusion criteria|data (?:extraction|collection|analysis)"
    r"|statistical|procedures?$|ethic|protocol|trial registration|patient and public|lived experi"
    r"ence researcher|implications?\b|recommendations?\b|limitations?"
    r"|(?:comparison|agreement)s? (?:with|to)\b|how (?:we|this|the (?:review|synthesis|stud|search"
    r"|pap)|(?:stud|review|paper)\w* were)|why (?:we|this)\b|what (?:we did|this (?:review|paper)"
    r" is)|the problem$|strengths\b|future\b|practice points|references?$|reference list"
    r"|bibliography|literature cit|works cited|further reading|acknowledge?ments?|funding"
    r"|competing|conflicts? of|declaration"
    r"|(?:authors?['’]? )?contribut|author|abbreviations|glossary|availability|data sharing"
    r"|supplementa|supporting information|appendi|additional files?|about (?:this|the)|notes?$"
    r"|footnotes?|figures?\b|tables?\b|publisher|copyright|licen[cs]e|rights)",
    re.IGNORECASE,
)
_DISCUSSION = re.compile(
    _NUMBER + r"(?:(?:general )?discussion|conclu(?:sions?|ding)\b|interpretation"
    r"|what (?:this|these|it|they|(?:the|our) (?:findings|results|review))(?: \w+)?"
    r" (?:means?|adds?)"
    r"|what follows|what now|what next|take.?home|overall picture)",
    re.IGNORECASE,
)
# "Results and discussion" and "Findings and discussion" hold findings.
_RESULTS = re.compile(
    _NUMBER + r"(?:(?:main |key |qualitative |study |our )*(?:results?|findings)\b"
    r"|(?:qualitative |thematic |narrative |meta.?)*synthes[ie]s\b"
    r"|what (?:we|was|is|has been|people|others|the (?:reviews?|studies|papers|evidence"
    r"|literature)) (?:found|learn(?:ed|t)?|heard|saw|says?|tells?(?: us)?|shows?|known)\b)",
    re.IGNORECASE,
)
_THEMES = re.compile(
    r"\b(?:(?:sub)?themes?|qualitative|experiences?|experienced|perspectives?|perceptions?"
    r"|perceived|views?|attitudes|beliefs|barriers?|facilitators?|enablers?|challenges?"
    r"|acceptab\w+|feasib\w+|implement\w+|determinants?|needs|preferences|expectations"
    r"|what (?:helps|hinders|influences))\b",
    re.IGNORECASE,
)
_EFFECTS = re.compile(
    r"\b(?:effectiveness|efficacy|meta.?analy\w+|quantitative|cost\w*|economic|pooled|subgroup"
    r"|^\W*(?:[\d.]+ )?effects?$|sensitivity analys[ie]s|effects? (?:of|on|sizes?)|outcomes"
    r"|heterogeneity|adverse events?"
    r"|hospitali[sz]ations?|mortality|prevalence|incidence)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    _NUMBER + r"(?:(?:study|literature|search|paper|article|review) (?:selection|results?|flow"
    r"|identification|characteristics|inclusion|quality)|selection of|results? of (?:the )?"
    r"(?:search|literature search)|(?:general )?characteristics|(?:description|overview|summary) of"
    r" (?:the )?(?:included |key |main )?(?:studies|reviews|papers|articles|sample|findings)"
    r"|included (?:studies|reviews)|participants?(?: characteristics)?$|(?:the )?samples?\b"
    r"|demograph|settings?$|interventions?(?: characteristics)?$|comparators?$|measures$"
    r"|outcome measures)"
    r"|\b(?:quality (?:appraisal|assessment|rating|of (?:the )?(?:included|evidence|stud|review"
    r"|report))|(?:study|methodological|reporting) quality|critical appraisal|risk.of.bias"
    r"|certainty of|publication bias|grade|amstar|casp)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between one heading and the next: where it stands, and what may stand in it."""

    start: int
    end: int
    path: str  # headings from the outermost in, joined with ' > ', without the title
    role: Role
    in_results: bool  # a heading above opens results or themes, or the one before did


def role_of(heading: str) -> Role:
    """Tell what a heading's own words say; empty where they say nothing.

    Examples
    --------
    >>> [role_of(h) for h in ("3. Results", "Barriers to uptake", "Quality of life", "2 Methods")]
    ['results', 'themes', '', 'closed']
    """
    if _RESULTS.search(heading):
        return "about" if _ABOUT.search(heading) else _within_results(heading) or "results"
    if _ABOUT.search(heading):
        return "about"
    if _CLOSED.search(heading):
        return "closed"
    if _DISCUSSION.match(heading):
        return "discussion"
    return _within_results(heading)


def _within_results(heading: str) -> Role:
    if _THEMES.search(heading):
        return "themes"
    return "effects" if _EFFECTS.search(heading) else ""


def stretches(text: str, sections: Sequence[Section]) -> list[Stretch]:
    r"""Cut a document at its headings; each stretch starts behind its heading's line.

    What stands before the first heading is left out. A document without headings is one stretch
    without a role.

    Examples
    --------
    >>> text = "Results\nStaff had no time.\n"
    >>> one = stretches(text, [Section("Results", 1, 0, 27)])[0]
    >>> one.path, one.role, text[one.start:one.end]
    ('Results', 'results', 'Staff had no time.\n')
    """
    if not sections:
        return [Stretch(0, len(text), "", "", False)]
    title = _title(sections)
    found: list[Stretch] = []
    above: list[tuple[Section, Role]] = []
    carried = False  # a reader may give themes the level of the "Results" that they stand under
    for place, section in enumerate(sections):
        while above and above[-1][0].end <= section.start:
            above.pop()
        above.append((section, "" if section is title else role_of(section.heading)))
        role, in_results = _settled([role for _, role in above])
        if len(above) == 1 or above[-2][0] is title:
            carried = role == "results" or (carried and role in ("", "themes", "effects"))
        end = sections[place + 1].start if place + 1 < len(sections) else section.end
        line = text.find("\n", section.start, end)
        start = end if line < 0 else line + 1
        path = " > ".join(s.heading for s, _ in above if s is not title)
        if carried and not role:
            role, in_results = "results", True
        found.append(Stretch(start, max(start, end), path, role, in_results))
    return found


def _title(sections: Sequence[Section]) -> Section | None:
    """Give the heading that is the document's title: the first, where all others stand in it."""
    first = sections[0]
    inside = all(first.level < section.level for section in sections[1:])
    return first if inside and first.level == 1 and len(sections) > 1 else None


def _settled(roles: Sequence[Role]) -> tuple[Role, bool]:
    """Settle the roles of nested headings, outermost first, into one."""
    outermost = next((role for role in roles if role in ("closed", "discussion", *OPEN)), "")
    if outermost in ("closed", "discussion"):
        return ("closed" if "closed" in roles else "discussion"), False
    beneath = (role for role in reversed(roles) if role not in ("", "closed", "discussion"))
    return next(beneath, ""), bool(outermost)
