"""Records of imports: under which ids things came, so that they go back under the same.

Each import keeps one, ``corpus/exchange/<hash of the file>.json``, with what the folder has no
place for: sets, links and drawn networks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = "corpus/exchange"
Record = Mapping[str, Any]
_TABLES = ("codes", "findings", "sources", "users", "branches", "names", "looks")
_LISTS = ("groups", "ties", "pictures")


def records(path: Path) -> Iterator[Record]:
    """Iterate what imports recorded, the oldest first; a damaged record is passed over."""
    found: list[tuple[str, Record]] = []
    for file in sorted((path / FOLDER).glob("*.json")):
        try:
            record = json.loads(file.read_bytes())
            whole = all(isinstance(record[key], dict) for key in _TABLES)
            if whole and all(isinstance(record[key], list) for key in _LISTS):
                found.append((str(record["at"]), record))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
    return (record for _, record in sorted(found, key=lambda pair: pair[0]))
