"""Starting a review: a folder with settings, codebooks, and the team's extraction sheet."""

from __future__ import annotations

from pathlib import Path

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.findings.sheets import COLUMNS, read_findings
from themeweave.review import shipped
from themeweave.review.folder import write_file

BOOKS = ("perspectives", "cfir-2022", "valence")
_SETTINGS = """\
# Settings of this review. Every key is explained in docs/settings.md.

[review]
title = {title}
question = ""
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
_FINDINGS = "id,text,cited,strand\n"


def start(path: Path, title: str, sheet: tuple[bytes, str, str] | None) -> list[str]:
    """Make a review folder.

    Parameters
    ----------
    path
        A folder that is empty, or does not exist yet.
    title
        Of the review.
    sheet
        Bytes, name and suffix of an extraction sheet with the columns id and text; None starts
        with an empty one.

    Returns
    -------
    list of str
        The files made, relative to the folder.

    Raises
    ------
    ReviewError
        Where the folder holds something already, or the sheet has faults (all listed).
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ReviewError(
            "the folder is not empty, so no review is started there",
            str(path),
            "Give the name of a new folder.",
        )
    findings = _FINDINGS.encode(), ".csv"
    if sheet is not None:
        raw, name, suffix = sheet
        _, faults = read_findings(read_sheet(raw, name, suffix, COLUMNS))
        if faults:
            raise ReviewError(
                "the extraction sheet has faults",
                name,
                "Nothing was written. Mend the rows above, then run the command again.",
                faults=faults,
            )
        findings = raw, suffix
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    files = {
        "review.toml": _SETTINGS.format(title=quoted).encode(),
        f"corpus/findings{findings[1]}": findings[0],
        "codebooks/themes.yaml": _THEMES.encode(),
        **{
            f"codebooks/{book}.yaml": (shipped.folder() / f"{book}.yaml").read_bytes()
            for book in BOOKS
        },
    }
    for name, content in files.items():
        write_file(path / name, content)
    return sorted(files)
