"""EPPI-Reviewer: its JSON export, with the tree of codes and the texts that were given them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from themeweave.corpus.encoding import decode
from themeweave.errors import ReviewError
from themeweave.exchange.building import Building
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Project

_PAGE = re.compile(r'\APage (\d+):\s*\[¬s\]"?(.*?)"?\[¬e\]"?\s*\Z', re.DOTALL)
_ASK = "Export the items with their coding from EPPI-Reviewer again, as JSON."
_MOST_LEVELS = 100


def read_eppi(raw: bytes, name: str) -> tuple[Project, Losses]:
    """Read an export of EPPI-Reviewer.

    Raises
    ------
    ReviewError
        Where the file is not such an export.
    """
    losses = Losses()
    made = Building(name, losses)
    try:
        data = json.loads(decode(raw, name))
        paths = dict(_paths(data["CodeSets"]))
        for own, (path, told) in paths.items():
            if own:
                made.code(path, told)
        for item in data["References"]:
            _item(item, {own: path for own, (path, _) in paths.items()}, made)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise ReviewError("the file is not a JSON export of EPPI-Reviewer", name, _ASK) from None
    return made.project("", "EPPI-Reviewer"), losses


def _paths(sets: list[Mapping[str, Any]]) -> Iterator[tuple[str, tuple[list[str], str]]]:
    """Give for each code its path of names, below the name of its set, and its description."""
    waiting: list[tuple[Any, list[str]]] = [
        (one.get("Attributes"), [str(one.get("SetName") or "codes")]) for one in reversed(sets)
    ]
    while waiting:
        held, above = waiting.pop()
        if len(above) > _MOST_LEVELS:
            raise ValueError("codes are nested too deep")
        for code in (held or {}).get("AttributesList") or ():
            path = [*above, str(code["AttributeName"])]
            yield str(code["AttributeId"]), (path, str(code.get("AttributeDescription") or ""))
            waiting.append((code.get("Attributes"), path))


def _item(item: Mapping[str, Any], paths: Mapping[str, list[str]], made: Building) -> None:
    source = str(item.get("ShortTitle") or item.get("Title") or item["ItemId"]).strip()
    for code in item.get("Codes") or ():
        path = paths.get(str(code["AttributeId"]))
        texts = list(_texts(code))
        if path is None:
            made.losses.dropped("coding", source, "it names a code that is not in the export")
            continue
        if not texts:
            shown = f"{source}: {path[-1]}"
            made.losses.dropped("coding", shown, "a code of a whole item, which is no quotation")
        for text, page, comment in texts:
            own = made.quotation(source, text, comment=comment, page=page)
            if own:
                made.apply(own, made.code(path))
    if item.get("Outcomes"):
        made.losses.dropped("outcomes", source, "numbers go into corpus/effects")


def _texts(code: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Give the texts that were coded, each with its page; a note where there are none."""
    note = str(code.get("AdditionalText") or "").strip()
    found = False
    for detail in code.get("ItemAttributeFullTextDetails") or ():
        text = str(detail.get("Text") or "").strip()
        page = _PAGE.match(text)
        if page:  # several selections on a page stand on lines of their own, in quotes
            text = " [...] ".join(re.split(r'"\s*\n\s*"', page[2]))
        if text:
            found = True
            yield text, page[1] if page else "", note
    if note and not found:
        yield note, "", "a note on the code, not words of the document"
