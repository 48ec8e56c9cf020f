from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision
from themeweave.findings.records import Finding
from themeweave.review.check import MOST_HINTS, nearest, warnings

BOOK = Codebook("themes", "Themes", (Code("T1", "Hope"),))


def ruling(finding="F1", code="T1", book="themes"):
    return Decision(finding, book, code, True, "ana", 1)


def test_decisions_on_what_is_there_are_no_warning():
    assert list(warnings([], [ruling()], [Finding("F1", "x")], {"themes": BOOK})) == []


def test_warnings_do_not_depend_on_the_order_of_decisions():
    made = [ruling("F7"), ruling(code="T9"), ruling(book="other"), ruling("F8")]
    findings = [Finding("F1", "x")]
    one = list(warnings([], made, findings, {"themes": BOOK}))
    assert len(one) == 4
    assert list(warnings([], made[::-1], findings, {"themes": BOOK})) == one


def test_without_any_codebook_or_finding_each_is_named_and_nothing_crashes():
    said = list(warnings([], [ruling()], [], {}))
    assert [line.split(" with ")[0].split(":")[0] for line in said] == [
        "there are no findings yet",
        "there is no codebook",
        "there is no finding",
    ]


def test_the_nearest_of_several_alike_is_always_the_same():
    names = [f"F{number:03}" for number in range(40)]
    assert nearest("F0xx", names) == nearest("F0xx", reversed(names))


def test_hints_are_sought_for_the_first_names_only_so_that_check_stays_quick():
    made = [ruling(f"old-F{number:03}") for number in range(MOST_HINTS + 5)]
    findings = [Finding(f"F{number:03}", "x") for number in range(MOST_HINTS + 5)]
    said = list(warnings([], made, findings, {"themes": BOOK}))
    assert len(said) == MOST_HINTS + 5
    assert sum("did you mean" in line for line in said) == MOST_HINTS
