"""Effect sizes: a table of what was reported in, one effect and its variance a row out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from themeweave.effects.records import EffectSizes, Floats
from themeweave.effects.sizes import binary, continuous, reported
from themeweave.effects.sizes.catalogue import Measure, Options, measures
from themeweave.effects.sizes.columns import SYNONYMS, Columns, read
from themeweave.effects.solver import choose
from themeweave.errors import ReviewError


def effect_sizes(
    frame: Any,
    measure: str = "SMD",
    *,
    correction: str = "exact",
    variance: str = "LS",
    smdh_variance: str = "shrunk",
    md_variance: str = "separate",
    rom: str = "plain",
    add: float = 0.5,
    to: str = "only0",
    drop00: bool = False,
    level: float = 0.95,
    better_when: str | Sequence[str] | None = None,
    numbers: Sequence[int] | None = None,
) -> EffectSizes:
    """Compute one effect and its sampling variance for each row of a table.

    The defaults are those of metafor 3.8, so that results agree with most published analyses; each
    other formula in use is there by name.

    Parameters
    ----------
    frame
        A pandas DataFrame or a mapping of column names to columns, one row an effect. Columns are
        ``mean_1 sd_1 n_1 mean_2 sd_2 n_2``, ``events_1 n_1 events_2 n_2``, ``r n``, ``events n``,
        ``events_1 time_1 events_2 time_2`` or ``yi vi`` (or ``se``), or their synonyms such as
        ``m1i sd1i n1i`` and ``ai n1i ci n2i``; group 1 is the treatment. SDs may be replaced by
        ``se_1``, ``ci_lb_1 ci_ub_1``, means and SDs by ``median_1 q1_1 q3_1 min_1 max_1``, and for
        ``SMD`` all of them by ``d``, ``t``, or ``f`` or ``p`` with ``sign``.
    measure
        Two groups: ``SMD SMDH SMD1 MD ROM`` (means), ``OR RR RD AS PETO PHI YUQ YUY OR2DL OR2DN``
        (events), ``IRR IRD IRSD`` (rates). One group twice: ``MC SMCC SMCR`` with ``n`` and ``r``.
        One group: ``MN``, ``PR PLN PLO PAS PFT``, ``IR IRLN IRS IRFT``, ``COR UCOR ZCOR``. Ready
        results: ``GEN``; ``HR`` or ``RATIO`` for any ratio printed with an interval. Ratios come
        out on the log scale.
    correction
        Hedges' factor: ``exact``, ``approximate`` 1 - 3/(4m - 1), or ``none`` (Cohen's d).
    variance
        Of the SMD: ``LS``, ``LS2`` (textbook, CMA), ``UB`` or ``revman``.
    smdh_variance
        ``shrunk`` (metafor before 4.6) or ``bonett`` (from 4.6).
    md_variance
        ``separate`` SDs or the ``pooled`` one.
    rom
        ``plain`` log ratio of means, or ``corrected`` for bias (metafor's default from 5.0).
    add, to, drop00
        Zero-cell policy: ``add`` goes to each cell of the tables ``to`` says (``only0``, those with
        a zero; ``all``; ``if0all``, all if any has one; ``none``), and ``drop00`` leaves out tables
        with a double zero.
    level
        Coverage of the intervals in the table, 0 to 1.
    better_when
        None leaves the sign as the table has it. ``higher`` or ``lower``, for all rows or one per
        row, says which direction of the outcome is an improvement; effects of rows where lower is
        better are turned round, so that positive always favours group 1.
    numbers
        What to call the rows in messages, such as their numbers in a spreadsheet; 1, 2, and so on
        where nothing is given.

    Returns
    -------
    EffectSizes
        ``yi`` and ``vi`` of shape (rows,), nan with a reason in ``notes`` where not estimable.

    Raises
    ------
    ReviewError
        For an unknown measure or option (nearest names offered), missing columns, or cells that
        cannot be, such as more events than people (all are listed).

    Examples
    --------
    >>> table = {"ai": [4, 0], "n1i": [123, 30], "ci": [11, 0], "n2i": [139, 31]}
    >>> effects = effect_sizes(table, "RR", drop00=True)
    >>> effects.yi.round(4)
    array([-0.8893,     nan])
    >>> effects.notes[1]
    'not estimable: no events (or nothing else) in both groups, or a zero cell left as it is'
    """
    options = Options(
        correction=choose(correction, continuous.CORRECTIONS, "correction"),
        variance=choose(variance, continuous.SMD_VARIANCES, "variance of the SMD"),
        smdh_variance=choose(smdh_variance, continuous.SMDH_VARIANCES, "variance of the SMDH"),
        md_variance=choose(md_variance, ("separate", "pooled"), "variance of the MD"),
        rom=choose(rom, continuous.ROM_VERSIONS, "ratio of means"),
        add=add,
        to=choose(to, binary.ADD_TO, "zero-cell policy"),
        drop00=drop00,
        level=level,
    )
    if not (np.isfinite(add) and add >= 0 and 0 < level < 1):
        raise ReviewError(
            f"add is {add:g} and level is {level:g}",
            next_step="Give add of 0 or more, and level as a share such as 0.95.",
        )
    name = choose(measure, measures(), "measure")
    spec = measures()[name]
    c = read(frame, spec.columns(), spec.needs, numbers)
    _need(c, name, spec)
    notes = reported.Notes(c.rows)
    with np.errstate(all="ignore"):
        y, v = spec.compute(c, options, notes)
        _explain(c, spec, y, v, notes)
        lost = ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
    y, v = np.where(lost, np.nan, y), np.where(lost, np.nan, v)
    if better_when is not None:
        y = y * _turn(better_when, name, spec, c.rows)
    words = [f"{name}: {spec.words}", *(f"{o} {getattr(options, o)}" for o in spec.uses)]
    if better_when is not None:
        words.append("positive favours group 1")
    return EffectSizes(y, v, name, c.slab, notes.lines(), "; ".join(words))


def _need(c: Columns, name: str, spec: Measure) -> None:
    """Refuse a table without the columns of the measure."""
    if any(c.has(*columns) for columns in (spec.needs, *spec.or_else)):
        return
    missing = [column for column in spec.needs if not c.has(column)]
    others = [" ".join(columns) for columns in spec.or_else]
    raise ReviewError(
        f"{name} ({spec.words}) needs columns that the table does not have: {', '.join(missing)}",
        next_step=f"Add them{', or give ' + ', or '.join(others) if others else ''}.",
        faults=[f"{column}, also called {', '.join(SYNONYMS[column][1:])}" for column in missing],
    )


def _explain(c: Columns, spec: Measure, y: Floats, v: Floats, notes: reported.Notes) -> None:
    """Note for each row without a result which cell is empty, or else why it has none."""
    lost = ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
    empty = np.zeros(c.rows, dtype=np.bool_)
    if not spec.or_else or c.has(*spec.needs):
        for column in spec.needs:
            hole = lost & np.isnan(c[column])
            notes.add(hole, f"missing: {column}")
            empty |= hole
    notes.add(lost & ~empty, f"not estimable: {spec.lost}")


def _turn(better_when: str | Sequence[str], name: str, spec: Measure, rows: int) -> Floats:
    """Return the factor that makes positive favour group 1, per row."""
    if not spec.contrast:
        raise ReviewError(
            f"better_when has no meaning for {name} ({spec.words}), which compares nothing",
            next_step="Leave better_when out.",
        )
    turn = reported.signs(better_when, rows)
    if turn is None:
        raise ReviewError(
            "better_when is neither 'higher' nor 'lower', nor one of these for each row",
            next_step=f"Give one word, or {rows} of them.",
        )
    return turn
