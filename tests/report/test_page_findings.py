"""A finding's row in the report."""

from themeweave.report.page.findings import shown
from themeweave.report.page.records import Contrast, FindingRow, PageData


def test_beside_a_finding_stand_the_three_that_are_nearest_and_each_once():
    others = tuple(Contrast("t1", "F0", f"F{n}", n / 10) for n in range(1, 6))
    data = PageData(
        "T",
        findings=(FindingRow("F0", "It was feared"), FindingRow("F5", "It was liked")),
        opposing=others,
        contrasts=(Contrast("t2", "F0", "F5", 0.5),),  # the same pair, in its subtheme
    )
    first, second = shown(data, {"F0": "a", "F5": "b"})
    assert [pair.for_it for pair in first.opposite] == ["F5", "F4", "F3"]
    assert [pair.against for pair in second.opposite] == ["F0"]
