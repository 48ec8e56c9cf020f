"""Work beside a folder that is kept open: its answers, its end, and what it need not do again."""

import importlib
import os
import sys

import pytest

from themeweave.errors import ReviewError
from themeweave.review import believing
from themeweave.review.beside import Beside, Stopped
from themeweave.review.decide import Ruling, decide
from themeweave.review.errands import Suggestions
from themeweave.review.files import quiet
from themeweave.review.folder import open_folder
from themeweave.review.readings import LEARNED
from themeweave.review.revise import Who, Wish
from themeweave.review.session import Session
from themeweave.review.suggesting import Suggesting, joined
from themeweave.review.theme_board import act_on_themes

AT = "2026-01-02T03:04:05Z"


ERRAND = '''
import os
import signal

from themeweave.errors import ReviewError


class Errand:
    """Made in the other process; does what the question says."""

    def __init__(self, path):
        self.asked = 0
        self.path = path

    def __call__(self, question, tell):
        self.asked += 1
        tell("looking")
        if question == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if question == "refuse":
            raise ReviewError("no", str(self.path), "Next.", faults=["one"])
        if question == "break":
            raise ZeroDivisionError("by nothing")
        while question == "go on":
            tell("still")
        yield self.asked
        yield os.getpid()
'''


@pytest.fixture
def beside(tmp_path, monkeypatch):
    (tmp_path / "errand_of_a_test.py").write_text(ERRAND, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # as the other process has it too
    process = Beside(importlib.import_module("errand_of_a_test").Errand, tmp_path)
    yield process
    process.end()
    del sys.modules["errand_of_a_test"]


def test_a_process_answers_in_parts_keeps_what_it_knows_and_tells_what_it_does(beside, tmp_path):
    told = []
    assert [*beside.ask("", told.append)] == [1, beside.pid]
    assert beside.pid != os.getpid()
    with pytest.raises(ReviewError) as caught:
        [*beside.ask("refuse", quiet)]
    assert str(caught.value) == f"no\n  in {tmp_path}\n  - one\n  Next."
    with pytest.raises(RuntimeError, match="ZeroDivisionError: by nothing"):
        [*beside.ask("break", quiet)]
    assert [*beside.ask("", quiet)] == [4, beside.pid]
    assert told == ["looking"]


def test_a_process_that_dies_is_said_and_the_next_question_starts_another(beside):
    first = [*beside.ask("", quiet)][1]
    with pytest.raises(ReviewError) as caught:
        [*beside.ask("die", quiet)]
    assert str(caught.value) == (
        "the program that works in the background ended without a word\n"
        "  It is started anew. If that goes on, the computer may lack memory for it."
    )
    asked, second = beside.ask("", quiet)
    assert (asked, second != first) == (1, True)


def test_what_is_stopped_ends_at_its_next_step_and_may_be_asked_again(beside):
    with pytest.raises(Stopped):
        [*beside.ask("go on", lambda doing: beside.stop() if doing == "still" else None)]
    assert [*beside.ask("", quiet)] == [2, beside.pid]


def test_what_is_suggested_beside_is_what_is_suggested_here(review):
    decide(review, "ana", [Ruling("F1", "T02"), Ruling("F3", "staff")], AT, ["a-1", "a-2"])
    session = Session(review)
    session.suggest()
    process = Beside(Suggestions, review)
    try:
        joined(process.ask(({}, False), quiet), {})
        made = joined(process.ask(({}, True), quiet), {})
        marks = {name: one.mark for name, one in made.beliefs.items()}
        again = [*process.ask((marks, False), quiet)]
    finally:
        process.end()
    here = session.suggestions
    assert made.placed == here.placed
    for name, beliefs in here.beliefs.items():
        for finding in beliefs.findings:
            assert made.beliefs[name].reading(finding) == beliefs.reading(finding)
    assert [beliefs for _, beliefs in again[:-1]] == [None] * len(made.beliefs)  # nothing is new
    session.take(made, session.version)
    assert session.suggestions.made is made


def test_suggestions_for_other_findings_are_not_taken(review):
    session = Session(review)
    made = Suggesting().suggest(session.folder, quiet)
    sheet = review / "corpus" / "findings.csv"
    sheet.write_text(sheet.read_text("utf-8") + "F9,Rotas were unfair.,R1,experiences\n", "utf-8")
    assert session.refresh()
    session.take(made, session.version)
    assert session.suggestions.made is None  # hence they are made anew


@pytest.fixture
def read(monkeypatch):
    """What is read, by codebook: how many findings, with those before them."""
    seen = []
    whole = believing.as_read

    def counted(suggester, findings, book, *more):
        seen.append((book.id, [finding.id for finding in findings]))
        return whole(suggester, findings, book, *more)

    monkeypatch.setattr(believing, "as_read", counted)
    return seen


def test_only_what_a_change_touches_is_read_again(review, read, monkeypatch):
    monkeypatch.setattr(believing, "BEFORE", 2)
    suggesting = Suggesting()
    first = suggesting.suggest(open_folder(review), quiet)
    assert [book for book, _ in read] == ["perspectives", "cfir-mini", "themes"]
    read.clear()
    decide(review, "ana", [Ruling("F3", "staff")], AT, ["a-1"])
    act_on_themes(Session(review), Who("ana", AT, "n"), [Wish("new", text="Time", target="T01")])
    second = suggesting.suggest(open_folder(review), quiet)
    assert [book for book, _ in read] == ["themes"]  # a theme that is new changes no other book
    assert second.beliefs["cfir-mini"] is first.beliefs["cfir-mini"]
    read.clear()
    sheet = review / "corpus" / "findings.csv"
    sheet.write_text(sheet.read_text("utf-8") + "F9,Rotas were unfair.,R1,experiences\n", "utf-8")
    suggesting.suggest(open_folder(review), quiet)
    assert {tuple(findings) for _, findings in read} == {("F7", "F8", "F9")}
    read.clear()
    lines = sheet.read_text("utf-8").splitlines()
    sheet.write_text("\n".join([lines[0], *lines[2:]]) + "\n", "utf-8")  # the first is taken away
    suggesting.suggest(open_folder(review), quiet)
    assert {tuple(findings) for _, findings in read} == {("F2", "F3")}


def alike(one, other):
    """The same words, and the same shares but for the order of sums within a pass of the engine."""
    assert (one.phrases, one.notes) == (other.phrases, other.notes)
    assert one.shares == pytest.approx(other.shares, abs=1e-6)
    for mine, its in zip(one.without, other.without, strict=True):
        assert (mine.phrase, mine.pair) == (its.phrase, its.pair)
        assert mine.shares == pytest.approx(its.shares, abs=1e-6)
        assert mine.alone == pytest.approx(its.alone, abs=1e-6)


def test_what_is_kept_is_what_would_be_read_anew(review):
    kept, sheet = Suggesting(), review / "corpus" / "findings.csv"
    kept.suggest(open_folder(review), quiet)
    head, *rows = sheet.read_text("utf-8").splitlines()
    they = "F9,They feared for their jobs.,R1,implementation"
    for changed in ([*rows[:2], they, *rows[2:]], [they, *rows], rows[1:], rows[::-1]):
        sheet.write_text("\n".join([head, *changed]) + "\n", "utf-8")
        folder = open_folder(review)
        made, anew = kept.suggest(folder, quiet), Suggesting().suggest(folder, quiet)
        for name, beliefs in anew.beliefs.items():
            for finding in beliefs.findings:
                alike(made.beliefs[name].reading(finding), beliefs.reading(finding))
        assert made.placed == anew.placed


def test_learning_in_portions_is_learning_at_once_and_done_for_any_number(tmp_path, monkeypatch):
    from themeweave.cli import main

    folder = tmp_path / "many"
    rows = [
        f"F{n},{('Pay was low on ward' if n % 2 else 'They had hope on ward')} {n}.,R{n % 6}"
        for n in range(60)
    ]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("\n".join(["id,text,cited", *rows]), "utf-8")
    main(["init", str(folder), "--findings", str(sheet)], standalone_mode=False)
    settings = "".join(
        f"\n[codebooks.{name}]\nsuggester = 'fast'\n"
        for name in ("valence", "perspectives", "cfir-2022", "themes")
    )
    with (folder / "review.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    said = [
        Ruling(f"F{n}", "perspectives=" + ("carers" if n % 2 else "community")) for n in range(40)
    ]
    decide(folder, "ana", said, AT, [f"a{n}" for n in range(40)])
    whole = Suggesting().suggest(open_folder(folder), quiet).beliefs["perspectives"]
    assert whole.trial.used
    assert whole.suggester.endswith(LEARNED)
    monkeypatch.setattr(believing, "CHUNK", 7)
    monkeypatch.setattr("themeweave.review.suggesting.PLACED", 0)
    parts = Suggesting().suggest(open_folder(folder), quiet).beliefs["perspectives"]
    assert str(parts.trial) == str(whole.trial)
    for finding in whole.findings:
        one, other = whole.reading(finding), parts.reading(finding)
        assert one.shares == pytest.approx(other.shares, abs=2e-6)
        assert one.notes == other.notes
    assert max(whole.reading("F51").shares.items(), key=lambda pair: pair[1])[0] == "carers"
