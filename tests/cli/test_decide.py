import getpass

import pytest

from themeweave.review.folder import open_folder


def standing(folder):
    return [(d.coder, d.finding_id, d.code_id, d.accepted) for d in open_folder(folder).decisions]


def test_a_decision_is_written_and_said(call, review):
    done = call("decide", "F1", "T02", "--because", "hope", "--coder", "ana", "-C", review)
    assert (done.status, done.err) == (0, "")
    assert done.out == "Decided by ana: F1 is 'Hope' (Themes)\n"
    assert standing(review) == [("ana", "F1", "T02", True)]


def test_a_rejection_is_said_as_one(call, review):
    done = call("decide", "F1", "T02", "--reject", "--coder", "ana", "-C", review)
    assert done.out == "Decided by ana: F1 is not 'Hope' (Themes)\n"


def test_the_coder_comes_from_the_option_the_environment_or_the_computer(call, review, monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "eve")
    call("decide", "F1", "T02", "-C", review, "--coder", "ana", THEMEWEAVE_CODER="bo")
    call("decide", "F1", "T02", "-C", review, THEMEWEAVE_CODER="bo")
    call("decide", "F1", "T02", "-C", review)
    assert [coder for coder, *_ in standing(review)] == ["ana", "bo", "eve"]


def test_a_computer_that_knows_no_user_asks_for_the_coder(call, review, monkeypatch):
    def nobody():
        raise KeyError("uid 12345")

    monkeypatch.setattr(getpass, "getuser", nobody)
    done = call("decide", "F1", "T02", "-C", review)
    assert done.status == 2
    assert "this computer knows no user name: give one with --coder" in done.err


def test_an_unknown_code_is_status_1_with_the_nearest(call, review):
    done = call("decide", "F1", "T002", "--coder", "ana", "-C", review)
    assert (done.status, done.out) == (1, "")
    assert "  - there is no code 'T002'; did you mean 'T02'?\n" in done.err
    assert not (review / "decisions").exists()


def test_a_sheet_of_decisions_is_taken_once(call, review, tmp_path):
    rulings = tmp_path / "rulings.csv"
    rulings.write_text("finding,code,accepted\nF1,T02,yes\nF2,T01,no\n")
    first = call("decide", "--from", rulings, "--coder", "ana", "-C", review)
    again = call("decide", "--from", rulings, "--coder", "ana", "-C", review)
    assert first.out == "Decisions by ana: 2 written to ana.jsonl\n"
    assert again.out == (
        "Decisions by ana: 0 written to ana.jsonl\n2 were there already; undone ones stay undone\n"
    )
    assert len(standing(review)) == 2


def test_a_sheet_of_one_row_that_was_there_does_not_read_as_decided_again(call, review):
    for written in (1, 0):
        done = call(
            "decide", "--from", "-", "--coder", "ana", "-C", review, stdin="finding,code\nF1,T02\n"
        )
        assert done.out.startswith(f"Decisions by ana: {written} written to ana.jsonl")


def test_undo_withdraws_and_says_what(call, review):
    call("decide", "F1", "T02", "--coder", "ana", "-C", review)
    done = call("decide", "--undo", "--coder", "ana", "-C", review)
    assert done.out == "Withdrawn: F1 and 'T02' (themes)\n"
    assert standing(review) == []
    assert call("decide", "--undo", "--coder", "ana", "-C", review).status == 1


@pytest.mark.parametrize("coder", ["../x", "CON", "a/b", "a\nb", "ana."])
def test_a_coder_that_cannot_be_a_file_is_status_1(call, review, coder):
    done = call("decide", "F1", "T02", "--coder", coder, "-C", review)
    assert done.status == 1
    assert done.err.startswith(f"Error: {coder!r} cannot be a coder's name\n")
    assert not (review / "decisions").exists()
