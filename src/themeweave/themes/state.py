"""The state of the themes: the tree and each finding's place, to be kept and compared.

A state is what a person saw at one time. Two of them tell what is new: themes added, renamed,
moved or gone, findings that came, and places that changed, people's apart from the program's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from themeweave.errors import ReviewError

NAME = "theme_state.json"


@dataclass(frozen=True, slots=True)
class ThemeState:
    """A theme of the codebook."""

    name: str
    parent: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class PlaceState:
    """Where a finding stands: the words shown, and on whose word."""

    theme: str  # overarching; empty where nothing is said
    subtheme: str
    basis: str  # confirmed, disputed, suggested, unclear, or empty

    @property
    def words(self) -> str:
        """The place in words."""
        path = " > ".join(dict.fromkeys(part for part in (self.theme, self.subtheme) if part))
        return f"'{path}' ({self.basis})" if path else "no theme"


@dataclass(frozen=True, slots=True)
class State:
    """All themes and places, by id."""

    themes: Mapping[str, ThemeState]
    places: Mapping[str, PlaceState]


def to_json(state: State) -> bytes:
    """Write a state as a file."""
    record = {
        "themes": {name: asdict(state.themes[name]) for name in sorted(state.themes)},
        "places": {name: asdict(state.places[name]) for name in sorted(state.places)},
    }
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def from_json(raw: bytes, shown: str) -> State:
    """Read a state from its file.

    Raises
    ------
    ReviewError
        Where the file is not one.
    """
    try:
        record = json.loads(raw)
        themes = {str(name): ThemeState(**said) for name, said in record["themes"].items()}
        places = {str(name): PlaceState(**said) for name, said in record["places"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReviewError(
            "this is not a state of the themes",
            shown,
            f"Name an earlier copy of the review folder, or {NAME} of its outputs/.",
        ) from None
    return State(themes, places)


def differences(before: State, after: State) -> Iterator[str]:
    """Say what changed from one state to the other, themes first, each in one line.

    Examples
    --------
    >>> old = State({"T1": ThemeState("Pay")}, {"F1": PlaceState("Pay", "", "suggested")})
    >>> new = State({"T1": ThemeState("Low pay")}, {"F1": PlaceState("Low pay", "", "confirmed")})
    >>> list(differences(old, new))
    ["theme T1 'Pay' is now called 'Low pay'", "F1 confirmed: 'Low pay' (confirmed)"]
    """
    yield from _of_themes(before.themes, after.themes)
    renamed = {
        was.name: after.themes[theme].name
        for theme, was in before.themes.items()
        if theme in after.themes
    }
    for finding, now in after.places.items():
        was = before.places.get(finding)
        if was is None:
            yield f"{finding} is new: {now.words}"
            continue
        was = PlaceState(
            renamed.get(was.theme, was.theme), renamed.get(was.subtheme, was.subtheme), was.basis
        )
        if (was.theme, was.subtheme) == (now.theme, now.subtheme):
            if was.basis != now.basis:
                verb = {"confirmed": "confirmed", "disputed": "disputed"}.get(now.basis, "changed")
                yield f"{finding} {verb}: {now.words}"
        else:
            yield f"{finding} moved: from {was.words} to {now.words}"
    for finding in before.places:
        if finding not in after.places:
            yield f"{finding} is gone"


def _of_themes(before: Mapping[str, ThemeState], after: Mapping[str, ThemeState]) -> Iterator[str]:
    def name(theme: str, themes: Mapping[str, ThemeState]) -> str:
        return f"'{themes[theme].name}'" if theme in themes else "the top"

    for theme, now in after.items():
        was = before.get(theme)
        if was is None:
            below = f", under {name(now.parent, after)}" if now.parent else ""
            yield f"theme {theme} '{now.name}' is new{below}"
            continue
        if was.name != now.name:
            yield f"theme {theme} '{was.name}' is now called '{now.name}'"
        if was.parent != now.parent:
            yield (
                f"theme {theme} '{now.name}' moved from {name(was.parent, before)} to "
                f"{name(now.parent, after)}"
            )
        if was.retired != now.retired:
            yield f"theme {theme} '{now.name}' is {'retired' if now.retired else 'in use again'}"
    for theme, was in before.items():
        if theme not in after:
            yield f"theme {theme} '{was.name}' is gone: merged, or taken out of the codebook"
