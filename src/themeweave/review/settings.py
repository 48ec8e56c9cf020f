"""Settings: what review.toml may say. Unknown keys are refused, so a typing slip is noticed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from themeweave.corpus.columns import SYNONYMS
from themeweave.corpus.readers.canonical import ENCODINGS
from themeweave.errors import ReviewError
from themeweave.review.nearest import nearest

if TYPE_CHECKING:
    from themeweave.effects.presets import Preset

CROSSTABS = ("theme_by_perspective", "theme_by_domain", "theme_by_review", "review_by_domain")
TABLES = (  # names that [tables.NAME] may have; * stands for a profile, codebook or checklist
    *("characteristics", "key_findings", "theme_table", "theme_detail", "framework_matrix"),
    *("cfir_table", "evidence_base", "overlap", "theme_sureness", "contradictions", "bridges"),
    *("qualitative_findings", "evidence_profile", "conqual", "joint_display", "coding_frame"),
    *("effects_pooled", "effects_reported", "effect_directions", *CROSSTABS),
    *("appraisal_*", "codebook_*", "checklist_*"),
)
SHEETS = (*SYNONYMS, "effects")  # of corpus/, by stem
Format = Literal["docx", "xlsx", "html", "md", "tex", "csv"]
FORMATS: tuple[Format, ...] = ("docx", "xlsx", "html", "md", "csv")  # tex on request
Checklist = Literal["prior", "entreq", "prisma-2020", "swim"]
CHECKLISTS: tuple[Checklist, ...] = ("prior", "entreq", "prisma-2020", "swim")
FORMAT = 1  # raised when an older program could not read a newer folder


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Review(_Table):
    """[review]: what the review is about."""

    title: str
    question: str = ""
    format: int = FORMAT
    framework: str = "cfir-2022"  # the codebook of barriers and facilitators
    # how many primary studies stand in that many reviews ("4-8" for a range), as published:
    # bounds for the overlap where inclusion lists are not known
    studies_in_reviews: dict[str, int] = {}


class Coder(_Table):
    """[coders.NAME]: who decides; an adjudicator's ruling ends a dispute."""

    name: str = ""
    role: Literal["coder", "adjudicator"] = "coder"


class TeamSettings(_Table):
    """[team]: how coders work together."""

    statistics: bool = True  # of agreement; reflexive work compares readings without them


Margin = Annotated[float, Field(ge=0, le=1)]
# A suggestion nearer than this to the next is unclear. Chosen on the topics that the engines were
# not taught: of the findings just above, three in five are right; just below, fewer. Of subthemes
# of 58 sets, read by definitions and cues, half are: they are looked at as a group anyway.
MARGIN = 0.3
MARGINS = {"valence": 0.4, "themes": 0.2}  # two directions share what nine perspectives do


class BookSettings(_Table):
    """[codebooks.ID]: which suggester reads the codebook, on which findings, and how surely."""

    suggester: str = "reader"
    margin: Margin = MARGIN
    learn: bool = True  # from the decisions of the folder, where that does better than without
    strand: str = ""  # only findings of this strand are coded against it; empty for all


class Innovation(_Table):
    """[innovation]: what is put in place here, and who gives and receives it.

    People are named in words or by the ids of perspectives, whose cues then count.
    """

    name: str = ""
    deliverers: list[str] = []
    recipients: list[str] = []

    def roles(self) -> dict[str, list[str]]:
        """Give the roles of CFIR 2022 with the people who have them, as far as they are named."""
        said = {
            "innovation_deliverers": self.deliverers,
            "innovation_recipients": self.recipients,
        }
        return {role: people for role, people in said.items() if people}


class Themes(_Table):
    """[themes]: how candidate themes are proposed."""

    number: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    seed: int = 0
    embedder: str = "reader"


class Effects(_Table):
    """[effects]: how study-level effects are pooled."""

    measure: str = "SMD"
    preset: str = "cochrane2025"  # the choices of effects/presets.py; the keys below change one
    method: str | None = None
    ci: Literal["z", "t", "knha", "adhoc"] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    prediction: Literal["none", "k-1", "k-2", "z"] | None = None
    # correlation assumed between several effects of one study, which are first made one
    within_study_correlation: Annotated[float, Field(ge=0, le=1)] = 0.6


class Report(_Table):
    """[report]: how what is published is written."""

    formats: Annotated[tuple[Format, ...], Field(min_length=1, strict=False)] = FORMATS
    references: Literal["author-year", "numbered"] = "author-year"
    checklists: Annotated[tuple[Checklist, ...], Field(strict=False)] = CHECKLISTS
    key_findings: Annotated[int, Field(ge=1)] = 3  # shown for each theme or domain


class TableSettings(_Table):
    """[tables.NAME]: how one table stands."""

    show: bool = True
    title: str = ""
    columns: Annotated[tuple[str, ...], Field(strict=False)] = ()  # keys; empty for all
    headings: dict[str, str] = {}  # key -> wording
    base: Literal["findings", "reviews", "studies"] = "findings"  # what cells count
    sort: str = ""  # the key of a column, with a hyphen in front for the largest first


class Settings(_Table):
    """The whole file."""

    review: Review
    coders: dict[str, Coder] = {}
    team: TeamSettings = TeamSettings()
    codebooks: dict[str, BookSettings] = {}
    innovation: Innovation = Innovation()
    themes: Themes = Themes()
    effects: Effects = Effects()
    report: Report = Report()
    tables: dict[str, TableSettings] = {}
    columns: dict[str, dict[str, str]] = {}  # sheet -> our column -> its name in the sheet
    encodings: dict[str, str] = {}  # sheet -> the encoding of a text file that is not UTF-8

    def adjudicators(self) -> frozenset[str]:
        """Give the coders whose ruling ends a dispute."""
        return frozenset(n for n, coder in self.coders.items() if coder.role == "adjudicator")

    def book(self, codebook: str) -> BookSettings:
        """Give a codebook's settings."""
        found = self.codebooks.get(codebook, BookSettings())
        if "margin" in found.model_fields_set or codebook not in MARGINS:
            return found
        return found.model_copy(update={"margin": MARGINS[codebook]})

    def table(self, name: str) -> TableSettings:
        """Give a table's settings."""
        return self.tables.get(name, TableSettings())

    def pooling(self) -> Preset:
        """Give the choices that effects are pooled with: the preset, with what is changed."""
        from themeweave.effects.presets import preset

        e = self.effects
        chosen = replace(preset(e.preset), level=e.level)
        if e.method:
            chosen = replace(chosen, method=e.method)
        if e.ci:
            chosen = replace(chosen, ci=e.ci, ci_fallback=e.ci)
        return replace(chosen, prediction=e.prediction) if e.prediction else chosen


def read_settings(raw: bytes, shown: str = "review.toml") -> Settings:
    r"""Read review.toml.

    Raises
    ------
    ReviewError
        Listing every key that is unknown, missing or of the wrong type; naming both formats
        where the folder is newer than the program.

    Examples
    --------
    >>> read_settings(b"[review]\ntitle = 'Peer support'").themes.number
    'auto'
    """
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        raise ReviewError(
            "the settings file is empty",
            shown,
            "Restore it from a copy, or write: [review] and below it: title = 'Your review'.",
        )
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ReviewError(
            "the settings file is not in UTF-8",
            f"{shown}, line {line}",
            "Open it in an editor and save it with the encoding UTF-8.",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ReviewError(
            f"the settings file is not valid TOML: {error}",
            shown,
            "Text needs quotes, and every table starts with its name in brackets.",
        ) from None
    _check_format(data, shown)
    try:
        settings = Settings.model_validate(data)
        faults = [*_of_sheets(settings), *_of_tables(settings)]
    except ValidationError as error:
        faults = _faults(error)
    if faults:
        raise ReviewError(
            "settings that are not understood",
            shown,
            "Mend the keys above. docs/settings.md lists every key.",
            faults=faults,
        )
    return settings


def _of_sheets(settings: Settings) -> Iterator[str]:
    """Say which sheets, columns and encodings are named that there are not."""
    for sheet, columns in settings.columns.items():
        if sheet not in SYNONYMS:
            yield f"unknown key 'columns.{sheet}'{nearest(sheet, SYNONYMS)}"
            continue
        for ours in columns:
            if ours not in SYNONYMS[sheet]:
                yield f"unknown key 'columns.{sheet}.{ours}'{nearest(ours, SYNONYMS[sheet])}"
    for sheet, encoding in settings.encodings.items():
        if sheet not in SHEETS:
            yield f"unknown key 'encodings.{sheet}'{nearest(sheet, SHEETS)}"
        elif encoding not in ENCODINGS:
            yield (
                f"'encodings.{sheet}' is '{encoding}', it should be one of {', '.join(ENCODINGS)}"
            )


def _of_tables(settings: Settings) -> Iterator[str]:
    """Say which tables are named that there are not, and which count in no base of choice."""
    for name, table in settings.tables.items():
        if not any(fnmatchcase(name, known) for known in TABLES):
            yield f"unknown key 'tables.{name}'{nearest(name, TABLES)}"
        elif "base" in table.model_fields_set and name not in CROSSTABS:
            yield (
                f"'tables.{name}.base': this table states every base it counts in; only "
                f"{', '.join(CROSSTABS)} have one to choose"
            )


def _check_format(data: Mapping[str, object], shown: str) -> None:
    """Refuse a folder of a newer format, before its new keys are called unknown."""
    review = data.get("review")
    stated = review.get("format") if isinstance(review, dict) else None
    if isinstance(stated, int) and stated > FORMAT:
        raise ReviewError(
            f"the folder has format {stated}, this version reads up to {FORMAT}",
            shown,
            "Install a newer themeweave; nothing was changed.",
        )


def _faults(error: ValidationError) -> list[str]:
    """Put pydantic's errors in our words: the key, what it holds, what it should be."""
    faults: list[str] = []
    wanted: dict[tuple[str, str], list[str]] = {}  # of a key with alternatives, each of them
    for item in error.errors():
        parts = [str(part) for part in item["loc"]]
        # an alternative of a type stands behind the key as a part of its own
        parts = [part for part in parts if not part.startswith(("constrained-", "literal["))]
        key = ".".join(parts)
        if item["type"] == "extra_forbidden":
            faults.append(f"unknown key '{key}'{nearest(parts[-1], _KEYS)}")
        elif item["type"] == "missing":
            faults.append(f"the key '{key}' is missing")
        else:
            said = item["msg"].removeprefix("Input should be ")
            wanted.setdefault((key, repr(item["input"])), []).append(_TYPES.get(item["type"], said))
    return faults + [
        f"'{key}' is {held}, it should be {' or '.join(should)}"
        for (key, held), should in wanted.items()
    ]


_TYPES = {  # pydantic's names of faults, and what a person should write instead
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "dict_type": "a table",
    "model_type": "a table",
}
_KEYS = {
    key
    for table in (
        *(Settings, Review, Coder, TeamSettings, BookSettings, Innovation, Themes, Effects),
        *(Report, TableSettings),
    )
    for key in table.model_fields
}
