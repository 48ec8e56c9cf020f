"""Addresses: every cell has one of its own, made of ids, and is found again by it."""

import pytest

from themeweave.errors import ReviewError
from themeweave.report.addresses import address, addresses, cell_at, row_key
from themeweave.report.tables import Cell, Column, Table

COLUMNS = (Column("Theme", key="theme"), Column("Findings", key="findings"))
SPANNED = Table(
    "theme_table",
    "Themes",
    COLUMNS,
    ((Cell("Hope", rows=2, key="T1"), Cell("1")), (Cell("2"),), (Cell("Trust"), Cell("3"))),
    keys=("T1+T2", "T1+T3", "T4"),
)


def test_every_cell_has_an_address_and_a_covered_place_that_of_its_cover():
    assert {place: cell.text for place, cell in addresses(SPANNED).items()} == {
        "theme_table:T1:theme": "Hope",
        "theme_table:T1+T2:findings": "1",
        "theme_table:T1+T3:findings": "2",
        "theme_table:T4:theme": "Trust",
        "theme_table:T4:findings": "3",
    }
    assert address(SPANNED, 1, 0) == "theme_table:T1:theme"
    assert cell_at(SPANNED, "theme_table:T1+T3:theme").text == "Hope"


def test_an_address_does_not_depend_on_the_order_of_rows_or_columns():
    turned = Table(
        "theme_table",
        "Themes",
        COLUMNS[::-1],
        tuple(row[::-1] for row in SPANNED.rows[2:]),
        keys=("T4",),
    )
    assert cell_at(turned, "theme_table:T4:findings").text == "3"


def test_ids_with_the_signs_of_addresses_stay_apart():
    assert row_key("a+b") != row_key("a", "b")
    assert row_key("-") != row_key("")
    table = Table(
        "t: 1",
        "",
        (Column("x", key="x"),),
        ((Cell("1"),), (Cell("2"),)),
        keys=(row_key("a:b"), row_key("שלום 1")),
    )
    assert list(addresses(table)) == ["t%3A%201:a%3Ab:x", "t%3A%201:שלום%201:x"]
    assert cell_at(table, "t%3A%201:a%3Ab:x").text == "1"


def test_two_cells_with_one_address_are_refused():
    twice = Table("t", "", COLUMNS[:1], ((Cell("1"),), (Cell("2"),)), keys=("T1", "T1"))
    with pytest.raises(ValueError, match="two cells have the address t:T1:theme"):
        addresses(twice)


def test_a_table_without_keys_has_no_addresses():
    table = Table("t", "", COLUMNS[:1], ((Cell("1"),),))
    assert addresses(table) == {}
    assert address(table, 0, 0) == ""


@pytest.mark.parametrize(
    ("place", "message"),
    [
        pytest.param(
            "theme_table:T1",
            "'theme_table:T1' is no address of a cell\n"
            "  An address is table:row:column, such as theme_table:T01:theme.",
            id="too short",
        ),
        pytest.param(
            "cfir_table:T1:theme",
            "'cfir_table:T1:theme' is no cell of the table 'theme_table'\n"
            "  in table 'theme_table'\n"
            "  An address begins with the name of its table.",
            id="another table",
        ),
        pytest.param(
            "theme_table:T1:them",
            "no column has the key 'them'\n"
            "  in table 'theme_table'\n"
            "  Did you mean 'theme'? Keys: theme, findings.",
            id="unknown column",
        ),
        pytest.param(
            "theme_table:T9+X:findings",
            "no row has the key 'T9+X'\n  in table 'theme_table'\n  Keys: T1+T2, T1+T3, T4.",
            id="unknown row",
        ),
        pytest.param(
            "theme_table:T1:findings",
            "no row has the key 'T1'\n  in table 'theme_table'\n  Keys: T1+T2, T1+T3, T4.",
            id="a key of spans in a column without them",
        ),
    ],
)
def test_a_wrong_address_is_refused_with_what_there_is(place, message):
    with pytest.raises(ReviewError) as fault:
        cell_at(SPANNED, place)
    assert str(fault.value) == message
