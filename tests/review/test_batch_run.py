"""Sheets are coded in chunks: the same bytes whoever works and however often it was stopped."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.review import batch, batch_run, unfinished, workers
from themeweave.review.batch import CODE_COLUMNS, Coder
from themeweave.review.batch_run import Staff, Stopped, code_sheet

PROGRAM = (  # Ctrl-C is heard even where the tests themselves were started in the background
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from themeweave.cli import main; main(sys.argv[1:])"
)
TEXTS = [f"Nurses on ward {n} had no time{'!' * n}" for n in range(17)]
TEXTS[8] = "They feared for their jobs."  # begins where the third chunk of 4 would


def sheet(texts):
    return "id,text\n" + "".join(f"F{n},{text}\n" for n, text in enumerate(texts))


@pytest.fixture
def code(planted, tmp_path):
    """Code texts with the planted engine in chunks of 4, into out.csv."""

    def run(texts=TEXTS, number=1, out="out.csv", engine="planted", **options):
        told = options.setdefault("say", lambda words: None)
        file = io.BytesIO(sheet(texts).encode())
        target = tmp_path / out
        coder = Coder(engine, str(planted / "small.yaml"))
        suffix = Path(out).suffix
        done = code_sheet(
            (file, "in.csv", ".csv"),
            target,
            suffix,
            coder,
            Staff(number),
            **{"chunk": 4, "say": told, **options},
        )
        return done, target.read_bytes()

    return run


@pytest.fixture
def whole(code):
    """The bytes of a run that nothing disturbed."""
    return code(out="whole.csv")[1]


def after(chunks):
    """Press Ctrl-C once so many chunks are done."""
    seen = []

    def show(done, of):
        seen.append(done)
        if len(seen) == chunks:
            raise KeyboardInterrupt

    return show


def test_the_bytes_are_the_same_for_any_number_of_workers(code, whole):
    assert code(number=2)[1] == code(number=3)[1] == whole
    rows = read_sheet(whole, "out.csv", ".csv", CODE_COLUMNS).rows
    assert [row["id"] for row in rows] == [f"F{n}" for n in range(17)]


def test_a_chunk_does_not_end_before_a_finding_that_goes_on_with_they(whole):
    rows = read_sheet(whole, "out.csv", ".csv").rows
    assert "goes on from the finding before, which is theirs" in rows[8]["why"]


@pytest.mark.parametrize("suffix", [".tsv", ".jsonl", ".xlsx", ".parquet"])
def test_every_format_holds_the_same_rows_and_the_same_bytes_for_two_workers(code, whole, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="needs the package pyarrow")
    one, two = (code(number=n, out=f"out{n}{suffix}")[1] for n in (1, 2))
    assert one == two
    csv_rows = read_sheet(whole, "out.csv", ".csv").rows
    rows = read_sheet(one, f"out{suffix}", suffix).rows
    assert [dict(row.cells) for row in rows] == [
        {**dict.fromkeys(CODE_COLUMNS, ""), **row.cells} for row in csv_rows
    ]


def test_a_worker_that_dies_once_changes_nothing(code, whole):
    texts = [*TEXTS[:5], "ONCE", *TEXTS[6:]]
    done, made = code(texts, number=2)
    assert done.set_aside == ()
    assert len(made.splitlines()) == len(whole.splitlines())


def test_a_finding_that_kills_its_worker_is_set_aside_and_the_others_are_coded(code, whole):
    texts = [*TEXTS[:6], "POISON", *TEXTS[7:]]
    done, made = code(texts, number=2)
    assert done.findings == 16
    assert done.set_aside == (
        "in.csv, row 8, finding 'F6': the worker that read it ended without a word",
    )
    kept = [line for line in whole.splitlines() if not line.startswith(b"F6,")]
    assert made.splitlines() == kept


def test_findings_that_an_engine_refuses_are_set_aside_beside_rows_without_a_text(code):
    done, made = code(["a", "RAISE", "", "RAISE too", "b"])
    assert done.findings == 2
    assert done.set_aside == (
        "in.csv, row 4, column 'text': empty",
        "in.csv, row 3, finding 'F1': ValueError: no number in it",
        "in.csv, row 5, finding 'F3': ValueError: no number in it",
    )
    assert [line[:3] for line in made.splitlines()[1:]] == [b"F0,", b"F4,"]


@pytest.mark.parametrize("number", [2, 30])
def test_an_engine_that_fails_everywhere_ends_the_run(code, number):
    with pytest.raises(ReviewError) as error:
        code(["RAISE"] * 60, chunk=number)
    assert str(error.value) == (
        "the engine fails on many findings, the last time with: ValueError: no number in it\n"
        f"  in in.csv, rows 2 to {1 + number}\n"
        "  Try another engine, such as --engine fast."
    )


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_person_can_mend_is_said_by_any_worker(code, planted, number):
    (planted / "small.yaml").write_text("codebook: [", "utf-8")
    with pytest.raises(ReviewError, match="the codebook is not valid YAML") as error:
        code(number=number)
    assert error.value.where == "small.yaml, line 1"


@pytest.mark.parametrize("number", [1, 2])
def test_a_run_that_was_stopped_goes_on_and_gives_the_same_bytes(code, whole, tmp_path, number):
    for chunks in (2, 1):
        with pytest.raises(Stopped) as stopped:
            code(number=number, show=after(chunks))
        assert not (tmp_path / "out.csv").exists()
    assert (stopped.value.findings, stopped.value.of) == (13, 17)
    assert stopped.value.kept == tmp_path / "out.csv.part"
    told = []
    assert code(number=number, say=told.append)[1] == whole
    assert told == [f"going on after 13 of 17 findings, in {tmp_path / 'out.csv.part'}"]
    assert [path.name for path in tmp_path.glob("out.csv*")] == ["out.csv"]


def test_what_was_set_aside_before_a_stop_is_listed_after_it(code):
    texts = ["RAISE", *TEXTS]
    with pytest.raises(Stopped):
        code(texts, show=after(1))
    assert len(code(texts)[0].set_aside) == 1


def test_a_half_written_chunk_is_cut_off(code, whole, tmp_path):
    with pytest.raises(Stopped):
        code(show=after(2))
    with (tmp_path / "out.csv.part").open("ab") as file:
        file.write(b'F9,"half')
    assert code()[1] == whole


def test_a_run_of_another_sheet_or_other_settings_does_not_go_on(code, whole, tmp_path):
    with pytest.raises(Stopped):
        code(TEXTS[:9], show=after(1))
    with pytest.raises(ReviewError) as error:
        code(chunk=5)
    lines = str(error.value).splitlines()
    assert lines[:2] == [
        "an unfinished file is in the way: it is of another run",
        f"  in {tmp_path / 'out.csv.part'}",
    ]
    assert lines[2].startswith("  - sheet: then 9 findings, sha256 ")
    assert lines[3] == "  - findings in a chunk: then 4, now 5"
    assert lines[4] == (
        "  Run the command as it was run then to go on, write to another file, or start anew with "
        "--fresh, which takes the unfinished file away."
    )
    assert code(fresh=True)[1] == whole


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        pytest.param(
            lambda part, note: note.unlink(), "it is not known of which run it is", id="note"
        ),
        pytest.param(
            lambda part, note: note.write_text("{"), "it is not known of which run it is", id="cut"
        ),
        pytest.param(
            lambda part, note: part.write_bytes(part.read_bytes().replace(b"F1", b"X1")),
            "it was changed since",
            id="changed",
        ),
    ],
)
def test_an_unfinished_file_that_cannot_be_trusted_is_not_gone_on_with(code, tmp_path, harm, why):
    with pytest.raises(Stopped):
        code(show=after(1))
    part = tmp_path / "out.csv.part"
    harm(part, tmp_path / "out.csv.part.json")
    with pytest.raises(ReviewError) as error:
        code()
    assert error.value.what == f"an unfinished file is in the way: {why}"


def test_two_runs_do_not_write_one_file(code, tmp_path):
    pytest.importorskip("fcntl", reason="Windows holds open files by itself")
    held = unfinished.Unfinished(tmp_path / "out.csv", {}, b"", fresh=False)
    with pytest.raises(ReviewError) as error:
        code()
    held.close()
    assert str(error.value) == (
        "another run is writing this file\n"
        f"  in {tmp_path / 'out.csv.part'}\n"
        "  Wait until it is done, or write to another file."
    )


def test_a_disk_that_is_full_is_said_and_what_is_finished_is_kept(code, whole, monkeypatch):
    write = unfinished.Unfinished._write

    def full(self, content):
        if self.progress.chunks == 2:
            self._file.write(content[:7])
            raise OSError(28, "No space left on device")
        write(self, content)

    with monkeypatch.context() as patch:
        patch.setattr(unfinished.Unfinished, "_write", full)
        with pytest.raises(ReviewError) as error:
            code()
    assert str(error.value).splitlines()[0] == (
        "the file could not be written: No space left on device"
    )
    assert error.value.next_step == (
        "What is finished is kept. Make room, or mend what else is wrong, and run the same "
        "command again to go on."
    )
    told = []
    assert code(say=told.append)[1] == whole
    assert told[0].startswith("going on after 9 of 17 findings")


def test_on_a_real_full_disk_nothing_finished_is_lost(code, planted, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    texts = [f"Nurses on ward {n} had no time" for n in range(1_000)]
    try:
        with pytest.raises(ReviewError, match="No space left on device"):
            code(texts, out="disk/out.csv", chunk=20)
        kept = json.loads((disk / "out.csv.part.json").read_text("utf-8"))
        assert kept["findings"] > 100
        assert (disk / "out.csv.part").stat().st_size >= kept["length"]
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert (
            code(texts, out="disk/out.csv", chunk=20)[1]
            == code(texts, out="whole.csv", chunk=20)[1]
        )
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def command(planted, tmp_path, texts, *more):
    (tmp_path / "in.csv").write_text(sheet(texts), "utf-8")
    arguments = ["code", "in.csv", "-o", "out.csv", "--engine", "planted"]
    arguments += ["--codebook", str(planted / "small.yaml")]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments, *more],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(condition):
    for _ in range(3_000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come")


@pytest.fixture
def at_the_last_finding(planted, tmp_path):
    """A command that has coded a chunk and waits in the second, with the bytes it should make."""
    texts = [f"Nurses on ward {n} had no time" for n in range(500)] + ["WAIT"]

    def start(*more):
        running = command(planted, tmp_path, texts, *more)
        note = tmp_path / "out.csv.part.json"
        until(lambda: (planted / "waiting").exists())
        until(lambda: note.exists() and b'"chunks": 1' in note.read_bytes())
        return running

    def again():
        (planted / "go").touch()
        running = command(planted, tmp_path, texts)
        said = running.communicate(timeout=120)[1]
        assert running.returncode == 0, said
        file = io.BytesIO(sheet(texts).encode())
        coder = Coder("planted", str(planted / "small.yaml"))
        made = io.BytesIO()
        code_sheet((file, "in.csv", ".csv"), made, ".csv", coder)
        assert (tmp_path / "out.csv").read_bytes() == made.getvalue()
        return said

    return start, again


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_run_that_is_killed_goes_on_where_it_was(at_the_last_finding, monkeypatch):
    start, again = at_the_last_finding
    running = start()
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    assert "Note: going on after 500 of 501 findings, in out.csv.part\n" in again()


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(at_the_last_finding):
    start, again = at_the_last_finding
    running = start("--workers", "2")
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=120)[1]
    assert running.returncode == 130
    assert said == (
        "Stopped after 500 of 501 findings.\n"
        "They are kept in out.csv.part; run the same command again to go on.\n"
    )
    assert "Note: going on after 500 of 501 findings, in out.csv.part\n" in again()


def test_a_finding_of_100_000_characters_is_read_in_part_and_unsure(code):
    long = "Nurses had no time. " * 5_000
    made = code([long, "short"])[1]
    rows = read_sheet(made, "out.csv", ".csv").rows
    assert rows[0]["unsure"] == "cfir;perspective;valence"
    assert rows[0]["why"].startswith(
        "only the first 20,000 of 99,999 characters were read | cfir: "
    )
    assert batch.LONGEST == 20_000


def test_the_engine_is_chosen_by_the_number_of_findings_and_said(code, monkeypatch):
    asked = []
    monkeypatch.setattr(workers, "code", lambda coder, *_: asked.append(coder.engine) or b"")
    told = []
    code(engine="auto", say=told.append)
    assert (set(asked), told) == ({"reader"}, [])
    monkeypatch.setattr(batch_run, "MOST_FOR_READER", 16)
    code(engine="auto", say=told.append)
    assert asked[-1] == "fast"
    assert told[0] == (
        "17 findings are more than 16, so the engine is 'fast'; --engine reader is right more "
        "often, and takes longer"
    )


def test_without_onnxruntime_the_fast_engine_is_taken_and_said(code, monkeypatch):
    asked = []
    monkeypatch.setattr(workers, "code", lambda coder, *_: asked.append(coder.engine) or b"")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    told = []
    code(engine="auto", say=told.append)
    assert set(asked) == {"fast"}
    assert told[0].startswith(
        "the engine is 'fast', as the reader needs onnxruntime, which cannot be loaded: "
    )


def test_a_workbook_that_excel_could_not_hold_is_refused_before_the_work(code, monkeypatch):
    from themeweave.corpus import grown

    monkeypatch.setattr(grown, "LARGEST_WORKBOOK", 16)
    with pytest.raises(ReviewError) as error:
        code(out="out.xlsx")
    assert str(error.value) == (
        "17 rows are more than Excel can hold (16 below the header)\n"
        "  in in.csv\n"
        "  Write a .csv file instead; it has no such limit."
    )
