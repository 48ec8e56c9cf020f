"""Appraisal: sheets out and in, consensus, lights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from themeweave.corpus.sheets import read_sheet
from themeweave.errors import ReviewError
from themeweave.evidence.appraisal import Judgement, settle
from themeweave.report.figures.traffic_lights import traffic_lights
from themeweave.review.appraisals import (
    BLANK_COLUMNS,
    FOLDER,
    Appraised,
    Profiles,
    blank_rows,
    consensus_rows,
    read_judgements,
)
from themeweave.review.evidence.pictures import of_suffix
from themeweave.review.files import read_input
from themeweave.review.folder import open_folder


def labels_of(path: Path) -> dict[str, str]:
    """Give the labels of a folder's reviews, by id; none where there is no folder."""
    if not (path / "review.toml").is_file():
        return {}
    return {review.id: review.label for review in open_folder(path).reviews}


def profile_text(path: Path, name: str) -> str:
    """Give the text of a profile: the folder's own, else a shipped one."""
    return Profiles(path / FOLDER).text(name)


def blank_sheet(
    path: Path, name: str, only: Sequence[str] = ()
) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Give the rows of a sheet for one appraiser: the included reviews, or the primary studies.

    Raises
    ------
    ReviewError
        Where ``only`` names what is not there, or there is nothing to appraise.
    """
    profile = Profiles(path / FOLDER)(name)
    folder = open_folder(path)
    if profile.of == "review":
        subjects = [(r.id, r.label) for r in folder.reviews if r.role == "included" or r.id in only]
        sheet = "corpus/reviews.csv"
    else:
        subjects = [(study.id, study.label) for study in folder.studies]
        sheet = "corpus/citations.csv"
    known = {subject for subject, _ in subjects}
    if unknown := [subject for subject in only if subject not in known]:
        raise ReviewError(
            f"there is nothing to appraise called '{unknown[0]}'",
            sheet,
            "Name ids as they stand there.",
        )
    if not subjects:
        raise ReviewError(
            f"there is nothing to appraise with {name}", sheet, f"List each {profile.of} there."
        )
    taken = [(subject, label) for subject, label in subjects if not only or subject in only]
    return blank_rows(profile, taken), BLANK_COLUMNS


def appraisals(path: Path, sheets: Sequence[str] = (), profile: str = "") -> dict[str, Appraised]:
    """Read appraisals: of the sheets given, each named after its appraiser, or of the folder.

    Parameters
    ----------
    profile
        Of rows that name none; of a folder's appraisals, the only ones to take.

    Raises
    ------
    ReviewError
        Listing the faults of the sheets; where there is no appraisal.
    """
    if not sheets:
        held = open_folder(path).appraisals
        found = {name: one for name, one in held.items() if profile in ("", name)}
        if not found:
            raise ReviewError(
                "there are no appraisals" + (f" by the profile '{profile}'" if profile else ""),
                f"{FOLDER}/",
                "Write a sheet with --blank, fill it in, and save it there under your name.",
            )
        return found
    profiles = Profiles(path / FOLDER)
    grouped: dict[str, list[Judgement]] = {}
    faults: list[str] = []
    for name in sheets:
        sheet = read_sheet(*read_input(name))
        read, wrong = read_judgements(sheet, Path(name).stem, profiles, profile)
        faults += wrong
        for used, judgement in read:
            grouped.setdefault(used, []).append(judgement)
    if faults:
        raise ReviewError(
            "appraisal sheets with faults", "", "Mend the places above.", faults=faults
        )
    return {name: Appraised(profiles(name), tuple(grouped[name])) for name in sorted(grouped)}


def _one(found: dict[str, Appraised], profile: str) -> Appraised:
    if profile in found:
        return found[profile]
    if len(found) == 1 and not profile:
        return next(iter(found.values()))
    raise ReviewError(
        "appraisals by several profiles", "", f"Choose one with --profile: {', '.join(found)}."
    )


def consensus_sheet(
    found: dict[str, Appraised], path: Path, profile: str
) -> tuple[list[dict[str, str]], tuple[str, ...], int]:
    """Give rows and columns of the consensus sheet, and how many answers are to be settled."""
    rows, columns = consensus_rows(_one(found, profile), labels_of(path))
    return rows, columns, sum(not row["answer"] for row in rows)


def lights_of(found: dict[str, Appraised], path: Path, profile: str, suffix: str) -> bytes:
    """Draw the traffic lights of one profile."""
    one = _one(found, profile)
    settled = settle(one.profile, one.judgements)
    title = f"{one.profile.tool}: each {one.profile.of} by item"
    return of_suffix(traffic_lights(one.profile, settled, labels_of(path), title), suffix)
