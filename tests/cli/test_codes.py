def test_the_codes_of_the_review_are_listed_as_a_tree(call, review):
    done = call("codes", "list", "-C", review)
    assert (done.status, done.err) == (0, "")
    assert done.out == ("themes: Themes (2 codes)\n  T01  What the role brings\n    T02  Hope\n")


def test_a_retired_code_is_marked(call, review):
    path = review / "codebooks" / "themes.yaml"
    path.write_text("codebook: themes\ncodes:\n- {id: old, name: Old, retired: true}\n")
    assert "  old  Old (retired)\n" in call("codes", "list", "-C", review).out


def test_outside_a_review_the_shipped_codebooks_are_listed(call, tmp_path):
    done = call("codes", "list", "perspectives", "-C", tmp_path)
    assert done.status == 0
    assert "  peer_workers  " in done.out


def test_a_codebook_that_is_not_there_is_status_1(call, review):
    done = call("codes", "list", "theme", "-C", review)
    assert done.status == 1
    assert done.err.startswith("Error: there is no codebook 'theme'\n")
