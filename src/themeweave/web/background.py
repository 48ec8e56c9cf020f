"""In the background: suggestions are made anew when the folder changed, while people go on working.

One thread, so that the processor is left to those who wait for a page.
"""

from __future__ import annotations

import threading
from types import TracebackType

from themeweave.errors import ReviewError
from themeweave.review.session import Session

PAUSE = 1.0  # seconds between looks at the folder
AFTER = 10  # changes, after which suggestions learn from them


class Background:
    """Looks after a session while it is served: ``with Background(session): ...``."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.doing = ""  # in words; empty where nothing is being done
        self.fault = ""  # why no suggestions could be made
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="suggesting")

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.session.refresh()
            since = self.session.version - self.session.suggested_at
            if self.session.suggested is None or since > AFTER:
                self.suggest()
            self._stop.wait(PAUSE)

    def suggest(self) -> None:
        """Make suggestions anew, now."""
        try:
            self.session.suggest(self._tell)
            self.fault = ""
        except ReviewError as error:
            self.fault = str(error)
            self._stop.wait(10 * PAUSE)
        finally:
            self.doing = ""

    def _tell(self, doing: str) -> None:
        if self._stop.is_set():
            raise ReviewError("the workbench is being stopped")
        self.doing = doing
