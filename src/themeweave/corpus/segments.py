"""Segments: a text cut into paragraphs, and those into sentences, without losing a character.

The spans tile the range they were asked for: joined, they are the text, and white space belongs to
the sentence before it. Headings, list items and table rows are segments of their own. A stop ends a
sentence unless something says that it does not: an abbreviation, an initial, a decimal, a bracket
that opened within the sentence, a small letter that follows. Closing quotation marks and brackets,
and citations set after the stop, belong to the sentence they close.

The text is walked once, from left to right, with patterns that cannot backtrack, so the time grows
with its length whatever it holds.
"""

from __future__ import annotations

import re
from itertools import pairwise


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# What follows these never begins a sentence.
_CONTINUES = _words(
    "e.g i.e eg ie cf vs v viz approx ca c incl excl esp resp std adj avg equiv suppl"
)
# These stand before a number or a letter: Fig. 2, No. 5, p. 12, Table S1. Months before a day.
_NUMBERED = _words(
    "fig figs tab tabs eq eqs eqn ref refs no nos vol vols ch chap sec sect app art p pp para "
    "ex item max min ver"
)
_MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
_TITLES = _words("Dr Drs Mr Mrs Ms Prof Profs Revd Hon Capt Lt Sgt")
# These close a sentence only where the next word is one that opens sentences.
_SELDOM = _words(
    "St Mt Inc Ltd Pty Co Corp Univ Dept Jr Sr Am Br Eur Int Natl Proc Acad Assoc Soc Psychiatr "
    "Psychol Serv Ment Clin Med"
)
_OFTEN = _words("etc al ed eds")  # these close one before any capital letter
_STARTERS = _words(
    "A The This That These Those There They Their We Our It Its In On At For From With Without "
    "When Where While Although Though However Moreover Furthermore Finally First Second Third Both "
    "Each All Some Many Most Few No Not One Two Three Participants Patients Staff Studies Reviews "
    "Results After Before During Since Because As By Of If But And Or Yet Such Similarly Overall "
    "Another Other Others Only Here What Who Why How Data Among Across Using Once Until"
)
# A single letter after one of these is a name of its own: vitamin D, group B, Appendix A.
_LETTERED = _words(
    "group arm vitamin hepatitis type appendix panel table figure fig model site phase class ward "
    "unit cohort plan option theme study participant service trial box part grade stage level "
    "factor cluster team influenza category section hospital version"
)
_BEFORE_INITIALS = _words("by and with from to")

_OPENERS = "\"'“‘«„([{*_¿¡"
_CLOSERS = "\"'”’»)]}*_"
_NOTED = frozenset(")]%\"'”’")  # after these and letters, figures behind a stop are a citation
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LONGEST_BRACKET = 1000  # a bracket that closes later than this was never closed where it should be
_LONGEST_WORD = 24  # no abbreviation is longer
_WORD_SIGNS = "-'’&/."

_EVENT = re.compile(r"[.?!…]+|[()\[\]{}]")
_WORD = re.compile(r"[^\W_]+")
_NOTE = re.compile(r"\d{1,3}+(?:[,–-]\d{1,3}+)*+(?!\S)")
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+(?:[,–⁻-][{_SUPERSCRIPTS}]+)*")
_NUMBERS = re.compile(r"[\d\s,;–-]+")
_LABEL = re.compile(
    r"\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{2,5}|"
    r"(?:Table|Tab\.|Figure|Fig\.|Box|Panel|Appendix|Chapter|Section|Note|Notes)(?: [A-Z]?\d{1,3})?"
)
_SAID = re.compile(r"\w+ (?:said|asked|added|thought|told|replied|wondered|explained|recalled)\b")
_AFTER_NUMBERED = re.compile(r"[(\[]?(?:[A-Z]?\d|[B-HJ-Z]\b|[AI]\b(?! [a-z])|[IVX]{2,}\b)")

_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_RULE = re.compile(r"[\s\-=*_|:+]+")
_BULLET = re.compile(r"\s*[•▪◦‣●○■·]\s")
_ITEM = re.compile(r"\s*(?:[-–—*+]|\d{1,3}[.)]|[a-zA-Z]\)|[ivx]{1,4}[.)]|\([a-z0-9]{1,4}\))\s")
_FILLED = 0.8  # of the widest line: a line that fills less had room for the word that follows


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Cut a range of a text into sentences.

    Parameters
    ----------
    text
        Any text; best in the canonical form of `themeweave.corpus.readers.canonical`.
    start, end
        The range, as for a slice; the whole text where they are left out.

    Returns
    -------
    list of (start, end)
        In order and without gaps: each end is the next start, the first start is ``start`` and
        the last end is ``end``. Empty for an empty range.

    Examples
    --------
    >>> text = "Trust grew (Fig. 2) [3, 5]. Staff, e.g. nurses, agreed. “It helped.” (P3)"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Trust grew (Fig. 2) [3, 5]. ', 'Staff, e.g. nurses, agreed. ', '“It helped.” (P3)']
    """
    spans: list[tuple[int, int]] = []
    for first, last in _blocks(text, start, len(text) if end is None else end):
        cuts = [] if _HEADING.match(text, first, last) else _cuts(text, first, last)
        spans.extend(pairwise([first, *cuts, last]))
    return spans


def paragraphs(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    r"""Cut a range of a text into paragraphs, headings, list items and table rows.

    They end at an empty line; at a heading, an item's mark or a table row; and at a line break that
    was meant: one after which the next word would still have fitted on the line.

    Examples
    --------
    >>> text = "# Results\nPeers helped,\nin two ways:\n- hope\n- trust\n\nStaff agreed."
    >>> [text[start:end] for start, end in paragraphs(text)]
    ['# Results\n', 'Peers helped,\nin two ways:\n', '- hope\n', '- trust\n\n', 'Staff agreed.']
    """
    return _blocks(text, start, len(text) if end is None else end)


def _blocks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    starts: list[int] = []
    run: list[tuple[int, int]] = []  # lines that no empty line divides
    position = start
    while position < end:
        newline = text.find("\n", position, end)
        stop = end if newline < 0 else newline + 1
        if text[position:stop].isspace():
            starts += _parts(text, run)
            run = []
        else:
            run.append((position, stop))
        position = stop
    starts += _parts(text, run)
    if start < end:
        starts[:1] = [start]  # space at the front belongs to the first
    return list(pairwise([*starts, end])) if starts else []


def _parts(text: str, lines: list[tuple[int, int]]) -> list[int]:
    """Where the parts of a run of lines begin: its headings, items, rows and paragraphs."""
    if len(lines) < 2:
        return [first for first, _ in lines]
    width = max(last - first for first, last in lines)
    if len(lines) > 2 and all(_is_entry(text, *line) for line in lines):
        return [first for first, _ in lines]
    starts = [lines[0][0]]
    listed = _is_item(text, *lines[0])
    for before, line in pairwise(lines):
        apart = _is_apart(text, *before) or _is_apart(text, *line) or _BULLET.match(text, *line)
        ended = text[before[0] : before[1]].rstrip()[-1] in ".:;?!"
        item = _is_item(text, *line) and (listed or ended or _had_room(text, before, line, width))
        if apart or item or _meant(text, before, line, width):
            starts.append(line[0])
            listed = _is_item(text, *line)
    return starts


def _is_item(text: str, first: int, last: int) -> bool:
    return bool(_ITEM.match(text, first, last) or _BULLET.match(text, first, last))


def _is_entry(text: str, first: int, last: int) -> bool:
    """Tell a line that can stand alone; lines of prose seldom all begin with a capital."""
    line = text[first:last].strip()
    return (line[0].isupper() or line[0].isdigit()) and line[-1] not in ",-–—"


def _is_apart(text: str, first: int, last: int) -> bool:
    """Tell a heading, a table row or a ruled line: never one paragraph with its neighbours."""
    line = text[first:last].strip()
    return bool(
        _HEADING.match(text, first, last)
        or line.startswith("|")
        or "\t" in line
        or " | " in line
        or _RULE.fullmatch(line)
    )


def _had_room(text: str, before: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    word = _first_word_length(text, *line)
    used = len(text[before[0] : before[1]].rstrip())
    return used + 1 + word <= _FILLED * width


def _first_word_length(text: str, first: int, last: int) -> int:
    line = text[first : min(last, first + 80)].split(None, 1)
    return len(line[0]) if line else 0


def _meant(text: str, before: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    if text[before[0] : before[1]].rstrip()[-1] in ",-–—":
        return False
    first = text[line[0] : line[1]].lstrip()[:1]
    return not first.islower() and _had_room(text, before, line, width)


def _cuts(text: str, first: int, last: int) -> list[int]:
    """Where sentences begin inside a paragraph, its first excepted."""
    closes = _pairs(text, first, last)
    cuts: list[int] = []
    begin = _past_space(text, first, last)
    guard = first  # up to here a bracket holds the sentence together
    for event in _EVENT.finditer(text, first, last):
        at, after = event.span()
        if text[at] in "([{":
            close = closes.get(at)
            own = text[at] == "(" and at - begin < 6 and not text[begin:at].strip(_OPENERS + " ")
            if close is not None and not own:
                guard = max(guard, close)
        elif text[at] in ")]}" or at < begin:
            pass
        elif at >= guard or (guard - after < 4 and not text[after:guard].strip(_CLOSERS)):
            cut = _cut(text, at, after, begin, last, closes)
            if cut is not None:
                cuts.append(cut)
                begin = cut
    return cuts


def _pairs(text: str, first: int, last: int) -> dict[int, int]:
    """Each opening bracket that is closed soon enough, and where."""
    opened: dict[str, list[int]] = {")": [], "]": [], "}": []}
    kinds = dict(zip("([{", ")]}", strict=True))
    closes: dict[int, int] = {}
    for event in _EVENT.finditer(text, first, last):
        sign = text[event.start()]
        if sign in kinds:
            opened[kinds[sign]].append(event.start())
        elif opened.get(sign):
            start = opened[sign].pop()
            if event.start() - start <= _LONGEST_BRACKET:
                closes[start] = event.start()
    return closes


def _cut(
    text: str, at: int, after: int, begin: int, last: int, closes: dict[int, int]
) -> int | None:
    """Where the next sentence begins if the stop at ``at:after`` ends one; else None."""
    end = _past_closers(text, at, after, last, closes)
    if end >= last:
        return None
    if not text[end].isspace():
        return end if _is_glued(text, at, end, begin, last) else None
    after_space = _past_space(text, end, last)
    if after_space < last and text[after_space] == "|":  # the border of a table's cell
        beyond = _past_space(text, after_space + 1, last)
        ended = beyond < last and _may_end(text, at, after, begin, beyond, last)
        return beyond if ended else None
    following = _past_fragments(text, after_space, last, closes)
    if following is None or following >= last or not _can_start(text, following, last):
        return None
    # What stands in a bracket after the stop belongs to it; then the stop's word says nothing.
    if following == after_space and not _may_end(text, at, after, begin, following, last):
        return None
    return following


def _past_space(text: str, position: int, last: int) -> int:
    while position < last and text[position].isspace():
        position += 1
    return position


def _past_closers(text: str, at: int, after: int, last: int, closes: dict[int, int]) -> int:
    """Go past what closes a sentence: quotation marks, brackets, and citations without a space."""
    position = after
    while position < last:
        sign = text[position]
        raised = _RAISED.match(text, position, last)
        if sign in _CLOSERS:
            position += 1
        elif raised:
            position = raised.end()
        elif sign in "[(" and _NUMBERS.fullmatch(text, position + 1, closes.get(position, 0)):
            position = closes[position] + 1
        elif sign.isdigit() and (text[at - 1 : at].isalpha() or text[at - 1 : at] in _NOTED):
            note = _NOTE.match(text, position, last)
            if note is None or _is_abbreviation(_word_before(text, at, 0)):
                return position
            return note.end()
        else:
            return position
    return position


def _past_fragments(text: str, position: int, last: int, closes: dict[int, int]) -> int | None:
    """Go past brackets that are no sentences: a citation, who said it, what was left out.

    None where a stop follows them: it is that stop that ends the sentence. A bracket before a small
    letter begins the next sentence, so the position before it is given.
    """
    while position < last and text[position] in "([":
        close = closes.get(position)
        if close is None:
            return position
        inside = text[position + 1 : close].strip(_CLOSERS + _OPENERS + " \n")
        if inside[-1:] in ("?", "!") or (inside[-1:] in (".", "…") and inside.strip(".… ")):
            return position
        beyond = close + 1
        while beyond < last and text[beyond] in _CLOSERS:
            beyond += 1
        if beyond < last and text[beyond] in ".?!…":
            return None
        following = _past_space(text, beyond, last)
        if following < last and (following == beyond or not _can_start(text, following, last)):
            return position
        position = following
    return position


def _can_start(text: str, position: int, last: int) -> bool:
    """Tell whether a sentence can begin here: a capital, a figure, or an opening mark and those."""
    opened = position
    while opened < last and opened - position < 6 and text[opened] in _OPENERS:
        opened += 1
    if opened >= last:
        return False
    sign = text[opened]
    if sign.islower():  # eHealth, mHealth
        return text[opened + 1 : opened + 2].isupper()
    if sign in ".…":
        return opened > position
    return sign.isalnum() or sign in "£$€"


def _may_end(text: str, at: int, after: int, begin: int, following: int, last: int) -> bool:
    """Tell whether the word before a stop, and the word after it, let a sentence end between."""
    stop = text[at:after]
    found = _WORD.search(text, following, min(last, following + 40))
    next_word = found.group() if found else ""
    if "?" in stop or "!" in stop:
        return not (text[after] in _CLOSERS and _SAID.match(text, following, last))
    if stop != ".":  # an ellipsis: speech goes on after it
        return next_word != "I"
    if at - begin < _LONGEST_WORD and _LABEL.fullmatch(text[begin:at].lstrip(_OPENERS + "# ")):
        return False  # what opens the sentence is a label: an item's number, an initial, Table 2
    word = _word_before(text, at, begin)
    small = word.lower() if len(word) > 1 else word  # p. 5, but P. Smith
    if small in _CONTINUES or word in _TITLES:
        return False
    if small in _NUMBERED or word in _MONTHS:
        return not _AFTER_NUMBERED.match(text, following, last)
    if small in _OFTEN or small in ("a.m", "p.m"):
        return next_word[:1].isupper() and text[following] not in "(["
    starter = next_word in _STARTERS and not (found and text.startswith(".", found.end()))
    if len(word) == 1 and word.isalpha():
        return starter or _is_name(text, word, at - 1, begin)
    return starter or not (word in _SELDOM or _is_dotted(word))


def _is_name(text: str, letter: str, at: int, begin: int) -> bool:
    """Tell a letter of its own (group B, 20 °C, so do I) from an initial (by B. Lee)."""
    before = _word_before(text, _back_over_space(text, at, begin), begin)
    return (
        text[at - 1 : at] == "°"
        or before[:1].isdigit()
        or before.lower() in _LETTERED
        or (letter == "I" and before.islower() and before not in _BEFORE_INITIALS)
    )


def _is_glued(text: str, at: int, end: int, begin: int, last: int) -> bool:
    """Tell a sentence that begins without a space after the stop: ``improved.The``."""
    word = _word_before(text, at, begin)
    return (
        at > begin
        and text[at] != "…"
        and text[end].isupper()
        and text[end + 1 : min(end + 2, last)].islower()
        and not _is_abbreviation(word)
        and ((len(word) > 2 and word.islower() and word.isalpha()) or text[at - 1] in ")]")
    )


def _word_before(text: str, at: int, begin: int) -> str:
    """Give the word that ends at ``at``, with the dots inside it; at most 24 characters of it."""
    floor = max(begin, at - _LONGEST_WORD)
    start = at
    while start > floor and (text[start - 1].isalnum() or text[start - 1] in _WORD_SIGNS):
        start -= 1
    return text[start:at].lstrip(_WORD_SIGNS)


def _back_over_space(text: str, position: int, begin: int) -> int:
    while position > begin and text[position - 1].isspace():
        position -= 1
    return position


def _is_abbreviation(word: str) -> bool:
    small = word.lower()
    return small in _CONTINUES or small in _NUMBERED or small in _OFTEN or word in _TITLES


def _is_dotted(word: str) -> bool:
    """Tell an abbreviation with dots inside: U.S, Ph.D, a.m; but neither 0.05 nor nhs.uk."""
    parts = word.split(".")
    return len(parts) > 1 and all(part.isalpha() and len(part) < 3 for part in parts)
