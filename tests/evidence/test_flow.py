import pytest

from themeweave.errors import ReviewError
from themeweave.evidence.flow import flow

WHOLE = [
    ("identified", "MEDLINE", 1200),
    ("identified", "Embase", 1000),
    ("removed", "Duplicates", 700),
    ("screened", "", 1500),
    ("excluded", "", 1300),
    ("sought", "", 200),
    ("not retrieved", "", 4),
    ("assessed", "", 196),
    ("excluded full text", "Wrong population", 130),
    ("excluded full text", "No findings", 36),
    ("other identified", "", 15),
    ("other sought", "", 15),
    ("other not retrieved", "", 1),
    ("other assessed", "", 14),
    ("other excluded full text", "", 9),
    ("included", "", 33),
    ("reports", "", 35),
]


def changed(name, number):
    return [(box, label, number if box == name else n) for box, label, n in WHOLE]


def test_a_flow_that_adds_up_is_taken_with_its_parts():
    made = flow(WHOLE, (33, 35))
    assert made.n("identified") == 2200
    assert made.boxes["excluded full text"].parts == (
        ("Wrong population", 130),
        ("No findings", 36),
    )


@pytest.mark.parametrize(
    ("name", "number", "fault"),
    [
        ("screened", 1400, "identified 2200 less removed 700 is 1500, not 1400"),
        ("sought", 210, "screened 1500 less excluded 1300 is 200, not 210"),
        ("assessed", 190, "sought 200 less not retrieved 4 is 196, not 190"),
        ("other assessed", 13, "other sought 15 less other not retrieved 1 is 14, not 13"),
        ("other identified", 10, "other sought 15 is more than other identified 10"),
        (
            "reports",
            40,
            ("assessed 196 less excluded 166 and 5 by other methods is 35, not reports 40"),
        ),
        ("included", 36, "36 are included, but only 35 reports of them"),
        ("screened", -1, "'screened' has a negative number, -1"),
    ],
)
def test_each_sum_is_checked(name, number, fault):
    with pytest.raises(ReviewError) as refused:
        flow(changed(name, number), where="flow.csv")
    assert fault in refused.value.faults
    assert str(refused.value).startswith("the flow of records does not add up\n  in flow.csv\n")
    assert str(refused.value).endswith(
        "\n  Correct the numbers; leave a number empty that is not reported."
    )


def test_what_is_not_reported_is_unknown_and_stops_no_sum_but_its_own():
    known = {"screened": 777, "excluded": None, "sought": 93, "assessed": 93}
    known |= {"excluded full text": 57, "reports": 36}
    made = flow((name, "", n) for name, n in known.items())
    assert made.n("excluded") is None
    assert made.n("not retrieved") is None
    with pytest.raises(ReviewError) as refused:
        flow([("screened", "", 50), ("excluded", "", None), ("sought", "", 93)])
    assert refused.value.faults == ("sought 93 is more than screened 50",)
    with pytest.raises(ReviewError) as lost:
        flow([("sought", "", 93), ("assessed", "", 90)])
    assert lost.value.faults == ("sought 93, but assessed 90, and 'not retrieved' is not given",)


def test_parts_add_up_to_their_whole_and_boxes_stand_once():
    with pytest.raises(ReviewError) as refused:
        flow([("screened", "", 5), ("screened", "", 6), ("removed", "", 3), ("removed", "a", 2),
              ("box", "", 1)])  # fmt: skip
    assert refused.value.faults[0] == "the whole of 'screened' stands there twice"
    assert refused.value.faults[1].startswith("'box' is no box; the boxes are identified, ")
    assert refused.value.faults[2] == "the parts of 'removed' add up to 2, the whole is 3"


def test_the_diagram_is_held_against_the_folder_s_reviews_and_reports():
    # Cooper et al. 2024: 36 papers of 35 reviews
    rows = [("assessed", "", 93), ("excluded full text", "", 57), ("included", "", 35),
            ("reports", "", 36)]  # fmt: skip
    assert flow(rows, (35, 36)).n("included") == 35
    with pytest.raises(ReviewError) as refused:
        flow(rows, (34, 34))
    assert refused.value.faults == (
        "included 35, but the folder lists 34 included reviews",
        "reports 36, but the folder lists 34 reports of included reviews",
    )
