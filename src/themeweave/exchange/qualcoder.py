"""QualCoder: the file data.qda of a project's folder, whose positions are code points.

Source: the tables that QualCoder 3 and 4 create (src/qualcoder/__main__.py).
"""

from __future__ import annotations

from themeweave.exchange.building import Building
from themeweave.exchange.database import Database
from themeweave.exchange.guids import guid
from themeweave.exchange.losses import Losses
from themeweave.exchange.positions import Mark, Stored, detect, span
from themeweave.exchange.project import Project, Selection

TABLES = ("code_cat", "code_name", "source", "code_text")
_MOST_LEVELS = 100


def read_qualcoder(raw: bytes, name: str) -> tuple[Project, Losses]:
    """Read a project of QualCoder from its data.qda.

    Raises
    ------
    ReviewError
        Where the file is no such database, or is damaged.
    """
    losses = Losses()
    base = Database(raw, name, losses)
    try:
        made = Building(name, losses)
        codes = _codes(base, made)
        texts, sources = _sources(base, made)
        _codings(base, made, codes, texts, sources)
        _memos(base, made, sources)
        for table, why in (
            ("code_image", "an area of a picture holds no text"),
            ("code_av", "a stretch of sound or film holds no text"),
        ):
            for row in base.rows(table, "memo") if table in base.tables else ():
                losses.dropped(table, row["memo"][:40], why)
        return made.project("QualCoder project", "QualCoder"), losses
    finally:
        base.close()


def _codes(base: Database, made: Building) -> dict[str, str]:
    """Read categories and codes; a circle of categories is cut where it closes."""
    cats = {
        row["catid"]: row for row in base.rows("code_cat", "catid", "name", "memo", "supercatid")
    }

    def path(own: str) -> list[str]:
        names: list[str] = []
        seen: set[str] = set()
        while own in cats and own not in seen and len(names) < _MOST_LEVELS:
            seen.add(own)
            names.insert(0, cats[own]["name"])
            own = cats[own]["supercatid"]
        if own in seen:
            made.losses.repaired("category", names[0], "categories in a circle; cut here")
        return names

    for own, row in cats.items():
        made.code(path(own), row["memo"])
    codes: dict[str, str] = {}
    for row in base.rows("code_name", "cid", "name", "memo", "catid", "color"):
        names = [*path(row["catid"]), row["name"]] if row["catid"] else [row["name"]]
        codes[row["cid"]] = made.code(names, row["memo"], row["color"])
    return codes


def _sources(base: Database, made: Building) -> tuple[dict[str, Stored], dict[str, str]]:
    texts: dict[str, Stored] = {}
    sources: dict[str, str] = {}
    for row in base.rows("source", "id", "name", "fulltext", "memo"):
        stored = Stored(row["fulltext"])
        held = any(sign.isalnum() for sign in stored.text)
        if not held:
            made.losses.dropped("text of source", row["name"], "it holds no letter or digit")
        key, text = f"{row['id']} {row['name']}", stored.text if held else ""
        sources[row["id"]] = made.source(row["name"], text, row["memo"], key=key)
        if held:
            texts[row["id"]] = stored
    return texts, sources


def _codings(
    base: Database,
    made: Building,
    codes: dict[str, str],
    texts: dict[str, Stored],
    sources: dict[str, str],
) -> None:
    columns = ("cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo")
    rows = list(base.rows("code_text", *columns))
    marks: dict[int, Mark] = {}
    for number, row in enumerate(rows):
        whole = row["pos0"].isdigit() and row["pos1"].isdigit()
        if row["fid"] in texts and whole and max(len(row["pos0"]), len(row["pos1"])) < 16:
            ends = int(row["pos0"]), int(row["pos1"])
            marks[number] = Mark(texts[row["fid"]], *ends, row["seltext"])
    fit = detect(list(marks.values()), "QualCoder")
    for number, row in enumerate(rows):
        shown = f"'{row['seltext'][:40]}'"
        if row["cid"] not in codes or row["fid"] not in sources:
            made.losses.dropped("code_text", shown, "it names a code or source that is not there")
            continue
        at = row["date"].replace(" ", "T")
        at = f"{at}Z" if len(at) == 19 else ""
        source, user = sources[row["fid"]], made.user(row["owner"])
        text = row["seltext"].strip()
        place: tuple[int | None, int | None] = None, None
        if number in marks:
            start, end, _ = span(marks[number], fit.dialect)
            words = texts[row["fid"]].text[start:end]
            if words.split() == row["seltext"].split() or not row["seltext"].strip():
                text, place = words, (start, end)
        if place[0] is None:
            made.losses.repaired(
                "code_text", shown, "its words are not at its place; kept by words"
            )
        if not any(sign.isalnum() for sign in text):
            made.losses.dropped("code_text", shown, "it holds no letter or digit")
            continue
        own = guid("code_text", source, str(place), text)
        made.placed(Selection(own, source, text, *place, row["memo"], user, at))
        made.apply(own, codes[row["cid"]], row["owner"], at)


def _memos(base: Database, made: Building, sources: dict[str, str]) -> None:
    if "journal" in base.tables:
        for row in base.rows("journal", "name", "jentry", "owner"):
            made.memo(row["name"], row["jentry"], "project", row["owner"])
    if "annotation" in base.tables:
        for row in base.rows("annotation", "fid", "pos0", "pos1", "memo", "owner"):
            name = f"annotation at {row['pos0']} to {row['pos1']}"
            made.memo(name, row["memo"], sources.get(row["fid"], ""), row["owner"])
    if "cases" in base.tables:
        for row in base.rows("cases", "name", "memo"):
            made.memo(f"case {row['name']}", row["memo"] or row["name"], "project")
