"""A codebook: the codes that findings are coded against, as a tree of ids.

The tree is a flat tuple of codes in the order of the file, each naming its parent. An id is
opaque: renaming a code or moving it in the tree breaks no decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Example:
    """An example finding that shows what a code means."""

    text: str
    valence: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its name and place, and the knowledge that people and suggesters code by."""

    id: str
    name: str
    level: str = ""  # domain, construct, sub-construct, overarching, subtheme, perspective, ...
    parent: str = ""
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    retired: bool = False  # kept for the decisions that name it, no longer suggested
    origin: str = ""  # of a theme: a priori (from a framework) or derived (from the findings)
    abstraction: str = ""  # of a theme: descriptive (close to the studies) or analytical


@dataclass(frozen=True)
class Codebook:
    """Codes under one title; ``exclusive`` where a finding takes one code and its parents."""

    id: str
    title: str
    codes: tuple[Code, ...]
    exclusive: bool = False
    version: str = "1"
    source: str = ""

    @cached_property
    def by_id(self) -> dict[str, Code]:
        """Every code by its id."""
        return {code.id: code for code in self.codes}

    def name(self, code_id: str) -> str:
        """Give the name that tables show for a code."""
        return self.by_id[code_id].name

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        return {}

    def path(self, code_id: str) -> tuple[str, ...]:
        """Give the ids from the top of the tree down to the code itself."""
        known = self._paths.get(code_id)
        if known is None:
            up = [code_id]
            while parent := self.by_id[up[-1]].parent:
                up.append(parent)
            known = self._paths[code_id] = tuple(reversed(up))
        return known

    @cached_property
    def tops(self) -> dict[str, str]:
        """The id at the top of each code's branch."""
        return {code.id: self.path(code.id)[0] for code in self.codes}

    def top(self, code_id: str) -> str:
        """Give the id at the top of the code's branch: its domain or overarching theme."""
        return self.tops[code_id]

    def is_below(self, code_id: str, ancestor_id: str) -> bool:
        """Tell whether a code is the other one or stands below it."""
        return ancestor_id in self.path(code_id)

    def lowest(self, code_ids: Collection[str]) -> list[str]:
        """Give those of some codes that have no other of them below."""
        above = {up for code_id in code_ids for up in self.path(code_id)[:-1]}
        return [code_id for code_id in code_ids if code_id not in above]

    def roots(self) -> Iterator[Code]:
        """Iterate the codes at the top of the tree, in the codebook's order."""
        return (code for code in self.codes if not code.parent)

    def suggestible(self) -> tuple[Code, ...]:
        """Give the codes that a machine may suggest: neither retired nor residual."""
        return tuple(c for c in self.codes if not c.retired and c.level != "residual")
