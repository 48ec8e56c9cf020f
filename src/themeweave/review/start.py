"""Starting a review: a folder with settings, codebooks, and the team's extraction sheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from themeweave.codes.files import read_codebook
from themeweave.errors import ReviewError
from themeweave.findings.sheets import findings_sheet, read_findings
from themeweave.review import shipped
from themeweave.review.files import quiet, write_file
from themeweave.review.synced import told_once

BOOKS = ("perspectives", "valence")
USUAL = "cfir-2022"
_SETTINGS = """\
# Settings of this review. Every key is explained in docs/settings.md.

[review]
title = {title}
question = ""
"""
_FRAMEWORK = "framework = {framework}\n"
_ENCODING = """
# Chosen when the review was started: the sheet is not in UTF-8.
[encodings]
findings = {encoding}
"""
_THEMES = """\
# The review's themes. Ids stay as they are once decisions name them; names may change.
#
# codes:
#   - id: T01
#     name: What the role brings
#     level: overarching
#   - id: T02
#     name: Hope through a living example
#     level: subtheme
#     parent: T01
#     definition: ...
#     cues: [role model, gave hope]
codebook: themes
title: Themes
exclusive: true
codes: []
"""


def start(
    path: Path,
    title: str,
    sheet: tuple[bytes, str, str] | None,
    encoding: str = "",
    framework: str = USUAL,
    say: Callable[[str], None] = quiet,
) -> list[str]:
    """Make a review folder.

    Parameters
    ----------
    path
        A folder that is empty, or does not exist yet.
    title
        Of the review.
    sheet
        Bytes, name and suffix of an extraction sheet with a column of texts; None starts without
        one.
    encoding
        Of the sheet, where a person chose one; it is recorded in review.toml.
    framework
        A shipped codebook, or the path of one; another than the usual is recorded in review.toml.
    say
        Told in words what was read otherwise than it stands in the sheet.

    Returns
    -------
    list of str
        The files made, relative to the folder; after a failure there are none.

    Raises
    ------
    ReviewError
        Where the folder holds something already, the sheet has faults (all listed), or there
        is no such framework.
    """
    if path.is_dir() and any(not entry.name.startswith(".") for entry in path.iterdir()):
        raise ReviewError(
            "the folder is not empty, so no review is started there",
            str(path),
            "Give the name of a new folder.",
        )
    if path.exists() and not path.is_dir():
        raise ReviewError(
            "there is a file of that name, so no review is started there",
            str(path),
            "Give the name of a new folder.",
        )
    book, file, written = _framework(framework)
    corpus: dict[str, bytes] = {}
    if sheet is not None:
        raw, name, suffix = sheet
        opened = findings_sheet(raw, name, suffix, encoding=encoding)
        _, faults = read_findings(opened)
        if faults:
            raise ReviewError(
                "the extraction sheet has faults",
                name,
                "Nothing was written. Mend the rows above, then run the command again.",
                faults=faults,
            )
        corpus = {f"corpus/findings{suffix}": raw}
        for note in opened.notes:
            say(note)
    files = {
        **corpus,
        "codebooks/themes.yaml": _THEMES.encode(),
        **{f"codebooks/{every}.yaml": shipped.source(every)[0] for every in BOOKS},
        f"codebooks/{file}": written,
        # last: with it the folder is a review
        "review.toml": _settings(title, book, encoding).encode("utf-8", "replace"),
    }
    try:
        for name, content in files.items():
            write_file(path / name, content)
        (path / "corpus").mkdir(exist_ok=True)
    except ReviewError:
        for folder in ("corpus", "codebooks"):
            shutil.rmtree(path / folder, ignore_errors=True)
        raise
    if kept := told_once(path):
        say(kept)
    return sorted(files)


def _framework(name: str) -> tuple[str, str, bytes]:
    """Give a framework's id, the name of its file and its bytes."""
    written, file = shipped.source(name)
    book = read_codebook(written, file)
    if {book.id, Path(file).stem} & set(shipped.EVERY_REVIEW):
        raise ReviewError(
            "the codebook is no framework: every review has one of that name already",
            file,
            f"Name one of {', '.join(sorted(shipped.frameworks()))}, or give your codebook another "
            "file name and another id in its first line.",
        )
    return book.id, file, written


def _settings(title: str, framework: str, encoding: str) -> str:
    """Write review.toml."""
    settings = _SETTINGS.format(title=_quoted(title))
    if framework != USUAL:
        settings += _FRAMEWORK.format(framework=_quoted(framework))
    if encoding:
        settings += _ENCODING.format(encoding=_quoted(encoding.lower().replace("_", "-")))
    return settings


def _quoted(text: str) -> str:
    """Write text as TOML does, which is as JSON does but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
