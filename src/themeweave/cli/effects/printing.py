"""Printing records of effects: numbers, intervals and tables that fit 80 columns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import click

WIDTH = 80


def show_json(record: Mapping[str, Any]) -> None:
    """Print a record as JSON; what is not estimable is null."""
    from themeweave.review.effects import finite

    click.echo(json.dumps(finite(record), indent=2, ensure_ascii=False))


def number(value: float | None, digits: int = 2) -> str:
    """Write a number.

    Examples
    --------
    >>> number(0.1234), number(float("nan")), number(-0.0001)
    ('0.12', '-', '0.00')
    """
    if value is None or not math.isfinite(value):
        return "-"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def p_value(value: float | None) -> str:
    """Write a p value.

    Examples
    --------
    >>> p_value(0.0312), p_value(1e-9), p_value(None)
    ('0.031', '<0.001', '-')
    """
    if value is None or not math.isfinite(value):
        return "-"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def percent(value: float | None) -> str:
    """Write a percentage."""
    return "not estimable" if value is None or not math.isfinite(value) else f"{value:.1f}%"


def span(low: float | None, high: float | None, digits: int = 2) -> str:
    """Write an interval."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "not estimable"
    return f"{number(low, digits)} to {number(high, digits)}"


def effect(record: Mapping[str, Any], ratio: bool) -> str:
    """Write an estimate with its interval; a ratio as the ratio, not as its logarithm."""
    estimate, low, high = (record[name] for name in ("estimate", "ci_lb", "ci_ub"))
    if ratio:
        estimate, low, high = (math.exp(x) for x in (estimate, low, high))
    if not math.isfinite(estimate):
        return "not estimable"
    return f"{number(estimate)} ({span(low, high)})"


def is_ratio(measure: str) -> bool:
    """Say whether a measure is pooled as a logarithm and shown as a ratio."""
    from themeweave.report.figures.estimates import RATIOS

    return measure in RATIOS


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay out a table: the first column to the left and cut to fit, the others to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    room = WIDTH - sum(width + 2 for width in widths[1:])
    widths[0] = max(8, min(widths[0], room))
    for row in (headings, *rows):
        first = row[0] if len(row[0]) <= widths[0] else row[0][: widths[0] - 1] + "…"
        cells = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *cells]).rstrip()


def paragraph(text: str, indent: str = "") -> Iterator[str]:
    """Wrap text to the width of a terminal."""
    yield from wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]


def notes(texts: Iterable[str]) -> Iterator[str]:
    """Write notes, one each, wrapped."""
    for text in texts:
        yield from wrap(f"note: {text}", WIDTH, initial_indent="  ", subsequent_indent="    ")


def show(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)
