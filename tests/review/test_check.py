import pytest

from themeweave.codes.codebook import Code, Codebook
from themeweave.codes.coding import Decision
from themeweave.errors import ReviewError
from themeweave.findings.records import Finding
from themeweave.review.check import MOST_HINTS, warnings
from themeweave.review.folder import open_folder
from themeweave.review.nearest import nearest
from themeweave.review.settings import Review, Settings
from themeweave.themes.revise import Revision

SETTINGS = Settings(review=Review(title="A review"))
BOOK = Codebook("themes", "Themes", (Code("T1", "Hope"),))
PLAIN = Revision(BOOK)


def ruling(finding="F1", code="T1", book="themes"):
    return Decision(finding, book, code, True, "ana", 1)


def test_decisions_on_what_is_there_are_no_warning():
    assert (
        list(warnings([], [ruling()], PLAIN, [Finding("F1", "x")], {"themes": BOOK}, SETTINGS))
        == []
    )


def test_warnings_do_not_depend_on_the_order_of_decisions():
    made = [ruling("F7"), ruling(code="T9"), ruling(book="other"), ruling("F8")]
    findings = [Finding("F1", "x")]
    one = list(warnings([], made, PLAIN, findings, {"themes": BOOK}, SETTINGS))
    assert len(one) == 4
    assert list(warnings([], made[::-1], PLAIN, findings, {"themes": BOOK}, SETTINGS)) == one


def test_without_any_codebook_or_finding_each_is_named_and_nothing_crashes():
    said = list(warnings([], [ruling()], PLAIN, [], {}, SETTINGS))
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
    said = list(warnings([], made, PLAIN, findings, {"themes": BOOK}, SETTINGS))
    assert len(said) == MOST_HINTS + 5
    assert sum("did you mean" in line for line in said) == MOST_HINTS


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        pytest.param(
            '[effects]\npreset = "cochran2025"',
            "review.toml, effects.preset: unknown preset 'cochran2025'. Did you mean",
            id="preset",
        ),
        pytest.param(
            '[effects]\nmeasure = "SMDX"',
            "review.toml, effects.measure: unknown measure 'SMDX'. Did you mean",
            id="measure",
        ),
        pytest.param(
            '[codebooks.valence]\nsuggester = "blender"',
            "review.toml, codebooks.valence.suggester: there is no suggester named 'blender'",
            id="suggester",
        ),
    ],
)
def test_what_run_would_refuse_is_refused_when_the_folder_opens(review, lines, fault):
    settings = review / "review.toml"
    settings.write_text(settings.read_text("utf-8") + "\n" + lines + "\n", "utf-8")
    with pytest.raises(ReviewError) as caught:
        open_folder(review)
    assert [found for found in caught.value.faults if found.startswith(fault)] != []
