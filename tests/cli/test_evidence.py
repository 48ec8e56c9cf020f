"""Commands on evidence: what they print, write and refuse."""

import json
from pathlib import Path

TEACHING = Path(__file__).parents[2] / "docs" / "teaching"


def test_overlap_prints_scopes_pairs_and_choices_in_80_columns(call):
    done = call("evidence", "overlap", "-C", TEACHING)
    assert done.status == 0
    lines = done.out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert lines[4].split() == [
        *("Theme:", "Calm", "and", "company", "5", "of", "5", "4"),
        *("81.2%", "very", "high", "1.2", "of", "5"),
    ]
    assert "Alder 2017 and Birch 2018            3 of 3  100.0%" in lines


def test_overlap_writes_the_matrix_and_the_map(call, tmp_path):
    matrix, plot = tmp_path / "m.csv", tmp_path / "m.svg"
    done = call("evidence", "overlap", "-C", TEACHING, "--matrix", matrix, "--plot", plot, "--json")
    assert done.status == 0
    found = json.loads(done.out)
    assert found["unknown"] == ["M8"]
    assert found["scopes"][0]["overlap"]["impossible"] == 8
    rows = matrix.read_text("utf-8").splitlines()
    assert rows[4] == "N04,Lark 2017,2017,NA,0,1,1,1,0,0"
    assert plot.read_bytes().startswith(b"<?xml")
    refused = call("evidence", "overlap", "-C", TEACHING, "--plot", "m.jpg")
    assert (refused.status, refused.err) == (
        1,
        "Error: no picture can be written as '.jpg'\n  in m.jpg\n  Use one of .svg, .png.\n",
    )
