"""How the workbench bears a large review and many coders at once.

Run with ``python benchmarks/web_load.py [FINDINGS] [WRITES]``: a review of so many findings
(100,000 by default) is served in a process of its own, and asked by 20 clients of 5 coders at once
over HTTP. Printed are the time until the first page, until all suggestions are there, the memory,
and p50, p95 and p99 of the code screen and of a decision, in milliseconds, one after another and at
20 requests at once, with the server's processor time a request, which other programs running at the
same time do not change. Then every client writes WRITES decisions (1,000 if not given), and
the logs are counted; and the server is killed 20 times while decisions pour in, and what it had
acknowledged is looked for in the logs. Clients and server share the machine, whose load is printed.
"""

from __future__ import annotations

import csv
import http.client
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "codebooks" / "examples" / "cfir.csv"
CODERS = ("ana", "ben", "cleo", "dan", "eve")
AT_ONCE = 20
BOOKS = ("perspectives", "cfir-2022", "valence", "themes")


def make_review(folder: Path, number: int) -> None:
    """Make a review of so many findings, no two alike; the fast engine reads them."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "codebooks").mkdir()
    settings = "[review]\ntitle = 'A large review'\n"
    for book in BOOKS:
        settings += f"[codebooks.{book}]\nsuggester = 'fast'\n"
        source = (ROOT / "codebooks" / f"{book}.yaml").read_bytes()
        (folder / "codebooks" / f"{book}.yaml").write_bytes(source)
    (folder / "review.toml").write_text(settings, "utf-8")
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        texts = itertools.cycle([row["text"] for row in csv.DictReader(file)])
    with (folder / "corpus" / "findings.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text", "cited"])
        for place in range(number):
            rows.writerow([f"F{place}", f"{next(texts)} ({place})", f"R{place % 500}"])


class Server:
    """A served review."""

    def __init__(self, folder: Path) -> None:
        coders = ["--port", "0", *(word for c in CODERS for word in ("--coder", c))]
        code = "from themeweave.cli import main; main()"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", code, "serve", str(folder), "--no-browser", *coders],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tokens: dict[str, str] = {}
        assert self.process.stdout
        while len(self.tokens) < len(CODERS):
            line = self.process.stdout.readline()
            if found := re.search(r"^(\w+): http://127.0.0.1:(\d+)/start\?token=(\S+)", line):
                self.tokens[found[1]], self.port = found[3], int(found[2])

    def memory(self) -> str:
        """Give the memory of the server and of what works beside it, now and at most, in MB."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
        said = []
        for process in (str(pid), *children):
            status = Path(f"/proc/{process}/status").read_text("utf-8")
            now, most = (re.search(rf"{key}:\s+(\d+)", status) for key in ("VmRSS", "VmHWM"))
            if now and most:
                said.append(f"{int(now[1]) / 1000:.0f} (at most {int(most[1]) / 1000:.0f})")
        return " + ".join(said) + " MB"

    def processor(self) -> float:
        """Give the processor time that it took so far, in milliseconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").split()
        return 1000 * (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


class Client:
    """A coder's browser, over one connection."""

    def __init__(self, server: Server, coder: str) -> None:
        self.origin = f"http://127.0.0.1:{server.port}"
        self.wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.headers = {"accept": "application/json", "origin": self.origin}
        self.wire.request("GET", f"/start?token={server.tokens[coder]}")
        answer = self.wire.getresponse()
        page = answer.read().decode()
        self.headers["cookie"] = (answer.getheader("set-cookie") or "").partition(";")[0]
        token = re.search(r'name="form-token" content="([^"]+)"', page)
        self.headers["x-themeweave-token"] = token[1] if token else ""

    def ask(self, path: str, body: object = None) -> tuple[int, dict[str, object], float]:
        """Ask; gives status, answer and milliseconds."""
        began = time.perf_counter()
        if body is None:
            self.wire.request("GET", path, headers=self.headers)
        else:
            self.wire.request("POST", path, json.dumps(body), self.headers)
        answer = self.wire.getresponse()
        raw = answer.read()
        took = 1000 * (time.perf_counter() - began)
        return answer.status, json.loads(raw), took

    def decide(self, finding: str, code: str, act: str = "") -> tuple[int, float]:
        """Decide on a finding that nobody of this coder has ruled on."""
        body = {
            "id": act or uuid.uuid4().hex,
            "finding": finding,
            "seen": 0,
            "books": {"valence": {"codes": [code]}},
        }
        status, _, took = self.ask("/code/decide?codebook=valence", body)
        return status, took


def in_threads(number: int, work) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def measure(server: Server, clients: int, rounds: int, findings: int, offset: int) -> None:
    """Ask for cards and decide, so many clients at once."""
    screens: list[float] = []
    decisions: list[float] = []

    def work(n: int) -> None:
        client = Client(server, CODERS[n % len(CODERS)])
        for number in range(rounds):
            finding = f"F{(offset + n * rounds + number) % findings}"
            _, _, took = client.ask(f"/code/card?codebook=valence&after={finding}")
            screens.append(took)
            status, took = client.decide(finding, "barrier")
            assert status == 200, (status, finding)
            decisions.append(took)

    before = server.processor()
    in_threads(clients, work)
    spent = (server.processor() - before) / (len(screens) + len(decisions))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for name, times in (("code screen", screens), ("decision", decisions)):
        cuts = quantiles(times, n=100)
        print(
            f"{clients:3} at once  {name:12} p50 {cuts[49]:7.1f}  p95 {cuts[94]:7.1f}  "
            f"p99 {cuts[98]:7.1f} ms  ({len(times)} requests)"
        )
    print(f"{clients:3} at once  processor time of the server: {spent:.1f} ms a request")


def stored(folder: Path) -> set[str]:
    """Give the ids of all events that the logs hold; a damaged log is an error."""
    from themeweave.review.log import read_log

    found: set[str] = set()
    for file in sorted((folder / "decisions").glob("*.jsonl")):
        log = read_log(file)
        assert not log.damage, log.damage
        found |= {f"{file.stem} {event.id}" for event in log.events}
    return found


def pour(server: Server, run: str, writes: int, findings: int) -> set[str]:
    """Let 20 clients decide until done or the server is gone; gives what was acknowledged."""
    acknowledged: set[str] = set()

    def work(n: int) -> None:
        coder = CODERS[n % len(CODERS)]
        try:
            client = Client(server, coder)
            for number in range(writes):
                act = f"{run}-{n}-{number}"
                body = {"id": act, "finding": f"F{(n * writes + number) % findings}", "text": act}
                status, _, _ = client.ask("/code/memo", body)
                if status == 200:
                    acknowledged.add(f"{coder} {act}-1")
        except (OSError, http.client.HTTPException, ValueError):
            return

    in_threads(AT_ONCE, work)
    return acknowledged


def main() -> None:
    findings = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    writes = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "review"
        make_review(folder, findings)
        with Server(folder) as server:
            client = Client(server, "ana")
            client.ask("/code/card")
            print(
                f"{findings:,} findings: first page after {time.monotonic() - server.began:.1f} s"
            )
            print(f"memory then: {server.memory()}")
            while not client.ask("/doing")[1]["doing"]:
                time.sleep(0.1)
            print("while suggestions are made:")
            measure(server, AT_ONCE, 20, findings, 50_000)
            while client.ask("/doing")[1]["doing"]:
                time.sleep(1)
            client.ask("/code/card?order=unsure")
            print(f"all suggestions after {time.monotonic() - server.began:.0f} s")
            print(f"memory: {server.memory()}")
            measure(server, 1, 300, findings, 20_000)
            measure(server, AT_ONCE, 50, findings, 0)
            began = time.monotonic()
            before = len(stored(folder))
            acknowledged = pour(server, "count", writes, findings)
            took = time.monotonic() - began
            there = stored(folder)
            print(
                f"{AT_ONCE} writers x {writes:,}: {len(acknowledged):,} acknowledged, "
                f"{len(there) - before:,} stored, {len(acknowledged - there)} lost; "
                f"{len(acknowledged) / took:.0f} decisions a second"
            )
        small = Path(temporary) / "small"
        make_review(small, 200)
        acknowledged = set()
        for run in range(20):
            with Server(small) as server:
                timer = threading.Timer(1.0 + run / 10, server.process.kill)
                timer.start()
                acknowledged |= pour(server, f"kill{run}", 100_000, 200)
                timer.join()
        there = stored(small)
        print(
            f"killed 20 times: {len(acknowledged):,} acknowledged, "
            f"{len(acknowledged - there)} of them lost"
        )


if __name__ == "__main__":
    main()
