"""Pictures of a PDF's pages, drawn in a child process that can be ended, with the words on them.

What can happen to a program that opens a stranger's PDF happens to the child (`pdf_painter`), one
page at a time, under limits of time, memory and size. The parent believes it nothing but numbers,
words and the bytes of a picture, which it hands on unopened.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from themeweave.corpus.readers.pdf_pages import Box, Word
from themeweave.errors import ReviewError

CHILD = "themeweave.corpus.readers.pdf_painter"
WIDTHS = (700, 1100, 1700, 2600)  # pixels: what a page is drawn in, by how near it is looked at
PIXELS = 12_000_000  # of one picture, whatever the shape of the page
SECONDS = 20.0  # that one page may take
MEGABYTES = 1_500  # of memory that one page may take
MOST = 60_000_000  # bytes of one answer
PAGES = 20_000  # sizes that are taken from one file
PNG = b"\x89PNG\r\n\x1a\n"

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as it is printed."""

    png: bytes
    to_page: Affine  # from the file's points to shares of the page, from its upper left corner
    words: tuple[Word, ...]  # in the order in which the file draws them

    def shares(self, box: Box) -> Box:
        """Give a box of the file's points as shares of the page: left, top, right, bottom.

        Examples
        --------
        >>> Picture(b"", (0.01, 0, 0, -0.01, 0, 1), ()).shares((10, 20, 30, 40))
        (0.1, 0.6, 0.3, 0.8)
        """
        a, b, c, d, e, f = self.to_page
        left, bottom, right, top = box
        across = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
        down = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
        return (
            round(min(across), 5),
            round(min(down), 5),
            round(max(across), 5),
            round(max(down), 5),
        )


def page_sizes(raw: bytes, name: str, *, seconds: float = SECONDS) -> list[tuple[float, float]]:
    """Give the width and height of every page as it is shown, in points.

    Raises
    ------
    ReviewError
        As `draw_page` does.
    """
    answer = _ask(raw, name, ("0", "0"), seconds, MEGABYTES)
    with _believed(name):
        found = [_numbers(line, 2) for line in answer.splitlines()[:PAGES]]
        return [(width, height) for width, height in found]


def draw_page(
    raw: bytes,
    name: str,
    page: int,
    width: int,
    *,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Picture:
    """Draw one page of a PDF.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    page, width
        Which page, from 1; how many pixels it shall be wide, fewer where it is very long.
    seconds, megabytes
        Limits at which the drawing is ended.

    Raises
    ------
    ReviewError
        Where the file asks for a password, has no such page, is damaged, or is not drawn within
        the limits.
    """
    answer = _ask(raw, name, (str(page), str(width)), seconds, megabytes)
    with _believed(name):
        head, _, rest = answer.partition(b"\n")
        a, b, c, d, e, f, count = _numbers(head, 7)
        words: list[Word] = []
        for _ in range(int(count)):
            line, _, rest = rest.partition(b"\n")
            words.append(_word(line.decode("utf-8", "replace").split("\t", 5)))
        if not rest.startswith(PNG):
            raise ValueError
        return Picture(rest, (a, b, c, d, e, f), tuple(words))


def records_of(to_page: Sequence[float], words: Iterable[Word]) -> bytes:
    """Write what stands before the picture, as the child does."""
    shown = [
        "\t".join((str(word.turn), *(f"{number:.2f}" for number in word.box), word.text))
        for word in words
        if "\n" not in word.text and "\t" not in word.text
    ]
    head = "\t".join(f"{number:.9g}" for number in (*to_page, len(shown)))
    return "".join(f"{line}\n" for line in (head, *shown)).encode("utf-8", "replace")


def _word(fields: Sequence[str]) -> Word:
    turn, left, bottom, right, top, text = fields
    box = float(left), float(bottom), float(right), float(top)
    return Word(text, box, box[1], box[3] - box[1], False, False, int(turn) % 4)


def _numbers(line: bytes, count: int) -> list[float]:
    found = [float(number) for number in line.split(b"\t")]
    if len(found) != count or not all(abs(number) < 1e9 for number in found):
        raise ValueError(line)
    return found


@contextlib.contextmanager
def _believed(name: str) -> Iterator[None]:
    """Refuse an answer that is not what a child says that works."""
    try:
        yield
    except ValueError:
        raise _not_shown("the drawing went wrong", name) from None


def _not_shown(why: str, name: str) -> ReviewError:
    return ReviewError(
        f"the page cannot be shown: {why}", name, "Read the document as text, which is kept apart."
    )


def _ask(raw: bytes, name: str, wanted: tuple[str, str], seconds: float, megabytes: int) -> bytes:
    """Let a child do it; gives what it says behind its first word, "done"."""
    command = [sys.executable, "-P", "-m", CHILD, f"{seconds:.0f}", str(megabytes), *wanted]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(seconds, end)
        clock.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            with contextlib.suppress(BrokenPipeError), child.stdin as into:
                into.write(raw)
            answer = child.stdout.read(MOST + 1)
        finally:
            clock.cancel()
            child.kill()
    said, _, rest = answer.partition(b"\n")
    if late.is_set():
        raise _not_shown(f"drawing it took more than {seconds:g} seconds", name)
    if len(answer) > MOST:
        raise _not_shown("it is larger than a page can be", name)
    if said == b"done":
        return rest
    why = {
        b"locked": "the PDF opens only with its password, which is not kept",
        b"memory": "drawing it needs more memory than it may have",
        b"no such page": "the PDF has no such page",
        b"broken": "the file is damaged there",
    }
    raise _not_shown(
        why.get(said, "the program that draws it stopped, as it does with a damaged file"), name
    )
