"""In the background: suggestions are made anew when the folder changed, and runs when asked for.

Both are done in processes beside this one, so that whoever waits for a page goes first.
"""

from __future__ import annotations

import gc
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from themeweave.errors import ReviewError
from themeweave.review.beside import Beside, Stopped
from themeweave.review.errands import Outputs, Suggestions
from themeweave.review.session import Session
from themeweave.review.suggesting import joined

PAUSE = 1.0  # seconds between looks at the folder
AFTER = 10  # changes, after which suggestions learn from them
SHARE = 9  # times as long as it took to learn, nothing is learned: the computer is not ours alone


@dataclass(slots=True)
class Job:
    """A run, as far as it has come."""

    doing: str = ""  # in words; empty where nothing is being done
    said: Sequence[str] = ()  # what the last one made, or why it stopped
    failed: bool = False
    stop: bool = False

    def record(self) -> dict[str, object]:
        """Give it for a page."""
        return {"doing": self.doing, "said": list(self.said), "failed": self.failed}


class Background:
    """Looks after a session while it is served: ``with Background(session): ...``."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.job = Job()
        self.doing = ""  # of suggestions, in words; empty where nothing is being done
        self.fault = ""  # why no suggestions could be made
        self.suggesting = Beside(Suggestions, session.path)
        self.running = Beside(Outputs, session.path)
        self._rested = 0.0  # when decisions may be learned from again, by the monotonic clock
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._look_after, daemon=True, name="suggesting")

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
        for process in (self.suggesting, self.running):
            process.end()
        self._thread.join(timeout=2)

    def _look_after(self) -> None:
        while not self._stop.is_set():
            try:
                self.session.refresh()
                since = self.session.version - self.session.suggestions.made_at
                learns = time.monotonic() > self._rested
                if self.session.suggestions.made is None or (learns and since > AFTER):
                    began = time.monotonic()
                    self.suggest()
                    self._rested = time.monotonic() + SHARE * (time.monotonic() - began)
            except Exception:  # a fault of the program: say so, and go on looking after the rest
                traceback.print_exc()
                self.fault = "the program has a fault; its window says more"
                self._stop.wait(30 * PAUSE)
            self._stop.wait(PAUSE)

    def suggest(self) -> None:
        """Make suggestions anew, now: where there are none, first without what they rest on."""
        try:
            if self.session.suggestions.made is None:
                self._suggest(weighs=False)
            self._suggest(weighs=True)
            self.fault = ""
            gc.freeze()  # what was made stays: looking through it again would only hold people up
        except Stopped:
            pass
        except ReviewError as error:
            if not self._stop.is_set():
                self.fault = str(error)
            self._stop.wait(10 * PAUSE)
        finally:
            self.doing = ""

    def _suggest(self, *, weighs: bool) -> None:
        version, beliefs = self.session.version, dict(self.session.suggestions.beliefs)
        held = {name: one.mark for name, one in beliefs.items()}
        made = joined(self.suggesting.ask((held, weighs), self._tell), beliefs)
        self.session.take(made, version)

    def _tell(self, doing: str) -> None:
        if self._stop.is_set():
            raise Stopped
        self.doing = doing

    def run(self) -> None:
        """Begin a run.

        Raises
        ------
        ReviewError
            Where one is going on.
        """
        with self._guard:
            if self.job.doing:
                raise ReviewError("a run is going on already", "", "Wait until it is done.")
            self.job = job = Job("reading the folder")
        threading.Thread(target=self._run, args=(job,), daemon=True, name="running").start()

    def stop_run(self) -> None:
        """Stop a run at its next step; nothing of it is written."""
        self.job.stop = True
        self.running.stop()

    def _run(self, job: Job) -> None:
        def tell(doing: str) -> None:
            job.doing = doing
            if job.stop:  # said before the process was there to hear it
                self.running.stop()

        try:
            job.said = tuple(str(part) for part in self.running.ask("run", tell))
        except Stopped:
            job.said = ("Stopped. What was there before stays.",)
        except ReviewError as error:
            job.said, job.failed = (str(error),), True
        except Exception:
            job.said, job.failed = (
                ("The run met a fault of the program; its window says more.",),
                True,
            )
            raise
        finally:
            job.doing = ""
            self.running.end()
