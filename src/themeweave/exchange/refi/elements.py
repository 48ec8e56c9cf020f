"""Elements of REFI-QDA: read by their names in any namespace, with ids that are always there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from themeweave.exchange.guids import guid, plain
from themeweave.exchange.losses import Losses

if TYPE_CHECKING:
    from lxml.etree import _Element


def tag(element: _Element) -> str:
    """Give an element's name without its namespace."""
    name = element.tag
    return name.rsplit("}", 1)[-1] if isinstance(name, str) else ""


def children(element: _Element, *names: str) -> Iterator[_Element]:
    """Iterate the children that have one of some names, in any namespace."""
    return (child for child in element if tag(child) in names)


def words(element: _Element, name: str) -> str:
    """Give the text of the first child of a name, without the white space around it."""
    return next((str(child.text or "").strip() for child in children(element, name)), "")


def identity(element: _Element, seen: set[str], losses: Losses, *where: str) -> str:
    """Give an element's GUID; one that is missing, broken or taken is made from its place."""
    kind = tag(element)
    stated = str(element.get("guid") or "")
    given = plain(stated)
    name = str(element.get("name") or stated or "without a name")[:80]
    if given and given not in seen:
        seen.add(given)
        return given
    why = "its GUID is used already; given another" if given else "no valid GUID; given one"
    losses.repaired(kind, name, why)
    made = guid("made", kind, stated, *where, str(len(seen)))
    seen.add(made)
    return made


def whole(stated: object) -> int | None:
    """Read a whole number as an attribute states it; None for anything else.

    Examples
    --------
    >>> whole("12"), whole("1.5"), whole("9" * 5000)
    (12, None, None)
    """
    text = str(stated).strip()
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,15}", text) else None
