"""A folder that a sync program keeps: people are told once, and that it was is on record."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from click.testing import CliRunner

from themeweave.cli import main
from themeweave.review import synced
from themeweave.review.synced import TOLD, keeper, named, remote, told_once, warning

SAID = (
    "this folder is kept in step by Dropbox. Let one person at a time change sheets and "
    "codebooks, and let it finish before you go on on another computer. Decisions are safe: "
    "'themeweave merge' takes in what it leaves as copies"
)


@pytest.mark.parametrize(
    ("place", "program"),
    [
        (PureWindowsPath(r"C:\Users\ana\OneDrive\peers"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\ana\OneDrive - University of X\peers"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\ana\Dropbox (Team)\peers"), "Dropbox"),
        (PureWindowsPath(r"G:\My Drive\peers"), "Google Drive"),
        (PurePosixPath("/Users/a/Library/CloudStorage/GoogleDrive-a@b.org/peers"), "Google Drive"),
        (PurePosixPath("/Users/a/Library/CloudStorage/OneDrive-Personal/peers"), "OneDrive"),
        (PurePosixPath("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/p"), "iCloud Drive"),
        (PureWindowsPath(r"C:\Users\ana\iCloudDrive\peers"), "iCloud Drive"),
        (PurePosixPath("/home/ana/Nextcloud/peers"), "Nextcloud"),
        (PurePosixPath("/home/ana/dropboxes/peers"), ""),
        (PurePosixPath("/home/ana/peers"), ""),
    ],
)
def test_the_folders_of_sync_programs_are_known_by_their_names(place, program):
    assert named(place) == program


def test_marks_and_mounts_tell_what_names_do_not(tmp_path, monkeypatch):
    folder = tmp_path / "team" / "peers"
    folder.mkdir(parents=True)
    assert keeper(folder) == ""
    (tmp_path / ".stfolder").mkdir()
    assert keeper(folder) == "Syncthing"
    kinds = {"/": "ext4", "/mnt/team": "nfs4"}
    assert remote(PurePosixPath("/mnt/team/a/b"), kinds)
    assert not remote(PurePosixPath("/mnt/teams/a"), kinds)
    (tmp_path / ".stfolder").rmdir()
    monkeypatch.setattr(synced, "_is_remote", lambda _: True)
    assert warning(folder).startswith("this folder is kept in step by a network drive. Let one ")


def test_it_is_told_once_and_again_only_where_another_program_keeps_the_folder(tmp_path):
    folder = tmp_path / "Dropbox" / "peers"
    folder.mkdir(parents=True)
    assert told_once(folder) == SAID
    assert (folder / TOLD).read_text("utf-8") == "Dropbox\n"
    assert told_once(folder) == ""
    moved = tmp_path / "OneDrive" / "peers"
    (tmp_path / "Dropbox").rename(tmp_path / "OneDrive")
    assert "kept in step by OneDrive" in told_once(moved)
    plain = tmp_path / "plain"
    plain.mkdir()
    assert told_once(plain) == ""
    assert not (plain / TOLD).exists()


def test_init_says_it_and_check_notes_it_without_calling_it_a_fault(tmp_path):
    folder = tmp_path / "Dropbox" / "peers"
    made = CliRunner().invoke(main, ["init", str(folder)])
    assert made.exit_code == 0
    assert SAID in made.stderr.replace("\n", " ")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    checked = CliRunner().invoke(main, ["check", "-C", str(folder)])
    assert f"Note: {SAID}\n" in checked.stdout
    assert f"- {SAID}" not in checked.stdout
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
