"""Which themes are found again when reviews are left out, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themeweave.report.addresses import row_key
from themeweave.report.tables import Cell, Column, Table
from themeweave.themes.sensitivity import FOUND, MOST, Sensitivity

COLUMNS = (
    Column("Theme", 2.2, key="theme"),
    Column("Findings", 0.7, "right", key="findings"),
    Column("With all", 0.7, "right", key="whole"),
    Column("In samples", 0.8, "right", key="sampled"),
    Column("Without one review, median", 1.0, "right", key="middle"),
    Column("Found again", 1.0, key="again"),
    Column("Least", 1.8, key="least"),
    Column("Without reviews rated low", 1.2, "right", key="without_low"),
)
_HOW = (
    "Base: findings in a theme, each in the lowest one. They are grouped afresh by wording, into "
    "as many groups as there are themes; the number is the Jaccard index of a theme with the "
    "group most like it (1 is the same). With all: nothing left out. Where that is low, the theme "
    "was made by meaning, and the other columns say little. In samples: the mean over 20 samples "
    "of 80 % of the findings."
)
_AGAIN = (
    f"Found again: without how many of the reviews that state it the index is {FOUND} or more. "
    "A finding goes with a review only where no other review states it. Reviews whose rating is "
    "unknown stay in."
)
_TOO_MANY = f"Not made: there are more than {MOST:,} findings in themes, too many to group afresh."


def sensitivity_table(
    found: Sequence[Sensitivity],
    names: Mapping[str, str],
    members: Mapping[str, Sequence[str]],
    too_many: bool = False,
) -> Table:
    """Build the table.

    Parameters
    ----------
    names
        Of themes and reviews, by id.
    members
        Ids of the findings of each theme.
    too_many
        Whether there were more findings than are grouped afresh.
    """

    def name(what: str) -> str:
        return names.get(what, what)

    rows = []
    for one in found:
        reviews = len(one.by_review) + len(one.gone)
        least = "no review cited"
        if one.worst:
            index = (
                f"{one.by_review[one.worst]:.2f}" if one.worst not in one.gone else "nothing left"
            )
            least = f"{index} without {name(one.worst)}"
        own = tuple(members.get(one.theme, ()))
        low = "nothing left" if one.without_low is None else f"{one.without_low:.2f}"
        rows.append(
            (
                Cell(name(one.theme), strong=True, sources=own),
                Cell(str(one.findings), number=one.findings, sources=own),
                Cell(f"{one.whole:.2f}", number=one.whole, sources=own),
                Cell(f"{one.sampled:.2f}", number=one.sampled, sources=own),
                Cell(f"{one.middle:.2f}", number=one.middle, sources=own),
                Cell(f"{one.again} of {reviews} reviews" if reviews else "–", sources=own),
                Cell(least, strong=bool(one.gone), sources=own),
                Cell(low, sources=own),
            )
        )
    keys = tuple(row_key(one.theme) for one in found)
    notes = (_TOO_MANY,) if too_many else (_HOW, _AGAIN)
    return Table(
        "theme_sensitivity", "Themes without some reviews", COLUMNS, tuple(rows), notes, keys
    )
