"""`trace` and `reproduce` at the terminal: 80 columns, JSON, exit statuses."""

import json


def test_a_trace_fits_80_columns_and_says_what_nobody_decided(call, review):
    result = call("trace", "F1", "-C", review)
    assert (result.status, result.err) == (0, "")
    assert max(map(len, result.out.splitlines())) <= 80
    assert result.out.startswith(
        "finding:F1\n\nF1\n    Peer workers felt that sharing their story gave others hope.\n"
        "    stated by no review cited\n"
    )
    assert "theme: nobody has decided; suggested: What the role brings" in result.out


def test_a_trace_as_json_holds_the_whole_record(call, review):
    call("decide", "F1", "T02", "--coder", "ana", "--because", "hope", "-C", review)
    record = json.loads(call("trace", "theme:T02", "--json", "-C", review).out)
    assert (record["kind"], record["text"]) == ("theme", "Hope")
    (decision,) = record["findings"][0]["decisions"]
    assert (decision["who"], decision["why"]) == ("ana", "hope")


def test_tables_and_their_addresses_are_listed(call, review):
    assert "theme_table\n    Overarching themes" in call("trace", "--list", "-C", review).out
    rows = json.loads(call("trace", "--list", "theme_table", "--json", "-C", review).out)
    assert rows[0]["address"].startswith("theme_table:")


def test_a_trace_of_nothing_is_a_usage_error(call, review):
    result = call("trace", "-C", review)
    assert result.status == 2
    assert "give an ADDRESS, or --list to see which there are" in result.err


def test_reproduce_exits_with_0_where_all_is_equal_and_with_1_where_not(call, review):
    call("run", "-C", review)
    manifest = review / "outputs" / "manifest.json"
    result = call("reproduce", manifest)
    assert result.status == 0
    assert result.out.endswith("outputs are byte for byte as recorded.\n")
    (review / "outputs" / "themes.csv").write_text("mine\n", "utf-8")
    result = call("reproduce", manifest)
    assert result.status == 1
    assert result.out.startswith("- themes.csv: edited by hand\n    line 1: ")
    sheet = review / "corpus" / "findings.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("Pay", "Wages"), "utf-8")
    assert "\n  input corpus/findings.csv was changed\n" in call("reproduce", manifest).out


def test_what_comes_out_otherwise_without_a_cause_asks_for_a_report(call, review):
    call("run", "-C", review)
    manifest = review / "outputs" / "manifest.json"
    record = json.loads(manifest.read_text("utf-8"))
    record["outputs"]["themes.csv"] = "0" * 64
    manifest.write_text(json.dumps(record), "utf-8")
    result = call("reproduce", manifest)
    assert result.status == 1
    assert "No input, setting or version is another: please report this.\n" in result.out
