import pytest

from themeweave.errors import ReviewError
from themeweave.evidence.appraisal import Judgement, settle
from themeweave.evidence.profiles import read_profile, shipped_text
from themeweave.report.appraisal_table import appraisal_table
from themeweave.report.figures.traffic_lights import LOOKS, appraisal_summary, traffic_lights
from themeweave.report.tables import grid

JBI = read_profile(shipped_text("jbi-reviews"))
ANSWERS = [
    *(Judgement("R1", item.id, "yes", "ana") for item in JBI.items if item.id not in "12"),
    Judgement("R1", "1", "no", "ana"),
    Judgement("R2", "1", "unclear", "ana"),
    Judgement("R2", "2", "n/a", "ana"),
]
SETTLED = settle(JBI, ANSWERS)


def test_each_answer_has_the_light_of_its_meaning_and_a_gap_is_a_dot():
    svg = traffic_lights(JBI, SETTLED, {"R1": "Ng <2020>"}, "T").svg.decode()

    def part(gid):
        return svg[svg.index(f'id="{gid}"') :][:900]

    assert LOOKS["not met"][1] in part("light-0-1")
    assert LOOKS["met"][1] in part("light-0-3")
    assert LOOKS["unclear"][1] in part("light-1-1")
    assert "#566066" in part("light-0-2")


def test_the_summary_counts_reviews_by_item():
    svg = appraisal_summary(JBI, SETTLED).svg.decode()
    for gid in ("bar-1-not-met-1", "bar-1-unclear-1", "bar-2-not-applicable-1", "bar-3-open-1"):
        assert f'id="{gid}"' in svg


def test_pictures_have_the_same_bytes_again():
    assert traffic_lights(JBI, SETTLED, {}) == traffic_lights(JBI, SETTLED, {})
    assert appraisal_summary(JBI, SETTLED) == appraisal_summary(JBI, SETTLED)


@pytest.mark.parametrize("draw", [lambda s: traffic_lights(JBI, s, {}),
                                  lambda s: appraisal_summary(JBI, s)])  # fmt: skip
def test_no_rows_or_too_many_are_refused(draw):
    for rows in ([], SETTLED * 151):
        with pytest.raises(ReviewError) as refused:
            draw(rows)
        assert str(refused.value) == (
            f"lights of {len(rows)} rows cannot be read\n"
            "  Appraise at least one, and draw 300 at most."
        )


def test_the_table_shows_signs_basis_and_both_first_ratings():
    amstar = read_profile(shipped_text("amstar2"))
    answers = {item.id: next(iter(item.answers)) for item in amstar.items}
    said = [
        Judgement("R1", item, "no" if (item, by) == ("7", "ben") else answer, by)
        for by in ("ana", "ben")
        for item, answer in answers.items()
    ]
    before = appraisal_table(amstar, settle(amstar, said), {"R1": "Ng 2020"}, ["Agreed well."])
    row = [cell.text for cell in next(grid(before))]
    assert row[0] == "Ng 2020"
    assert row[7] == "·"
    assert row[-3:] == ["open", "not agreed", "Not settled: item 7; answers differ or are missing."]
    assert before.notes[-1] == "Agreed well."
    settled = settle(amstar, [*said, Judgement("R1", "7", "no", "consensus", "no list")])
    row = [cell.text for cell in next(grid(appraisal_table(amstar, settled, {}, [])))]
    assert (row[7], row[-3:]) == ("−", ["low", "consensus", "Alone: ana high, ben low."])
