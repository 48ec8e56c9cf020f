"""Profiles of appraisal: the items of a tool, the answers it takes and its overall rule, as data.

Teams adapt the tools, and must say how. So a tool is a file with name, version and reason, shipped
as TOML to copy and change, or to build on with ``extends``. Topics stand in our own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from themeweave.errors import ReviewError

Meaning = Literal["met", "partly", "not met", "unclear", "not applicable"]
MEANINGS = ("met", "partly", "not met", "unclear", "not applicable")
KINDS = ("weaknesses", "ahrq", "count", "stated", "none")
SHIPPED = (
    "amstar2",
    "amstar2-qualitative",
    "amstar2-scoping",
    "amstar2-without-meta-analysis",
    "cochrane-rob",
    "cochrane-rob-modified",
    "jbi-qualitative",
    "jbi-reviews",
    "robis",
)
_TEXTS = ("name", "tool", "version", "of", "reason", "citation")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked."""

    id: str
    topic: str
    answers: Mapping[str, Meaning]  # as shown, in order, with what each means
    critical: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)  # other ways to write an answer

    def answer(self, written: str) -> str:
        """Find the answer that is written; empty where it is none of them."""
        word = " ".join(written.casefold().split())
        return word if word in self.answers else self.aliases.get(word, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """How answers become an overall rating."""

    kind: str  # one of KINDS
    partly: str = "met"  # weaknesses: whether a partial answer is "met" or a "weakness"
    item: str = ""  # stated: the item whose answer is the overall rating
    at_least: int = 0  # count: so many items met
    then: str = ""  # count: the rating if so
    otherwise: str = ""  # count: the rating if not


@dataclass(frozen=True, slots=True)
class Profile:
    """A tool, or a team's adaptation of it."""

    name: str
    tool: str
    version: str
    of: str  # "review" or "study": what it appraises
    reason: str
    citation: str
    rule: Rule
    items: tuple[Item, ...]

    @property
    def by_id(self) -> dict[str, Item]:
        """The items, by id."""
        return {item.id: item for item in self.items}


def shipped_text(name: str) -> str:
    """Give the text of a shipped profile, to read or to copy.

    Raises
    ------
    ReviewError
        Where there is none of that name.
    """
    from importlib.resources import files

    if name not in SHIPPED:
        raise ReviewError(
            f"there is no appraisal profile '{name}'",
            "",
            f"Shipped: {', '.join(SHIPPED)}. Or put {name}.toml into the folder appraisals/.",
        )
    return (files("themeweave.evidence") / "profiles" / f"{name}.toml").read_text("utf-8")


def read_profile(
    text: str, where: str = "the profile", find: Callable[[str], str] = shipped_text
) -> Profile:
    r"""Read a profile.

    Parameters
    ----------
    text
        TOML, as the shipped files are.
    where
        What to call it in messages.
    find
        Gives the text of the profile that this one extends.

    Raises
    ------
    ReviewError
        Where the text is no TOML, or with all faults at once: keys unknown or missing, an item
        without topic or answers, fewer items than ``expected``, an unknown meaning or rule.

    Examples
    --------
    >>> profile = read_profile(shipped_text("amstar2-scoping"))
    >>> len(profile.items), [item.id for item in profile.items if item.critical]
    (13, ['2', '4', '7', '9', '13'])
    """
    raw = _flattened(text, where, find, ())
    faults: list[str] = []
    keys = {*_TEXTS, "expected", "sets", "rule", "items"}
    faults += [f"unknown key '{key}'" for key in raw if key not in keys]
    for key in _TEXTS:
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            faults.append(f"'{key}' is missing" if key not in raw else f"'{key}' must be text")
    if raw.get("of") not in ("review", "study", None):
        faults.append(f"'of' is '{raw['of']}', it should be review or study")
    sets = {name: _answers(name, given, faults) for name, given in _table(raw, "sets").items()}
    items = [
        item
        for key, given in _table(raw, "items").items()
        if (item := _item(key, given, sets, faults))
    ]
    expected = raw.get("expected")
    if not isinstance(expected, int):
        faults.append("'expected' is missing: the number of items")
    elif expected != len(_table(raw, "items")):
        faults.append(f"there are {len(_table(raw, 'items'))} items, expected are {expected}")
    rule = _rule(_table(raw, "rule"), {item.id for item in items}, faults)
    if faults:
        raise ReviewError(
            f"the appraisal profile has {len(faults)} fault{'s' * (len(faults) > 1)}",
            where,
            "Mend them, or start from a copy of a shipped profile.",
            faults=faults,
        )
    texts = {key: str(raw[key]) for key in _TEXTS}
    return Profile(**texts, rule=rule, items=tuple(items))


def _flattened(
    text: str, where: str, find: Callable[[str], str], seen: tuple[str, ...]
) -> dict[str, Any]:
    """Put a profile onto the one that it extends."""
    import tomllib

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReviewError(
            f"not a TOML file: {error}", where, "Copy a shipped profile and change its values."
        ) from None
    base = raw.pop("extends", None)
    left = {str(item) for item in raw.pop("leave_out", [])}
    if base is None:
        return raw
    if base in seen:
        raise ReviewError(
            f"the profile extends itself: {' -> '.join((*seen, str(base)))}",
            where,
            "Let one of them extend a shipped profile.",
        )
    below = _flattened(find(str(base)), f"profile '{base}'", find, (*seen, str(base)))
    items = dict(_table(below, "items"))
    if unknown := sorted(left - items.keys()):
        raise ReviewError(
            "items are left out that are not there",
            where,
            f"The items of '{base}' are: {', '.join(items)}.",
            faults=[f"item '{item}'" for item in unknown],
        )
    for key, given in _table(raw, "items").items():
        items[key] = {**items.get(key, {}), **given} if isinstance(given, dict) else given
    items = {key: given for key, given in items.items() if key not in left}
    sets = {**_table(below, "sets"), **_table(raw, "sets")}
    rule = {**_table(below, "rule"), **_table(raw, "rule")}
    return {**below, **raw, "items": items, "sets": sets, "rule": rule}


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key, {})
    return found if isinstance(found, dict) else {}


def _answers(name: str, given: Any, faults: list[str]) -> tuple[dict[str, Meaning], dict[str, str]]:
    answers: dict[str, Meaning] = {}
    aliases: dict[str, str] = {}
    for answer, said in given.items() if isinstance(given, dict) else ():
        words = [str(word) for word in said] if isinstance(said, list) else []
        if not words or words[0] not in MEANINGS:
            faults.append(
                f"sets.{name}, '{answer}': the first word must say what it means, one of "
                f"{', '.join(MEANINGS)}"
            )
            continue
        meaning: Meaning = words[0]  # type: ignore[assignment]  # checked above
        answers[answer.casefold()] = meaning
        aliases.update({alias.casefold(): answer.casefold() for alias in words[1:]})
    return answers, aliases


def _item(
    key: str,
    given: Any,
    sets: Mapping[str, tuple[dict[str, Meaning], dict[str, str]]],
    faults: list[str],
) -> Item | None:
    if not isinstance(given, dict):
        faults.append(f"item '{key}' must be a table")
        return None
    extra = sorted(set(given) - {"topic", "set", "critical"})
    faults += [f"item '{key}': unknown key '{name}'" for name in extra]
    if not str(given.get("topic", "")).strip():
        faults.append(f"item '{key}': 'topic' is missing")
    if given.get("set") not in sets:
        faults.append(f"item '{key}': there is no set of answers '{given.get('set', '')}'")
        return None
    answers, aliases = sets[given["set"]]
    return Item(key, str(given.get("topic", "")), answers, given.get("critical") is True, aliases)


def _rule(given: Mapping[str, Any], items: set[str], faults: list[str]) -> Rule:
    kind = given.get("kind")
    if kind not in KINDS:
        faults.append(f"rule.kind is '{kind or ''}', it should be one of {', '.join(KINDS)}")
        return Rule("none")
    known = set(Rule.__dataclass_fields__)
    faults += [f"unknown key 'rule.{key}'" for key in given if key not in known]
    if given.get("partly", "met") not in ("met", "weakness"):
        faults.append(f"rule.partly is '{given['partly']}', it should be met or weakness")
    if kind == "stated" and given.get("item") not in items:
        faults.append(f"rule.item is '{given.get('item', '')}', which is no item")
    if kind == "count" and not (
        isinstance(given.get("at_least"), int) and given.get("then") and given.get("otherwise")
    ):
        faults.append("a rule that counts needs at_least (a number), then and otherwise")
    return Rule(**{key: value for key, value in given.items() if key in known})
