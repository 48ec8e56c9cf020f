"""PDF: the text of printed pages in the order in which it is read, tied to its place on them.

The pages are read in a child process (`pdf_pipe`), put in the order of their columns
(`pdf_columns`), freed of running heads (`pdf_heads`), parted into paragraphs (`pdf_paragraphs`)
and their broken words joined (`pdf_words`). Every printed line keeps its page and box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from themeweave.corpus.readers.canonical import document
from themeweave.corpus.readers.flow import Head, nested
from themeweave.corpus.readers.pdf_heads import without_heads
from themeweave.corpus.readers.pdf_paragraphs import Block, blocks_of
from themeweave.corpus.readers.pdf_pipe import Page, Progress, read_pages
from themeweave.corpus.readers.pdf_words import Vocabulary, clean, join, vocabulary
from themeweave.corpus.readers.reference_list import read_list
from themeweave.corpus.records import Document, PageSpan
from themeweave.errors import ReviewError

VERSION = "pdf@1"
OCR = "Give the scan a text layer first, for example with ocrmypdf: ocrmypdf scan.pdf with-text.pdf"


def read(
    raw: bytes,
    name: str,
    *,
    password: str = "",
    seconds: float = 120,
    megabytes: int = 2000,
    progress: Progress | None = None,
) -> Document:
    """Read a PDF.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    password
        Opens an encrypted file; it is neither stored nor shown.
    seconds, megabytes
        Limits of time and memory at which the reading is ended. Each page read adds 0.2 seconds,
        up to five times the limit.
    progress
        Called with the pages read and the pages in all after each page.

    Returns
    -------
    Document
        One line for each paragraph, heading and row of a table; a blank line between blocks.
        ``places`` has one run for each printed line. ``notes`` say what was dropped, joined or
        could not be read.

    Raises
    ------
    ReviewError
        For a file that is no PDF or broken, that asks for a password, that holds no text (a scan),
        or that could not be read within its limits.
    """
    pages = read_pages(raw, name, password, seconds, megabytes, progress)
    empty = [page.number for page in pages if page.readable and not page.lines]
    if not any(page.lines for page in pages):
        raise ReviewError(f"the PDF has no text layer on {_named(empty)}", name, OCR)
    kept, dropped = without_heads(pages)
    text, heads, places, joined = _written(blocks_of(kept))
    sections = nested(heads, len(text))
    references, doubts = read_list(text, sections)
    return document(
        name,
        text,
        VERSION,
        sections=sections,
        references=references,
        places=places,
        notes=(*_notes(pages, empty, dropped, joined), *doubts),
    )


def _written(
    blocks: Sequence[Block],
) -> tuple[str, list[Head], list[PageSpan], int]:
    """Write the blocks: their text, headings and places, and how many words were joined."""
    texts = [[clean(line.text) for _, line in block.lines] for block in blocks]
    words = vocabulary([line for lines in texts for line in lines])
    pieces: list[str] = []
    heads: list[Head] = []
    places: list[PageSpan] = []
    length = joined = 0
    for block, lines in zip(blocks, texts, strict=True):
        start = length
        runs = _runs(lines, block.kind == "table", words)
        for (page, line), (run, gap) in zip(block.lines, runs, strict=True):
            if run:
                places.append(PageSpan(length, length + len(run), page, line.box))
            pieces += (run, gap)
            length += len(run) + len(gap)
        joined += sum(run != line for (run, _), line in zip(runs, lines, strict=True))
        if block.kind == "heading":
            words_of_it = " ".join("".join(r + g for r, g in runs).split())
            heads.append(Head(words_of_it, block.level, start))
    text = "".join(pieces)
    return text[:-1], heads, places, joined


def _runs(lines: Sequence[str], table: bool, words: Vocabulary) -> list[tuple[str, str]]:
    """Give each line of a block as it stands in the text, and what comes after it."""
    if table:
        runs = [(line, "\n") for line in lines]
    else:
        flat = [" ".join(line.split()) for line in lines]
        runs = [
            (run, " " if not gap and _melts(run, following) else gap)
            for line, following in pairwise(flat)
            for run, gap in [join(line, following, words)]
        ]
        runs.append((flat[-1], ""))
    return [*runs[:-1], (runs[-1][0].removesuffix("\u00ad"), "\n\n")]


def _melts(before: str, after: str) -> bool:
    """Whether two lines, written without a gap, would not be in canonical form."""
    seam = before[-1:] + after[:1]
    return unicodedata.normalize("NFC", seam) != seam


def _notes(pages: Sequence[Page], empty: Sequence[int], dropped: int, joined: int) -> Iterable[str]:
    broken = [page.number for page in pages if not page.readable]
    unmapped = sum(page.unmapped for page in pages)
    skewed = sum(page.skewed for page in pages)
    if broken:
        yield f"{_named(broken)} could not be read: the file is damaged there"
    if empty:
        yield f"no text layer on {_named(empty)}: pictures or a scan; {OCR[0].lower()}{OCR[1:]}"
    if dropped:
        yield f"{_counted(dropped, 'line')} of running heads and page numbers dropped"
    if joined:
        yield f"{_counted(joined, 'word')} joined that a hyphen broke at the end of a line"
    if unmapped:
        yield f"{_counted(unmapped, 'character')} left out: the file does not say what they mean"
    if skewed:
        yield f"{_counted(skewed, 'character')} left out that stand at an angle to the page"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _named(numbers: Sequence[int]) -> str:
    """Name pages, runs of them by their ends.

    Examples
    --------
    >>> _named([2]), _named([1, 2, 3, 7])
    ('page 2', 'pages 1-3, 7')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = ", ".join("-".join(str(number) for number in run) for run in runs)
    return f"page{'s' if len(numbers) > 1 else ''} {named}"
