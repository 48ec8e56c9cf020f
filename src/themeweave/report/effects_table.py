"""The tables of effects: what we pooled, and what the reviews printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.corpus.sheets import Sheet
from themeweave.effects.outcomes import Outcome, heterogeneity_words, interval_words
from themeweave.effects.records import PooledEffect
from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table


def pooled_table(
    outcomes: Sequence[Outcome], how: str, certainty: Mapping[str, str] | None = None
) -> Table:
    """Build the table of pooled outcomes.

    Parameters
    ----------
    outcomes
        At least one.
    how
        One sentence on measure, estimator and intervals, for the notes.
    certainty
        By outcome, as people judged it by GRADE; a column where there is any.
    """
    columns = [
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
            Cell(outcome.name),
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
        for outcome in outcomes
    ]
    notes = [f"Base: {sum(len(o.studies) for o in outcomes)} study results. {how}"]
    thin = [outcome.name for outcome in outcomes if len(outcome.studies) < 2]
    if thin:
        notes.append(f"Not pooled, one study only: {', '.join(thin)}.")
    keys = tuple(row_key(outcome.name) for outcome in outcomes)
    title = "Pooled effects by outcome"
    return Table("effects_pooled", title, tuple(columns), tuple(rows), tuple(notes), keys)


def _interval(pooled: PooledEffect) -> str:
    return interval_words(pooled.estimate, pooled.ci_lb, pooled.ci_ub)


def _prediction(outcome: Outcome) -> str:
    low, high = outcome.random.pi_lb, outcome.random.pi_ub
    return f"{low:.2f} to {high:.2f}" if low == low else "not estimable"  # nan is not itself


def reported_table(sheet: Sheet, labels: Mapping[str, str]) -> Table:
    """Build the table of effects as the reviews printed them.

    Parameters
    ----------
    sheet
        effects.csv; rows of the level pooled that state an estimate are taken in.
    labels
        Of reviews, by id.
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
    rows = [
        (
            Cell(row["outcome_domain"]),
            Cell(row["outcome"]),
            Cell(labels.get(row["source"], row["source"])),
            Cell(row["subgroup"]),
            _number(row["k"]),
            _number(row["n"]),
            Cell(f"{row['measure']} {row['estimate']} ({row['ci_lb']} to {row['ci_ub']})"),
            Cell(f"{row['i2']}%" if row["i2"] else ""),
            Cell(row["better_when"] or "not stated"),
        )
        for row in stated
    ]
    notes = ["As printed in the reviews; nothing here is recomputed."]
    if len(stated) < len(pooled):
        notes.append(
            f"{len(pooled) - len(stated)} further pooled outcomes are reported without numbers."
        )
    keys = tuple(row_key(row["id"]) for row in stated)
    title = "Effects as the reviews report them"
    return Table("effects_reported", title, columns, tuple(rows), tuple(notes), keys)


def _number(text: str) -> Cell:
    return Cell(text, number=float(text) if text else None)
