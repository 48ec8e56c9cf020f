"""The one error that a person is shown.

A `ReviewError` says what is wrong, where, and what to do next. The command line prints it and
exits with status 1, the web page shows it; any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Sequence


class ReviewError(Exception):
    """Something a person can mend: bad input, a missing file, a number that cannot be estimated.

    Parameters
    ----------
    what
        One sentence: what is wrong, with the value that is wrong in quotes.
    where
        The place, as a person would look it up: ``corpus/findings.csv, row 12, column 'text'``.
    next_step
        What to do about it, as a sentence.
    faults
        All single faults where there are several, one line each, so that they are mended together.

    Examples
    --------
    >>> print(ReviewError("the sheet has no findings", "corpus/findings.csv", "Add rows below."))
    the sheet has no findings
      in corpus/findings.csv
      Add rows below.
    """

    def __init__(
        self, what: str, where: str = "", next_step: str = "", *, faults: Sequence[str] = ()
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step
        self.faults = tuple(faults)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  in {self.where}")
        lines += [f"  - {fault}" for fault in self.faults]
        if self.next_step:
            lines.append(f"  {self.next_step}")
        return "\n".join(lines)


class NotAllowed(ReviewError):  # noqa: N818
    """What others may do, and not the person who asks: it is an adjudicator's, or their share."""


class NothingToUndo(ReviewError):  # noqa: N818
    """Nothing of whoever asks stands: no fault of theirs, and nothing they would have to mend."""
