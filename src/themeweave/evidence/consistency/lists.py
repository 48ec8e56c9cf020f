"""Counts against lists of references: thirteen reviews, and fourteen of them cited."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from themeweave.corpus.records import Section
from themeweave.evidence.consistency.counts import (
    NUMBER,
    Cited,
    Contradiction,
    Count,
    Sentence,
    number,
    quote,
    stem,
)

Same = Mapping[str, str]  # reference -> the one it counts as: two reports of one review
_LOOSE = re.compile(
    rf"(?<![\w.,%–-])(?P<n>{NUMBER})(?![\w%–-]|[.,]\d|\s*(?:months?|weeks?|years?|days?|to\b|–))",
    re.I,
)
_KIND = re.compile(
    rf"(?<![\w.,])(?P<n>{NUMBER})\s+(?:were|are)\s+(?P<kind>[^\s,.;\[(][^,.;\[(]*?)"
    rf"(?=,|\.|;| and {NUMBER})",
    re.IGNORECASE,
)
NOUN_OF_ALL = r"(?:reviews?|stud(?:y|ies)|trials?|papers?|articles?)"
_ALONE = re.compile(r"\b(?:[a-z-]{3,}\s+){1,4}(?:alone|only)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:without|no|not|non)\b", re.IGNORECASE)


def merged(keys: Collection[str], same: Same) -> set[str]:
    """Give the references with those that are one counted once."""
    return {same.get(key, key) for key in keys}


def is_near(one: int, other: int) -> bool:
    """Tell a slip from a list that means something else: they differ by two, or a fifth."""
    return 0 < abs(one - other) <= max(2, max(one, other) // 5)


def counted_lists(sentences: Sequence[Sentence], same: Same) -> Iterator[Contradiction]:
    """Find counts whose list of references is longer or shorter.

    A list belongs to the last count before it; of several lists after a count any first few may be
    meant. Papers that are one review may be counted as one or apart.
    """
    for one in sentences:
        for count in one.counts:
            lists = _lists_after(one, count)
            if count.about or count.n < 2 or not lists:
                continue
            sizes = []
            for last in range(1, len(lists) + 1):
                keys = {key for cited in lists[:last] for key in cited.keys}
                sizes += [len(keys), len(merged(keys, same))]
            if count.n in sizes or sizes[0] < 2 or not is_near(count.n, sizes[0]):
                continue
            apart = f", {sizes[1]} with reports of one joined" if sizes[1] != sizes[0] else ""
            yield Contradiction(
                "count and list",
                one.line,
                quote(one.text, count.start, lists[0].end),
                f"says {count.n}, the list has {sizes[0]} references{apart}",
            )


def _lists_after(one: Sentence, count: Count) -> list[Cited]:
    """Give the citations between a count and the next number that could own them."""
    end = len(one.text)
    for hit in _LOOSE.finditer(one.text, count.end):
        if not any(cited.start <= hit.start() < cited.end for cited in one.cited):
            end = hit.start()
            break
    found = [cited for cited in one.cited if count.end <= cited.start < end]
    if found and re.search(r"e\.g\.|\bsee\b", one.text[count.end : found[0].start]):
        return []
    return found


def labelled_lists(sentences: Sequence[Sentence], same: Same) -> Iterator[Contradiction]:
    """Find enumerated kinds ("13 were reviews with meta-analyses") whose own list differs."""
    kinds: list[tuple[int, str, str, int]] = []
    for one in sentences:
        for hit in _KIND.finditer(one.text):
            words = hit["kind"].split()
            # "were scoping reviews" ends in what every list here is of, so it labels none
            if not _NEGATED.search(hit["kind"]) and not re.fullmatch(NOUN_OF_ALL, words[-1], re.I):
                kinds.append((number(hit["n"]), hit["kind"], stem(words[-1]), one.line))
    for one in sentences:
        for cited in one.cited:
            before = one.text[max(0, cited.start - 40) : cited.start].split()
            head = stem(before[-1]) if before else ""
            joined = len(merged(cited.keys, same))
            for n, kind, last, line in kinds:
                if head == last and len(cited.keys) > 2 and n != joined and is_near(n, joined):
                    said = f"line {line} says {n} were {kind}; this list has {joined}"
                    said += " with reports of one joined" if joined != len(cited.keys) else ""
                    shown = quote(one.text, cited.start - 30, cited.end)
                    yield Contradiction("kind and list", one.line, shown, said)


def lists_and_sections(
    sentences: Sequence[Sentence], sections: Sequence[Section]
) -> Iterator[Contradiction]:
    """Find references listed for a part of the results whose own sections never cite them.

    Where a list follows words that some sections have in their headings ("mixed samples" and
    "Perspective of mixed samples"), those sections together should cite what is listed.
    """
    ends: dict[str, list[Section]] = {}
    for section in sections:
        tail = re.split(r"\b(?:of|on|from|for|by)\b", section.heading.casefold())[-1].strip()
        if len(tail.split()) > 1 and tail != section.heading.casefold().strip():
            ends.setdefault(tail, []).append(section)
    for tail, named in ends.items():
        inside = [s for s in sentences if any(n.start <= s.start < n.end for n in named)]
        held = {key for one in inside for cited in one.cited for key in cited.keys}
        for one in sentences:
            if one in inside or not held:
                continue
            for cited in one.cited:
                lost = [key for key in cited.keys if key not in held]
                if len(cited.keys) < 3 or not lost or len(lost) > len(cited.keys) // 2:
                    continue
                if tail not in _item_before(one, cited).casefold():
                    continue
                yield Contradiction(
                    "list and sections",
                    one.line,
                    quote(one.text, cited.start - 40, cited.end),
                    f"lists {', '.join(lost)} for {tail}, but no section of that name cites "
                    f"{'it' if len(lost) == 1 else 'them'}",
                )


def _item_before(one: Sentence, cited: Cited) -> str:
    """Give the words between the citation before and this one."""
    start = max((c.end for c in one.cited if c.end <= cited.start), default=0)
    return one.text[start : cited.start]


def attributes(sentences: Sequence[Sentence]) -> Iterator[Contradiction]:
    """Find references said to be of one kind alone, and elsewhere of that kind and another."""
    alone: dict[tuple[str, str], tuple[int, str]] = {}
    both: list[tuple[str, str, str, Sentence, int]] = []
    for one in sentences:
        for cited in one.cited:
            item = _item_before(one, cited)
            for hit in list(_ALONE.finditer(item))[-1:]:
                listed = hit[0].split()
                for place, word in enumerate(listed[:-1]):
                    kind = word.casefold().removesuffix("-based").removesuffix("-format")
                    for key in cited.keys:
                        said = " ".join(listed[place:])
                        alone.setdefault((key, kind), (one.line, said))
        for hit in re.finditer(
            r"\b([a-z]+)(?:-based)?\s+and\s+([a-z]+)(?:-based)?\b", one.text, re.I
        ):
            for key in _spoken_of(one, hit.start(), hit.end()):
                both.append((key, hit[1].casefold(), hit[0], one, hit.start()))
                both.append((key, hit[2].casefold(), hit[0], one, hit.start()))
    for key, word, said, one, start in both:
        if (key, word) in alone:
            line, words = alone[key, word]
            yield Contradiction(
                "one kind and two",
                one.line,
                quote(one.text, start, start + len(said)),
                f"reference {key} is '{said}' here and '{words}' in line {line}",
            )


def _spoken_of(one: Sentence, start: int, end: int) -> list[str]:
    """Give the references that words in a sentence are about: the former, the latter, or next."""
    before = [cited for cited in one.cited if cited.end <= start]
    lead = one.text[before[-1].end if before else 0 : start].casefold()
    if before and ("former" in lead or "latter" in lead):
        keys = [before[0].keys[0]] if "former" in lead else []
        return keys + ([before[-1].keys[-1]] if "latter" in lead else [])
    after = next((cited for cited in one.cited if cited.start >= end), None)
    if after is None or re.search(r"[,;]", one.text[end : after.start]):
        return []
    return list(after.keys) if len(after.keys) == 1 else []
