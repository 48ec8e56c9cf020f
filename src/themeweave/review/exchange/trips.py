"""Round trips: what of a file would survive each way out and back, tried on the file itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from themeweave.errors import ReviewError
from themeweave.exchange.formats import read_any
from themeweave.exchange.losses import Losses
from themeweave.exchange.project import Project
from themeweave.exchange.refi.read import read_refi
from themeweave.exchange.refi.write import write_qdc, write_qdpx
from themeweave.exchange.survive import Survival, survival
from themeweave.review.exchange.export import outgoing
from themeweave.review.exchange.prepare import prepare
from themeweave.review.exchange.write import write
from themeweave.review.start import start

_AT = "2000-01-01T00:00:00Z"  # of a trial that nobody keeps


@dataclass(frozen=True, slots=True)
class Trip:
    """One way out and back."""

    words: str
    kinds: tuple[Survival, ...]
    stopped: str = ""  # why the trip cannot be made, in words


def trips(raw: bytes, name: str, mapping: Mapping[str, str] | None = None) -> list[Trip]:
    """Try every trip on a file; the review folder of the trial is thrown away.

    Raises
    ------
    ReviewError
        Where the file itself cannot be read.
    """
    project, _ = read_any(raw, name, mapping)
    ways: list[tuple[str, Callable[[], Project]]] = [
        ("written as .qdpx by the standard", lambda: _again(write_qdpx(project, Losses()))),
        ("written as .qdpx for NVivo", lambda: _again(write_qdpx(project, Losses(), "nvivo"))),
        ("written as .qdc", lambda: _again(write_qdc(project, Losses()))),
        ("into a review and out as .qdpx", lambda: _through_review(raw, name, mapping)),
    ]
    made: list[Trip] = []
    for words, way in ways:
        try:
            made.append(Trip(words, tuple(survival(project, way()))))
        except ReviewError as error:
            made.append(Trip(words, (), error.what))
    return made


def _again(raw: bytes) -> Project:
    return read_refi(raw, "trip.qdpx")[0]


def _through_review(raw: bytes, name: str, mapping: Mapping[str, str] | None) -> Project:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "review"
        start(folder, "Trip", None)
        for book in (folder / "codebooks").iterdir():
            book.unlink()  # the file's own are all that is there
        try:
            preview = prepare(folder, raw, name, _AT, mapping=mapping)
        except ReviewError:  # it does not say who coded
            preview = prepare(folder, raw, name, _AT, coder="coder", mapping=mapping)
        write(preview, _AT)
        return _again(write_qdpx(outgoing(folder, Losses()), Losses()))
