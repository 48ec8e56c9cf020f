"""Plain text: the file's own text, with the headings that its layout shows.

A line that stands alone is a heading where it is numbered, in capitals, or the name that a
section of a research article usually has. Anything else stays text.
"""

from __future__ import annotations

import re

from themeweave.corpus.readers.canonical import canonical, decode, document, repairs
from themeweave.corpus.readers.flow import Head, nested
from themeweave.corpus.readers.reference_list import HEADINGS, read_list
from themeweave.corpus.records import Document

VERSION = "text@1"
LONGEST = 120  # characters of a heading
USUAL = HEADINGS | {
    "abstract", "acknowledgements", "acknowledgments", "aim", "aims", "appendix", "background",
    "conclusion", "conclusions", "data availability", "data extraction", "discussion",
    "eligibility criteria", "findings", "funding", "introduction", "limitations",
    "literature review", "method", "methodology", "methods", "objective", "objectives",
    "results", "results and discussion", "search strategy", "strengths and limitations", "summary",
    "supplementary material", "competing interests", "conflicts of interest",
}  # fmt: skip
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?[ \t]+(?=[^\W\d_])(.+)")


def read(raw: bytes, name: str, encoding: str = "") -> Document:
    r"""Read a plain text file.

    Parameters
    ----------
    raw, name, encoding
        As in `canonical.decode`.

    Raises
    ------
    ReviewError
        For bytes that the encoding does not allow, and where there is no text.

    Examples
    --------
    >>> read(b"RESULTS\r\n\r\nPeers helped.\r\n", "note.txt").sections[0].heading
    'RESULTS'
    """
    decoded, notes = decode(raw, name, encoding)
    text = canonical(decoded)
    sections = nested(_heads(text), len(text))
    references, doubts = read_list(text, sections)
    return document(
        name,
        text,
        VERSION,
        sections=sections,
        references=references,
        notes=(*notes, *repairs(decoded), *doubts),
    )


def heading_level(line: str) -> int:
    """Give the level of a line that reads as a heading, 0 for any other line.

    Examples
    --------
    >>> [heading_level(line) for line in ("2.1 Data extraction", "METHODS", "They met weekly.")]
    [2, 1, 0]
    """
    line = line.strip()
    if not 2 < len(line) <= LONGEST or line[-1] in ".,;:":
        return 0
    if line.casefold() in USUAL:
        return 1
    numbered = _NUMBERED.fullmatch(line)
    if numbered and numbered[2][0].isupper():
        return numbered[1].count(".") + 1
    letters = [sign for sign in line if sign.isalpha()]
    capitals = len(letters) >= 5 and all(sign.isupper() for sign in letters)
    return 1 if capitals and " | " not in line else 0


def _heads(text: str) -> list[Head]:
    heads = []
    place, lines = 0, text.split("\n")
    in_references = False
    for number, line in enumerate(lines):
        alone = (number == 0 or not lines[number - 1].strip()) and (
            number + 1 == len(lines) or not lines[number + 1].strip()
        )
        usual = line.strip().rstrip(":").casefold() in USUAL
        level = heading_level(line.strip().rstrip(":") if usual else line)
        # The entries of a reference list are numbered too.
        if level and (alone or usual) and not (in_references and _NUMBERED.match(line)):
            indent = len(line) - len(line.lstrip())
            heads.append(Head(line.strip().rstrip(":"), level, place + indent))
            in_references = line.strip().rstrip(":").casefold() in HEADINGS
        place += len(line) + 1
    return heads
