"""When two entries mean one work: identifiers, names and titles brought into one form.

Nothing is merged here. Entries that share an identifier but not a title are a conflict, which a
person settles.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from themeweave.corpus.records import Reference
from themeweave.corpus.references.records import Conflict

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_PMID = re.compile(r"\bPMID\s?:?\s?(\d{1,8})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]?){1,4}")
PARTICLES = frozenset(
    (
        "van",
        "von",
        "der",
        "den",
        "de",
        "du",
        "da",
        "di",
        "dos",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ter",
    )
)
_SHARED = 0.5  # of the words of the shorter title: less is another work


def doi_in(text: str) -> str:
    """Give the first DOI in a text, lower case and without what surrounds it; empty for none.

    Examples
    --------
    >>> doi_in("see https://doi.org/10.1186/S12916-024-03260-Y.")
    '10.1186/s12916-024-03260-y'
    """
    found = _DOI.search(text)
    if not found:
        return ""
    doi = found.group().rstrip(".,;:'”’")
    while doi.endswith((")", "]")) and doi.count(")") + doi.count("]") > doi.count("(") + doi.count(
        "["
    ):
        doi = doi[:-1].rstrip(".,;:")
    return doi.lower()


def pmid_in(text: str) -> str:
    """Give the PubMed number that a text names as one; empty for none.

    Examples
    --------
    >>> pmid_in("J Ment Health. 2019. PMID: 31234567"), pmid_in("31234567")
    ('31234567', '')
    """
    found = _PMID.search(text)
    return found.group(1) if found else ""


def year_in(text: str) -> str:
    """Give the first year, 1500 to 2099, in a text; empty for none.

    Examples
    --------
    >>> year_in("2019/03//"), year_in("in press")
    ('2019', '')
    """
    found = _YEAR.search(text)
    return found.group() if found else ""


def plain(text: str) -> str:
    """Bring words into one form: no accents, marks or capitals, single spaces.

    Examples
    --------
    >>> plain("Señor Müller–Lüdenscheidt’s  “Role”.")
    'senor muller ludenscheidt s role'
    """
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare.casefold()).split())


def family_name(name: str) -> str:
    """Give the family name of a printed author.

    A name with neither a comma nor initials behind it is given back whole: it may be an
    organisation's.

    Examples
    --------
    >>> [family_name(name) for name in ("du Plessis, C.", "Lloyd-Evans B", "World Health Org")]
    ['du Plessis', 'Lloyd-Evans', 'World Health Org']
    """
    name = " ".join(name.split())
    if "," in name:
        return name.split(",", 1)[0].strip()
    words = name.split(" ")
    if len(words) > 1 and words[-1].isupper() and _INITIALS.fullmatch(words[-1]):
        return " ".join(words[:-1])
    return name


def last_name(name: str) -> str:
    """Give the family name of an author printed with the given name first.

    Examples
    --------
    >>> last_name("Anna van der Berg"), last_name("Berg, Anna")
    ('van der Berg', 'Berg')
    """
    words = name.split()
    if "," in name or len(words) < 2:
        return family_name(name)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(words[start:])


def same_title(one: str, other: str) -> bool:
    """Tell whether two titles can be those of one work; a missing title can be any.

    Titles count as one where they are equal, where one is the beginning of the other (a subtitle
    left out), or where they share more than half of the words of the shorter.

    Examples
    --------
    >>> same_title("Peer support: a review", "Peer Support"), same_title("Peer support", "Housing")
    (True, False)
    """
    first, second = plain(one), plain(other)
    if not first or not second or first.startswith(second) or second.startswith(first):
        return True
    words, others = set(first.split()), set(second.split())
    return len(words & others) > _SHARED * min(len(words), len(others))


def conflicts(references: Iterable[Reference]) -> tuple[Conflict, ...]:
    """List the identifiers that stand at references whose titles differ.

    Examples
    --------
    >>> one = Reference("1", title="Peer support in prisons", doi="10.1000/x")
    >>> two = Reference("2", title="A trial of housing", doi="10.1000/x")
    >>> conflicts([one, two])
    (Conflict(identifier='doi 10.1000/x', references=('1', '2')),)
    """
    sharing: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if reference.doi:
            sharing[f"doi {reference.doi}"].append(reference)
        if reference.pmid:
            sharing[f"pmid {reference.pmid}"].append(reference)
    return tuple(
        Conflict(identifier, tuple(reference.id for reference in group))
        for identifier, group in sorted(sharing.items())
        if any(not same_title(group[0].title, other.title) for other in group[1:])
    )
