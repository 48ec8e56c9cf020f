"""Lettering: how wide a text is, and how it breaks into lines."""

from __future__ import annotations

from textwrap import wrap

from themeweave.report.tables import printable


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimate the width of text of a size in points, in inches; a little too much rather.

    Examples
    --------
    >>> round(text_width("Hope", 10.0), 2)
    0.38
    """
    widths = (
        0.4 if letter in " .,:;|!'()[]ijlftrI-" else 1.0 if letter in "mwMW@%" else
        0.84 if letter.isupper() or letter in "−+=<>~&" else 0.64
        for letter in text
    )  # fmt: skip
    return sum(widths) * (1.13 if bold else 1.0) * size / 72


def broken(text: str, room: int, most: int) -> list[str]:
    """Break a text into lines of at most ``room`` letters; an ellipsis ends what is cut.

    Examples
    --------
    >>> broken("Peer support for mental health", 14, 2)
    ['Peer support', 'for mental …']
    >>> broken("Psychoneuroimmunology 2019", 14, 1)  # a word too long for its line is cut
    ['Psychoneuroim…']
    """
    lines = wrap(printable(text), room)
    if len(lines) <= most:
        return lines
    kept = wrap(printable(text), room, max_lines=most, placeholder=" …")
    if kept[-1].strip() == "…":
        kept[-1] = lines[most - 1][: room - 1] + "…"
    return kept
