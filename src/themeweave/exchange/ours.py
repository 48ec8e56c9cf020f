"""Our sidecar: what a review holds and no standard has a place for, as a JSON record.

Ids of findings with what they cite, whole codebooks, rejections. Other programs pass over it; what
comes back without it is matched by GUIDs, paths of names and quoted words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from themeweave.codes.codebook import Code, Codebook, Example

FORMAT = 1
MOST_LEVELS = 200


def record_of(book: Codebook) -> dict[str, object]:
    """Put a codebook into a record.

    Examples
    --------
    >>> book = Codebook("v", "View", (Code("a", "A", cues=("x",)), Code("b", "B", parent="a")))
    >>> codebook_of("v", record_of(book)) == book
    True
    """
    return {
        "title": book.title,
        "exclusive": book.exclusive,
        "version": book.version,
        "source": book.source,
        "codes": [{k: v for k, v in asdict(code).items() if v} for code in book.codes],
    }


def codebook_of(own: str, record: Mapping[str, object]) -> Codebook | None:
    """Make a codebook of a record; None where the record is damaged."""
    try:
        codes = tuple(_code(code) for code in _list(record["codes"]))
    except (KeyError, TypeError, ValueError):
        return None
    if not _is_tree(codes):
        return None
    title, version = str(record.get("title") or own), str(record.get("version") or "1")
    source, exclusive = str(record.get("source") or ""), record.get("exclusive") is True
    return Codebook(own, title, codes, exclusive, version, source)


def _is_tree(codes: Sequence[Code]) -> bool:
    """Tell whether ids are there once and every parent leads to the top."""
    parents = {code.id: code.parent for code in codes}
    if len(parents) != len(codes) or any(not own or set(own) & set(";,\n\t") for own in parents):
        return False
    for own in parents:
        here, steps = own, 0
        while here := parents.get(here, ""):
            steps += 1
            if here not in parents or steps > MOST_LEVELS:
                return False
    return True


def table(extras: Mapping[str, object], key: str) -> dict[str, Mapping[str, object]]:
    """Give a table of records; whatever is not of that form is passed over.

    Examples
    --------
    >>> table({"findings": {"a": {"id": "F1"}, "b": 2}}, "findings")
    {'a': {'id': 'F1'}}
    """
    held = extras.get(key)
    if not isinstance(held, dict):
        return {}
    return {str(k): v for k, v in held.items() if isinstance(v, dict)}


def _code(record: object) -> Code:
    if not isinstance(record, dict):
        raise TypeError("a code is no record")
    examples = tuple(
        Example(str(e["text"]), str(e.get("valence") or "")) for e in _list(record.get("examples"))
    )
    lists = {
        key: tuple(str(item) for item in _list(record.get(key)))
        for key in ("include", "exclude", "cues")
    }
    return Code(
        str(record["id"]),
        str(record.get("name") or record["id"]),
        str(record.get("level") or ""),
        str(record.get("parent") or ""),
        str(record.get("definition") or ""),
        lists["include"],
        lists["exclude"],
        lists["cues"],
        examples,
        record.get("retired") is True,
    )


def _list(value: object) -> list[dict[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return list(value)
