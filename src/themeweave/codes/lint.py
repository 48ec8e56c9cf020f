"""Lint: what in a codebook keeps people and suggesters from telling its codes apart.

Nothing here is an error, a codebook with all of it can be read. Each piece of advice names the code
and what to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from themeweave.codes.codebook import Code, Codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What YAML 1.1, which many programs still read, takes for something else than text.
_MANGLED = re.compile(
    r"y|n|yes|no|on|off|true|false|null|~|"
    r"[-+]?(?:0b[01_]+|0x[\da-f_]+|0o?[0-7_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.\d[\d_]*)|"
    r"[-+]?\.inf|\.nan|\d{4}-\d\d?-\d\d?|\d+(?::[0-5]?\d)+",
    re.IGNORECASE,
)
_SENT_TO = re.compile(r"->([^;,]+)")  # in a rule: to which codes it sends
_NEARER = 0.2  # of a cosine, by which an example must be nearer to another code than to its own
_NEIGHBOURS = 5  # sentences of a codebook that are nearest to an example

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]  # texts to unit rows


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at."""

    code_id: str
    words: str

    def __str__(self) -> str:
        return f"{self.code_id}: {self.words}"


def lint(book: Codebook, embed: Embed) -> list[Advice]:
    """Look a codebook through.

    Parameters
    ----------
    embed
        Gives texts as unit rows, such as an engine's vectors: their products are likeness.

    Returns
    -------
    list of Advice
        In the order of the codes, for codes that may be suggested.

    Examples
    --------
    >>> pay, no = Code("pay", "Pay", definition="Wages.", cues=("wage",)), Code("no", "pay")
    >>> for advice in lint(Codebook("b", "B", (pay, no)), lambda texts: None):
    ...     print(advice)
    no: it has no definition
    no: it has neither cues nor examples, so only its name and definition speak for it
    no: its name is also that of 'pay'
    no: other programs that read YAML would not take this id as text; choose one with more letters
    """
    codes = book.suggestible()
    looks: tuple[Callable[[Sequence[Code], Codebook], Iterator[Advice]], ...] = (
        _empty,
        _names,
        _ids,
        _shared_cues,
        _targets,
    )
    found = list(chain.from_iterable(look(codes, book) for look in looks))
    found += _examples(codes, book, embed)
    place = {code.id: number for number, code in enumerate(book.codes)}
    return sorted(found, key=lambda advice: place[advice.code_id])


def _empty(codes: Sequence[Code], book: Codebook) -> Iterator[Advice]:
    above = {code.parent for code in book.codes}
    for code in codes:
        if not code.definition:
            yield Advice(code.id, "it has no definition")
        if not code.cues and not code.examples and code.id not in above:
            words = "it has neither cues nor examples, so only its name and definition speak for it"
            yield Advice(code.id, words)


def _names(codes: Sequence[Code], book: Codebook) -> Iterator[Advice]:  # noqa: ARG001
    first: dict[str, str] = {}
    for code in codes:
        other = first.setdefault(code.name.casefold(), code.id)
        if other != code.id:
            yield Advice(code.id, f"its name is also that of '{other}'")


def _ids(codes: Sequence[Code], book: Codebook) -> Iterator[Advice]:  # noqa: ARG001
    for code in codes:
        if _MANGLED.fullmatch(code.id):
            yield Advice(
                code.id,
                "other programs that read YAML would not take this id as text; choose one with "
                "more letters",
            )


def _shared_cues(codes: Sequence[Code], book: Codebook) -> Iterator[Advice]:
    owners: dict[str, list[str]] = {}
    for code in codes:
        for cue in dict.fromkeys(cue.casefold() for cue in code.cues):
            owners.setdefault(cue, []).append(code.id)
    for cue, (first, *others) in owners.items():
        rivals = [o for o in others if not (book.is_below(o, first) or book.is_below(first, o))]
        if rivals:
            shared = ", ".join(f"'{other}'" for other in rivals)
            yield Advice(
                first, f"its cue '{cue}' is also one of {shared}, so it tells them apart less"
            )


def _targets(codes: Sequence[Code], book: Codebook) -> Iterator[Advice]:
    for code in codes:
        for rule in code.exclude:
            for sent_to in _SENT_TO.findall(rule):
                named = re.split(r"\s+or\s+", sent_to.strip())
                if any(" " in one for one in named):  # prose, such as "the code of the group"
                    continue
                for one in named:
                    if one not in book.by_id:
                        yield Advice(code.id, f"a rule sends findings to '{one}', which is no code")


def _examples(codes: Sequence[Code], book: Codebook, embed: Embed) -> Iterator[Advice]:
    """Find examples that say nearer what another code says than what the rest of their own says."""
    import numpy as np

    said = [(f"{code.name}. {code.definition}", *code.include) for code in codes]
    sentences = [(own, text, False) for own, texts in enumerate(said) for text in texts] + [
        (own, e.text, True) for own, code in enumerate(codes) for e in code.examples
    ]
    if not any(example for _, _, example in sentences):
        return
    vectors = embed([text for _, text, _ in sentences])
    owners = np.array([own for own, _, _ in sentences])
    paths = [set(book.path(code.id)) for code in codes]
    for row, (own, text, example) in enumerate(sentences):
        if not example:
            continue
        alike = vectors @ vectors[row]
        alike[row] = -1.0
        at_home = float(alike[owners == own].max())
        for other in dict.fromkeys(
            owners[np.argsort(-alike, kind="stable")[:_NEIGHBOURS]].tolist()
        ):
            if codes[other].id in paths[own] or codes[own].id in paths[other]:
                continue
            if float(alike[owners == other].max()) >= at_home + _NEARER:
                start = text if len(text) <= 60 else f"{text[:57]}..."
                words = f"the example '{start}' is nearer to '{codes[other].id}'"
                yield Advice(codes[own].id, words)
                break
