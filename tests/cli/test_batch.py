import csv
import io

import pytest

from themeweave.findings.encoder import SHIPPED
from themeweave.review.batch import CODE_COLUMNS, THEME_COLUMNS


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_code_writes_a_row_a_finding_with_the_columns_of_the_contract(call, sheet, tmp_path):
    done = call("code", sheet, "-o", tmp_path / "coded.csv")
    assert (done.status, done.out, done.err) == (0, "", "")
    made = rows((tmp_path / "coded.csv").read_text("utf-8"))
    assert tuple(made[0]) == CODE_COLUMNS
    assert [row["id"] for row in made] == ["F1", "F2", "F3", "F4", "F5", "F6"]


def test_several_adds_a_column_of_further_codes_and_changes_no_other(call, tmp_path):
    text = (
        "There was not enough time for the sessions, but ward managers praised them "
        "in every meeting."
    )
    sheet = tmp_path / "two.csv"
    sheet.write_text(f'id,text\nF1,"{text}"\nF2,Nurses liked it.\n', "utf-8")
    plain = rows(call("code", sheet).out)
    several = rows(call("code", sheet, "--several").out)
    assert tuple(several[0]) == (*CODE_COLUMNS, "cfir_also")
    codes = {several[0]["cfir_construct"], several[0]["cfir_also"]}
    assert codes == {"available_resources", "mid_level_leaders"}
    assert several[1]["cfir_also"] == ""
    assert [{k: row[k] for k in CODE_COLUMNS} for row in several] == plain


def test_an_engine_in_a_folder_reads_as_the_shipped_one_if_it_is_the_same(call, sheet):
    shipped = call("code", sheet, "--engine", "reader")
    own = call("code", sheet, "--model-dir", SHIPPED)
    assert own.status == 0
    said = [{k: v for k, v in row.items() if k != "why"} for row in rows(own.out)]
    assert said == [{k: v for k, v in row.items() if k != "why"} for row in rows(shipped.out)]


def test_a_folder_that_holds_no_engine_is_refused(call, sheet, tmp_path):
    done = call("code", sheet, "--model-dir", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "Error: the engine cannot be read: No such file or directory\n"
        f"  in {tmp_path / 'description.json'}\n"
        "  Install themeweave again, or name a folder that holds description.json and "
        "network.onnx.\n"
    )


def test_in_a_pipe_there_is_nothing_but_data_on_standard_output(call, sheet, tmp_path):
    call("code", sheet, "-o", tmp_path / "coded.csv")
    done = call("code", "-", stdin=sheet.read_bytes())
    assert done.raw == (tmp_path / "coded.csv").read_bytes()
    themes = call("themes", "propose", "-", stdin=sheet.read_bytes())
    assert tuple(rows(themes.out)[0]) == THEME_COLUMNS
    assert len(rows(themes.out)) == 6
    assert themes.err


@pytest.mark.parametrize("command", [("code",), ("themes", "propose")], ids=" ".join)
def test_rows_without_a_text_are_set_aside_and_listed_with_status_3(call, sheet, command):
    raw = sheet.read_text("utf-8") + "F7,\n"
    done = call(*command, "-", stdin=raw)
    assert done.status == 3
    assert len(rows(done.out)) == 6
    assert "Set aside: standard input, row 8, column 'text': empty\n" in done.err


@pytest.mark.parametrize("command", [("code",), ("themes", "propose")], ids=" ".join)
def test_rows_that_cannot_be_told_apart_are_status_1_and_write_nothing(
    call, sheet, tmp_path, command
):
    sheet.write_text(sheet.read_text("utf-8") + "F1,again\n,nameless\n", "utf-8")
    done = call(*command, sheet, "-o", tmp_path / "out.csv")
    assert (done.status, done.out) == (1, "")
    assert "row 8, column 'id': 'F1' already stands in row 2" in done.err
    assert "row 9, column 'id': empty" in done.err
    assert not (tmp_path / "out.csv").exists()


def test_a_sheet_that_is_not_there_is_status_1(call):
    done = call("code", "nowhere.csv")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("Error: the file could not be read: No such file or directory\n")


def test_an_output_that_cannot_be_written_is_refused_before_the_work(call, sheet, tmp_path):
    done = call("code", "nowhere.csv", "-o", tmp_path / "coded.doc")
    assert done.status == 2
    assert "must end in one of .csv, .tsv, .jsonl, .xlsx, .parquet" in done.err


def test_code_says_which_columns_it_read(call):
    done = call("code", "-", stdin="Nr,Finding\n1,Pay was low.\n2,\n")
    assert done.status == 3
    assert "Note: standard input: read 'Finding' as text\n" in done.err
    assert "Set aside: standard input, row 3, column 'Finding': empty\n" in done.err


def test_the_coded_sheet_does_not_replace_the_sheet(call, sheet):
    before = sheet.read_bytes()
    done = call("code", sheet, "-o", sheet)
    assert done.status == 1
    assert done.err == (
        "Error: the coded sheet would replace the sheet itself\n"
        f"  in {sheet}\n"
        "  Give it another name.\n"
    )
    assert sheet.read_bytes() == before


def test_standard_input_may_be_coded_into_a_file_by_several_processes(call, sheet, tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    call("code", sheet, "-o", one)
    assert call("code", "-", "-o", two, "--workers", 2, stdin=sheet.read_bytes()).status == 0
    assert one.read_bytes() == two.read_bytes()


def test_an_open_cluster_is_refused(call, sheet):
    done = call("code", sheet, "--cluster", "tcp://10.0.0.5:8786")
    assert done.status == 1
    assert done.err.startswith(
        "Error: the scheduler at 'tcp://10.0.0.5:8786' is on another computer"
    )
