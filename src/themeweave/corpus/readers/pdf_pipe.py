"""Reading a PDF in a child process that can be ended, and the wire between the two.

A PDF from anywhere may loop for ever, eat all memory or crash the library that reads it. So it is
read by a child (`pdf_child`) under limits of time and memory. What comes back is text, one record
a line with fields parted by tabs, of which the parent believes nothing but numbers and words.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from themeweave.corpus.readers.pdf_columns import Line
from themeweave.errors import ReviewError

CHILD = "themeweave.corpus.readers.pdf_child"
A_PAGE = 0.2  # seconds that each page read adds to the limit; a dense one takes a fifth of that
AT_MOST = 5  # times the limit, however many pages there are
LONGEST = 2**20  # bytes of one record
MOST = 200 * 2**20  # bytes of all records: four times the longest text that is expected

Progress = Callable[[int, int], None]  # pages read, pages in all


@dataclass(slots=True)
class Page:
    """The lines of one page, in reading order."""

    number: int  # from 1
    readable: bool = True  # False where the page is damaged
    unmapped: int = 0  # characters to which the file gives no meaning
    skewed: int = 0  # characters at an angle to the page
    lines: list[Line] = field(default_factory=list)


def page_records(page: Page) -> str:
    r"""Write a page as records, as the child does.

    Examples
    --------
    >>> page_records(Page(3, unmapped=1))
    'page\t3\t1\t1\t0\n'
    """
    records = [f"page\t{page.number}\t{page.readable:d}\t{page.unmapped}\t{page.skewed}\n"]
    for line in page.lines:
        numbers = (*line.box, line.start, line.end, line.baseline, line.size, line.first)
        shown = "\t".join(f"{number:.2f}" for number in numbers)
        records.append(f"line\t{line.bold:d}\t{line.flow}\t{line.turn}\t{shown}\t{line.text}\n")
    return "".join(records)


def read_pages(
    raw: bytes,
    name: str,
    password: str,
    seconds: float,
    megabytes: int,
    progress: Progress | None = None,
) -> list[Page]:
    """Read the pages of a PDF in a child process, which ends with this call.

    Parameters
    ----------
    raw, name
        The file's bytes, and its name for messages.
    password
        Goes to the child through its standard input, and nowhere else.
    seconds, megabytes
        The limits at which the child is ended: of the clock, and of its memory (where the system
        can limit memory, which Windows cannot). Each page that has been read adds `A_PAGE` seconds,
        up to `AT_MOST` times the limit, so that a long document has the time it needs and one that
        never comes to its next page has not.
    progress
        Called after each page. What it raises stops the reading.

    Raises
    ------
    ReviewError
        Where the child is ended, dies or says what is wrong with the file.
    """
    most = AT_MOST * seconds
    command = [sys.executable, "-P", "-m", CHILD, f"{most:.0f}", str(megabytes)]
    clock = _Clock(seconds, most)
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        clock.start(child.kill)
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            with contextlib.suppress(BrokenPipeError), child.stdin as into:
                into.write(password.encode("utf-8").hex().encode("ascii") + b"\n")
                into.write(raw)
            return _pages(_records(child.stdout), name, clock, progress)
        except _Broken as broken:
            late = f"it took more than {clock.limit:g} seconds"
            why = late if clock.late else str(broken)
            raise ReviewError(
                f"the PDF could not be read safely: {why}",
                name,
                "Nothing was taken from it. Open it in a PDF viewer and print it to a new PDF, "
                "or split it into smaller files.",
            ) from None
        finally:
            clock.stop()
            child.kill()


class _Clock:
    """Ends the child when its time is up; every page that was read makes the time longer."""

    def __init__(self, seconds: float, most: float) -> None:
        self.limit = seconds
        self.late = False
        self._most = most
        self._done = threading.Event()

    def start(self, end: Callable[[], None]) -> None:
        def watch() -> None:
            waited = 0.0
            while (left := self.limit - waited) > 0:
                if self._done.wait(left):
                    return
                waited += left
            self.late = True
            end()

        threading.Thread(target=watch, daemon=True).start()

    def page_read(self) -> None:
        self.limit = min(self.limit + A_PAGE, self._most)

    def stop(self) -> None:
        self._done.set()


class _Broken(Exception):  # noqa: N818 - it says what happened, no person sees its name
    """The records ended early, or are not records."""


def _records(out: IO[bytes]) -> Iterator[list[str]]:
    total = 0
    while record := out.readline(LONGEST + 1):
        total += len(record)
        if len(record) > LONGEST or total > MOST:
            raise _Broken("it gives more text than a document can hold")
        if not record.endswith(b"\n"):
            break
        yield record.decode("utf-8", "replace").rstrip("\n").split("\t", 13)


def _pages(
    records: Iterator[list[str]], name: str, clock: _Clock, progress: Progress | None
) -> list[Page]:
    pages: list[Page] = []
    count = 0
    try:
        for kind, *fields in records:
            match kind:
                case "pages":
                    count = int(fields[0])
                case "page":
                    if pages and progress:
                        progress(len(pages), count)
                    number, readable, unmapped, skewed = (int(value) for value in fields)
                    clock.page_read()
                    pages.append(Page(number, bool(readable), unmapped, skewed))
                case "line":
                    pages[-1].lines.append(_line(fields))
                case "fault":
                    raise _fault(fields[0], name)
                case "end":
                    if pages and progress:
                        progress(len(pages), count)
                    return pages
                case _:
                    raise ValueError(kind)
    except (ValueError, IndexError):
        raise _Broken("the reading went wrong") from None
    raise _Broken(
        "the program that reads it stopped, as it does with a file that is damaged or "
        "made to do harm"
    )


def _line(fields: list[str]) -> Line:
    bold, flow, turn, *numbers, text = fields
    left, bottom, right, top, start, end, baseline, size, first = (float(n) for n in numbers)
    return Line(
        text=text,
        box=(left, bottom, right, top),
        start=start,
        end=end,
        baseline=baseline,
        size=size,
        bold=bold == "1",
        first=first,
        flow=int(flow),
        turn=int(turn),
    )


def _fault(kind: str, name: str) -> Exception:
    match kind:
        case "memory":
            return _Broken("it needs more memory than it may have")
        case "locked":
            return ReviewError(
                "the PDF is encrypted and opens only with its password",
                name,
                "Save a copy without one; or add it on the command line with --password, which "
                "asks for it, uses it once and does not keep it.",
            )
        case "wrong password":
            return ReviewError(
                "the PDF is encrypted and the password given does not open it",
                name,
                "Say --password to be asked for it again; it is used once and not kept. "
                "Or save a copy without one.",
            )
        case "security":
            return ReviewError(
                "the PDF is encrypted in a way that is not read",
                name,
                "Open it in a PDF viewer and print it to a new PDF.",
            )
    return ReviewError(
        "the file is not a PDF that can be opened: it is damaged, cut short or no PDF at all",
        name,
        "Download it again; if a PDF viewer can open it, print it to a new PDF.",
    )
