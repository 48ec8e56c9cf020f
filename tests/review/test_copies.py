import pytest

from themeweave.review.copies import Copy, copies_in, copy_of
from themeweave.review.folder import open_folder
from themeweave.review.log import Entry, append

AT = "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("ana.sync-conflict-20260102-030405-ABCDEFG.jsonl", "Syncthing"),
        ("ana (Bo's conflicted copy 2026-01-02).jsonl", "Dropbox"),
        ("ana (conflicted copy 2026-01-02 030405).jsonl", "Nextcloud or Dropbox"),
        ("ana_conflict-20260102-030405.jsonl", "ownCloud"),
        ("ana (SFConflict bo@example.org 2026-01-02-03-04-05).jsonl", "Seafile"),
        ("ana (1).jsonl", "Google Drive or a browser"),
        ("ana(12).jsonl", "Google Drive or a browser"),
        ("ana - Copy.jsonl", "a file manager"),
        ("ana - Copy (2).jsonl", "a file manager"),
        ("ana copy 2.jsonl", "a file manager"),
        ("ana 2.jsonl", "iCloud"),
        ("ana-DESKTOP-AB12CD3.jsonl", "OneDrive"),
        ("ana-PC.jsonl", "OneDrive"),
    ],
)
def test_a_copy_is_known_by_its_name(name, maker):
    assert copy_of(name) == ("ana.jsonl", maker)


@pytest.mark.parametrize(
    "name",
    ["ana.jsonl", "cfir-2022.yaml", "ana-maria.jsonl", "(1).jsonl", "com-b.yaml", "findings.csv"],
)
def test_other_names_are_no_copies(name):
    assert copy_of(name) is None


def test_a_copy_counts_as_one_only_beside_its_original(review, write):
    write("corpus/findings (1).csv", "id,text\n")
    write("corpus/notes (1).csv", "a\n")
    assert list(copies_in(review)) == [
        Copy("corpus/findings (1).csv", "corpus/findings.csv", "Google Drive or a browser")
    ]


def decide(review, name, coder, *events):
    body = {"codebook": "themes", "code": "T02", "accepted": True}
    entries = [Entry(i, AT, "decision", {"finding": f, **body}) for i, f in events]
    append(review / "decisions" / name, coder, entries)


def test_copies_of_sheets_and_codebooks_are_named_and_not_read(review, write):
    for name in ("corpus/findings", "codebooks/themes"):
        original = next(review.glob(f"{name}.*"))
        write(f"{name}-DESKTOP-1{original.suffix}", original.read_bytes() + b"# more\n")
    write("appraisals/ana.csv", "review,profile,item,answer\nR1,jbi-reviews,1,yes\n")
    write("appraisals/ana (1).csv", "nonsense\n1\n")
    folder = open_folder(review)
    assert len(folder.findings) == 8
    wanted = "Put into the original what only the copy has, then delete the copy"
    assert list(folder.warnings) == [
        f"{copy} looks like a copy of {of}, as {maker} makes it; it is not read. {wanted}"
        for copy, of, maker in (
            ("corpus/findings-DESKTOP-1.csv", "corpus/findings.csv", "OneDrive"),
            ("codebooks/themes-DESKTOP-1.yaml", "codebooks/themes.yaml", "OneDrive"),
            ("appraisals/ana (1).csv", "appraisals/ana.csv", "Google Drive or a browser"),
        )
    ]


def test_a_codebook_of_its_own_that_is_named_like_a_copy_is_read(review, write):
    write("codebooks/themes-OLD.yaml", "codebook: themes-of-old\ncodes:\n- id: a\n")
    assert "themes-of-old" in open_folder(review).codebooks


def test_a_copy_of_a_log_counts_and_is_named_with_what_only_it_has(review):
    decide(review, "ana.jsonl", "ana", ("a", "F1"))
    copy = review / "decisions" / "ana (Bo's conflicted copy 2026-01-02).jsonl"
    copy.write_bytes((review / "decisions" / "ana.jsonl").read_bytes())
    folder = open_folder(review)
    assert list(folder.warnings) == [
        (
            f"decisions/{copy.name} is a copy of ana.jsonl, as Dropbox makes it; all its events "
            "are there, so you may delete it"
        )
    ]
    decide(review, copy.name, "ana", ("b", "F2"))
    folder = open_folder(review)
    assert [d.finding_id for d in folder.decisions] == ["F1", "F2"]
    assert list(folder.warnings) == [
        (
            f"decisions/{copy.name} is a copy of ana.jsonl, as Dropbox makes it: 1 event that "
            "ana.jsonl lacks counts too. 'themeweave merge' takes them in"
        )
    ]


def test_what_a_coder_ruled_in_two_places_is_said(review):
    for name, code in (("ana.jsonl", "T02"), ("other name.jsonl", "mixed")):
        body = {"finding": "F1", "codebook": "themes", "code": code, "accepted": True}
        path = review / "elsewhere" / "decisions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        append(path, "ana", [Entry(code, AT, "decision", body)])
        (review / "decisions").mkdir(exist_ok=True)
        path.rename(review / "decisions" / name)
    assert list(open_folder(review).warnings) == [
        (
            "decisions/other name.jsonl is a copy of ana.jsonl: 1 event that ana.jsonl lacks "
            "counts too. 'themeweave merge' takes them in"
        ),
        (
            "ana ruled on F1 in two places, neither knowing of the other: 'Hope through a living "
            "example' accepted (2026-01-02 03:04:05) and 'Mixed feelings' accepted (2026-01-02 "
            "03:04:05). Both are kept as a dispute; ana decides once more"
        ),
    ]
