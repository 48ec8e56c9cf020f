"""The library: the documents of an open folder, loaded when somebody reads them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.findings.clauses import Cited
from themeweave.findings.extract import Candidate, citations, extract
from themeweave.review.candidates import ids
from themeweave.review.documents import FOLDER, Held, current, documents, load

_LOADED = 6  # documents kept in memory; a long one fills some megabytes


class Shelved:
    """One document, with what is proposed in it and what it cites."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.citations: list[Cited] = citations(document)
        found = extract(document)
        self.proposed: list[tuple[str, Candidate]] = list(
            zip(ids(document, found), found, strict=True)
        )


class Library:
    """The documents of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._held: list[Held] = []
        self._loaded: OrderedDict[str, Shelved] = OrderedDict()

    def held(self) -> list[Held]:
        """List the documents in their newest versions, by name."""
        files = sorted((self.path / FOLDER).glob("*.json"))
        stamp = tuple((file.name, file.stat().st_mtime_ns) for file in files)
        with self._guard:
            if stamp != self._stamp:
                self._held, self._stamp = current(documents(self.path)), stamp
            return self._held

    def open(self, document_id: str) -> Shelved:
        """Open a document.

        Raises
        ------
        ReviewError
            Where there is none with that id.
        """
        with self._guard:
            if document_id in self._loaded:
                self._loaded.move_to_end(document_id)
                return self._loaded[document_id]
        if not any(one.id == document_id for one in documents(self.path)):
            raise ReviewError(
                f"there is no document '{document_id[:40]}'", FOLDER, "The page 'Read' lists all."
            )
        shelved = Shelved(load(self.path, document_id))
        with self._guard:
            self._loaded[document_id] = shelved
            while len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
        return shelved
