"""Printed pages: a document shown as the pages that it was printed on, and where its words stand.

Drawing a page takes a fraction of a second, so pages that were drawn are kept, up to a limit of
memory; so is what is wrong with a page, which is not tried again. Nothing is written.
"""

from __future__ import annotations

import hashlib
import threading
import time
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from themeweave.corpus.readers.pdf_layer import Placed, placed_words
from themeweave.corpus.readers.pdf_pictures import WIDTHS, draw_page, page_sizes
from themeweave.corpus.records import Document
from themeweave.errors import ReviewError
from themeweave.review.documents import FOLDER, documents, file_of

KEPT = 64_000_000  # bytes of pictures
LARGEST = 300_000_000  # bytes of a PDF whose pages are shown
AGAIN = 60.0  # seconds after which what failed is tried again
_WORDS = 40  # pages whose words are kept; those of one fill some 100 kB
_FILES = 50  # PDFs whose sizes of pages are kept

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bound:
    """A PDF of the folder, as it was when it was looked at."""

    name: str
    sha256: str
    sizes: tuple[tuple[float, float], ...]  # width and height of each page, in points


@dataclass(frozen=True, slots=True)
class _Fault:
    error: ReviewError
    until: float  # by the monotonic clock


class Lately(Generic[T]):
    """What was made lately, up to a limit: the least used goes first.

    Parameters
    ----------
    most
        What all of it may weigh.
    weigh
        Gives the weight of one; a fault weighs 1.

    A fault is held for `AGAIN` seconds: what fails is not tried over and over, and a computer that
    was merely busy gets another chance.

    Examples
    --------
    >>> kept = Lately[str](2, len)
    >>> [kept.get(key, lambda: key) for key in "abab"], kept.get("c", lambda: "c")
    (['a', 'b', 'a', 'b'], 'c')
    >>> list(kept.held)
    ['b', 'c']
    """

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        self.held: OrderedDict[object, T | _Fault] = OrderedDict()
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._guard = threading.Lock()

    def get(self, key: object, make: Callable[[], T]) -> T:
        """Give what was made for a key, or make it; a fault that it met is raised again."""
        with self._guard:
            found = self.held.get(key)
            if found is not None:
                self.held.move_to_end(key)
        if found is None or (isinstance(found, _Fault) and time.monotonic() > found.until):
            try:
                found = make()
            except ReviewError as error:
                found = _Fault(error, time.monotonic() + AGAIN)
            self._keep(key, found)
        if isinstance(found, _Fault):
            raise found.error
        return found

    def _keep(self, key: object, made: T | _Fault) -> None:
        with self._guard:
            if (before := self.held.pop(key, None)) is not None:
                self._weight -= self._of(before)
            self.held[key] = made
            self._weight += self._of(made)
            while self._weight > self._most and len(self.held) > 1:
                _, gone = self.held.popitem(last=False)
                self._weight -= self._of(gone)

    def _of(self, made: T | _Fault) -> int:
        return 1 if isinstance(made, _Fault) else self._weigh(made)


class Printed:
    """The pages of a folder's PDFs.

    Parameters
    ----------
    path
        The review folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bound = Lately[Bound](_FILES, lambda _: 1)
        self._pictures = Lately[bytes](KEPT, len)
        self._words = Lately[list[Placed]](_WORDS, lambda _: 1)

    def is_there(self, document_id: str) -> bool:
        """Tell whether the PDF of a document is kept."""
        return file_of(self.path, document_id).is_file()

    def bound(self, document_id: str) -> Bound:
        """Give a document's pages in sizes.

        Raises
        ------
        ReviewError
            Where the folder has no PDF of it, another one, or one that cannot be opened.
        """
        file = file_of(self.path, document_id)
        try:
            found = file.stat()
        except OSError:
            raise ReviewError(
                "the pages of this document are not kept in the folder",
                f"{FOLDER}/{document_id[:40]}.pdf",
                "If it is a PDF, add the same file again; then its pages are kept too.",
            ) from None
        key = document_id, found.st_mtime_ns, found.st_size
        return self._bound.get(key, lambda: self._opened(document_id))

    def _opened(self, document_id: str) -> Bound:
        held = next((one for one in documents(self.path) if one.id == document_id), None)
        raw = self._raw(document_id)
        digest = hashlib.sha256(raw).hexdigest()
        if held is None or digest != held.file_sha256:
            raise ReviewError(
                "the PDF is not the one that the text was read from, so its pages are not shown",
                f"{FOLDER}/{document_id}.pdf",
                "Delete it and add the right file again.",
            )
        return Bound(held.name, digest, tuple(page_sizes(raw, held.name)))

    def _raw(self, document_id: str) -> bytes:
        file = file_of(self.path, document_id)
        shown = f"{FOLDER}/{file.name}"
        try:
            if file.stat().st_size > LARGEST:
                raise ReviewError(
                    f"the PDF is larger than {LARGEST // 1_000_000} MB, so its pages are not shown",
                    shown,
                    "Read the document as text.",
                )
            return file.read_bytes()
        except OSError as error:
            raise ReviewError(f"the file could not be read: {error.strerror}", shown) from None

    def tag(self, document_id: str, page: int, width: int) -> str:
        """Give a mark of a picture, which is another where the picture would be."""
        return f"{self.bound(document_id).sha256[:20]}-{page}-{width}"

    def picture(self, document: Document, page: int, width: int) -> bytes:
        """Give the picture of a page, as PNG.

        Parameters
        ----------
        width
            In pixels, one of `WIDTHS`.

        Raises
        ------
        ReviewError
            As `bound` and `draw_page` do.
        """
        bound = self.bound(document.id)
        key = bound.sha256, document.id, page, width
        return self._pictures.get(key, lambda: self._drawn(document, bound, page, width))

    def words(self, document: Document, page: int) -> list[Placed]:
        """Give the words of a document that stand on a page, with their places on it.

        Raises
        ------
        ReviewError
            As `bound` and `draw_page` do.
        """
        bound = self.bound(document.id)
        key = bound.sha256, document.id, page

        def drawn() -> list[Placed]:
            width = WIDTHS[1]
            picture = draw_page(self._raw(document.id), bound.name, page, width)
            self._pictures.get((*key, width), lambda: picture.png)
            return placed_words(document, page, picture)

        return self._words.get(key, drawn)

    def _drawn(self, document: Document, bound: Bound, page: int, width: int) -> bytes:
        picture = draw_page(self._raw(document.id), bound.name, page, width)
        key = bound.sha256, document.id, page
        self._words.get(key, lambda: placed_words(document, page, picture))
        return picture.png


def pages_of(document: Document, start: int, end: int) -> list[int]:
    """Give the pages that a stretch of a document's text stands on, from 1, in order."""
    places = document.places
    first = bisect_right(places, start, key=lambda place: place.end)
    last = bisect_left(places, end, key=lambda place: place.start)
    return sorted({place.page for place in places[first:last]})
