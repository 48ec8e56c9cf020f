"""Prose: headings and paragraphs as records, so that every writer shows the same words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from themeweave.report.tables import printable


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    text: str
    level: int = 0  # of a heading, from 1; 0 for a paragraph
    lead: str = ""  # words in bold before the text
    quiet: bool = False  # a remark on the text, set apart


@dataclass(frozen=True, slots=True)
class Prose:
    """A titled text; ``name`` is the stem of the files it is written to."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def printable_prose(prose: Prose) -> Prose:
    r"""Apply `printable` to every text, so that each writer shows the same words.

    Examples
    --------
    >>> printable_prose(Prose("n", "A\x00", (Block("B\x1b", lead="C"),))).blocks[0].text
    'B'
    """
    return replace(
        prose,
        title=printable(prose.title),
        blocks=tuple(
            replace(block, text=printable(block.text), lead=printable(block.lead))
            for block in prose.blocks
        ),
    )


def to_markdown(prose: Prose) -> bytes:
    r"""Write prose as UTF-8 Markdown; every sign that could be read as markup is escaped.

    Examples
    --------
    >>> print(to_markdown(Prose("n", "Draft", (Block("a*b", lead="One."),))).decode(), end="")
    # Draft
    <BLANKLINE>
    **One.** a\*b
    """
    from themeweave.report.writers.md import escape

    prose = printable_prose(prose)
    lines = [f"# {escape(' '.join(prose.title.split()))}"]
    for block in prose.blocks:
        text = "<br>".join(escape(line) for line in block.text.split("\n"))
        if block.level:
            text = f"{'#' * (block.level + 1)} {text}"
        elif block.quiet:
            text = f"*{text}*"
        lead = f"**{escape(block.lead)}** " if block.lead else ""
        lines += ["", f"{lead}{text}"]
    return ("\n".join(lines) + "\n").encode()
