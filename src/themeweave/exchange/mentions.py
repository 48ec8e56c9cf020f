"""Who is mentioned in a text: coders by name, e-mail addresses, telephone numbers.

The rules are exact and few, so that a person knows what was looked for:

* a coder's whole name, in capitals or not, its parts next to each other or with anything but
  letters and digits between them (``Ana Lopes``, ``ana_lopes``, ``AnaLopes``); and every part of
  three letters or more by itself. A name counts as a word, also where a capital begins the next
  (``NotesAna.docx``), not within one (``banana``).
* an e-mail address: signs, an at sign, a name with a dot.
* a telephone number: a plus sign or a nought and seven to fourteen further digits, with nothing but
  blanks, hyphens, slashes or brackets between; or three, three and four digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

SEVERAL = "a coder"  # in place of a part that the names of several coders have
_PART = re.compile(r"[^\W_]+")
_LEAST = 3  # letters of a part of a name that is looked for by itself
_OTHERS = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "perhaps a telephone number": re.compile(
        r"(?<![\w./])(?:(?:\+|\(?0)(?:[ ()/-]{0,3}\d){7,14}"
        r"|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4})(?!\w)"
    ),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that tells a person."""

    start: int
    end: int
    what: str  # in words that do not repeat it


@dataclass(frozen=True)
class People:
    """The coders of a review, each with the name that stands in place of theirs.

    Examples
    --------
    >>> people = People({"Ana Lopes": "Coder 1", "ben": "Coder 2"})
    >>> people.replaced("ana_lopes and BEN, bent"), people.replaced("NotesLopes.docx")
    ('Coder 1 and Coder 2, bent', 'NotesCoder 1.docx')
    """

    aliases: Mapping[str, str]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        meant: defaultdict[str, set[str]] = defaultdict(set)
        for name, alias in self.aliases.items():
            whole = unicodedata.normalize("NFC", name).lower()
            parts = [re.escape(part) for part in _PART.findall(whole)] or [re.escape(whole)]
            meant[r"[\W_]*".join(parts)].add(alias)
            for part in _PART.findall(whole):
                if sum(sign.isalpha() for sign in part) >= _LEAST:
                    meant[re.escape(part)].add(alias)
        return [
            (re.compile(words, re.IGNORECASE), min(whose) if len(whose) == 1 else SEVERAL)
            for words, whose in meant.items()
        ]

    def names(self, text: str) -> list[tuple[int, int, str]]:
        """Give where coders are named and the name in its place, in order, none over another."""
        found = sorted(
            (match.start(), -match.end(), alias)
            for pattern, alias in self._patterns
            for match in pattern.finditer(text)
            if _ends(text, match.start()) and _ends(text, match.end())
        )
        apart: list[tuple[int, int, str]] = []
        for start, end, alias in found:
            if not apart or start >= apart[-1][1]:
                apart.append((start, -end, alias))
        return apart

    def replaced(self, text: str) -> str:
        """Give a text with other names in place of the coders'."""
        text = unicodedata.normalize("NFC", text)
        for start, end, alias in reversed(self.names(text)):
            text = text[:start] + alias + text[end:]
        return text

    def mentions(self, text: str) -> Iterator[Mention]:
        """Iterate what in a text tells a person, by the rules above.

        Examples
        --------
        >>> people = People({"ana": "Coder 1"})
        >>> for told in people.mentions("Ask Ana, a.b@c.org or +44 20 7946 0000."):
        ...     print(told.start, told.end, told.what)
        4 7 the name of Coder 1
        9 18 an e-mail address
        22 38 perhaps a telephone number
        """
        for start, end, alias in self.names(text):
            yield Mention(start, end, f"the name of {alias}")
        for what, pattern in _OTHERS.items():
            for match in pattern.finditer(text):
                yield Mention(match.start(), match.end(), what)


def _ends(text: str, place: int) -> bool:
    """Tell whether no word goes on over a place; scripts without capitals may set no blanks."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if not (_is_cased(before) and _is_cased(after)):
        return True
    return before.islower() and after.isupper()


def _is_cased(sign: str) -> bool:
    return sign.lower() != sign.upper()
