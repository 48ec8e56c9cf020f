"""The table of themes without some reviews says what is left, and of what."""

from themeweave.report.addresses import cell_at
from themeweave.report.sensitivity_table import sensitivity_table
from themeweave.themes.sensitivity import Sensitivity

NAMES = {"t1": "Low pay", "t2": "Hope", "R1": "Ng 2020", "R2": "Ode 2021"}


def test_each_row_says_where_a_theme_is_found_again_and_where_not():
    found = [
        Sensitivity("t1", 5, 0.8, 0.7, {"R1": 0.75, "R2": 0.4}, (), 0.6),
        Sensitivity("t2", 2, 1.0, 0.9, {"R1": 1.0}, ("R2",), None),
        Sensitivity("t3", 1, 0.5, 0.5, {}, (), 0.5),
    ]
    table = sensitivity_table(found, NAMES, {"t1": ["F1", "F2"]})
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Low pay", "5", "0.80", "0.70", "0.57", "1 of 2 reviews", "0.40 without Ode 2021", "0.60"],
        ["Hope", "2", "1.00", "0.90", "0.50", "1 of 2 reviews", "nothing left without Ode 2021",
         "nothing left"],
        ["t3", "1", "0.50", "0.50", "0.50", "–", "no review cited", "0.50"],
    ]  # fmt: skip
    assert cell_at(table, "theme_sensitivity:t1:least").sources == ("F1", "F2")


def test_too_many_findings_are_said_to_be_too_many():
    table = sensitivity_table([], NAMES, {}, too_many=True)
    assert table.rows == ()
    assert table.notes == (
        "Not made: there are more than 1,000 findings in themes, too many to group afresh.",
    )
