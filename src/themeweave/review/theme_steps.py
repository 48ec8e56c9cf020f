"""Steps on themes that look at the whole review: propose, and what changed since another time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.corpus.sheets import write_sheet
from themeweave.errors import ReviewError
from themeweave.report.coded import CodedFinding
from themeweave.review.batch import THEME_COLUMNS
from themeweave.review.files import Progress, write_file
from themeweave.review.folder import THEMES, open_folder
from themeweave.review.revise import PROPOSED
from themeweave.review.synthesis import place_in_themes, synthesise
from themeweave.review.theme_stage import Placing
from themeweave.themes.propose import FEWEST
from themeweave.themes.state import NAME, PlaceState, State, ThemeState, differences, from_json


def propose_in(path: Path, progress: Progress) -> Placing:
    """Propose candidate themes for a review, and keep them for `keep`.

    Raises
    ------
    ReviewError
        With fewer findings than themes can be proposed for.
    """
    folder = open_folder(path)
    progress("proposing candidate themes")
    placing = place_in_themes(folder)
    if placing.candidates is None:
        raise ReviewError(
            f"fewer than {FEWEST} findings are left to be grouped",
            "corpus/findings",
            f"{placing.taken_in} fit themes that have findings already: see 'themeweave themes "
            "list'. Which findings are coded to themes, codebooks.themes.strand in review.toml "
            "says.",
        )
    placements = placing.candidates.placements
    rows: list[Mapping[str, object]] = [asdict(placement) for placement in placements]
    write_file(folder.path / PROPOSED, write_sheet(rows, THEME_COLUMNS, ".csv"))
    return placing


def state_of(book: Codebook, coded: Iterable[CodedFinding]) -> State:
    """Give the state of the themes of a synthesis."""
    themes = {code.id: ThemeState(code.name, code.parent, code.retired) for code in book.codes}
    places = {
        c.finding.id: PlaceState(
            c.theme.text,
            c.subtheme.text,
            c.subtheme.basis if c.subtheme.code_id else c.theme.basis,
        )
        for c in coded
    }
    return State(themes, places)


def state_at(path: Path, progress: Progress) -> State:
    """Give the state of the themes of a review folder as it is now, or of a file of one."""
    if path.is_file():
        return from_json(path.read_bytes(), str(path))
    synthesis = synthesise(open_folder(path), progress, weighs=False)
    return state_of(synthesis.folder.book(THEMES), synthesis.coded)


def diff(path: Path, before: Path | None, progress: Progress) -> list[str]:
    """Say what changed in the themes since an earlier copy, or since the last run.

    Raises
    ------
    ReviewError
        Where there was no run yet, or ``before`` is neither a review folder nor a state.
    """
    last = path / "outputs" / NAME
    if before is None and not last.is_file():
        raise ReviewError(
            "there is nothing to compare with: no run was made yet",
            f"outputs/{NAME}",
            "Run 'themeweave run', or name an earlier copy of the review folder.",
        )
    return list(differences(state_at(before or last, progress), state_at(path, progress)))
