"""The tables of effects: what we pooled, and what the reviews printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.corpus.sheets import Row, Sheet
from themeweave.effects.outcomes import Outcome, heterogeneity_words, interval_words
from themeweave.effects.records import PooledEffect
from themeweave.report.addresses import row_key
from themeweave.report.references import BY_ID, References
from themeweave.report.tables import Cell, Column, Table, spans
from themeweave.report.words import counted

_THIN = "One study only: nothing was pooled."


def pooled_table(
    outcomes: Sequence[Outcome],
    how: str,
    certainty: Mapping[str, str] | None = None,
    domains: Mapping[str, str] | None = None,
) -> Table:
    """Build the table of pooled outcomes, by outcome domain where domains are stated.

    Parameters
    ----------
    outcomes
        At least one.
    how
        One sentence on measure, estimator and intervals, for the notes.
    certainty
        By outcome, as people judged it by GRADE; a column where there is any.
    domains
        By outcome; a column where there is any.
    """
    named = domains or {}
    first = list(dict.fromkeys(named.get(outcome.name, "") for outcome in outcomes))
    outcomes = sorted(outcomes, key=lambda outcome: first.index(named.get(outcome.name, "")))
    runs = spans([named.get(outcome.name, "") for outcome in outcomes])
    columns = [Column("Outcome domain", 1.2, key="domain")] if any(first) else []
    columns += [
        Column("Outcome", 2.2, key="outcome"),
        Column("Studies", 0.7, "right", key="studies"),
        Column("Participants", 0.9, "right", key="participants"),
        Column("Random effects (95% CI)", 1.8, key="random"),
        Column("95% prediction interval", 1.5, key="prediction"),
        Column("Common effect (95% CI)", 1.8, key="common"),
        Column("Heterogeneity", 2.4, key="heterogeneity"),
    ]
    columns += [Column("Certainty (GRADE)", 1.1, key="certainty")] if certainty else []
    rows = [
        (
            *(_head(named.get(outcome.name, ""), run) if any(first) else ()),
            Cell(outcome.name, notes=(_THIN,) if len(outcome.studies) < 2 else ()),
            Cell(str(outcome.random.k), number=float(outcome.random.k)),
            Cell(
                str(outcome.n) if outcome.n is not None else "not stated",
                number=None if outcome.n is None else float(outcome.n),
            ),
            Cell(_interval(outcome.random)),
            Cell(_prediction(outcome)),
            Cell(_interval(outcome.common)),
            Cell(heterogeneity_words(outcome.random)),
            *([Cell(certainty.get(outcome.name, "not judged"))] if certainty else []),
        )
        for outcome, run in zip(outcomes, runs, strict=True)
    ]
    notes = [f"Base: {sum(len(o.studies) for o in outcomes)} study results. {how}"]
    keys = tuple(row_key(outcome.name) for outcome in outcomes)
    title = "Pooled effects by outcome"
    return Table("effects_pooled", title, tuple(columns), tuple(rows), tuple(notes), keys)


def _head(domain: str, run: int) -> tuple[Cell, ...]:
    """Head the rows of a domain; the rows below its first have no cell there."""
    key = row_key("domain", domain)
    return (Cell(_domain(domain), run, strong=True, key=key),) if run else ()


def _interval(pooled: PooledEffect) -> str:
    return interval_words(pooled.estimate, pooled.ci_lb, pooled.ci_ub)


def _prediction(outcome: Outcome) -> str:
    low, high = outcome.random.pi_lb, outcome.random.pi_ub
    return f"{low:.2f} to {high:.2f}" if low == low else "not estimable"  # nan is not itself


def reported_table(sheet: Sheet, refs: References = BY_ID) -> Table:
    """Build the table of effects as the reviews printed them, by outcome domain.

    Parameters
    ----------
    sheet
        effects.csv; rows of the level pooled that state an estimate are taken in.
    refs
        How reviews are cited.
    """
    columns = (
        Column("Outcome domain", 1.2, key="domain"),
        Column("Outcome", 1.8, key="outcome"),
        Column("Review", 1.3, key="review"),
        Column("Subgroup", 1.6, key="subgroup"),
        Column("k", 0.4, "right", key="k"),
        Column("N", 0.7, "right", key="n"),
        Column("Effect (95% CI)", 1.9, key="effect"),
        Column("I²", 0.6, "right", key="i2"),
        Column("Benefit when", 0.8, key="benefit"),
    )
    pooled = [row for row in sheet.rows if row["level"] == "pooled"]
    stated = [row for row in pooled if row["estimate"]]
    stated.sort(key=lambda row: (row["outcome_domain"], row["outcome"], row["source"], row["id"]))
    rows = []
    for row, run in zip(stated, spans([row["outcome_domain"] for row in stated]), strict=True):
        rows.append(
            (
                *_head(row["outcome_domain"], run),
                Cell(row["outcome"]),
                Cell(refs.cite(part.strip() for part in row["source"].split(";") if part.strip())),
                Cell(row["subgroup"] or "all"),
                _number(row["k"]),
                _number(row["n"]),
                Cell(_effect(row), notes=(_sentence(row["note"]),) if row["note"] else ()),
                Cell(f"{row['i2']}%" if row["i2"] else "not stated"),
                Cell(row["better_when"] or "not stated"),
            )
        )
    base = (
        f"Base: {counted(len(stated), 'pooled effect')} of "
        f"{counted(len({row['source'] for row in stated}), 'review')}, as printed there; nothing "
        "here is recomputed. Lower or higher under 'Benefit when' says which values favour the "
        "intervention. k: studies; N: participants."
    )
    notes = [base]
    if silent := [row for row in pooled if not row["estimate"]]:
        by_source: dict[str, dict[str, None]] = {}
        for row in silent:
            by_source.setdefault(row["source"], {})[row["outcome"]] = None
        named = "; ".join(f"{refs.cite([s])}: {', '.join(o)}" for s, o in by_source.items())
        notes.append(
            f"Pooled but printed without numbers, {counted(len(silent), 'result')} of {named}."
        )
    keys = tuple(row_key(row["id"]) for row in stated)
    title = "Effects as the reviews report them, by outcome domain"
    listed = refs.listed(dict.fromkeys(row["source"] for row in pooled))
    return Table("effects_reported", title, columns, tuple(rows), tuple(notes), keys, listed)


def _domain(name: str) -> str:
    said = name.replace("_", " ")
    return said[:1].upper() + said[1:] if said else "No domain stated"


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:].rstrip('.')}."


def _effect(row: Row) -> str:
    """Write an effect as printed; a bound that is not printed is not made up."""
    said = f"{row['measure']} {row['estimate']}".strip()
    if row["ci_lb"] and row["ci_ub"]:
        return f"{said} ({row['ci_lb']} to {row['ci_ub']})"
    return f"{said} (interval not stated)"


def _number(text: str) -> Cell:
    """Show a count; one that is not stated is not 0."""
    digits = text.replace(",", "").replace(" ", "")
    return Cell(text or "not stated", number=float(digits) if digits.isdecimal() else None)
