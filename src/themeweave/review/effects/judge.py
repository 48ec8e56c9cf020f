"""Judging what reviews printed: audit, classes of evidence, directions of effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.audit.audit import audit
from themeweave.effects.classes import Profile, parse_profile, shipped_profile
from themeweave.effects.directions import direction_plot
from themeweave.effects.umbrella import umbrella
from themeweave.errors import ReviewError
from themeweave.review.effects.sheet import (
    Pooling,
    composites,
    matching,
    need_column,
    open_results,
    plain,
    split,
)

AUDIT_COLUMNS = ("row", "id", "check", "column", "printed", "recomputed", "verdict", "why")


def audit_sheet(
    sheet: Sheet, level: float = 0.95, only: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """Recompute what reviews printed; rows of the level study are no printed results.

    Returns
    -------
    dict
        ``findings``, each with `AUDIT_COLUMNS`, ``rows`` checked, ``counts`` by verdict, ``notes``.
    """
    picked = matching(sheet, only)
    printed = [row for row in picked if row["level"] != "study"]
    notes = []
    if len(printed) < len(picked):
        left = len(picked) - len(printed)
        notes.append(f"{left} study results were left out: they are no printed results")
    found = audit(
        [dict(row.cells) for row in printed],
        where=sheet.name,
        level=level,
        numbers=[row.number for row in printed],
    )
    ids = {row.number: row["id"] for row in printed}
    findings = [
        {
            "row": finding.row,
            "id": ids[finding.row],
            "check": finding.check,
            "column": finding.where.rpartition("column '")[2].rstrip("'"),
            "printed": finding.printed,
            "recomputed": list(finding.recomputed) if finding.recomputed else None,
            "verdict": finding.verdict,
            "why": finding.why,
        }
        for finding in found
    ]
    return {
        "findings": findings,
        "rows": len(printed),
        "counts": dict(sorted(Counter(finding.verdict for finding in found).items())),
        "notes": notes,
    }


def read_profile(name: str, text: str | None = None) -> Profile:
    """Give a profile of evidence classes: a shipped one by name, or one's own from its text."""
    return shipped_profile(name) if text is None else parse_profile(text, name)


def classes_sheet(
    sheet: Sheet,
    how: Pooling,
    by: str,
    profile: Profile,
    overlap: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Pool each factor again and give its class of evidence.

    Parameters
    ----------
    sheet
        One study result a row; ``n_cases`` and ``n_total`` (or ``n``, or both groups' n).
    by
        The column that names the factor.
    profile
        The rules, which also decide the estimator and the interval.
    overlap
        Factor -> corrected covered area in percent; only with it are pooled estimates pooled.

    Returns
    -------
    dict
        ``rows`` as `UmbrellaRow.flat`, ``profile``, ``reason``, ``notes``.
    """
    results = open_results(sheet, how)
    parts, notes = split(results, sheet, by)
    table = []
    for factor, part in parts.items():
        made = composites(part, sheet, how)
        for name, y, v, n, row in zip(
            made.names, made.yi.tolist(), made.vi.tolist(), made.n.tolist(), made.rows, strict=True
        ):
            table.append(
                {
                    "factor": factor,
                    "study": name,
                    "yi": y,
                    "vi": v,
                    "n_cases": row["n_cases"],
                    "n_total": row["n_total"] or n,
                    "k": row["k"],
                    "result_type": row["result_type"],
                }
            )
    if not table:
        return {"rows": [], "profile": profile.name, "reason": profile.reason,
                "notes": [*results.notes, *notes, "no factor has a result"]}  # fmt: skip
    found = umbrella(table, profile=profile, overlap=overlap, level=how.level, where=sheet.name)
    return {
        "rows": [row.flat() for row in found],
        "profile": f"{profile.name} {profile.version}",
        "reason": profile.reason,
        "notes": [*results.notes, *notes],
    }


def directions_sheet(
    sheet: Sheet, level: float = 0.95, only: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """Combine the results of each review on each outcome domain into one direction, and count.

    Whole results of reviews are taken (levels pooled and single, or all where there is no such
    column). Rows whose direction cannot be told are set aside and named, never guessed.

    Returns
    -------
    dict
        The fields of `DirectionPlot`, then ``set_aside`` and ``notes``.
    """
    plot, set_aside, notes = directions_of(sheet, level, only)
    return {**plain(plot), "set_aside": set_aside, "notes": notes}


def directions_of(
    sheet: Sheet, level: float, only: tuple[tuple[str, str], ...]
) -> tuple[Any, list[str], list[str]]:
    """Give the plot, the rows set aside and why, and what else was left out."""
    if not {"source", "review", "reviews"} & set(sheet.columns):
        need_column(sheet, "review")
    rows = [row for row in matching(sheet, only) if row["level"] in ("", "pooled", "single")]
    stated = [row for row in rows if row["estimate"] or row["direction"]]
    notes = []
    if len(stated) < len(rows):
        notes.append(
            f"{len(rows) - len(stated)} results are reported without a number or a direction and "
            "were left out"
        )
    shown, set_aside = [], []
    for row in stated:
        try:
            direction_plot([dict(row.cells)], where=sheet.name, level=level, numbers=[row.number])
        except ReviewError as error:
            set_aside += list(error.faults) or [f"row {row.number}: {error.what}"]
        else:
            shown.append(row)
    if not shown:
        raise ReviewError(
            "no row says on which side its result falls",
            sheet.name,
            "Give direction, or estimate with measure and better_when (higher or lower).",
            faults=set_aside,
        )
    return _plot(shown, sheet, level), set_aside, notes


def _plot(rows: list[Row], sheet: Sheet, level: float) -> Any:
    table = [dict(row.cells) for row in rows]
    return direction_plot(
        table, where=sheet.name, level=level, numbers=[row.number for row in rows]
    )
