"""Appraisal sheets: blank ones out, filled ones in, and the consensus with both first answers.

Each appraiser fills a sheet of their own, which holds nobody else's answers. In a review folder
the sheets stand in appraisals/, each named after its appraiser; consensus.csv holds what they
settled on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themeweave.corpus.records import Review
from themeweave.corpus.sheets import SUFFIXES, read_sheet
from themeweave.corpus.tables import Row, Sheet
from themeweave.errors import ReviewError
from themeweave.evidence.appraisal import CONSENSUS, OVERALL, Judgement, settle
from themeweave.evidence.profiles import Profile, read_profile, shipped_text
from themeweave.review.copies import copies_in
from themeweave.review.nearest import nearest

FOLDER = "appraisals"
BLANK_COLUMNS = ("profile", "subject", "label", "item", "topic", "answers", "answer", "reason")
SUBJECTS = ("subject", "review", "study", "trial", "id")


@dataclass(frozen=True, slots=True)
class Appraised:
    """All judgements made by one profile."""

    profile: Profile
    judgements: tuple[Judgement, ...]


def blank_rows(profile: Profile, subjects: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Give the rows of a sheet to fill in: each subject by each item, without any answer.

    Examples
    --------
    >>> rows = blank_rows(read_profile(shipped_text("jbi-reviews")), [("R1", "Ng 2020")])
    >>> len(rows), rows[0]["topic"], rows[0]["answer"]
    (11, 'Question stated clearly', '')
    """
    return [
        {
            "profile": profile.name,
            "subject": subject,
            "label": label,
            "item": item.id,
            "topic": item.topic + (" (critical)" if item.critical else ""),
            "answers": ", ".join(item.answers),
            "answer": "",
            "reason": "",
        }
        for subject, label in subjects
        for item in profile.items
    ]


def read_judgements(
    sheet: Sheet,
    appraiser: str,
    find: Callable[[str], Profile],
    profile: str = "",
    reviews: Mapping[str, Review] | None = None,
) -> tuple[list[tuple[str, Judgement]], list[str]]:
    """Read one appraiser's sheet: judgements with the name of their profile, and faults.

    Parameters
    ----------
    sheet
        One answer a row (columns subject or review, item, answer, and profile, reason where they
        are there), or one subject a row with a column for each item.
    appraiser
        Whose sheet it is.
    find
        Gives a profile by its name.
    profile
        The profile of rows that name none.
    reviews
        Those of the folder, by id; a profile that appraises reviews takes no other subject.
    """
    column = next((name for name in SUBJECTS if name in sheet.columns), "")
    if not column:
        return [], [f"{sheet.name}, row 1: there is no column 'subject', 'review' or 'study'"]
    read: dict[tuple[str, str, str], Judgement] = {}
    faults: list[str] = []
    rows: dict[tuple[str, str, str], int] = {}
    for row in sheet.rows:
        name, subject = row["profile"] or profile, row[column]
        used, fault = _profile_of(name, find)
        fault = fault or _subject_fault(subject, used, reviews)
        if used is None or fault:
            place = "profile" if used is None else column
            faults.append(f"{sheet.place(row, place)}: {fault}")
            continue
        for judgement in _answers_of(row, sheet, used, subject, appraiser):
            key = name, subject, judgement.item
            place = f"{sheet.name}, row {row.number}"
            if judgement.item not in used.by_id and judgement.item != OVERALL:
                near = nearest(judgement.item, used.by_id)
                faults.append(f"{place}: '{judgement.item}' is no item of the profile {name}{near}")
            elif key in read:
                faults.append(
                    f"{place}: item {judgement.item} of '{subject}' stands in row {rows[key]} too"
                )
            else:
                read[key], rows[key] = judgement, row.number
    return [(key[0], judgement) for key, judgement in read.items()], list(dict.fromkeys(faults))


def _profile_of(name: str, find: Callable[[str], Profile]) -> tuple[Profile | None, str]:
    """Give a row's profile, or what is wrong with its name."""
    if not name:
        return None, "empty"
    try:
        return find(name), ""
    except ReviewError as error:
        said = "; ".join(error.faults) or error.next_step
        return None, f"{error.what}. {said}"


def _subject_fault(
    subject: str, profile: Profile | None, reviews: Mapping[str, Review] | None
) -> str:
    if not subject:
        return "empty"
    if profile and profile.of == "review" and reviews is not None and subject not in reviews:
        return f"'{subject}' is not listed in reviews.csv{nearest(subject, reviews)}"
    return ""


def _answers_of(
    row: Row, sheet: Sheet, profile: Profile, subject: str, appraiser: str
) -> Iterator[Judgement]:
    if "item" in sheet.columns:
        yield Judgement(subject, row["item"], row["answer"], appraiser, row["reason"])
        return
    for item in (*profile.by_id, *(() if OVERALL in profile.by_id else (OVERALL,))):
        if item in sheet.columns:
            reason = row[f"{item}_reason"] or (row["reason"] if item == OVERALL else "")
            yield Judgement(subject, item, row[item], appraiser, reason)


class Profiles:
    """Profiles by name: a folder's own files first, then those that are shipped."""

    def __init__(self, folder: Path | None, read: Callable[[Path], bytes] = Path.read_bytes):
        self._folder = folder
        self._read = read
        self._known: dict[str, Profile] = {}

    def text(self, name: str) -> str:
        """Give the text of a profile."""
        own = self._folder / f"{name}.toml" if self._folder else None
        if own and Path(name).name == name and own.is_file():
            return self._read(own).decode("utf-8-sig", errors="replace")
        return shipped_text(name)

    def __call__(self, name: str) -> Profile:
        """Give a profile."""
        if name not in self._known:
            self._known[name] = read_profile(self.text(name), f"profile '{name}'", self.text)
        return self._known[name]


def read_folder(
    folder: Path, reviews: Mapping[str, Review], read: Callable[[Path], bytes]
) -> tuple[dict[str, Appraised], list[str]]:
    """Read the appraisals of a review folder: by profile, and the faults of its sheets."""
    profiles = Profiles(folder / FOLDER, read)
    found: dict[str, list[Judgement]] = {}
    faults: list[str] = []
    taken: dict[str, str] = {}
    files = sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else []
    copies = {folder / copy.name for copy in copies_in(folder)}
    for file in files:
        if file.suffix.lower() not in SUFFIXES or file.name.startswith((".", "~")):
            continue
        if file in copies:
            continue  # `check` names it
        shown = f"{FOLDER}/{file.name}"
        if file.stem in taken:
            faults.append(f"{shown} and {taken[file.stem]} are both sheets of '{file.stem}'")
            continue
        taken[file.stem] = shown
        try:
            sheet = read_sheet(read(file), shown, file.suffix)
        except ReviewError as error:
            faults += [f"{shown}: {fault}" for fault in error.faults or (error.what,)]
            continue
        judgements, wrong = read_judgements(sheet, file.stem, profiles, "", reviews)
        faults += wrong
        for name, judgement in judgements:
            found.setdefault(name, []).append(judgement)
    made = {name: Appraised(profiles(name), tuple(found[name])) for name in sorted(found)}
    return made, faults


def consensus_rows(
    appraised: Appraised, labels: Mapping[str, str]
) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Give the sheet on which appraisers settle, with both first answers on each item.

    Where they agree the answer is filled in; where they differ it is empty, to be decided. Answers
    of a consensus that is there already stay.

    Returns
    -------
    rows, columns
        One row for each subject and item, a column for each appraiser beside ``answer``.
    """
    people = sorted({j.appraiser for j in appraised.judgements} - {CONSENSUS})
    said = {(j.subject, j.item, j.appraiser): j for j in appraised.judgements}
    profile = appraised.profile
    rows = []
    for one in settle(profile, appraised.judgements):
        for item in profile.items:
            first = [said.get((one.subject, item.id, person)) for person in people]
            given = [item.answer(j.answer) or j.answer if j else "" for j in first]
            settled = said.get((one.subject, item.id, CONSENSUS))
            alike = given[0] if given[0] and len(set(given)) == 1 else ""
            rows.append(
                {
                    "profile": profile.name,
                    "subject": one.subject,
                    "label": labels.get(one.subject, one.subject),
                    "item": item.id,
                    "topic": item.topic + (" (critical)" if item.critical else ""),
                    "answers": ", ".join(item.answers),
                    **dict(zip(people, given, strict=True)),
                    **{
                        f"{person}: reason": j.reason if j else ""
                        for person, j in zip(people, first, strict=True)
                    },
                    "answer": settled.answer if settled else alike,
                    "reason": settled.reason if settled else "both" if alike else "",
                }
            )
    reasons = tuple(f"{person}: reason" for person in people)
    columns = (*BLANK_COLUMNS[:6], *people, *reasons, *BLANK_COLUMNS[6:])
    return rows, columns


def unfinished(appraised: Appraised) -> Sequence[str]:
    """Name the appraisers whose sheets lack answers, with how many: agreement has to wait.

    Examples
    --------
    >>> jbi = read_profile(shipped_text("jbi-reviews"))
    >>> unfinished(Appraised(jbi, (Judgement("R1", "1", "yes", "ana"),)))
    ['ana lacks 10 of 11 answers']
    """
    items = appraised.profile.by_id
    subjects = {judgement.subject for judgement in appraised.judgements}
    given: dict[str, set[tuple[str, str]]] = {}
    for j in appraised.judgements:
        held = given.setdefault(j.appraiser, set())
        if j.item in items and items[j.item].answer(j.answer):
            held.add((j.subject, j.item))
    due = len(subjects) * len(items)
    return [
        f"{person} lacks {due - len(held)} of {due} answers"
        for person, held in sorted(given.items())
        if person != CONSENSUS and len(held) < due
    ]
