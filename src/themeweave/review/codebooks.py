"""Codebooks at hand: the review's own, or those that come with the program."""

from __future__ import annotations

from pathlib import Path

from themeweave.codes.codebook import Codebook
from themeweave.codes.lint import Advice, lint
from themeweave.errors import ReviewError
from themeweave.findings import encoder, table
from themeweave.review import shipped
from themeweave.review.folder import open_folder


def codebooks_at(folder: Path, only: str | None = None) -> list[Codebook]:
    """Give the codebooks of a review folder; outside of one, the shipped ones.

    ``only`` names one of them, or is the path of a .yaml file.

    Raises
    ------
    ReviewError
        Where there is no codebook with the id ``only``.
    """
    own = only is not None and only.endswith((".yaml", ".yml"))
    if not own and (folder / "review.toml").is_file():
        books = dict(open_folder(folder).codebooks)
        if only is None:
            return list(books.values())
        if only not in books:
            known = ", ".join(sorted(books))
            raise ReviewError(
                f"there is no codebook '{only}'", str(folder / "codebooks"), f"There are: {known}."
            )
        return [books[only]]
    return [shipped.codebook(name) for name in ([only] if only else shipped.names())]


def look_through(book: Codebook) -> list[Advice]:
    """Look a codebook through, with the likeness that the shipped engine sees."""
    engine = table.shipped if encoder.why_not() else encoder.shipped
    return lint(book, lambda texts: engine()(texts).vectors)
