from themeweave.themes.crosstab import Place, crosstab

THEMES = [Place("F1", "Pay", True), Place("F2", "Pay", True), Place("F3", "Hope")]
VOICES = [
    Place("F1", "staff", True),
    Place("F2", "staff"),
    Place("F3", "users", True),
    Place("F3", "staff"),
]
CITED = {"F1": ["R1"], "F2": ["R1", "R2"], "F3": ["R3"]}


def test_a_cell_counts_confirmed_where_both_places_are():
    cell = crosstab(THEMES, VOICES, CITED)[0]
    assert (cell.row, cell.column) == ("Pay", "staff")
    assert (cell.confirmed, cell.suggested) == (("F1",), ("F2",))
    assert (cell.findings, cell.reviews_confirmed, cell.reviews) == (2, 1, 2)


def test_every_pair_of_values_is_there_in_the_order_given():
    cells = {(cell.row, cell.column): cell.findings for cell in crosstab(THEMES, VOICES, CITED)}
    assert list(cells.items()) == [
        (("Pay", "staff"), 2),
        (("Pay", "users"), 0),
        (("Hope", "staff"), 1),
        (("Hope", "users"), 1),
    ]


def test_a_finding_counts_once_in_a_cell_and_its_confirmed_place_wins():
    twice = [Place("F1", "Pay"), Place("F1", "Pay", True)]
    (cell,) = crosstab(twice, [Place("F1", "staff", True)], CITED)
    assert (cell.confirmed, cell.suggested) == (("F1",), ())


def test_a_finding_without_a_place_on_one_axis_is_in_no_cell():
    assert [c.findings for c in crosstab(THEMES, [Place("F9", "staff")], CITED)] == [0, 0]
