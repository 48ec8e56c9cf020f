"""The table model: spans fit, and text is fit for every format."""

import pytest

from themeweave.report.tables import Cell, Column, Table, grid, placed, printable

TWO = (Column("a"), Column("b"))


def table(*rows):
    return Table("t", "T", TWO, rows)


def test_a_spanning_cell_is_repeated_in_every_row_that_it_covers():
    spanned = table((Cell("A", rows=3), Cell("1")), (Cell("2", rows=2),), ())
    assert [[cell.text for cell in row] for row in grid(spanned)] == [
        ["A", "1"],
        ["A", "2"],
        ["A", "2"],
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([(Cell("A"),)], "row 1: 1 cells for 2", id="too few"),
        pytest.param([(Cell("A"),) * 3], "row 1: 3 cells for 2", id="too many"),
        pytest.param(
            [(Cell("A", rows=2), Cell("1")), (Cell("x"), Cell("y"))],
            "row 2: 2 cells for 1",
            id="covered place filled again",
        ),
        pytest.param([(Cell("A", rows=2), Cell("1"))], "spans rows below the last", id="overhang"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_never_shifted(rows, message):
    with pytest.raises(ValueError, match=message):
        list(placed(table(*rows)))


def test_printable_text_keeps_every_script_and_loses_only_control_characters():
    kept = "שלום 🎉 é\t₂"
    assert printable(f"\x00{kept}\x1b\x0b\ufffe\ud800") == kept
