"""How fast sentences are found: 1 and 10 MB of running text, and a text that hung another splitter.

Run with ``python benchmarks/segments_speed.py [FILE]``; without a file the text is the marked set
of the tests, over and over. spaCy's rule-based sentencizer runs beside it on 1 MB. Times are CPU
seconds on one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from themeweave.corpus.segments import sentences

MARKED = Path(__file__).parents[1] / "tests" / "corpus" / "sentences.txt"


def seconds(action: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    action()
    return time.process_time() - began


def of_size(sample: str, characters: int) -> str:
    """The sample, repeated to a length."""
    return (sample * (characters // len(sample) + 1))[:characters]


def spacy_seconds(text: str) -> float:
    """CPU seconds of spaCy's sentencizer on a blank pipeline, its tokens included."""
    import spacy

    pipeline = spacy.blank("en")
    pipeline.max_length = len(text) + 1
    pipeline.add_pipe("sentencizer")
    return seconds(lambda: list(pipeline(text).sents))


def main() -> None:
    """Print one line a text."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else MARKED
    sample = path.read_text("utf-8").replace("‖", "")
    bomb = "..[111 111 " * 10_000
    for name, text in [
        ("1 MB", of_size(sample, 1_000_000)),
        ("10 MB", of_size(sample, 10_000_000)),
        ("10 MB on one line", of_size(sample.replace("\n", " "), 10_000_000)),
        ("citation-list bomb, 110 kB", bomb),
    ]:
        taken = seconds(lambda text=text: sentences(text))
        print(f"{name}: {taken:.2f} s, {len(text) / 1e6 / taken:.1f} MB/s")
    print(f"spaCy sentencizer, 1 MB: {spacy_seconds(of_size(sample, 1_000_000)):.2f} s")


if __name__ == "__main__":
    main()
