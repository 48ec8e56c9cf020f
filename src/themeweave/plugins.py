"""Plug-ins: readers, embedders, suggesters, measures and writers, found by name.

Each kind is a group of entry points, ``themeweave.<kind>``. Our own stand in the same groups as
anybody else's, so a plug-in can replace them by taking another name in the settings.
"""

from __future__ import annotations

import difflib
import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from themeweave.errors import ReviewError

Kind = Literal["readers", "embedders", "suggesters", "measures", "writers"]


def names(kind: Kind) -> list[str]:
    """List the plug-ins of a kind.

    Examples
    --------
    >>> "blend" in names("suggesters")
    True
    """
    return sorted({point.name for point in _points(kind)})


def load(kind: Kind, name: str, where: str = "") -> Any:
    """Load one plug-in by its name.

    Raises
    ------
    ReviewError
        Where no installed package offers it; the message names the nearest.
    """
    for point in _points(kind):
        if point.name == name:
            return point.load()
    known = names(kind)
    near = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    raise ReviewError(
        f"there is no {kind.removesuffix('s')} named '{name}'",
        where,
        f"{hint}Installed: {', '.join(known)}.",
    )


def _points(kind: Kind) -> list[EntryPoint]:
    """List entry points, our own last, so that another package's may stand in for ours."""
    return _looked_up(kind, tuple(sys.path))


@lru_cache(maxsize=16)
def _looked_up(kind: Kind, _path: tuple[str, ...]) -> list[EntryPoint]:
    """Look through what is installed, once for where Python looks: it takes milliseconds."""
    found = entry_points(group=f"themeweave.{kind}")
    return sorted(found, key=lambda point: (point.value.startswith("themeweave."), point.value))
