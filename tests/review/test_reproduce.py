"""The outputs made again and held against their manifest: what differs, and why."""

import json
import shutil
from pathlib import Path

import pytest

from themeweave.errors import ReviewError
from themeweave.review.folder import open_folder
from themeweave.review.reproduce import causes, first_difference, read_manifest, reproduce
from themeweave.review.steps import run


@pytest.fixture(scope="module")
def once(small_review, tmp_path_factory):
    folder = small_review(tmp_path_factory.mktemp("made") / "review")
    with (folder / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[report]\nformats = ["csv", "docx"]\n')  # the fewer, the faster
    run(folder)
    return folder


@pytest.fixture
def made(once, tmp_path):
    """A copy of the review with its outputs; tests may change what is in it."""
    return Path(shutil.copytree(once, tmp_path / "review"))


def manifest(review):
    return review / "outputs" / "manifest.json"


def causes_now(review):
    return list(causes(read_manifest(manifest(review)), open_folder(review)))


def change(review, **entries):
    record = json.loads(manifest(review).read_text("utf-8"))
    for key, value in entries.items():
        record[key] = {**record[key], **value} if isinstance(value, dict) else value
    manifest(review).write_text(json.dumps(record), "utf-8")


def test_an_unchanged_folder_gives_every_byte_again_and_nothing_is_written(made):
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    found = reproduce(manifest(made))
    assert (found.equal, found.causes) == (True, ())
    assert found.same == found.recorded > 30
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_a_changed_input_is_named_beside_what_it_changes(made):
    sheet = made / "corpus" / "findings.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("Pay was low", "Pay was poor"), "utf-8")
    found = reproduce(manifest(made))
    assert found.causes == ("input corpus/findings.csv was changed",)
    changed = {one.name: one for one in found.differences}
    assert changed["findings.csv"].what == "made otherwise now"
    assert changed["findings.csv"].where.startswith("line 4: 'F3,Pay was low and")
    assert found.same == found.recorded - len(changed)


def test_a_new_and_a_lost_input_are_told_apart(made):
    (made / "codebooks" / "more.yaml").write_text(
        "codebook: more\ntitle: More\ncodes:\n- {id: m, name: M}\n", "utf-8"
    )
    change(made, inputs={"corpus/gone.csv": "0"})
    assert causes_now(made) == [
        "input codebooks/more.yaml is new",
        "input corpus/gone.csv is gone",
    ]


def test_settings_and_versions_that_are_others_are_named(made):
    change(made, themeweave="0.0.9", packages={"numpy": "1.0"})
    settings = made / "review.toml"
    text = settings.read_text("utf-8").replace("margin = 0.1", "margin = 0.3")
    settings.write_text(text, "utf-8")
    found = causes_now(made)
    assert found[:2] == [
        "input review.toml was changed",
        "setting codebooks.themes.margin was 0.1 and is 0.3",
    ]
    assert found[2].startswith("themeweave was 0.0.9 and is ")
    assert found[3].startswith("package numpy was 1.0 and is ")
    assert len(found) == 4


def test_outputs_that_were_edited_or_lost_are_told_from_new_and_old_ones(made):
    table = made / "outputs" / "theme_table.csv"
    table.write_text("x" + table.read_text("utf-8"), "utf-8")
    (made / "outputs" / "themes.csv").unlink()
    change(made, outputs={"old.txt": "0"})
    record = json.loads(manifest(made).read_text("utf-8"))
    del record["outputs"]["codings.csv"]
    manifest(made).write_text(json.dumps(record), "utf-8")
    found = reproduce(manifest(made))
    assert [(one.name, one.what) for one in found.differences] == [
        ("codings.csv", "new"),
        ("old.txt", "not made any more"),
        ("old.txt", "missing"),
        ("theme_table.csv", "edited by hand"),
        ("themes.csv", "missing"),
    ]
    assert found.differences[3].where.startswith("line 1: ")


def test_a_manifest_that_lies_elsewhere_takes_the_folder_by_name(made, tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(manifest(made).read_bytes())
    found = reproduce(copy, made)
    assert {one.what for one in found.differences} == {"missing"}


def test_the_first_difference_names_the_parts_of_an_archive(made):
    one = (made / "outputs" / "theme_table.docx").read_bytes()
    other = (made / "outputs" / "evidence_base.docx").read_bytes()
    assert "word/document.xml" in first_difference(one, other)
    assert first_difference(one, one[:200]) == "it is no whole archive"


HINT = "  Give the manifest.json that 'themeweave run' wrote into outputs/."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the manifest could not be read: No such file or directory"),
        ("{", "the manifest is not JSON"),
        ("[]", "this is not a manifest: it must list inputs, outputs, settings and packages"),
        (
            '{"inputs": {"a": 1}, "outputs": {}, "settings": {}, "packages": {}}',
            "this is not a manifest: it must list inputs, outputs, settings and packages",
        ),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_place(review, tmp_path, content, said):
    path = tmp_path / "m.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(ReviewError) as caught:
        reproduce(path, review)
    assert str(caught.value) == f"{said}\n  in {path}\n{HINT}"
