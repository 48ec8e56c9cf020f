"""How fast sheets are coded: each engine, by the number of findings and of workers.

Run with ``python benchmarks/coding_speed.py [LARGEST] [FOLDER ...]``: 1,000, 10,000, ... up to
LARGEST findings (10,000 if it is not given; 10,000 for the reader and 1,000 for the engine in a
FOLDER at most), each in a process of its own by ``themeweave code``. Findings are the
example findings in codebooks/examples, each with a number of its own behind it. Printed are the
findings a second without the start of the program, the peak memory of the program and of its
largest worker, how both grow from one size to the next, and how much faster the fast engine is.
Rates are by CPU time, so that other programs running at the same time do not change them. Files are
compared: "the same bytes" stands for each size that two workers coded too.
"""

from __future__ import annotations

import csv
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "codebooks" / "examples" / "cfir.csv"
RUN = (
    "import resource, sys\n"
    "from themeweave.cli import main\n"
    "try:\n    main(sys.argv[1:])\n"
    "finally:\n"
    "    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):\n"
    "        print('peak', resource.getrusage(who).ru_maxrss, file=sys.stderr)\n"
)
MOST = {"fast": 1_000_000, "reader": 10_000}  # findings, for one would wait too long for more
MOST_FOR_FOLDERS = 1_000


def write_findings(path: Path, number: int) -> None:
    """A sheet of so many findings, no two of them alike."""
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        texts = itertools.cycle([row["text"] for row in csv.DictReader(file)])
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text"])
        rows.writerows(
            [f"F{n}", f"{text} ({n})"] for n, text in zip(range(number), texts, strict=False)
        )


def cpu_seconds() -> float:
    """CPU seconds of all runs so far, with their workers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(sheet: Path, out: Path, engine: str, workers: int) -> tuple[float, float, int]:
    """Seconds of one run, its CPU seconds, and its peak memory in MB."""
    began, used = time.perf_counter(), cpu_seconds()
    who = ["--engine" if engine in MOST else "--model-dir", engine]
    arguments = ["code", str(sheet), "-o", str(out), *who, "--workers", str(workers)]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], check=True, capture_output=True, text=True
    )
    peaks = [int(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("peak")]
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return time.perf_counter() - began, cpu_seconds() - used, max(peaks) // unit


def main() -> None:
    """Print one line a run."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folders = sys.argv[2:]
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= largest]
    rates: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        sheet = here / "findings.csv"
        for engine in (*MOST, *folders):
            write_findings(sheet, 100)
            start, used, peak = timed(sheet, here / "first.csv", engine, 1)
            print(
                f"{engine}, 100 findings: {start:.1f} s from a cold start, {used:.1f} s of CPU, "
                f"peak {peak} MB"
            )
            first, before = used, (100, used, peak)
            for size in sizes:
                if size > MOST.get(engine, MOST_FOR_FOLDERS):
                    continue
                write_findings(sheet, size)
                for workers in (1, 2):
                    out = here / f"{workers}.csv"
                    taken, used, peak = timed(sheet, out, engine, workers)
                    line = f"{engine}, {size:,} findings, {workers} worker{'s' * (workers > 1)}"
                    line += f": {taken:.1f} s, {used:.1f} s of CPU, peak {peak} MB"
                    if workers == 1:
                        rates[engine] = size / max(used - first, 1e-9)
                        line += (
                            f"; {rates[engine]:,.0f} a second of CPU; {used / before[1]:.1f} x the "
                        )
                        line += f"CPU and {peak / before[2]:.2f} x the memory of {before[0]:,}"
                        now = (size, used, peak)
                    elif out.read_bytes() == (here / "1.csv").read_bytes():
                        line += "; the same bytes"
                    print(line, flush=True)
                before = now
    for engine in ("reader", *folders):
        print(f"fast / {engine}: {rates['fast'] / rates[engine]:.1f} x the findings a second")


if __name__ == "__main__":
    main()
