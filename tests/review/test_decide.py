import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.review.decide import COLUMNS, Ruling, check_coder, decide, read_rulings, undo
from themeweave.review.folder import open_folder
from themeweave.review.log import Entry, append

AT = "2026-01-02T03:04:05Z"


def take(review, *rulings, coder="ana", ids=None):
    return decide(review, coder, rulings, AT, ids or [f"{r.finding} {r.code}" for r in rulings])


def sheet(text):
    return read_rulings(read_sheet(text.encode(), "rulings.csv", ".csv", COLUMNS))


def bring(review, text, coder="ana"):
    rulings, ids = sheet(text)
    return decide(review, coder, rulings, AT, ids)


def standing(review):
    return [(d.coder, d.finding_id, d.code_id, d.accepted) for d in open_folder(review).decisions]


def test_a_ruling_is_written_to_the_coders_own_log_and_said_in_words(review):
    done = take(review, Ruling("F1", "T02", reason="hope is the point"))
    assert done.log == review / "decisions" / "ana.jsonl"
    assert (done.written, done.passed_over) == (1, 0)
    assert done.said == ("F1 is 'Hope through a living example' (Themes)",)
    (made,) = open_folder(review).decisions
    assert (made.codebook, made.coder, made.decided_at, made.reason) == (
        "themes",
        "ana",
        AT,
        "hope is the point",
    )


def test_a_rejection_is_a_ruling_too(review):
    done = take(review, Ruling("F1", "T02", accepted=False))
    assert done.said == ("F1 is not 'Hope through a living example' (Themes)",)
    assert standing(review) == [("ana", "F1", "T02", False)]


def test_every_ruling_that_cannot_be_taken_is_named_with_the_nearest_and_none_is_written(
    review, snapshot
):
    before = snapshot()
    with pytest.raises(ReviewError) as caught:
        take(
            review,
            Ruling("F1", "T02"),
            Ruling("F11", "T02"),
            Ruling("F1", "T2"),
            Ruling("F1", "mixed"),
            Ruling("F1", "theme=T02"),
            Ruling("F1", "themes=training"),
            Ruling("F1", "zzz", place="rulings.csv, row 9"),
        )
    assert str(caught.value) == (
        "decisions that cannot be taken\n"
        "  - there is no finding 'F11'; did you mean 'F1'?\n"
        "  - there is no code 'T2'; did you mean 'T02'?\n"
        "  - several codebooks have a code 'mixed': write 'perspectives=mixed' or 'themes=mixed'\n"
        "  - there is no codebook 'theme'; did you mean 'themes'?\n"
        "  - there is no code 'training'\n"
        "  - rulings.csv, row 9: there is no code 'zzz'\n"
        "  Nothing was written. 'themeweave codes list' shows every code."
    )
    assert snapshot() == before


def test_a_code_of_several_codebooks_is_told_apart_by_the_codebook(review):
    done = take(review, Ruling("F1", "themes=mixed"), Ruling("F1", "perspectives=mixed"))
    assert done.said == ("F1 is 'Mixed feelings' (Themes)", "F1 is 'Mixed' (Whose voice)")


def test_a_framework_that_the_review_does_not_use_is_decided_on_only_by_name(review, write):
    write("codebooks/cfir-2009.yaml", "codebook: cfir-2009\ncodes:\n- id: inner\n- id: old\n")
    assert take(review, Ruling("F2", "inner")).said == (
        "F2 is 'Inner setting' (A small framework)",
    )
    with pytest.raises(ReviewError, match="there is no code 'old'"):
        take(review, Ruling("F2", "old"))
    assert take(review, Ruling("F2", "cfir-2009=old")).said == ("F2 is 'old' (cfir-2009)",)


@pytest.mark.parametrize("name", ["tdf", "com-b"])
def test_codes_of_other_shipped_frameworks_are_not_meant_by_a_bare_id(review, write, name):
    write(f"codebooks/{name}.yaml", f"codebook: {name}\ncodes:\n- id: inner\n")
    assert take(review, Ruling("F2", "inner")).said == (
        "F2 is 'Inner setting' (A small framework)",
    )


# Sheets of decisions

RULINGS = """\
finding,code,accepted,reason,codebook
F1,T02,yes,hope,
F2,inner,,,
F3,mixed,No,pay is plain,perspectives
F4,T01,TRUE,,
"""


def test_a_sheet_of_decisions_is_taken_row_by_row(review):
    done = bring(review, RULINGS)
    assert (done.written, done.passed_over) == (4, 0)
    assert standing(review) == [
        ("ana", "F1", "T02", True),
        ("ana", "F2", "inner", True),
        ("ana", "F3", "mixed", False),
        ("ana", "F4", "T01", True),
    ]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(RULINGS, id="as it is"),
        pytest.param("\n".join(RULINGS.split("\n")[i] for i in (0, 3, 1, 4, 2)), id="sorted anew"),
        pytest.param(RULINGS.replace("TRUE", "yes"), id="another word for yes"),
    ],
)
def test_the_same_sheet_again_changes_nothing(review, snapshot, again):
    bring(review, RULINGS)
    before = snapshot()
    done = bring(review, again)
    assert (done.written, done.passed_over) == (0, 4)
    assert snapshot() == before


def test_a_row_put_in_between_is_the_only_one_written(review):
    bring(review, RULINGS)
    done = bring(review, RULINGS.replace("F2,inner", "F5,training,,,\nF2,inner"))
    assert (done.written, done.passed_over) == (1, 4)


def test_a_sheet_may_change_its_mind_and_change_it_back(review):
    bring(review, "finding,code,accepted\nF1,T02,yes\nF1,T02,no\nF1,T02,yes\n")
    assert [accepted for *_, accepted in standing(review)] == [True, False, True]


def test_two_coders_bring_the_same_sheet_and_both_count(review):
    bring(review, RULINGS)
    done = bring(review, RULINGS, coder="bo")
    assert done.written == 4
    assert [d[0] for d in standing(review)] == ["ana"] * 4 + ["bo"] * 4


def test_the_faults_of_all_rows_are_listed_at_once_and_none_is_written(review, snapshot):
    before = snapshot()
    with pytest.raises(ReviewError) as caught:
        bring(
            review,
            "finding,code,accepted,codebook\n"
            "F1,T02,yes,\n"
            "F9,T02,yes,\n"
            "F1,T02,perhaps,\n"
            ",,no,\n"
            "F1,mixed,,\n"
            "F1,T02,,codes\n",
        )
    assert caught.value.faults == (
        "rulings.csv, row 3: there is no finding 'F9'",
        "rulings.csv, row 4: column 'accepted': 'perhaps' must be yes or no",
        "rulings.csv, row 5: column 'finding': empty; column 'code': empty",
        (
            "rulings.csv, row 6: several codebooks have a code 'mixed': "
            "write 'perspectives=mixed' or 'themes=mixed'"
        ),
        "rulings.csv, row 7: there is no codebook 'codes'",
    )
    assert snapshot() == before


# Undoing


def test_undo_withdraws_the_latest_decision_that_stands_by_a_further_event(review):
    take(review, Ruling("F1", "T02"), Ruling("F2", "inner"))
    lines = (review / "decisions" / "ana.jsonl").read_bytes()
    assert undo(review, "ana", AT, "w1") == "F2 and 'inner' (cfir-mini)"
    assert (review / "decisions" / "ana.jsonl").read_bytes().startswith(lines)
    assert standing(review) == [("ana", "F1", "T02", True)]
    assert undo(review, "ana", AT, "w2") == "F1 and 'T02' (themes)"
    assert standing(review) == []
    with pytest.raises(ReviewError) as caught:
        undo(review, "ana", AT, "w3")
    assert str(caught.value) == (
        "'ana' has no decision to undo\n"
        "  in decisions/ana.jsonl\n"
        "  Each coder can undo their own decisions only, under their own name."
    )


def test_undo_leaves_the_decisions_of_others(review):
    take(review, Ruling("F1", "T02"))
    with pytest.raises(ReviewError, match="'bo' has no decision to undo"):
        undo(review, "bo", AT, "w")
    assert len(standing(review)) == 1


def test_nothing_is_decided_or_undone_in_a_damaged_log(review, snapshot):
    take(review, Ruling("F1", "T02"), Ruling("F2", "inner"))
    log = review / "decisions" / "ana.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"F2"', b'"F3"'))
    before = snapshot()
    for act in (lambda: take(review, Ruling("F4", "T01")), lambda: undo(review, "ana", AT, "w")):
        with pytest.raises(ReviewError, match="the decision log is damaged"):
            act()
    assert snapshot() == before


def test_a_decision_can_be_made_after_a_torn_line(review):
    take(review, Ruling("F1", "T02"))
    log = review / "decisions" / "ana.jsonl"
    log.write_bytes(log.read_bytes() + b'{"sequence": 2, "id"')
    take(review, Ruling("F2", "inner"))
    assert [finding for _, finding, *_ in standing(review)] == ["F1", "F2"]
    assert open_folder(review).warnings == ()


# Who decides


RESERVED = ("CON", "con.x", "lpt1")
PATHS = ("../x", "a/b", "a\\b", ".ana", "a:b", "a*")
OTHERS = ("", "a\nb", "ana\n", "ana.", "ana ", "-x", "x" * 41, "a\x00b")


@pytest.mark.parametrize("name", [*RESERVED, *PATHS, *OTHERS])
def test_a_name_that_cannot_be_a_files_everywhere_is_refused(review, snapshot, name):
    before = snapshot()
    for act in (
        lambda: check_coder(name),
        lambda: take(review, Ruling("F1", "T02"), coder=name),
        lambda: undo(review, name, AT, "w"),
    ):
        with pytest.raises(ReviewError) as caught:
            act()
        assert str(caught.value) == (
            f"{name!r} cannot be a coder's name\n"
            "  Use up to 40 letters, digits, hyphens and underscores; it names the coder's log."
        )
    assert snapshot() == before


@pytest.mark.parametrize("name", ["ana", "Ana María", "José", "a.b-c_d", "7", "x" * 40, "李"])
def test_names_of_people_are_taken(name):
    check_coder(name)


def test_an_event_of_another_kind_in_the_log_is_not_undone(review):
    take(review, Ruling("F1", "T02"))
    append(review / "decisions" / "ana.jsonl", "ana", [Entry("m", AT, "sketch", {"text": "x"})])
    assert undo(review, "ana", AT, "w") == "F1 and 'T02' (themes)"
