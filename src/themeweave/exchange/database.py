"""The one way into SQLite files from strangers: in memory, read only, plain tables, and a limit.

A database can hold views, triggers and virtual tables that run when it is read; only columns of
plain tables are asked for, and reading stops where it takes longer than honest files do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from themeweave.errors import ReviewError
from themeweave.exchange.losses import Losses

START = b"SQLite format 3\x00"
MOST_BYTES = 400_000_000
MOST_STEPS = 500  # of a million of the database's own instructions each
_LONGEST = 100_000_000  # bytes of one text
DAMAGED = "Close the project in the other program, and copy its file again."


class Database:
    """An opened database.

    Raises
    ------
    ReviewError
        For a file that is no SQLite database, is damaged, or is too large.
    """

    def __init__(self, raw: bytes, name: str, losses: Losses) -> None:
        self.name = name
        if not raw.startswith(START):
            raise ReviewError("the file is no SQLite database", name, DAMAGED)
        if len(raw) > MOST_BYTES:
            raise ReviewError(
                f"the database is larger than {MOST_BYTES // 1_000_000} MB", name, "Split it."
            )
        if raw[18:20] == b"\x02\x02":  # its latest changes may stand in a file beside it
            raw = raw[:18] + b"\x01\x01" + raw[20:]
            losses.repaired(
                "file", name, "changes that stand in a -wal file beside it are not read"
            )
        self._steps = 0
        self._base = sqlite3.connect(":memory:")
        try:
            self._base.deserialize(raw)
            self._base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
                self._base.execute(f"PRAGMA {setting}")
            self._base.set_progress_handler(self._step, 1_000_000)
            self.tables = self._tables()
        except (sqlite3.Error, OverflowError, ValueError):
            self.close()
            raise ReviewError("the database is damaged", name, DAMAGED) from None

    def close(self) -> None:
        """Let go of the memory."""
        self._base.close()

    def rows(self, table: str, *columns: str) -> Iterator[dict[str, str]]:
        """Iterate rows as text; a column that the table lacks is empty.

        Raises
        ------
        ReviewError
            Where the table is not there or is damaged.
        """
        if table not in self.tables:
            raise ReviewError(f"the database has no table '{table}'", self.name, DAMAGED)
        there = [column for column in columns if column in self.tables[table]]
        names = ", ".join(f'"{column}"' for column in there)
        if not there:
            return
        try:
            for row in self._base.execute(f'SELECT {names} FROM "{table}"'):
                told = dict(zip(there, row, strict=True))
                yield {column: _text(told.get(column)) for column in columns}
        except (sqlite3.Error, OverflowError, ValueError):
            raise ReviewError(
                f"the table '{table}' of the database is damaged", self.name, DAMAGED
            ) from None

    def _tables(self) -> dict[str, Sequence[str]]:
        found = self._base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        named = [
            str(name)
            for name, sql in found.fetchall()
            if '"' not in str(name) and not str(sql).lstrip().upper().startswith("CREATE VIRTUAL")
        ]
        return {
            name: [str(c[1]) for c in self._base.execute(f'PRAGMA table_info("{name}")')]
            for name in named
        }

    def _step(self) -> int:
        self._steps += 1
        return int(self._steps > MOST_STEPS)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
