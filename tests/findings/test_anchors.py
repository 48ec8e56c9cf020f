import pytest

from themeweave.findings.anchors import anchor

TEXT = (
    "Nurses were wary of the new role. Patients trusted a nurse whom they knew. "
    "Nurses were wary of the new role."
)


@pytest.mark.parametrize(
    ("quotation", "how"),
    [
        pytest.param("trusted a nurse whom", "exact", id="as it stands"),
        pytest.param("patients  trusted a\nNurse whom they knew", "spacing", id="spaces, capitals"),
        pytest.param("Patients trusted the nurse whom they knew", "similar", id="a word changed"),
    ],
)
def test_a_quotation_is_found_again(quotation, how):
    found = anchor(quotation, TEXT)
    assert found.how == how
    assert TEXT[found.start : found.end].rstrip(".") in (
        "trusted a nurse whom",
        "Patients trusted a nurse whom they knew",
    )


def test_of_two_places_that_read_alike_the_nearest_to_the_old_one_is_taken():
    quotation = "Nurses were wary of the new role."
    assert anchor(quotation, TEXT, near=0.0).start == 0
    assert anchor(quotation, TEXT, near=0.9).start == TEXT.rindex(quotation)


@pytest.mark.parametrize("quotation", ["Doctors welcomed it at once.", "", "(a+)+$ [x"])
def test_what_is_not_there_is_not_found(quotation):
    assert anchor(quotation, TEXT) is None
