"""The error that a person is shown."""

from themeweave.errors import ReviewError


def test_a_message_says_what_where_each_fault_and_what_to_do_in_this_order():
    error = ReviewError("rows cannot be read", "a.csv", "Mend them.", faults=["row 2", "row 5"])
    assert str(error) == "rows cannot be read\n  in a.csv\n  - row 2\n  - row 5\n  Mend them."


def test_what_is_not_known_leaves_no_empty_line():
    assert str(ReviewError("the sheet is empty")) == "the sheet is empty"


def test_the_parts_stay_apart_for_those_who_show_them_otherwise():
    error = ReviewError("what", "where", "next", faults=["one"])
    assert (error.what, error.where, error.next_step, error.faults) == (
        "what",
        "where",
        "next",
        ("one",),
    )
